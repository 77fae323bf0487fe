import Storage

/// The events of one stream in the store: each under its time and its number, so that they lie in order.
struct StoredEvents: LogEvents {
    /// What is kept of a stream beside its events: 24 bytes.
    struct Account {
        var sizeBytes: UInt64 = 0
        var lastIngestion: UInt64 = 0
        /// The number of the next event. Numbers rise with the arrival, and are given once.
        var next: UInt64 = 0

        init() {}

        init(_ bytes: [UInt8]) {
            sizeBytes = UInt64(bigEndianBytes: bytes[0...])
            lastIngestion = UInt64(bigEndianBytes: bytes[8...])
            next = UInt64(bigEndianBytes: bytes[16...])
        }

        var bytes: [UInt8] {
            var bytes: [UInt8] = []
            for number in [sizeBytes, lastIngestion, next] { bytes.appendBigEndian(number) }
            return bytes
        }
    }

    /// Bytes before the message in a value.
    static let headBytes = 8

    let database: Database
    let group: UInt32
    let stream: UInt32

    var identity: UInt64 { UInt64(stream) }

    /// The key of the stream's account; all its events lie behind it.
    var accountKey: [UInt8] {
        var key: [UInt8] = []
        key.appendBigEndian(group)
        key.appendBigEndian(stream)
        return key
    }

    func key(_ timestamp: UInt64, _ number: UInt64) -> [UInt8] {
        var key = accountKey
        key.appendBigEndian(timestamp)
        key.appendBigEndian(number)
        return key
    }

    /// Behind all events of the stream.
    var end: [UInt8] { key(.max, .max) }

    static func range(ofGroup group: UInt32) -> (from: [UInt8], to: [UInt8]) {
        var (from, to): ([UInt8], [UInt8]) = ([], [])
        from.appendBigEndian(group)
        to.appendBigEndian(group + 1)
        return (from, to)
    }

    func account() throws -> Account { try database.get(.logs, accountKey).map { Account($0) } ?? Account() }

    var sizeBytes: Int { get throws { Int(clamping: try account().sizeBytes) } }

    var times: LogTimesOfStream? {
        get throws {
            var (first, last): (Int64?, Int64?)
            try visit(from: .time(0), backwards: false) { head, _ in
                first = head.timestamp
                return false
            }
            try visit(from: .time(.max), backwards: true) { head, _ in
                last = head.timestamp
                return false
            }
            guard let first, let last else { return nil }
            return LogTimesOfStream(
                first: first, last: last, lastIngestion: Int64(clamping: try account().lastIngestion))
        }
    }

    func visit(
        from start: LogStart, backwards: Bool, _ body: (_ head: LogEventHead, _ message: RawSpan) throws -> Bool
    ) throws {
        let bound =
            switch start {
            case .time(let time): key(UInt64(max(0, time)), 0)
            // The smallest key behind another is that one and a zero.
            case .place(let place, let isIncluded):
                key(place.first, place.second) + (isIncluded == backwards ? [0] : [])
            }
        let (from, to) = backwards ? (key(0, 0), bound) : (bound, end)
        guard from.lexicographicallyPrecedes(to) else { return }
        try database.scan(.logs, from: from, to: to, backwards: backwards) { key, value in
            let head = LogEventHead(
                timestamp: Int64(key.bigEndianUInt64(at: 8)), ingestionTime: Int64(value.bigEndianUInt64(at: 0)),
                place: LogPlace(key.bigEndianUInt64(at: 8), key.bigEndianUInt64(at: 16)))
            return try body(head, value.extracting(Self.headBytes...))
        }
    }
}
