/// The events of a row: their texts in one buffer, so that going through them counts no references.
struct EventPool {
    let bytes: [UInt8]
    let ranges: [Range<Int>]

    init(_ events: some Sequence<[UInt8]>) {
        var bytes: [UInt8] = []
        var ranges: [Range<Int>] = []
        for event in events {
            ranges.append(bytes.count..<(bytes.count + event.count))
            bytes += event
        }
        self.bytes = bytes
        self.ranges = ranges
    }

    /// One event.
    init(_ event: String) { self.init([Array(event.utf8)]) }

    var count: Int { ranges.count }
    var meanBytes: Double { Double(bytes.count) / Double(max(count, 1)) }
}
