/// Reading of single bytes and words. Every load is checked against the span's end.
extension RawSpan {
    /// The byte at an offset; zero, which no JSON token begins with, beyond the end.
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 {
        offset < byteCount ? unsafeLoad(fromByteOffset: offset, as: UInt8.self) : 0
    }

    /// Eight bytes, the first in the lowest bits whatever the machine.
    @inline(__always)
    func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The first `count` bytes from an offset, at most eight, as one word with zeros behind them: texts of up to eight
    /// bytes are equal if their counts and these words are.
    @inline(__always)
    func head(_ offset: Int, count: Int) -> UInt64 {
        if offset + 8 <= byteCount {
            return count < 8 ? word(offset) & ((1 << (UInt64(truncatingIfNeeded: count) &* 8)) &- 1) : word(offset)
        }
        return headAtEnd(offset, count: min(count, 8))
    }

    /// Eight bytes from an offset, with zeros beyond the end.
    @inline(__always)
    func head(_ offset: Int) -> UInt64 {
        offset + 8 <= byteCount ? word(offset) : headAtEnd(offset, count: 8)
    }

    /// As `head`, where eight bytes are not to be had.
    @inline(never)
    private func headAtEnd(_ offset: Int, count: Int) -> UInt64 {
        (0..<count).reduce(0) { $0 | UInt64(byte(offset + $1)) << UInt64($1 * 8) }
    }

    /// The offset of the first dot between two offsets, or the second if there is none.
    @inline(__always)
    func firstDot(_ start: Int, _ end: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var at = start
        while at < end {
            let word = head(at) ^ (ones &* 0x2E)
            // The high bit of each dot; the lowest mark is true, those above may be false.
            let marks = (word &- ones) & ~word & (ones &* 0x80)
            if marks != 0 { return min(at + marks.trailingZeroBitCount >> 3, end) }
            at += 8
        }
        return end
    }

    /// Whether `count` bytes from `start` equal those of `other` from `otherStart`.
    @inline(__always)
    func equals(_ start: Int, _ other: RawSpan, _ otherStart: Int, count: Int) -> Bool {
        guard start >= 0, start + count <= byteCount, otherStart + count <= other.byteCount else { return false }
        var done = 0
        while done + 8 <= count {
            if word(start + done) != other.word(otherStart + done) { return false }
            done += 8
        }
        while done < count {
            if byte(start + done) != other.byte(otherStart + done) { return false }
            done += 1
        }
        return true
    }
}
