import Storage

/// The keys of one queue: its number, what kind of entry it is, and which one.
///
/// Records lie apart from contents, so that opening a queue reads the small records alone.
struct QueueKeys: Sendable {
    private enum Kind: UInt8 {
        case record, contents, deduplication
        /// Behind the others: the first place that has not been set aside.
        case places
    }

    let number: UInt32

    func record(_ place: UInt64) -> [UInt8] { key(.record, place) }
    func contents(_ place: UInt64) -> [UInt8] { key(.contents, place) }
    func deduplication(sentAt: Int64, place: UInt64) -> [UInt8] {
        var key = key(.deduplication, UInt64(bitPattern: sentAt))
        key.appendBigEndian(place)
        return key
    }
    var places: [UInt8] { prefix(.places) }

    var records: (from: [UInt8], to: [UInt8]) { (prefix(.record), prefix(.contents)) }
    var allContents: (from: [UInt8], to: [UInt8]) { (prefix(.contents), prefix(.deduplication)) }
    var deduplications: (from: [UInt8], to: [UInt8]) { (prefix(.deduplication), prefix(.places)) }
    var all: (from: [UInt8], to: [UInt8]) {
        (prefix(.record), QueueKeys(number: number + 1).prefix(.record))
    }

    /// Bytes before a record's or a content's place.
    static let prefixBytes = 5

    private func key(_ kind: Kind, _ number: UInt64) -> [UInt8] {
        var key = prefix(kind)
        key.appendBigEndian(number)
        return key
    }

    private func prefix(_ kind: Kind) -> [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(Self.prefixBytes + 16)
        key.appendBigEndian(number)
        key.append(kind.rawValue)
        return key
    }
}
