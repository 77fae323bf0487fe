import Items
import Testing

@testable import Gateway

#if canImport(Glibc)
    import Glibc
#endif

/// Which thread reads: what takes long stands behind what does not.
struct LongReadTests {
    /// Items of 30,000 bytes, `count` of them, under the hash key "x".
    private static func store(count: Int) async throws -> ItemStore {
        let store = try await ItemStore()
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
            let (answer, niceness) = try await withCheckedThrowingContinuation { continuation in
                store.operations.answer(operation, body: Array(body.utf8)) { outcome in
                    continuation.resume(with: outcome.map { (String(decoding: $0, as: UTF8.self), Self.niceness) })
                }
            }
            let items = answer.split(separator: #""t":{"S":""#, omittingEmptySubsequences: false).count - 1
            #expect(items == count, "\(operation)")
            #expect(niceness == (count > 2 ? LongReads.niceness : 0), "\(operation)")
        }
    }

    /// Errors are what they are on either thread, and a read that nothing passes is long all the same.
    @Test func whatAFilterKeepsOutCounts() async throws {
        let store = try await Self.store(count: 4)
        let none = #""FilterExpression":"c = :c","ExpressionAttributeValues":{":c":{"S":"none"}}"#
        let niceness = await withCheckedContinuation { continuation in
            store.operations.answer(.scan, body: Array(#"{"TableName":"range",\#(none)}"#.utf8)) { _ in
                continuation.resume(returning: Self.niceness)
            }
        }
        #expect(niceness == LongReads.niceness)
        #expect(await store.refusal(.scan, #"{"TableName":"none"}"#)?.contains("ResourceNotFound") == true)
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
}
