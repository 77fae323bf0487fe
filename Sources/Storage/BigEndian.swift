import Foundation

/// Integers as bytes that sort like the integers: most significant byte first.
extension [UInt8] {
    // Inlinable: called for every key and record, and unspecialised it took 3 % of a write.
    @inlinable
    public mutating func appendBigEndian(_ value: some FixedWidthInteger & UnsignedInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension FixedWidthInteger where Self: UnsignedInteger {
    /// Reads as many of the first bytes as the type has. The caller makes sure that there are enough.
    public init(bigEndianBytes bytes: ArraySlice<UInt8>) {
        self = bytes.prefix(Self.bitWidth / 8).reduce(0) { $0 << 8 | Self($1) }
    }
}

extension RawSpan {
    /// The integer whose first byte stands at `offset`.
    public func bigEndianUInt64(at offset: Int) -> UInt64 {
        UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// A copy of the bytes from `offset` on.
    public func bytes(from offset: Int = 0) -> [UInt8] {
        withUnsafeBytes { [UInt8]($0.dropFirst(offset)) }
    }
}
