import Clocks
import Foundation
import HTTPServing
import Items
import NIOCore
import NIOHTTP1

/// The three protocols in which clients speak with CloudWatch: one operation, three ways to write it.
enum CloudWatchWire: Sendable {
    /// Smithy's RPC over CBOR: what boto3 and the AWS CLI send since 2025.
    case cbor
    /// JSON with the operation in `X-Amz-Target`.
    case json
    /// A form, answered in XML: older clients.
    case query

    static let service = "GraniteServiceVersion20100801"
    private static let cborPrefix = "/service/\(service)/operation/"
    private static let target = "\(service)."
    private static let namespace = "http://monitoring.amazonaws.com/doc/2010-08-01/"

    /// A request as it was understood.
    struct Request: Sendable {
        let operation: String
        let parameters: WireValue
    }

    /// Whether a request is one for CloudWatch, by its path, its target or its form's version.
    static func speaks(_ request: HTTPRequest) -> Bool {
        request.path.hasPrefix(cborPrefix) || request.headers.first(name: "X-Amz-Target")?.hasPrefix(target) == true
            || request.isForm && formIsOurs(request)
    }

    /// Both services that forms are sent to name their version in them.
    private static func formIsOurs(_ request: HTTPRequest) -> Bool {
        String(buffer: request.body).contains("Version=2010-08-01")
    }

    /// - Parameter request: one for CloudWatch.
    init(of request: HTTPRequest) {
        self = request.path.hasPrefix(Self.cborPrefix) ? .cbor : request.isForm ? .query : .json
    }

    /// - Throws: ``CloudWatchFailure`` for a body that cannot be read.
    func read(_ request: HTTPRequest) throws(CloudWatchFailure) -> Request {
        var body = Array(buffer: request.body)
        if let encoding = request.headers.first(name: "Content-Encoding") {
            guard encoding == "gzip", let plain = GzipReader.read(body, bytesMax: GatewayServer.bodyBytesMax) else {
                throw .malformed("The body's Content-Encoding must be gzip, and the body what it says.")
            }
            body = plain
        }
        switch self {
        case .cbor:
            do {
                let operation = String(request.path.dropFirst(Self.cborPrefix.count))
                return Request(operation: operation, parameters: body.isEmpty ? [:] : try CBORReader.read(body))
            } catch {
                throw .malformed("The body is no CBOR, or has too many values or levels.")
            }
        case .json:
            do {
                let target = request.headers.first(name: "X-Amz-Target") ?? ""
                return Request(
                    operation: String(target.dropFirst(Self.target.count)),
                    parameters: body.isEmpty ? [:] : try WireValue(json: body))
            } catch {
                throw .malformed("The body is no JSON, or has too many values or levels.")
            }
        case .query:
            guard let form = FormTree.read(body), case .text(let operation)? = form["Action"] else {
                throw .malformed("The body is no form with an Action, or has too many values.")
            }
            return Request(operation: operation, parameters: WireValue(form: form))
        }
    }

    // MARK: Answers

    func send(_ result: WireValue, of operation: String, _ answer: GatewayAnswer) {
        switch self {
        case .cbor:
            answer.send(.ok, "application/cbor", ByteBuffer(bytes: CBORWriter.bytes(of: result)), headers: Self.mark)
        case .json:
            var json = JSONWriter()
            json.wireValue(result)
            answer.send(.ok, HTTPRequest.usualJSONType, ByteBuffer(bytes: json.bytes))
        case .query:
            var xml = XMLWriter()
            xml.open("\(operation)Response", namespace: Self.namespace)
            xml.element("\(operation)Result") { $0.wireValue(result) }
            xml.element("ResponseMetadata") { $0.element("RequestId", answer.requestID) }
            xml.close("\(operation)Response")
            answer.send(200, xml: xml.bytes)
        }
    }

    func send(_ failure: CloudWatchFailure, _ answer: GatewayAnswer) {
        let status = HTTPResponseStatus(statusCode: failure.status)
        let queryError = "\(failure.queryCode);\(failure.isClients ? "Sender" : "Receiver")"
        switch self {
        case .cbor:
            answer.send(
                status, "application/cbor", ByteBuffer(bytes: CBORWriter.bytes(of: failure.body)),
                queryError: queryError, headers: Self.mark)
        case .json:
            var json = JSONWriter()
            json.wireValue(failure.body)
            answer.send(status, HTTPRequest.usualJSONType, ByteBuffer(bytes: json.bytes), queryError: queryError)
        case .query:
            var xml = XMLWriter()
            xml.open("ErrorResponse", namespace: Self.namespace)
            xml.element("Error") { xml in
                xml.element("Type", failure.isClients ? "Sender" : "Receiver")
                xml.element("Code", failure.queryCode)
                xml.element("Message", failure.message)
                xml.wireValue(.members(failure.details))
            }
            xml.element("RequestId", answer.requestID)
            xml.close("ErrorResponse")
            answer.send(failure.status, xml: xml.bytes)
        }
    }

    /// What tells a client that the answer is in the protocol that it spoke.
    private static let mark = [(name: protocolHeader, value: "rpc-v2-cbor")]

    /// Clients send it too.
    static let protocolHeader = "smithy-protocol"
}

extension JSONWriter {
    mutating func wireValue(_ value: WireValue) {
        switch value {
        case .null: raw("null".utf8)
        case .boolean(let flag): raw((flag ? "true" : "false").utf8)
        case .integer(let number): raw(String(number).utf8)
        case .number(let number): raw(WireText.json(number).utf8)
        case .timestamp(let moment): raw(WireText.json(Double(moment.milliseconds) / 1_000).utf8)
        case .text(let text): string(text)
        case .bytes(let bytes): string(Data(bytes).base64EncodedString())
        case .list(let elements): array(elements) { $0.wireValue($1) }
        case .members(let members):
            object { json in
                for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                    json.name(name)
                    json.wireValue(member)
                }
            }
        }
    }
}

extension XMLWriter {
    /// The content of an element.
    mutating func wireValue(_ value: WireValue) {
        switch value {
        case .null: break
        case .boolean(let flag): append(flag ? "true" : "false")
        case .integer(let number): append(String(number))
        case .number(let number): append(WireText.plain(number))
        case .timestamp(let moment): append(moment.iso8601Text)
        case .text(let value): append(value)
        case .bytes(let bytes): append(Data(bytes).base64EncodedString())
        case .list(let elements): for element in elements { self.element("member") { $0.wireValue(element) } }
        case .members(let members):
            for (name, member) in members.sorted(by: { $0.key < $1.key }) { element(name) { $0.wireValue(member) } }
        }
    }
}

/// Numbers as texts.
private enum WireText {
    /// The shortest text that is this number; JSON has none for what is not finite.
    static func json(_ number: Double) -> String { number.isFinite ? plain(number) : "null" }

    static func plain(_ number: Double) -> String {
        if let whole = Int64(exactly: number), whole.magnitude < 1 << 53 { return "\(whole).0" }
        return "\(number)"
    }
}
