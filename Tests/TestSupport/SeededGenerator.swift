/// SplitMix64 (Steele, Lea and Flood 2014): the same seed gives the same run everywhere.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// A number from 0 up to, not including, `count`, which is at least 1.
    public mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    /// True once in `count` times, on average. `count` is at least 1.
    public mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

    /// One of some values, of which there must be at least one.
    public mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

    /// SplitMix64's finaliser: similar numbers become unlike ones.
    public static func mix(_ number: UInt64) -> UInt64 {
        var value = number
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
