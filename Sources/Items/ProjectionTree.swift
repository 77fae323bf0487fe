/// Which parts of a document to keep: several paths, joined where they begin alike.
struct ProjectionTree: Sendable {
    /// Keep all from here down.
    private var isWhole = false
    /// Sorted by UTF-8 bytes, as the attributes of an item are. Names are no keys of a dictionary, which would take
    /// two names of equivalent Unicode forms for one.
    private var members: [(name: String, tree: ProjectionTree)] = []
    /// Ascending.
    private var elements: [(index: Int, tree: ProjectionTree)] = []

    init() {}

    init(_ paths: some Sequence<DocumentPath>) {
        // In order, so that each is found or placed at the end at once: there may be as many as an item has attributes.
        for path in paths.sorted(by: { UTF8Order.precedes($0.root, $1.root) }) {
            insert([.key(path.root)] + path.steps)
        }
    }

    private mutating func insert(_ steps: some Collection<DocumentPath.Step>) {
        guard let step = steps.first else {
            isWhole = true
            return
        }
        let rest = steps.dropFirst()
        switch step {
        case .key(let name):
            let before = members.lastIndex { !UTF8Order.precedes(name, $0.name) }
            if let before, UTF8Order.areEqual(members[before].name, name) {
                return members[before].tree.insert(rest)
            }
            let place = before.map { $0 + 1 } ?? 0
            members.insert((name, ProjectionTree()), at: place)
            members[place].tree.insert(rest)
        case .index(let index):
            let before = elements.lastIndex { $0.index <= index }
            if let before, elements[before].index == index { return elements[before].tree.insert(rest) }
            let place = before.map { $0 + 1 } ?? 0
            elements.insert((index, ProjectionTree()), at: place)
            elements[place].tree.insert(rest)
        }
    }

    /// The parts of an item that are there. Linear in the paths and what they take along.
    func project(_ item: Item) -> Item {
        var attributes: [Item.Attribute] = []
        attributes.reserveCapacity(members.count)
        for (name, tree) in members {
            guard let value = item[name], let part = tree.project(value) else { continue }
            attributes.append(Item.Attribute(name: name, value: part))
        }
        return Item(unsorted: attributes)
    }

    /// Nil when there is nothing to keep: a container stays only for the sake of what is found in it.
    private func project(_ value: AttributeValue) -> AttributeValue? {
        if isWhole { return value }
        switch value {
        case .map(let map):
            let part = project(map)
            return part.isEmpty ? nil : .map(part)
        case .list(let list):
            let part = elements.lazy.filter { $0.index < list.count }.compactMap { $0.tree.project(list[$0.index]) }
            return part.isEmpty ? nil : .list(Array(part))
        default: return nil
        }
    }
}
