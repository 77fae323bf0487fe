import Yams

/// Turns YAML (or JSON, which is YAML too) into a tree of `TemplateNode`, keeping lines.
struct TemplateReader {
    /// Most bytes a template may have. CloudFormation: 1 MB for a template in S3.
    static let templateSizeBytesMax = 1_000_000
    /// Most values a template may have once aliases are followed. The largest templates CloudFormation takes (500
    /// resources) have some 20,000; aliases of aliases could make billions.
    static let nodeCountMax = 100_000
    /// Deepest nesting that is read. Policies, the deepest part of real templates, stay under 20. (libyaml itself stops
    /// at 1000, before Yams's recursion could exhaust the stack.)
    static let depthMax = 100

    private static let sectionsOfLogicalIDs: Set = ["Conditions", "Mappings", "Outputs", "Parameters", "Resources"]

    private(set) var diagnostics: DiagnosticCollector
    private var nodeCount = 0
    private var isTooLarge = false
    private var lastLine = 1

    init(file: String) {
        diagnostics = DiagnosticCollector(file: file)
    }

    /// - Returns: nil when the text is not YAML or holds nothing; `diagnostics` says why.
    mutating func read(_ yaml: String) -> TemplateNode? {
        let place = Place(path: "")
        guard yaml.utf8.count <= Self.templateSizeBytesMax else {
            diagnostics.error(
                "the template has \(yaml.utf8.count) bytes and may have \(Self.templateSizeBytesMax); split it",
                line: nil, at: place)
            return nil
        }
        // Windows editors begin a file with a byte order mark, which libyaml takes for text.
        let text = yaml.hasPrefix("\u{FEFF}") ? String(yaml.dropFirst()) : yaml
        lastLine = YAMLProblem.lastLine(of: text)
        guard YAMLAliases.areBounded(in: text) else {
            diagnostics.error("the template repeats itself through aliases; flatten it", line: nil, at: place)
            return nil
        }
        do {
            guard let root = try Yams.compose(yaml: text), !isNull(root) else {
                diagnostics.error("the template is empty; it needs at least Resources", line: nil, at: place)
                return nil
            }
            let node = convert(root, at: place, keyLine: nil, depth: 0)
            return isTooLarge ? nil : node
        } catch {
            let problem = YAMLProblem(error)
            diagnostics.error(problem.message, line: problem.line, at: place)
        }
        return nil
    }

    private mutating func convert(_ node: Node, at place: Place, keyLine: Int?, depth: Int) -> TemplateNode {
        let line = line(of: node) ?? keyLine ?? 1
        nodeCount += 1
        if nodeCount > Self.nodeCountMax || depth > Self.depthMax {
            if !isTooLarge {
                diagnostics.error(
                    "the template nests deeper than \(Self.depthMax) or repeats itself through aliases; flatten it",
                    line: line, at: place)
            }
            isTooLarge = true
            return TemplateNode(content: .scalar(Scalar("", .null)), line: line)
        }
        let content: TemplateNode.Content
        switch node {
        case .scalar(let scalar):
            content = .scalar(self.scalar(scalar, node: node, line: line, at: place))
        case .sequence(let sequence):
            var items: [TemplateNode] = []
            for (index, item) in sequence.enumerated() {
                items.append(convert(item, at: place.item(index), keyLine: nil, depth: depth + 1))
            }
            content = .sequence(items)
        case .mapping(let mapping):
            content = mappingContent(mapping, at: place, depth: depth)
        case .alias:
            // Yams replaces aliases by what they stand for.
            content = .scalar(Scalar("", .null))
        }
        let isContainer = node.scalar == nil
        let plain = TemplateNode(content: content, line: isContainer ? keyLine ?? line : line)
        return applyTag(of: node, to: plain, at: place)
    }

    private func isNull(_ node: Node) -> Bool { node.scalar?.style == .plain && node.tag == Tag(.null) }

    private func line(of node: Node) -> Int? { node.mark.map { min($0.line, lastLine) } }

    private mutating func mappingContent(
        _ mapping: Node.Mapping, at place: Place, depth: Int
    ) -> TemplateNode.Content {
        var members: [TemplateNode.Member] = []
        for (key, value) in mapping {
            let line = line(of: key) ?? 1
            guard let name = key.scalar?.string else {
                diagnostics.error("a key must be a plain name", line: line, at: place)
                continue
            }
            var child = place.member(name)
            if depth == 1, Self.sectionsOfLogicalIDs.contains(place.path) { child.logicalID = name }
            let node = convert(value, at: child, keyLine: line, depth: depth + 1)
            members.append(.init(name: name, line: line, value: node))
        }
        guard let only = members.first, members.count == 1 else { return .mapping(members) }
        if let function = Intrinsic(key: only.name) { return .call(function, only.value) }
        return only.name.hasPrefix("Fn::")
            ? unknownFunction(only.name, line: only.line, at: place) : .mapping(members)
    }

    /// `!Sub text` becomes a call; a tag of YAML itself (`!!str`) is left to Yams.
    private mutating func applyTag(of node: Node, to plain: TemplateNode, at place: Place) -> TemplateNode {
        let tag = node.tag.description
        guard tag.hasPrefix("!"), tag != "!" else { return plain }
        guard let function = Intrinsic(tag: tag) else {
            return TemplateNode(content: unknownFunction(tag, line: plain.line, at: place), line: plain.line)
        }
        return TemplateNode(content: .call(function, plain), line: plain.line)
    }

    /// Reports a function that does not exist. Nothing stands for its result, so that nobody reports it again.
    private mutating func unknownFunction(_ name: String, line: Int, at place: Place) -> TemplateNode.Content {
        let names = Intrinsic.allCases.map { name.hasPrefix("!") ? $0.tag : $0.rawValue }
        let hint = Spelling.suggestion(for: name, among: names)
        diagnostics.error("\(name) is not a CloudFormation function\(hint)", line: line, at: place)
        return .scalar(Scalar("", .null))
    }

    private mutating func scalar(_ scalar: Node.Scalar, node: Node, line: Int, at place: Place) -> Scalar {
        // Only a plain scalar has a type of its own; what is quoted, folded or tagged is text.
        guard scalar.style == .plain || scalar.style == .any else { return Scalar(scalar.string) }
        switch node.tag {
        case Tag(.int): return Scalar(scalar.string, .integer)
        case Tag(.float): return Scalar(scalar.string, .number)
        case Tag(.bool): return Scalar(scalar.string, .boolean)
        case Tag(.null):
            diagnostics.error(
                "\(place.lastName) has no value; give it one or remove it (CloudFormation refuses null)", line: line,
                at: place)
            return Scalar("", .null)
        default: return Scalar(scalar.string)
        }
    }
}
