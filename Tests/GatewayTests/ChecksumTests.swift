import NIOCore
import Testing

@testable import Gateway

@Suite struct ChecksumTests {
    /// The standard check value, and checksums that DynamoDB has sent with these bodies.
    @Test(
        arguments: [
            ("", 0),
            ("123456789", 0xCBF4_3926),
            (#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#, 1_368_724_161),
            (#"{"__type":"com.amazon.coral.service#SerializationException"}"#, 3_948_637_019),
            ("<UnknownOperationException/>\n", 3_552_371_480),
            ("{}", 2_745_614_147),
        ] as [(String, UInt32)])
    func knownAnswers(text: String, checksum: UInt32) {
        #expect(Checksum.crc32(ByteBuffer(string: text)) == checksum)
    }

    @Test(arguments: 0...40)
    func everyLengthAgreesWithOneBitAtATime(length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 89) }
        #expect(Checksum.crc32(ByteBuffer(bytes: bytes)) == slowChecksum(bytes))
    }

    @Test func onlyReadableBytesCount() {
        var buffer = ByteBuffer(string: "xx123456789")
        buffer.moveReaderIndex(forwardBy: 2)
        #expect(Checksum.crc32(buffer) == 0xCBF4_3926)
    }

    private func slowChecksum(_ bytes: [UInt8]) -> UInt32 {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }
}
