/// The MD5 of bytes (RFC 1321), which SQS sends beside bodies and attributes so that clients notice a damaged message.
///
/// Not for secrets: MD5 protects against accidents only. Linear in the number of bytes.
struct MD5: Hashable, Sendable {
    /// 16 bytes.
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    init(of message: RawSpan) {
        var state: (UInt32, UInt32, UInt32, UInt32) = (0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476)
        DigestBlocks.visit(message, isBigEndian: false) { words in Self.mix(words, into: &state) }
        var bytes: [UInt8] = []
        for word in [state.0, state.1, state.2, state.3] {
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
        self.bytes = bytes
    }

    init(of message: [UInt8]) { self.init(of: message.span.bytes) }

    /// 32 lower-case hexadecimal digits.
    var text: String { Hexadecimal.text(bytes) }

    private static let shifts: [[UInt32]] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]]

    /// For each of the 64 steps its constant, the place of its word and its rotation, in this order.
    private static let steps: [(constant: UInt32, word: Int, shift: UInt32)] = constants.enumerated().map {
        step, constant in
        let word =
            switch step / 16 {
            case 0: step
            case 1: (5 * step + 1) % 16
            case 2: (3 * step + 5) % 16
            default: 7 * step % 16
            }
        return (constant, word, shifts[step / 16][step % 4])
    }

    private static func mix(_ words: UnsafePointer<UInt32>, into state: inout (UInt32, UInt32, UInt32, UInt32)) {
        var (a, b, c, d) = state
        let steps = steps.span
        for step in 0..<64 {
            let mixed =
                switch step >> 4 {
                case 0: d ^ (b & (c ^ d))
                case 1: c ^ (d & (b ^ c))
                case 2: b ^ c ^ d
                default: c ^ (b | ~d)
                }
            let rule = steps[step]
            let sum = a &+ mixed &+ rule.constant &+ words[rule.word]
            a = d
            d = c
            c = b
            b = b &+ (sum << rule.shift | sum >> (32 - rule.shift))
        }
        state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d)
    }

    /// 2^32 times the absolute sine of 1, 2, 3 ..., rounded down.
    private static let constants: [UInt32] = [
        0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
        0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
        0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
        0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
        0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
        0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
        0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
        0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
    ]
}

/// The SHA-256 of bytes (FIPS 180-4): the deduplication id of a message whose queue takes it from the contents.
enum SHA256 {
    /// 64 lower-case hexadecimal digits.
    static func text(of message: [UInt8]) -> String {
        var state: [UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
        ]
        var words = [UInt32](repeating: 0, count: 64)
        DigestBlocks.visit(message.span.bytes, isBigEndian: true) { mix($0, &words, into: &state) }
        return Hexadecimal.text(
            state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } })
    }

    private static func mix(_ block: UnsafePointer<UInt32>, _ words: inout [UInt32], into state: inout [UInt32]) {
        func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
        for index in 0..<16 { words[index] = block[index] }
        for index in 16..<64 {
            let (near, far) = (words[index - 2], words[index - 15])
            let first = rotated(far, 7) ^ rotated(far, 18) ^ far >> 3
            let second = rotated(near, 17) ^ rotated(near, 19) ^ near >> 10
            words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let first = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let sum = h &+ first &+ (e & f ^ ~e & g) &+ constants[index] &+ words[index]
            let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e) = (g, f, e, d &+ sum)
            (d, c, b, a) = (c, b, a, sum &+ second)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] = state[index] &+ word }
    }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}

/// What both digests have in common: blocks of 64 bytes, the last one filled up with a one bit, zeros and the length.
private enum DigestBlocks {
    private static let blockBytes = 64

    static func visit(_ message: RawSpan, isBigEndian: Bool, _ body: (UnsafePointer<UInt32>) -> Void) {
        let whole = message.byteCount / blockBytes * blockBytes
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 16) { words in
            func take(_ bytes: RawSpan, at offset: Int) {
                for index in 0..<16 {
                    let word = bytes.unsafeLoadUnaligned(fromByteOffset: offset + 4 * index, as: UInt32.self)
                    words.initializeElement(
                        at: index, to: isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word))
                }
                body(UnsafePointer(words.baseAddress!))
            }
            for offset in stride(from: 0, to: whole, by: blockBytes) { take(message, at: offset) }
            var rest = message.extracting(whole..<message.byteCount).withUnsafeBytes { [UInt8]($0) }
            rest.append(0x80)
            while rest.count % blockBytes != blockBytes - 8 { rest.append(0) }
            let bits = UInt64(message.byteCount) << 3
            withUnsafeBytes(of: isBigEndian ? bits.bigEndian : bits.littleEndian) { rest.append(contentsOf: $0) }
            let last = rest.span.bytes
            for offset in stride(from: 0, to: last.byteCount, by: blockBytes) { take(last, at: offset) }
        }
    }
}

enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
            for (index, byte) in bytes.enumerated() {
                text[2 * index] = digits[Int(byte >> 4)]
                text[2 * index + 1] = digits[Int(byte & 15)]
            }
            return 2 * bytes.count
        }
    }
}
