/// What CloudFormation is about to change: the answer of `aws cloudformation describe-change-set`.
public struct ChangeSet: Decodable, Sendable {
    public struct Change: Sendable, Hashable {
        public enum Action: String, Sendable, Hashable {
            case add = "Add"
            case modify = "Modify"
            case remove = "Remove"
            case importing = "Import"
            case dynamic = "Dynamic"
        }

        public enum Replacement: String, Sendable, Hashable {
            case yes = "True"
            case no = "False"
            /// It depends on values that CloudFormation learns only while it works.
            case conditional = "Conditional"
        }

        public var action: Action
        public var logicalID: String
        public var type: String
        /// Nil for a resource that is new.
        public var physicalID: String?
        public var replacement: Replacement
        /// The properties and attributes that change, each once.
        public var properties: [String]

        public init(
            action: Action, logicalID: String, type: String, physicalID: String? = nil, replacement: Replacement = .no,
            properties: [String] = []
        ) {
            self.action = action
            self.logicalID = logicalID
            self.type = type
            self.physicalID = physicalID
            self.replacement = replacement
            self.properties = properties
        }
    }

    public var id: String
    /// Such as `CREATE_COMPLETE` and `FAILED`.
    public var status: String
    public var statusReason: String?
    public var changes: [Change]

    private enum CodingKeys: String, CodingKey {
        case id = "ChangeSetId"
        case status = "Status"
        case statusReason = "StatusReason"
        case changes = "Changes"
    }

    public init(id: String, status: String = "CREATE_COMPLETE", statusReason: String? = nil, changes: [Change]) {
        self.id = id
        self.status = status
        self.statusReason = statusReason
        self.changes = changes
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        status = try container.decode(String.self, forKey: .status)
        statusReason = try container.decodeIfPresent(String.self, forKey: .statusReason)
        let answer = try container.decodeIfPresent([AnsweredChange].self, forKey: .changes) ?? []
        changes = answer.compactMap(\.change)
    }

    /// A change as CloudFormation writes it.
    private struct AnsweredChange: Decodable {
        struct Resource: Decodable {
            struct Detail: Decodable {
                struct Target: Decodable {
                    let Attribute: String?
                    let Name: String?
                }
                let Target: Target?
            }
            let Action: String
            let LogicalResourceId: String
            let ResourceType: String
            let PhysicalResourceId: String?
            let Replacement: String?
            let Details: [Detail]?
        }
        let ResourceChange: Resource?

        var change: Change? {
            guard let resource = ResourceChange else { return nil }
            var properties: [String] = []
            for detail in resource.Details ?? [] {
                guard let name = detail.Target?.Name ?? detail.Target?.Attribute, !properties.contains(name) else {
                    continue
                }
                properties.append(name)
            }
            return Change(
                // What a later CloudFormation calls otherwise is shown as a change, not left out.
                action: Change.Action(rawValue: resource.Action) ?? .dynamic, logicalID: resource.LogicalResourceId,
                type: resource.ResourceType, physicalID: resource.PhysicalResourceId,
                replacement: resource.Replacement.flatMap(Change.Replacement.init) ?? .no, properties: properties)
        }
    }
}

extension ChangeSet {
    /// Resources that hold what nobody else has: when one is replaced or removed, a new one is empty.
    static let typesWithContents = [
        "AWS::DynamoDB::Table": "table", "AWS::DynamoDB::GlobalTable": "global table", "AWS::SQS::Queue": "queue",
        "AWS::Logs::LogGroup": "log group",
    ]

    /// The changes as a table: what happens, to what, and why.
    public var table: [String] {
        guard !changes.isEmpty else { return ["No resource changes; outputs, parameters or descriptions do."] }
        let rows = changes.map { [$0.word, $0.logicalID, $0.type, $0.properties.joined(separator: ", ")] }
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column < 3 ? cell + String(repeating: " ", count: widths[column] - cell.count) : cell
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// `3 to add, 1 to change, 1 to replace, 2 to remove`.
    public var summary: String {
        func count(_ condition: (Change) -> Bool, _ word: String) -> String? {
            let count = changes.count(where: condition)
            return count == 0 ? nil : "\(count) to \(word)"
        }
        let parts = [
            count({ $0.action == .add }, "add"), count({ $0.action == .importing }, "import"),
            count({ [.modify, .dynamic].contains($0.action) && $0.replacement == .no }, "change"),
            count({ [.modify, .dynamic].contains($0.action) && $0.replacement != .no }, "replace"),
            count({ $0.action == .remove }, "remove"),
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    /// A sentence for each resource that would be replaced or removed with what it holds, and for each pipe that would be
    /// replaced.
    public var alarms: [String] {
        changes.compactMap { change in
            if change.type == "AWS::Pipes::Pipe" { return Self.alarm(ofPipe: change) }
            guard let noun = Self.typesWithContents[change.type] else { return nil }
            let thing = "the \(noun) \(change.physicalID ?? change.logicalID)"
            switch (change.action, change.replacement) {
            case (.remove, _):
                return
                    "WARNING: \(thing) leaves the stack; what its DeletionPolicy says decides whether its contents stay."
            case (.modify, .yes), (.dynamic, .yes):
                return
                    "WARNING: \(thing) is REPLACED by a new, empty one, because of \(change.reasons); nothing moves its contents."
            case (.modify, .conditional), (.dynamic, .conditional):
                return "WARNING: \(thing) MAY BE REPLACED by a new, empty one, because of \(change.reasons)."
            default: return nil
            }
        }
    }

    /// A pipe holds no contents, but only it knows how far it has read. A table's new StreamViewType replaces it: the table
    /// gets another stream, with an ARN of its own.
    private static func alarm(ofPipe change: Change) -> String? {
        let happens: String
        switch (change.action, change.replacement) {
        case (.modify, .yes), (.dynamic, .yes): happens = "is REPLACED"
        case (.modify, .conditional), (.dynamic, .conditional): happens = "MAY BE REPLACED"
        default: return nil
        }
        return "WARNING: the pipe \(change.physicalID ?? change.logicalID) \(happens) by a new one, because of "
            + "\(change.reasons); what it had not read is not read, unless the new one begins at TRIM_HORIZON of the same "
            + "stream."
    }
}

extension ChangeSet.Change {
    /// What happens to it, in one word or two.
    public var word: String {
        switch (action, replacement) {
        case (.add, _): "+ add"
        case (.importing, _): "+ import"
        case (.remove, _): "- remove"
        case (_, .yes): "! REPLACE"
        case (_, .conditional): "! may replace"
        default: "~ change"
        }
    }

    fileprivate var reasons: String { properties.isEmpty ? "its properties" : properties.joined(separator: ", ") }
}
