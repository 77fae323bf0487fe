import Clocks
import Items

/// What the table keeps of one call: with the attributes that AWS's Powertools for Lambda write, so that one table serves
/// functions in several languages.
struct IdempotencyRecord: Sendable, Hashable {
    enum Status: String, Sendable {
        case inProgress = "INPROGRESS"
        case completed = "COMPLETED"
    }

    enum Attribute {
        static let id = "id"
        static let status = "status"
        static let expiration = "expiration"
        static let inProgressExpiration = "in_progress_expiration"
        static let data = "data"
        static let validation = "validation"
    }

    /// The function's name, `#`, and the hash of the key.
    var id: String
    var status: Status
    /// The whole record is void from then on, and the table's time to live removes it. Stored in seconds.
    var expiration: Timestamp
    /// When the call that runs is over at the latest: it is void from then on. Stored in milliseconds.
    var inProgressExpiration: Timestamp?
    /// The result as JSON text.
    var data: String?
    /// The hash of the payload.
    var validation: String?

    /// Whether another call may take its place. What the condition of the put says, in Swift.
    func isVoid(at now: Timestamp) -> Bool {
        if expiration.seconds < now.seconds { return true }
        guard status == .inProgress, let inProgressExpiration else { return false }
        return inProgressExpiration.milliseconds < now.milliseconds
    }

    var item: Item {
        var item: Item = [
            Attribute.id: .string(id), Attribute.status: .string(status.rawValue),
            Attribute.expiration: .number(Number(expiration.seconds)),
        ]
        item[Attribute.inProgressExpiration] = inProgressExpiration.map { .number(Number($0.milliseconds)) }
        item[Attribute.data] = data.map { .string($0) }
        item[Attribute.validation] = validation.map { .string($0) }
        return item
    }

    init(
        id: String, status: Status, expiration: Timestamp, inProgressExpiration: Timestamp? = nil, data: String? = nil,
        validation: String? = nil
    ) {
        self.id = id
        self.status = status
        self.expiration = expiration
        self.inProgressExpiration = inProgressExpiration
        self.data = data
        self.validation = validation
    }

    /// nil for an item that is no such record.
    init?(_ item: Item) {
        guard let id = item[Attribute.id]?.string,
            let status = item[Attribute.status]?.string.flatMap({ Status(rawValue: $0) }),
            let expiration = item[Attribute.expiration]?.number?.int64
        else { return nil }
        self.init(
            id: id, status: status, expiration: Self.moment(expiration, unit: 1_000_000),
            inProgressExpiration: item[Attribute.inProgressExpiration]?.number?.int64.map {
                Self.moment($0, unit: 1_000)
            },
            data: item[Attribute.data]?.string, validation: item[Attribute.validation]?.string)
    }

    /// A number beyond all times is the last of them.
    private static func moment(_ count: Int64, unit: Int64) -> Timestamp {
        let (microseconds, isTooLarge) = count.multipliedReportingOverflow(by: unit)
        return Timestamp(microseconds: isTooLarge ? (count < 0 ? .min : .max) : microseconds)
    }
}
