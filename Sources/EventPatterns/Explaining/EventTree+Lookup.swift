/// Where things are in an event, and what they are.
extension EventTree {
    /// The nodes directly within a node, in the event's order.
    struct Children: Sequence, IteratorProtocol {
        fileprivate let tree: EventTree
        fileprivate var at: Int
        fileprivate let end: Int

        mutating func next() -> Int? {
            guard at < end else { return nil }
            defer { at = tree.next(at) }
            return at
        }
    }

    func children(of node: Int) -> Children {
        Children(tree: self, at: node + 1, end: next(node))
    }

    /// The first node behind a node and all that is within it.
    private func next(_ node: Int) -> Int { nodes[node].isContainer ? nodes[node].end : node + 1 }

    /// The first scalar within a node.
    func firstValue(in node: Int) -> Int? {
        (node + 1..<max(node + 1, next(node))).first { !nodes[$0].isContainer }
    }

    /// The first field of this name, anywhere.
    func firstField(named name: [UInt8]) -> Int? {
        nodes.indices.first { isField($0, named: name) }
    }

    /// The nodes that a field's name leads to. Arrays on the way are looked into.
    func nodes(at segments: ArraySlice<[UInt8]>) -> [Int] {
        segments.reduce([0]) { nodes(from: $0, to: $1) }
    }

    /// The fields of a name in some nodes. Arrays are looked into.
    func nodes(from some: [Int], to segment: [UInt8]) -> [Int] {
        flattened(some).filter { nodes[$0].kind == .object }
            .flatMap { children(of: $0).filter { isField($0, named: segment) } }
    }

    /// The nodes, with the elements of arrays in place of arrays.
    func flattened(_ some: [Int]) -> [Int] {
        var result: [Int] = []
        for node in some {
            var at = node
            let end = next(node)
            while at < end {
                if nodes[at].kind == .array {
                    at += 1
                } else {
                    result.append(at)
                    at = next(at)
                }
            }
        }
        return result
    }

    /// The values at a field, which are what rules look at.
    func values(at segments: [[UInt8]]) -> [Int] {
        flattened(nodes(at: segments[...])).filter { nodes[$0].kind != .object }
    }

    /// A scalar's JSON text.
    func json(_ node: Int) -> String { String(decoding: text[nodes[node].start..<nodes[node].end], as: UTF8.self) }

    /// A scalar's text, without quotes and with escapes decoded.
    func content(_ node: Int) -> [UInt8] {
        let range = nodes[node].start..<nodes[node].end
        guard nodes[node].kind == .string else { return Array(text[range]) }
        return EscapedText.decode(text.span.bytes, range.lowerBound + 1..<range.upperBound - 1)
    }

    private func isField(_ node: Int, named name: [UInt8]) -> Bool {
        guard isField(node) else { return false }
        let range = names[nodes[node].position]
        return range.count == name.count
            && text.span.bytes.equals(range.lowerBound, name.span.bytes, 0, count: name.count)
    }

    func isField(_ node: Int) -> Bool { node != 0 && !nodes[node].isElement }

    func isElement(_ node: Int) -> Bool { nodes[node].isElement }

    /// A field's name.
    func name(_ node: Int) -> String { String(decoding: text[names[nodes[node].position]], as: UTF8.self) }

    /// The nodes around one, from its container to the event.
    func ancestors(_ node: Int) -> [Int] {
        var result: [Int] = []
        var node = node
        while node != 0 {
            node = nodes[node].parent
            result.append(node)
        }
        return result
    }

    /// The place with the indices of arrays, such as `$.items[0].sku`.
    func path(_ node: Int) -> String {
        ([node] + ancestors(node)).reversed().dropFirst().reduce("$") { path, node in
            path + (isElement(node) ? "[\(nodes[node].position)]" : Place.step(name(node)))
        }
    }

    /// Whether a value lies in an object or array that is an element of an array.
    func isInsideElement(_ node: Int) -> Bool { ancestors(node).contains { isElement($0) } }
}
