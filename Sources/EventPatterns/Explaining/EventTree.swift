/// An event as a tree, for explanations. Names are taken apart at their dots, as the matcher does it.
struct EventTree {
    enum Kind { case object, array, string, number, bool, null }

    /// How a value is reached from the one around it.
    enum Step: Equatable {
        case field([UInt8])
        case element(Int)
    }

    struct Node {
        var kind: Kind
        /// Nil for the event itself.
        var step: Step?
        var parent: Int
        /// Where the JSON text begins and, for a scalar, ends.
        var text: Range<Int>
        var children: [Int] = []
    }

    private let event: [UInt8]
    /// The first is the event itself.
    private(set) var nodes: [Node] = []

    /// Reads an event that the matcher has accepted. It keeps its own stack, so depth costs no call frames.
    init(_ event: [UInt8]) throws(EventError) {
        self.event = event
        let bytes = event.span.bytes
        var open: [Int] = []
        var name: [UInt8]?
        var at = 0
        repeat {
            at = JSONTokens.skipSpace(bytes, at)
            guard at < event.count else { throw EventError("ends too early", at: at) }
            let start = at
            switch event[at] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open.append(add(event[at] == UInt8(ascii: "{") ? .object : .array, start..<start, &name, open.last))
                at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                open.removeLast()
                at += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                at += 1
            case UInt8(ascii: "\""):
                let content = try JSONTokens.string(bytes, at, next: &at)
                if let container = open.last, nodes[container].kind == .object, name == nil {
                    name = EscapedText.decode(bytes, content.start..<content.end)
                } else {
                    _ = add(.string, start..<at, &name, open.last)
                }
            case UInt8(ascii: "t"):
                at = try JSONTokens.word(bytes, at, "true")
                _ = add(.bool, start..<at, &name, open.last)
            case UInt8(ascii: "f"):
                at = try JSONTokens.word(bytes, at, "false")
                _ = add(.bool, start..<at, &name, open.last)
            case UInt8(ascii: "n"):
                at = try JSONTokens.word(bytes, at, "null")
                _ = add(.null, start..<at, &name, open.last)
            default:
                at = try JSONTokens.number(bytes, at)
                _ = add(.number, start..<at, &name, open.last)
            }
        } while !open.isEmpty
    }

    /// Adds a node, below an object for each dot of its name, and returns its number.
    private mutating func add(_ kind: Kind, _ text: Range<Int>, _ name: inout [UInt8]?, _ container: Int?) -> Int {
        guard var parent = container else {
            nodes.append(Node(kind: kind, step: nil, parent: 0, text: text))
            return 0
        }
        var steps = [Step.element(nodes[parent].children.count)]
        if let name {
            steps = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { .field(Array($0)) }
        }
        name = nil
        for (index, step) in steps.enumerated() {
            nodes[parent].children.append(nodes.count)
            let isLast = index == steps.count - 1
            nodes.append(Node(kind: isLast ? kind : .object, step: step, parent: parent, text: text))
            parent = nodes.count - 1
        }
        return parent
    }

    /// The nodes that a field's name leads to. Arrays on the way are looked into.
    func nodes(at segments: ArraySlice<[UInt8]>) -> [Int] {
        segments.reduce([0]) { reached, segment in
            flattened(reached).flatMap { nodes[$0].children.filter { nodes[$0].step == .field(segment) } }
        }
    }

    /// The nodes, with the elements of arrays in place of arrays.
    func flattened(_ some: [Int]) -> [Int] {
        var result: [Int] = []
        var rest = Array(some.reversed())
        while let node = rest.popLast() {
            if nodes[node].kind == .array { rest += nodes[node].children.reversed() } else { result.append(node) }
        }
        return result
    }

    /// The values at a field, which are what rules look at.
    func values(at segments: [[UInt8]]) -> [Int] {
        flattened(nodes(at: segments[...])).filter { nodes[$0].kind != .object }
    }

    /// A value's JSON text.
    func json(_ node: Int) -> String { String(decoding: event[nodes[node].text], as: UTF8.self) }

    /// A scalar's text, without quotes and with escapes decoded.
    func content(_ node: Int) -> [UInt8] {
        let text = nodes[node].text
        guard nodes[node].kind == .string else { return Array(event[text]) }
        return EscapedText.decode(event.span.bytes, text.lowerBound + 1..<text.upperBound - 1)
    }

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
        ([node] + ancestors(node)).reversed().reduce("$") { path, node in
            switch nodes[node].step {
            case .field(let name): path + Place.step(String(decoding: name, as: UTF8.self))
            case .element(let index): path + "[\(index)]"
            case nil: path
            }
        }
    }

    /// Whether a value lies in an object or array that is an element of an array.
    func isInsideElement(_ node: Int) -> Bool { ancestors(node).contains { isElement($0) } }

    func isElement(_ node: Int) -> Bool {
        if case .element = nodes[node].step { return true }
        return false
    }
}
