import Costs

/// Plans that were worked out on paper: each step stands there and is checked by itself.
///
/// The steps follow Documentation/scaling.md and not the code. ``WorkedPlanTests`` says which name is which figure of the plan.
extension WorkedPlan {
    static let all: [WorkedPlan] = [
        WorkedPlan(
            "A trickle: each record calls by itself",
            .one(),
            ordersPerSecondThousandths: 1_000,
            """
            units = 1 * 1 = 1
            passed = 1 = 1
            lanes = 4 * 1 = 4
            gatherings = lanes * 4 = 16 -- polls a second
            batches = max(passed / 10, min(passed, gatherings)) = 1
            fill = passed / batches = 1
            busy = 100 + 0 * fill = 100
            concurrency = batches * busy / 1000 = 0.1
            inuse = passed * 100 / 10 / 1000 / lanes = 0.0025 -- with full batches of 100 ms
            carries = lanes * 10 * 1000 / 100 = 400
            headroom = carries / 1 = 400
            latency = 125 + 0 + inuse * 100 / (2 * (1 - inuse)) + busy ≈ 225.1253
            """),
        WorkedPlan(
            "Lanes that gather send half a batch",
            .one(),
            ordersPerSecondThousandths: 80_000,
            """
            units = 80 = 80
            passed = 80 = 80
            lanes = 4 = 4
            batches = max(passed / 10, min(passed, lanes * 4)) = 16
            fill = passed / batches = 5
            busy = 100 = 100
            concurrency = batches * busy / 1000 = 1.6
            inuse = passed * 100 / 10 / 1000 / lanes = 0.2
            carries = lanes * 10 * 1000 / 100 = 400
            headroom = carries / 80 = 5
            latency = 125 + inuse * 100 / (2 * (1 - inuse)) + busy = 237.5
            """),
        WorkedPlan(
            "Full batches, each record with its time",
            .one(),
            ordersPerSecondThousandths: 300_000,
            load: { $0.functions["f"] = .init(callMicroseconds: 20_000, recordMicroseconds: 8_000) },
            """
            units = 300 = 300
            passed = 300 = 300
            lanes = 4 = 4
            batches = max(passed / 10, min(passed, lanes * 4)) = 30
            fill = passed / batches = 10
            busy = 20 + 8 * fill = 100
            concurrency = batches * busy / 1000 = 3
            inuse = passed * (20 + 8 * 10) / 10 / 1000 / lanes = 0.75
            carries = lanes * 10 * 1000 / (20 + 8 * 10) = 400
            headroom = carries / 300 ≈ 1.3333
            latency = 125 + inuse * 100 / (2 * (1 - inuse)) + busy = 375
            """),
        WorkedPlan(
            "A filter, and a window that gathers",
            .one {
                $0.pipes[0].batchSize = 100; $0.pipes[0].windowSeconds = 5
            },
            ordersPerSecondThousandths: 50_000,
            load: { $0.pipes["p"] = .init(passes: Share("0.4")!) },
            """
            units = 50 = 50
            passed = 50 * 0.4 = 20
            lanes = 4 = 4
            batches = max(passed / 100, min(passed, lanes / 5)) = 0.8 -- once in five seconds
            fill = passed / batches = 25
            busy = 100 = 100
            concurrency = batches * busy / 1000 = 0.08
            inuse = passed * 100 / 100 / 1000 / lanes = 0.005
            carries = lanes * 100 * 1000 / 100 / 0.4 = 10000
            headroom = carries / 50 = 200
            filling = 100 * lanes / passed * 1000 = 20000 -- ms until a batch is full
            gathering = min(5000, filling) / 2 = 2500
            latency = 125 + gathering + inuse * 100 / (2 * (1 - inuse)) + busy ≈ 2725.2513
            """),
        WorkedPlan(
            "A window that ends early, since batches fill",
            .one {
                $0.pipes[0].batchSize = 20; $0.pipes[0].windowSeconds = 10
            },
            ordersPerSecondThousandths: 160_000,
            """
            units = 160 = 160
            passed = 160 = 160
            lanes = 4 = 4
            batches = max(passed / 20, min(passed, lanes / 10)) = 8
            fill = passed / batches = 20
            busy = 100 = 100
            concurrency = batches * busy / 1000 = 0.8
            inuse = passed * 100 / 20 / 1000 / lanes = 0.2
            carries = lanes * 20 * 1000 / 100 = 800
            headroom = carries / 160 = 5
            filling = 20 * lanes / passed * 1000 = 500
            gathering = min(10000, filling) / 2 = 250
            latency = 125 + gathering + inuse * 100 / (2 * (1 - inuse)) + busy = 487.5
            """),
        WorkedPlan(
            "A slow function: what comes while it runs makes batches fuller",
            .one(),
            ordersPerSecondThousandths: 8_000,
            load: { $0.functions["f"] = .init(callMicroseconds: 2_000_000, recordMicroseconds: 0) },
            """
            units = 8 = 8
            passed = 8 = 8
            lanes = 4 = 4
            gathered = passed / max(passed / 10, min(passed, lanes * 4)) = 1
            meanwhile = passed / lanes * 2000 / 1000 = 4 -- records of a lane in the two seconds of a call
            fill = min(10, max(gathered, meanwhile)) = 4
            batches = passed / fill = 2
            busy = 2000 = 2000
            concurrency = batches * busy / 1000 = 4
            inuse = passed * 2000 / 10 / 1000 / lanes = 0.4
            carries = lanes * 10 * 1000 / 2000 = 20
            headroom = carries / 8 = 2.5
            gathering = max(0, busy - 250) / 2 = 875
            latency = 125 + gathering + inuse * 2000 / (2 * (1 - inuse)) + busy ≈ 3666.6667
            """),
        WorkedPlan(
            "Too much: the backlog grows until the stream forgets",
            .one(),
            ordersPerSecondThousandths: 500_000,
            advice: ["p: ParallelizationFactor 1 -> 2"],
            """
            units = 500 = 500
            passed = 500 = 500
            lanes = 4 = 4
            batches = max(passed / 10, min(passed, lanes * 4)) = 50
            fill = passed / batches = 10
            busy = 100 = 100
            concurrency = batches * busy / 1000 = 5 -- what it would take
            inuse = passed * 100 / 10 / 1000 / lanes = 1.25
            carries = lanes * 10 * 1000 / 100 = 400
            headroom = carries / 500 = 0.8
            loss = 24 / (1 - 1 / inuse) = 120
            factor = ceil(inuse * lanes / 0.7 / 4) = 2
            """),
        WorkedPlan(
            "Ten lanes a shard are not enough, and larger batches are",
            .one { $0.pipes[0].parallelizationFactor = 10 },
            ordersPerSecondThousandths: 4000_000,
            load: { $0.functions["f"] = .init(callMicroseconds: 100_000, recordMicroseconds: 1_000) },
            advice: ["p: BatchSize 10 -> 17"],
            """
            units = 4000 = 4000
            passed = 4000 = 4000
            lanes = 4 * 10 = 40
            batches = max(passed / 10, min(passed, lanes * 4)) = 400
            fill = passed / batches = 10
            busy = 100 + 1 * fill = 110
            concurrency = batches * busy / 1000 = 44
            inuse = passed * (100 + 1 * 10) / 10 / 1000 / lanes = 1.1
            carries = lanes * 10 * 1000 / (100 + 1 * 10) ≈ 3636.3636
            headroom = carries / 4000 ≈ 0.9091
            loss = 24 / (1 - 1 / inuse) = 264
            allowed = lanes * 0.7 / 4000 * 1000 = 7 -- ms of a lane for each record, at 70 %
            size = ceil(100 / (allowed - 1)) = 17
            """),
        WorkedPlan(
            "Each record takes so long that only more shards help",
            .one(),
            ordersPerSecondThousandths: 2000_000,
            load: { $0.functions["f"] = .init(callMicroseconds: 0, recordMicroseconds: 50_000) },
            advice: ["p: ParallelizationFactor 1 -> 10", "t: WarmThroughput.WriteUnitsPerSecond 4000 -> 15000"],
            """
            units = 2000 = 2000
            passed = 2000 = 2000
            lanes = 4 = 4
            batches = max(passed / 10, min(passed, lanes * 4)) = 200
            fill = passed / batches = 10
            busy = 50 * fill = 500
            concurrency = batches * busy / 1000 = 100
            inuse = passed * 50 * 10 / 10 / 1000 / lanes = 25
            carries = lanes * 10 * 1000 / (50 * 10) = 80
            headroom = carries / 2000 = 0.04
            loss = 24 / (1 - 1 / inuse) = 25
            shards = ceil(2000 * 50 / 1000 / 0.7 / 10) = 15
            write = shards * 1000 = 15000
            """),
        WorkedPlan(
            "Retries keep lanes busy; an enrichment comes before the target",
            .one {
                $0.functions.append(.init(name: "e", memoryMegabytes: 128, architecture: .x86));
                $0.pipes[0].enrichment = "e"; $0.pipes[0].parallelizationFactor = 4
            },
            ordersPerSecondThousandths: 200_000,
            load: {
                $0.retries = Share("0.25")!;
                $0.functions["e"] = .init(callMicroseconds: 12_000, recordMicroseconds: 3_000)
            },
            """
            units = 200 = 200
            passed = 200 = 200
            lanes = 4 * 4 = 16
            batches = max(passed / 10, min(passed, lanes * 4)) = 64
            fill = passed / batches = 3.125
            busy = (1 + 0.25) * (100 + 12 + 3 * fill) = 151.71875
            concurrency = batches * busy / 1000 = 9.71
            full = (1 + 0.25) * (100 + 12 + 3 * 10) = 177.5
            inuse = passed * full / 10 / 1000 / lanes = 0.221875
            carries = lanes * 10 * 1000 / full ≈ 901.4085
            headroom = carries / 200 ≈ 4.5070
            latency = 125 + 0 + inuse * full / (2 * (1 - inuse)) + busy ≈ 302.0250
            """),
        WorkedPlan(
            "A call takes 6 MB: large records make small batches",
            .one { $0.pipes[0].batchSize = 100 },
            ordersPerSecondThousandths: 100_000,
            load: {
                $0.itemBytes = 300_000; $0.shards = 30
            },
            """
            units = 100 * ceil(300000 / 1024) = 29300
            passed = 100 = 100
            lanes = 30 = 30
            batch = floor(6291456 / (1024 + 2 * 300000)) = 10
            batches = max(passed / batch, min(passed, lanes * 4)) = 100
            fill = passed / batches = 1
            busy = 100 = 100
            concurrency = batches * busy / 1000 = 10
            inuse = passed * 100 / batch / 1000 / lanes ≈ 0.0333
            carries = lanes * batch * 1000 / 100 = 3000
            headroom = carries / 100 = 30
            latency = 125 + inuse * 100 / (2 * (1 - inuse)) + busy ≈ 226.7241
            """),
        WorkedPlan(
            "Batches are less full than there is work for, as was measured: lanes carry that much less",
            .one { $0.pipes[0].batchSize = 40 },
            ordersPerSecondThousandths: 300_000,
            load: {
                $0.pipes["p"] = .init(passes: .all, batchFillThousandths: 4_000);
                $0.functions["f"] = .init(callMicroseconds: 20_000, recordMicroseconds: 5_000)
            },
            advice: ["p: ParallelizationFactor 1 -> 2"],
            """
            units = 300 = 300
            passed = 300 = 300
            lanes = 4 = 4
            fill = min(4, 40) = 4
            batches = passed / fill = 75
            busy = 20 + 5 * fill = 40
            concurrency = batches * busy / 1000 = 3
            inuse = passed * busy / fill / 1000 / lanes = 0.75
            carries = lanes * fill * 1000 / busy = 400
            headroom = carries / 300 ≈ 1.3333
            latency = 125 + 0 + inuse * busy / (2 * (1 - inuse)) + busy = 225
            calls = 10000 * fill = 40000
            factor = ceil(inuse * lanes / 0.7 / 4) = 2
            """),
        WorkedPlan(
            "Batches that are known not to fill gain nothing from a larger BatchSize: more shards",
            .one { $0.pipes[0].parallelizationFactor = 10 },
            ordersPerSecondThousandths: 4000_000,
            load: {
                $0.pipes["p"] = .init(passes: .all, batchFillThousandths: 8_000);
                $0.functions["f"] = .init(callMicroseconds: 100_000, recordMicroseconds: 1_000)
            },
            advice: ["t: WarmThroughput.WriteUnitsPerSecond 4000 -> 8000"],
            """
            units = 4000 = 4000
            passed = 4000 = 4000
            lanes = 4 * 10 = 40
            fill = min(8, 10) = 8
            batches = passed / fill = 500
            busy = 100 + 1 * fill = 108
            concurrency = batches * busy / 1000 = 54
            inuse = passed * busy / fill / 1000 / lanes = 1.35
            carries = lanes * fill * 1000 / busy ≈ 2962.9630
            headroom = carries / 4000 ≈ 0.7407
            loss = 24 / (1 - 1 / inuse) ≈ 92.5714
            shards = ceil(inuse * lanes / 0.7 / 10) = 8
            write = shards * 1000 = 8000
            """),
        WorkedPlan(
            "Larger batches than a call's 6 MB are no help: more shards",
            .one {
                $0.pipes[0].batchSize = 10; $0.pipes[0].parallelizationFactor = 10
            },
            ordersPerSecondThousandths: 4000_000,
            load: {
                $0.shards = 4; $0.itemBytes = 200_000;
                $0.functions["f"] = .init(callMicroseconds: 100_000, recordMicroseconds: 1_000)
            },
            advice: ["t: WarmThroughput.WriteUnitsPerSecond 4000 -> 7000"],
            """
            units = 4000 * ceil(200000 / 1024) = 784000
            passed = 4000 = 4000
            lanes = 4 * 10 = 40
            payload = floor(6291456 / (1024 + 2 * 200000)) = 15
            fill = min(10, payload) = 10
            batches = passed / fill = 400
            busy = 100 + 1 * fill = 110
            concurrency = batches * busy / 1000 = 44
            inuse = passed * busy / fill / 1000 / lanes = 1.1
            carries = lanes * fill * 1000 / busy ≈ 3636.3636
            headroom = carries / 4000 ≈ 0.9091
            loss = 24 / (1 - 1 / inuse) = 264
            allowed = lanes * 0.7 / 4000 * 1000 = 7
            wanted = ceil(100 / (allowed - 1)) = 17 -- two more than the payload holds
            shards = ceil(inuse * lanes / 0.7 / 10) = 7
            write = shards * 1000 = 7000
            """),
        WorkedPlan(
            "Nor are batches that take longer than the function's Timeout",
            .one {
                $0.pipes[0].parallelizationFactor = 10; $0.functions[0].timeoutSeconds = 3
            },
            ordersPerSecondThousandths: 200_000,
            load: { $0.functions["f"] = .init(callMicroseconds: 2_000_000, recordMicroseconds: 52_500) },
            advice: ["t: WarmThroughput.WriteUnitsPerSecond 4000 -> 8000"],
            """
            units = 200 = 200
            passed = 200 = 200
            lanes = 4 * 10 = 40
            fill = 10 = 10
            batches = passed / fill = 20
            busy = 2000 + 52.5 * fill = 2525
            concurrency = batches * busy / 1000 = 50.5
            inuse = passed * busy / fill / 1000 / lanes = 1.2625
            carries = lanes * fill * 1000 / busy ≈ 158.4158
            headroom = carries / 200 ≈ 0.7921
            loss = 24 / (1 - 1 / inuse) ≈ 115.4286
            allowed = lanes * 0.7 / 200 * 1000 = 140
            wanted = ceil(2000 / (allowed - 52.5)) = 23
            long = 2000 + 52.5 * wanted = 3207.5 -- and the Timeout is 3 s
            shards = ceil(inuse * lanes / 0.7 / 10) = 8
            write = shards * 1000 = 8000
            """),
        WorkedPlan(
            "An enrichment before a queue: sending takes of the lane's time what it takes of a whole batch",
            .one {
                $0.queues = [.init(name: "q", isFIFO: false)]; $0.pipes[0].target = .queue("q")
                $0.pipes[0].enrichment = "f"
            },
            ordersPerSecondThousandths: 80_000,
            load: { $0.functions["f"] = .init(callMicroseconds: 10_000, recordMicroseconds: 8_000) },
            """
            units = 80 = 80
            passed = 80 = 80
            lanes = 4 = 4
            batches = max(passed / 10, min(passed, lanes * 4)) = 16
            fill = passed / batches = 5
            infunction = 10 + 8 * fill = 50
            busy = infunction + 10 = 60 -- 10 ms to send
            concurrency = batches * busy / 1000 = 0.96
            functions = batches * infunction / 1000 = 0.8
            full = 10 + 8 * 10 + 10 = 100
            inuse = passed * full / 10 / 1000 / lanes = 0.2
            carries = lanes * 10 * 1000 / full = 400
            headroom = carries / 80 = 5
            environments = 1000 * 10 * 1000 / (full - 10) ≈ 111111.1111
            latency = 125 + 0 + inuse * full / (2 * (1 - inuse)) + busy = 197.5
            """),
        WorkedPlan(
            "15,000 orders a second",
            .one { $0.pipes[0].parallelizationFactor = 10 },
            ordersPerSecondThousandths: 15000_000,
            load: {
                $0.pipes["p"] = .init(passes: Share("0.36")!);
                $0.functions["f"] = .init(callMicroseconds: 5_000, recordMicroseconds: 10_000)
            },
            advice: ["p: ParallelizationFactor 10 -> 6", "t: WarmThroughput.WriteUnitsPerSecond 4000 -> 15000"],
            """
            units = 15000 = 15000
            passed = 15000 * 0.36 = 5400
            shards = ceil(15000 * 1 / 1000) = 15
            lanes = shards * 10 = 150
            batches = max(passed / 10, min(passed, lanes * 4)) = 600
            fill = passed / batches = 9
            busy = 5 + 10 * fill = 95
            concurrency = batches * busy / 1000 = 57
            inuse = passed * (5 + 10 * 10) / 10 / 1000 / lanes = 0.378
            carries = lanes * 10 * 1000 / (5 + 10 * 10) / 0.36 ≈ 39682.5397
            headroom = carries / 15000 ≈ 2.6455
            latency = 125 + 0 + inuse * 105 / (2 * (1 - inuse)) + busy ≈ 251.9051
            factor = ceil(inuse * lanes / 0.7 / shards) = 6
            """),
    ]
}
