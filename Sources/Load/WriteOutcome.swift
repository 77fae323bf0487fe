/// What came of a request.
public enum WriteOutcome: Sendable, Hashable {
    /// All of its writes are acknowledged.
    case acknowledged
    /// BatchWriteItem left so many of its writes undone.
    case unprocessed(Int)
    /// None of its writes is acknowledged.
    ///
    /// - type: what counts together: an error of the service's such as `ThrottlingException`, or one of ``ErrorType``.
    /// - isUncertain: whether they may have been done all the same.
    case failed(type: String, isUncertain: Bool)

    /// Errors that no service answers.
    public enum ErrorType {
        /// The connection ended before the answer.
        public static let connection = "connection"
        /// No answer came in time.
        public static let timeout = "timeout"
        /// No connection was free in time.
        public static let notSent = "notSent"
        /// What came is no answer of HTTP's.
        public static let unreadable = "unreadable"
        /// BatchWriteItem answered that it has not done it.
        public static let unprocessed = "unprocessed"
    }

    /// What an answer says.
    ///
    /// - Parameters:
    ///   - status: of HTTP.
    ///   - isBatch: whether it answers BatchWriteItem.
    public init(status: Int, body: Span<UInt8>, isBatch: Bool) {
        guard status != 200 else {
            let count = isBatch ? Self.unprocessedCount(body) : 0
            self = count == 0 ? .acknowledged : .unprocessed(count)
            return
        }
        // "com.amazonaws.dynamodb.v20120810#ThrottlingException", the error's name behind the number sign.
        self = .failed(type: Self.errorType(body) ?? "HTTP \(status)", isUncertain: status >= 500)
    }

    private static let unprocessed = Array(#""UnprocessedItems""#.utf8)
    private static let put = Array(#""PutRequest""#.utf8)
    private static let type = Array(#""__type""#.utf8)

    private static func unprocessedCount(_ body: Span<UInt8>) -> Int {
        guard let start = place(of: unprocessed, in: body, from: 0) else { return 0 }
        var count = 0
        var next = start
        while let place = place(of: put, in: body, from: next) {
            count += 1
            next = place
        }
        return count
    }

    private static func errorType(_ body: Span<UInt8>) -> String? {
        guard let start = place(of: type, in: body, from: 0) else { return nil }
        var name: [UInt8]?
        for index in start..<body.count {
            switch (body[index], name) {
            case (UInt8(ascii: "\""), nil): name = []
            case (UInt8(ascii: "\""), let name?): return String(decoding: name, as: UTF8.self)
            case (UInt8(ascii: "#"), _?): name = []
            case (let byte, _?): name?.append(byte)
            default: break
            }
        }
        return nil
    }

    /// Behind the first place where a text stands.
    private static func place(of text: [UInt8], in body: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index + text.count <= body.count {
            var matched = 0
            while matched < text.count, body[index + matched] == text[matched] { matched += 1 }
            if matched == text.count { return index + matched }
            index += 1
        }
        return nil
    }
}
