/// Slots in the order of their keys, the smallest first; any of them can be taken out. A slot is in it once at most.
///
/// The key lies beside the slot, so that comparing needs no look at the slot's owner. All changes cost the logarithm of
/// the number of slots, an insertion behind all others nothing but its room.
struct IndexedHeap {
    private struct Node {
        var key: Int64
        var slot: UInt32
    }

    private static let absent = UInt32.max
    private var nodes: [Node] = []
    /// Where in `nodes` a slot stands, by slot.
    private var places: [UInt32] = []

    var isEmpty: Bool { nodes.isEmpty }
    var count: Int { nodes.count }
    /// The smallest key and its slot.
    var first: (key: Int64, slot: UInt32)? { nodes.first.map { ($0.key, $0.slot) } }

    func contains(_ slot: UInt32) -> Bool { slot < places.count && places[Int(slot)] != Self.absent }

    /// Adds a slot that is not in it.
    mutating func insert(_ slot: UInt32, key: Int64) {
        assert(!contains(slot), "a slot stands in a heap once")
        while places.count <= Int(slot) { places.append(Self.absent) }
        nodes.append(Node(key: key, slot: slot))
        rise(nodes.count - 1)
    }

    /// Takes a slot out; nothing happens when it is not in it.
    mutating func remove(_ slot: UInt32) {
        guard contains(slot) else { return }
        let place = Int(places[Int(slot)])
        places[Int(slot)] = Self.absent
        let last = nodes.removeLast()
        guard place < nodes.count else { return }
        nodes[place] = last
        sink(place)
        rise(Int(places[Int(last.slot)]))
    }

    /// Lowers all keys by as much, which leaves their order as it is. Costs a look at each of them.
    mutating func lowerAll(by span: Int64) {
        for place in nodes.indices { nodes[place].key -= span }
    }

    mutating func removeAll() {
        nodes = []
        places = []
    }

    private mutating func rise(_ start: Int) {
        var place = start
        let node = nodes[place]
        while place > 0 {
            let parent = (place - 1) / 2
            guard nodes[parent].key > node.key else { break }
            put(nodes[parent], at: place)
            place = parent
        }
        put(node, at: place)
    }

    private mutating func sink(_ start: Int) {
        var place = start
        let node = nodes[place]
        while true {
            var child = 2 * place + 1
            guard child < nodes.count else { break }
            if child + 1 < nodes.count, nodes[child + 1].key < nodes[child].key { child += 1 }
            guard nodes[child].key < node.key else { break }
            put(nodes[child], at: place)
            place = child
        }
        put(node, at: place)
    }

    private mutating func put(_ node: Node, at place: Int) {
        nodes[place] = node
        places[Int(node.slot)] = UInt32(place)
    }
}
