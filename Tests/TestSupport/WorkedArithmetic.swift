/// Arithmetic written out line by line, as a person would on paper, and checked.
///
///     writes = 10 * 2628000 = 26280000
///     $writes = writes * 0.625 / 1000000 = 16.425
///     share = writes / 7 ≈ 3754285.71
///
/// A line is a name, what it is, and its value: after `=` the value itself, after `≈` the value rounded to so many decimals, half away from
/// zero. Later lines may use the name, and do so with the whole value. There are `+ - * /`, parentheses, `ceil`, `floor`, `min` and `max`. What
/// stands behind `--` is for readers, and so are empty lines.
public struct WorkedArithmetic: Sendable {
    public struct Mistake: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// A number without rounding.
    public struct Fraction: Sendable, Hashable {
        public let numerator: Int128
        public let denominator: Int128

        public init(_ numerator: Int128, _ denominator: Int128 = 1) {
            var (a, b) = (numerator.magnitude, denominator.magnitude)
            while b != 0 { (a, b) = (b, a % b) }
            let divisor = Int128(max(a, 1)) * (denominator < 0 ? -1 : 1)
            self.numerator = numerator / divisor
            self.denominator = denominator / divisor
        }

        public var double: Double { Double(numerator) / Double(denominator) }

        /// The largest whole number that is not above it.
        public var floor: Int128 {
            let quotient = numerator / denominator
            return numerator < 0 && quotient * denominator != numerator ? quotient - 1 : quotient
        }

        func rounded(decimals: Int) -> Fraction {
            let scale = (0..<decimals).reduce(Int128(1)) { scale, _ in scale * 10 }
            let half = Fraction(
                numerator.magnitude < 1 ? 0 : Int128(numerator.magnitude) * scale * 2 + denominator, denominator * 2)
            return Fraction((numerator < 0 ? -1 : 1) * half.floor, scale)
        }
    }

    /// The values by their names.
    public private(set) var values: [String: Fraction] = [:]

    /// - Throws: ``Mistake`` for the first line that does not hold.
    public init(_ text: String) throws(Mistake) {
        for line in text.split(separator: "\n") {
            let statement = line.split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false)[0]
            guard statement.contains(where: { !$0.isWhitespace }) else { continue }
            try read(String(statement), line: String(line))
        }
    }

    public subscript(_ name: String) -> Fraction? { values[name] }

    private mutating func read(_ statement: String, line: String) throws(Mistake) {
        let parts = statement.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let sign = parts[1].lastIndex(where: { $0 == "=" || $0 == "≈" }) else {
            throw Mistake(description: "\(line): not of the form name = what it is = value")
        }
        let name = parts[0].filter { !$0.isWhitespace }
        let value = try evaluate(String(parts[1][..<sign]), line)
        let claim = String(parts[1][parts[1].index(after: sign)...]).filter { !$0.isWhitespace && $0 != "_" }
        let claimed = try evaluate(claim, line)
        let decimals = claim.split(separator: ".").dropFirst().first?.count ?? 0
        let holds = parts[1][sign] == "=" ? value == claimed : value.rounded(decimals: decimals) == claimed
        guard holds else {
            throw Mistake(description: "\(line): it is \(value.numerator)/\(value.denominator), \(value.double)")
        }
        guard values[name] == nil else { throw Mistake(description: "\(line): \(name) is there already") }
        values[name] = value
    }

    private func evaluate(_ text: String, _ line: String) throws(Mistake) -> Fraction {
        var reader = Reader(Array(text.filter { !$0.isWhitespace && $0 != "_" }), values, line)
        let value = try reader.sum()
        guard reader.isAtEnd else { throw Mistake(description: "\(line): what is \(String(reader.rest))?") }
        return value
    }

    private struct Reader {
        let characters: [Character]
        let values: [String: Fraction]
        let line: String
        var position = 0

        init(_ characters: [Character], _ values: [String: Fraction], _ line: String) {
            self.characters = characters
            self.values = values
            self.line = line
        }

        var isAtEnd: Bool { position == characters.count }
        var rest: ArraySlice<Character> { characters[position...] }

        mutating func take(_ character: Character) -> Bool {
            guard position < characters.count, characters[position] == character else { return false }
            position += 1
            return true
        }

        mutating func sum() throws(Mistake) -> Fraction {
            var value = try product()
            while true {
                if take("+") {
                    let other = try product()
                    value = Fraction(
                        value.numerator * other.denominator + other.numerator * value.denominator,
                        value.denominator * other.denominator)
                } else if take("-") {
                    let other = try product()
                    value = Fraction(
                        value.numerator * other.denominator - other.numerator * value.denominator,
                        value.denominator * other.denominator)
                } else {
                    return value
                }
            }
        }

        mutating func product() throws(Mistake) -> Fraction {
            var value = try factor()
            while true {
                if take("*") {
                    let other = try factor()
                    value = Fraction(value.numerator * other.numerator, value.denominator * other.denominator)
                } else if take("/") {
                    let other = try factor()
                    guard other.numerator != 0 else { throw Mistake(description: "\(line): divides by nothing") }
                    value = Fraction(value.numerator * other.denominator, value.denominator * other.numerator)
                } else {
                    return value
                }
            }
        }

        mutating func factor() throws(Mistake) -> Fraction {
            if take("(") {
                let value = try sum()
                guard take(")") else { throw Mistake(description: "\(line): a parenthesis stays open") }
                return value
            }
            let word = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "$" || $0 == "." })
            position += word.count
            guard let first = word.first else { throw Mistake(description: "\(line): what is \(String(rest))?") }
            if first.isNumber { return try number(word) }
            if take("(") {
                var arguments = [try sum()]
                while take(",") { arguments.append(try sum()) }
                guard take(")") else { throw Mistake(description: "\(line): a parenthesis stays open") }
                return try call(word, arguments)
            }
            guard let value = values[word] else { throw Mistake(description: "\(line): \(word) has no value yet") }
            return value
        }

        private func number(_ word: String) throws(Mistake) -> Fraction {
            let parts = word.split(separator: ".", omittingEmptySubsequences: false)
            let decimals = parts.count == 2 ? parts[1].count : 0
            guard parts.count <= 2, let digits = Int128(parts.joined()) else {
                throw Mistake(description: "\(line): \(word) is no number")
            }
            return Fraction(digits, (0..<decimals).reduce(1) { scale, _ in scale * 10 })
        }

        private func call(_ name: String, _ arguments: [Fraction]) throws(Mistake) -> Fraction {
            func isLess(_ left: Fraction, _ right: Fraction) -> Bool {
                left.numerator * right.denominator < right.numerator * left.denominator
            }
            switch name {
            case "ceil": return Fraction(-Fraction(-arguments[0].numerator, arguments[0].denominator).floor)
            case "floor": return Fraction(arguments[0].floor)
            case "min": return arguments.min(by: isLess)!
            case "max": return arguments.max(by: isLess)!
            default: throw Mistake(description: "\(line): there is no \(name)")
            }
        }
    }
}
