import NIOCore

/// Answers one request, from any thread, now or later.
public struct HTTPReplier: Sendable {
    let connection: HTTPConnection
    /// Which of the connection's requests is meant.
    let number: UInt64

    /// Sends the answer; to a client that has gone away, nothing.
    ///
    /// Must be called once for each request: the connection takes no other request until then, and a second call is a
    /// bug that stops the program. On the connection's event loop it costs no allocation; from other threads answers
    /// are collected, and the loop is woken once for all that wait.
    public func reply(_ reply: HTTPReply) {
        if connection.loop.eventLoop.inEventLoop {
            connection.answer(number, reply)
        } else {
            connection.loop.post(reply, to: self)
        }
    }

    /// The same, and then does what the client need not wait for: `action` runs on the event loop when the answer has been handed
    /// to the system. A request that the client sent without waiting for this answer may come before it. Call on the event loop.
    public func reply(_ reply: HTTPReply, then action: @escaping @Sendable () -> Void) {
        connection.answer(number, reply)
        // Behind the present read, at whose end the answer leaves.
        connection.loop.eventLoop.execute(action)
    }

    /// Begins an answer that comes in pieces and ends with the connection; for what goes on for as long as a client listens.
    /// Instead of ``reply(_:)``, once; call on the event loop. The reply's body is not sent. It ends when the client closes its
    /// side, of which ``whenClientEnds(_:)`` tells, and when the server stops.
    public func beginStream(_ reply: HTTPReply) -> HTTPReplyStream {
        connection.loop.eventLoop.preconditionInEventLoop()
        connection.beginStream(number, reply)
        return HTTPReplyStream(replier: self)
    }

    /// Where the client is, in figures; nil for a connection that has no such address or is closed. Call on the event loop.
    public var clientAddress: String? { connection.clientAddress }

    /// Runs `action` on the event loop, once, when the client closes its side or the connection before the answer: who
    /// waits for something to happen can give up, and should answer all the same, because a client may still read. Call on
    /// the event loop.
    public func whenClientEnds(_ action: @escaping @Sendable () -> Void) {
        connection.whenClientEnds(number, action)
    }

    /// Runs `action` on the event loop when the connection closes before the answer. Call on the event loop.
    func whenClientLeaves(_ action: @escaping @Sendable () -> Void) {
        connection.whenClientLeaves(number, action)
    }
}
