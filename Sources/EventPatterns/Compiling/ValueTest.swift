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
