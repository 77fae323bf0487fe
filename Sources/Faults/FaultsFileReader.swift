import Clocks
import Stacks
import Yams

/// Turns the text of a faults file into a plan, and gathers what is wrong with it.
struct FaultsFileReader {
    /// Most bytes of a faults file. Ours: bounded work.
    static let bytesMax = 262_144
    /// Most faults of a file. Ours: each call looks at all of them.
    static let rulesMax = 100
    /// Longest delay. A function may take 15 minutes.
    static let delayMax = Duration.seconds(900)

    private static let keys = ["faults", "seed"]
    private static let ruleKeys = ["after", "count", "delay", "fault", "rate", "resource"]

    let file: String
    let resources: [NamedResource]
    private var found: [Diagnostic] = []
    private var lastLine = 1

    init(file: String, resources: [NamedResource]) {
        self.file = file
        self.resources = resources
    }

    /// What was found, in the order of the file.
    var errors: [Diagnostic] {
        found.enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
            .map(\.element)
    }

    private mutating func error(_ message: String, line: Int?, _ logicalID: String? = nil) {
        found.append(Diagnostic(severity: .error, file: file, line: line, logicalID: logicalID, message: message))
    }

    /// - Returns: a plan that is whole only when there are no ``errors``.
    mutating func read(_ yaml: String) -> FaultPlan {
        guard yaml.utf8.count <= Self.bytesMax else {
            error("the file has \(yaml.utf8.count) bytes and may have \(Self.bytesMax); name fewer faults", line: nil)
            return FaultPlan(rules: [])
        }
        lastLine = YAMLProblem.lastLine(of: yaml)
        guard YAMLAliases.areBounded(in: yaml) else {
            error("the file repeats itself through aliases; flatten it", line: nil)
            return FaultPlan(rules: [])
        }
        do {
            guard let root = try Yams.compose(yaml: yaml) else {
                error("the file is empty; give a list of faults", line: nil)
                return FaultPlan(rules: [])
            }
            return read(root)
        } catch {
            let problem = YAMLProblem(error)
            self.error(problem.message, line: problem.line)
            return FaultPlan(rules: [])
        }
    }

    private mutating func read(_ root: Node) -> FaultPlan {
        guard let members = members(of: root, "the file", Self.keys, line: line(of: root)) else {
            return FaultPlan(rules: [])
        }
        let seed = members["seed"].map { number($0, "seed", 0...Int.max) } ?? 0
        guard let faults = members["faults"] else {
            error("there are no faults; give a list of them under the key faults", line: line(of: root))
            return FaultPlan(rules: [])
        }
        guard let list = faults.value.sequence, !list.isEmpty else {
            error("faults must be a list of one fault or more", line: faults.line)
            return FaultPlan(rules: [])
        }
        guard list.count <= Self.rulesMax else {
            error("there are \(list.count) faults; give \(Self.rulesMax) at most", line: faults.line)
            return FaultPlan(rules: [])
        }
        return FaultPlan(seed: UInt64(seed ?? 0), rules: list.compactMap { rule($0, line: line(of: $0)) })
    }

    private mutating func rule(_ node: Node, line: Int) -> FaultRule? {
        guard let members = members(of: node, "a fault", Self.ruleKeys, line: line) else { return nil }
        let resource = members["resource"].flatMap { self.resource($0) }
        if members["resource"] == nil {
            error("the fault has no resource; name a function, queue, table or pipe by its logical ID", line: line)
        }
        let id = resource?.logicalID
        var fault: Fault?
        if let member = members["fault"] {
            fault = self.fault(member, of: resource?.kind, id)
        } else {
            error("the fault has no kind; give fault: \(Self.names(Fault.allCases))", line: line, id)
        }
        let rate = members["rate"].map { self.rate($0, id) } ?? 1
        let after = members["after"].map { number($0, "after", 0...Int.max, id) } ?? 0
        let count = members["count"].map { number($0, "count", 1...Int.max, id) }
        let delay = self.delay(members["delay"], of: fault, line: line, id)
        guard let resource, let fault, let rate, let after, let delay else { return nil }
        return FaultRule(
            kind: resource.kind, logicalID: resource.logicalID, name: resource.name, fault: fault, rate: rate,
            after: after, count: count ?? nil, delay: delay, line: line)
    }

    // MARK: Values

    private mutating func resource(_ member: Member) -> (kind: FaultyResource, logicalID: String, name: String)? {
        guard let id = member.value.scalar?.string else {
            error("resource must be a logical ID of the template", line: member.line)
            return nil
        }
        guard let known = resources.first(where: { $0.logicalID == id }) else {
            let named = resources.first { $0.name == id }.map { " (did you mean \($0.logicalID)?)" }
            let usable = resources.filter { if case .faulty = $0.kind { true } else { false } }.map(\.logicalID)
            let hint = named ?? Spelling.suggestion(for: id, among: usable)
            let all = hint.isEmpty ? "; there are \(usable.sorted().joined(separator: ", "))" : ""
            error("the template has no resource \(id)\(hint)\(all)", line: member.line)
            return nil
        }
        switch known.kind {
        case .faulty(let kind): return (kind, known.logicalID, known.name)
        case .faultless(let type):
            error(
                "\(type) does not fail here; faults are for functions, queues, tables and pipes", line: member.line, id)
            return nil
        }
    }

    private mutating func fault(_ member: Member, of kind: FaultyResource?, _ id: String?) -> Fault? {
        let text = member.value.scalar?.string ?? ""
        guard let fault = Fault(rawValue: text) else {
            let hint = Spelling.suggestion(for: text, among: Fault.allCases.map(\.rawValue))
            error("\(text) is not a fault\(hint); there are \(Self.names(Fault.allCases))", line: member.line, id)
            return nil
        }
        guard let kind else { return nil }
        guard kind.faults.contains(fault) else {
            error(
                "\(text) has no meaning for a \(kind.rawValue), which can have \(Self.names(kind.faults))",
                line: member.line, id)
            return nil
        }
        return fault
    }

    private mutating func rate(_ member: Member, _ id: String?) -> Double? {
        let text = member.value.scalar?.string ?? ""
        guard let rate = Double(text), rate > 0, rate <= 1 else {
            error("rate must be a share of the calls, above 0 up to 1, not \(Self.shown(text))", line: member.line, id)
            return nil
        }
        return rate
    }

    private mutating func number(
        _ member: Member, _ name: String, _ range: ClosedRange<Int>, _ id: String? = nil
    ) -> Int? {
        let text = member.value.scalar?.string ?? ""
        guard let number = Int(text), range.contains(number) else {
            error(
                "\(name) must be a whole number of \(range.lowerBound) or more, not \(Self.shown(text))",
                line: member.line, id)
            return nil
        }
        return number
    }

    /// The delay of a fault, zero where none is given and none is needed.
    private mutating func delay(_ member: Member?, of fault: Fault?, line: Int, _ id: String?) -> Duration? {
        guard let member else {
            guard fault == .slow else { return .zero }
            error("slow needs a delay, such as delay: 2s", line: line, id)
            return nil
        }
        let text = member.value.scalar?.string ?? ""
        guard let delay = Duration(text: text), delay > .zero, delay <= Self.delayMax else {
            error(
                "delay must be a time such as 250ms or 2s, 15m at most, not \(Self.shown(text))", line: member.line, id)
            return nil
        }
        guard fault.map({ $0 == .slow || $0 == .crash }) ?? true else {
            error("delay is for slow and crash; remove it", line: member.line, id)
            return nil
        }
        return delay
    }

    private static func names(_ faults: [Fault]) -> String { faults.map(\.rawValue).joined(separator: ", ") }

    private static func shown(_ text: String) -> String { text.isEmpty ? "nothing" : String(text.prefix(40)) }

    // MARK: Nodes

    private struct Member {
        let value: Node
        let line: Int
    }

    private func line(of node: Node) -> Int { min(node.mark?.line ?? 1, lastLine) }

    /// The members of a mapping by their keys; nil when it is none.
    private mutating func members(
        of node: Node, _ what: String, _ keys: [String], line: Int
    ) -> [String: Member]? {
        guard let mapping = node.mapping else {
            error("\(what) must be a mapping with the keys \(keys.joined(separator: ", "))", line: line)
            return nil
        }
        var members: [String: Member] = [:]
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            guard keys.contains(name) else {
                let hint = Spelling.suggestion(for: name, among: keys)
                error(
                    "\(Self.shown(name)) is not a key of \(what)\(hint); there are \(keys.joined(separator: ", "))",
                    line: self.line(of: key))
                continue
            }
            members[name] = Member(value: value, line: self.line(of: key))
        }
        return members
    }
}
