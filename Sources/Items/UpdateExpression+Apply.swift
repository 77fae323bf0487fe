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
            changes.append(try add(addition.value, to: old, joins: !changes.areTooLarge), at: addition.path)
        }
        result.put(changes.attributes)
        try result.put(changes.parts)
        var removals = removals
        for deletion in deletions {
            guard let old = deletion.path.value(in: item) else {
                // Nothing to take from; but what should hold it must be there.
                try result.checkHolds(deletion.path)
                continue
            }
            if let rest = try delete(deletion.value, from: old) {
                try result.change(deletion.path) { $0 = rest }
            } else {
                removals.append(deletion.path)
            }
        }
        try result.remove(removals)
        guard !changes.areTooLarge else { throw .validation(Self.sizeRefusal) }
        try result.checkNesting()
        return result
    }

    /// - Parameter joins: whether sets and lists are joined. Without, types are checked alike and none larger is made.
    private func add(
        _ value: AttributeValue, to old: AttributeValue?, joins: Bool
    ) throws(ItemError) -> AttributeValue {
        switch (old, value) {
        case (nil, _): return value
        case (.stringSet, .stringSet) where !joins, (.numberSet, .numberSet) where !joins,
            (.binarySet, .binarySet) where !joins, (.list, .list) where !joins:
            return value
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
    /// them are worth a pass over the whole item.
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

    /// Sets what is inside of attributes, each place once.
    fileprivate mutating func put(_ parts: [(path: DocumentPath, value: AttributeValue)]) throws(ItemError) {
        var members: [(container: DocumentPath, change: Attribute)] = []
        var elements: [(path: DocumentPath, index: Int, value: AttributeValue)] = []
        for (path, value) in parts {
            switch path.steps.last {
            case .key(let name)?: members.append((path.container, Attribute(name: name, value: value)))
            case .index(let index)?: elements.append((path, index, value.canonical))
            case nil: self[path.root] = value
            }
        }
        for (container, new) in DocumentPath.grouped(members) {
            try change(container) { value throws(ItemError) in try value.changeMap { $0.put(new) } }
        }
        // Ascending, so that elements set beyond the end of a list are appended in the order of their indexes.
        for (path, index, element) in elements.sorted(by: { $0.index < $1.index }) {
            try change(path.container) { value throws(ItemError) in
                try value.changeList { list in
                    // Beyond the end an element is appended, wherever beyond it is.
                    if index < list.count { list[index] = element } else { list.append(element) }
                }
            }
        }
    }

    /// Removes what is there of some places, each named once.
    fileprivate mutating func remove(_ paths: [DocumentPath]) throws(ItemError) {
        var names: [String] = []
        var members: [(container: DocumentPath, change: String)] = []
        var elements: [(container: DocumentPath, change: Int)] = []
        for path in paths {
            switch path.steps.last {
            case .key(let name)?: members.append((path.container, name))
            case .index(let index)?: elements.append((path.container, index))
            case nil: names.append(path.root)
            }
        }
        remove(names)
        // Indexes mean the elements' places before any is gone. So elements go last, those of inner lists first.
        for (container, names) in DocumentPath.grouped(members) {
            try change(container) { value throws(ItemError) in try value.changeMap { $0.remove(names) } }
        }
        let lists = DocumentPath.grouped(elements)
        for (container, indexes) in lists.sorted(by: { $0.container.steps.count > $1.container.steps.count }) {
            try change(container) { value throws(ItemError) in try value.changeList { $0.removeAll(at: indexes) } }
        }
    }

    /// - Throws: `.validation` where there is no map or list that could hold the place.
    fileprivate func checkHolds(_ path: DocumentPath) throws(ItemError) {
        guard let step = path.steps.last else { return }
        switch (step, path.container.value(in: self)) {
        case (.key, .map?), (.index, .list?): return
        default: throw .invalidPath
        }
    }

    /// Changes the value at a place, which must be there, where it lies. An update may name hundreds of places in one
    /// large list: nothing may be copied for each of them, nor looked through.
    /// - Parameter body: must leave a canonical value.
    mutating func change(
        _ path: DocumentPath, _ body: (inout AttributeValue) throws(ItemError) -> Void
    ) throws(ItemError) {
        let isThere = try change(path.root) { value throws(ItemError) in try value.change(path.steps[...], body) }
        guard isThere else { throw .invalidPath }
    }
}

extension DocumentPath {
    /// Brings together the changes to each map or list, so that what takes a pass over it takes one for all of them.
    fileprivate static func grouped<Change>(
        _ changes: [(container: DocumentPath, change: Change)]
    ) -> [(container: DocumentPath, changes: [Change])] {
        var groups: [(container: DocumentPath, changes: [Change])] = []
        for (container, change) in changes.sorted(by: { $0.container.precedes($1.container) }) {
            // In order, whatever does not precede is the same.
            if groups.last?.container.precedes(container) == false {
                groups[groups.count - 1].changes.append(change)
            } else {
                groups.append((container, [change]))
            }
        }
        return groups
    }
}

extension AttributeValue {
    fileprivate mutating func change(
        _ steps: ArraySlice<DocumentPath.Step>, _ body: (inout AttributeValue) throws(ItemError) -> Void
    ) throws(ItemError) {
        let rest = steps.dropFirst()
        switch steps.first {
        case nil: try body(&self)
        case .key(let name)?:
            try changeMap { map throws(ItemError) in
                let isThere = try map.change(name) { value throws(ItemError) in try value.change(rest, body) }
                guard isThere else { throw ItemError.invalidPath }
            }
        case .index(let index)?:
            try changeList { list throws(ItemError) in
                guard index < list.count else { throw ItemError.invalidPath }
                try list[index].change(rest, body)
            }
        }
    }

    fileprivate mutating func changeMap(_ body: (inout Item) throws(ItemError) -> Void) throws(ItemError) {
        guard var map = takeMap() else { throw .invalidPath }
        defer { self = .map(map) }
        try body(&map)
    }

    fileprivate mutating func changeList(
        _ body: (inout [AttributeValue]) throws(ItemError) -> Void
    ) throws(ItemError) {
        guard var list = takeList() else { throw .invalidPath }
        defer { self = .list(list) }
        try body(&list)
    }

    // What is taken out leaves NULL in its place until it is put back: held in two places, it would be copied when it
    // is changed.

    private mutating func takeMap() -> Item? {
        guard case .map(let map) = self else { return nil }
        self = .null
        return map
    }

    private mutating func takeList() -> [AttributeValue]? {
        guard case .list(let list) = self else { return nil }
        self = .null
        return list
    }
}

extension [AttributeValue] {
    /// Removes those of the named elements that are there. Linear.
    fileprivate mutating func removeAll(at indexes: [Int]) {
        var kept: [AttributeValue] = []
        kept.reserveCapacity(count)
        var next = 0
        for index in Set(indexes).sorted() where index < count {
            kept += self[next..<index]
            next = index + 1
        }
        kept += self[next...]
        self = kept
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
