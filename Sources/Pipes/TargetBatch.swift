/// What a target gets in one invocation.
public struct TargetBatch: Sendable, Hashable {
    /// JSON values: the records, or what enrichment and templates made of them.
    public var elements: [[UInt8]]
    /// The event id of the record behind each element; nil where an enrichment left none.
    public var identifiers: [String?]

    public init(elements: [[UInt8]], identifiers: [String?]) {
        self.elements = elements
        self.identifiers = identifiers
    }

    init(_ records: [SourceRecord]) {
        self.init(elements: records.map(\.json), identifiers: records.map(\.eventID))
    }

    /// The JSON array that a function receives: the elements' own bytes between brackets (EventBridge's user guide, on batching).
    public var payload: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payloadCount)
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += element
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    /// The size of ``payload`` in bytes.
    var payloadCount: Int { elements.reduce(elements.isEmpty ? 2 : 1) { $0 + $1.count + 1 } }
}
