extension RawSpan {
    /// One byte, bounds checked.
    @inline(__always)
    subscript(position: Int) -> UInt8 { unsafeLoad(fromByteOffset: position, as: UInt8.self) }
}
