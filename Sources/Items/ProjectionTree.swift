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
        for path in paths { insert([.key(path.root)] + path.steps) }
    }

    private mutating func insert(_ steps: some Collection<DocumentPath.Step>) {
        guard let step = steps.first else {
            isWhole = true
            return
        }
        let rest = steps.dropFirst()
        switch step {
        case .key(let name):
            let place = members.firstIndex { !UTF8Order.precedes($0.name, name) } ?? members.endIndex
            if place == members.endIndex || !UTF8Order.areEqual(members[place].name, name) {
                members.insert((name, ProjectionTree()), at: place)
            }
            members[place].tree.insert(rest)
        case .index(let index):
            let place = elements.firstIndex { $0.index >= index } ?? elements.endIndex
            if place == elements.endIndex || elements[place].index != index {
                elements.insert((index, ProjectionTree()), at: place)
            }
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
