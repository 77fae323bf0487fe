internal import Stacks

/// What became of a comparison.
enum Answer: Hashable {
    case yes, no
    /// Neither can be said, and why.
    case unknown(String)

    /// No at once when any is no, as `Condition` asks for all.
    static func all(_ answers: some Sequence<Answer>) -> Answer {
        var doubt: Answer?
        for answer in answers {
            switch answer {
            case .no: return .no
            case .unknown: doubt = doubt ?? answer
            case .yes: break
            }
        }
        return doubt ?? .yes
    }
}

/// An operator of `Condition`, read from its name. Source: IAM User Guide, "Condition operators".
struct ConditionOperator {
    enum Comparison { case text, textIgnoringCase, pattern, arn, boolean }
    /// For keys with several values: `ForAllValues:` and `ForAnyValue:`.
    enum Quantifier { case one, all, any }

    var comparison: Comparison
    var isNegated = false
    var quantifier = Quantifier.one
    /// `...IfExists`: holds when the key is not there.
    var ifExists = false

    private static let names: [String: (Comparison, isNegated: Bool)] = [
        "arnequals": (.arn, false), "arnlike": (.arn, false), "arnnotequals": (.arn, true), "arnnotlike": (.arn, true),
        "bool": (.boolean, false),
        "stringequals": (.text, false), "stringnotequals": (.text, true),
        "stringequalsignorecase": (.textIgnoringCase, false), "stringnotequalsignorecase": (.textIgnoringCase, true),
        "stringlike": (.pattern, false), "stringnotlike": (.pattern, true),
    ]

    /// - Returns: nil for an operator that is not evaluated here: numbers, dates, addresses, and what IAM does not
    ///   have.
    init?(_ name: String) {
        var name = name.lowercased()
        for (prefix, quantifier) in [("forallvalues:", Quantifier.all), ("foranyvalue:", .any)]
        where name.hasPrefix(prefix) {
            name.removeFirst(prefix.count)
            self.quantifier = quantifier
        }
        if name.hasSuffix("ifexists") {
            name.removeLast("ifexists".count)
            ifExists = true
        }
        guard let (comparison, isNegated) = Self.names[name] else { return nil }
        self.comparison = comparison
        self.isNegated = isNegated
    }

    /// Whether it holds when the key is not there. An absent key is equal to nothing, so that what is negated holds;
    /// `ForAllValues` asks nothing of no value, and `ForAnyValue` asks for one that is there.
    private var holdsWithoutKey: Bool {
        switch quantifier {
        case .all: true
        case .any: false
        case .one: isNegated || ifExists
        }
    }

    private static func answer(_ holds: Bool) -> Answer { holds ? .yes : .no }

    static func holds(_ condition: PolicyDocument.Condition, in context: RequestContext) -> Answer {
        let given = context[condition.key]
        if condition.operation.lowercased() == "null" {
            guard given != nil || context.isComplete else { return missing(condition) }
            return answer(condition.values.contains { ($0.lowercased() == "true") == (given == nil) })
        }
        guard let operation = Self(condition.operation) else {
            return .unknown(notEvaluated(condition))
        }
        guard let given, !given.isEmpty else {
            guard context.isComplete || given != nil else { return missing(condition) }
            return answer(operation.holdsWithoutKey)
        }
        return operation.compare(given, condition, context)
    }

    /// The doubt of a condition with an operator that is not evaluated here.
    static func notEvaluated(_ condition: PolicyDocument.Condition) -> String {
        "the condition operator \(condition.operation) of \(condition.key) is not evaluated here"
    }

    private static func missing(_ condition: PolicyDocument.Condition) -> Answer {
        .unknown("whether the request has the condition key \(condition.key), and its value, is not known here")
    }

    private func compare(
        _ given: [String], _ condition: PolicyDocument.Condition, _ context: RequestContext
    ) -> Answer {
        var isUnknown = false
        // A value whose variable is not there equals nothing.
        let patterns = condition.values.compactMap { pattern($0, context, isUnknown: &isUnknown) }
        func holds(_ value: String) -> Bool { patterns.contains { $0(value) } != isNegated }
        let result =
            switch quantifier {
            case .one, .any: given.contains(where: holds)
            case .all: given.allSatisfy(holds)
            }
        // A match needs no further value, however unknown.
        if isUnknown, result == isNegated {
            return .unknown("a policy variable in the condition on \(condition.key) is not known here")
        }
        return Self.answer(result)
    }

    private func pattern(_ text: String, _ context: RequestContext, isUnknown: inout Bool) -> ((String) -> Bool)? {
        switch comparison {
        case .boolean: return { $0.lowercased() == text.lowercased() }
        case .arn: return context.arnPattern(text, isUnknown: &isUnknown)
        case .pattern:
            return context.pattern(text, isUnknown: &isUnknown).map { pattern in { pattern.matches($0) } }
        case .text, .textIgnoringCase:
            let ignoresCase = comparison == .textIgnoringCase
            return context.pattern(text, hasWildcards: false, isUnknown: &isUnknown).map { pattern in
                let pattern = ignoresCase ? pattern.lowercased() : pattern
                return { pattern.matches(ignoresCase ? $0.lowercased() : $0) }
            }
        }
    }
}

extension RequestContext {
    /// A pattern with the context's values in place of its policy variables.
    /// - Returns: nil when a variable has no value.
    func pattern(_ text: String, hasWildcards: Bool = true, isUnknown: inout Bool) -> WildcardPattern? {
        guard hasVariables else { return WildcardPattern(literally: text, hasWildcards: hasWildcards) }
        return WildcardPattern(text, hasWildcards: hasWildcards, isUnknown: &isUnknown) { name in
            guard let values = self[name] else { return isComplete ? .absent : .unknown }
            // A key with several values is no single text.
            return values.count == 1 ? .value(values[0]) : .absent
        }
    }

    /// Compares ARNs part by part, as the operators for ARNs do: a wildcard does not reach across a colon; only behind
    /// the fifth it does.
    func arnPattern(_ text: String, isUnknown: inout Bool) -> ((String) -> Bool)? {
        if text == "*" { return { _ in true } }
        // A colon inside of a variable is none of the ARN's.
        var depth = 0
        var pieces = [""]
        for character in text {
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
            if character == ":", depth == 0, pieces.count < 6 {
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(character)
            }
        }
        var patterns: [WildcardPattern] = []
        for piece in pieces {
            guard let pattern = pattern(piece, isUnknown: &isUnknown) else { return nil }
            patterns.append(pattern)
        }
        return { arn in
            let parts = ARNText.parts(arn)
            // What is no ARN, such as an account's number, is like none.
            return parts.count == 6 && patterns.count == 6 && zip(patterns, parts).allSatisfy { $0.matches($1) }
        }
    }
}
