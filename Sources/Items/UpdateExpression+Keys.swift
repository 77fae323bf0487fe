/// What an update says of key attributes, whatever item it meets.
extension UpdateExpression {
    /// - Parameter keyAttributes: the names of the table's key attributes, which an update must leave alone.
    /// - Throws: `.validation` with DynamoDB's message.
    public func checkLeaves(_ keyAttributes: [String]) throws(ItemError) {
        for target in targets where keyAttributes.contains(where: { UTF8Order.areEqual($0, target.root) }) {
            throw .invalidParameter(
                "Cannot update attribute \(target.root). This attribute is part of the key")
        }
    }

    /// The type that the update gives an attribute of this name, "N" for a sum; nil when it does not, or when that
    /// depends on the item.
    public func typeName(of attribute: String) -> String? {
        func isMeant(_ path: DocumentPath) -> Bool { path.steps.isEmpty && UTF8Order.areEqual(path.root, attribute) }
        if let set = sets.first(where: { isMeant($0.path) }) { return set.value.typeName }
        return additions.first { isMeant($0.path) }?.value.typeName
    }

    /// - Parameters:
    ///   - keyAttributes: the names of the table's key attributes.
    ///   - indexKeys: those of its indexes.
    /// - Throws: `.validation` when the update changes or reads what is inside one, as if it were a map or a list.
    public func checkKeyPaths(_ keyAttributes: [String], indexKeys: [String]) throws(ItemError) {
        var paths = targets
        for set in sets { set.value.forEachPath { paths.append($0) } }
        for path in paths { try path.checkNotInside(keyAttributes: keyAttributes, indexKeys: indexKeys) }
    }
}

extension UpdateExpression.Value {
    fileprivate var typeName: String? {
        switch self {
        case .value(let value): value.typeName
        case .sum, .difference: "N"
        case .listAppend: "L"
        case .path, .ifNotExists: nil
        }
    }

    fileprivate func forEachPath(_ body: (DocumentPath) -> Void) {
        switch self {
        case .path(let path): body(path)
        case .value: break
        case .ifNotExists(let path, let value):
            body(path)
            value.forEachPath(body)
        case .listAppend(let left, let right), .sum(let left, let right), .difference(let left, let right):
            left.forEachPath(body)
            right.forEachPath(body)
        }
    }
}
