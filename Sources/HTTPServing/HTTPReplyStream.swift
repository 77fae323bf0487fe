public import NIOCore

/// An answer that is sent piece by piece, from any thread.
public struct HTTPReplyStream: Sendable {
    let replier: HTTPReplier

    /// Sends a piece and returns when the system has taken it, which waits for a client that reads slowly: who sends the next
    /// piece only then keeps one in memory at most.
    ///
    /// - Throws: NIO's error when the connection is closed.
    public func send(_ piece: ByteBuffer) async throws {
        let (connection, number) = (replier.connection, replier.number)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            // A server with threads of its own may be gone, and its promises with it.
            let runs = connection.loop.run {
                let sent = connection.loop.eventLoop.makePromise(of: Void.self)
                sent.futureResult.whenComplete { continuation.resume(with: $0) }
                connection.send(number, piece, sent)
            }
            if !runs { continuation.resume(throwing: ChannelError.ioOnClosedChannel) }
        }
    }

    /// Ends the answer and closes the connection; nothing when that has happened.
    public func end() {
        let (connection, number) = (replier.connection, replier.number)
        _ = connection.loop.run { connection.endStream(number) }
    }
}
