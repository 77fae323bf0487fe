extension UpdateExpression {
    /// DynamoDB's words for an update that makes an item larger than `Item.itemSizeBytesMax`.
    package static let sizeRefusal = "Item size to update has exceeded the maximum allowed size"

    /// The item after the update. An update of an item that does not exist begins with its key alone.
    ///
    /// The result is within the nesting limit. Its size is for the table to check; only an update whose own values are
    /// larger than an item may be is refused here, before it makes more of them.
    /// - Parameters:
    ///   - item: as it is before.
    ///   - keyAttributes: the names of the table's key attributes, which an update must leave alone.
    /// - Throws: `.validation` with DynamoDB's message.
    public func apply(to item: Item, keyAttributes: [String]) throws(ItemError) -> Item {
        try checkLeaves(keyAttributes)
        var result = item
        // Every value is computed before the first change: expressions see the item as it was.
        var changes = Changes()
        for set in sets {
            let value = try set.value.evaluate(in: item, appends: !changes.areTooLarge)
            changes.append(value, at: set.path)
        }
        for addition in additions {
            let old = addition.path.value(in: item)
            changes.append(try add(addition.value, to: old), at: addition.path)
        }
        result.put(changes.attributes)
        // Ascending, so that elements set beyond the end of a list are appended in the order of their indexes.
        for change in changes.parts.sorted(by: { Self.lastIndex($0.path) < Self.lastIndex($1.path) }) {
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
        result.remove(removals.filter { $0.steps.isEmpty }.map(\.root))
        // Last place first: indexes mean the elements' places before the update.
        for removal in removals.filter({ !$0.steps.isEmpty }).sorted(by: { $1.precedes($0) }) {
            try result.update(removal) { _ in nil }
        }
        guard !changes.areTooLarge else { throw .validation(Self.sizeRefusal) }
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
            return AttributeValue.stringSet(old + value.without(old, by: UTF8Order.precedes)).canonical
        case (.numberSet(let old), .numberSet(let value)):
            return AttributeValue.numberSet(old + value.without(old, by: <)).canonical
        case (.binarySet(let old), .binarySet(let value)):
            let new = value.without(old) { $0.lexicographicallyPrecedes($1) }
            return AttributeValue.binarySet(old + new).canonical
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
            let rest = old.without(value, by: UTF8Order.precedes)
            return rest.isEmpty ? nil : .stringSet(rest)
        case (.numberSet(let old), .numberSet(let value)):
            let rest = old.without(value, by: <)
            return rest.isEmpty ? nil : .numberSet(rest)
        case (.binarySet(let old), .binarySet(let value)):
            let rest = old.without(value) { $0.lexicographicallyPrecedes($1) }
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

/// What an update sets and adds to, each at its place.
private struct Changes {
    /// Whole attributes.
    private(set) var attributes: [Item.Attribute] = []
    /// What is inside of attributes.
    private(set) var parts: [(path: DocumentPath, value: AttributeValue)] = []
    /// The item afterwards has no less: of the places an update names none is inside another.
    private var sizeBytes = 0

    /// Whether no item holds all of it.
    var areTooLarge: Bool { sizeBytes > Item.itemSizeBytesMax }

    mutating func append(_ value: AttributeValue, at path: DocumentPath) {
        let isWhole = path.steps.isEmpty
        guard !areTooLarge else {
            // The value is of no more use, but a place that is wrong is still told before the size.
            if !isWhole { parts.append((path, .null)) }
            return
        }
        sizeBytes += value.sizeBytes
        if isWhole {
            sizeBytes += path.root.utf8.count
            attributes.append(Item.Attribute(name: path.root, value: value))
        } else {
            parts.append((path, value))
        }
    }
}

extension UpdateExpression.Value {
    /// - Parameters:
    ///   - item: as it is before the update.
    ///   - appends: whether lists are joined. Without, operands are checked alike and no larger list is made.
    fileprivate func evaluate(in item: Item, appends: Bool = true) throws(ItemError) -> AttributeValue {
        switch self {
        case .value(let value): return value
        case .path(let path):
            guard let value = path.value(in: item) else {
                throw .validation("The provided expression refers to an attribute that does not exist in the item")
            }
            return value
        case .ifNotExists(let path, let value):
            if let old = path.value(in: item) { return old }
            return try value.evaluate(in: item, appends: appends)
        case .listAppend(let left, let right):
            guard case (let left?, let right?) = (try left.evaluate(in: item).list, try right.evaluate(in: item).list)
            else { throw .wrongDataType }
            return .list(appends ? left + right : left)
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

extension Array {
    /// The elements that are not in another array; both are sorted, and stay so. Linear.
    fileprivate func without(_ others: [Element], by precedes: (Element, Element) -> Bool) -> [Element] {
        var next = 0
        return filter { element in
            while next < others.count, precedes(others[next], element) { next += 1 }
            return next == others.count || precedes(element, others[next])
        }
    }
}

extension Item {
    /// Most attributes that are added or removed one after the other, each of which moves all that follow. More of
    /// them, which only `AttributeUpdates` can name, are worth a pass over the whole item.
    private static let changedSinglyCountMax = 32

    /// Sets attributes, each named once.
    fileprivate mutating func put(_ new: [Attribute]) {
        guard new.count > Self.changedSinglyCountMax else {
            for attribute in new { self[attribute.name] = attribute.value }
            return
        }
        // Of two attributes with one name the later stays.
        self = Item(unsorted: attributes + new.map { Attribute(name: $0.name, value: $0.value.canonical) })
    }

    /// Removes those of the named attributes that are there.
    fileprivate mutating func remove(_ names: [String]) {
        guard names.count > Self.changedSinglyCountMax else {
            for name in names { self[name] = nil }
            return
        }
        let removed = names.sorted(by: UTF8Order.precedes).map { Attribute(name: $0, value: .null) }
        self = Item(unsorted: attributes.without(removed) { UTF8Order.precedes($0.name, $1.name) })
    }

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
