/// Bytes that are held, and how many may be. No input, no output.
struct ByteBudget {
    let bytesMax: Int
    private(set) var heldBytes = 0

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    var isHalfHeld: Bool { heldBytes > bytesMax / 2 }

    func hasRoom(for count: Int) -> Bool { count <= bytesMax - heldBytes }

    /// - Returns: false, and nothing is taken, without room.
    mutating func take(_ count: Int) -> Bool {
        guard hasRoom(for: count) else { return false }
        heldBytes += count
        return true
    }

    mutating func giveBack(_ count: Int) {
        heldBytes -= count
        assert(heldBytes >= 0, "more was given back than was taken")
    }
}
