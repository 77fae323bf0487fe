import Synchronization
import Testing

@testable import Deployment

@Suite struct StackWatchTests {
    private static let none = ProgramOutcome.answer(#"{"StackEvents":[]}"#)
    private static let one = ProgramOutcome.answer(#"{"StackEvents":[{"EventId":"1"}]}"#)

    /// - Returns: the status at the end, and how often it slept.
    private func watch(_ states: [ProgramOutcome], events: [ProgramOutcome]) async throws -> (
        status: String?, sleeps: Int
    ) {
        let aws = ScriptedAWS([
            ("cloudformation describe-stacks", states), ("cloudformation describe-stack-events", events),
        ])
        let sleeps = Mutex(0)
        var watch = try await StackWatch(
            StackClient(aws.commandLine, name: "sluice"), id: "arn:stack", talk: ScriptedUser().talk,
            sleep: { _ in sleeps.withLock { $0 += 1 } })
        let end = try await watch.end(id: "arn:stack", expected: 1)
        return (end?.status, sleeps.withLock { $0 })
    }

    @Test func theStatusOfBeforeIsNotTakenForTheEnd() async throws {
        let end = try await watch(
            [.stack("UPDATE_COMPLETE"), .stack("UPDATE_IN_PROGRESS"), .stack("UPDATE_ROLLBACK_COMPLETE")],
            events: [Self.none])
        #expect(end.status == "UPDATE_ROLLBACK_COMPLETE" && end.sleeps == 2)
    }

    @Test func aChangeThatIsOverAtTheFirstLookHasLeftEvents() async throws {
        let end = try await watch([.stack("CREATE_COMPLETE")], events: [Self.none, Self.one])
        #expect(end.status == "CREATE_COMPLETE" && end.sleeps == 0)
    }

    @Test func aChangeThatNeverBeginsIsNotWaitedForForEver() async throws {
        let end = try await watch([.stack("UPDATE_COMPLETE")], events: [Self.one])
        #expect(end.sleeps == StackWatch.looksForStartMax - 1)
    }

    @Test func aStackThatIsGoneHasNoState() async throws {
        #expect(try await watch([.stack("DELETE_IN_PROGRESS"), .noStack], events: [Self.none]).status == nil)
        #expect(try await watch([.stack("DELETE_COMPLETE")], events: [Self.none]).status == nil)
    }
}
