extension RawSpan {
    /// One byte, bounds checked.
    @inlinable @inline(__always)
    package subscript(position: Int) -> UInt8 { unsafeLoad(fromByteOffset: position, as: UInt8.self) }
}
