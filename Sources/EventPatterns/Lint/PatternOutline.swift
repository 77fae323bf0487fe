/// A pattern as the lint sees it: its fields' rules, which of them must hold together, and what was said twice.
struct PatternOutline {
    /// The alternatives in one field's array.
    struct Rule {
        /// The field's full name, with dots between its parts.
        var name: Text
        var alternatives: [Alternative]
        var path: String
        var offset: Int
        /// How many members lead to it in the text; fewer than `parts` when a name holds dots.
        var levels: Int
        /// The alternatives of `$or` around it, by their paths.
        var branches: [String]

        /// The name, split at every dot, as the matcher does.
        var parts: [Text] {
            name.bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Text($0) }
        }
        var allowsAbsence: Bool { alternatives.contains { $0.test == .exists(false) } }
        /// The alternatives that ask something of a value.
        var tests: [Alternative.Test] { alternatives.map(\.test).filter { $0 != .exists(false) } }
    }

    private(set) var rules: [Rule] = []
    /// Each is one way through the `$or`s: by the field's full name, the index of its rule.
    private(set) var combinations: [[Text: Int]] = [[:]]
    private(set) var findings: [PatternFinding] = []

    /// The rules that some combination asks for; the others were replaced.
    var liveRules: [Rule] { Set(combinations.flatMap(\.values)).sorted().map { rules[$0] } }

    private let source: PatternSource
    private let dialect: PatternDialect

    /// - Parameters:
    ///   - root: a pattern that the parser has accepted.
    ///   - source: its text.
    init(_ root: PatternValue, _ source: PatternSource, _ dialect: PatternDialect) {
        self.source = source
        self.dialect = dialect
        fields(root.members ?? [], path: "$", parent: nil, levels: 0, branches: [])
    }

    private mutating func fields(
        _ members: [PatternValue.Member], path: String, parent: Text?, levels: Int, branches: [String]
    ) {
        noteRepeats(members, path: path)
        for member in members {
            let here = path + Place.step(Text(member.name).description)
            let name = parent.map { Text($0.bytes + [UInt8(ascii: ".")] + member.name) } ?? Text(member.name)
            if Text(member.name) == "$or" {
                alternatives(member.value.listed, path: here, parent: parent, levels: levels, branches: branches)
            } else if let members = member.value.members {
                fields(members, path: here, parent: name, levels: levels + 1, branches: branches)
            } else {
                let alternatives = member.value.listed.enumerated().map { index, value in
                    Alternative(value, text: source.text(value), path: "\(here)[\(index)]", dialect: dialect)
                }
                add(
                    Rule(
                        name: name, alternatives: alternatives, path: here, offset: member.offset, levels: levels + 1,
                        branches: branches))
            }
        }
    }

    private mutating func alternatives(
        _ values: [PatternValue], path: String, parent: Text?, levels: Int, branches: [String]
    ) {
        let before = combinations
        var after: [[Text: Int]] = []
        for (index, value) in values.enumerated() {
            let here = "\(path)[\(index)]"
            combinations = before
            fields(value.members ?? [], path: here, parent: parent, levels: levels, branches: branches + [here])
            after += combinations
        }
        combinations = after
    }

    private mutating func add(_ rule: Rule) {
        rules.append(rule)
        for old in Set(combinations.compactMap { $0[rule.name] }).sorted() { noteReplacement(of: rules[old], by: rule) }
        for index in combinations.indices { combinations[index][rule.name] = rules.count - 1 }
    }

    private mutating func noteReplacement(of old: Rule, by new: Rule) {
        if old.branches == new.branches {
            findings.append(
                PatternFinding(
                    .duplicateField, .suspicious,
                    "The rule is lost, because the field is named again at byte \(new.offset),", at: old.path,
                    old.offset, "keep one of them, with all alternatives in its array"))
        } else {
            findings.append(
                PatternFinding(
                    .replacedByOr, .suspicious,
                    "The rule at \(new.path) (byte \(new.offset)) replaces, and does not narrow, the one", at: old.path,
                    old.offset, "keep the field either within $or or beside it"))
        }
    }

    /// Repeated names whose contents are merged; a repeated rule is found as a replacement.
    private mutating func noteRepeats(_ members: [PatternValue.Member], path: String) {
        for (index, member) in members.enumerated() {
            let isMerged = member.value.members != nil || Text(member.name) == "$or"
            guard isMerged, members[..<index].contains(where: { $0.name == member.name }) else { continue }
            findings.append(
                PatternFinding(
                    .duplicateField, .suspicious,
                    "The field is named a second time, and tools that rewrite JSON keep only the last,",
                    at: path + Place.step(Text(member.name).description), member.offset, "join the two objects"))
        }
    }
}
