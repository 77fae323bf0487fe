/// The pools that tests point into.
struct Literals: Sendable {
    var bytes: [UInt8] = []
    var folded: [FoldedCharacter] = []
    var pieces: [WildcardPiece] = []
    /// For each beginning of a wildcard's piece, how many bytes of it are both its beginning and its end.
    var borders: [Int32] = []
    var exceptions: [ValueTest] = []
    var addresses: [AddressRange] = []
    var ranges: [NumberRange] = []
    var slots: [TextTable.Slot] = []

    mutating func add(_ text: some Collection<UInt8>) -> Slice {
        defer { bytes += text }
        return Slice(start: Int32(bytes.count), count: Int32(text.count))
    }

    func text(_ slice: Slice) -> [UInt8] { Array(bytes[slice.range]) }

    /// The test for one string.
    mutating func test(string text: [UInt8]) -> ValueTest {
        text.count <= 8
            ? .shortString(head: text.span.bytes.head(0, count: text.count), count: Int32(text.count))
            : .string(add(text))
    }

    mutating func test(addresses range: AddressRange) -> ValueTest {
        addresses.append(range)
        return .addresses(Int32(addresses.count - 1))
    }

    mutating func add(range: NumberRange) -> Int32 {
        ranges.append(range)
        return Int32(ranges.count - 1)
    }

    mutating func add(exceptions tests: [ValueTest]) -> Slice {
        defer { exceptions += tests }
        return Slice(start: Int32(exceptions.count), count: Int32(tests.count))
    }

    /// Adds an ignore-case operand. Each character counts by its full case mapping in no particular language.
    mutating func add(folding text: [UInt8]) -> Slice {
        var characters: [FoldedCharacter] = []
        for character in EscapedText.characters(text) {
            let forms = character.scalar?.properties
            let lower = add(forms.map { Array($0.lowercaseMapping.utf8) } ?? Array(character.bytes))
            let upper = add(forms.map { Array($0.uppercaseMapping.utf8) } ?? Array(character.bytes))
            characters.append(FoldedCharacter(lower: lower, upper: upper))
        }
        defer { folded += characters }
        return Slice(start: Int32(folded.count), count: Int32(characters.count))
    }

    mutating func add(pieces texts: [[UInt8]]) -> Slice {
        defer {
            for text in texts {
                pieces.append(WildcardPiece(text: add(text), borders: Int32(borders.count)))
                addBorders(of: text)
            }
        }
        return Slice(start: Int32(pieces.count), count: Int32(texts.count))
    }

    /// The failure function of Knuth, Morris and Pratt ("Fast pattern matching in strings", 1977).
    private mutating func addBorders(of text: [UInt8]) {
        let start = borders.count
        var length = 0
        for index in text.indices {
            while length > 0, text[index] != text[length] { length = Int(borders[start + length - 1]) }
            if index > 0, text[index] == text[length] { length += 1 }
            borders.append(Int32(length))
        }
    }
}
