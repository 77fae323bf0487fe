/// A field name or value, compared byte by byte as the matcher does; Swift's strings are equal more often.
struct Text: Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    var bytes: [UInt8]

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    init(_ string: String) { bytes = Array(string.utf8) }
    init(stringLiteral value: String) { self.init(value) }

    var description: String { String(decoding: bytes, as: UTF8.self) }
    /// In quotes, as JSON has it.
    var quoted: String {
        let characters = description.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\0"..<" ", "\u{7F}":
                "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2) + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"\(characters.joined())\""
    }
    /// With ASCII letters in lower case; nil when there are others, whose folding is not ours to foresee.
    var foldedASCII: Text? {
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
        return Text(bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    }

    func hasPrefix(_ other: Text) -> Bool { bytes.starts(with: other.bytes) }
    func hasSuffix(_ other: Text) -> Bool { bytes.reversed().starts(with: other.bytes.reversed()) }
}

extension Text {
    /// Whether it may be an IP address: the fewest separators that one has.
    var mayBeAddress: Bool {
        bytes.count { $0 == UInt8(ascii: ".") } >= 3 || bytes.count { $0 == UInt8(ascii: ":") } >= 2
    }
}

extension Text {
    /// The name with the fewest changed letters, when that is at most a third of them. Letter case does not count.
    func nearest(among names: some Sequence<Text>) -> Text? {
        let limit = max(1, (bytes.count + 1) / 3)
        let own = foldedASCII ?? self
        return
            names
            .map { (name: $0, distance: Self.distance(own.bytes, ($0.foldedASCII ?? $0).bytes)) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.name.description) < ($1.distance, $1.name.description) }?
            .name
    }

    /// Edits from one to the other: a byte inserted, deleted or changed.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let change = diagonal + (byte == right[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(change, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
