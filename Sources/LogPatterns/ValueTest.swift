/// What a value must be: the right side of a comparison with its operator.
enum ValueTest: Sendable {
    case equal(Operand)
    case notEqual(Operand)
    case ordered(Order, than: Double)

    enum Order: Sendable { case less, lessOrEqual, greater, greaterOrEqual }

    enum Operand: Sendable {
        /// A text, with wildcards at its ends.
        case text(TextShape)
        /// A number without quotes, and as it was written.
        case number(Double, text: [UInt8])
        case expression(LogExpression)
    }

    /// A text that a `*` may begin and end. AWS takes a `*` inside for itself.
    struct TextShape: Sendable {
        let text: [UInt8]
        let beginsAnyhow: Bool
        let endsAnyhow: Bool

        init(_ pattern: [UInt8]) {
            var text = pattern[...]
            beginsAnyhow = text.first == UInt8(ascii: "*")
            if beginsAnyhow { text.removeFirst() }
            endsAnyhow = text.last == UInt8(ascii: "*") || beginsAnyhow && text.isEmpty
            if text.last == UInt8(ascii: "*") { text.removeLast() }
            self.text = Array(text)
        }

        func matches(_ value: RawSpan) -> Bool {
            switch (beginsAnyhow, endsAnyhow) {
            case (false, false): value.equals(text)
            case (false, true): value.starts(with: text)
            case (true, false): value.ends(with: text)
            case (true, true): value.holds(text)
            }
        }
    }

    /// - Parameter isNumber: whether the value is a number, and is compared as one with a number.
    func holds(for value: RawSpan, isNumber: Bool) -> Bool {
        switch self {
        case .equal(let operand): return operand.equals(value, isNumber)
        case .notEqual(let operand): return !operand.equals(value, isNumber)
        case .ordered(let order, let bound):
            guard isNumber, let number = value.number else { return false }
            return switch order {
            case .less: number < bound
            case .lessOrEqual: number <= bound
            case .greater: number > bound
            case .greaterOrEqual: number >= bound
            }
        }
    }

    /// Reads an operator and what follows it.
    init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        if scanner.take("!=") {
            self = .notEqual(try Operand(&scanner))
        } else if scanner.take("<=") {
            self = .ordered(.lessOrEqual, than: try Self.bound(&scanner))
        } else if scanner.take(">=") {
            self = .ordered(.greaterOrEqual, than: try Self.bound(&scanner))
        } else if scanner.take("<") {
            self = .ordered(.less, than: try Self.bound(&scanner))
        } else if scanner.take(">") {
            self = .ordered(.greater, than: try Self.bound(&scanner))
        } else if scanner.take("=") {
            self = .equal(try Operand(&scanner))
        } else {
            throw scanner.unexpected("write one of the operators =, !=, <, <=, > and >= here")
        }
    }

    private static func bound(_ scanner: inout PatternScanner) throws(LogPatternError) -> Double {
        _ = scanner.next()
        let start = scanner.position
        guard case .number(let number, _) = try Operand(&scanner) else {
            scanner.position = start
            throw scanner.unexpected("<, <=, > and >= compare numbers, written without quotation marks")
        }
        return number
    }
}

extension ValueTest.Operand {
    fileprivate func equals(_ value: RawSpan, _ isNumber: Bool) -> Bool {
        switch self {
        case .text(let shape): shape.matches(value)
        case .number(let number, let text): isNumber ? value.number == number : value.equals(text)
        case .expression(let expression): expression.matches(value)
        }
    }

    /// What a value without quotes may be made of.
    private static let signs = Array("*.+-:/@#".utf8)

    fileprivate init(_ scanner: inout PatternScanner) throws(LogPatternError) {
        switch scanner.next() {
        case UInt8(ascii: "\""): self = .text(ValueTest.TextShape(try scanner.quoted()))
        case UInt8(ascii: "%"): self = .expression(try scanner.expression())
        default:
            let text = scanner.run { $0.isWordByte || Self.signs.contains($0) }
            guard !text.isEmpty else {
                throw scanner.unexpected(
                    "write a value here, in double quotation marks unless it is a plain word or number")
            }
            let number = text.span.bytes.number
            self = number.map { .number($0, text: text) } ?? .text(ValueTest.TextShape(text))
        }
    }
}
