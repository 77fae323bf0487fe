/// A hash that is the same in every run and on every machine, unlike `Hasher`: lanes and event ids are derived from it.
package enum StableHash {
    /// FNV-1a over the bytes, finished with SplitMix64's mixer so that the low bits are good as well.
    package static func of(_ bytes: some Sequence<UInt8>, seed: UInt64 = 0xcbf2_9ce4_8422_2325) -> UInt64 {
        mix(bytes.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
    }

    package static func mix(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9e37_79b9_7f4a_7c15
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
