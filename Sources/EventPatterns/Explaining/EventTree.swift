/// An event as a tree, for explanations. Names are taken apart at their dots, as the matcher does it.
///
/// The nodes lie in one array in the order of the event's text, so that what is within a node follows it at once. Forty
/// bytes a node: an array of digits has one in every two bytes of an event.
struct EventTree {
    enum Kind { case object, array, string, number, bool, null }

    struct Node {
        let kind: Kind
        /// Whether it is an element of an array. Otherwise it is a field of an object, or the event itself.
        let isElement: Bool
        /// The event is its own parent.
        let parent: Int
        /// An element's index; the number of a field's name.
        let position: Int
        /// Where the JSON text begins.
        let start: Int
        /// Behind a scalar's JSON text; of an object or array, the first node that is not within it.
        fileprivate(set) var end: Int

        var isContainer: Bool { kind == .object || kind == .array }
    }

    /// An object or array that is being read.
    private struct Container {
        let node: Int
        /// The elements so far.
        var count = 0
    }

    /// The event and behind it, decoded, each name that has escapes.
    private(set) var text: [UInt8]
    /// The first is the event itself.
    private(set) var nodes: [Node] = []
    /// Where in `text` the names of fields are.
    private(set) var names: [Range<Int>] = []
    private var open: [Container] = []

    /// Reads an event that the matcher has accepted. It keeps its own stack, so depth costs no call frames. Cost: linear in
    /// the event's size.
    init(_ event: [UInt8]) throws(EventError) {
        text = event
        let bytes = event.span.bytes
        var name: Range<Int>?
        var at = 0
        repeat {
            at = JSONTokens.skipSpace(bytes, at)
            guard at < event.count else { throw EventError("ends too early", at: at) }
            let start = at
            switch event[at] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                at += 1
                let kind = event[start] == UInt8(ascii: "{") ? Kind.object : .array
                open.append(Container(node: add(kind, start..<at, &name)))
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                at += 1
                close(open.removeLast().node)
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                at += 1
            case UInt8(ascii: "\""):
                let content = try JSONTokens.string(bytes, at, next: &at)
                if let container = open.last, nodes[container.node].kind == .object, name == nil {
                    name = content.start..<content.end
                    if content.hasEscapes {
                        let decoded = EscapedText.decode(bytes, content.start..<content.end)
                        name = text.count..<text.count + decoded.count
                        text += decoded
                    }
                } else {
                    addScalar(.string, start..<at, &name)
                }
            case UInt8(ascii: "t"):
                at = try JSONTokens.word(bytes, at, "true")
                addScalar(.bool, start..<at, &name)
            case UInt8(ascii: "f"):
                at = try JSONTokens.word(bytes, at, "false")
                addScalar(.bool, start..<at, &name)
            case UInt8(ascii: "n"):
                at = try JSONTokens.word(bytes, at, "null")
                addScalar(.null, start..<at, &name)
            default:
                at = try JSONTokens.number(bytes, at)
                addScalar(.number, start..<at, &name)
            }
        } while !open.isEmpty
    }

    private mutating func addScalar(_ kind: Kind, _ range: Range<Int>, _ name: inout Range<Int>?) {
        close(nodes[add(kind, range, &name)].parent)
    }

    /// Adds a node, below an object for each dot of its name, and returns its number.
    private mutating func add(_ kind: Kind, _ range: Range<Int>, _ name: inout Range<Int>?) -> Int {
        var parent = open.last?.node ?? 0
        var position = 0
        if let segment = name {
            var start = segment.lowerBound
            while true {
                let end = text.span.bytes.firstDot(start, segment.upperBound)
                position = names.count
                names.append(start..<end)
                guard end < segment.upperBound else { break }
                nodes.append(
                    Node(
                        kind: .object, isElement: false, parent: parent, position: position, start: range.lowerBound,
                        end: 0))
                parent = nodes.count - 1
                start = end + 1
            }
        } else if !open.isEmpty {
            position = open[open.count - 1].count
            open[open.count - 1].count += 1
        }
        nodes.append(
            Node(
                kind: kind, isElement: name == nil && !open.isEmpty, parent: parent, position: position,
                start: range.lowerBound, end: range.upperBound))
        name = nil
        return nodes.count - 1
    }

    /// Ends a node, and those around it that stand for the dots of its name.
    private mutating func close(_ first: Int) {
        var node = first
        while node != open.last?.node {
            nodes[node].end = nodes.count
            guard node != 0 else { return }
            node = nodes[node].parent
        }
    }
}
