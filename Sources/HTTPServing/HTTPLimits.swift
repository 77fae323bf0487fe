import NIOCore
import NIOHTTP1

/// What the clients of a server may cost it. Documentation/limits.md has them all with what a client is answered.
public struct HTTPLimits: Sendable {
    /// Most connections at a time; one more is answered 503 and closed.
    public var connectionCountMax: Int
    /// Most bytes of requests at a time, from their arrival to their answer. Bodies up to ``smallBytes`` are not counted: there
    /// are no more of them than connections. A request without room is answered with ``overloadReply`` and not kept.
    public var requestBytesMax: Int
    /// Most bytes of answers that clients have not taken yet, besides answers up to ``smallBytes``.
    public var answerBytesMax: Int
    /// The answer to a request that there is no room for.
    public var overloadReply: HTTPReply
    /// Whether a client may take as long as it likes: for those that the program has started itself.
    public var isPatient: Bool
    /// How often clients are looked at; nil where time does not pass by itself, as in tests.
    var secondDuration: TimeAmount? = .seconds(1)
    /// How long a refused client may take to read the answer and close its side.
    var lingerDuration = TimeAmount.seconds(2)

    /// Most bytes of a body or an answer that is not counted.
    static let smallBytes = 16 << 10

    /// - Parameters:
    ///   - connectionCountMax: with 20,000 idle ones some 200 MB are held.
    ///   - requestBytesMax: bytes; room for one body of the largest size there is always.
    ///   - answerBytesMax: bytes.
    ///   - overloadReply: nil for 503 alone.
    public init(
        connectionCountMax: Int = 20_000, requestBytesMax: Int = 128 << 20, answerBytesMax: Int = 128 << 20,
        overloadReply: HTTPReply? = nil, isPatient: Bool = false
    ) {
        self.connectionCountMax = connectionCountMax
        self.requestBytesMax = requestBytesMax
        self.answerBytesMax = answerBytesMax
        self.overloadReply = overloadReply ?? HTTPReply(status: .serviceUnavailable)
        self.isPatient = isPatient
    }
}

/// How long a client may owe what it owes. Time in which a request is carried out, or waits for something to happen, is nobody's
/// debt.
struct Patience: Sendable, Hashable {
    /// From the first bytes of a request to the end of its header, however they come.
    var headerSeconds: Int
    /// From the end of the header to the end of the body, and a second more for each `bodyBytesPerSecond` that have come.
    var bodySeconds: Int
    var bodyBytesPerSecond: Int
    /// From the beginning of a connection to its first request, and from an answer to the next. Longer than the clients' pools keep a connection (Go 90 s, .NET 100 s, the SDK for Java
    /// 60 s), so that it is the client who closes and no request meets a connection that is being closed. AWS's network
    /// load balancers have 350 s.
    var idleSeconds: Int
    /// Without taking a byte of what is written.
    var unreadSeconds: Int

    static let usual = Patience(
        headerSeconds: 10, bodySeconds: 60, bodyBytesPerSecond: 64 << 10, idleSeconds: 350, unreadSeconds: 60)
    /// When most of the connections are taken, or half of the bytes: whoever holds them without need makes room.
    static let short = Patience(
        headerSeconds: 3, bodySeconds: 5, bodyBytesPerSecond: 1 << 20, idleSeconds: 15, unreadSeconds: 5)
}
