/// Which parts of an item an answer holds.
///
///     let names: [String: String] = ["#s": "status"]
///     var placeholders = try ExpressionPlaceholders(names: names)
///     let projection = try ProjectionExpression("orderId, #s, parts[0].sku", placeholders: &placeholders)
///     projection.apply(to: order)
public struct ProjectionExpression: Sendable {
    private let paths: [DocumentPath]
    private let tree: ProjectionTree

    /// The top-level attributes it keeps, in the order they were named and as often.
    public var attributeNames: [String] { paths.map(\.root) }

    private init(_ paths: [DocumentPath]) {
        self.paths = paths
        tree = ProjectionTree(paths)
    }

    /// Parses document paths, and notes which placeholders they use.
    /// - Throws: `.validation` with DynamoDB's message, also when one path holds another.
    public init(_ text: String, placeholders: inout ExpressionPlaceholders) throws(ItemError) {
        var parser = try ExpressionParser(text, parameter: "ProjectionExpression")
        let syntax = try parser.projection()
        var resolver = ExpressionResolver(parameter: "ProjectionExpression", placeholders: placeholders)
        let paths = syntax.map { resolver.path($0) }
        resolver.checkOverlaps(paths)
        try resolver.findings.check(ExpressionFindings.projectionOrder)
        self.init(paths)
        placeholders = resolver.placeholders
    }

    /// The legacy parameter `AttributesToGet`: top-level names, in which a point is a point.
    /// - Throws: `.validation` for a name given twice or too long, and for no name.
    public init(attributesToGet names: [String]) throws(ItemError) {
        guard !names.isEmpty else {
            throw .validation(
                "1 validation error detected: Value '[]' at 'attributesToGet' failed to satisfy constraint: "
                    + "Member must have length greater than or equal to 1")
        }
        for name in names { try Item.check(name: name) }
        var sorted = names.sorted(by: UTF8Order.precedes)[...]
        while let name = sorted.popFirst() {
            guard let next = sorted.first, UTF8Order.areEqual(name, next) else { continue }
            throw .invalidParameter("Duplicate value in attribute name: \(name)")
        }
        self.init(attributeNames: names)
    }

    /// Top-level attributes by their names, such as those an index holds.
    public init(attributeNames names: some Sequence<String>) {
        self.init(names.map { DocumentPath(root: $0) })
    }

    /// - Parameters:
    ///   - keyAttributes: the names of the table's key attributes.
    ///   - indexKeys: those of its indexes, read or not.
    /// - Throws: `.validation` when a path looks into one, as if it were a map or a list.
    public func checkKeyPaths(_ keyAttributes: [String], indexKeys: [String] = []) throws(ItemError) {
        for path in paths { try path.checkNotInside(keyAttributes: keyAttributes, indexKeys: indexKeys) }
    }

    /// The parts of an item that are there: maps with the projected members only, lists with the projected elements
    /// only, in their order and without gaps. Linear in the paths and what they keep.
    public func apply(to item: Item) -> Item { tree.project(item) }
}
