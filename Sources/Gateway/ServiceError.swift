import NIOCore

/// An error as an AWS client gets it.
struct ServiceError: Error {
    let kind: Kind
    /// AWS's words; nil where AWS says nothing but the type.
    let message: String?
    /// More members of the answer, as JSON: their names, and their values.
    var members: [(name: String, json: [UInt8])] = []
    /// What the log says of an error that the client is not told more about; nil for all that is the client's own doing.
    var cause: String?

    init(_ kind: Kind, _ message: String?) {
        self.kind = kind
        self.message = message
    }

    static func validation(_ message: String) -> ServiceError { ServiceError(.validation, message) }

    /// A validation error that begins as most of DynamoDB's do.
    static func invalidParameter(_ detail: String) -> ServiceError {
        .validation("One or more parameter values were invalid: \(detail)")
    }

    /// - Parameter message: nil for bytes that are no JSON at all, of which AWS says nothing.
    static func serialization(_ message: String?) -> ServiceError { ServiceError(.serialization, message) }

    /// The answer's body: `{"__type":"PREFIX#TYPE","message":"..."}`, or the type alone where a service has no prefix.
    var body: ByteBuffer {
        var json = JSONWriter()
        json.object { json in
            let prefix = kind.namespace.rawValue
            json.member("__type", prefix.isEmpty ? kind.type : "\(prefix)#\(kind.type)")
            if let message { json.member(kind.messageMember.rawValue, message) }
            for member in members { json.member(member.name, raw: member.json) }
        }
        return ByteBuffer(bytes: json.bytes)
    }
}
