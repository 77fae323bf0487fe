import Foundation
import Synchronization
import TestTraits
import Testing

extension EndToEnd {
    /// Kill -9 of the real program at work, and a second start on what it left.
    @Suite(.slow) struct CrashTests {
        @Test func aDemoKilledInTheMiddleLosesNothing() async throws {
            let scratch = try Scratch()
            let data = scratch.path("data")
            let rows = 500
            let expected = try Expectation(rows: rows)
            let arguments = ["demo", "--no-shop", "--limit", String(rows), "--rate", "100", "--data", data, "--json"]
            let first = try Command(arguments, scratch: scratch)
            let isHalfWay = await first.wait {
                FunctionLog.lineCount("OrderProcessorFunction", data: data) > expected.standard / 2
            }
            try #require(isHalfWay, "\(first.errors)")
            let functions = try first.functionProcesses()
            #expect(functions.count >= 2)
            await first.kill()
            #expect(first.output.isEmpty, "it was killed before its summary")
            // Busy ones as well: the keeper ends them.
            let haveEnded = await Command.haveEnded(functions)
            #expect(haveEnded, "function processes outlived their engine")

            let outcome = try await Command.run(
                ["demo", "--no-shop", "--limit", String(rows), "--data", data, "--json"], scratch: scratch)
            let report = try DemoTests.report(outcome)
            #expect(report.skippedWrites > 0)
            #expect(report.events + report.skippedWrites == expected.steps)
            #expect(report.lost == 0)
            #expect(report.pipes.allSatisfy { $0.isBalanced })
            // Both runs together: every matching event is in its function's log, some twice, none never.
            #expect(FunctionLog("OrderProcessorFunction", data: data).routedEvents.count == expected.standard)
            #expect(FunctionLog("PremiumServiceFunction", data: data).routedEvents.count == expected.premium)
            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            let status = try await engine.drained()
            #expect(status.changes == expected.steps)
            #expect(status.pipes.map(\.delivered) == [expected.standard, expected.premium])
            _ = await engine.stop()
        }

        @Test func acknowledgedOrdersSurviveKillingTheEngine() async throws {
            let scratch = try Scratch()
            let data = scratch.path("data")
            let acknowledged = Acknowledged()
            for round in 0..<3 {
                let engine = try await RunningSluice.start(data: data, scratch: scratch)
                let target = acknowledged.ids.count + 150
                await withTaskGroup(of: Void.self) { group in
                    for writer in 0..<8 {
                        group.addTask {
                            for number in 0... {
                                let id = "\(round)-\(writer)-\(number)"
                                let answer = try? await engine.send("PutItem", Self.put(id))
                                // The engine is gone: whether this last order was stored nobody has promised.
                                guard answer?.status == 200 else { return }
                                acknowledged.insert(id)
                            }
                        }
                    }
                    while acknowledged.ids.count < target { try? await Task.sleep(for: .milliseconds(1)) }
                    await engine.command.kill()
                }
            }
            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            let ids = acknowledged.ids
            #expect(ids.count >= 450)
            for id in ids {
                let answer = try await engine.send(
                    "GetItem", #"{"TableName":"Orders","Key":{"orderId":{"S":"\#(id)"},"timestamp":{"N":"1"}}}"#)
                #expect(answer.body.contains(#""amount":{"N":"150"}"#), "order \(id) is missing: \(answer.body)")
            }
            let status = try await engine.drained()
            #expect(status.pipes.allSatisfy { $0.isBalanced })
            #expect(status.changes >= ids.count)
            #expect(status.pipes[0].delivered == status.changes)
            let delivered = Set(FunctionLog("OrderProcessorFunction", data: data).routed.compactMap(\.orderId))
            #expect(ids.isSubset(of: delivered), "not delivered: \(ids.subtracting(delivered).prefix(5))")
            _ = await engine.stop()
        }

        private static func put(_ id: String) -> String {
            """
            {"TableName":"Orders","Item":{"orderId":{"S":"\(id)"},"timestamp":{"N":"1"},"amount":{"N":"150"},\
            "currency":{"S":"USD"},"status":{"S":"pending"},"amountTier":{"S":"over100"}}}
            """
        }
    }
}

/// The orders whose writes were answered.
private final class Acknowledged: Sendable {
    private let state = Mutex<Set<String>>([])

    var ids: Set<String> { state.withLock { $0 } }

    func insert(_ id: String) { state.withLock { _ = $0.insert(id) } }
}
