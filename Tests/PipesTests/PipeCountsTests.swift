import Testing

@testable import Pipes

@Suite struct PipeCountsTests {
    private func sample(_ factor: Int) -> PipeCounts {
        var counts = PipeCounts()
        counts.read = 100 * factor
        counts.filteredOut = 40 * factor
        counts.delivered = 30 * factor
        counts.deadLettered = 20 * factor
        counts.dropped = 3 * factor
        counts.retried = 11 * factor
        counts.invocations = 13 * factor
        return counts
    }

    @Test func whatIsNotSettledIsInFlight() {
        #expect(PipeCounts().inFlight == 0)
        #expect(sample(1).inFlight == 7)
    }

    @Test func accountsAddUpMemberByMember() {
        #expect(sample(1) + sample(2) == sample(3))
        #expect(sample(3) - sample(1) == sample(2))
    }

    @Test func eachFateHasItsOwnAccount() {
        var counts = PipeCounts()
        counts.read = 10
        counts.add(.filteredOut)
        counts.add(.delivered, 2)
        counts.add(.deadLettered, 3)
        counts.add(.dropped, 4)
        #expect([counts.filteredOut, counts.delivered, counts.deadLettered, counts.dropped] == [1, 2, 3, 4])
        #expect(counts.inFlight == 0)
    }
}
