/// Little-endian numbers and texts of a file, each read within its bounds.
struct ELFReader {
    let bytes: [UInt8]

    func number<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type, at offset: Int
    ) throws(ELFError) -> Number {
        let size = MemoryLayout<Number>.size
        guard offset >= 0, offset <= bytes.count - size else { throw .cutOff }
        var value: Number = 0
        for index in (0..<size).reversed() { value = value << 8 | Number(bytes[offset + index]) }
        return value
    }

    /// A number that counts bytes or entries of the file, and so can be no larger than it.
    func count<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type, at offset: Int
    ) throws(ELFError) -> Int {
        let value = try number(type, at: offset)
        guard value <= Number(clamping: bytes.count) else { throw .cutOff }
        return Int(value)
    }

    /// The text from an offset to the next zero byte.
    func text(at offset: Int) throws(ELFError) -> String {
        guard bytes.indices.contains(offset), let end = bytes[offset...].firstIndex(of: 0) else { throw .cutOff }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }
}

/// Why a file is no program of the kind that Lambda runs.
public enum ELFError: Error, Hashable, Sendable {
    /// It is no ELF file.
    case notELF
    /// It is one for another processor.
    case otherKind
    /// Its section headers, which lead to what it needs, were taken away.
    case noSections
    /// It ends before what it says that it holds.
    case cutOff
}
