import Clocks

/// Writes a tree as CBOR (RFC 8949), each number in its shortest form but doubles, which keep theirs.
enum CBORWriter {
    static func bytes(of value: WireValue) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return bytes
    }

    private static func append(_ value: WireValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(0xF6)
        case .boolean(let flag): bytes.append(flag ? 0xF5 : 0xF4)
        case .integer(let number) where number >= 0: head(0, UInt64(number), &bytes)
        case .integer(let number): head(1, UInt64(-1 - number), &bytes)
        case .number(let number): append(number, to: &bytes)
        case .timestamp(let moment):
            head(6, 1, &bytes)
            append(Double(moment.microseconds) / 1_000_000, to: &bytes)
        case .text(let text):
            head(3, UInt64(text.utf8.count), &bytes)
            bytes += text.utf8
        case .bytes(let string):
            head(2, UInt64(string.count), &bytes)
            bytes += string
        case .list(let elements):
            head(4, UInt64(elements.count), &bytes)
            for element in elements { append(element, to: &bytes) }
        case .members(let members):
            head(5, UInt64(members.count), &bytes)
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                append(.text(name), to: &bytes)
                append(member, to: &bytes)
            }
        }
    }

    private static func append(_ number: Double, to bytes: inout [UInt8]) {
        bytes.append(0xFB)
        withUnsafeBytes(of: number.bitPattern.bigEndian) { bytes += $0 }
    }

    private static func head(_ major: UInt8, _ argument: UInt64, _ bytes: inout [UInt8]) {
        func write(_ info: UInt8, _ number: some FixedWidthInteger) {
            bytes.append(major << 5 | info)
            withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
        }
        switch argument {
        case 0..<24: bytes.append(major << 5 | UInt8(argument))
        case 0...UInt64(UInt8.max): write(24, UInt8(argument))
        case 0...UInt64(UInt16.max): write(25, UInt16(argument))
        case 0...UInt64(UInt32.max): write(26, UInt32(argument))
        default: write(27, argument)
        }
    }
}
