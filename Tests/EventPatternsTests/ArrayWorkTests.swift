import EventPatterns
import Testing

/// What joining the elements of arrays may cost: it must neither refuse ordinary events nor run away.
@Suite struct ArrayWorkTests {
    private static func event(_ elements: String..., name: String = "l") -> [UInt8] {
        Array(#"{"\#(name)":[\#(elements.joined(separator: ","))]}"#.utf8)
    }

    /// Many elements that fit all but one field of many combinations: each combination has steps of its own.
    @Test func aThousandCombinationsAreJoined() throws {
        func or(_ field: String) -> String {
            #""$or":["# + (0..<10).map { #"{"\#(field)":["x","v\#($0)"]}"# }.joined(separator: ",") + "]"
        }
        let pattern = #"{"l":{\#(or("a")),\#(or("b")),\#(or("c"))}}"#
        let almost = Array(repeating: #"{"a":"x","b":"x","c":"n"}"#, count: 100).joined(separator: ",")
        let criteria = try FilterCriteria(patterns: [pattern])
        #expect(try !criteria.matches(Self.event(almost, #"{"a":"n","b":"n","c":"x"}"#)))
        #expect(try criteria.matches(Self.event(almost, #"{"a":"v1","b":"v2","c":"v3"}"#)))
        let set = try PatternSet(
            (0..<1_000).map { index in
                let (a, b, c) = (index / 100, index / 10 % 10, index % 10)
                return #"{"l":{"a":["x","v\#(a)"],"b":["x","v\#(b)"],"c":["x","v\#(c)"]}}"#
            })
        #expect(try set.matches(Self.event(almost, #"{"a":"n","b":"n","c":"x"}"#)) == [])
        #expect(try set.matches(Self.event(almost, #"{"a":"v1","b":"v2","c":"v3"}"#)) == [123])
    }

    /// A field alone, or beside fields outside of arrays, has no other element to be in the way of.
    @Test func manyPatternsOfOneFieldAreNotJoined() throws {
        let set = try PatternSet(
            (0..<1_000).map { #"{"l":{"a":[{"anything-but":"\#($0)"}]},"b":[{"exists":\#($0 % 2 == 0)}]}"# })
        let elements = Array(repeating: #"{"a":"1"}"#, count: 2_000).joined(separator: ",")
        let matching = try set.matches(Array(#"{"b":true,"l":[\#(elements)]}"#.utf8))
        #expect(matching == Array(stride(from: 0, to: 1_000, by: 2)))
    }

    /// Arrays of one element are in nobody's way, however deep.
    @Test func deepArraysOfOneElement() throws {
        let pattern = try EventPattern(#"{"l":{"a":["x"],"b":["y"]}}"#)
        let depth = 900
        let elements = Array(repeating: #"{"a":"x","c":"n"}"#, count: 500).joined(separator: ",")
        func event(_ last: String) -> [UInt8] {
            Array(
                (#"{"l":"# + String(repeating: "[", count: depth) + elements + "," + last
                    + String(repeating: "]", count: depth) + "}").utf8)
        }
        #expect(try !pattern.matches(event(#"{"b":"y"}"#)))
        #expect(try pattern.matches(event(#"{"b":"y","a":"x"}"#)))
    }

    /// A name that is a value and an object in one array holds states open across the next array. The work is bounded:
    /// such an event is answered while it is small, and refused in words when it is large.
    @Test func statesThatMultiplyAreGivenUp() throws {
        let pattern = try EventPattern(#"{"l":["x"],"l-x":{"c":["y"],"d":["q"]},"l.a":["z"]}"#)
        func event(_ count: Int) -> [UInt8] {
            let first = Array(repeating: #"["x"]"#, count: count).joined(separator: ",")
            let second = Array(repeating: #"{"c":"y","d":"q"}"#, count: count).joined(separator: ",")
            return Array(#"{"l":[\#(first),{"a":"z"}],"l-x":[\#(second)]}"#.utf8)
        }
        #expect(try !pattern.matches(event(50)))
        let error = #expect(throws: EventError.self) { try pattern.matches(event(5_000)) }
        #expect(error?.code == .tooManyCombinations)
        #expect(error?.message == "has too many combinations of array elements")
    }
}
