import Storage
import TestSupport
import Testing

@Suite struct BigEndianTests {
    @Test(arguments: [0, 1, 255, 256, 0x0102_0304_0506_0708, UInt64.max - 1, UInt64.max])
    func aNumberComesBack(_ number: UInt64) {
        var bytes: [UInt8] = [9]
        bytes.appendBigEndian(number)
        #expect(bytes.count == 9)
        #expect(UInt64(bigEndianBytes: bytes[1...]) == number)
        #expect(bytes.span.bytes.bigEndianUInt64(at: 1) == number)
        #expect(bytes.span.bytes.bytes(from: 1) == Array(bytes[1...]))
    }

    @Test func theMostSignificantByteComesFirst() {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(UInt16(0x0102))
        bytes.appendBigEndian(UInt32(0x0304_0506))
        #expect(bytes == [1, 2, 3, 4, 5, 6])
        #expect(UInt32(bigEndianBytes: bytes[2...]) == 0x0304_0506)
        #expect(UInt16(bigEndianBytes: bytes[...]) == 0x0102)
    }

    @Test func bytesSortLikeTheNumbers() {
        var generator = SeededGenerator(seed: 1)
        // All magnitudes: uniform numbers would nearly all have eight significant bytes.
        let numbers = (0..<2_000).map { _ in generator.next() >> UInt64.random(in: 0..<64, using: &generator) }
        let encoded = numbers.map { number in
            var bytes: [UInt8] = []
            bytes.appendBigEndian(number)
            return bytes
        }
        let sorted = encoded.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(sorted.map { UInt64(bigEndianBytes: $0[...]) } == numbers.sorted())
    }
}
