import Items
import LogPatterns
import Logs
import Storage

/// The table of errors of CloudWatch Logs.
extension ServiceError.Kind {
    static let logs: [Self] = [
        Self("InvalidParameterException", .logs),
        Self("ResourceAlreadyExistsException", .logs),
        Self("ResourceNotFoundException", .logs),
        Self("SerializationException", .logs, message: .upperCase),
        Self("ServiceUnavailableException", .logs, status: 500, isRetryable: true),
        Self("ThrottlingException", .logs, isRetryable: true),
        Self("TooManyTagsException", .logs),
        Self("UnknownOperationException", .logs),
        Self("ValidationException", .logs),
    ]

    private static let logsByType = Dictionary(uniqueKeysWithValues: logs.map { ($0.type, $0) })

    /// The row of an exception of CloudWatch Logs.
    static func ofLogs(_ type: String) -> Self { logsByType[type] ?? logsByType["ServiceUnavailableException"]! }
}

extension ServiceError {
    /// What a client of CloudWatch Logs is told of an error from below.
    init(ofLogs error: any Error) {
        switch error {
        case let error as ServiceError where error.kind == .validation: self = .ofLogs(error.message ?? "")
        case let error as ServiceError: self = error
        case let error as LogsError: self.init(.ofLogs(error.code.name), error.message)
        case let error as LogPatternError: self = .ofLogs(error.message)
        case let error as ItemError where error.code == .serialization:
            self.init(.ofLogs("SerializationException"), error.message)
        case let error as ItemError where error.code == .malformedJSON:
            self.init(.ofLogs("SerializationException"), nil)
        case let error as StorageError where error.code == .overloaded:
            self.init(.ofLogs("ThrottlingException"), "Rate exceeded")
        case let error as StorageError:
            self.init(internalError: error.message, .ofLogs("ServiceUnavailableException"))
        default: self.init(internalError: "\(error)", .ofLogs("ServiceUnavailableException"))
        }
    }

    /// An InvalidParameterException.
    static func ofLogs(_ message: String) -> ServiceError {
        ServiceError(.ofLogs("InvalidParameterException"), message)
    }
}
