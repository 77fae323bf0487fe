/// What a legacy parameter says of each attribute: `Expected`, `QueryFilter`, `ScanFilter`, `KeyConditions` or
/// `AttributeUpdates`.
///
/// Names differ by their bytes, as in items: a dictionary would take two names of equivalent Unicode forms for one, and
/// forget what is said of the other.
public struct LegacyEntries<Entry: Sendable>: Sendable, ExpressibleByDictionaryLiteral {
    /// In the order of the names' UTF-8 bytes, so that of several mistakes always the same one is reported.
    public let all: [(key: String, value: Entry)]

    /// Takes entries in any order; of two with one name the later stays, as in JSON readers.
    public init(_ entries: some Sequence<(key: String, value: Entry)>) {
        var kept: [(key: String, value: Entry)] = []
        // Swift's sort leaves equals in their order.
        for entry in entries.sorted(by: { UTF8Order.precedes($0.key, $1.key) }) {
            if let last = kept.last, UTF8Order.areEqual(last.key, entry.key) { kept.removeLast() }
            kept.append(entry)
        }
        all = kept
    }

    public init(dictionaryLiteral entries: (String, Entry)...) {
        self.init(entries.map { (key: $0.0, value: $0.1) })
    }
}
