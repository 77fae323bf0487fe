import NIOCore
import NIOHTTP1

/// What of the answer depends on the request's form.
struct ReplyForm {
    var isHead = false
    var isHTTP10 = false
    /// False for the connection's last answer.
    var keepsAlive = true

    static let refusal = ReplyForm(keepsAlive: false)
}

/// Puts a request together from the decoder's parts. No input, no output.
struct IncomingRequest {
    enum HeadStep {
        case goOn, goOnAfterContinue, malformed, noRoom
        case tooLarge(HTTPRequest, ReplyForm)
    }
    enum BodyStep {
        case goOn, discard, noRoom
        case tooLarge(HTTPRequest, ReplyForm)
    }
    struct Arrived {
        let request: HTTPRequest
        let form: ReplyForm
        /// What of the budget its body has taken; whoever has the request gives it back.
        let heldBytes: Int
    }
    private enum State {
        case betweenRequests, receiving, discarding
        /// Nothing more is taken from this connection.
        case ended
    }

    /// Whether requests come over TLS.
    let isSecure: Bool
    private var state = State.betweenRequests
    private var request: HTTPRequest?
    private var form = ReplyForm()
    /// The client waits for a word before it sends the body.
    private(set) var isContinueOwed = false
    /// What of the budget the body under way has taken.
    private var heldBytes = 0
    /// How many requests have begun.
    private(set) var count = 0
    /// The client may be sending what will not be understood or not be taken.
    private(set) var isCutOff = false

    init(isSecure: Bool = false) { self.isSecure = isSecure }

    var isUnderWay: Bool { if case .receiving = state { true } else { false } }
    var hasEnded: Bool {
        switch state {
        case .discarding, .ended: true
        case .betweenRequests, .receiving: false
        }
    }

    /// Whether there is a use in reading on, if only to throw away what comes.
    var mayReceive: Bool { if case .ended = state { isCutOff } else { true } }

    /// What of the body under way has arrived, bytes.
    var receivedBytes: Int { request?.body.readableBytes ?? 0 }

    /// Takes no more: the client has closed its side, or is not understood, or there is no room for its request.
    mutating func end(_ budget: inout ByteBudget) {
        isCutOff = true
        state = .ended
        request = nil
        isContinueOwed = false
        giveBack(&budget)
    }

    /// - Parameter mayBeLarge: asked whether a request may have a body that is counted.
    mutating func begin(
        _ head: HTTPRequestHead, bodyBytesMax: Int, mayBeLarge: (HTTPRequest) -> Bool, _ budget: inout ByteBudget
    ) -> HeadStep {
        guard case .betweenRequests = state else { return .goOn }
        count &+= 1
        let fields = HeadFields(head.headers)
        // RFC 9112 3.2: exactly one Host since HTTP/1.1.
        let isHTTP10 = head.version.minor == 0
        if !isHTTP10, fields.hostCount != 1 {
            end(&budget)
            return .malformed
        }
        form = ReplyForm(
            isHead: head.method == .HEAD, isHTTP10: isHTTP10,
            // The decoder reads nothing more after a wish for another protocol, which no answer here grants.
            keepsAlive: head.isKeepAlive && !fields.asksForUpgrade && head.method != .CONNECT)
        var request = HTTPRequest(method: head.method, target: head.uri, headers: head.headers)
        request.isSecure = isSecure
        let length = fields.contentLength ?? 0
        if length > bodyBytesMax || length > HTTPLimits.smallBytes && !mayBeLarge(request) {
            return .tooLarge(refuse(&request, &budget), form)
        }
        // Taken only as it arrives: what is merely announced costs nothing and keeps nobody out.
        if length > HTTPLimits.smallBytes, !budget.hasRoom(for: length) {
            end(&budget)
            return .noRoom
        }
        self.request = request
        state = .receiving
        isContinueOwed = fields.expectsContinue && !isHTTP10
        return isContinueOwed ? .goOnAfterContinue : .goOn
    }

    mutating func append(
        _ bytes: ByteBuffer, bodyBytesMax: Int, mayBeLarge: (HTTPRequest) -> Bool, _ budget: inout ByteBudget
    ) -> BodyStep {
        switch state {
        case .receiving: break
        case .discarding, .ended: return .discard
        case .betweenRequests: return .goOn
        }
        isContinueOwed = false
        // Mostly the body comes in one piece, which is taken as it is. Room for more grows with what has arrived, never
        // with what the client has announced.
        if request!.body.readableBytes == 0 {
            request!.body = bytes
        } else {
            request!.body.writeImmutableBuffer(bytes)
        }
        let size = request!.body.readableBytes
        guard size > min(HTTPLimits.smallBytes, bodyBytesMax) else { return .goOn }
        // Asked again where the head has not said how long the body is.
        guard size <= bodyBytesMax, heldBytes > 0 || mayBeLarge(request!) else {
            var request = self.request!
            return .tooLarge(refuse(&request, &budget), form)
        }
        guard budget.take(size - heldBytes) else {
            end(&budget)
            return .noRoom
        }
        heldBytes = size
        return .goOn
    }

    private mutating func giveBack(_ budget: inout ByteBudget) {
        if heldBytes > 0 { budget.giveBack(heldBytes) }
        heldBytes = 0
    }

    /// The whole request; nil at the end of one that is not taken.
    mutating func complete() -> Arrived? {
        switch state {
        case .betweenRequests, .ended: return nil
        case .discarding:
            state = .ended
            return nil
        case .receiving:
            let request = self.request!
            self.request = nil
            isContinueOwed = false
            state = form.keepsAlive ? .betweenRequests : .ended
            defer { heldBytes = 0 }
            return Arrived(request: request, form: form, heldBytes: heldBytes)
        }
    }

    /// Gives up the memory that a body under way keeps without using it: a few bytes may be a slice of a whole read.
    mutating func shrink() {
        guard let body = request?.body, body.storageCapacity > 2 * body.readableBytes + 1_024 else { return }
        request?.body = ByteBuffer(bytes: body.readableBytesView)
    }

    /// Whether the client is to be told to go on, which is done once.
    mutating func takeContinue() -> Bool {
        defer { isContinueOwed = false }
        return isContinueOwed
    }

    private mutating func refuse(_ request: inout HTTPRequest, _ budget: inout ByteBudget) -> HTTPRequest {
        giveBack(&budget)
        request.body = ByteBuffer()
        request.isBodyTooLarge = true
        self.request = nil
        form.keepsAlive = false
        isCutOff = true
        isContinueOwed = false
        state = .discarding
        return request
    }
}

/// What the server itself reads of a request's header, found in one pass.
private struct HeadFields {
    var contentLength: Int?
    var expectsContinue = false
    var asksForUpgrade = false
    var hostCount = 0

    init(_ headers: HTTPHeaders) {
        for (name, value) in headers {
            // The length tells nearly all names apart.
            switch name.utf8.count {
            case 4 where Self.isEqual(name, "host"): hostCount += 1
            case 6 where Self.isEqual(name, "expect"): expectsContinue = Self.isEqual(value, "100-continue")
            case 7 where Self.isEqual(name, "upgrade"): asksForUpgrade = true
            // The decoder has refused what is no number, or one too large.
            case 14 where Self.isEqual(name, "content-length"): contentLength = Int(value)
            default: break
            }
        }
    }

    private static func isEqual(_ text: String, _ lowercase: StaticString) -> Bool {
        let other = UnsafeBufferPointer(start: lowercase.utf8Start, count: lowercase.utf8CodeUnitCount)
        return text.utf8.count == other.count && zip(text.utf8, other).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
    }
}
