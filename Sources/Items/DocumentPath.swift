/// A place in an item: an attribute's name, then map keys and list indexes. `lines[0].sku`.
struct DocumentPath: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    var root: String
    var steps: [Step] = []

    /// As AWS prints a path in messages: `[lines, [0], sku]`.
    var description: String {
        let steps = steps.map { step in
            switch step {
            case .key(let name): name
            case .index(let index): "[\(index)]"
            }
        }
        return "[" + ([root] + steps).joined(separator: ", ") + "]"
    }

    /// The value at this place, or nil when any part of the way is missing or of another type.
    func value(in item: Item) -> AttributeValue? {
        guard var value = item[root] else { return nil }
        for step in steps {
            switch (step, value) {
            case (.key(let name), .map(let map)):
                guard let next = map[name] else { return nil }
                value = next
            case (.index(let index), .list(let list)):
                guard index < list.count else { return nil }
                value = list[index]
            default: return nil
            }
        }
        return value
    }

    /// The map or list that holds this place, which is no whole attribute.
    var container: DocumentPath { DocumentPath(root: root, steps: Array(steps.dropLast())) }

    /// The order of places in a document: lists by index, maps by name.
    func precedes(_ other: DocumentPath) -> Bool {
        if !UTF8Order.areEqual(root, other.root) { return UTF8Order.precedes(root, other.root) }
        for (mine, others) in zip(steps, other.steps) {
            switch (mine, others) {
            case (.index(let mine), .index(let others)): if mine != others { return mine < others }
            case (.key(let mine), .key(let others)):
                if !UTF8Order.areEqual(mine, others) { return UTF8Order.precedes(mine, others) }
            case (.index, .key): return true
            case (.key, .index): return false
            }
        }
        return steps.count < other.steps.count
    }

    /// Key attributes are scalars.
    /// - Throws: `.validation` when the path leads into one of them.
    /// - Parameter indexKeys: the key attributes of the table's indexes.
    func checkNotInside(keyAttributes: [String], indexKeys: [String]) throws(ItemError) {
        guard !steps.isEmpty else { return }
        let kind: String
        if keyAttributes.contains(where: { UTF8Order.areEqual($0, root) }) {
            kind = "Key"
        } else if indexKeys.contains(where: { UTF8Order.areEqual($0, root) }) {
            kind = "IndexKey"
        } else {
            return
        }
        throw .validation(
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                + "\(kind): \(root)")
    }

    /// Whether both name one place, byte for byte.
    func isSame(as other: DocumentPath) -> Bool {
        steps.count == other.steps.count && overlap(with: other) == .overlap
    }

    enum Overlap: String {
        /// One path is the beginning of the other.
        case overlap
        /// One treats as a map what the other treats as a list.
        case conflict
    }

    /// Why two paths cannot be changed by one update; nil when they can.
    func overlap(with other: DocumentPath) -> Overlap? {
        guard UTF8Order.areEqual(root, other.root) else { return nil }
        for (mine, others) in zip(steps, other.steps) {
            switch (mine, others) {
            case (.key(let mine), .key(let others)):
                if !UTF8Order.areEqual(mine, others) { return nil }
            case (.index(let mine), .index(let others)):
                if mine != others { return nil }
            default: return .conflict
            }
        }
        return .overlap
    }
}
