/// What goes wrong with one request for items.
public enum RequestFault: Sendable, Hashable {
    /// Refused as one too many; nothing has happened.
    case throttled
    /// Refused by a fault of the server; nothing has happened.
    case failed
    /// Done, and the client is told of a fault of the server: what a broken connection looks like.
    case answerLost
    /// Done, and answered so much later, by the engine's clock.
    case slow(Duration)
}

/// Decides which requests go wrong, for those who test what their clients do then.
public protocol RequestFaults: Sendable {
    /// Asked once for each request for items, in the order of their arrival.
    ///
    /// - Parameters:
    ///   - tables: the names of its tables, each once.
    ///   - isWrite: whether it writes.
    /// - Returns: nil for a request that is answered as ever.
    func fault(tables: [String], isWrite: Bool) -> RequestFault?
}
