/// Reads a regular expression into chains of steps, one for each alternative.
struct ExpressionReader {
    struct Step {
        var takes: CharacterClass
        var isOptional = false
        var isRepeating = false
    }

    struct Chain {
        var steps: [Step] = []
        var isAnchoredAtStart = false
        var isAnchoredAtEnd = false
    }

    /// Signs that stand for themselves. AWS lists them, and has the blank in an example.
    private static let signs = Array(":_#=@/;,- ".utf8)

    private let text: [UInt8]
    private let place: Int
    private var position = 0
    private var stepCount = 0

    init(_ text: [UInt8], at place: Int) {
        self.text = text
        self.place = place
    }

    mutating func chains() throws(LogPatternError) -> [Chain] {
        guard !text.isEmpty else { throw error("has nothing in it", "put one between the two %") }
        var chains: [Chain] = []
        repeat { chains.append(try chain()) } while take("|")
        guard position == text.count else { throw misplaced }
        return chains
    }

    private mutating func chain() throws(LogPatternError) -> Chain {
        var chain = Chain()
        chain.isAnchoredAtStart = take("^")
        while position < text.count, text[position] != UInt8(ascii: "|") {
            if take("$") {
                guard position == text.count || text[position] == UInt8(ascii: "|") else {
                    position -= 1
                    throw misplaced
                }
                chain.isAnchoredAtEnd = true
                break
            }
            let start = position
            let step = Step(takes: try characterClass())
            let steps = try repeated(step)
            stepCount += steps.count
            guard stepCount <= LogExpression.stepsMax else { throw tooLong(start) }
            chain.steps += steps
        }
        stepCount += 1
        guard stepCount <= LogExpression.stepsMax else { throw tooLong(position) }
        return chain
    }

    // MARK: Characters

    private mutating func characterClass() throws(LogPatternError) -> CharacterClass {
        let byte = text[position]
        switch byte {
        case UInt8(ascii: "."):
            position += 1
            return .any
        case UInt8(ascii: "["): return try bracketed()
        case UInt8(ascii: "\\"): return try escaped()
        case _ where byte.isLetter || byte.isDigit || Self.signs.contains(byte):
            position += 1
            var single = CharacterClass()
            single.insert(byte)
            return single
        default: throw misplaced
        }
    }

    private mutating func escaped() throws(LogPatternError) -> CharacterClass {
        let start = position
        position += 1
        guard position < text.count else { throw error("ends in a backslash", "put the sign that is meant behind it") }
        let byte = text[position]
        position += 1
        switch byte {
        case UInt8(ascii: "d"): return .digits
        case UInt8(ascii: "D"): return CharacterClass.digits.inverted
        case UInt8(ascii: "s"): return .blanks
        case UInt8(ascii: "S"): return CharacterClass.blanks.inverted
        case UInt8(ascii: "w"): return .words
        case UInt8(ascii: "W"): return CharacterClass.words.inverted
        case UInt8(ascii: "t"): return CharacterClass("\t")
        case UInt8(ascii: "n"): return CharacterClass("\n")
        case UInt8(ascii: "r"): return CharacterClass("\r")
        case UInt8(ascii: "x"):
            let digits = String(decoding: text[position...].prefix(2), as: UTF8.self)
            // `UInt8` reads a sign as well.
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let code = UInt8(digits, radix: 16),
                code < 0x80
            else {
                position = start
                throw misplaced
            }
            position += 2
            var single = CharacterClass()
            single.insert(code)
            return single
        case _ where byte >= 0x80 || byte.isLetter || byte.isDigit:
            position = start
            throw misplaced
        default:
            var single = CharacterClass()
            single.insert(byte)
            return single
        }
    }

    private mutating func bracketed() throws(LogPatternError) -> CharacterClass {
        let start = position
        position += 1
        let isInverted = take("^")
        var members = CharacterClass()
        var last: UInt8?
        var isEmpty = true
        while position < text.count, text[position] != UInt8(ascii: "]") || isEmpty {
            isEmpty = false
            let byte = text[position]
            if byte == UInt8(ascii: "\\") {
                let before = position
                members.formUnion(try escaped())
                last = text[before + 1].isLetter ? nil : text[before + 1]
            } else if byte == UInt8(ascii: "-"), let first = last, position + 1 < text.count,
                text[position + 1] != UInt8(ascii: "]")
            {
                let end = text[position + 1]
                guard end < 0x80, end >= first else { throw misplaced }
                for character in first...end { members.insert(character) }
                position += 2
                last = nil
            } else {
                guard byte < 0x80 else { throw misplaced }
                members.insert(byte)
                position += 1
                last = byte
            }
        }
        guard take("]") else {
            position = start
            throw error("has a [ that is not closed", "close it, or write \\[ for the sign itself")
        }
        return isInverted ? members.inverted : members
    }

    // MARK: Repetition

    private mutating func repeated(_ step: Step) throws(LogPatternError) -> [Step] {
        var step = step
        if take("?") {
            step.isOptional = true
        } else if take("*") {
            (step.isOptional, step.isRepeating) = (true, true)
        } else if take("+") {
            step.isRepeating = true
        } else if take("{") {
            return try counted(step)
        }
        return [step]
    }

    /// `{m}`, `{m,}`, `{,n}` and `{m,n}`.
    private mutating func counted(_ step: Step) throws(LogPatternError) -> [Step] {
        let start = position - 1
        let end = text[position...].firstIndex(of: UInt8(ascii: "}")) ?? text.endIndex
        let numbers = String(decoding: text[position..<end], as: UTF8.self)
            .split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.filter { $0 != " " } }
        let bounds = numbers.map { Int($0) }
        let least = bounds.first.flatMap { $0 }
        let most = numbers.count == 1 ? least : bounds.last.flatMap { $0 }
        let areNumbers = zip(numbers, bounds).allSatisfy { text, number in
            text.isEmpty ? numbers.count == 2 : text.allSatisfy { $0.isNumber } && number != nil
        }
        guard end < text.endIndex, numbers.count <= 2, areNumbers, least != nil || most != nil,
            (least ?? 0) <= (most ?? .max)
        else {
            position = start
            throw error("has a repetition that is none", "write {2}, {2,}, {,5} or {2,5}")
        }
        position = end + 1
        guard max(least ?? 0, most ?? 0) <= LogExpression.stepsMax else { throw tooLong(start) }
        var (optional, endless) = (step, step)
        optional.isOptional = true
        (endless.isOptional, endless.isRepeating) = (true, true)
        let needed = [Step](repeating: step, count: least ?? 0)
        guard let most else { return needed + [endless] }
        return needed + [Step](repeating: optional, count: most - (least ?? 0))
    }

    // MARK: Errors

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: sign) else { return false }
        position += 1
        return true
    }

    private func error(_ problem: String, _ remedy: String) -> LogPatternError {
        LogPatternError("Invalid filter pattern: the expression at character \(place) \(problem); \(remedy).")
    }

    private var misplaced: LogPatternError {
        var end = position + 1
        while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        let sign = String(decoding: text[min(position, text.count)..<min(end, text.count)], as: UTF8.self)
        return LogPatternError(
            "Invalid character(s) in term '\(sign)' at character \(place + position); an expression takes letters, digits, "
                + "blanks, :_#=@/;,- and the operators ^ $ ? [ ] { } | \\ * + . in their places, and \\x21 for other signs."
        )
    }

    private func tooLong(_ position: Int) -> LogPatternError {
        error(
            "has more than \(LogExpression.stepsMax) steps from character \(place + position) on", "repeat less often")
    }
}
