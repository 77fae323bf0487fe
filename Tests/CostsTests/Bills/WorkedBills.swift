import Costs
import ProjectPipeline

/// Bills that were worked out on paper: each step stands there, is checked by itself, and then the bill is compared with it.
///
/// The steps follow Documentation/cost.md and not the code. A name such as `units` is the count of a line of the bill and `$units` its amount;
/// ``WorkedBill/lines`` says of which. Lines of which nothing stands here must be nothing.
extension WorkedBill {
    /// Of the project's orders 72 % are changes; its filters let 36 % and 2 % through.
    private static func projectLoad(_ load: inout Load) {
        load.updates = Share("0.72")!
        load.pipes = [
            "StandardOrderPipe": .init(passes: Share("0.36")!), "PremiumOrderPipe": .init(passes: Share("0.02")!),
        ]
    }

    static let all: [WorkedBill] = [
        WorkedBill(
            "Nothing is written: what stands there costs, and so does asking the stream",
            .project,
            ordersPerSecondThousandths: 0,
            total: "$23.82",
            """
            reads = 2 * 4 * 4 * 2628000 = 84096000 -- two pipes ask each of four shards four times a second
            $reads = reads * 0.02 / 100000 = 16.8192
            metrics = 3 * 2 = 6 -- three of each function
            $metrics = metrics * 0.30 = 1.8
            alarms = 22 = 22
            $alarms = alarms * 0.10 = 2.2
            boards = 1 = 1
            $boards = boards * 3 = 3
            $total = $reads + $metrics + $alarms + $boards = 23.8192
            """),
        WorkedBill(
            "New orders alone, all let through",
            .one(),
            ordersPerSecondThousandths: 10_000,
            load: { $0.updates = .none },
            total: "$75.99",
            """
            writes = 10 * 2628000 = 26280000
            units = writes * 1 = 26280000 -- 600 bytes are one unit
            $units = units * 0.625 / 1000000 = 16.425
            requests = writes * 1 = 26280000 -- 600 + 1024 bytes are one request
            $requests = requests * 0.40 / 1000000 = 10.512
            calls = max(ceil(writes / 10), min(writes, 4 * 4 * 2628000)) = 26280000 -- fewer than the lanes gather: each comes alone
            $calls = calls * 0.20 / 1000000 = 5.256
            time = calls * 100 * 1024 = 2691072000000 -- 100 ms with 1024 MB
            $time = time / 1024000 * 0.0000166667 = 43.8000876
            $total = $units + $requests + $calls + $time = 75.9930876
            """),
        WorkedBill(
            "Changed orders alone: the larger of old and new is written, in the table and in its index",
            .one { $0.table.indexes = [.init(isKeysOnly: false)] },
            ordersPerSecondThousandths: 8_000,
            load: {
                $0.updates = .all; $0.itemBytes = 1_536; $0.updatedItemBytes = 900
            },
            total: "$100.21",
            """
            writes = 8 * 2628000 = 21024000
            each = ceil(max(1536, 900) / 1024) * 2 = 4 -- table and index
            units = writes * each = 84096000
            $units = units * 0.625 / 1000000 = 52.56
            requests = writes * ceil((1024 + 1536 + 900) / 65536) = 21024000
            $requests = requests * 0.40 / 1000000 = 8.4096
            calls = max(ceil(writes / 10), min(writes, 4 * 4 * 2628000)) = 21024000
            $calls = calls * 0.20 / 1000000 = 4.2048
            time = calls * 100 * 1024 = 2152857600000
            $time = time / 1024000 * 0.0000166667 = 35.04007008
            $total = $units + $requests + $calls + $time = 100.21447008
            """),
        WorkedBill(
            "A byte more than a kilobyte is two units; an index of keys is written once",
            .one { $0.table.indexes = [.init(isKeysOnly: false), .init(isKeysOnly: true)] },
            ordersPerSecondThousandths: 5_000,
            load: {
                $0.updates = Share("0.4")!; $0.itemBytes = 1_025
            },
            total: "$67.56",
            """
            writes = 5 * 2628000 = 13140000
            changed = ceil(writes * 0.4) = 5256000
            new = writes - changed = 7884000
            units = new * (2 + 2 + 1) + changed * (2 + 2) = 60444000
            $units = units * 0.625 / 1000000 = 37.7775
            requests = writes = 13140000
            $requests = requests * 0.40 / 1000000 = 5.256
            calls = max(ceil(writes / 10), min(writes, 4 * 4 * 2628000)) = 13140000
            $calls = calls * 0.20 / 1000000 = 2.628
            time = calls * 100 * 1024 = 1345536000000
            $time = time / 1024000 * 0.0000166667 = 21.9000438
            $total = $units + $requests + $calls + $time = 67.5615438
            """),
        WorkedBill(
            "A kilobyte to the byte is one unit",
            .one(),
            ordersPerSecondThousandths: 5_000,
            load: {
                $0.updates = Share("0.4")!; $0.itemBytes = 1_024; $0.pipes["p"] = .init(passes: .none)
            },
            total: "$8.21",
            """
            units = 5 * 2628000 * 1 = 13140000
            $units = units * 0.625 / 1000000 = 8.2125
            $total = $units = 8.2125
            """),
        WorkedBill(
            "Records above 64 KB are several requests, and a batch ends at 6 MB",
            .one { $0.pipes[0].batchSize = 100 },
            ordersPerSecondThousandths: 400_000,
            load: {
                $0.updates = Share("0.25")!; $0.itemBytes = 70_000
            },
            total: "$46,828.51",
            """
            writes = 400 * 2628000 = 1051200000
            changed = ceil(writes * 0.25) = 262800000
            new = writes - changed = 788400000
            units = writes * ceil(70000 / 1024) = 72532800000 -- 69 each
            $units = units * 0.625 / 1000000 = 45333
            small = ceil((1024 + 70000) / 65536) = 2
            large = ceil((1024 + 2 * 70000) / 65536) = 3
            requests = new * small + changed * large = 2365200000
            $requests = requests * 0.40 / 1000000 = 946.08
            batch = min(100, floor(6291456 / (1024 + 2 * 70000))) = 44
            shards = ceil(400 * 69 / 1000) = 28 -- 27600 units a second
            calls = max(ceil(writes / batch), min(writes, shards * 4 * 2628000)) = 294336000
            $calls = calls * 0.20 / 1000000 = 58.8672
            time = calls * 100 * 1024 = 30140006400000
            $time = time / 1024000 * 0.0000166667 = 490.56098112
            $total = $units + $requests + $calls + $time = 46828.50818112
            """),
        WorkedBill(
            "All filtered: the pipe costs nothing but its reads",
            .one(),
            ordersPerSecondThousandths: 50_000,
            load: {
                $0.pipes["p"] = .init(passes: .none); $0.areStreamReadsPaid = true
            },
            total: "$90.53",
            """
            units = 50 * 2628000 = 131400000
            $units = units * 0.625 / 1000000 = 82.125
            reads = 1 * 4 * 4 * 2628000 = 42048000
            $reads = reads * 0.02 / 100000 = 8.4096
            $total = $units + $reads = 90.5346
            """),
        WorkedBill(
            "Nothing filtered, at a rate that fills batches",
            .one(),
            ordersPerSecondThousandths: 1000_000,
            total: "$3,184.26",
            """
            writes = 1000 * 2628000 = 2628000000
            units = writes = 2628000000
            $units = units * 0.625 / 1000000 = 1642.5
            requests = writes = 2628000000
            $requests = requests * 0.40 / 1000000 = 1051.2
            calls = max(ceil(writes / 10), min(writes, 4 * 4 * 2628000)) = 262800000 -- 100 a second for full batches, 16 to gather
            $calls = calls * 0.20 / 1000000 = 52.56
            time = calls * 100 * 1024 = 26910720000000
            $time = time / 1024000 * 0.0000166667 = 438.000876
            $total = $units + $requests + $calls + $time = 3184.260876
            """),
        WorkedBill(
            "Large batches with a window",
            .one {
                $0.pipes[0].batchSize = 500; $0.pipes[0].windowSeconds = 60
            },
            ordersPerSecondThousandths: 20_000,
            load: { $0.pipes["p"] = .init(passes: Share("0.3")!) },
            total: "$39.48",
            """
            writes = 20 * 2628000 = 52560000
            passed = ceil(writes * 0.3) = 15768000
            units = writes = 52560000
            $units = units * 0.625 / 1000000 = 32.85
            requests = passed = 15768000
            $requests = requests * 0.40 / 1000000 = 6.3072
            gatherings = ceil(4 * 2628000 / 60) = 175200 -- four lanes, once a minute each
            calls = max(ceil(passed / 500), min(passed, gatherings)) = 175200
            $calls = calls * 0.20 / 1000000 = 0.03504
            time = calls * 100 * 1024 = 17940480000
            $time = time / 1024000 * 0.0000166667 ≈ 0.29
            $total = $units + $requests + $calls + $time ≈ 39.48
            """),
        WorkedBill(
            "A batch fill that was measured goes before the reckoning",
            .one(),
            ordersPerSecondThousandths: 20_000,
            load: { $0.pipes["p"] = .init(passes: Share("0.3")!, batchFillThousandths: 7_500) },
            total: "$43.08",
            """
            writes = 20 * 2628000 = 52560000
            passed = ceil(writes * 0.3) = 15768000
            units = writes = 52560000
            $units = units * 0.625 / 1000000 = 32.85
            requests = passed = 15768000
            $requests = requests * 0.40 / 1000000 = 6.3072
            calls = ceil(passed / 7.5) = 2102400
            $calls = calls * 0.20 / 1000000 = 0.42048
            time = calls * 100 * 1024 = 215285760000
            $time = time / 1024000 * 0.0000166667 ≈ 3.50
            $total = $units + $requests + $calls + $time ≈ 43.08
            """),
        WorkedBill(
            "One call in eight fails and is made again; each record takes its time",
            .one(),
            ordersPerSecondThousandths: 30_000,
            load: {
                $0.retries = Share("0.125")!; $0.pipes["p"] = .init(passes: Share("0.5")!);
                $0.functions["f"] = .init(callMicroseconds: 5_000, recordMicroseconds: 2_500)
            },
            total: "$79.46",
            """
            writes = 30 * 2628000 = 78840000
            passed = ceil(writes * 0.5) = 39420000
            units = writes = 78840000
            $units = units * 0.625 / 1000000 = 49.275
            requests = passed = 39420000 -- a record enters the pipe once
            $requests = requests * 0.40 / 1000000 = 15.768
            batches = max(ceil(passed / 10), min(passed, 4 * 4 * 2628000)) = 39420000
            calls = batches + ceil(batches * 0.125) = 44347500
            $calls = calls * 0.20 / 1000000 = 8.8695
            worked = passed + ceil(passed * 0.125) = 44347500
            time = ceil(calls * 5 + worked * 2.5) * 1024 = 340588800000
            $time = time / 1024000 * 0.0000166667 ≈ 5.54
            $total = $units + $requests + $calls + $time ≈ 79.46
            """),
        WorkedBill(
            "arm64, with 512 MB",
            .one {
                $0.functions[0].architecture = .arm64; $0.functions[0].memoryMegabytes = 512
            },
            ordersPerSecondThousandths: 10_000,
            total: "$49.71",
            """
            writes = 10 * 2628000 = 26280000
            units = writes = 26280000
            $units = units * 0.625 / 1000000 = 16.425
            requests = writes = 26280000
            $requests = requests * 0.40 / 1000000 = 10.512
            calls = writes = 26280000
            $calls = calls * 0.20 / 1000000 = 5.256
            armtime = calls * 100 * 512 = 1345536000000
            $armtime = armtime / 1024000 * 0.0000133334 = 17.5200876
            $total = $units + $requests + $calls + $armtime = 49.7130876
            """),
        WorkedBill(
            "x86, with 512 MB",
            .one { $0.functions[0].memoryMegabytes = 512 },
            ordersPerSecondThousandths: 10_000,
            total: "$54.09",
            """
            writes = 10 * 2628000 = 26280000
            units = writes = 26280000
            $units = units * 0.625 / 1000000 = 16.425
            requests = writes = 26280000
            $requests = requests * 0.40 / 1000000 = 10.512
            calls = writes = 26280000
            $calls = calls * 0.20 / 1000000 = 5.256
            time = calls * 100 * 512 = 1345536000000
            $time = time / 1024000 * 0.0000166667 = 21.9000438
            $total = $units + $requests + $calls + $time = 54.0930438
            """),
        WorkedBill(
            "The largest memory and the smallest, in an enrichment before the target",
            .one {
                $0.functions[0].memoryMegabytes = 10_240;
                $0.functions.append(.init(name: "e", memoryMegabytes: 128, architecture: .arm64));
                $0.pipes[0].enrichment = "e"
            },
            ordersPerSecondThousandths: 10_000,
            load: { $0.functions["e"] = .init(callMicroseconds: 1_500, recordMicroseconds: 0) },
            total: "$475.52",
            """
            writes = 10 * 2628000 = 26280000
            units = writes = 26280000
            $units = units * 0.625 / 1000000 = 16.425
            requests = writes = 26280000
            $requests = requests * 0.40 / 1000000 = 10.512
            calls = writes * 2 = 52560000 -- both functions
            $calls = calls * 0.20 / 1000000 = 10.512
            armtime = writes * 1.5 * 128 = 5045760000
            $armtime = armtime / 1024000 * 0.0000133334 ≈ 0.07
            time = writes * 100 * 10240 = 26910720000000
            $time = time / 1024000 * 0.0000166667 = 438.000876
            $total = $units + $requests + $calls + $armtime + $time ≈ 475.52
            """),
        WorkedBill(
            "Messages to a FIFO queue and to a standard one",
            .one {
                $0.queues = [.init(name: "a.fifo", isFIFO: true), .init(name: "b", isFIFO: false)];
                $0.functions[0].queues = ["a.fifo", "b"]
            },
            ordersPerSecondThousandths: 7_000,
            load: {
                $0.pipes["p"] = .init(passes: Share("0.6")!); $0.messages[.init(function: "f", queue: "a.fifo")] = 501
            },
            total: "$58.06",
            """
            writes = 7 * 2628000 = 18396000
            passed = ceil(writes * 0.6) = 11037600
            units = writes = 18396000
            $units = units * 0.625 / 1000000 = 11.4975
            requests = passed = 11037600
            $requests = requests * 0.40 / 1000000 = 4.41504
            calls = passed = 11037600
            $calls = calls * 0.20 / 1000000 = 2.20752
            time = calls * 100 * 1024 = 1130250240000
            $time = time / 1024000 * 0.0000166667 ≈ 18.40
            fifo = ceil(passed * 0.501) * 3 = 16589514 -- sent, received, deleted
            $fifo = fifo * 0.50 / 1000000 = 8.294757
            standard = ceil(passed * 1) * 3 = 33112800
            $standard = standard * 0.40 / 1000000 = 13.24512
            $total = $units + $requests + $calls + $time + $fifo + $standard ≈ 58.06
            """),
        WorkedBill(
            "A queue behind the pipe: each 64 KB of a batch is a request",
            .one {
                $0.queues = [.init(name: "q", isFIFO: false)]; $0.functions = []; $0.pipes[0].target = .queue("q")
            },
            ordersPerSecondThousandths: 1000_000,
            load: {
                $0.updates = Share("0.5")!; $0.itemBytes = 8_192; $0.shards = 4
            },
            total: "$16,507.13",
            """
            writes = 1000 * 2628000 = 2628000000
            units = writes * 8 = 21024000000
            $units = units * 0.625 / 1000000 = 13140
            requests = writes = 2628000000
            $requests = requests * 0.40 / 1000000 = 1051.2
            changed = ceil(writes * 0.5) = 1314000000
            bytes = (writes - changed) * (1024 + 8192) + changed * (1024 + 2 * 8192) = 34983936000000
            batches = max(ceil(writes / 10), min(writes, 4 * 4 * 2628000)) = 262800000
            standard = max(batches, ceil(bytes / 65536)) + writes * 2 = 5789812500
            $standard = standard * 0.40 / 1000000 = 2315.925
            $total = $units + $requests + $standard = 16507.125
            """),
        WorkedBill(
            "Dead letters are sent to their queue and to no other",
            .one {
                $0.queues = [.init(name: "a.fifo", isFIFO: true), .init(name: "dead", isFIFO: false)];
                $0.functions[0].queues = ["a.fifo"]; $0.pipes[0].deadLetterQueue = "dead"
            },
            ordersPerSecondThousandths: 3_000,
            load: {
                $0.deadLetters = Share("0.01")!; $0.pipes["p"] = .init(passes: Share("0.75")!);
                $0.functions["f"] = .init(callMicroseconds: 0, recordMicroseconds: 4_000)
            },
            total: "$17.67",
            """
            writes = 3 * 2628000 = 7884000
            passed = ceil(writes * 0.75) = 5913000
            dead = ceil(passed * 0.01) = 59130
            units = writes = 7884000
            $units = units * 0.625 / 1000000 = 4.9275
            requests = passed = 5913000
            $requests = requests * 0.40 / 1000000 = 2.3652
            calls = passed = 5913000
            $calls = calls * 0.20 / 1000000 = 1.1826
            time = passed * 4 * 1024 = 24219648000
            $time = time / 1024000 * 0.0000166667 ≈ 0.39
            standard = dead = 59130
            $standard = standard * 0.40 / 1000000 = 0.023652
            fifo = (passed - dead) * 3 = 17561610
            $fifo = fifo * 0.50 / 1000000 = 8.780805
            $total = $units + $requests + $calls + $time + $standard + $fifo ≈ 17.67
            """),
        WorkedBill(
            "Other prices, from a file",
            .one(),
            ordersPerSecondThousandths: 10_000,
            prices: .other,
            total: "$84.18",
            """
            writes = 10 * 2628000 = 26280000
            units = writes = 26280000
            $units = units * 0.7 / 1000000 = 18.396
            requests = writes = 26280000
            $requests = requests * 0.44 / 1000000 = 11.5632
            calls = writes = 26280000
            $calls = calls * 0.23 / 1000000 = 6.0444
            time = calls * 100 * 1024 = 2691072000000
            $time = time / 1024000 * 0.0000183333 = 48.1799124
            $total = $units + $requests + $calls + $time = 84.1835124
            """),
        WorkedBill(
            "A year of orders with recovery and an index; logs for a month and for ever",
            .one {
                $0.table.hasPointInTimeRecovery = true; $0.table.indexes = [.init(isKeysOnly: true)];
                $0.functions[0].logRetentionDays = 30;
                $0.functions.append(.init(name: "e", memoryMegabytes: 1_024, architecture: .x86));
                $0.pipes[0].enrichment = "e"
            },
            ordersPerSecondThousandths: 100_000,
            load: {
                $0.updates = Share("0.5")!; $0.monthsKept = 12; $0.logBytesPerCall = 500;
                $0.pipes["p"] = .init(passes: Share("0.1")!); $0.functions["e"] = $0.functions["f"]
            },
            total: "$908.01",
            """
            writes = 100 * 2628000 = 262800000
            changed = ceil(writes * 0.5) = 131400000
            new = writes - changed = 131400000
            units = new * 2 + changed * 1 = 394200000 -- an index of keys is written for new orders
            $units = units * 0.625 / 1000000 = 246.375
            stored = new * 12 * ((600 + 100) + (100 + 100)) = 1419120000000
            $stored = stored / 1073741824 * 0.25 ≈ 330.41
            recovery = new * 12 * (600 + 100) = 1103760000000
            $recovery = recovery / 1073741824 * 0.20 ≈ 205.59
            passed = ceil(writes * 0.1) = 26280000
            requests = passed = 26280000
            $requests = requests * 0.40 / 1000000 = 10.512
            each = max(ceil(passed / 10), min(passed, 4 * 4 * 2628000)) = 26280000
            calls = each * 2 = 52560000
            $calls = calls * 0.20 / 1000000 = 10.512
            time = calls * 100 * 1024 = 5382144000000
            $time = time / 1024000 * 0.0000166667 = 87.6001752
            logs = calls * 500 = 26280000000
            $logs = logs / 1073741824 * 0.50 ≈ 12.24
            kept = ceil(each * 500 * 30 * 24 / 730) + each * 500 * 12 = 170640000000
            $kept = kept / 1073741824 * 0.03 ≈ 4.77
            $total = $units + $stored + $recovery + $requests + $calls + $time + $logs + $kept ≈ 908.01
            """),
        WorkedBill(
            "An order now and then: a part of a thing is a whole one",
            .one(),
            ordersPerSecondThousandths: 1,
            load: {
                $0.updates = Share("0.333333")!; $0.retries = Share("0.001")!;
                $0.pipes["p"] = .init(passes: Share("0.0101")!);
                $0.functions["f"] = .init(callMicroseconds: 1_001, recordMicroseconds: 1)
            },
            total: "$0.00",
            """
            writes = 0.001 * 2628000 = 2628
            units = writes = 2628
            $units = units * 0.625 / 1000000 = 0.0016425
            passed = ceil(writes * 0.0101) = 27
            requests = passed = 27
            $requests = requests * 0.40 / 1000000 = 0.0000108
            calls = passed + ceil(passed * 0.001) = 28
            $calls = calls * 0.20 / 1000000 = 0.0000056
            worked = passed + ceil(passed * 0.001) = 28
            time = ceil(calls * 1.001 + worked * 0.001) * 1024 = 29696
            $time = time / 1024000 * 0.0000166667 ≈ 0.00
            $total = $units + $requests + $calls + $time ≈ 0.00
            """),
        WorkedBill(
            "The whole template at 20 orders a second",
            .project,
            ordersPerSecondThousandths: 20_000,
            load: projectLoad,
            total: "$279.46",
            """
            writes = 20 * 2628000 = 52560000
            changed = ceil(writes * 0.72) = 37843200
            new = writes - changed = 14716800
            units = writes * 2 = 105120000 -- table and index
            $units = units * 0.625 / 1000000 = 65.7
            standardwanted = ceil(writes * 0.36) = 18921600
            premiumwanted = ceil(writes * 0.02) = 1051200
            functionwrites = premiumwanted * 2 * 2 = 4204800 -- a transaction's two units in two tables
            $functionwrites = functionwrites * 0.625 / 1000000 = 2.628
            functionreads = premiumwanted * 1 * 2 = 2102400
            $functionreads = functionreads * 0.125 / 1000000 = 0.2628
            stored = new * 12 * (600 + 100) * 2 = 247242240000
            $stored = stored / 1073741824 * 0.25 ≈ 57.57
            recovery = new * 12 * (600 + 100) = 123621120000
            $recovery = recovery / 1073741824 * 0.20 ≈ 23.03
            reads = 2 * 4 * 4 * 2628000 = 84096000
            $reads = reads * 0.02 / 100000 = 16.8192
            requests = standardwanted + premiumwanted = 19972800
            $requests = requests * 0.40 / 1000000 = 7.98912
            standardcalls = max(ceil(standardwanted / 10), min(standardwanted, 4 * 2 * 4 * 2628000)) = 18921600
            premiumcalls = max(ceil(premiumwanted / 5), min(premiumwanted, 4 * 1 * 4 * 2628000)) = 1051200
            calls = standardcalls + premiumcalls = 19972800
            $calls = calls * 0.20 / 1000000 = 3.99456
            standardtime = standardcalls * 5 + standardwanted * 10 = 283824000
            premiumtime = premiumcalls * 5 + premiumwanted * 10 = 15768000
            time = (standardtime + premiumtime) * 256 = 76695552000
            $time = time / 1024000 * 0.0000166667 ≈ 1.25
            fifo = standardwanted * 3 * 3 + premiumwanted * 2 * 3 = 176601600 -- three queues and two, three requests a message
            $fifo = fifo * 0.50 / 1000000 = 88.3008
            logs = calls * 500 = 9986400000
            $logs = logs / 1073741824 * 0.50 ≈ 4.65
            kept = ceil(standardcalls * 500 * 30 * 24 / 730) + ceil(premiumcalls * 500 * 30 * 24 / 730) = 9849600000
            $kept = kept / 1073741824 * 0.03 ≈ 0.28
            metrics = 6 = 6
            $metrics = metrics * 0.30 = 1.8
            alarms = 22 = 22
            $alarms = alarms * 0.10 = 2.2
            boards = 1 = 1
            $boards = boards * 3 = 3
            $total = $units + $functionwrites + $functionreads + $stored + $recovery + $reads + $requests + $calls + $time + $fifo + $logs + $kept + $metrics + $alarms + $boards ≈ 279.46
            """),
        WorkedBill(
            "The same with filters in the functions: every record calls both",
            .project,
            ordersPerSecondThousandths: 20_000,
            load: projectLoad,
            .filtersInFunctions,
            total: "$289.54",
            """
            writes = 20 * 2628000 = 52560000
            changed = ceil(writes * 0.72) = 37843200
            new = writes - changed = 14716800
            units = writes * 2 = 105120000 -- table and index
            $units = units * 0.625 / 1000000 = 65.7
            standardwanted = ceil(writes * 0.36) = 18921600
            premiumwanted = ceil(writes * 0.02) = 1051200
            functionwrites = premiumwanted * 2 * 2 = 4204800 -- a transaction's two units in two tables
            $functionwrites = functionwrites * 0.625 / 1000000 = 2.628
            functionreads = premiumwanted * 1 * 2 = 2102400
            $functionreads = functionreads * 0.125 / 1000000 = 0.2628
            stored = new * 12 * (600 + 100) * 2 = 247242240000
            $stored = stored / 1073741824 * 0.25 ≈ 57.57
            recovery = new * 12 * (600 + 100) = 123621120000
            $recovery = recovery / 1073741824 * 0.20 ≈ 23.03
            standardcalls = max(ceil(writes / 10), min(writes, 4 * 2 * 4 * 2628000)) = 52560000
            premiumcalls = max(ceil(writes / 5), min(writes, 4 * 1 * 4 * 2628000)) = 42048000
            calls = standardcalls + premiumcalls = 94608000
            $calls = calls * 0.20 / 1000000 = 18.9216
            standardtime = standardcalls * 5 + standardwanted * 10 = 452016000
            premiumtime = premiumcalls * 5 + premiumwanted * 10 = 220752000
            time = (standardtime + premiumtime) * 256 = 172228608000
            $time = time / 1024000 * 0.0000166667 ≈ 2.80
            fifo = standardwanted * 3 * 3 + premiumwanted * 2 * 3 = 176601600 -- three queues and two, three requests a message
            $fifo = fifo * 0.50 / 1000000 = 88.3008
            logs = calls * 500 = 47304000000
            $logs = logs / 1073741824 * 0.50 ≈ 22.03
            kept = ceil(standardcalls * 500 * 30 * 24 / 730) + ceil(premiumcalls * 500 * 30 * 24 / 730) = 46656000000
            $kept = kept / 1073741824 * 0.03 ≈ 1.30
            metrics = 6 = 6
            $metrics = metrics * 0.30 = 1.8
            alarms = 22 = 22
            $alarms = alarms * 0.10 = 2.2
            boards = 1 = 1
            $boards = boards * 3 = 3
            $total = $units + $functionwrites + $functionreads + $stored + $recovery + $calls + $time + $fifo + $logs + $kept + $metrics + $alarms + $boards ≈ 289.54
            """),
        WorkedBill(
            "The same with pipes that filter nothing",
            .project,
            ordersPerSecondThousandths: 20_000,
            load: projectLoad,
            .withoutFilters,
            total: "$348.41",
            """
            writes = 20 * 2628000 = 52560000
            changed = ceil(writes * 0.72) = 37843200
            new = writes - changed = 14716800
            units = writes * 2 = 105120000 -- table and index
            $units = units * 0.625 / 1000000 = 65.7
            standardwanted = ceil(writes * 0.36) = 18921600
            premiumwanted = ceil(writes * 0.02) = 1051200
            functionwrites = premiumwanted * 2 * 2 = 4204800 -- a transaction's two units in two tables
            $functionwrites = functionwrites * 0.625 / 1000000 = 2.628
            functionreads = premiumwanted * 1 * 2 = 2102400
            $functionreads = functionreads * 0.125 / 1000000 = 0.2628
            stored = new * 12 * (600 + 100) * 2 = 247242240000
            $stored = stored / 1073741824 * 0.25 ≈ 57.57
            recovery = new * 12 * (600 + 100) = 123621120000
            $recovery = recovery / 1073741824 * 0.20 ≈ 23.03
            reads = 2 * 4 * 4 * 2628000 = 84096000
            $reads = reads * 0.02 / 100000 = 16.8192
            requests = writes + writes = 105120000
            $requests = requests * 0.40 / 1000000 = 42.048
            standardcalls = max(ceil(writes / 10), min(writes, 4 * 2 * 4 * 2628000)) = 52560000
            premiumcalls = max(ceil(writes / 5), min(writes, 4 * 1 * 4 * 2628000)) = 42048000
            calls = standardcalls + premiumcalls = 94608000
            $calls = calls * 0.20 / 1000000 = 18.9216
            standardtime = standardcalls * 5 + standardwanted * 10 = 452016000
            premiumtime = premiumcalls * 5 + premiumwanted * 10 = 220752000
            time = (standardtime + premiumtime) * 256 = 172228608000
            $time = time / 1024000 * 0.0000166667 ≈ 2.80
            fifo = standardwanted * 3 * 3 + premiumwanted * 2 * 3 = 176601600 -- three queues and two, three requests a message
            $fifo = fifo * 0.50 / 1000000 = 88.3008
            logs = calls * 500 = 47304000000
            $logs = logs / 1073741824 * 0.50 ≈ 22.03
            kept = ceil(standardcalls * 500 * 30 * 24 / 730) + ceil(premiumcalls * 500 * 30 * 24 / 730) = 46656000000
            $kept = kept / 1073741824 * 0.03 ≈ 1.30
            metrics = 6 = 6
            $metrics = metrics * 0.30 = 1.8
            alarms = 22 = 22
            $alarms = alarms * 0.10 = 2.2
            boards = 1 = 1
            $boards = boards * 3 = 3
            $total = $units + $functionwrites + $functionreads + $stored + $recovery + $reads + $requests + $calls + $time + $fifo + $logs + $kept + $metrics + $alarms + $boards ≈ 348.41
            """),
        WorkedBill(
            "The whole template at 15,000 orders a second",
            .project,
            ordersPerSecondThousandths: 15_000_000,
            load: projectLoad,
            total: "$185,535.67",
            """
            writes = 15000 * 2628000 = 39420000000
            changed = ceil(writes * 0.72) = 28382400000
            new = writes - changed = 11037600000
            units = writes * 2 = 78840000000 -- table and index
            $units = units * 0.625 / 1000000 = 49275
            standardwanted = ceil(writes * 0.36) = 14191200000
            premiumwanted = ceil(writes * 0.02) = 788400000
            functionwrites = premiumwanted * 2 * 2 = 3153600000 -- a transaction's two units in two tables
            $functionwrites = functionwrites * 0.625 / 1000000 = 1971
            functionreads = premiumwanted * 1 * 2 = 1576800000
            $functionreads = functionreads * 0.125 / 1000000 = 197.1
            stored = new * 12 * (600 + 100) * 2 = 185431680000000
            $stored = stored / 1073741824 * 0.25 ≈ 43174.18
            recovery = new * 12 * (600 + 100) = 92715840000000
            $recovery = recovery / 1073741824 * 0.20 ≈ 17269.67
            shards = ceil(15000 * 1 / 1000) = 15
            reads = 2 * shards * 4 * 2628000 = 315360000
            $reads = reads * 0.02 / 100000 = 63.072
            requests = standardwanted + premiumwanted = 14979600000
            $requests = requests * 0.40 / 1000000 = 5991.84
            standardcalls = max(ceil(standardwanted / 10), min(standardwanted, shards * 2 * 4 * 2628000)) = 1419120000
            premiumcalls = max(ceil(premiumwanted / 5), min(premiumwanted, shards * 1 * 4 * 2628000)) = 157680000
            calls = standardcalls + premiumcalls = 1576800000
            $calls = calls * 0.20 / 1000000 = 315.36
            standardtime = standardcalls * 5 + standardwanted * 10 = 149007600000
            premiumtime = premiumcalls * 5 + premiumwanted * 10 = 8672400000
            time = (standardtime + premiumtime) * 256 = 40366080000000
            $time = time / 1024000 * 0.0000166667 = 657.001314
            fifo = standardwanted * 3 * 3 + premiumwanted * 2 * 3 = 132451200000 -- three queues and two, three requests a message
            $fifo = fifo * 0.50 / 1000000 = 66225.6
            logs = calls * 500 = 788400000000
            $logs = logs / 1073741824 * 0.50 ≈ 367.13
            kept = ceil(standardcalls * 500 * 30 * 24 / 730) + ceil(premiumcalls * 500 * 30 * 24 / 730) = 777600000000
            $kept = kept / 1073741824 * 0.03 ≈ 21.73
            metrics = 6 = 6
            $metrics = metrics * 0.30 = 1.8
            alarms = 22 = 22
            $alarms = alarms * 0.10 = 2.2
            boards = 1 = 1
            $boards = boards * 3 = 3
            $total = $units + $functionwrites + $functionreads + $stored + $recovery + $reads + $requests + $calls + $time + $fifo + $logs + $kept + $metrics + $alarms + $boards ≈ 185535.67
            """),
    ]
}
