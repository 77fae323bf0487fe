/// The values that a field of a stream's records can have.
enum ValueDomain: Hashable {
    /// Any string.
    case text
    /// A DynamoDB number: a string in canonical form.
    case numberText
    /// DynamoDB's binary values: Base64 with padding.
    case base64
    /// One of a few strings.
    case oneOf([Text])
    case boolean
    /// Only `true`, as the descriptor NULL has it.
    case yes
    /// A JSON number. Only ApproximateCreationDateTime and SizeBytes are.
    case number

    var isString: Bool {
        switch self {
        case .text, .numberText, .base64, .oneOf: true
        case .boolean, .yes, .number: false
        }
    }

    /// How messages name a value of it.
    var noun: String {
        switch self {
        case .text, .oneOf: "a string"
        case .numberText: "a string that spells a number"
        case .base64: "a string in Base64"
        case .boolean: "true or false"
        case .yes: "always true"
        case .number: "a number"
        }
    }

    /// False only when no value passes the test. Absence is not looked at.
    func canPass(_ test: Alternative.Test) -> Bool {
        switch test {
        case .exists(let wanted): return wanted
        case .null: return false
        case .bool(let wanted): return self == .boolean || self == .yes && wanted
        case .number: return self == .number
        case .numeric(let readsStrings): return self == .number || isString && readsStrings
        case .anythingBut, .anythingButNumbers, .anythingButMatching:
            guard case .oneOf(let values) = self else { return true }
            return values.contains { test.passes($0) ?? true }
        case .string, .prefix, .suffix, .equalsIgnoringCase, .wildcard, .cidr: return isString && canPassText(test)
        }
    }

    private func canPassText(_ test: Alternative.Test) -> Bool {
        switch (self, test) {
        case (.oneOf(let values), _): return values.contains { test.passes($0) ?? true }
        case (.numberText, .string(let text)): return CanonicalNumber.isCanonical(text)
        case (.numberText, .prefix(let text, false)): return CanonicalNumber.canBegin(text)
        case (.numberText, .suffix(let text, false)): return CanonicalNumber.canEnd(text)
        case (.base64, .string(let text)): return Base64Text.isWhole(text)
        case (.base64, .prefix(let text, false)), (.base64, .suffix(let text, false)):
            return text.bytes.allSatisfy(Base64Text.isCharacter)
        default: return true
        }
    }

    /// Whether every value passes the test; false when that is not certain.
    func allPass(_ test: Alternative.Test) -> Bool {
        switch test {
        case .exists(let wanted): wanted
        case .bool(true): self == .yes
        case .prefix(let text, _), .suffix(let text, _): isString && text.bytes.isEmpty
        case .wildcard("*"): isString
        case .anythingBut(let texts): !isString || texts.allSatisfy { !canPass(.string($0)) }
        case .anythingButNumbers: self != .number
        case .anythingButMatching: !isString
        default: false
        }
    }

    /// Whether every value passes one of the tests; false when that is not certain.
    func allPass(oneOf tests: [Alternative.Test]) -> Bool {
        if tests.contains(where: allPass) { return true }
        switch self {
        case .oneOf(let values):
            return values.allSatisfy { value in tests.contains { $0.passes(value) == true } }
        case .boolean:
            return tests.contains(.bool(true)) && tests.contains(.bool(false))
        default:
            // What one anything-but leaves out, the others must take in.
            return isString
                && tests.contains { test in
                    guard case .anythingBut(let texts) = test else { return false }
                    return texts.allSatisfy { text in
                        !canPass(.string(text)) || tests.contains { $0.passes(text) == true }
                    }
                }
        }
    }
}
