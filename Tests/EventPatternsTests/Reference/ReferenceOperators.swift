/// Reads the array of a field: plain values and operators.
struct ReferenceOperators {
    typealias Refused = ReferencePattern.Refused

    /// Pipes have fewer operators than event buses.
    let forPipes: Bool

    func tests(_ values: [ReferenceValue]) throws(Refused) -> [ReferenceTest] {
        guard !values.isEmpty else { throw Refused() }
        var tests: [ReferenceTest] = []
        for value in values { tests.append(try test(value)) }
        return tests
    }

    private func test(_ value: ReferenceValue) throws(Refused) -> ReferenceTest {
        switch value {
        case .string(let text): return ReferenceAddress(text).map { .address(.init($0)) } ?? .string(text)
        case .number(let text): return .number(text)
        case .word(let word): return .word(word)
        case .array: throw Refused()
        case .object: break
        }
        let (name, operand) = try only(value)
        switch (name, operand) {
        case ("exactly", .string(let text)) where !forPipes: return .string(text)
        case ("prefix", .string(let text)): return .prefix(text)
        case ("suffix", .string(let text)): return .suffix(text)
        case ("prefix", .object): return .prefixIgnoringCase(try ignoringCase(operand))
        case ("suffix", .object): return .suffixIgnoringCase(try ignoringCase(operand))
        case ("equals-ignore-case", .string(let text)): return .equalsIgnoringCase(text)
        case ("wildcard", .string(let text)) where !forPipes: return .wildcard(try wildcard(text))
        case ("exists", .word(let word)) where word != "null": return .exists(word == "true")
        case ("cidr", .string(let text)):
            guard let range = ReferenceAddressRange(block: text) else { throw Refused() }
            return .address(range)
        case ("numeric", .array(let terms)): return .numeric(try numeric(terms))
        case ("anything-but", .object): return .noneOf(try anythingButOperator(operand))
        case ("anything-but", _): return .noneOf(try anythingBut(operand))
        default: throw Refused()
        }
    }

    /// The one member of an object.
    private func only(_ object: ReferenceValue) throws(Refused) -> (String, ReferenceValue) {
        guard case .object(let members) = object, members.count == 1 else { throw Refused() }
        // Half of a surrogate pair becomes something else here, which is no operator either.
        return (String(decoding: members[0].name, as: UTF8.self), members[0].value)
    }

    private func ignoringCase(_ object: ReferenceValue) throws(Refused) -> [UInt8] {
        guard case ("equals-ignore-case", .string(let text)) = try only(object) else { throw Refused() }
        return text
    }

    private func list(_ operand: ReferenceValue) throws(Refused) -> [ReferenceValue] {
        guard case .array(let values) = operand else { return [operand] }
        guard !values.isEmpty else { throw Refused() }
        return values
    }

    /// Strings only or numbers only. An address is a plain string here.
    private func anythingBut(_ operand: ReferenceValue) throws(Refused) -> [ReferenceTest] {
        var strings: [ReferenceTest] = []
        var numbers: [ReferenceTest] = []
        for value in try list(operand) {
            switch value {
            case .string(let text): strings.append(.string(text))
            case .number(let text):
                guard let number = ReferenceNumber.value(text) else { throw Refused() }
                numbers.append(.numeric([("=", number)]))
            default: throw Refused()
            }
        }
        guard strings.isEmpty || numbers.isEmpty else { throw Refused() }
        return strings + numbers
    }

    private func anythingButOperator(_ operand: ReferenceValue) throws(Refused) -> [ReferenceTest] {
        let (name, inner) = try only(operand)
        guard !forPipes else { throw Refused() }
        var tests: [ReferenceTest] = []
        for value in try list(inner) {
            switch (name, value) {
            case ("prefix", .string(let text)) where !text.isEmpty: tests.append(.prefix(text))
            case ("suffix", .string(let text)) where !text.isEmpty: tests.append(.suffix(text))
            case ("equals-ignore-case", .string(let text)): tests.append(.equalsIgnoringCase(text))
            case ("wildcard", .string(let text)): tests.append(.wildcard(try wildcard(text)))
            default: throw Refused()
            }
        }
        return tests
    }

    /// `\*` is a star, `\\` a backslash, and two stars in a row are refused.
    private func wildcard(_ text: [UInt8]) throws(Refused) -> [UInt8?] {
        var pieces: [UInt8?] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                guard rest.first != byte else { throw Refused() }
                pieces.append(nil)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst(), escaped == byte || escaped == UInt8(ascii: "*") else {
                    throw Refused()
                }
                pieces.append(escaped)
            default: pieces.append(byte)
            }
        }
        return pieces
    }

    /// One comparison, or a lower and then a greater upper bound.
    private func numeric(_ terms: [ReferenceValue]) throws(Refused) -> [(comparison: String, bound: Double)] {
        var comparisons: [(comparison: String, bound: Double)] = []
        guard terms.count == 2 || terms.count == 4 else { throw Refused() }
        for index in stride(from: 0, to: terms.count, by: 2) {
            guard case .string(let name) = terms[index], case .number(let text) = terms[index + 1],
                let bound = ReferenceNumber.value(text)
            else { throw Refused() }
            comparisons.append((String(decoding: name, as: UTF8.self), bound))
        }
        let names = comparisons.map(\.comparison)
        guard names.allSatisfy(["=", "<", "<=", ">", ">="].contains) else { throw Refused() }
        if comparisons.count == 2 {
            guard [">", ">="].contains(names[0]), ["<", "<="].contains(names[1]),
                comparisons[0].bound < comparisons[1].bound
            else { throw Refused() }
        }
        return comparisons
    }
}
