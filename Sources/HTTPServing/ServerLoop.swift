import NIOCore
import Synchronization

/// What the connections of one event loop share: the answers that other threads have given, the date, what they may hold, the look at
/// their clients, the way to end.
///
/// `@unchecked Sendable`: the mutex protects the mailbox; all else is touched on the event loop alone.
final class ServerLoop: @unchecked Sendable {
    private struct Answer {
        let replier: HTTPReplier
        let reply: HTTPReply
    }

    private struct Mailbox {
        var answers: [Answer] = []
        /// The loop runs no more, so nothing may be handed to it.
        var isClosed = false
    }

    let eventLoop: any EventLoop
    var dateLine = HTTPDateLine()
    /// The loop's part of what requests may hold, and of what answers may.
    var requestBytes: ByteBudget
    var answerBytes: ByteBudget
    private let mailbox = Mutex(Mailbox())
    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var allClosed: EventLoopPromise<Void>?
    private let count: ConnectionCount
    private let limits: HTTPLimits
    private var isLooking = false
    /// How often clients were looked at. Seconds in which the loop did not run are no client's.
    private var second = 0

    /// - Parameters:
    ///   - count: the connections of all the server's loops.
    ///   - loopCount: how many loops share what the server may hold.
    init(
        _ eventLoop: any EventLoop, _ limits: HTTPLimits, count: ConnectionCount, loopCount: Int, bodyBytesMax: Int
    ) {
        self.eventLoop = eventLoop
        self.limits = limits
        self.count = count
        requestBytes = ByteBudget(bytesMax: max(limits.requestBytesMax / loopCount, bodyBytesMax))
        answerBytes = ByteBudget(bytesMax: limits.answerBytesMax / loopCount)
    }

    // MARK: Answers from other threads

    /// Takes an answer from any thread and wakes the loop when none waited before: a group commit that answers fifty
    /// requests costs one wake-up and one task, not fifty.
    func post(_ reply: HTTPReply, to replier: HTTPReplier) {
        let isFirst = mailbox.withLock { mailbox in
            if mailbox.isClosed { return false }
            mailbox.answers.append(Answer(replier: replier, reply: reply))
            return mailbox.answers.count == 1
        }
        if isFirst { eventLoop.execute { self.deliver() } }
    }

    private func deliver() {
        let answers = mailbox.withLock { mailbox in
            var taken: [Answer] = []
            taken.reserveCapacity(mailbox.answers.count)
            swap(&taken, &mailbox.answers)
            return taken
        }
        for answer in answers { answer.replier.connection.answer(answer.replier.number, answer.reply) }
    }

    /// Runs `action` on the loop.
    ///
    /// - Returns: false, and nothing happens, when the loop runs no more.
    func run(_ action: @escaping @Sendable () -> Void) -> Bool {
        mailbox.withLock { mailbox in
            guard !mailbox.isClosed else { return false }
            eventLoop.execute(action)
            return true
        }
    }

    /// Drops what is posted from now on. Call when all connections are closed, before the loop ends.
    func closeMailbox() { mailbox.withLock { $0.isClosed = true } }

    // MARK: Connections

    func add(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = connection
        count.add()
        lookEverySecond()
        // Accepted just before the listener closed.
        if allClosed != nil { connection.stop() }
    }

    func remove(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = nil
        count.remove()
        if connections.isEmpty { allClosed?.succeed() }
    }

    /// One timer for all connections, as long as there are any.
    private func lookEverySecond() {
        guard !isLooking, !limits.isPatient, let duration = limits.secondDuration else { return }
        isLooking = true
        eventLoop.scheduleRepeatedTask(initialDelay: duration, delay: duration) { task in
            self.look()
            guard self.connections.isEmpty else { return }
            self.isLooking = false
            task.cancel()
        }
    }

    /// Looks at what each client owes. On the event loop.
    func look() {
        guard !limits.isPatient else { return }
        second += 1
        let isShort = count.isCrowded || requestBytes.isHalfHeld || answerBytes.isHalfHeld
        let patience = isShort ? Patience.short : .usual
        // Closing removes from the dictionary: go through a copy.
        for connection in Array(connections.values) { connection.look(at: second, patience) }
    }

    /// Closes what is idle at once, the rest after its answer, at the latest after `duration`. Call from any thread.
    func stop(within duration: TimeAmount) -> EventLoopFuture<Void> {
        eventLoop.flatSubmit { [self] in
            if let allClosed { return allClosed.futureResult }
            let promise = eventLoop.makePromise(of: Void.self)
            allClosed = promise
            // Closing removes from the dictionary: go through a copy.
            for connection in Array(connections.values) { connection.stop() }
            if connections.isEmpty { promise.succeed() }
            let force = eventLoop.scheduleTask(in: duration) {
                for connection in Array(self.connections.values) { connection.close() }
            }
            return promise.futureResult.always { _ in force.cancel() }
        }
    }
}
