/// A DynamoDB update, parsed once and applied to items.
///
/// The whole language: `SET` with paths, values, `+`, `-`, `if_not_exists` and `list_append`; `REMOVE`; `ADD` on
/// numbers and sets; `DELETE` on sets. Every right-hand side reads the item as it was before the update.
///
///     let ship = try UpdateExpression("SET #s = :s", names: ["#s": "status"], values: [":s": .string("shipped")])
///     let shipped = try ship.apply(to: order, keyAttributes: ["orderId", "timestamp"])
public struct UpdateExpression: Sendable {
    indirect enum Value: Sendable {
        case path(DocumentPath)
        case value(AttributeValue)
        case ifNotExists(DocumentPath, Value)
        case listAppend(Value, Value)
        case sum(Value, Value)
        case difference(Value, Value)
    }

    var sets: [(path: DocumentPath, value: Value)] = []
    var removals: [DocumentPath] = []
    var additions: [(path: DocumentPath, value: AttributeValue)] = []
    var deletions: [(path: DocumentPath, value: AttributeValue)] = []
    /// Whether it came as `AttributeUpdates`, whose errors read differently.
    var isLegacy = false

    /// Parses an update that is the only expression of its request.
    /// - Throws: `.validation` with DynamoDB's message, also for placeholders that are undefined or unused.
    public init(
        _ text: String, names: [String: String] = [:], values: [String: AttributeValue] = [:]
    ) throws(ItemError) {
        var placeholders = try ExpressionPlaceholders(names: names, values: values)
        try self.init(text, placeholders: &placeholders)
        try placeholders.checkAllUsed()
    }

    /// Parses one of several expressions of a request and notes which placeholders it uses.
    public init(_ text: String, placeholders: inout ExpressionPlaceholders) throws(ItemError) {
        var parser = try ExpressionParser(text, parameter: "UpdateExpression")
        let sections = try parser.update()
        var resolver = ExpressionResolver(parameter: "UpdateExpression", placeholders: placeholders)
        var paths: [DocumentPath] = []
        for (index, section) in sections.enumerated() {
            if sections[..<index].contains(where: { $0.keyword == section.keyword }) {
                resolver.findings.note(
                    .section,
                    "The \"\(section.keyword.rawValue)\" section can only be used once in an update expression;")
            }
            for action in section.actions { paths.append(add(action.path, action.value, section.keyword, &resolver)) }
        }
        resolver.checkOverlaps(paths)
        try resolver.findings.check(ExpressionFindings.updateOrder)
        placeholders = resolver.placeholders
    }

    private mutating func add(
        _ path: [ExpressionSyntax.PathPart], _ value: ExpressionSyntax?, _ keyword: UpdateSection.Keyword,
        _ resolver: inout ExpressionResolver
    ) -> DocumentPath {
        let path = resolver.path(path)
        guard let value else {
            removals.append(path)
            return path
        }
        switch keyword {
        case .set: sets.append((path, resolver.updateValue(value)))
        case .add: additions.append((path, resolver.sectionValue(value, keyword)))
        case .delete: deletions.append((path, resolver.sectionValue(value, keyword)))
        case .remove: break
        }
        return path
    }

    /// Whether the update of an item that does not exist makes one. What only removes does not; what does nothing at
    /// all does (empty `AttributeUpdates`).
    public var createsItem: Bool { !sets.isEmpty || !additions.isEmpty || targets.isEmpty }

    /// All places the update changes.
    var targets: [DocumentPath] { sets.map(\.path) + removals + additions.map(\.path) + deletions.map(\.path) }
}
