import Costs
import Testing

@testable import Capacity

@Suite struct CapacityLimitTests {
    private static func load(_ ordersPerSecond: Int64, _ change: (inout Load) -> Void = { _ in }) -> Load {
        var load = Load(writesPerSecondThousandths: ordersPerSecond * 1_000)
        load.functions["f"] = Load.Function(callMicroseconds: 100_000, recordMicroseconds: 0)
        change(&load)
        return load
    }

    private static func limits(_ pipeline: Pipeline, _ load: Load) -> [String: Double] {
        Dictionary(
            CapacityPlan(pipeline, load).limits.map { ("\($0.place): \($0.limit)", $0.ordersPerSecond) },
            uniquingKeysWith: { first, _ in first })
    }

    @Test func eachLimitIsReachedWhereItsShareOfAnOrderSays() {
        let limits = Self.limits(
            .one {
                $0.queues = [Pipeline.Queue(name: "a.fifo", isFIFO: true)]
                $0.functions[0].queues = ["a.fifo"]
                $0.functions[0].reservedConcurrency = 2
            },
            Self.load(100) {
                $0.pipes["p"] = Load.Pipe(passes: Share("0.5")!)
                $0.messages[Load.Sending(function: "f", queue: "a.fifo")] = 1_500
                $0.itemBytes = 2_048
            })
        // Half of the orders pass, ten of them are a batch, and a batch takes a tenth of a second: 0.005 lane seconds an order.
        let expected = [
            "p: 4 lanes": 4 / 0.005, "p: 40 lanes, with ParallelizationFactor 10": 40 / 0.005,
            // Two units an order.
            "t: 4 partitions, 4,000 write units/s": 2_000, "t: 40,000 write units/s of a table": 20_000,
            // 1,048,576 bytes / (1,024 + 2 · 2,048) = 204 records for each of 4 polls of 4 shards.
            "t: 3,264 records/s read of 4 shards": 3_264, "account: 1,000 functions at a time": 1_000 / 0.005,
            // A call for twenty orders.
            "account: 10,000 calls of functions/s": 200_000,
            "account: 3,000 executions of pipes at a time": 3_000 / 0.005,
            "f: 2 at a time, reserved": 2 / 0.005,
            // 0.5 · 1.5 messages an order.
            "a.fifo: 300 sends/s to a FIFO queue": 400,
        ]
        #expect(Set(limits.keys) == Set(expected.keys))
        for (limit, rate) in expected {
            #expect(abs((limits[limit] ?? 0) - rate) < 1e-6 * rate, "\(limit)")
        }
    }

    @Test func attemptsThatFailHaveSentTheirMessagesToo() {
        let limits = Self.limits(
            .one {
                $0.queues = [Pipeline.Queue(name: "a.fifo", isFIFO: true)]
                $0.functions[0].queues = ["a.fifo"]
            }, Self.load(100) { $0.retries = Share("0.25")! })
        #expect(limits["a.fifo: 300 sends/s to a FIFO queue"] == 240)
    }

    @Test func theFirstToGiveWayStandsFirst() {
        let plan = CapacityPlan(.one(), Self.load(100))
        #expect(plan.limits.map(\.ordersPerSecond) == plan.limits.map(\.ordersPerSecond).sorted())
        #expect(plan.limits.first?.limit == "4 lanes")
        #expect(plan.limits.first?.remedy == "raise ParallelizationFactor, 1 now and 10 at most")
    }

    @Test func whatNothingPassesLimitsNothing() {
        let plan = CapacityPlan(.one(), Self.load(100) { $0.pipes["p"] = Load.Pipe(passes: .none) })
        #expect(Set(plan.limits.map(\.place)) == ["t"])
        #expect(plan.pipes[0].ordersPerSecondMax == nil && plan.pipes[0].batchFill == 0)
        #expect(plan.functionConcurrency == 0)
    }

    @Test func nothingWrittenIsAPlanToo() {
        let plan = CapacityPlan(.one(), Self.load(0))
        #expect(plan.pipes[0].headroom == nil && plan.pipes[0].utilization == 0 && plan.pipes[0].batches == 0)
        #expect(plan.pipes[0].latency?.total.isFinite == true)
        #expect(plan.advice.allSatisfy { !$0.isNeeded })
    }

    @Test func shardsFollowTheWritesOfTheTableUnlessTheyAreGiven() {
        func shards(_ rate: Int64, _ change: (inout Load) -> Void = { _ in }) -> Int {
            CapacityPlan(.one { $0.table.indexes = [Pipeline.Index(isKeysOnly: false)] }, Self.load(rate, change))
                .shards
        }
        // An index has partitions of its own, and its writes do not count here.
        #expect(shards(4_000) == 4)
        #expect(shards(4_001) == 5)
        #expect(shards(4_001) { $0.itemBytes = 1_025 } == 9)
        #expect(shards(4_001) { $0.shards = 2 } == 2)
    }

    @Test func morePipesThanReadersAreToldOf() {
        let plan = CapacityPlan(.one { $0.pipes += [$0.pipes[0], $0.pipes[0]] }, Self.load(1))
        #expect(plan.notes.contains { $0.contains("3 pipes read each shard") })
    }

    @Test func theTimeThatSendingTakesIsToldWherePipesSend() {
        func notes(_ target: Pipeline.Target) -> [String] {
            CapacityPlan(
                .one {
                    $0.queues = [Pipeline.Queue(name: "q", isFIFO: false)]
                    $0.pipes[0].target = target
                }, Self.load(1)
            ).notes
        }
        #expect(notes(.queue("q")) == ["p takes 10 ms to send a batch to q: assumed."])
        #expect(notes(.function("f")) == [])
    }

    @Test func quotasAreToBeRaisedBeforeTheyAreReached() {
        func advice(_ function: Load.Function) -> [CapacityAdvice] {
            CapacityPlan(
                .one { $0.pipes[0].parallelizationFactor = 10 }, Self.load(100_000) { $0.functions["f"] = function }
            ).advice
        }
        // 100,000 orders a second pass, and each takes 10 ms, whatever the batch is: 1,000 functions at a time.
        let quota = advice(Load.Function(callMicroseconds: 0, recordMicroseconds: 10_000))
            .first { $0.place == "account" }
        #expect(quota?.property == "Lambda's quota Concurrent executions")
        #expect(quota?.to == "1500")
        // A call for ten takes 0.1 s, 1,000 functions at a time as well; but with the batches of 15 that are advised they are 667.
        let batches = advice(Load.Function(callMicroseconds: 100_000, recordMicroseconds: 0))
        #expect(batches.first { $0.property == "BatchSize" }?.to == "15")
        #expect(!batches.contains { $0.place == "account" })
    }

    @Test func aReservationBelowTheLanesThrottles() {
        func advice(_ reserved: Int?) -> CapacityAdvice? {
            CapacityPlan(.one { $0.functions[0].reservedConcurrency = reserved }, Self.load(10)).advice
                .first { $0.property == "ReservedConcurrentExecutions" }
        }
        #expect(advice(3)?.isNeeded == true && advice(3)?.to == "4")
        #expect(advice(4) == nil)
        #expect(advice(nil)?.isNeeded == false)
    }
}
