import Load
import Testing

@Suite struct ReconciliationTests {
    private static func mark(
        _ changes: Int, settled: Int, inFlight: Int = 0, behind: Int = 0, isRunning: Bool = true
    ) -> Reconciliation.Mark {
        .init(
            changes: changes,
            pipes: [
                .init(
                    name: "pipe", isRunning: isRunning, settled: settled, inFlight: inFlight, behind: behind)
            ])
    }

    @Test func aPipeThatHasSettledEverythingHasLostNothing() {
        let accounts = Reconciliation(
            before: Self.mark(100, settled: 90, inFlight: 4, behind: 6), after: Self.mark(150, settled: 150),
            acknowledged: 50, uncertain: 0)
        #expect(accounts.changes == 50)
        #expect(accounts.lost == 0)
        #expect(accounts.unsettled == 0)
        #expect(accounts.foreignChanges == 0)
        #expect(accounts.after.isIdle)
    }

    @Test func aRecordThatAPipeCannotAccountForIsLost() {
        let accounts = Reconciliation(
            before: Self.mark(100, settled: 100), after: Self.mark(150, settled: 148, behind: 1), acknowledged: 50,
            uncertain: 0)
        #expect(accounts.lost(by: "pipe") == 1)
        #expect(accounts.lost == 1)
        #expect(accounts.unsettled == 1)
    }

    @Test func anAcknowledgedWriteThatIsNotInTheStreamIsLost() {
        let accounts = Reconciliation(
            before: Self.mark(100, settled: 100), after: Self.mark(147, settled: 147), acknowledged: 50, uncertain: 0)
        #expect(accounts.lostWrites == 3)
        #expect(accounts.lost == 3)
    }

    @Test func aWriteWithoutAnAnswerMayBeThereOrNot() {
        for changes in 50...55 {
            let accounts = Reconciliation(
                before: Self.mark(0, settled: 0), after: Self.mark(changes, settled: changes), acknowledged: 50,
                uncertain: 5)
            #expect(accounts.lost == 0)
            #expect(accounts.foreignChanges == 0)
        }
        let more = Reconciliation(
            before: Self.mark(0, settled: 0), after: Self.mark(58, settled: 58), acknowledged: 50, uncertain: 5)
        #expect(more.foreignChanges == 3)
        #expect(more.lost == 0)
    }

    @Test func whatWaitsForAStoppedPipeIsNeitherLostNorWaitedFor() {
        let accounts = Reconciliation(
            before: Self.mark(10, settled: 10, isRunning: false),
            after: Self.mark(60, settled: 10, behind: 50, isRunning: false), acknowledged: 50, uncertain: 0)
        #expect(accounts.lost == 0)
        #expect(accounts.unsettled == 0)
        #expect(accounts.stoppedPipes == ["pipe"])
        #expect(accounts.haltedPipes.isEmpty)
        #expect(accounts.after.isIdle)
    }

    @Test func aPipeThatWasStoppedMeanwhileProvesNothing() {
        let accounts = Reconciliation(
            before: Self.mark(10, settled: 10), after: Self.mark(60, settled: 30, behind: 30, isRunning: false),
            acknowledged: 50, uncertain: 0)
        #expect(accounts.haltedPipes == ["pipe"])
        #expect(accounts.missingPipes.isEmpty)
    }

    @Test func aPipeThatIsGoneAfterwardsProvesNothing() {
        let accounts = Reconciliation(
            before: Self.mark(10, settled: 10), after: .init(changes: 60, pipes: []), acknowledged: 50, uncertain: 0)
        #expect(accounts.missingPipes == ["pipe"])
        #expect(accounts.haltedPipes.isEmpty)
        #expect(accounts.lost(by: "pipe") == nil)
    }

    @Test func aPipeThatWasNotThereBeforeHasNoAccounts() {
        let accounts = Reconciliation(
            before: .init(changes: 0, pipes: []), after: Self.mark(50, settled: 3), acknowledged: 50, uncertain: 0)
        #expect(accounts.lost(by: "pipe") == nil)
        #expect(accounts.lost == 0)
    }
}

@Suite struct SettlingTests {
    private static func mark(_ changes: Int, behind: Int = 0, pipes: [String] = ["pipe"]) -> Reconciliation.Mark {
        .init(
            changes: changes,
            pipes: pipes.map { .init(name: $0, isRunning: true, settled: 0, inFlight: 0, behind: behind) })
    }

    @Test func accountsAreFinalOnceTwoLooksAtIdlePipesSeeTheSame() {
        var settling = Settling(before: Self.mark(0))
        #expect(settling.look(Self.mark(5, behind: 1), isOver: false) == .wait)
        #expect(settling.look(Self.mark(5, behind: 1), isOver: false) == .wait)
        #expect(settling.look(Self.mark(6), isOver: false) == .wait)
        #expect(settling.look(Self.mark(6), isOver: false) == .final)
    }

    @Test func theyAreFinalWhenThereIsNoMoreTime() {
        var settling = Settling(before: Self.mark(0))
        #expect(settling.look(Self.mark(5, behind: 1), isOver: true) == .final)
    }

    /// Also when they were told before.
    @Test func whatNobodyTellsIsNotWaitedForForever() {
        var settling = Settling(before: Self.mark(0))
        #expect(settling.look(Self.mark(5, behind: 1), isOver: false) == .wait)
        #expect(settling.look(nil, isOver: false) == .wait)
        #expect(settling.look(nil, isOver: true) == .unknown)
    }

    @Test func aLookAfterSilenceIsTheFirstOneAgain() {
        var settling = Settling(before: Self.mark(0))
        #expect(settling.look(Self.mark(5), isOver: false) == .wait)
        #expect(settling.look(nil, isOver: false) == .wait)
        #expect(settling.look(Self.mark(5), isOver: false) == .wait)
        #expect(settling.look(Self.mark(5), isOver: false) == .final)
    }

    @Test func aPipeThatIsMissingIsWaitedForAsLongAsThereIsTime() {
        var settling = Settling(before: Self.mark(0))
        #expect(settling.look(Self.mark(5, pipes: []), isOver: false) == .wait)
        #expect(settling.look(Self.mark(5, pipes: []), isOver: false) == .wait)
        #expect(settling.look(Self.mark(5, pipes: []), isOver: true) == .final)
    }
}
