import EventPatterns
import Testing

@Suite struct PatternSetTests {
    @Test func saysWhichPatternsMatchInAscendingOrderAndEachOnce() throws {
        let set = try PatternSet([
            #"{"a": ["x"]}"#,
            #"{"$or": [{"a": ["x"]}, {"b": ["y"]}, {"a": [{"prefix": ""}]}]}"#,
            #"{"a": ["z"]}"#,
            #"{"c": [{"exists": false}]}"#,
            #"{"a": ["x"]}"#,
        ])
        #expect(set.count == 5)
        #expect(try set.matches(Array(#"{"a": "x", "b": "y"}"#.utf8)) == [0, 1, 3, 4])
        #expect(try set.matches(Array(#"{"c": 1}"#.utf8)) == [])
        #expect(try set.matches(Array(#"{}"#.utf8)) == [3])
    }

    @Test func aSetOfNoneMatchesNothing() throws {
        let set = try PatternSet([])
        #expect(try set.matches(Array("{}".utf8)) == [])
        #expect(throws: EventError.self) { try set.matches(Array("{".utf8)) }
    }

    @Test func whatWasFoundBeforeIsForgotten() throws {
        let set = try PatternSet([#"{"a": ["x"]}"#])
        var matching = [7, 8]
        try set.match(Array(#"{"a": "x"}"#.utf8).span.bytes, into: &matching)
        #expect(matching == [0])
        #expect(throws: EventError.self) { try set.match(Array("nonsense".utf8).span.bytes, into: &matching) }
        #expect(matching.isEmpty)
    }

    @Test func aRefusedPatternIsNamedByItsIndex() {
        let error = #expect(throws: PatternError.self) {
            try PatternSet([#"{"a": ["x"]}"#, #"{"a": [{"wildcard": "x*"}]}"#])
        }
        #expect(error?.code == .unsupportedOperator)
        #expect(error?.path == "Patterns[1]: $.a[0].wildcard")
        #expect(error?.message.hasPrefix("Patterns[1]: The operator wildcard is not supported") ?? false)
    }

    /// All patterns that were ever judged in one set: each still gets its verdict, and so do some of the others.
    @Test func thousandsOfPatternsKeepTheirVerdicts() async throws {
        let vectors = Vector.all.filter { $0.expected != .patternRefused && !$0.isQuirk }
        let set = try PatternSet(vectors.map(\.pattern), dialect: .eventBus)
        let alone = try vectors.map { vector throws in try EventPattern(vector.pattern, dialect: .eventBus) }
        #expect(set.count > 4_000)
        var matching: [Int] = []
        for (index, vector) in vectors.enumerated() where index % 5 == 0 {
            await Task.yield()  // Tests of programs wait for their turn meanwhile.
            let event = Array(vector.event.utf8)
            guard vector.expected != .eventRefused else {
                #expect(throws: EventError.self, "\(vector.id)") { try set.matches(event) }
                continue
            }
            try set.match(event.span.bytes, into: &matching)
            #expect(.matches(matching.contains(index)) == vector.expected, "\(vector.id)")
            for other in stride(from: index % 97, to: vectors.count, by: 97) {
                let isExpected = try alone[other].matches(event)
                #expect(matching.contains(other) == isExpected, "\(vectors[other].id) on the event of \(vector.id)")
            }
        }
    }
}
