/// One alternative of a field's array, in a form that copies without reference counts: literals are slices of the
/// pools in `Literals`.
enum ValueTest: Sendable, Hashable {
    case null
    case bool(Bool)
    /// `exists: true`: any value that is no object or array.
    case present
    /// A string of at most eight bytes, see `RawSpan.head`.
    case shortString(head: UInt64, count: Int32)
    case string(Slice)
    /// A string that is an IP address, in whatever spelling; or a block of addresses: an index of
    /// `Literals.addresses`.
    case addresses(Int32)
    /// A number with this very text.
    case numberText(Slice)
    case number(Double)
    /// An index of `Literals.ranges`.
    case numberRange(Int32)
    /// The same, and a string that is a JSON number counts as that number. No AWS service does this.
    case numericText(Int32)
    case prefix(Slice)
    case suffix(Slice)
    /// A slice of `Literals.folded`.
    case folded(Slice, FoldedPlace)
    /// A slice of `Literals.pieces`: what stands between the stars.
    case wildcard(Slice)
    /// `anything-but`: a value that passes none of the tests in this slice of `Literals.exceptions`.
    case noneOf(Slice)

    enum FoldedPlace: Sendable, Hashable { case whole, prefix, suffix }
}

/// The numbers between two bounds, both included: a bound that is not included stands as its neighbour.
struct NumberRange: Sendable, Hashable {
    var lower = -Double.infinity
    var upper = Double.infinity

    @inline(__always)
    func contains(_ value: Double) -> Bool { value >= lower && value <= upper }
}

/// One character of an ignore-case operand: its lower and its upper form, of any length in bytes.
///
/// The original is not among them, which matters for title-case letters only: AWS's engine does the same.
struct FoldedCharacter: Sendable, Hashable {
    var lower: Slice
    var upper: Slice
}

/// What stands between two stars of a wildcard, or before the first or behind the last.
struct WildcardPiece: Sendable {
    var text: Slice
    /// Where its borders start in `Literals.borders`.
    var borders: Int32
}

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
