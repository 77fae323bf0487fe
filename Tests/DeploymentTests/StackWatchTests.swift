import Synchronization
import Testing

@testable import Deployment

@Suite struct StackWatchTests {
    private static let none = ProgramOutcome.events([])
    private static let one = ProgramOutcome.events(["CREATE_COMPLETE"])

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

    @Test func manyEventsOfBeforeAreNoNews() async throws {
        // More than a page of CloudFormation's; the status is the one of before for two looks.
        let before = (0..<75).flatMap { _ in ["UPDATE_COMPLETE", "UPDATE_IN_PROGRESS"] }
        let end = try await watch(
            [.stack("UPDATE_COMPLETE"), .stack("UPDATE_COMPLETE"), .stack("UPDATE_ROLLBACK_COMPLETE")],
            events: [
                .events(before), .events(before), .events(["UPDATE_IN_PROGRESS"] + before),
                .events(["UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_IN_PROGRESS"] + before),
            ])
        #expect(end.status == "UPDATE_ROLLBACK_COMPLETE" && end.sleeps == 2)
    }

    @Test func anOldStatusBesideNewEventsIsNotTheEnd() async throws {
        let end = try await watch(
            [.stack("UPDATE_COMPLETE"), .stack("UPDATE_ROLLBACK_IN_PROGRESS"), .stack("UPDATE_ROLLBACK_COMPLETE")],
            events: [
                Self.one, .events(["UPDATE_IN_PROGRESS", "CREATE_COMPLETE"]),
                .events(["UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_IN_PROGRESS", "CREATE_COMPLETE"]),
                .events([
                    "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_IN_PROGRESS", "CREATE_COMPLETE",
                ]),
            ])
        #expect(end.status == "UPDATE_ROLLBACK_COMPLETE" && end.sleeps == 2)
    }

    @Test func anotherDeletionIsNotOverByTheFailureOfTheFirst() async throws {
        let end = try await watch(
            [.stack("DELETE_FAILED"), .stack("DELETE_COMPLETE")],
            events: [.events(["DELETE_FAILED"]), .events(["DELETE_IN_PROGRESS", "DELETE_FAILED"])])
        #expect(end.status == nil && end.sleeps == 1)
    }

    @Test func theStatusIsReadAfterTheEvents() async throws {
        let aws = ScriptedAWS([
            ("cloudformation describe-stacks", [.stack("CREATE_COMPLETE")]),
            ("cloudformation describe-stack-events", [Self.none, Self.one]),
        ])
        var watch = try await StackWatch(
            StackClient(aws.commandLine, name: "sluice"), id: "arn:stack", talk: ScriptedUser().talk)
        _ = try await watch.end(id: "arn:stack", expected: 1)
        #expect(aws.asked.suffix(2) == ["cloudformation describe-stack-events", "cloudformation describe-stacks"])
    }

    @Test func aChangeThatNeverBeginsIsNotWaitedForForEver() async throws {
        let end = try await watch([.stack("UPDATE_COMPLETE")], events: [Self.one])
        #expect(end.sleeps == StackWatch.quietLooksMax - 1)
    }

    @Test func aStackThatIsGoneHasNoState() async throws {
        #expect(try await watch([.stack("DELETE_IN_PROGRESS"), .noStack], events: [Self.none]).status == nil)
        #expect(try await watch([.stack("DELETE_COMPLETE")], events: [Self.none]).status == nil)
    }
}
