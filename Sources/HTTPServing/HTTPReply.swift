public import NIOCore
public import NIOHTTP1

/// An answer. The server adds `Content-Length`, `Date` and, where the connection's fate is not the usual one,
/// `Connection`; they must not be among the headers.
public struct HTTPReply: Sendable {
    public var status: HTTPResponseStatus
    public var headers: HTTPHeaders
    /// Not sent in answer to HEAD, nor with a status that has no body (204, 304), where it gives the length at most.
    public var body: ByteBuffer

    public init(
        status: HTTPResponseStatus, headers: HTTPHeaders = HTTPHeaders(), body: ByteBuffer = ByteBuffer()
    ) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
