import Items

/// A regular expression as filter patterns have them: classes, repetition, alternatives and anchors, and no parentheses.
///
/// Alternatives are chains of steps; a match is looked for at all places at once, with a bit for each step. Time is linear in the
/// text, whatever the expression. What is not ASCII is one character each, which `.` and negated classes take.
struct LogExpression: Sendable {
    typealias Steps = SIMD4<UInt64>

    /// Most steps of an expression, with one for the end of each alternative. `a{3}` has three. Ours: as many as a vector has
    /// bits.
    static let stepsMax = 256

    /// For each character, the steps that take it: ASCII, and all others together.
    private var takers = [Steps](repeating: .zero, count: CharacterClass.count)
    /// Steps that may be left out.
    private var optional = Steps.zero
    /// Steps that may be taken again.
    private var repeating = Steps.zero
    private var starts = Steps.zero
    private var anchoredStarts = Steps.zero
    private var ends = Steps.zero
    private var anchoredEnds = Steps.zero

    /// - Parameter place: the number of the first character in the pattern.
    init(_ text: [UInt8], at place: Int) throws(LogPatternError) {
        var reader = ExpressionReader(text, at: place)
        var bit = 0
        for chain in try reader.chains() {
            let start = Steps(bit: bit)
            if chain.isAnchoredAtStart { anchoredStarts |= start } else { starts |= start }
            for step in chain.steps {
                for character in 0..<CharacterClass.count where step.takes.contains(character) {
                    takers[character] |= Steps(bit: bit)
                }
                if step.isOptional { optional |= Steps(bit: bit) }
                if step.isRepeating { repeating |= Steps(bit: bit) }
                bit += 1
            }
            if chain.isAnchoredAtEnd { anchoredEnds |= Steps(bit: bit) } else { ends |= Steps(bit: bit) }
            bit += 1
        }
        starts = closed(starts)
        anchoredStarts = closed(anchoredStarts)
    }

    /// Whether it matches somewhere in a text.
    func matches(_ text: RawSpan) -> Bool {
        var state = starts | anchoredStarts
        if state.intersects(ends) { return true }
        for index in 0..<text.byteCount {
            let byte = text[index]
            // A character's first byte stands for it.
            if byte & 0xC0 == 0x80 { continue }
            let taken = state & takers[Int(min(byte, CharacterClass.other))]
            state = closed(taken.advanced | taken & repeating) | starts
            if state.intersects(ends) { return true }
        }
        return state.intersects(anchoredEnds)
    }

    /// Adds the steps that can be reached by leaving out optional ones.
    ///
    /// In one pass: where a step of a run of optional ones is added to the run, a carry goes through the rest of it to
    /// the step behind, and changes every bit on its way but those that are added themselves. No carry leaves the
    /// vector, as the last step is an alternative's end, which is not optional.
    private func closed(_ steps: Steps) -> Steps {
        let skipped = steps & optional
        guard skipped != .zero else { return steps }
        return steps | (optional.adding(skipped) ^ optional)
    }
}

extension SIMD4<UInt64> {
    init(bit: Int) {
        self = .zero
        self[bit / 64] = 1 << UInt64(bit % 64)
    }

    /// All bits one step on.
    var advanced: Self {
        let carries = self &>> 63
        return (self &<< 1) | Self(0, carries[0], carries[1], carries[2])
    }

    /// The sum of two numbers of 256 bits, without what goes beyond them.
    func adding(_ other: Self) -> Self {
        var sum = self &+ other
        var carry: UInt64 = 0
        for word in 0..<4 {
            // Without a carry from below, a sum that went beyond the word is less than what went into it.
            let isBeyond = sum[word] < self[word]
            let (whole, isBeyondByCarry) = sum[word].addingReportingOverflow(carry)
            sum[word] = whole
            carry = isBeyond || isBeyondByCarry ? 1 : 0
        }
        return sum
    }

    func intersects(_ other: Self) -> Bool { self & other != .zero }
}

/// A set of characters: ASCII each, and all others together.
struct CharacterClass: Sendable, Hashable {
    /// Stands for what is not ASCII.
    static let other: UInt8 = 0x80
    static let count = 129

    private var low: UInt64 = 0
    private var high: UInt64 = 0
    private var hasOthers = false

    func contains(_ character: Int) -> Bool {
        switch character {
        case 0..<64: low >> UInt64(character) & 1 == 1
        case 64..<128: high >> UInt64(character - 64) & 1 == 1
        default: hasOthers
        }
    }

    mutating func insert(_ character: UInt8) {
        switch character {
        case 0..<64: low |= 1 << UInt64(character)
        case 64..<128: high |= 1 << UInt64(character - 64)
        default: hasOthers = true
        }
    }

    mutating func formUnion(_ class: CharacterClass) {
        low |= `class`.low
        high |= `class`.high
        hasOthers = hasOthers || `class`.hasOthers
    }

    var inverted: CharacterClass {
        var inverted = CharacterClass()
        (inverted.low, inverted.high, inverted.hasOthers) = (~low, ~high, !hasOthers)
        return inverted
    }

    init() {}

    init(_ characters: String) { for byte in characters.utf8 { insert(byte) } }

    static let any = CharacterClass().inverted
    static let digits = CharacterClass("0123456789")
    static let blanks = CharacterClass(" \t\n\r\u{0B}\u{0C}")
    static let words: CharacterClass = {
        var words = CharacterClass("_")
        for byte in UInt8(0)..<128 where byte.isLetter || byte.isDigit { words.insert(byte) }
        return words
    }()
}
