import AWSClient
import Clocks
import Foundation
import Idempotency
import Items
import LambdaRuntime
import Logging
import Testing

extension EndToEnd {
    /// Idempotency records in a table of the engine: what the pure tests say, with DynamoDB's own conditions.
    @Suite(.timeLimit(.minutes(3))) struct IdempotencyCallTests {
        private struct Died: Error {}

        private let time = ManualTime()

        private func idempotency(_ client: AWSClient) throws -> Idempotency {
            try Idempotency(
                client: client, tableName: "Records", functionName: "F", expiresAfter: .seconds(100), time: time)
        }

        private func context(_ remaining: Duration = .seconds(30)) -> LambdaContext {
            LambdaContext(
                requestID: "r", invokedFunctionARN: "", deadline: time.now() + remaining,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, time: time)
        }

        private func add(_ points: Int) -> ItemWrite {
            .update(
                .init(
                    tableName: "Wallets", key: ["id": .string("c-1")], expression: "ADD points :p",
                    values: [":p": .number(Number(points))]))
        }

        private func points(_ client: AWSClient) async throws -> Int64? {
            let item = try await client.getItem(tableName: "Wallets", key: ["id": .string("c-1")])
            return item?["points"]?.number?.int64
        }

        @Test func aSecondCallGetsTheResultAndOneMeanwhileIsRefused() async throws {
            try await FunctionSide.with { engine, client in
                try await FunctionSide.makeTable("Records", engine)
                let idempotency = try idempotency(client)
                let first = try await idempotency.once("k", payload: [1], context: context()) {
                    let meanwhile = await #expect(throws: IdempotencyError.self) {
                        _ = try await idempotency.once("k", payload: [1], context: context()) { 8 }
                    }
                    #expect(meanwhile?.code == .alreadyInProgress)
                    return 7
                }
                #expect(!first.isReplay)
                let second = try await idempotency.once("k", payload: [1], context: context()) { 8 }
                #expect(second.value == 7)
                #expect(second.isReplay)
                let mismatch = await #expect(throws: IdempotencyError.self) {
                    _ = try await idempotency.once("k", payload: [2], context: context()) { 8 }
                }
                #expect(mismatch?.code == .payloadMismatch)
                time.advance(by: .seconds(101))
                let later = try await idempotency.once("k", payload: [2], context: context()) { 9 }
                #expect(later.value == 9)
                #expect(!later.isReplay)
            }
        }

        @Test func ofConcurrentCallsOneIsMade() async throws {
            try await FunctionSide.with { engine, client in
                try await FunctionSide.makeTable("Records", engine)
                try await FunctionSide.makeTable("Wallets", engine)
                let idempotency = try idempotency(client)
                let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            // A conflict with another transaction is for the batch's retry.
                            while true {
                                do {
                                    return try await idempotency.once("event-1", writes: [add(5)])
                                } catch let error as AWSError where error.code == .transactionCanceled {
                                    #expect(error.cancellationReasons.count == 1)
                                }
                            }
                        }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(made == 1)
                #expect(try await points(client) == 5)
                #expect(try await idempotency.once("event-2", writes: [add(3)]))
                #expect(try await points(client) == 8)
            }
        }

        @Test func writesThatStandInTheWayLeaveNoRecord() async throws {
            try await FunctionSide.with { engine, client in
                try await FunctionSide.makeTable("Records", engine)
                try await FunctionSide.makeTable("Wallets", engine)
                let idempotency = try idempotency(client)
                let guarded = ItemWrite.put(
                    .init(tableName: "Wallets", item: ["id": .string("x")], condition: "attribute_exists(id)"))
                let error = await #expect(throws: AWSError.self) {
                    _ = try await idempotency.once("k", writes: [add(5), guarded])
                }
                #expect(error?.cancellationReasons.map(\.code) == ["None", "ConditionalCheckFailed"])
                #expect(try await points(client) == nil)
                #expect(try await idempotency.once("k", writes: [add(5)]))
                #expect(try await points(client) == 5)
            }
        }

        @Test func aCallThatDiedIsMadeAgainOnceItsTimeIsOver() async throws {
            try await FunctionSide.with { engine, client in
                try await FunctionSide.makeTable("Records", engine)
                let idempotency = try idempotency(client)
                // The connection is lost between the call and its result, as when the process dies.
                let dying = try FunctionSide.client(of: engine)
                let died = try Idempotency(
                    client: dying, tableName: "Records", functionName: "F", expiresAfter: .seconds(100), time: time)
                _ = try? await died.once("k", context: context()) {
                    await dying.shutDown()
                    return 1
                }
                let early = await #expect(throws: IdempotencyError.self) {
                    _ = try await idempotency.once("k", context: context()) { 2 }
                }
                #expect(early?.code == .alreadyInProgress)
                time.advance(by: .milliseconds(30_001))
                let again = try await idempotency.once("k", context: context()) { 3 }
                #expect(again.value == 3)
                #expect(!again.isReplay)
            }
        }

        @Test func aFailureLeavesNoRecordAndALateCallLeavesItsSuccessors() async throws {
            try await FunctionSide.with { engine, client in
                try await FunctionSide.makeTable("Records", engine)
                let idempotency = try idempotency(client)
                await #expect(throws: Died.self) {
                    _ = try await idempotency.once("k", context: context()) { () -> Int in throw Died() }
                }
                let retried = try await idempotency.once("k", context: context(.seconds(1))) {
                    time.advance(by: .seconds(2))
                    _ = try await idempotency.once("k", context: context(.seconds(9))) { "second" }
                    return "first"
                }
                #expect(retried.value == "first")
                #expect(try await idempotency.once("k", context: context()) { "third" }.value == "second")
            }
        }
    }
}
