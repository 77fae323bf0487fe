extension String {
    /// A new random UUID (version 4) in small letters, such as a request's id.
    ///
    /// Foundation opens and closes the system's source of random bytes for each of its own; this asks the kernel alone.
    public static func randomUUID() -> String {
        var generator = SystemRandomNumberGenerator()
        // RFC 9562: the version stands in the thirteenth digit, the variant in the two bits before the seventeenth.
        let first = generator.next() & ~0xF000 | 0x4000
        let second = generator.next() & ~(0b11 << 62) | 0b10 << 62
        return String(unsafeUninitializedCapacity: 36) { text in
            var place = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    text[place] = UInt8(ascii: "-")
                    place += 1
                }
                let word = digit < 16 ? first : second
                let value = UInt8(word >> UInt64(60 - 4 * (digit % 16)) & 0xF)
                text[place] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
                place += 1
            }
            return place
        }
    }
}
