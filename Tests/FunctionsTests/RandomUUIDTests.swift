import Functions
import Testing

@Suite struct RandomUUIDTests {
    @Test func eachIsAnotherOfVersionFour() throws {
        let ids = (0..<1_000).map { _ in String.randomUUID() }
        #expect(Set(ids).count == ids.count)
        let form = try Regex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
        #expect(ids.allSatisfy { $0.wholeMatch(of: form) != nil })
    }
}
