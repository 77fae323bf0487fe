/// A resource as the template writes it: where it and its properties stand, and what is said of it beside them.
public struct ResourceSource: Sendable, Hashable {
    /// What becomes of the resource when it leaves the stack, or when an update replaces it.
    public enum RemovalPolicy: String, Sendable, Hashable, CaseIterable {
        case delete = "Delete"
        case retain = "Retain"
        case retainExceptOnCreate = "RetainExceptOnCreate"
        case snapshot = "Snapshot"
    }

    /// A property that is there once functions and conditions are evaluated.
    public struct Property: Sendable, Hashable {
        /// Line of its name; of an element of a list, the element's.
        public var line: Int
        /// Nil for a list or a mapping.
        public var text: String?

        public init(line: Int, text: String?) {
            self.line = line
            self.text = text
        }
    }

    public var logicalID: String
    /// `AWS::SQS::Queue`.
    public var type: String
    /// Line of the template where the resource begins.
    public var line: Int
    /// Nil when the template says nothing, which for most types means Delete.
    public var deletionPolicy: RemovalPolicy?
    /// Nil when the template says nothing, which means Delete.
    public var updateReplacePolicy: RemovalPolicy?
    /// By their paths, such as `RedrivePolicy.maxReceiveCount` or `Dimensions.0.Name`. Empty for a type that does not run
    /// here.
    public var properties: [String: Property] = [:]

    /// Line of the property at a path; of the resource when the property is not there.
    public func line(of path: String) -> Int { properties[path]?.line ?? line }
}

extension ResourceSource {
    init(_ declaration: ResourceDeclaration) {
        logicalID = declaration.logicalID
        type = declaration.type
        line = declaration.line
        deletionPolicy = declaration.deletionPolicy
        updateReplacePolicy = declaration.updateReplacePolicy
    }

    mutating func take(_ members: [Value.Member], below path: String = "") {
        for member in members { take(member.value, line: member.line, at: path + member.name) }
    }

    private mutating func take(_ value: Value, line: Int, at path: String) {
        properties[path] = Property(line: line, text: value.text)
        take(value.members ?? [], below: path + ".")
        for (index, item) in (value.items ?? []).enumerated() { take(item, line: item.line, at: "\(path).\(index)") }
    }
}
