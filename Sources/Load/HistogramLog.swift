#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A log of histograms, one a second, in HdrHistogram's own format (version 1.3, `.hlog`), which its tools read in
/// every language. Values are microseconds.
///
/// hdrhistogram-swift does not write it. The contents are HdrHistogram's V2 encoding; the zlib around it holds them
/// uncompressed, which every reader takes and needs no library here.
struct HistogramLog: Sendable {
    /// As ``Latencies`` are kept, and the sub-buckets that this makes.
    private static let significantDigits: UInt32 = 3
    private static let subBucketHalfMagnitude = 10
    private static let subBucketCount: UInt64 = 2_048
    private static let cookie: UInt32 = 0x1C84_9303 | 0x10
    private static let compressedCookie: UInt32 = 0x1C84_9304 | 0x10
    private static let storedBlockMax = 65_535

    private(set) var text: String

    /// - Parameter start: milliseconds since 1970.
    init(start: Int64) {
        let rest = String(start % 1_000)
        let seconds = "\(start / 1_000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
        text = """
            #[Histogram log format version 1.3]
            #[StartTime: \(seconds) (seconds since epoch)]
            #[Values are microseconds]
            "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

            """
    }

    /// - Parameter second: which one after the start.
    mutating func append(_ latencies: Latencies, second: Int) {
        text += "\(second).000,1.000,\(latencies.maxMilliseconds),\(Self.encoded(latencies))\n"
    }

    static func encoded(_ latencies: Latencies) -> String {
        var payload: [UInt8] = []
        var next = 0
        for (value, count) in latencies.recorded {
            let index = index(of: value)
            // A run of zeroes is its length below zero.
            if index > next { appendZigZag(Int64(next - index), to: &payload) }
            appendZigZag(Int64(clamping: count), to: &payload)
            next = index + 1
        }
        var contents: [UInt8] = []
        append(cookie, to: &contents)
        append(UInt32(payload.count), to: &contents)
        append(UInt32(0), to: &contents)
        append(significantDigits, to: &contents)
        append(UInt64(1), to: &contents)
        append(Latencies.microsecondsMax, to: &contents)
        append((1.0).bitPattern, to: &contents)
        contents += payload
        let stored = stored(contents)
        var bytes: [UInt8] = []
        append(compressedCookie, to: &bytes)
        append(UInt32(stored.count), to: &bytes)
        return Data(bytes + stored).base64EncodedString()
    }

    /// A value's place among the counts.
    private static func index(of value: UInt64) -> Int {
        let bucket = 64 - (value | (subBucketCount - 1)).leadingZeroBitCount - (subBucketHalfMagnitude + 1)
        let subBucket = Int(value >> UInt64(bucket))
        return (bucket + 1) << subBucketHalfMagnitude + (subBucket - 1 << subBucketHalfMagnitude)
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
    }

    /// Small numbers in few bytes, the sign in the lowest bit; the ninth byte holds eight bits.
    private static func appendZigZag(_ value: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
        for _ in 0..<8 {
            guard rest >= 0x80 else { break }
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Bytes as zlib (RFC 1950) in blocks that are not compressed (RFC 1951, 3.2.4).
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let end = min(start + storedBlockMax, bytes.count)
            let length = UInt16(end - start)
            result.append(end == bytes.count ? 1 : 0)
            withUnsafeBytes(of: length.littleEndian) { result += $0 }
            withUnsafeBytes(of: (~length).littleEndian) { result += $0 }
            result += bytes[start..<end]
            start = end
        } while start < bytes.count
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        append(b << 16 | a, to: &result)
        return result
    }
}
