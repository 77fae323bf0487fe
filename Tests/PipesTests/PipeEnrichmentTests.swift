import Clocks
import Testing

@testable import Pipes

/// The way of a batch through enrichment and templates to the target.
@Suite(.timeLimit(.minutes(1))) struct PipeEnrichmentTests {
    private static func configuration(
        batchSize: Int = 10, retries: Int = -1, bisects: Bool = false, asks: String? = nil, tells: String? = nil,
        to kind: PipeStage.Kind = .function, enriches: Bool = true
    ) throws -> PipeConfiguration {
        var configuration = try Samples.configuration(batchSize: batchSize, retries: retries, bisects: bisects)
        if enriches {
            configuration.enrichment = PipeStage(
                .function, arn: "arn:enrichment", template: try asks.map(InputTemplate.init))
        }
        configuration.target = PipeStage(kind, arn: "arn:target", template: try tells.map(InputTemplate.init))
        return configuration
    }

    /// Runs a pipe over records until all are settled.
    private func drain(_ rig: PipeRig, _ pipe: Pipe) async throws {
        try await rig.running(pipe) {
            _ = try await rig.advance(until: "everything is settled") {
                pipe.snapshot.isDrained && pipe.snapshot.counts.read > 0
            }
        }
    }

    // MARK: The stages

    @Test func eachStageGetsWhatTheOneBeforeGave() async throws {
        let rig = PipeRig(Samples.records(1...2))
        let target = RecordingTarget()
        let enrichment = ScriptedEnrichment(time: rig.time) { _, _ in .answered(Array(#" [ {"a":1}, "b" ,3] "#.utf8)) }
        let configuration = try Self.configuration(
            asks: #"{"id":<$.eventID>,"by":<aws.pipes.enrichment-arn>}"#,
            tells: #"{"was":<aws.pipes.event>,"a":<$.a>,"to":<aws.pipes.target-arn>,"from":<aws.pipes.source-arn>}"#)
        let pipe = rig.pipe(configuration, target: target, enrichment: enrichment)
        try await drain(rig, pipe)
        let ids = [UInt64(1), 2].map { #"{"id":"\#(Samples.eventID($0))","by":"arn:enrichment"}"# }
        #expect(enrichment.payloads == ["[\(ids[0]),\(ids[1])]"])
        let end = #","to":"arn:target","from":"\#(rig.shard.streamARN)"}"#
        #expect(
            target.payloads == [#"[{"was":{"a":1},"a":1\#(end),{"was":"b"\#(end),{"was":3\#(end)]"#])
        #expect(pipe.snapshot.counts.delivered == 2)
    }

    @Test func withoutTemplatesTheBytesAreThoseOfTheRecords() async throws {
        let rig = PipeRig(Samples.records(1...2))
        let target = RecordingTarget()
        let enrichment = ScriptedEnrichment(time: rig.time) { _, payload in .answered(Array(payload.utf8)) }
        let pipe = rig.pipe(try Self.configuration(), target: target, enrichment: enrichment)
        try await drain(rig, pipe)
        let payload = String(decoding: TargetBatch(Samples.records(1...2)).payload, as: UTF8.self)
        #expect(enrichment.payloads == [payload])
        #expect(target.payloads == [payload])
    }

    @Test func aTemplateNeedsNoEnrichment() async throws {
        let rig = PipeRig(Samples.records(1...2))
        let target = RecordingTarget()
        let pipe = rig.pipe(try Self.configuration(tells: "order <$.eventName>", enriches: false), target: target)
        try await drain(rig, pipe)
        #expect(target.payloads == [#"["order INSERT","order INSERT"]"#])
    }

    @Test(arguments: ["", " ", #""""#, "{}", "{ }", "[]", " [ ] ", "null"])
    func anEmptyAnswerIsTheEnd(_ answer: String) async throws {
        let rig = PipeRig(Samples.records(1...3))
        let enrichment = ScriptedEnrichment(time: rig.time) { _, _ in .answered(Array(answer.utf8)) }
        let pipe = rig.pipe(try Self.configuration(), enrichment: enrichment)
        try await drain(rig, pipe)
        #expect(rig.target.batches == [], "the target is not called")
        #expect(enrichment.payloads.count == 1)
        let counts = pipe.snapshot.counts
        #expect([counts.delivered, counts.deadLettered, counts.retried] == [3, 0, 0])
        #expect(try rig.saved?.sequence == 3)
    }

    @Test(arguments: [
        ("[{}]", "[{}]"), ("[[]]", "[[]]"), ("[null]", "[null]"), (#"{"a":[1]}"#, #"[{"a":[1]}]"#), ("17", "[17]"),
        (#""text""#, #"["text"]"#), ("false", "[false]"), (#"[{"a":"]"},2]"#, #"[{"a":"]"},2]"#),
    ])
    func anAnswerThatIsNotEmptyReachesTheTarget(_ answer: String, _ payload: String) async throws {
        let rig = PipeRig(Samples.records(1...3))
        let target = RecordingTarget()
        let enrichment = ScriptedEnrichment(time: rig.time) { _, _ in .answered(Array(answer.utf8)) }
        try await drain(rig, rig.pipe(try Self.configuration(), target: target, enrichment: enrichment))
        #expect(target.payloads == [payload])
    }

    // MARK: Failures

    @Test(arguments: ["[1,", "done", "[1]x", "{\"a\":}", "[1 2]", "[,]"])
    func anAnswerThatIsNoJSONFailsTheBatch(_ answer: String) async throws {
        let rig = PipeRig(Samples.records(1...2))
        let enrichment = ScriptedEnrichment(time: rig.time) { _, _ in .answered(Array(answer.utf8)) }
        let pipe = rig.pipe(try Self.configuration(retries: 1), enrichment: enrichment)
        try await drain(rig, pipe)
        #expect(rig.target.batches == [])
        #expect(enrichment.payloads.count == 2, "each attempt runs the enrichment")
        #expect(pipe.snapshot.counts.deadLettered == 2)
        #expect(rig.queue.records.first?.lastError?.contains("the enrichment's answer is not JSON") == true)
        #expect(rig.queue.records.first?.requestID == "enrichment 2")
    }

    @Test func anAnswerBeyondSixMegabytesFailsTheBatch() async throws {
        let rig = PipeRig()
        let target = RecordingTarget()
        let most = PipeConfiguration.payloadBytesMax
        let enrichment = ScriptedEnrichment(time: rig.time) { call, _ in
            .answered(Array("\"\(String(repeating: "x", count: call == 1 ? most - 1 : most - 2))\"".utf8))
        }
        let configuration = try Self.configuration()
        let stages = PipeStages(
            configuration, rig.borders(configuration, target: target, enrichment: enrichment), sourceARN: "arn:source")
        let batch = Batch(records: Samples.records(1...1))
        #expect(
            await stages.invoke(batch).outcome
                == .failed(reason: "enrichment: the answer has \(most + 1) bytes; \(most) are allowed"))
        // An answer of the size allowed is one element, which the brackets of the payload make too long for the target.
        #expect(
            await stages.invoke(batch).outcome
                == .failed(reason: "the payload for the target has \(most + 2) bytes; \(most) are allowed"))
        #expect(target.payloads == [])
    }

    /// A failure costs an attempt, a call that never reached the enrichment does not.
    @Test func whatFailsIsTriedAgainFromTheEnrichmentOn() async throws {
        let rig = PipeRig(Samples.records(1...2)) { call, _ in call == 1 ? .failed(reason: "raised") : .succeeded }
        let enrichment = ScriptedEnrichment(time: rig.time) { call, payload in
            switch call {
            case 1: .notReached(reason: "throttled")
            case 2: .failed(reason: "raised")
            default: .answered(Array(payload.utf8))
            }
        }
        let pipe = rig.pipe(try Self.configuration(retries: 2), enrichment: enrichment)
        try await drain(rig, pipe)
        #expect(enrichment.payloads.count == 4)
        #expect(rig.target.batches == [[1, 2], [1, 2]])
        #expect(pipe.snapshot.counts.delivered == 2)
        #expect(rig.observer.entries.count == 2, "each record's first arrival at a function is told once")
    }

    /// The function names records by what the enrichment left of them.
    @Test func partialAnswersAreMappedThroughTheEnrichment() async throws {
        let rig = PipeRig(Samples.records(1...3)) { call, _ in
            call == 1 ? .partlyFailed(identifiers: [Samples.eventID(2)]) : .succeeded
        }
        let enrichment = ScriptedEnrichment(time: rig.time) { _, payload in .answered(Array(payload.utf8)) }
        let pipe = rig.pipe(try Self.configuration(), enrichment: enrichment)
        try await drain(rig, pipe)
        #expect(rig.target.batches == [[1, 2, 3], [2]])
        #expect(enrichment.payloads.count == 2, "the retry runs the enrichment too")
    }

    /// A template may make more of a record than a payload holds: bisection finds the size that goes.
    @Test func aPayloadThatATemplateMadeTooLongFailsTheBatch() async throws {
        let records = (UInt64(1)...4).map { Samples.record($0, bytes: 200_000) }
        let rig = PipeRig(records)
        let target = RecordingTarget()
        let configuration = try Self.configuration(
            retries: 0, bisects: true, tells: "[<$>,<$>,<$>]", to: .event, enriches: false)
        let pipe = rig.pipe(configuration, target: target)
        try await drain(rig, pipe)
        #expect(target.payloads.count == 4)
        #expect(pipe.snapshot.counts.deadLettered == 0)
        #expect(pipe.snapshot.shards[0].lastFailure?.reason.contains("1048576 are allowed") == true)
    }

    private static let manyEvents = "[" + Array(repeating: "<aws.pipes.event>", count: 400).joined(separator: ",") + "]"

    /// A template may make a thousand times as much of a batch as a payload holds: it is not made.
    @Test(arguments: [true, false]) func whatIsTooLongIsNotMadeToItsEnd(_ enriches: Bool) async throws {
        let rig = PipeRig()
        let target = RecordingTarget()
        let enrichment = ScriptedEnrichment(time: rig.time) { _, payload in .answered(Array(payload.utf8)) }
        let configuration = try Self.configuration(
            asks: enriches ? Self.manyEvents : nil, tells: Self.manyEvents, enriches: enriches)
        let stages = PipeStages(
            configuration, rig.borders(configuration, target: target, enrichment: enrichment), sourceARN: "arn:source")
        let records = (UInt64(1)...10).map { Samples.record($0, bytes: 300_000) }
        let place = enriches ? "enrichment" : "target"
        #expect(
            await stages.invoke(Batch(records: records)).outcome
                == .failed(reason: "the payload for the \(place) has more than 6291456 bytes; 6291456 are allowed"))
        #expect(enrichment.payloads == [] && target.payloads == [])
    }

    // MARK: Queues

    /// A message that no queue takes is cut, and stays one that none takes; its neighbours are whole.
    @Test func aMessageThatIsTooLongIsNotMadeToItsEnd() async throws {
        let rig = PipeRig()
        let messages = MemoryMessages()
        let configuration = try Self.configuration(tells: Self.manyEvents, to: .queue, enriches: false)
        let stages = PipeStages(
            configuration, rig.borders(configuration, target: QueueTarget(messages, time: rig.time)),
            sourceARN: "arn:source")
        let records = [Samples.record(1, bytes: 300_000), Samples.record(2, bytes: 1_000)]
        #expect(await stages.invoke(Batch(records: records)).outcome == .succeeded)
        let sizes = messages.bodies.map(\.utf8.count)
        try #require(sizes.count == 2)
        #expect((6 << 20...7 << 20).contains(sizes[0]))
        #expect(sizes[1] == 400 * 1_001 + 1)
    }

    @Test func aQueueGetsAMessageForEachElement() async throws {
        let rig = PipeRig(Samples.records(1...2))
        let messages = MemoryMessages()
        let plain = rig.pipe(
            try Self.configuration(to: .queue, enriches: false), target: QueueTarget(messages, time: rig.time))
        try await drain(rig, plain)
        #expect(messages.bodies == Samples.records(1...2).map { String(decoding: $0.json, as: UTF8.self) })

        let other = PipeRig(Samples.records(1...1))
        let texts = MemoryMessages()
        let told = other.pipe(
            try Self.configuration(tells: "say \"<$.eventName>\"\n", to: .queue, enriches: false),
            target: QueueTarget(texts, time: other.time))
        try await drain(other, told)
        #expect(texts.bodies == ["say \"INSERT\"\n"], "a text is sent as it is")
        #expect(other.observer.entries.count == 1)
    }

    @Test func whatAQueueRefusesIsSentAgainAlone() async throws {
        let rig = PipeRig(Samples.records(1...3))
        let messages = MemoryMessages { call, _ in call == 2 || call == 4 }
        let pipe = rig.pipe(
            try Self.configuration(tells: "<$.eventID>", to: .queue, enriches: false),
            target: QueueTarget(messages, time: rig.time))
        try await drain(rig, pipe)
        #expect(messages.bodies == [1, 3, 2].map(Samples.eventID))
        let counts = pipe.snapshot.counts
        #expect([counts.delivered, counts.retried, counts.invocations] == [3, 2, 3])
    }

    @Test func aMessageThatNoQueueTakesIsGivenUpAlone() async throws {
        let rig = PipeRig(Samples.records(1...3))
        let refused = Samples.eventID(2)
        let messages = MemoryMessages { _, body in body.contains(refused) }
        let pipe = rig.pipe(
            try Self.configuration(retries: 1, to: .queue, enriches: false),
            target: QueueTarget(messages, time: rig.time))
        try await drain(rig, pipe)
        #expect(messages.bodies.count == 2)
        #expect([pipe.snapshot.counts.delivered, pipe.snapshot.counts.deadLettered] == [2, 1])
        #expect(rig.queue.records.first?.lastError == "the message is refused")
    }

    /// A queue that cannot be reached is no fault of the messages: no attempt is counted, and nothing is given up.
    @Test func aQueueThatCannotBeReachedCostsNoAttempt() async throws {
        let rig = PipeRig(Samples.records(1...2))
        let messages = MemoryMessages()
        messages.setBroken(true)
        let pipe = rig.pipe(
            try Self.configuration(retries: 0, to: .queue, enriches: false),
            target: QueueTarget(messages, time: rig.time))
        try await rig.running(pipe) {
            _ = try await rig.advance(until: "it is tried five times") { messages.callCount == 5 }
            #expect(pipe.snapshot.counts.deadLettered == 0)
            #expect(pipe.snapshot.shards[0].lastFailure?.attempts == 0)
            messages.setBroken(false)
            _ = try await rig.advance(until: "all is settled") { pipe.snapshot.isDrained }
        }
        #expect(messages.bodies.count == 2)
        #expect(pipe.snapshot.counts.delivered == 2)
    }

    /// Behind an enrichment an element's own eventID says whose it is; without one the whole batch fails.
    @Test(arguments: [true, false]) func refusedMessagesBehindAnEnrichment(_ keepsIDs: Bool) async throws {
        let rig = PipeRig(Samples.records(1...2))
        let messages = MemoryMessages { call, _ in call == 2 }
        let enrichment = ScriptedEnrichment(time: rig.time) { call, payload in
            .answered(Array((keepsIDs ? payload : #"["a\#(call)","b\#(call)"]"#).utf8))
        }
        let pipe = rig.pipe(
            try Self.configuration(to: .queue), target: QueueTarget(messages, time: rig.time), enrichment: enrichment)
        try await drain(rig, pipe)
        #expect(messages.bodies.count == (keepsIDs ? 2 : 3))
        if !keepsIDs { #expect(messages.bodies == ["a1", "a2", "b2"]) }
        #expect(pipe.snapshot.counts.delivered == 2)
    }

    @Test func moreElementsThanAQueueTakesFailTheBatch() async throws {
        let rig = PipeRig(Samples.records(1...1))
        let messages = MemoryMessages()
        let enrichment = ScriptedEnrichment(time: rig.time) { call, _ in
            let count = call == 1 ? 11 : 10
            return .answered(Array("[\(Array(repeating: "1", count: count).joined(separator: ","))]".utf8))
        }
        let pipe = rig.pipe(
            try Self.configuration(to: .queue), target: QueueTarget(messages, time: rig.time), enrichment: enrichment)
        try await drain(rig, pipe)
        #expect(enrichment.payloads.count == 2)
        #expect(messages.bodies == Array(repeating: "1", count: 10))
        #expect(pipe.snapshot.shards[0].lastFailure?.reason == "the enrichment gave 11 elements; the target takes 10")
    }

    /// What one call of the first stage takes bounds what a lane gathers.
    @Test func theFirstStageBoundsTheBatch() throws {
        func gathered(_ configuration: PipeConfiguration) -> Int {
            var lane = Lane()
            for sequence in UInt64(1)...10 {
                lane.enqueue(Samples.record(sequence, bytes: 300_000), now: Samples.start)
            }
            guard case .invoke(let batch) = lane.next(now: Samples.start, configuration) else { return 0 }
            return batch.records.count
        }
        #expect(gathered(try Self.configuration(enriches: false)) == 10)
        #expect(gathered(try Self.configuration(to: .event, enriches: false)) == 3)
        #expect(gathered(try Self.configuration(to: .queue, enriches: false)) == 3)
        #expect(gathered(try Self.configuration(to: .queue)) == 10)
    }
}
