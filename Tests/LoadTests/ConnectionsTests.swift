import Testing

@testable import Load

@Suite struct ConnectionsTests {
    @Test func aLimitThatIsHighEnoughStays() throws {
        let limit = DescriptorLimit(soft: 1_024, hard: 4_096)
        #expect(try limit.raised(for: 960) == nil)
    }

    @Test func theSoftLimitIsRaisedAsFarAsTheHardOneLets() throws {
        let limit = DescriptorLimit(soft: 1_024, hard: 4_096)
        #expect(try limit.raised(for: 961) == 1_025)
        #expect(try limit.raised(for: 4_032) == 4_096)
        #expect(throws: LoadError.self) { try limit.raised(for: 4_033) }
    }

    @Test func aLimitThatIsTooLowNamesTheRemedy() throws {
        let error = #expect(throws: LoadError.self) {
            try DescriptorLimit(soft: 256, hard: 1_024).raised(for: 10_000)
        }
        #expect(
            error?.description
                == "10000 connections need 10064 open files, and this process may have 1024; give fewer --connections, or "
                + "raise the limit with ulimit -Hn.")
    }

    @Test(arguments: 1...4, 0...5) func eachAddressIsTriedOnceBeforeAConnectionIsGivenUp(count: Int, first: Int) {
        var turn = AddressTurn(count: count, first: first)
        for _ in 0..<2 {
            var tried = [turn.index]
            while turn.fail() { tried.append(turn.index) }
            #expect(tried.first == first % count)
            #expect(tried.sorted() == Array(0..<count))
        }
    }

    @Test func anAddressThatHasAnsweredIsTriedAgainAsTheFirstOne() {
        var turn = AddressTurn(count: 2, first: 0)
        var others = [turn.fail()]
        #expect(turn.index == 1)
        turn.succeed()
        others.append(turn.fail())
        #expect(turn.index == 0)
        others.append(turn.fail())
        #expect(others == [true, true, false])
    }
}
