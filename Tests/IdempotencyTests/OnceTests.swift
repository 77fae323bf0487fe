import AWSClient
import Clocks
import Items
import LambdaRuntime
import Logging
import Synchronization
import Testing

@testable import Idempotency

/// What is done when for a key, over a store in memory and a clock that stands.
struct OnceTests {
    private struct Refused: Error {}

    private let time = ManualTime()
    private let store = MemoryStore()

    private var idempotency: Idempotency {
        Idempotency(store: store, functionName: "F", expiresAfter: .seconds(100), time: time)
    }

    private func context(_ remaining: Duration = .seconds(30)) -> LambdaContext {
        LambdaContext(
            requestID: "r", invokedFunctionARN: "", deadline: time.now() + remaining,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, time: time)
    }

    private func code(_ body: () async throws -> Void) async -> IdempotencyError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? IdempotencyError)?.code
        }
    }

    @Test func theSecondCallGetsTheFirstOnesResult() async throws {
        let first = try await idempotency.once("k", context: context()) { 7 }
        #expect(first.value == 7)
        #expect(!first.isReplay)
        let second = try await idempotency.once("k", context: context()) { 8 }
        #expect(second.value == 7)
        #expect(second.isReplay)
        let other = try await idempotency.once("l", context: context()) { 8 }
        #expect(other.value == 8)
    }

    @Test func theRecordHasWhatPowertoolsWrite() async throws {
        _ = try await idempotency.once("k", payload: [1], context: context()) { ["a": 1] }
        let record = try #require(store.records.first)
        // printf k | sha256sum; printf '\001' | sha256sum
        let hash = "8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a"
        let validation = "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a"
        #expect(
            record.item == [
                "id": .string("F#\(hash)"), "status": .string("COMPLETED"),
                "expiration": .number(Number(time.now().seconds + 100)),
                "in_progress_expiration": .number(Number(time.now().milliseconds + 30_000)),
                "data": .string(#"{"a":1}"#), "validation": .string(validation),
            ])
        #expect(IdempotencyRecord(record.item) == record)
    }

    @Test func aSecondCallWhileTheFirstRunsIsRefused() async throws {
        let outcome = try await idempotency.once("k", context: context()) {
            let second = await code { _ = try await idempotency.once("k", context: context()) { 2 } }
            #expect(second == .alreadyInProgress)
            let writes = await code { _ = try await idempotency.once("k", writes: []) }
            #expect(writes == .alreadyInProgress)
            return 1
        }
        #expect(outcome.value == 1)
    }

    @Test func aCallThatDiedIsMadeAgainWhenItsTimeIsOver() async throws {
        store.state.withLock { $0.failsToComplete = true }
        await #expect(throws: MemoryStore.Failure.self) {
            try await idempotency.once("k", context: context()) { 1 }
        }
        store.state.withLock { $0.failsToComplete = false }
        time.advance(by: .seconds(30))
        let early = await code { _ = try await idempotency.once("k", context: context()) { 2 } }
        #expect(early == .alreadyInProgress)
        time.advance(by: .milliseconds(1))
        let outcome = try await idempotency.once("k", context: context()) { 3 }
        #expect(outcome.value == 3)
        #expect(!outcome.isReplay)
    }

    @Test func aCallThatOutlivesItsTimeLeavesItsSuccessorAlone() async throws {
        let late = try await idempotency.once("k", context: context(.seconds(1))) {
            time.advance(by: .seconds(2))
            let successor = try await idempotency.once("k", context: context(.seconds(5))) { "second" }
            #expect(!successor.isReplay)
            return "first"
        }
        #expect(late.value == "first")
        let third = try await idempotency.once("k", context: context()) { "third" }
        #expect(third.value == "second")

        await #expect(throws: Refused.self) {
            _ = try await idempotency.once("l", context: context(.seconds(1))) { () -> Int in
                time.advance(by: .seconds(2))
                _ = try await idempotency.once("l", context: context()) { 2 }
                throw Refused()
            }
        }
        let kept = try await idempotency.once("l", context: context()) { 3 }
        #expect(kept.value == 2)
    }

    @Test func withoutTimeLeftTheRecordStillExpires() async throws {
        store.state.withLock { $0.failsToComplete = true }
        _ = try? await idempotency.once("k", context: context(.seconds(-5))) { 1 }
        #expect(store.records.first?.inProgressExpiration == time.now())
    }

    @Test func aFailureIsPassedOnAndTheNextCallTriesAgain() async throws {
        await #expect(throws: Refused.self) {
            _ = try await idempotency.once("k", context: context()) { () -> Int in throw Refused() }
        }
        #expect(store.records.isEmpty)
        store.state.withLock { $0.failsToRemove = true }
        await #expect(throws: Refused.self) {
            _ = try await idempotency.once("k", context: context()) { () -> Int in throw Refused() }
        }
        #expect(store.records.count == 1)
    }

    @Test func anExpiredResultIsForgotten() async throws {
        _ = try await idempotency.once("k", context: context()) { 1 }
        time.advance(by: .seconds(100))
        #expect(try await idempotency.once("k", context: context()) { 2 }.value == 1)
        time.advance(by: .seconds(1))
        #expect(try await idempotency.once("k", context: context()) { 3 }.value == 3)
    }

    @Test func anotherPayloadUnderTheSameKeyIsRefused() async throws {
        _ = try await idempotency.once("k", payload: [1], context: context()) { 1 }
        let mismatch = await code { _ = try await idempotency.once("k", payload: [2], context: context()) { 2 } }
        #expect(mismatch == .payloadMismatch)
        #expect(try await idempotency.once("k", payload: [1], context: context()) { 2 }.value == 1)
        // Who does not ask is not told.
        #expect(try await idempotency.once("k", context: context()) { 2 }.value == 1)
    }

    @Test func aResultOfAnotherTypeIsSaidToBeOne() async throws {
        _ = try await idempotency.once("k", context: context()) { 1 }
        let unreadable = await code { _ = try await idempotency.once("k", context: context()) { "text" } }
        #expect(unreadable == .unreadableRecord)
    }

    @Test func writesAreMadeWithTheRecordOrNotAtAll() async throws {
        let write = ItemWrite.put(.init(tableName: "T", item: ["id": .string("1")]))
        let first = try await idempotency.once("k", result: 10, writes: [write])
        #expect(first.value == 10)
        #expect(!first.isReplay)
        let second = try await idempotency.once("k", result: 99, writes: [write])
        #expect(second.value == 10)
        #expect(second.isReplay)
        #expect(try await idempotency.once("l", writes: [write]))
        #expect(try await !idempotency.once("l", writes: [write]))
        #expect(store.state.withLock { $0.writes } == [write, write])
        let mismatch = await code { _ = try await idempotency.once("k", payload: [1], result: 1, writes: []) }
        #expect(mismatch == nil)
    }

    @Test func itemsOfOthersAreNoRecords() {
        let record = IdempotencyRecord(id: "i", status: .inProgress, expiration: Timestamp(seconds: 5))
        for attribute in ["id", "status", "expiration"] {
            var item = record.item
            item[attribute] = nil
            #expect(IdempotencyRecord(item) == nil)
            item[attribute] = .bool(true)
            #expect(IdempotencyRecord(item) == nil)
        }
        var huge = record.item
        huge["expiration"] = .number(Number(Int64.max))
        #expect(IdempotencyRecord(huge)?.isVoid(at: Timestamp(seconds: 253_402_300_799)) == false)
    }
}
