import Items
import Storage
import Tables

/// An error as an AWS client gets it. One table: type, status and whether a retry may help.
struct ServiceError: Error {
    struct Kind: Hashable, Sendable {
        let type: String
        let status: Int

        static let conditionalCheckFailed = Kind(type: "ConditionalCheckFailedException", status: 400)
        static let resourceNotFound = Kind(type: "ResourceNotFoundException", status: 400)
        static let serialization = Kind(type: "SerializationException", status: 400)
        static let validation = Kind(type: "ValidationException", status: 400)
        static let unknownOperation = Kind(type: "UnknownOperationException", status: 400)
        static let throttling = Kind(type: "ThrottlingException", status: 400)
        static let internalError = Kind(type: "InternalServerError", status: 500)
    }

    let kind: Kind
    let message: String

    init(type kind: Kind, message: String) {
        self.kind = kind
        self.message = message
    }

    static func validation(_ message: String) -> ServiceError { ServiceError(type: .validation, message: message) }
    static func unknownOperation(_ message: String) -> ServiceError {
        ServiceError(type: .unknownOperation, message: message)
    }

    /// What a client is told of an error from below.
    init(_ error: any Error) {
        switch error {
        case let error as ServiceError:
            self = error
        case let error as TableError:
            let kind: Kind = error.code == .conditionalCheckFailed ? .conditionalCheckFailed : .validation
            self.init(type: kind, message: error.message)
        case let error as ItemError:
            let kind: Kind = error.code == .validation ? .validation : .serialization
            self.init(type: kind, message: error.message)
        case let error as StorageError where error.code == .overloaded:
            self.init(type: .throttling, message: error.message)
        case let error as StorageError:
            self.init(type: .internalError, message: error.message)
        case let error as DecodingError:
            self.init(type: .serialization, message: Self.text(error))
        default:
            self.init(type: .internalError, message: "The request failed; see the engine's log.")
        }
    }

    private static func text(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, _): return "The parameter \(key.stringValue) is missing."
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            if let item = context.underlyingError as? ItemError { return item.message }
            return "The parameter \(place(context)) is not of the type it must have: \(context.debugDescription)"
        @unknown default: return "The request cannot be read."
        }
    }
}
