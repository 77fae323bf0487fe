/// A hash of a request's parts, in their order and with their borders. The same in every process and release, since
/// it is stored with a client token: FNV-1a, 64 bits.
struct RequestDigest {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ part: some Collection<UInt8>) {
        // The length first: parts that are joined differently differ.
        withUnsafeBytes(of: UInt64(part.count).bigEndian) { for byte in $0 { add(byte) } }
        for byte in part { add(byte) }
    }

    mutating func add(_ text: String) { add(text.utf8) }

    private mutating func add(_ byte: UInt8) {
        value ^= UInt64(byte)
        value &*= 0x100_0000_01B3
    }
}
