internal import Storage

/// Points as bytes, in memory by the second and in the store by the minute. A counter's point takes about 6 bytes, one
/// with 200 buckets about 600.
///
///     1 byte    which of the parts follow, see `Parts`
///     number    sample count
///     number    minimum
///     numbers   sum and maximum, unless all values are equal and the sum follows from them
///     varint    number of buckets, and for each: distance of its key from the one before, its count as a number
extension MetricPoint {
    private struct Parts: OptionSet {
        let rawValue: UInt8
        static let sumAndMaximum = Parts(rawValue: 1)
        static let buckets = Parts(rawValue: 2)
        /// Single values were never known.
        static let unknownPercentiles = Parts(rawValue: 4)
        static let fractions = Parts(rawValue: 8)
    }

    /// Writes the point behind what is there.
    func append(to bytes: inout [UInt8]) {
        var parts: Parts = []
        if minimum != maximum || sum != minimum * sampleCount { parts.insert(.sumAndMaximum) }
        if !sketch.isEmpty { parts.insert(.buckets) }
        if !knowsPercentiles { parts.insert(.unknownPercentiles) }
        if !sketch.isWhole { parts.insert(.fractions) }
        bytes.append(parts.rawValue)
        bytes.append(number: sampleCount)
        bytes.append(number: minimum)
        if parts.contains(.sumAndMaximum) {
            bytes.append(number: sum)
            bytes.append(number: maximum)
        }
        guard parts.contains(.buckets) else { return }
        bytes.append(varint: UInt64(sketch.buckets.count))
        var last: Int32 = 0
        for bucket in sketch.buckets {
            bytes.append(varint: Self.zigzag(Int64(bucket.key) - Int64(last)))
            bytes.append(number: bucket.count)
            last = bucket.key
        }
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Reads a point and moves `offset` behind it.
    ///
    /// - Parameter withBuckets: false leaves the buckets out, for whoever asks for no percentile. Then the point says that
    ///   it knows none, and `offset` is not behind it.
    /// - Throws: ``MetricError`` with code `damaged` when the bytes are no point.
    init(_ bytes: RawSpan, at offset: inout Int, withBuckets: Bool = true) throws(MetricError) {
        let parts = Parts(rawValue: try bytes.readByte(at: &offset))
        let sampleCount = try bytes.readNumber(at: &offset)
        let minimum = try bytes.readNumber(at: &offset)
        var sum = minimum * sampleCount
        var maximum = minimum
        if parts.contains(.sumAndMaximum) {
            sum = try bytes.readNumber(at: &offset)
            maximum = try bytes.readNumber(at: &offset)
        }
        var sketch = PercentileSketch()
        if withBuckets, parts.contains(.buckets) {
            let count = try bytes.readVarint(at: &offset)
            guard count <= PercentileSketch.bucketCountMax else { throw RawSpan.damage }
            sketch = PercentileSketch(isWhole: !parts.contains(.fractions), bucketCount: Int(count))
            var key: Int64 = 0
            for _ in 0..<count {
                key &+= Self.unzigzag(try bytes.readVarint(at: &offset))
                sketch.append(
                    .init(key: Int32(truncatingIfNeeded: key), count: try bytes.readNumber(at: &offset)))
            }
        }
        self.init(
            sampleCount: sampleCount, sum: sum, minimum: minimum, maximum: maximum,
            knowsPercentiles: withBuckets && !parts.contains(.unknownPercentiles), sketch: sketch)
    }

    /// Reads a point that begins at `start`.
    init(_ bytes: RawSpan, from start: Int = 0, withBuckets: Bool = true) throws(MetricError) {
        var offset = start
        try self.init(bytes, at: &offset, withBuckets: withBuckets)
    }

    fileprivate static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }
    fileprivate static func unzigzag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}

extension [UInt8] {
    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// Whole numbers as twice their zigzag form, in as few bytes as it takes; others as a 1 and their eight bytes.
    fileprivate mutating func append(number: Double) {
        // Below 2^53, where whole numbers have all their digits.
        if let whole = Int64(exactly: number), whole.magnitude < 1 << 53 {
            append(varint: MetricPoint.zigzag(whole) << 1)
        } else {
            append(1)
            appendBigEndian(number.bitPattern)
        }
    }
}

extension RawSpan {
    static var damage: MetricError {
        MetricError(.damaged, "A metric's point in the store is damaged; restore the data folder from a backup.")
    }

    func readByte(at offset: inout Int) throws(MetricError) -> UInt8 {
        guard offset < byteCount else { throw Self.damage }
        defer { offset += 1 }
        return unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    func readVarint(at offset: inout Int) throws(MetricError) -> UInt64 {
        // Most are one byte.
        let first = try readByte(at: &offset)
        if first < 0x80 { return UInt64(first) }
        offset -= 1
        return try readLongVarint(at: &offset)
    }

    private func readLongVarint(at offset: inout Int) throws(MetricError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try readByte(at: &offset)
            // Shifts of 64 and more give 0: bits that no number of this kind has.
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    fileprivate func readNumber(at offset: inout Int) throws(MetricError) -> Double {
        let first = try readVarint(at: &offset)
        if first & 1 == 0 { return Double(MetricPoint.unzigzag(first >> 1)) }
        guard offset + 8 <= byteCount else { throw Self.damage }
        defer { offset += 8 }
        return Double(bitPattern: bigEndianUInt64(at: offset))
    }
}
