import Clocks
import HTTPServing
import Logging
import NIOCore
import Synchronization

/// Tells pages how everything stands for as long as they listen: each gets what has changed since it was told last.
///
/// A page is told again when the system has taken the last message, so one that reads slowly hears less often and costs no more
/// memory than a message. All pages share one look at the engine.
final class Feed: Sendable {
    /// Between two messages: more than two a second, which looks alive and can be read.
    static let interval = Duration.milliseconds(400)
    /// Messages without news before one that only keeps the connection.
    private static let quietTurnsMax = 25
    /// Pages that may listen at a time. Ours: a person has a few.
    static let listenersMax = 32

    private let engine: any ConsoleEngine
    private let time: any TimeSource
    private let logger: Logger
    private let listenerCount = Mutex(0)
    private let look = Mutex<(at: Timestamp, topics: [String: [UInt8]])?>(nil)

    init(_ engine: any ConsoleEngine, time: any TimeSource, logger: Logger) {
        self.engine = engine
        self.time = time
        self.logger = logger
    }

    /// Makes room for one more listener; false when there are enough. Whoever gets it calls ``tell(_:)`` once.
    func admit() -> Bool {
        listenerCount.withLock { count in
            guard count < Self.listenersMax else { return false }
            count += 1
            return true
        }
    }

    /// Tells a listener until it is gone, may not listen any more, or the task is cancelled.
    func tell(_ stream: HTTPReplyStream, while isWelcome: () -> Bool = { true }) async {
        defer {
            stream.end()
            listenerCount.withLock { $0 -= 1 }
        }
        var standing = Standing()
        var quietTurns = 0
        do {
            try await stream.send(ByteBuffer(bytes: ServerSentEvents.retry))
            while isWelcome() {
                let (at, topics) = try lookAround()
                if let news = standing.take(topics, atMilliseconds: at.milliseconds) {
                    quietTurns = 0
                    try await stream.send(ByteBuffer(bytes: ServerSentEvents.message("standing", news)))
                } else {
                    quietTurns += 1
                    if quietTurns > Self.quietTurnsMax {
                        quietTurns = 0
                        try await stream.send(ByteBuffer(bytes: ServerSentEvents.beat))
                    }
                }
                try await time.sleep(for: Self.interval)
            }
        } catch is CancellationError {
            // The page or the server is gone.
        } catch is ChannelError {
            // So is it here.
        } catch {
            logger.warning("the console cannot tell how everything stands", metadata: ["reason": "\(error)"])
        }
    }

    /// What stands now, or what another listener saw half an interval ago at most.
    private func lookAround() throws -> (at: Timestamp, topics: [String: [UInt8]]) {
        let now = time.now()
        if let last = look.withLock({ $0 }), now - last.at < Self.interval / 2, now >= last.at { return last }
        let seen = (at: now, topics: try engine.standing())
        look.withLock { $0 = seen }
        return seen
    }
}
