import NIOHTTP1

/// An error of the Lambda API as a client gets it.
struct FunctionFailure: Error {
    let status: HTTPResponseStatus
    let type: String
    let message: String
    /// Why a call was throttled.
    var reason: String?

    init(_ status: HTTPResponseStatus, _ type: String, _ message: String, reason: String? = nil) {
        self.status = status
        self.type = type
        self.message = message
        self.reason = reason
    }

    static func unknown(_ arn: String) -> FunctionFailure {
        FunctionFailure(.notFound, "ResourceNotFoundException", "Function not found: \(arn)")
    }

    static func invalid(_ message: String) -> FunctionFailure {
        FunctionFailure(.badRequest, "InvalidParameterValueException", message)
    }

    /// The JSON of the answer. AWS spells `Message` with a capital where the function is not found.
    var body: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            if let reason { json.member("Reason", reason) }
            json.member("Type", status.code >= 500 ? "Service" : "User")
            json.member(type == "ResourceNotFoundException" ? "Message" : "message", message)
        }
        return json.bytes
    }
}
