/// What can be said of one alternative, given the values that its field can have.
struct AlternativeLint {
    let alternative: Alternative
    let domain: ValueDomain
    let rule: PatternOutline.Rule

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
                rule.alternatives.count > 1 ? "leave the alternative out" : "write the values that shall pass instead")
        case .anythingButNumbers where domain.isString:
            return finding(
                .numberOnString, .holdsForAnyValue,
                "anything-but with numbers excludes nothing, because the value is \(domain.noun),",
                "write the numbers in quotes")
        case .anythingButMatching where !domain.isString, .anythingBut where !domain.isString:
            return finding(
                .valueOfOtherType, .holdsForAnyValue,
                "anything-but with strings excludes nothing, because the value is \(domain.noun),", remedyForType)
        case .anythingBut where !domain.canPass(test):
            return finding(
                .excludesEverything, .neverMatches, "anything-but leaves out every value that the field has",
                "name those only that shall not pass")
        case .anythingBut(let texts):
            let vain = texts.filter { !domain.canPass(.string($0)) }
            guard let first = vain.first else { return stringFinding }
            let effect = vain.count == texts.count ? PatternFinding.Effect.holdsForAnyValue : .suspicious
            let (code, why, remedy) = reason(for: first)
            return finding(code, effect, "anything-but excludes nothing by \(first.quoted), because \(why),", remedy)
        default:
            return domain.canPass(test) ? stringFinding : neverMatches
        }
    }

    func finding(
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
                isAttribute
                    ? "compare an attribute that the writer derives from the number, or check the number in the target"
                    : "compare the whole text or drop the rule")
        case .number(let text) where domain.isString:
            let form = domain == .numberText ? CanonicalNumber.form(text) ?? text : text
            return finding(
                .numberOnString, .neverMatches,
                "The number \(text) never matches, because the value is \(domain.noun),",
                "write \"\(form)\" in quotes")
        case .string(let text) where domain.isString:
            let (code, why, remedy) = reason(for: text)
            return finding(
                code, .neverMatches, "\(text.quoted) never matches, because \(why),", repairOfPart(text) ?? remedy)
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

    /// Whether it asks for a key's or another attribute's value.
    private var isAttribute: Bool { rule.parts.count > 3 && rule.parts[0] == "dynamodb" }

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
                .unknownValue, .neverMatches, "No value of the field \(verb) \(text.quoted)",
                "write \(known(near: text))")
        }
        return finding(
            .notCanonical, .neverMatches, "No value of the field, which is \(domain.noun), \(verb) \(text.quoted)",
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
