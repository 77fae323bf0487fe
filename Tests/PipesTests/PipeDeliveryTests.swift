import Clocks
import Testing

@testable import Pipes

/// The pipe with its shell: what arrives at the target, and when.
@Suite(.timeLimit(.minutes(1))) struct PipeDeliveryTests {
    @Test func everythingIsDeliveredOnceAndInOrder() async throws {
        let rig = PipeRig(Samples.records(1...25))
        let pipe = rig.pipe(try Samples.configuration(batchSize: 10))
        try await rig.running(pipe) {
            try await rig.until("the backlog is delivered") { pipe.snapshot.isDrained }
            #expect(rig.target.batches == [Array(1...10), Array(11...20), Array(21...25)])
            // A commit wakes the reader.
            rig.shard.append(Samples.records(26...27))
            try await rig.until("what comes later is delivered") { rig.target.batches.count >= 4 }
            try await rig.until("and settled") { pipe.snapshot.isDrained }
        }
        #expect(rig.target.batches.flatMap { $0 } == Array(1...27))
        let counts = pipe.snapshot.counts
        #expect([counts.read, counts.delivered, counts.inFlight, counts.retried] == [27, 27, 0, 0])
        #expect(counts.invocations == rig.target.batches.count)
        #expect(try rig.saved == Checkpoint(sequence: 27, counts: counts))
        #expect(rig.queue.bodies == [])
    }

    @Test func whatTheFilterDropsIsCountedAndNotSent() async throws {
        let records = (UInt64(1)...9).map { Samples.record($0, name: $0 % 3 == 0 ? "MODIFY" : "INSERT") }
        let rig = PipeRig(records)
        let pipe = rig.pipe(try Samples.configuration(patterns: [#"{"eventName":["MODIFY"]}"#]))
        try await rig.running(pipe) {
            try await rig.until("all is read") { pipe.snapshot.isDrained && pipe.snapshot.counts.read == 9 }
        }
        #expect(rig.target.batches.flatMap { $0 } == [3, 6, 9])
        #expect(pipe.snapshot.counts.filteredOut == 6)
        #expect(try rig.saved?.sequence == 9)
    }

    /// A record that is damaged on disk matches nothing and does not hold up the rest.
    @Test func aRecordThatIsNoJSONIsPassedOver() async throws {
        var records = Samples.records(1...3)
        records[1].json = Array("{".utf8)
        let rig = PipeRig(records)
        let pipe = rig.pipe(try Samples.configuration(patterns: [#"{"eventName":["INSERT"]}"#]))
        try await rig.running(pipe) {
            try await rig.until("all is read") { pipe.snapshot.isDrained && pipe.snapshot.counts.read == 3 }
        }
        #expect(rig.target.batches.flatMap { $0 } == [1, 3])
    }

    /// A record with more array elements than can be joined is delivered, for the function to decide.
    @Test func aRecordThatIsTooMuchToJudgeIsDelivered() async throws {
        var records = Samples.records(1...3)
        let first = Array(repeating: #"["x"]"#, count: 1_000).joined(separator: ",")
        let second = Array(repeating: #"{"c":"y","d":"q"}"#, count: 1_000).joined(separator: ",")
        records[1].json = Array(
            #"{"eventID":"\#(Samples.eventID(2))","l":[\#(first),{"a":"z"}],"l-x":[\#(second)]}"#.utf8)
        let rig = PipeRig(records)
        let pattern = #"{"l":["x"],"l-x":{"c":["y"],"d":["q"]},"l.a":["z"]}"#
        let pipe = rig.pipe(try Samples.configuration(patterns: [pattern]))
        try await rig.running(pipe) {
            try await rig.until("all is read") { pipe.snapshot.isDrained && pipe.snapshot.counts.read == 3 }
        }
        #expect(rig.target.batches.flatMap { $0 } == [2])
    }

    @Test func aFailedBatchIsSentAgainAfterItsPause() async throws {
        let rig = PipeRig(Samples.records(1...2)) { call, _ in call == 1 ? .failed(reason: "raised") : .succeeded }
        let pipe = rig.pipe(try Samples.configuration())
        try await rig.running(pipe) {
            // Nothing is settled, so nothing but the retry sleeps.
            try await rig.until("the retry waits") { rig.time.sleeperCount == 1 }
            rig.time.advance(by: RetryPolicy.firstDelay / 2 - .microseconds(1))
            for _ in 0..<100 { await Task.yield() }
            #expect(rig.target.batches == [[1, 2]])
            let waited = try await rig.advance(until: "the retry is delivered") { pipe.snapshot.isDrained }
            #expect(waited <= RetryPolicy.firstDelay / 2 + .milliseconds(100))
        }
        #expect(rig.target.batches == [[1, 2], [1, 2]])
        #expect(pipe.snapshot.counts.retried == 2)
        #expect(pipe.snapshot.counts.delivered == 2)
    }

    @Test func onlyTheNamedRecordsAreSentAgain() async throws {
        let rig = PipeRig(Samples.records(1...3)) { call, _ in
            call == 1
                ? BatchOutcome(
                    answer: PartialBatchAnswer(
                        payload: Array(
                            #"{"batchItemFailures":[{"itemIdentifier":"\#(Samples.sequenceNumber(2))"}]}"#.utf8)))
                : .succeeded
        }
        let pipe = rig.pipe(try Samples.configuration())
        try await rig.running(pipe) {
            try await rig.until("the first call") { pipe.snapshot.counts.delivered == 2 }
            _ = try await rig.advance(until: "the retry is delivered") { pipe.snapshot.isDrained }
        }
        #expect(rig.target.batches == [[1, 2, 3], [2]])
    }

    @Test func aWindowGathersUntilItCloses() async throws {
        let rig = PipeRig(Samples.records(1...2))
        let pipe = rig.pipe(try Samples.configuration(window: .seconds(5)))
        try await rig.running(pipe) {
            try await rig.until("the window is open") { rig.time.sleeperCount == 1 }
            rig.time.advance(by: .seconds(4))
            rig.shard.append(Samples.records(3...3))
            try await rig.until("the third record waits too") { pipe.snapshot.counts.read == 3 }
            #expect(rig.target.batches == [])
            rig.time.advance(by: .seconds(1))
            try await rig.until("the window has closed") { pipe.snapshot.isDrained }
        }
        #expect(rig.target.batches == [[1, 2, 3]])
    }

    /// Each record is reported at its first arrival: not when the target was never reached, and not again on a retry.
    @Test func latencyIsOfTheFirstArrival() async throws {
        let rig = PipeRig(Samples.records(1...2)) { call, _ in
            switch call {
            case 1: .notReached(reason: "throttled")
            case 2: .failed(reason: "raised")
            default: .succeeded
            }
        }
        let pipe = rig.pipe(try Samples.configuration(retries: 1))
        try await rig.running(pipe) {
            try await rig.until("the first try") { rig.target.batches.count == 1 }
            #expect(rig.observer.entries == [])
            _ = try await rig.advance(until: "delivered in the end") { pipe.snapshot.isDrained }
        }
        #expect(rig.target.batches.count == 3)
        #expect(rig.queue.bodies == [], "the throttled call cost no attempt")
        #expect(rig.observer.entries.count == 2)
        for entry in rig.observer.entries {
            #expect(entry.pipe == "orders")
            #expect(entry.arrival == Samples.start)
            #expect(entry.at >= Samples.start + RetryPolicy.firstDelay / 2)
        }
    }

    /// Two items in two lanes: one that fails does not hold up the other.
    @Test func aFailingItemHoldsOnlyItsLane() async throws {
        let records = (UInt64(1)...20).map { Samples.record($0, item: $0 % 2) }
        let rig = PipeRig(records) { _, batch in batch[0] % 2 == 0 ? .failed(reason: "raised") : .succeeded }
        let pipe = rig.pipe(try Samples.configuration(batchSize: 1, lanes: 2))
        try await rig.running(pipe) {
            try await rig.until("the good item is through") { pipe.snapshot.counts.delivered == 10 }
        }
        #expect(rig.target.batches.filter { $0 != [2] } == stride(from: 1, to: 20, by: 2).map { [UInt64($0)] })
        #expect(try rig.saved?.sequence == 1, "the checkpoint waits for the failing item")
    }

    @Test func eachShardHasItsOwnPlace() async throws {
        let rig = PipeRig(Samples.records(1...3))
        let other = MemoryShard(shardID: "shardId-2", Samples.records(100...101))
        let pipe = rig.pipe(try Samples.configuration(), shards: [rig.shard, other])
        try await rig.running(pipe) {
            try await rig.until("both are drained") { pipe.snapshot.isDrained && pipe.snapshot.counts.read == 5 }
        }
        #expect(Set(rig.target.batches) == [[1, 2, 3], [100, 101]], "a batch never mixes shards")
        #expect(try rig.saved?.sequence == 3)
        #expect(try rig.checkpoints.load(pipe: "orders", shardID: "shardId-2")?.sequence == 101)
    }
}
