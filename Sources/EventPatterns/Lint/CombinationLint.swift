/// What can be said of fields that must hold together, on each way through a pattern's `$or`s.
struct CombinationLint {
    private let outline: PatternOutline
    private let shape: StreamShape
    private let lints: [RuleLint]

    init(_ outline: PatternOutline, _ shape: StreamShape) {
        self.outline = outline
        self.shape = shape
        lints = outline.rules.map { RuleLint($0, shape) }
    }

    /// What is found, and whether no way through the pattern lets a record pass.
    func findings() -> (findings: [PatternFinding], isDead: Bool) {
        let passing = lints.map { Set($0.passingKinds) }
        var findings: [PatternFinding] = []
        var isDead = true
        for combination in outline.combinations {
            let rules = combination.values.sorted { (rank($0), $0) < (rank($1), $1) }
            // A rule that nothing passes has been named already.
            if rules.contains(where: { passing[$0].isEmpty }) { continue }
            if let finding = contradiction(rules, passing) ?? twoTypes(rules) {
                if !findings.contains(finding) { findings.append(finding) }
            } else {
                isDead = false
            }
        }
        return (findings, isDead)
    }

    /// The event's name and the view type first: the others are judged by them.
    private func rank(_ rule: Int) -> Int {
        switch lints[rule].field {
        case .eventName, .viewType: 0
        default: 1
        }
    }

    /// The first rule that no kind of record passes which passes those before it.
    private func contradiction(_ rules: [Int], _ passing: [Set<RecordKind>]) -> PatternFinding? {
        var kinds = Set(shape.recordKinds)
        for index in rules {
            let left = kinds.intersection(passing[index])
            guard left.isEmpty else {
                kinds = left
                continue
            }
            let rule = outline.rules[index]
            let names = RecordKind.EventName.allCases.filter { name in kinds.contains { $0.eventName == name } }
                .map(\.rawValue).joined(separator: " or ")
            let isAbsent = kinds.allSatisfy { lints[index].field.domain($0, shape) == nil }
            return PatternFinding(
                .excludedByOtherFields, .neverMatches,
                "The records that pass the other fields are \(names) and \(isAbsent ? "never" : "always") have a value",
                at: rule.path, rule.offset, "drop one of the fields or allow more in eventName")
        }
        return nil
    }

    /// An attribute of an item has one type. Only attributes that no dot can blur are judged: `dynamodb`, image, name, type.
    private func twoTypes(_ rules: [Int]) -> PatternFinding? {
        var types: [[Text]: Text] = [:]
        for index in rules.sorted() {
            let rule = outline.rules[index]
            switch lints[index].field {
            case .image, .key: break
            default: continue
            }
            guard rule.parts.count == 4, !rule.allowsAbsence else { continue }
            let attribute = Array(rule.parts.dropLast())
            if let other = types.updateValue(rule.parts[3], forKey: attribute) {
                return PatternFinding(
                    .twoTypes, .neverMatches, "An attribute has one type, and \(other) is required beside this one",
                    at: rule.path, rule.offset, "put the two types into an $or")
            }
        }
        return nil
    }
}
