public import AWSClient
public import Clocks
import Crypto
import FoundationEssentials
public import LambdaRuntime

/// Makes what a function does for a key happen once, although the function is called for it more than once: records in a
/// DynamoDB table, with the semantics that AWS documents for Powertools for Lambda.
///
///     let outcome = try await idempotency.once(record.eventID, context: context) {
///         try await charge(order)
///     }
///
/// The table has the hash key `id` (S) and time to live on `expiration`. Calls may be made from any task.
public struct Idempotency: Sendable {
    /// What a call came to.
    public struct Outcome<Value: Sendable>: Sendable {
        public var value: Value
        /// Whether it was done before and `value` comes from the table.
        public var isReplay: Bool
    }

    private let store: any IdempotencyStore
    private let functionName: String
    private let expiresAfter: Duration
    private let time: any TimeSource

    /// - Parameters:
    ///   - client: calls DynamoDB.
    ///   - tableName: a table with the hash key `id` (S), and `expiration` as the attribute of its time to live.
    ///   - functionName: begins each record's id; nil for `AWS_LAMBDA_FUNCTION_NAME`.
    ///   - expiresAfter: how long a result is kept. Longer than a record can be sent again: a pipe retries for a day at most
    ///     when its records' age is not limited, since the stream keeps them that long.
    ///   - time: what ages are measured with.
    /// - Throws: ``IdempotencyError`` with `noFunctionName`.
    public init(
        client: AWSClient, tableName: String, functionName: String? = nil, expiresAfter: Duration = .seconds(3_600),
        time: any TimeSource = SystemTime()
    ) throws(IdempotencyError) {
        guard let name = functionName ?? ProcessInfo.processInfo.environment["AWS_LAMBDA_FUNCTION_NAME"] else {
            throw IdempotencyError(
                code: .noFunctionName,
                message: "AWS_LAMBDA_FUNCTION_NAME is not set; give Idempotency a functionName outside of Lambda.")
        }
        self.init(
            store: IdempotencyTable(client: client, tableName: tableName), functionName: name,
            expiresAfter: expiresAfter,
            time: time)
    }

    init(
        store: any IdempotencyStore, functionName: String, expiresAfter: Duration = .seconds(3_600),
        time: any TimeSource
    ) {
        self.store = store
        self.functionName = functionName
        self.expiresAfter = expiresAfter
        self.time = time
    }

    /// The id of a key's record.
    func id(of key: String) -> String { Self.id(of: key, functionName: functionName) }

    /// The id of a key's record of a function, for whoever looks into the table.
    public static func id(of key: String, functionName: String) -> String {
        "\(functionName)#\(hash(Array(key.utf8)))"
    }

    private static func hash(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Calls `body` unless it was done before for this key; then returns its stored result.
    ///
    /// When `body` throws, the record is removed, so that a retry calls it again. When the program dies, or the result cannot
    /// be stored, a retry calls it again once the time that this invocation had is over: `body` is done at least once, and
    /// twice only then. For what must never happen twice, see ``once(_:payload:result:writes:)``.
    ///
    /// - Parameters:
    ///   - key: what makes two calls the same, such as an event id.
    ///   - payload: what must not differ between calls with one key; nil for no such check.
    ///   - context: says how long the call can take.
    ///   - body: what is to be done; its result is kept.
    /// - Throws: what `body` throws; ``IdempotencyError``; `AWSError` of the table.
    public func once<Value: Codable & Sendable>(
        _ key: String, payload: [UInt8]? = nil, context: LambdaContext, _ body: () async throws -> Value
    ) async throws -> Outcome<Value> {
        let now = time.now()
        let started = IdempotencyRecord(
            id: id(of: key), status: .inProgress, expiration: now + expiresAfter,
            inProgressExpiration: now + context.remainingTime, validation: payload.map(Self.hash))
        if case .refused(let existing) = try await store.put(started, now: now) {
            return try replay(existing, of: started)
        }
        let value: Value
        do {
            value = try await body()
        } catch {
            // Its own failure is what matters: what is not removed expires.
            try? await store.remove(started: started)
            throw error
        }
        var completed = started
        completed.status = .completed
        completed.expiration = time.now() + expiresAfter
        completed.data = try Self.text(of: value)
        try await store.complete(completed, started: started)
        return Outcome(value: value, isReplay: false)
    }

    /// Makes writes of a table unless they were made before for this key, in ONE transaction with the key's record: however
    /// often it is called and wherever the program dies, they are made once within the time that records are kept.
    ///
    /// - Parameters:
    ///   - key: what makes two calls the same, such as an event id.
    ///   - payload: what must not differ between calls with one key; nil for no such check.
    ///   - result: is stored, and returned by later calls.
    ///   - writes: at most 99. None may be of the key's record.
    /// - Throws: ``IdempotencyError``; `AWSError` with `transactionCanceled` and a reason for each of `writes` when one of them
    ///   stood in the way, and nothing was written then.
    public func once<Value: Codable & Sendable>(
        _ key: String, payload: [UInt8]? = nil, result: Value, writes: [ItemWrite]
    ) async throws -> Outcome<Value> {
        let now = time.now()
        let record = IdempotencyRecord(
            id: id(of: key), status: .completed, expiration: now + expiresAfter, data: try Self.text(of: result),
            validation: payload.map(Self.hash))
        if case .refused(let existing) = try await store.put(record, with: writes, now: now) {
            return try replay(existing, of: record)
        }
        return Outcome(value: result, isReplay: false)
    }

    /// The same for writes without a result.
    ///
    /// - Returns: whether they were made by this call; false when they had been before.
    public func once(_ key: String, payload: [UInt8]? = nil, writes: [ItemWrite]) async throws -> Bool {
        try await !once(key, payload: payload, result: true, writes: writes).isReplay
    }

    private func replay<Value: Codable & Sendable>(
        _ existing: IdempotencyRecord, of attempt: IdempotencyRecord
    ) throws(IdempotencyError) -> Outcome<Value> {
        if let validation = attempt.validation, let before = existing.validation, validation != before {
            throw IdempotencyError(
                code: .payloadMismatch,
                message: "\(existing.id) was done with another payload; the key does not tell the two apart.")
        }
        guard existing.status == .completed else {
            throw IdempotencyError(
                code: .alreadyInProgress,
                message: "\(existing.id) is being done by another call; try again when that is over.")
        }
        guard let data = existing.data, let value = try? JSONDecoder().decode(Value.self, from: Data(data.utf8)) else {
            throw IdempotencyError(
                code: .unreadableRecord,
                message: "The stored result of \(existing.id) is no \(Value.self); was the function changed since?")
        }
        return Outcome(value: value, isReplay: true)
    }

    private static func text(of value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}
