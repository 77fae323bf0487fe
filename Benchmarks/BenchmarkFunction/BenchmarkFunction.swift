import BenchmarkSupport
import Foundation

/// A function that does nothing of its own, so that what is measured is the way to it and back.
///
/// `DELAY_MILLISECONDS`: how long each invocation takes; 0 by default. `POISON`: a text; an event that holds it fails.
/// Its client of the Runtime API is as small as can be: one connection, blocking calls, no parsing of the event.
@main
struct BenchmarkFunction {
    static func main() {
        let environment = ProcessInfo.processInfo.environment
        let delay = environment["DELAY_MILLISECONDS"].flatMap { UInt32($0) } ?? 0
        let poison = environment["POISON"] ?? ""
        guard let address = environment["AWS_LAMBDA_RUNTIME_API"],
            let port = address.split(separator: ":").last.flatMap({ UInt16($0) }),
            let connection = try? Connection(port: port)
        else {
            FileHandle.standardError.write(
                Data("AWS_LAMBDA_RUNTIME_API leads nowhere; let `sluice up` start this.\n".utf8))
            exit(1)
        }
        while let event = connection.exchange("GET", "next") {
            if delay > 0 { usleep(delay * 1_000) }
            let failed = !poison.isEmpty && Data(event.body).range(of: Data(poison.utf8)) != nil
            let answered =
                failed
                ? connection.exchange(
                    "POST", "\(event.requestID)/error", #"{"errorType":"Poison","errorMessage":"poison"}"#)
                : connection.exchange("POST", "\(event.requestID)/response", #"{"batchItemFailures":[]}"#)
            guard answered != nil else { break }
        }
    }
}

/// One connection to the Runtime API.
private final class Connection {
    struct Answer {
        let requestID: String
        let body: [UInt8]
    }

    private let descriptor: Int32
    private var received: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    init(port: UInt16) throws { descriptor = try connectToPort(port) }

    /// - Returns: nil when the engine is gone.
    func exchange(_ method: String, _ path: String, _ body: String = "") -> Answer? {
        let request = Array(
            """
            \(method) /2018-06-01/runtime/invocation/\(path) HTTP/1.1\r
            Host: 127.0.0.1\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """.utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return nil }
        received.removeAll(keepingCapacity: true)
        var bodyStart: Int?
        var (length, requestID) = (0, "")
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer[..<count]
            if bodyStart == nil, let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                bodyStart = end.upperBound
                for line in String(decoding: received[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n") {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    guard parts.count == 2 else { continue }
                    let value = parts[1].trimmingCharacters(in: .whitespaces)
                    switch parts[0].lowercased() {
                    case "content-length": length = Int(value) ?? 0
                    case "lambda-runtime-aws-request-id": requestID = value
                    default: break
                    }
                }
            }
            if let bodyStart, received.count >= bodyStart + length {
                return Answer(requestID: requestID, body: Array(received[bodyStart..<bodyStart + length]))
            }
        }
    }
}
