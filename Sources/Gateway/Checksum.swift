import NIOCore

/// The CRC-32 of zlib and Ethernet (polynomial 0x04C11DB7, reflected): what `x-amz-crc32` holds of an answer's body. Clients
/// that find another value throw the answer away and send the request again.
enum Checksum {
    /// How many bytes one step takes. Each has a table of 256 words, 8 KiB together, which stay in the nearest cache.
    private static let stepBytes = 8

    /// `tables[256 * n + byte]`: what a byte that n others follow adds to the checksum. Eight independent look-ups a step
    /// instead of a chain of eight are several times quicker, and answers can be 1 MB large.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 256 * stepBytes)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
            tables[byte] = value
        }
        for index in 256..<tables.count {
            let shorter = tables[index - 256]
            tables[index] = shorter >> 8 ^ tables[Int(shorter & 0xFF)]
        }
        return tables
    }()

    /// The checksum of the bytes that can be read. Linear in their number.
    static func crc32(_ buffer: ByteBuffer) -> UInt32 { crc32(buffer.readableBytesSpan) }

    static func crc32(_ bytes: RawSpan) -> UInt32 {
        let tables = tables.span
        var value = UInt32.max
        var position = 0
        while position + stepBytes <= bytes.byteCount {
            let low = bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian ^ value
            let high = bytes.unsafeLoadUnaligned(fromByteOffset: position + 4, as: UInt32.self).littleEndian
            let first = tables[1_792 + Int(low & 0xFF)] ^ tables[1_536 + Int(low >> 8 & 0xFF)]
            let second = tables[1_280 + Int(low >> 16 & 0xFF)] ^ tables[1_024 + Int(low >> 24)]
            let third = tables[768 + Int(high & 0xFF)] ^ tables[512 + Int(high >> 8 & 0xFF)]
            let fourth = tables[256 + Int(high >> 16 & 0xFF)] ^ tables[Int(high >> 24)]
            value = first ^ second ^ third ^ fourth
            position += stepBytes
        }
        while position < bytes.byteCount {
            let byte = bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self)
            value = value >> 8 ^ tables[Int((value ^ UInt32(byte)) & 0xFF)]
            position += 1
        }
        return ~value
    }
}
