/// An error of CloudWatch as a client gets it.
struct CloudWatchFailure: Error {
    /// The error's name in the API's model.
    let type: String
    /// What the query protocol calls it, which SDKs tell their callers in all three.
    let queryCode: String
    var status = 400
    let message: String
    /// More members of the answer.
    var details: [String: WireValue] = [:]

    var isClients: Bool { status < 500 }

    var body: WireValue {
        let names: [String: WireValue] = [
            "__type": .text("com.amazonaws.cloudwatch#\(type)"), "message": .text(message),
        ]
        return .members(names.merging(details) { own, _ in own })
    }

    static func malformed(_ message: String) -> Self {
        Self(type: "InvalidFormatFault", queryCode: "InvalidFormat", message: message)
    }
    static func invalid(_ message: String) -> Self {
        Self(type: "InvalidParameterValueException", queryCode: "InvalidParameterValue", message: message)
    }
    static func missing(_ parameter: String) -> Self {
        Self(
            type: "MissingRequiredParameterException", queryCode: "MissingParameter",
            message: "The parameter \(parameter) is required.")
    }
    static func combination(_ message: String) -> Self {
        Self(type: "InvalidParameterCombinationException", queryCode: "InvalidParameterCombination", message: message)
    }
    static func notFound(_ message: String) -> Self {
        Self(type: "ResourceNotFound", queryCode: "ResourceNotFound", status: 404, message: message)
    }
    static let nextToken = Self(
        type: "InvalidNextToken", queryCode: "InvalidNextToken",
        message: "The token is not one of this operation's; ask again without it.")
    static func unknownOperation(_ name: String) -> Self {
        Self(
            type: "UnknownOperationException", queryCode: "InvalidAction", status: 404,
            message: "The operation \(name) is not one that runs here.")
    }
    static func internalFault(_ message: String) -> Self {
        Self(type: "InternalServiceFault", queryCode: "InternalServiceError", status: 500, message: message)
    }
}
