/// What can be said of one alternative, given the values that its field can have.
struct AlternativeLint {
    private let alternative: Alternative
    private let domain: ValueDomain
    private let rule: PatternOutline.Rule

    init(_ alternative: Alternative, _ domain: ValueDomain, _ rule: PatternOutline.Rule) {
        self.alternative = alternative
        self.domain = domain
        self.rule = rule
    }

    func finding(isAlwaysPresent: Bool) -> PatternFinding? {
        let test = alternative.test
        switch test {
        case .exists(false):
            guard isAlwaysPresent else { return nil }
            return finding(
                .alwaysPresent, .neverMatches, "Every record has a value here, so exists:false never holds",
                "leave the alternative out")
        case .anythingButNumbers where domain.isString:
            return finding(
                .numberOnString, .holdsForAnyValue,
                "anything-but with numbers excludes nothing, because the value is \(domain.noun),",
                "write the numbers in quotes")
        case .anythingButMatching where !domain.isString, .anythingBut where !domain.isString:
            return finding(
                .valueOfOtherType, .holdsForAnyValue,
                "anything-but with strings excludes nothing, because the value is \(domain.noun),", remedyForType)
        case .anythingBut(let texts):
            let vain = texts.filter { !domain.canPass(.string($0)) }
            guard let first = vain.first else { return addressFinding }
            let effect = vain.count == texts.count ? PatternFinding.Effect.holdsForAnyValue : .suspicious
            let (code, why, remedy) = reason(for: first)
            return finding(code, effect, "anything-but excludes nothing by \"\(first)\", because \(why),", remedy)
        default:
            return domain.canPass(test) ? addressFinding : neverMatches
        }
    }

    private func finding(
        _ code: PatternFinding.Code, _ effect: PatternFinding.Effect, _ what: String, _ remedy: String
    ) -> PatternFinding {
        PatternFinding(code, effect, what, at: alternative.path, alternative.offset, remedy)
    }

    private var neverMatches: PatternFinding {
        switch alternative.test {
        case .numeric where domain.isString:
            return finding(
                .numericOnString, .neverMatches,
                "numeric compares JSON numbers and never matches, because the value is \(domain.noun),",
                "compare an attribute that the writer derives from the number, or check the number in the target")
        case .number(let text) where domain.isString:
            let form = domain == .numberText ? CanonicalNumber.form(text) ?? text : text
            return finding(
                .numberOnString, .neverMatches,
                "The number \(text) never matches, because the value is \(domain.noun),",
                "write \"\(form)\" in quotes")
        case .string(let text) where domain.isString:
            let (code, why, remedy) = reason(for: text)
            return finding(code, .neverMatches, "\"\(text)\" never matches, because \(why),", remedy)
        case .prefix(let text, _) where domain.isString:
            return partNeverMatches(text, "begins with")
        case .suffix(let text, _) where domain.isString:
            return partNeverMatches(text, "ends with")
        case .equalsIgnoringCase(let text) where domain.isString:
            return partNeverMatches(text, "is, in whatever case,")
        default:
            return finding(
                .valueOfOtherType, .neverMatches, "The alternative never matches, because the value is \(domain.noun),",
                remedyForType)
        }
    }

    /// Why a string is never the field's value.
    private func reason(for text: Text) -> (code: PatternFinding.Code, why: String, remedy: String) {
        switch domain {
        case .numberText:
            guard let form = CanonicalNumber.form(text) else {
                return (.notCanonical, "it is no number that DynamoDB takes", "write digits such as \"100\"")
            }
            return (.notCanonical, "DynamoDB writes this number as \(form)", "write \"\(form)\"")
        case .base64:
            return (.notCanonical, "it is no Base64", "write the bytes in Base64 with padding")
        default:
            return (.unknownValue, "the field never has this value", "write \(known(near: text))")
        }
    }

    private func partNeverMatches(_ text: Text, _ verb: String) -> PatternFinding {
        if case .oneOf = domain {
            return finding(
                .unknownValue, .neverMatches, "No value of the field \(verb) \"\(text)\"", "write \(known(near: text))")
        }
        return finding(
            .notCanonical, .neverMatches, "No value of the field, which is \(domain.noun), \(verb) \"\(text)\"",
            domain == .numberText
                ? "write the number as DynamoDB does, without sign +, exponent and idle zeros"
                : "write the bytes in Base64 with padding")
    }

    /// The value that was probably meant, or all.
    private func known(near text: Text) -> String {
        guard case .oneOf(let values) = domain else { return "another value" }
        return text.nearest(among: values)?.description ?? values.map(\.description).joined(separator: " or ")
    }

    private var remedyForType: String {
        if alternative.test == .null, domain != .yes { return "DynamoDB's null is {\"NULL\": [true]}" }
        switch domain {
        case .boolean: return "write true or false without quotes"
        case .yes: return "write true"
        case .number: return "write a number or numeric"
        default: return "write a string"
        }
    }
}

// MARK: E-mail addresses

extension AlternativeLint {
    /// Domains that are hardly the beginning of an address.
    private static let topDomains = ["com", "org", "net", "edu", "gov", "io", "example", "test", "invalid"].map {
        Text(".\($0)")
    }

    /// An operand that fits no address, at an attribute which by its name holds one.
    private var addressFinding: PatternFinding? {
        guard domain == .text, isAddressAttribute else { return nil }
        switch alternative.test {
        case .prefix(let text, _) where Self.isDomain(text):
            return addressFinding(text, "{\"suffix\": \"\(Self.ending(text))\"}")
        case .string(let text) where Self.isDomain(text):
            return addressFinding(text, "{\"suffix\": \"\(Self.ending(text))\"}")
        case .anythingBut(let texts):
            guard let text = texts.first(where: Self.isDomain) else { return nil }
            return addressFinding(text, "an attribute that holds the domain alone, derived by the writer")
        case .anythingButMatching(let tests):
            for case .prefix(let text, _) in tests where Self.isDomain(text) {
                return addressFinding(text, "{\"anything-but\": {\"suffix\": \"\(Self.ending(text))\"}}")
            }
            return nil
        default:
            return nil
        }
    }

    private func addressFinding(_ text: Text, _ repair: String) -> PatternFinding {
        finding(
            .notAnAddress, .suspicious, "An address neither is nor begins with the domain \"\(text)\"", "use \(repair)")
    }

    private var isAddressAttribute: Bool {
        guard rule.parts.count > 3, rule.parts[0] == "dynamodb", rule.parts[rule.parts.count - 1] == "S",
            let name = rule.parts[rule.parts.count - 2].foldedASCII
        else { return false }
        let letters = Text(name.bytes.filter { (0x61...0x7A).contains($0) })
        return letters == "mail" || letters.hasSuffix("email") || letters.hasSuffix("mailaddress")
    }

    private static func isDomain(_ text: Text) -> Bool {
        let at = UInt8(ascii: "@")
        if text.bytes.first == at { return true }
        guard !text.bytes.contains(at), let folded = text.foldedASCII else { return false }
        return topDomains.contains { folded.hasSuffix($0) }
    }

    private static func ending(_ domain: Text) -> Text { domain.hasPrefix("@") ? domain : Text("@\(domain)") }
}
