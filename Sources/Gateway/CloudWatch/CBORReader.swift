import Clocks

/// Reads one CBOR item (RFC 8949) as a tree: what the newest of AWS's protocols sends.
///
/// Lengths are checked against the bytes that are there before anything is allocated, and nesting and values are bounded, so that a
/// hostile body costs little more than its size.
struct CBORReader {
    struct Malformed: Error {}

    /// Deepest nesting. A dashboard, a text here, is not nested; the deepest request has seven levels.
    private static let depthMax = 32
    /// Tag of a moment: seconds since 1970.
    private static let epochTag: UInt64 = 1

    private let bytes: [UInt8]
    private var position = 0
    private var valueCount = 0

    /// - Throws: ``Malformed`` for what is no CBOR, is cut off, or has something behind its one item.
    static func read(_ bytes: [UInt8]) throws(Malformed) -> WireValue {
        var reader = CBORReader(bytes: bytes)
        let value = try reader.item(depth: 0)
        guard reader.position == bytes.count else { throw Malformed() }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func item(depth: Int) throws(Malformed) -> WireValue {
        valueCount += 1
        guard depth < Self.depthMax, valueCount <= RequestTree.valuesMax else { throw Malformed() }
        let first = try byte()
        let (major, info) = (first >> 5, first & 0x1F)
        if major == 7 { return try simple(info) }
        // 31: of a length that an end mark tells.
        let count = info == 31 ? nil : try argument(info)
        switch (major, count) {
        case (0, let value?): return integer(value, isNegative: false)
        case (1, let value?): return integer(value, isNegative: true)
        case (2, _): return .bytes(try string(major, count))
        case (3, _):
            guard let text = String(validating: try string(major, count), as: UTF8.self) else { throw Malformed() }
            return .text(text)
        case (4, _):
            var elements: [WireValue] = []
            while try hasNext(count, after: elements.count) { elements.append(try item(depth: depth + 1)) }
            return .list(elements)
        case (5, _):
            var members: [String: WireValue] = [:]
            var seen = 0
            while try hasNext(count, after: seen) {
                guard case .text(let name) = try item(depth: depth + 1) else { throw Malformed() }
                members[name] = try item(depth: depth + 1)
                seen += 1
            }
            return .members(members)
        case (6, let tag?):
            let value = try item(depth: depth + 1)
            guard tag == Self.epochTag else { return value }
            guard let moment = value.asTimestamp else { throw Malformed() }
            return .timestamp(moment)
        default: throw Malformed()
        }
    }

    /// A byte or text string, in one piece or, without a length, in several.
    private mutating func string(_ major: UInt8, _ count: UInt64?) throws(Malformed) -> [UInt8] {
        if let count { return try take(count) }
        var whole: [UInt8] = []
        while try hasNext(nil, after: 0) {
            let first = try byte()
            guard first >> 5 == major, first & 0x1F != 31 else { throw Malformed() }
            whole += try take(try argument(first & 0x1F))
        }
        return whole
    }

    private mutating func simple(_ info: UInt8) throws(Malformed) -> WireValue {
        switch info {
        case 20: return .boolean(false)
        case 21: return .boolean(true)
        case 22, 23: return .null
        case 25: return .number(Double(Self.half(UInt16(try big(2)))))
        case 26: return .number(Double(Float(bitPattern: UInt32(try big(4)))))
        case 27: return .number(Double(bitPattern: try big(8)))
        default: throw Malformed()
        }
    }

    /// A number of half precision, without the type that not every processor has.
    private static func half(_ bits: UInt16) -> Float {
        let sign: Float = bits >> 15 == 0 ? 1 : -1
        let (exponent, fraction) = (Int(bits >> 10 & 0x1F), Float(bits & 0x3FF))
        return switch exponent {
        case 0: sign * Float(sign: .plus, exponent: -24, significand: fraction)
        case 31: fraction == 0 ? sign * .infinity : .nan
        default: sign * Float(sign: .plus, exponent: exponent - 25, significand: 1_024 + fraction)
        }
    }

    private func integer(_ value: UInt64, isNegative: Bool) -> WireValue {
        guard let small = Int64(exactly: value) else {
            return .number(isNegative ? -1 - Double(value) : Double(value))
        }
        return .integer(isNegative ? -1 - small : small)
    }

    /// Whether a list or a map goes on; takes the end mark of one without a length.
    private mutating func hasNext(_ count: UInt64?, after seen: Int) throws(Malformed) -> Bool {
        if let count { return seen < count }
        guard position < bytes.count else { throw Malformed() }
        guard bytes[position] == 0xFF else { return true }
        position += 1
        return false
    }

    private mutating func argument(_ info: UInt8) throws(Malformed) -> UInt64 {
        switch info {
        case 0..<24: UInt64(info)
        case 24: try big(1)
        case 25: try big(2)
        case 26: try big(4)
        case 27: try big(8)
        default: throw Malformed()
        }
    }

    private mutating func byte() throws(Malformed) -> UInt8 { UInt8(try big(1)) }

    private mutating func big(_ count: UInt64) throws(Malformed) -> UInt64 {
        try take(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func take(_ count: UInt64) throws(Malformed) -> [UInt8] {
        guard count <= UInt64(bytes.count - position) else { throw Malformed() }
        defer { position += Int(count) }
        return Array(bytes[position..<position + Int(count)])
    }
}
