/// Which of a host's addresses a connection tries: the next one when one has failed, until all have.
struct AddressTurn: Sendable {
    private let count: Int
    /// The address to try.
    private(set) var index: Int
    private var failures = 0

    /// - Parameters:
    ///   - count: how many addresses there are, 1 or more.
    ///   - first: the connection's number, so that connections spread over the addresses.
    init(count: Int, first: Int) {
        self.count = count
        index = first % count
    }

    /// The present address has failed.
    ///
    /// - Returns: whether there is one that has not failed yet; otherwise the turn begins anew.
    mutating func fail() -> Bool {
        index = (index + 1) % count
        failures = (failures + 1) % count
        return failures > 0
    }

    /// The present address has answered: the others are tried again before it fails for all.
    mutating func succeed() { failures = 0 }
}
