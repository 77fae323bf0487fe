import EventPatterns
import Foundation
import Pipes
import Tables
import Testing

@testable import Engine

/// Facts in, a life out.
@Suite struct TraceAssemblyTests {
    private static let eventID = "0123456789abcdef0123456789abcdef"

    private static func record(_ sequence: UInt64, _ name: String, old: String? = nil, new: String? = nil)
        -> TraceFacts.Record
    {
        let images =
            (new.map { #","NewImage":\#($0)"# } ?? "") + (old.map { #","OldImage":\#($0)"# } ?? "")
        let json = #"""
            {"eventID":"\#(eventID)","eventName":"\#(name)","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{"ApproximateCreationDateTime":1.0,"Keys":{"orderId":{"S":"A-1"}}\#(images),"SequenceNumber":"\#(SequenceNumber.text(sequence))","SizeBytes":1,"StreamViewType":"NEW_AND_OLD_IMAGES"},"eventSourceARN":"arn"}
            """#
        return .init(sequence: sequence, arrival: Int64(sequence) * 1_000, json: Array(json.utf8))
    }

    private static let insert = record(
        5, "INSERT", new: #"{"orderId":{"S":"A-1"},"status":{"S":"pending"},"customerEmail":{"S":"ann@shop.example"}}"#)

    private static func pipe(
        _ patterns: [String] = [], settled: UInt64? = 9, read: UInt64? = 9, setbacks: [PipeSetback] = [],
        log: [TraceFacts.LogLine] = []
    ) throws -> TraceFacts.Pipe {
        TraceFacts.Pipe(
            name: "standard", target: "Processor", criteria: try FilterCriteria(patterns: patterns), patterns: patterns,
            dialect: .pipes, createdAt: 0, changedAt: 0, beganAtLatest: false, settled: settled, read: read,
            setbacks: setbacks, log: log)
    }

    private static func trace(
        _ records: [TraceFacts.Record] = [insert], _ pipes: TraceFacts.Pipe..., letters: [TraceFacts.DeadLetter] = [],
        showsValues: Bool = false
    ) -> ItemTrace {
        let facts = TraceFacts(
            table: "Orders", hashKey: "A-1", exists: true, records: records, pipes: pipes, deadLetters: letters,
            messages: [])
        return TraceAssembly(facts: facts, showsValues: showsValues).trace
    }

    /// A line that names many records is told with each.
    @Test(arguments: [(PageLimit.bytesMax, 10), (35_000, 3), (1, 1)])
    func theLastRecordsAreToldAsFarAsThereIsRoom(bytesMax: Int, count: Int) throws {
        let line = TraceFacts.LogLine(
            function: "Processor", timestamp: 1, text: Self.eventID + String(repeating: "x", count: 10_000))
        let records = [Self.record(1, "INSERT")] + (2...10).map { Self.record($0, "MODIFY") }
        let facts = TraceFacts(
            table: "Orders", hashKey: "A-1", exists: true, records: records, pipes: [try Self.pipe(log: [line])],
            deadLetters: [], messages: [])
        let trace = TraceAssembly(facts: facts, showsValues: true, bytesMax: bytesMax).trace
        #expect(trace.records.map(\.timestamp) == Array(records.suffix(count).map(\.arrival)))
        #expect(trace.isCut == (count < 10))
        #expect(trace.isComplete == (count == 10))
    }

    private static func setback(_ kind: PipeSetback.Kind, request: String? = nil) -> PipeSetback {
        PipeSetback(
            timestamp: 6_000, kind: kind, sequences: [4, 5], failedSequences: kind == .partlyFailed ? [4] : nil,
            attempts: 1, requestId: request, reason: "why")
    }

    // MARK: Records

    @Test func aRecordTellsWhatChangedByName() {
        let modify = Self.record(
            7, "MODIFY", old: #"{"orderId":{"S":"A-1"},"status":{"S":"pending"},"note":{"S":"x"}}"#,
            new: #"{"orderId":{"S":"A-1"},"status":{"S":"shipped"},"points":{"N":"3"}}"#)
        let hidden = Self.trace([Self.insert, modify])
        #expect(hidden.isComplete)
        #expect(hidden.records.map(\.eventName) == ["INSERT", "MODIFY"])
        #expect(hidden.records.map(\.timestamp) == [5_000, 7_000])
        #expect(hidden.records[0].keys == "orderId=A-1")
        #expect(
            hidden.records[1].changes == [
                .init(attribute: "note", kind: .removed), .init(attribute: "points", kind: .added),
                .init(attribute: "status", kind: .changed),
            ])
        let shown = Self.trace([modify], showsValues: true)
        #expect(!shown.isComplete)
        #expect(
            shown.records[0].changes?.last
                == .init(attribute: "status", kind: .changed, old: #"{"S":"pending"}"#, new: #"{"S":"shipped"}"#))
    }

    @Test func aStreamWithoutBothImagesDoesNotTellChanges() {
        #expect(Self.trace([Self.record(1, "MODIFY", new: "{}")]).records[0].changes == nil)
        #expect(Self.trace([Self.record(1, "REMOVE")]).records[0].changes == nil)
    }

    // MARK: Decisions

    @Test func theReasonOfADropIsToldWithoutContents() throws {
        let pipe = try Self.pipe([
            #"{"eventName":["MODIFY"],"dynamodb":{"NewImage":{"status":{"S":["shipped"]},"amount":{"N":["1"]}}}}"#
        ])
        let delivery = Self.trace([Self.insert], pipe).records[0].pipes[0]
        #expect(delivery.state == .filteredOut)
        #expect(!delivery.matches)
        #expect(
            delivery.reasons == [
                .init(pattern: 0, clause: "$.eventName", wanted: #"["MODIFY"]"#, found: #""INSERT""#),
                .init(pattern: 0, clause: "$.dynamodb.NewImage.status.S", wanted: #"["shipped"]"#, found: nil),
                .init(pattern: 0, clause: "$.dynamodb.NewImage.amount.N", wanted: #"["1"]"#, found: "missing"),
            ])
        let shown = Self.trace([Self.insert], pipe, showsValues: true).records[0].pipes[0]
        #expect(shown.reasons[1].found == #""pending""#)
    }

    @Test(
        arguments: [
            (UInt64(9), UInt64(9), TraceDelivery.State.delivered), (5, 5, .delivered), (4, 5, .inFlight),
            (4, 4, .notRead),
        ] as [(UInt64, UInt64, TraceDelivery.State)])
    func whatIsNotGivenUpGoesByThePlaces(settled: UInt64, read: UInt64, state: TraceDelivery.State) throws {
        let pipe = try Self.pipe(settled: settled, read: read)
        #expect(Self.trace([Self.insert], pipe).records[0].pipes[0].state == state)
    }

    @Test func aPipeThatCannotRunHasReadNothing() throws {
        let pipe = try Self.pipe(settled: nil, read: nil)
        #expect(Self.trace([Self.insert], pipe).records[0].pipes[0].state == .notRead)
    }

    @Test func whatWasThereBeforeAPipeThatBeganAtTheLatestIsNotItsOwn() throws {
        var pipe = try Self.pipe()
        (pipe.beganAtLatest, pipe.createdAt) = (true, 5_001)
        #expect(Self.trace([Self.insert], pipe).records[0].pipes[0].state == .beforePipe)
        pipe.createdAt = 5_000
        #expect(Self.trace([Self.insert], pipe).records[0].pipes[0].state == .delivered)
    }

    @Test func aLaterChangeOfThePipeIsSaid() throws {
        var pipe = try Self.pipe()
        #expect(!Self.trace([Self.insert], pipe).records[0].pipes[0].isJudgedAnew)
        pipe.changedAt = 5_001
        #expect(Self.trace([Self.insert], pipe).records[0].pipes[0].isJudgedAnew)
    }

    // MARK: Setbacks and dead letters

    @Test func setbacksOfTheRecordAreToldAndDecide() throws {
        let others = PipeSetback(timestamp: 1, kind: .dropped, sequences: [4], attempts: 1, reason: "not ours")
        let kept = try Self.pipe(setbacks: [others, Self.setback(.partlyFailed, request: "r-1")])
        let delivery = Self.trace([Self.insert], kept).records[0].pipes[0]
        #expect(delivery.state == .delivered)
        #expect(
            delivery.setbacks == [
                .init(
                    timestamp: 6_000, kind: "partlyFailed", attempts: 1, batchSize: 2, isNamed: false, requestId: "r-1",
                    reason: "why")
            ])
        let dropped = try Self.pipe(setbacks: [Self.setback(.failed), Self.setback(.dropped)])
        #expect(Self.trace([Self.insert], dropped).records[0].pipes[0].state == .dropped)
        let letter = try Self.pipe(setbacks: [Self.setback(.failed), Self.setback(.deadLettered)])
        #expect(Self.trace([Self.insert], letter).records[0].pipes[0].state == .deadLettered)
    }

    @Test func aDeadLetterInAQueueIsFoundFromItsRecord() throws {
        let report = TraceDeadLetter(
            id: "m-1", queue: "elsewhere", pipe: "standard", sentTimestamp: 8_000, condition: "RecordAgeExceeded",
            attempts: 0, requestId: nil, sequenceNumbers: [SequenceNumber.text(5)], batchSize: 3)
        let trace = Self.trace(
            [Self.insert], try Self.pipe(), letters: [.init(report: report, sequences: [5])])
        #expect(trace.records[0].pipes[0].state == .deadLettered)
        #expect(trace.records[0].pipes[0].deadLetters == ["m-1"])
        #expect(trace.deadLetters == [report])
    }

    // MARK: The function's log

    @Test func linesThatNameTheEventAndTheirInvocationsEndAreTold() throws {
        func line(_ text: String) -> TraceFacts.LogLine { .init(function: "Processor", timestamp: 6_000, text: text) }
        let decision =
            #"{"decision":"routed","eventID":"\#(Self.eventID)","requestId":"r-2","routes":["payment"],"traceId":"1-2-3","to":"ann@shop.example"}"#
        let pipe = try Self.pipe(
            setbacks: [Self.setback(.failed, request: "r-1")],
            log: [
                line("START RequestId: r-1 Version: $LATEST"),
                line("RequestId: r-1 Error: Runtime exited without an answer: it ended Runtime.ExitError"),
                line("REPORT RequestId: r-1\tDuration: 3.00 ms"), line(decision),
                line("REPORT RequestId: r-3\tDuration: 1.00 ms"), line("REPORT RequestId: r-2\tDuration: 2.00 ms"),
            ])
        let told = Self.trace([Self.insert], pipe).records[0].pipes[0].log
        #expect(told.map(\.requestId) == ["r-1", "r-1", "r-2", "r-2"])
        #expect(told[2].text == "decision=routed routes=payment traceId=1-2-3")
        #expect(told[3].text == "REPORT RequestId: r-2\tDuration: 2.00 ms")
        #expect(Self.trace([Self.insert], pipe, showsValues: true).records[0].pipes[0].log[2].text == decision)
    }

    @Test(
        arguments: [
            ("REPORT RequestId: r-1\tDuration: 3 ms", "r-1"),
            (#"{"metadata":{"requestId":"r-2"},"level":"info"}"#, "r-2"),
            (#"{"time":"t","type":"platform.report","record":{"requestId":"r-3"}}"#, "r-3"),
            ("2026-01-01T00:00:00.000Z r-4 Task timed out after 3.00 seconds", "r-4"), ("REPORT RequestId: ", ""),
            ("plain text", nil),
        ] as [(String, String?)])
    func aLinesInvocationIsFound(line: String, request: String?) {
        #expect(TraceLog.requestID(line) == request)
    }

    @Test func aLineOfAnotherKindIsNotShownWithoutValues() {
        #expect(TraceLog.summary("order of ann@shop.example") == "a line that names it; --show-values shows it")
        #expect(TraceLog.summary(#"{"email":"ann@shop.example"}"#) == "a line that names it; --show-values shows it")
    }
}
