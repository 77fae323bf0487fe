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
        let sent = connection.loop.eventLoop.makePromise(of: Void.self)
        connection.loop.eventLoop.execute { connection.send(number, piece, sent) }
        try await sent.futureResult.get()
    }

    /// Ends the answer and closes the connection; nothing when that has happened.
    public func end() {
        let (connection, number) = (replier.connection, replier.number)
        connection.loop.eventLoop.execute { connection.endStream(number) }
    }
}
