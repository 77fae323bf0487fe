/// A hash that is the same in every process and release, unlike Swift's `Hasher`. For sampling, not for security.
public enum StableHash {
    /// FNV-1a over the UTF-8 bytes, then SplitMix64's finaliser: FNV alone leaves the high bits of similar short texts,
    /// such as order numbers, too much alike.
    /// A seed tells independent uses apart.
    public static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed &* 0x9E37_79B9_7F4A_7C15
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }

    /// The hash as a number from 0 up to, not including, 1.
    public static func fraction(_ text: String, seed: UInt64 = 0) -> Double {
        Double(hash(text, seed: seed) >> 11) * 0x1p-53
    }
}
