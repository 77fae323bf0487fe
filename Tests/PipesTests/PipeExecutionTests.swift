import Clocks
import Synchronization
import Testing

@testable import Pipes

/// What an observer hears of executions.
@Suite struct PipeExecutionTests {
    private typealias Stage = PipeExecution.Stage

    private final class Executions: ExecutionObserver {
        private let state = Mutex((running: 0, ended: [PipeExecution]()))

        var running: Int { state.withLock { $0.running } }
        var ended: [PipeExecution] { state.withLock { $0.ended } }

        func began() { state.withLock { $0.running += 1 } }

        func ended(_ execution: PipeExecution) {
            state.withLock { state in
                state.running -= 1
                state.ended.append(execution)
            }
        }
    }

    private let executions = Executions()
    private let time = ManualTime(start: Samples.start)

    /// Sends three records, of 400 bytes each, to a target that takes 20 ms.
    private func send(
        to outcome: BatchOutcome, enrichment: EnrichmentCall.Outcome? = nil
    ) async throws -> PipeExecution {
        let (rig, time, executions) = (PipeRig(), time, executions)
        var configuration = try Samples.configuration()
        if enrichment != nil { configuration.enrichment = PipeStage(.function) }
        var borders = rig.borders(
            configuration,
            target: ScriptedTarget(time: time) { _, _ in
                #expect(executions.running == 1)
                time.advance(by: .milliseconds(20))
                return outcome
            },
            enrichment: enrichment.map { outcome in
                ScriptedEnrichment(time: time) { _, _ in
                    time.advance(by: .milliseconds(30))
                    return outcome
                }
            })
        borders.time = time
        borders.executions = executions
        let stages = PipeStages(configuration, borders, sourceARN: "arn:source")
        _ = await stages.invoke(Batch(records: (1...3).map { Samples.record($0, bytes: 400) }))
        #expect(executions.running == 0)
        return try #require(executions.ended.last)
    }

    @Test(arguments: [
        (BatchOutcome.succeeded, PipeExecution.Ending.succeeded),
        (.partlyFailed(identifiers: ["1"]), .partlyFailed), (.failed(reason: "raised"), .failed),
        (.notReached(reason: "busy"), .throttled),
    ])
    func theTargetsEndingIsTheExecutions(_ outcome: BatchOutcome, _ ending: PipeExecution.Ending) async throws {
        let execution = try await send(to: outcome)
        #expect(execution.ending == ending)
        #expect(execution.target == Stage(duration: .milliseconds(20), ending: ending))
        #expect(execution.enrichment == nil)
        #expect(execution.duration == .milliseconds(20))
        #expect(execution.eventCount == 3)
        #expect(execution.payloadBytes == 3 * 400 + 2 + 2, "brackets and commas")
        #expect(!execution.isTargetSkipped)
    }

    @Test func theEnrichmentHasATimeOfItsOwn() async throws {
        let answer = Array(#"[{"eventID":"1"}]"#.utf8)
        let execution = try await send(to: .failed(reason: "raised"), enrichment: .answered(answer))
        #expect(execution.enrichment == Stage(duration: .milliseconds(30), ending: .succeeded))
        #expect(execution.target == Stage(duration: .milliseconds(20), ending: .failed))
        #expect(execution.duration == .milliseconds(50))
        #expect(execution.ending == .failed)
        #expect(execution.eventCount == 3, "what came from the stream")
    }

    @Test func anEmptyAnswerSkipsTheTarget() async throws {
        let execution = try await send(to: .succeeded, enrichment: .answered(Array("[]".utf8)))
        #expect(execution.isTargetSkipped)
        #expect(execution.target == nil)
        #expect(execution.ending == .succeeded)
    }

    @Test(arguments: [
        (EnrichmentCall.Outcome.failed(reason: "raised"), PipeExecution.Ending.failed),
        (.answered(Array("no JSON".utf8)), .failed), (.notReached(reason: "busy"), .throttled),
    ])
    func aFailedEnrichmentEndsIt(_ outcome: EnrichmentCall.Outcome, _ ending: PipeExecution.Ending) async throws {
        let execution = try await send(to: .succeeded, enrichment: outcome)
        #expect(execution.enrichment == Stage(duration: .milliseconds(30), ending: ending))
        #expect(execution.ending == ending)
        #expect(execution.target == nil)
        #expect(!execution.isTargetSkipped, "the target is not reached, which is no skip")
    }

    /// A retry, and each half of a batch cut in two, is an execution; records that are filtered out are in none.
    @Test(.timeLimit(.minutes(1))) func aRetryIsAnotherExecution() async throws {
        let rig = PipeRig(Samples.records(1...4) + [Samples.record(5, name: "REMOVE")]) { call, _ in
            call == 1 ? .failed(reason: "raised") : .succeeded
        }
        let configuration = try Samples.configuration(patterns: [#"{"eventName":["INSERT"]}"#], bisects: true)
        var borders = rig.borders(configuration)
        borders.executions = executions
        let pipe = Pipe(configuration: configuration, shards: [rig.shard], borders: borders, logger: PipeRig.logger)
        try await rig.running(pipe) {
            _ = try await rig.advance(until: "everything is settled") { pipe.snapshot.counts.delivered == 4 }
        }
        #expect(executions.ended.map(\.eventCount) == [4, 2, 2])
        #expect(executions.ended.map(\.ending) == [.failed, .succeeded, .succeeded])
        #expect(pipe.snapshot.counts.filteredOut == 1)
    }
}
