extension UpdateExpression {
    /// The item after the update. An update of an item that does not exist begins with its key alone.
    ///
    /// The result is within the nesting limit; its size is for the table to check.
    /// - Parameters:
    ///   - item: as it is before.
    ///   - keyAttributes: the names of the table's key attributes, which an update must leave alone.
    /// - Throws: `.validation` with DynamoDB's message.
    public func apply(to item: Item, keyAttributes: [String]) throws(ItemError) -> Item {
        try checkLeaves(keyAttributes)
        var result = item
        // Every value is computed before the first change: expressions see the item as it was.
        var changes: [(path: DocumentPath, value: AttributeValue)] = []
        for set in sets { changes.append((set.path, try set.value.evaluate(in: item))) }
        for addition in additions {
            let old = addition.path.value(in: item)
            changes.append((addition.path, try add(addition.value, to: old)))
        }
        // Ascending, so that elements set beyond the end of a list are appended in the order of their indexes.
        for change in changes.sorted(by: { Self.lastIndex($0.path) < Self.lastIndex($1.path) }) {
            try result.update(change.path) { _ in change.value }
        }
        var removals = removals
        for deletion in deletions {
            guard let old = deletion.path.value(in: item) else {
                // Nothing to take from; but what should hold it must be there.
                try result.update(deletion.path) { $0 }
                continue
            }
            if let rest = try delete(deletion.value, from: old) {
                try result.update(deletion.path) { _ in rest }
            } else {
                removals.append(deletion.path)
            }
        }
        // Last place first: indexes mean the elements' places before the update.
        for removal in removals.sorted(by: { $1.precedes($0) }) {
            try result.update(removal) { _ in nil }
        }
        guard result.depth <= Item.nestingMax else { throw .nesting }
        return result
    }

    private static func lastIndex(_ path: DocumentPath) -> Int {
        if case .index(let index) = path.steps.last { index } else { -1 }
    }

    private func add(_ value: AttributeValue, to old: AttributeValue?) throws(ItemError) -> AttributeValue {
        switch (old, value) {
        case (nil, _): return value
        case (.number(let old), .number(let value)): return .number(try old.adding(value))
        case (.stringSet(let old), .stringSet(let value)):
            let new = value.filter { member in !old.contains { UTF8Order.areEqual($0, member) } }
            return AttributeValue.stringSet(old + new).canonical
        case (.numberSet(let old), .numberSet(let value)):
            return AttributeValue.numberSet(old + value.filter { !old.contains($0) }).canonical
        case (.binarySet(let old), .binarySet(let value)):
            return AttributeValue.binarySet(old + value.filter { !old.contains($0) }).canonical
        // `AttributeUpdates` only: no expression that adds a list is read.
        case (.list(let old), .list(let value)): return .list(old + value)
        default: throw wrongType
        }
    }

    /// What is left of a set; nil for nothing, since DynamoDB knows no empty set.
    private func delete(
        _ value: AttributeValue, from old: AttributeValue
    ) throws(ItemError) -> AttributeValue? {
        switch (old, value) {
        case (.stringSet(let old), .stringSet(let value)):
            let rest = old.filter { member in !value.contains { UTF8Order.areEqual($0, member) } }
            return rest.isEmpty ? nil : .stringSet(rest)
        case (.numberSet(let old), .numberSet(let value)):
            let rest = old.filter { !value.contains($0) }
            return rest.isEmpty ? nil : .numberSet(rest)
        case (.binarySet(let old), .binarySet(let value)):
            let rest = old.filter { !value.contains($0) }
            return rest.isEmpty ? nil : .binarySet(rest)
        default: throw wrongType
        }
    }

    private var wrongType: ItemError {
        isLegacy ? .validation("Type mismatch for attribute to update") : .wrongDataType
    }

    /// The parts of an item at the places the update names: what `UPDATED_OLD` and `UPDATED_NEW` answer, for the item
    /// before and after it. Parts of maps and lists come as maps and lists with these parts only.
    public func touched(in item: Item?) -> Item {
        guard let item else { return Item() }
        return ProjectionTree(targets).project(item)
    }
}

extension UpdateExpression.Value {
    func evaluate(in item: Item) throws(ItemError) -> AttributeValue {
        switch self {
        case .value(let value): return value
        case .path(let path):
            guard let value = path.value(in: item) else {
                throw .validation("The provided expression refers to an attribute that does not exist in the item")
            }
            return value
        case .ifNotExists(let path, let value):
            if let old = path.value(in: item) { return old }
            return try value.evaluate(in: item)
        case .listAppend(let left, let right):
            guard case (let left?, let right?) = (try left.evaluate(in: item).list, try right.evaluate(in: item).list)
            else { throw .wrongDataType }
            return .list(left + right)
        case .sum(let left, let right):
            return .number(try left.number(in: item).adding(right.number(in: item)))
        case .difference(let left, let right):
            return .number(try left.number(in: item).subtracting(right.number(in: item)))
        }
    }

    private func number(in item: Item) throws(ItemError) -> Number {
        guard let number = try evaluate(in: item).number else { throw .wrongDataType }
        return number
    }
}

extension Item {
    /// Changes the value at a place: `change` gets the old one and returns the new one, nil to remove it.
    fileprivate mutating func update(
        _ path: DocumentPath, _ change: (AttributeValue?) -> AttributeValue?
    ) throws(ItemError) {
        guard !path.steps.isEmpty else {
            self[path.root] = change(self[path.root])
            return
        }
        guard var value = self[path.root] else { throw .invalidPath }
        try value.update(path.steps[...], change)
        self[path.root] = value
    }
}

extension AttributeValue {
    fileprivate mutating func update(
        _ steps: ArraySlice<DocumentPath.Step>, _ change: (AttributeValue?) -> AttributeValue?
    ) throws(ItemError) {
        let rest = steps.dropFirst()
        switch (steps.first, self) {
        case (.key(let name), .map(var map)):
            if rest.isEmpty {
                map[name] = change(map[name])
            } else {
                guard var value = map[name] else { throw .invalidPath }
                try value.update(rest, change)
                map[name] = value
            }
            self = .map(map)
        case (.index(let index), .list(var list)):
            if rest.isEmpty {
                switch (change(index < list.count ? list[index] : nil), index < list.count) {
                case (let value?, true): list[index] = value
                // Beyond the end an element is appended, wherever beyond it is.
                case (let value?, false): list.append(value)
                case (nil, true): list.remove(at: index)
                case (nil, false): break
                }
            } else {
                guard index < list.count else { throw .invalidPath }
                try list[index].update(rest, change)
            }
            self = .list(list)
        default: throw .invalidPath
        }
    }
}

extension ItemError {
    fileprivate static var invalidPath: ItemError {
        .validation("The document path provided in the update expression is invalid for update")
    }

    fileprivate static var wrongDataType: ItemError {
        .validation("An operand in the update expression has an incorrect data type")
    }
}
