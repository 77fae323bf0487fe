import Clocks
import Storage

/// A transaction's idempotency token with a hash of the request it came with.
public struct ClientToken: Sendable, Hashable {
    /// How long a token is remembered. AWS: 10 minutes after the request that used it.
    static let lifetime = Duration.seconds(10 * 60)

    let token: String
    let requestHash: UInt64

    public init(_ token: String, requestHash: UInt64) {
        self.token = token
        self.requestHash = requestHash
    }
}

/// What became of a transaction.
public struct TransactionOutcome: Sendable {
    /// Results in the order of the writes; empty for a replay.
    public var results: [WriteResult]
    /// Whether an earlier request with the same token has done it: nothing was written now.
    public var isReplay: Bool
}

extension TableStore {
    /// Writes all or nothing.
    ///
    /// - Parameter completion: gets ``TransactionCanceled`` when a condition or an item refuses, and ``TableError`` with code
    ///   `idempotentParameterMismatch` for a token of another request. Called on the writer's thread, or at once when the
    ///   request itself is wrong.
    public func transact(
        _ writes: [ItemWrite], token: ClientToken?,
        completion: @escaping @Sendable (Result<TransactionOutcome, any Error>) -> Void
    ) {
        do {
            let prepared = try writes.enumerated().map { place, write in
                do {
                    return try PreparedWrite(write)
                } catch {
                    throw TransactionCanceled.refusal(error, at: place, of: writes.count)
                }
            }
            let arrival = time.now()
            writer.commit(
                line: Self.line(of: writes),
                work: { transaction -> [(WriteResult, AppendedRecord?)]? in
                    if let token, try Self.isKnown(token, now: arrival, in: transaction) { return nil }
                    // All are judged before any is written: a refusal leaves no trace, and items are all different.
                    let evaluated = try Self.evaluate(prepared, in: transaction)
                    if let token { Self.remember(token, now: arrival, in: transaction) }
                    return try evaluated.map {
                        ($0.result, try $0.perform(in: transaction, arrival: arrival))
                    }
                },
                completion: { outcome in
                    completion(
                        outcome.map { written in
                            guard let written else { return TransactionOutcome(results: [], isReplay: true) }
                            return TransactionOutcome(results: Self.announced(written), isReplay: false)
                        })
                })
        } catch {
            completion(.failure(error))
        }
    }

    private static func evaluate(
        _ writes: [PreparedWrite], in transaction: Transaction
    ) throws -> [EvaluatedWrite] {
        var evaluated: [EvaluatedWrite] = []
        var reasons: [CancellationReason] = []
        var isRefused = false
        for write in writes {
            do {
                evaluated.append(try write.evaluate(in: transaction))
                reasons.append(.none)
            } catch {
                guard let reason = CancellationReason(error) else { throw error }
                reasons.append(reason)
                isRefused = true
            }
        }
        if isRefused { throw TransactionCanceled(reasons: reasons) }
        return evaluated
    }

    // MARK: Tokens
    //
    //     "t" · token                  → hash of the request (8) · end of its life, microseconds (8)
    //     "e" · end (8) · token        → nothing: the order in which tokens are forgotten

    /// Tokens in one of the writer's jobs: few, so that clients' writes wait little.
    private static let tokensPerJob = 1_000

    /// When a token is forgotten that comes now.
    private static func end(from now: Timestamp) -> UInt64 {
        UInt64(bitPattern: (now + ClientToken.lifetime).microseconds)
    }

    private static func isKnown(_ token: ClientToken, now: Timestamp, in transaction: Transaction) throws -> Bool {
        guard let known = try transaction.get(.tokens, key(token)) else { return false }
        guard UInt64(bigEndianBytes: known[8...]) > UInt64(bitPattern: now.microseconds) else { return false }
        guard UInt64(bigEndianBytes: known[...]) == token.requestHash else {
            throw TableError(
                .idempotentParameterMismatch,
                "Request failed because the client request token was used with different parameters")
        }
        return true
    }

    private static func remember(_ token: ClientToken, now: Timestamp, in transaction: Transaction) {
        let end = Self.end(from: now)
        var value: [UInt8] = []
        value.appendBigEndian(token.requestHash)
        value.appendBigEndian(end)
        transaction.put(.tokens, key(token), value)
        transaction.put(.tokens, endKey(end) + token.token.utf8, [])
    }

    private static func key(_ token: ClientToken) -> [UInt8] { Array("t".utf8) + token.token.utf8 }

    private static func endKey(_ end: UInt64) -> [UInt8] {
        var key = Array("e".utf8)
        key.appendBigEndian(end)
        return key
    }

    /// Forgets the tokens whose time is over, and shortens the time of those that have more of it left than a new one.
    func forgetTokens(now: Timestamp) async throws {
        let ended = (from: Self.endKey(0), to: Self.endKey(UInt64(bitPattern: now.microseconds)))
        let ahead = (from: Self.endKey(Self.end(from: now) + 1), to: Array("f".utf8))
        for range in [ended, ahead] {
            var next = range.from
            while true {
                var keys: [[UInt8]] = []
                try database.scan(.tokens, from: next, to: range.to) { key, _ in
                    keys.append(key.bytes())
                    return keys.count < Self.tokensPerJob
                }
                guard let last = keys.last else { break }
                let found = keys
                try await writer.commit(admission: .always) { [time] transaction in
                    // Not the time of the scan: what came since has more left by that, and is not to lose it.
                    let now = time.now()
                    for key in found { try Self.review(key, now: now, in: transaction) }
                }
                next = last + [0]
            }
        }
    }

    /// Forgets a token whose time is over. One that ends later than a new one is from before the clock was set back, and
    /// counts from now on: the client's next attempt is still a replay, but none is for as long as the clock was ahead.
    private static func review(_ endKey: [UInt8], now: Timestamp, in transaction: Transaction) throws {
        let end = UInt64(bigEndianBytes: endKey[1...])
        let isOver = end <= UInt64(bitPattern: now.microseconds)
        guard isOver || end > Self.end(from: now) else { return }
        transaction.delete(.tokens, endKey)
        let name = endKey[9...]
        let key = Array("t".utf8) + name
        // A token that was used again lives on under its newer end.
        guard let known = try transaction.get(.tokens, key), known[8...].elementsEqual(endKey[1..<9]) else { return }
        if isOver {
            transaction.delete(.tokens, key)
        } else {
            let token = ClientToken(
                String(decoding: name, as: UTF8.self), requestHash: UInt64(bigEndianBytes: known[...]))
            remember(token, now: now, in: transaction)
        }
    }
}
