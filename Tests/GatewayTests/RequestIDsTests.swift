import Testing

@testable import Gateway

@Suite struct RequestIDsTests {
    @Test func idsLookLikeAWS() {
        let ids = RequestIDs(seed: 7)
        for _ in 0..<100 {
            let id = ids.next()
            #expect(id.wholeMatch(of: /[0-9A-V]{51}[0G]/) != nil, "\(id)")
        }
    }

    @Test func noTwoAreEqual() {
        let ids = RequestIDs(seed: 7)
        #expect(Set((0..<10_000).map { _ in ids.next() }).count == 10_000)
    }

    @Test func aSeedGivesTheSameIDsAgain() {
        let (first, second, other) = (RequestIDs(seed: 1), RequestIDs(seed: 1), RequestIDs(seed: 2))
        let ids = (0..<5).map { _ in first.next() }
        #expect(ids == (0..<5).map { _ in second.next() })
        #expect(!ids.contains(other.next()))
    }
}
