public import NIOCore
public import NIOHTTP1

/// A request that has arrived as a whole.
public struct HTTPRequest: Sendable {
    public var method: HTTPMethod
    /// The target's path as it was sent: not percent-decoded, without the query.
    public var path: String
    /// What follows the target's first `?`, as it was sent; nil without one.
    public var query: String?
    public var headers: HTTPHeaders
    /// The body, up to what the server takes; empty when it is larger.
    public var body: ByteBuffer
    /// Whether the body is larger than the server takes of this client. The answer to such a request is the last of its connection.
    public var isBodyTooLarge: Bool
    /// Whether it came over TLS.
    public var isSecure = false

    /// - Parameter target: a path with or without a query, or a whole URL, which proxies' clients send.
    public init(
        method: HTTPMethod, target: String, headers: HTTPHeaders = HTTPHeaders(), body: ByteBuffer = ByteBuffer(),
        isBodyTooLarge: Bool = false
    ) {
        self.method = method
        self.headers = headers
        self.body = body
        self.isBodyTooLarge = isBodyTooLarge
        (path, query) = Self.split(target)
    }

    private static func split(_ target: String) -> (path: String, query: String?) {
        var rest = target[...]
        if target.utf8.first != UInt8(ascii: "/"), let scheme = target.firstRange(of: "://") {
            let authority = target[scheme.upperBound...]
            guard let end = authority.utf8.firstIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") })
            else { return ("/", nil) }
            rest = authority[end...]
        }
        guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return (rest.startIndex == target.startIndex ? target : String(rest), nil)
        }
        let path = rest[..<mark]
        return (path.isEmpty ? "/" : String(path), String(rest[rest.utf8.index(after: mark)...]))
    }
}
