import Items
import Storage
import Tables

extension ServiceError {
    /// What a client is told of an error from below.
    init(_ error: any Error) {
        switch error {
        case let error as ServiceError: self = error
        case let error as TableError: self.init(error)
        case let error as TransactionCanceled: self.init(error)
        case let error as ItemError: self.init(error)
        case let error as StorageError where error.code == .overloaded:
            self.init(.throttling, "Rate of requests exceeds the allowed throughput.")
        case let error as StorageError: self.init(internalError: error.message)
        default: self.init(internalError: "\(error)")
        }
    }

    private init(_ error: TableError) {
        guard let kind = Kind.named(error.code.name) else {
            self.init(internalError: "\(error.code.name): \(error.message)")
            return
        }
        guard kind != .internalServerError else {
            self.init(internalError: error.message)
            return
        }
        self.init(kind, error.message)
        // The old item is given where the request asked for it (ReturnValuesOnConditionCheckFailure).
        if let item = error.item { members = [("Item", item.json)] }
    }

    private init(_ error: ItemError) {
        switch error.code {
        case .validation: self.init(.validation, error.message)
        case .serialization: self.init(.serialization, error.message)
        // AWS says nothing of where the bytes are no JSON.
        case .malformedJSON: self.init(.serialization, nil)
        default: self.init(internalError: error.description)
        }
    }

    /// The message lists the codes alone, in the order of the transaction's actions; the rest is in `CancellationReasons`.
    private init(_ error: TransactionCanceled) {
        let codes = error.reasons.map(\.code).joined(separator: ", ")
        self.init(
            .transactionCanceled,
            "Transaction cancelled, please refer cancellation reasons for specific reasons [\(codes)]")
        var json = JSONWriter()
        json.array(error.reasons) { json, reason in
            json.object { json in
                json.member("Code", reason.code)
                if let message = reason.message { json.member("Message", message) }
                if let item = reason.item { json.member("Item", raw: item.json) }
            }
        }
        members = [("CancellationReasons", json.bytes)]
    }

    init(internalError cause: String, _ kind: Kind = .internalServerError) {
        self.init(kind, "Internal server error")
        self.cause = cause
    }
}
