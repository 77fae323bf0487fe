/// How often values of about one size occurred, in logarithmic buckets: 64 to each doubling.
///
/// A value is known to 1/128 (0.78 %) of itself; whole numbers up to 128 are known exactly as long as all values are whole.
/// A bucket's number is cut out of the value's bits, so that recording needs no logarithm.
struct PercentileSketch: Hashable, Sendable {
    struct Bucket: Hashable, Sendable {
        /// Sorts like the values: 0 for zero, negative for negative values.
        var key: Int32
        var count: Double
    }

    /// Bits of the mantissa that tell buckets apart.
    private static let mantissaBits = 6
    private static let shift = UInt64(52 - mantissaBits)
    /// Most buckets: sixteen doublings that are all full. Beyond it the lowest are put together, so that the highest
    /// percentiles stay right.
    static let bucketCountMax = 1_024

    /// In the order of their keys.
    private(set) var buckets: [Bucket] = []
    /// Whether all values were whole numbers.
    private(set) var isWhole = true

    var isEmpty: Bool { buckets.isEmpty }

    static func key(_ value: Double) -> Int32 {
        guard value != 0 else { return 0 }
        // Magnitudes are finite, so the exponent's and mantissa's bits fit in 17.
        let magnitude = Int32(truncatingIfNeeded: value.magnitude.bitPattern >> shift) + 1
        return value < 0 ? -magnitude : magnitude
    }

    mutating func add(_ value: Double, count: Double) {
        if isWhole, value.rounded(.down) != value { isWhole = false }
        add(key: Self.key(value), count: count)
        foldLowest()
    }

    /// Linear in the number of buckets of both.
    mutating func merge(_ other: PercentileSketch) {
        if !other.isWhole { isWhole = false }
        if isEmpty {
            buckets = other.buckets
            return
        }
        var place = 0
        for (index, bucket) in other.buckets.enumerated() {
            while place < buckets.count, buckets[place].key < bucket.key { place += 1 }
            guard place < buckets.count else {
                buckets += other.buckets[index...]
                break
            }
            if buckets[place].key == bucket.key {
                buckets[place].count += bucket.count
            } else {
                buckets.insert(bucket, at: place)
            }
        }
        foldLowest()
    }

    init() {}

    /// An empty one that stored buckets are appended to.
    init(isWhole: Bool, bucketCount: Int) {
        self.isWhole = isWhole
        buckets.reserveCapacity(bucketCount)
    }

    /// Takes a bucket that was stored, in their order.
    mutating func append(_ bucket: Bucket) { buckets.append(bucket) }

    mutating func removeAll() {
        buckets.removeAll(keepingCapacity: true)
        isWhole = true
    }

    private mutating func add(key: Int32, count: Double) {
        guard let last = buckets.last, last.key >= key else { return buckets.append(Bucket(key: key, count: count)) }
        var low = 0
        var high = buckets.count - 1
        while low < high {
            let middle = (low + high) / 2
            if buckets[middle].key < key { low = middle + 1 } else { high = middle }
        }
        if buckets[low].key == key {
            buckets[low].count += count
        } else {
            buckets.insert(Bucket(key: key, count: count), at: low)
        }
    }

    private mutating func foldLowest() {
        let excess = buckets.count - Self.bucketCountMax
        guard excess > 0 else { return }
        for bucket in buckets.prefix(excess) { buckets[excess].count += bucket.count }
        buckets.removeFirst(excess)
    }

    /// The value that so many percent of all do not exceed: of the smallest value of which that is so, what stands for its
    /// bucket. Nil when there are none.
    func percentile(_ percent: Double) -> Double? {
        let total = buckets.reduce(0) { $0 + $1.count }
        // A hair less, so that 99.9 % of 1,000 is the 999th however the product is rounded.
        let rank = total * percent / 100 * (1 - 1e-12)
        var seen = 0.0
        for bucket in buckets {
            seen += bucket.count
            if seen >= rank { return value(of: bucket.key) }
        }
        return buckets.last.map { value(of: $0.key) }
    }

    /// The middle of a bucket; of one of whole numbers, the middle one.
    private func value(of key: Int32) -> Double {
        guard key != 0 else { return 0 }
        let magnitude = UInt64(key.magnitude - 1)
        let lower = Double(bitPattern: magnitude << Self.shift)
        let upper = Double(bitPattern: (magnitude + 1) << Self.shift)
        let middle =
            isWhole ? ((lower.rounded(.up) + upper.rounded(.up) - 1) / 2).rounded(.down) : lower + (upper - lower) / 2
        return key < 0 ? -middle : middle
    }
}
