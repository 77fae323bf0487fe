import HTTPServing
import NIOCore
import NIOHTTP1

/// The way an answer takes: adds what AWS's answers carry and sends it to whoever has asked.
struct GatewayAnswer: Sendable {
    let requestID: String
    let visitor: Visitor
    private let reply: @Sendable (HTTPReply) -> Void

    init(requestID: String, visitor: Visitor = .anybody, reply: @escaping @Sendable (HTTPReply) -> Void) {
        self.requestID = requestID
        self.visitor = visitor
        self.reply = reply
    }

    /// - Parameter contentType: nil for an answer without a type.
    func send(
        _ status: HTTPResponseStatus, _ contentType: String?, _ body: ByteBuffer, errorType: String? = nil,
        queryError: String? = nil, headers more: [(name: String, value: String)] = []
    ) {
        var headers: HTTPHeaders = [
            "Server": "Server", "x-amzn-RequestId": requestID, "x-amz-crc32": String(Checksum.crc32(body)),
        ]
        if let errorType { headers.add(name: "x-amzn-ErrorType", value: errorType) }
        if let queryError { headers.add(name: "x-amzn-query-error", value: queryError) }
        for (name, value) in more { headers.add(name: name, value: value) }
        if let contentType { headers.add(name: "Content-Type", value: contentType) }
        reply(HTTPReply(status: status, headers: headers, body: body))
    }

    func send(_ error: ServiceError, _ contentType: String) {
        send(
            HTTPResponseStatus(statusCode: error.kind.status), contentType, error.body, queryError: error.queryErrorText
        )
    }

    /// An answer in the query protocol.
    func send(_ status: Int, xml: [UInt8]) {
        send(HTTPResponseStatus(statusCode: status), "text/xml", ByteBuffer(bytes: xml))
    }

    func send(_ status: HTTPResponseStatus, json: [UInt8]) { send(status, "application/json", ByteBuffer(bytes: json)) }

    /// - Parameters:
    ///   - errorType: the error's name in the REST protocols of AWS.
    ///   - details: more members of the answer.
    func send(
        _ status: HTTPResponseStatus, errorType: String? = nil, message: String,
        details: [(name: String, value: String)] = []
    ) {
        var json = JSONWriter()
        json.object { json in
            json.member("message", message)
            for detail in details { json.member(detail.name, detail.value) }
        }
        send(status, "application/json", ByteBuffer(bytes: json.bytes), errorType: errorType)
    }
}
