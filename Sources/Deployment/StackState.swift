/// A stack as `aws cloudformation describe-stacks` shows it.
public struct StackState: Decodable, Sendable {
    struct Answer: Decodable { let Stacks: [StackState] }
    private struct Parameter: Decodable {
        let ParameterKey: String
        let ParameterValue: String?
    }
    private struct Output: Decodable {
        let OutputKey: String
        let OutputValue: String
    }
    private enum CodingKeys: String, CodingKey {
        case StackId, StackName, StackStatus, StackStatusReason, Parameters, Outputs
    }

    public var id: String
    public var name: String
    /// Such as `UPDATE_COMPLETE`.
    public var status: String
    public var statusReason: String?
    public var parameters: [String: String]
    /// In CloudFormation's order.
    public var outputs: [(name: String, value: String)]

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .StackId)
        name = try container.decode(String.self, forKey: .StackName)
        status = try container.decode(String.self, forKey: .StackStatus)
        statusReason = try container.decodeIfPresent(String.self, forKey: .StackStatusReason)
        let parameters = try container.decodeIfPresent([Parameter].self, forKey: .Parameters) ?? []
        self.parameters = Dictionary(parameters.map { ($0.ParameterKey, $0.ParameterValue ?? "") }) { _, last in last }
        let outputs = try container.decodeIfPresent([Output].self, forKey: .Outputs) ?? []
        self.outputs = outputs.map { ($0.OutputKey, $0.OutputValue) }
    }

    /// Whether it is being changed now. One that only has a change set is not.
    public var isInProgress: Bool { status.hasSuffix("_IN_PROGRESS") && !isOnlyPlanned && !isCleaningUp }
    /// Whether nothing of it exists yet: a change set waits to create it.
    public var isOnlyPlanned: Bool { status == "REVIEW_IN_PROGRESS" }
    /// The update is done; what it replaced is being removed.
    private var isCleaningUp: Bool { status == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" }
    /// Whether the last change went through.
    public var isGood: Bool {
        isCleaningUp || ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"].contains(status)
    }

    /// Why it cannot be changed now, with the remedy; nil when it can.
    public var obstacle: String? {
        if isOnlyPlanned { return nil }
        if isInProgress || isCleaningUp {
            return "The stack \(name) is being changed just now (\(status)); wait until that is done and try again."
        }
        switch status {
        case "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED":
            return "The stack \(name) is \(status), and CloudFormation changes no such stack; remove it with "
                + "`sluice destroy --stack-name \(name)`, run the commands that it prints for what stays, whose names a new stack "
                + "needs, and deploy again."
        case "UPDATE_ROLLBACK_FAILED":
            return "The stack \(name) is \(status); repair what its events name, run `aws cloudformation "
                + "continue-update-rollback --stack-name \(name)`, and deploy again."
        default: return nil
        }
    }
}

/// A resource of a stack.
public struct StackResource: Decodable, Sendable, Hashable {
    struct Answer: Decodable { let StackResourceSummaries: [Entry] }
    /// An entry without names is of a type that a stand-in for AWS does not know.
    struct Entry: Decodable {
        let LogicalResourceId: String?
        let PhysicalResourceId: String?
        let ResourceType: String?
        let ResourceStatus: String?
    }

    public let logicalID: String
    /// A queue's is its URL.
    public let physicalID: String
    public let type: String

    public init(logicalID: String, physicalID: String, type: String) {
        self.logicalID = logicalID
        self.physicalID = physicalID
        self.type = type
    }

    /// Nil for what is not there, though the stack lists it: it is deleted already, or was never made.
    init?(_ entry: Entry) {
        guard let logicalID = entry.LogicalResourceId, let physicalID = entry.PhysicalResourceId, !physicalID.isEmpty,
            let type = entry.ResourceType, !["DELETE_COMPLETE", "CREATE_FAILED"].contains(entry.ResourceStatus)
        else { return nil }
        self.init(logicalID: logicalID, physicalID: physicalID, type: type)
    }
}

/// Something that happened to a resource of a stack.
public struct StackEvent: Decodable, Sendable, Hashable {
    struct Answer: Decodable { let StackEvents: [StackEvent] }
    /// Of an event of the stack itself; one in another stack is a resource of the same type.
    static let stackType = "AWS::CloudFormation::Stack"

    private enum CodingKeys: String, CodingKey {
        case id = "EventId"
        case logicalID = "LogicalResourceId"
        case type = "ResourceType"
        case status = "ResourceStatus"
        case reason = "ResourceStatusReason"
    }

    public let id: String
    public let logicalID: String?
    public let type: String?
    /// Such as `CREATE_FAILED`.
    public let status: String?
    public let reason: String?

    public init(id: String, logicalID: String, type: String, status: String, reason: String? = nil) {
        self.id = id
        self.logicalID = logicalID
        self.type = type
        self.status = status
        self.reason = reason
    }

    public var isFailure: Bool { status?.hasSuffix("_FAILED") ?? false }

    /// A failure that another one caused: CloudFormation stops what is under way when the first thing fails.
    var isConsequence: Bool {
        let reason = reason ?? ""
        return reason.contains("cancelled") || reason.hasPrefix("The following resource(s) failed")
    }

    /// The failures that began it, oldest first, each with its reason and, where there is one, the remedy.
    ///
    /// - Parameter events: newest first, as CloudFormation tells them.
    public static func failures(in events: [StackEvent]) -> [String] {
        let failures = events.reversed().filter { $0.isFailure && $0.type != stackType }
        let first = failures.filter { !$0.isConsequence }
        return (first.isEmpty ? failures : first).map { event in
            let reason = event.reason ?? "no reason given"
            let text =
                "\(event.logicalID ?? "a resource") (\(event.type ?? "no type")) \(event.status ?? ""): \(reason)"
            return remedy(reason, event.type).map { "\(text)\(text.hasSuffix(".") ? "" : ".") \($0)" } ?? text
        }
    }

    private static func remedy(_ reason: String, _ type: String?) -> String? {
        let lower = reason.lowercased()
        if lower.contains("already exists") {
            return
                "It may be left from a stack that was destroyed, which keeps tables and queues: give another name with "
                + "--parameter, take it into the stack with a change set of type IMPORT, or delete it if it may go."
        }
        if lower.contains("not authorized") || lower.contains("accessdenied") || lower.contains("access denied") {
            return "The user who deploys needs that permission."
        }
        if lower.contains("limit") || lower.contains("quota") {
            return "Raise the quota in the console's Service Quotas."
        }
        return nil
    }
}
