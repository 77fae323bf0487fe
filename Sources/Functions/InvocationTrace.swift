import Clocks

/// The trace that an invocation belongs to, which its process gets as `Lambda-Runtime-Trace-Id`.
public enum InvocationTrace {
    /// The caller's `X-Amzn-Trace-Id`; nil lets each invocation begin its own.
    @TaskLocal public static var header: String?

    /// A trace of its own, in X-Ray's form: the second of its beginning and 96 bits of the request's id. Nothing samples it.
    static func header(requestID: String, at moment: Timestamp) -> String {
        let seconds = String(UInt32(truncatingIfNeeded: moment.milliseconds / 1_000), radix: 16)
        let padding = String(repeating: "0", count: 8 - seconds.count)
        return "Root=1-\(padding)\(seconds)-\(requestID.filter { $0 != "-" }.suffix(24));Sampled=0"
    }
}
