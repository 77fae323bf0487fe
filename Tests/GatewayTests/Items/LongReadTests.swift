import Items
import Testing

@testable import Gateway

#if canImport(Glibc)
    import Glibc
#endif

/// Which thread reads: what takes long stands behind what does not.
struct LongReadTests {
    /// Items of 30,000 bytes, `count` of them, under the hash key "x".
    private static func store(count: Int, transactionBytesMax: Int? = nil) async throws -> ItemStore {
        let store = try await ItemStore(transactionBytesMax: transactionBytesMax)
        let text = String(repeating: "t", count: 30_000)
        for number in 0..<count {
            _ = try await store.ask(
                .putItem, #"{"TableName":"range","Item":{"a":{"S":"x"},"b":{"S":"\#(number)"},"t":{"S":"\#(text)"}}}"#)
        }
        return store
    }

    /// Every read of several items.
    private static func reads(count: Int) -> [(ItemOperation, String)] {
        let keys = (0..<count).map { #"{"a":{"S":"x"},"b":{"S":"\#($0)"}}"# }
        return [
            (.scan, #"{"TableName":"range"}"#),
            (
                .query,
                #"{"TableName":"range","KeyConditionExpression":"a = :a","ExpressionAttributeValues":{":a":{"S":"x"}}}"#
            ),
            (.batchGetItem, #"{"RequestItems":{"range":{"Keys":[\#(keys.joined(separator: ","))]}}}"#),
            (
                .transactGetItems,
                #"{"TransactItems":[\#(keys.map { #"{"Get":{"TableName":"range","Key":\#($0)}}"# }.joined(separator: ","))]}"#
            ),
            (.executeStatement, #"{"Statement":"SELECT * FROM range WHERE a = 'x'"}"#),
            (.executeStatement, #"{"Statement":"SELECT * FROM range"}"#),
        ]
    }

    @Test(arguments: [2, 4]) func aReadOfMoreThan64KBHasAThreadOfLowPriority(count: Int) async throws {
        let store = try await Self.store(count: count)
        for (operation, body) in Self.reads(count: count) {
            let (niceness, outcome) = await Self.ask(store, operation, body)
            let answer = try String(decoding: outcome.get(), as: UTF8.self)
            let items = answer.split(separator: #""t":{"S":""#, omittingEmptySubsequences: false).count - 1
            #expect(items == count, "\(operation)")
            #expect(niceness == (count > 2 ? Self.nicenessOfLong : 0), "\(operation)")
        }
    }

    @Test func whatAFilterKeepsOutCounts() async throws {
        let store = try await Self.store(count: 4)
        let none = #""FilterExpression":"c = :c","ExpressionAttributeValues":{":c":{"S":"none"}}"#
        let (niceness, _) = await Self.ask(store, .scan, #"{"TableName":"range",\#(none)}"#)
        #expect(niceness == Self.nicenessOfLong)
    }

    @Test func errorsAreAnsweredOnEitherThread() async throws {
        let store = try await Self.store(count: 4, transactionBytesMax: 100_000)
        let (long, short) = (Self.reads(count: 4)[3], (ItemOperation.scan, #"{"TableName":"none"}"#))
        for ((operation, body), niceness, name) in [
            (long, Self.nicenessOfLong, "Collection size of items exceeded"), (short, 0, "ResourceNotFound"),
        ] {
            #expect(await Self.ask(store, operation, body).niceness == niceness)
            #expect(await store.refusal(operation, body)?.contains(name) == true)
        }
    }

    /// What is answered, and how far behind others the thread stands that answers.
    private static func ask(
        _ store: ItemStore, _ operation: ItemOperation, _ body: String
    ) async -> (niceness: Int32, outcome: Result<[UInt8], any Error>) {
        await withCheckedContinuation { continuation in
            store.operations.answer(operation, body: Array(body.utf8)) {
                continuation.resume(returning: (niceness, $0))
            }
        }
    }

    /// How far the calling thread stands behind the test program's first one.
    private static var niceness: Int32 {
        #if canImport(Glibc)
            let process = __priority_which_t(PRIO_PROCESS.rawValue)
            return getpriority(process, 0) - getpriority(process, id_t(getpid()))
        #else
            return 0
        #endif
    }

    /// How far a long read's thread stands behind.
    private static var nicenessOfLong: Int32 {
        #if canImport(Glibc)
            let own = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(getpid()))
            return min(19, own + LongReads.niceness) - own
        #else
            return 0
        #endif
    }
}
