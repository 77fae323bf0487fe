/// What can be said of one field's rule without the rest of the pattern.
struct RuleLint {
    let rule: PatternOutline.Rule
    let shape: StreamShape
    let field: StreamField
    private let kinds: [RecordKind]

    init(_ rule: PatternOutline.Rule, _ shape: StreamShape) {
        self.rule = rule
        self.shape = shape
        field = StreamField.find(rule.parts, shape)
        kinds = shape.recordKinds
    }

    /// The kinds of records of which some may pass the rule.
    var passingKinds: [RecordKind] {
        kinds.filter { kind in
            if rule.allowsAbsence, field.canBeAbsent(kind) { return true }
            guard let domain = field.domain(kind, shape) else { return false }
            return rule.tests.contains { domain.canPass($0) }
        }
    }

    func findings() -> [PatternFinding] {
        if case .nothing(let absence) = field { return [operatorOutsideArray ?? finding(absence)] }
        guard let domain = field.domain(shape), kinds.contains(where: { field.domain($0, shape) != nil }) else {
            return [imageNotInStream]
        }
        var findings = rule.alternatives.flatMap { alternative in
            AlternativeLint(alternative, domain, rule).finding(isAlwaysPresent: isAlwaysPresent).map { [$0] } ?? []
        }
        let flagged = Set(findings.map(\.path))
        if let finding = acceptsEverything(domain) {
            findings.append(finding)
        } else {
            findings += redundantAlternatives(flagged)
        }
        if let finding = dottedAttribute ?? dottedPath { findings.append(finding) }
        if let finding = fixedVersion { findings.append(finding) }
        return findings
    }

    private var isAlwaysPresent: Bool { kinds.allSatisfy { !field.canBeAbsent($0) } }

    /// Below a list a rule also binds the element that its neighbours are looked up in, so it is never without effect.
    private var isBelowList: Bool { rule.parts.dropLast().contains("L") }

    // MARK: The alternatives together

    private func acceptsEverything(_ domain: ValueDomain) -> PatternFinding? {
        let tests = rule.tests
        guard domain.allPass(oneOf: tests) else { return nil }
        func finding(_ code: PatternFinding.Code, _ effect: PatternFinding.Effect, _ what: String, _ remedy: String)
            -> PatternFinding
        {
            PatternFinding(code, effect, what, at: rule.path, rule.offset, remedy)
        }
        if isAlwaysPresent, tests.contains(.exists(true)) {
            return finding(
                .alwaysPresent, .alwaysHolds, "Every record has a value here, so exists:true always holds",
                "leave the field out")
        }
        if rule.allowsAbsence, !isAlwaysPresent {
            guard !isBelowList else { return nil }
            return finding(
                .acceptsEverything, .alwaysHolds,
                "The alternatives together accept every value and none, so every record passes",
                "leave the field out or drop an alternative")
        }
        // One alternative that accepts everything is meant so or has its own finding.
        guard tests.count > 1, !tests.contains(where: domain.allPass) else { return nil }
        if isAlwaysPresent {
            return finding(
                .acceptsEverything, .alwaysHolds,
                "The alternatives together accept every value, so every record passes",
                "leave the field out or drop an alternative")
        }
        let other = domain == .boolean ? "drop one of them" : "use one anything-but with all the values"
        return finding(
            .acceptsEverything, .holdsForAnyValue, "The alternatives together accept every value",
            "write {\"exists\": true} if that is meant, or \(other)")
    }

    private func redundantAlternatives(_ flagged: Set<String>) -> [PatternFinding] {
        let alternatives = rule.alternatives.filter { !flagged.contains($0.path) }
        return alternatives.enumerated().compactMap { index, narrow in
            let wider = alternatives.enumerated().first { other, wide in
                // Of two that are the same the later is too many.
                other != index && wide.test.covers(narrow.test) && (other < index || wide.test != narrow.test)
            }
            guard let wider = wider?.element else { return nil }
            return PatternFinding(
                .redundantAlternative, .suspicious,
                "The alternative is idle, because \(wider.path) lets the same values pass,", at: narrow.path,
                narrow.offset, "drop \(narrow.path)")
        }
    }

    // MARK: Names and versions

    private var dottedAttribute: PatternFinding? {
        let name: [Text]
        switch field {
        case .image(_, _, isCertain: false): name = Array(rule.parts.dropFirst(2))
        case .key(_, isCertain: false): name = Array(rule.parts.dropFirst(2))
        default: return nil
        }
        guard !Descriptor.isPlain(name) else { return nil }
        let parts = name.dropLast()
        let attribute = parts.map(\.description).joined(separator: ".")
        var remedy = "give each map its M and each list its L, and no index"
        if !parts.contains(where: Descriptor.isOne) {
            let path = (parts.map(\.description).joined(separator: ".M.")) + ".\(name[name.count - 1])"
            remedy = "for a value within the map \(parts[0]) write \(path)"
        }
        return PatternFinding(
            .dottedAttribute, .suspicious, "Only an attribute with the name \(attribute) is meant", at: rule.path,
            rule.offset, remedy)
    }

    /// Levels that are joined by dots in one name, where no name of the record's own has any.
    private var dottedPath: PatternFinding? {
        // A key's own name may hold dots.
        if case .key(_, isCertain: true) = field, rule.parts.count > 4 { return nil }
        guard rule.levels < rule.parts.count else { return nil }
        let open = rule.parts.map { "{\($0.quoted): " }.joined()
        return PatternFinding(
            .dottedPath, .suspicious, "A name with dots stands for several levels, which AWS does not document,",
            at: rule.path, rule.offset,
            "write \(open)[...]" + String(repeating: "}", count: rule.parts.count))
    }

    private var fixedVersion: PatternFinding? {
        guard rule.name == "eventVersion", !rule.tests.isEmpty else { return nil }
        let isFixed = rule.tests.allSatisfy { if case .string = $0 { true } else { false } }
        guard isFixed else { return nil }
        return PatternFinding(
            .fixedVersion, .suspicious, "AWS may raise eventVersion at any time, and then nothing matches",
            at: rule.path,
            rule.offset, "leave it out or use a prefix such as {\"prefix\": \"1.\"}")
    }
}

extension Alternative.Test {
    /// Whether every value that passes the other test passes this one too; false when that is not certain.
    fileprivate func covers(_ other: Self) -> Bool {
        if self == other { return true }
        switch (self, other) {
        case (_, .exists), (.exists(false), _): return false
        case (.exists(true), _): return true
        case (_, .string(let text)): return !text.mayBeAddress && passes(text) == true
        case (.prefix(let wide, false), .prefix(let narrow, false)): return narrow.hasPrefix(wide)
        case (.suffix(let wide, false), .suffix(let narrow, false)): return narrow.hasSuffix(wide)
        default: return false
        }
    }
}
