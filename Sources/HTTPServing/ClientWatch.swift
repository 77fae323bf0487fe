/// Since when a client owes what it owes, found by a look once a second: a request costs no timer and no look at a clock. No input,
/// no output.
struct ClientWatch {
    /// What a connection waits for.
    enum Wait: Equatable {
        /// For nothing of the client's: a request is carried out, or the connection takes nothing at present.
        case nothing
        /// For a request.
        case request
        case header
        case body(receivedBytes: Int)

        func isSame(as other: Wait) -> Bool {
            switch (self, other) {
            case (.body, .body): true
            default: self == other
            }
        }
    }

    private var wait = Wait.nothing
    private var requestCount = 0
    private var since = 0

    private var settledBytes = 0
    /// What the client has taken; nil when nothing was left at the last look.
    private var takenBytes: Int?
    private var takenAt = 0

    /// Whether the client has owed for too long what the connection waits for.
    ///
    /// - Parameters:
    ///   - requestCount: how many requests have begun, which tells a wait from the same for the next.
    ///   - second: the second of this look; they come one after the other.
    mutating func isOverdue(_ wait: Wait, after requestCount: Int, at second: Int, _ patience: Patience) -> Bool {
        if !wait.isSame(as: self.wait) || requestCount != self.requestCount {
            (self.wait, self.requestCount, since) = (wait, requestCount, second)
        }
        let seconds = second - since
        return switch wait {
        case .nothing: false
        case .request: seconds >= patience.idleSeconds
        case .header: seconds >= patience.headerSeconds
        case .body(let received): seconds >= patience.bodySeconds + received / patience.bodyBytesPerSecond
        }
    }

    /// Whether the client has not taken a byte for too long although there are some for it.
    ///
    /// - Parameters:
    ///   - writtenBytes: all that was ever written.
    ///   - unsentBytes: what of it the system has not taken; asked for only when something was written.
    mutating func isDeaf(
        writtenBytes: Int, unsentBytes: @autoclosure () -> Int, at second: Int, _ patience: Patience
    ) -> Bool {
        guard writtenBytes != settledBytes else { return false }
        let unsent = unsentBytes()
        guard unsent > 0 else {
            settledBytes = writtenBytes
            takenBytes = nil
            return false
        }
        let taken = writtenBytes - unsent
        guard taken == takenBytes else {
            (takenBytes, takenAt) = (taken, second)
            return false
        }
        return second - takenAt >= patience.unreadSeconds
    }
}
