import EventPatterns

/// What a row measures: an answer for one event's bytes.
protocol EventMatcher {
    mutating func matches(_ event: RawSpan, reading: EventReading) throws(EventError) -> Bool
}

extension EventPattern: EventMatcher {}
extension FilterCriteria: EventMatcher {}

/// A matcher of any number of patterns, asked for all that an event matches.
struct ManyPatterns: EventMatcher {
    private let patterns: PatternSet
    private var matching: [Int] = []

    init(_ patterns: some Sequence<String>) throws(PatternError) {
        self.patterns = try PatternSet(patterns, dialect: .eventBus)
    }

    mutating func matches(_ event: RawSpan, reading: EventReading) throws(EventError) -> Bool {
        try patterns.match(event, reading: reading, into: &matching)
        return !matching.isEmpty
    }
}

/// The yardstick for a machine's memory: all bytes added up, many at a time.
struct ByteSum: EventMatcher {
    func matches(_ event: RawSpan, reading: EventReading) -> Bool {
        var sum: UInt64 = 0
        for offset in 0..<event.byteCount {
            sum &+= UInt64(event.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
        }
        return sum % 2 == 0
    }
}

/// The yardstick for a machine's speed: FNV-1a, which has to take one byte after the other.
struct ByteHash: EventMatcher {
    func matches(_ event: RawSpan, reading: EventReading) -> Bool {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for offset in 0..<event.byteCount {
            hash = (hash ^ UInt64(event.unsafeLoad(fromByteOffset: offset, as: UInt8.self))) &* 0x100_0000_01B3
        }
        return hash % 2 == 0
    }
}
