/// Names the trace that a request belongs to, `Root=1-...`: a function that is called gets it, and so does a message that is sent.
enum TraceHeader {
    static let name = "X-Amzn-Trace-Id"
}
