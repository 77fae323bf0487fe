/// A pipe's properties, all but its name, as a template or the Pipes API gives them: both spell them alike.
///
/// Decodes from the JSON of a request. Single values are kept as texts, which is how a template's are read, so that equal
/// settings are equal whoever wrote them.
public struct PipeProperties: Sendable, Hashable, Codable {
    indirect enum Tree: Sendable, Hashable {
        case text(String)
        case list([Tree])
        case map([String: Tree])
    }

    private var members: [String: Tree]

    /// - Parameter evaluated: the properties of a template's entry, validated.
    init(evaluated: [Value.Member]) {
        members = Self.members(evaluated)
        members["Name"] = nil
    }

    public init(from decoder: any Decoder) throws { members = try [String: Tree](from: decoder) }

    public func encode(to encoder: any Encoder) throws { try members.encode(to: encoder) }

    /// As the reader of a template's properties takes them.
    func values(line: Int) -> [Value.Member] { Self.values(members, line: line) }

    // MARK: Reading

    subscript(_ path: String...) -> Tree? {
        path.dropFirst().reduce(members[path[0]]) { $0?.members?[$1] }
    }

    public var source: String? { self["Source"]?.text }
    /// `RUNNING` unless they say `STOPPED`.
    public var isRunning: Bool { self["DesiredState"]?.text != "STOPPED" }
    public var hasDesiredState: Bool { self["DesiredState"] != nil }
    public var tags: [String: String] { (self["Tags"]?.members ?? [:]).compactMapValues(\.text) }

    /// ARNs of all that the pipe is connected to.
    var ends: [String] {
        [
            self["Source"], self["Enrichment"], self["Target"],
            self["SourceParameters", "DynamoDBStreamParameters", "DeadLetterConfig", "Arn"],
        ].compactMap { $0?.text }
    }

    // MARK: Changing

    /// With a request to UpdatePipe: what it gives is replaced, what it leaves out stays, and a service's block within
    /// the parameters is replaced as a whole (Pipes API reference, `UpdatePipe`). The source and the place to start from stay in
    /// any case.
    public func updated(by update: PipeProperties) -> PipeProperties {
        var result = self
        // Blocks of a service that the pipe no longer leads to would only be refused.
        if let target = update["Target"]?.text, Self.service(target) != self["Target"]?.text.flatMap(Self.service) {
            result.members["TargetParameters"] = self["TargetParameters", "InputTemplate"].map {
                Tree.map(["InputTemplate": $0])
            }
        }
        if update["Enrichment"]?.text?.isEmpty == true { result.members["EnrichmentParameters"] = nil }
        for (name, value) in update.members {
            if name.hasSuffix("Parameters"), let blocks = value.members {
                result.members[name] = .map((result.members[name]?.members ?? [:]).merging(blocks) { _, new in new })
            } else {
                result.members[name] = value
            }
        }
        result.members["Source"] = self["Source"]
        result.keepStartingPosition(self["SourceParameters", "DynamoDBStreamParameters", "StartingPosition"])
        return result
    }

    private mutating func keepStartingPosition(_ position: Tree?) {
        guard case .map(var source)? = members["SourceParameters"],
            case .map(var stream)? = source["DynamoDBStreamParameters"]
        else { return }
        stream["StartingPosition"] = position
        source["DynamoDBStreamParameters"] = .map(stream)
        members["SourceParameters"] = .map(source)
    }

    public func tagged(_ tags: [String: String]) -> PipeProperties {
        var result = self
        result.members["Tags"] = tags.isEmpty ? nil : .map(tags.mapValues { .text($0) })
        return result
    }

    private static func service(_ arn: String) -> String? {
        arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst(2).first.map(String.init)
    }
}

extension PipeProperties.Tree: Codable {
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var members: [String: PipeProperties.Tree]? { if case .map(let members) = self { members } else { nil } }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let members = try? container.decode([String: Self].self) {
            self = .map(members)
        } else if let items = try? container.decode([Self].self) {
            self = .list(items)
        } else if let flag = try? container.decode(Bool.self) {
            self = .text(flag ? "true" : "false")
        } else if let integer = try? container.decode(Int.self) {
            self = .text(String(integer))
        } else if let number = try? container.decode(Double.self) {
            self = .text(String(number))
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .list(let items): try container.encode(items)
        case .map(let members): try container.encode(members)
        }
    }
}

extension PipeProperties {
    private static func members(_ values: [Value.Member]) -> [String: Tree] {
        Dictionary(values.compactMap { member in tree(member.value).map { (member.name, $0) } }) { first, _ in first }
    }

    private static func tree(_ value: Value) -> Tree? {
        switch value.content {
        case .scalar(let scalar): .text(scalar.text)
        case .list(let items): .list(items.compactMap(tree))
        case .map(let members): Tree.map(Self.members(members))
        case .absent, .unknown: nil
        }
    }

    private static func values(_ members: [String: Tree], line: Int) -> [Value.Member] {
        members.sorted { $0.key < $1.key }.map { .init(name: $0.key, line: line, value: value($0.value, line: line)) }
    }

    private static func value(_ tree: Tree, line: Int) -> Value {
        switch tree {
        case .text(let text): .text(text, line: line)
        case .list(let items): Value(.list(items.map { value($0, line: line) }), line: line)
        case .map(let members): Value(.map(values(members, line: line)), line: line)
        }
    }
}
