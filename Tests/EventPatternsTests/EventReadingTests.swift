import EventPatterns
import Testing

/// Reading stops once the answer is known, if the caller says that it may. What lies behind shows whether it did.
@Suite struct EventReadingTests {
    private func criteria(_ patterns: String...) throws -> FilterCriteria { try FilterCriteria(patterns: patterns) }

    private static let broken = "what follows is no JSON"

    @Test func aMatchEndsTheReading() throws {
        let criteria = try criteria(#"{"a": ["x"], "b": {"c": ["y"]}}"#, #"{"z": ["never"]}"#)
        let event = Array(#"{"q": [{"a": 1}], "a": "x", "b": {"c": "y", \#(Self.broken)"#.utf8)
        #expect(try criteria.matches(event, reading: .untilDecided))
        #expect(throws: EventError.self) { try criteria.matches(event) }
    }

    @Test func aValueThatFailsEndsTheReading() throws {
        let criteria = try criteria(#"{"a": ["x"], "b": ["y"]}"#, #"{"a": ["z"], "c": [{"exists": false}]}"#)
        let event = Array(#"{"a": "w", \#(Self.broken)"#.utf8)
        #expect(try !criteria.matches(event, reading: .untilDecided))
        #expect(throws: EventError.self) { try criteria.matches(event) }
    }

    @Test func theLastFieldEndsTheReading() throws {
        let set = try PatternSet((0..<100).map { #"{"a": ["\#($0)"], "b": [{"anything-but": "\#($0)"}]}"# })
        let event = Array(#"{"b": "8", "a": "7", \#(Self.broken)"#.utf8)
        #expect(try set.matches(event, reading: .untilDecided) == [7])
        #expect(throws: EventError.self) { try set.matches(event) }
    }

    @Test func oneWayThroughAnOrIsEnough() throws {
        let set = try PatternSet([#"{"$or": [{"a": ["x"]}, {"b": ["y"]}]}"#])
        #expect(try set.matches(Array(#"{"a": "x", \#(Self.broken)"#.utf8), reading: .untilDecided) == [0])
    }

    @Test func absenceIsKnownOnlyAtTheEnd() throws {
        let criteria = try criteria(#"{"a": ["x"], "b": [{"exists": false}]}"#)
        #expect(try criteria.matches(Array(#"{"a": "x", "c": 1}"#.utf8), reading: .untilDecided))
        #expect(try !criteria.matches(Array(#"{"a": "x", "c": 1, "b": 1}"#.utf8), reading: .untilDecided))
        #expect(throws: EventError.self) {
            try criteria.matches(Array(#"{"a": "x", \#(Self.broken)"#.utf8), reading: .untilDecided)
        }
    }

    /// A name with dots is a second spelling of a path. Read whole, both count, as for EventBridge.
    @Test func aDottedNameCountsAsARepeatedKey() throws {
        let criteria = try criteria(#"{"a": {"b": ["x"]}}"#)
        let event = Array(#"{"a": {"b": "w"}, "a.b": "x"}"#.utf8)
        #expect(try criteria.matches(event))
        #expect(try !criteria.matches(event, reading: .untilDecided))
    }

    @Test func anArrayMayHoldAnotherValueThatPasses() throws {
        let criteria = try criteria(#"{"a": ["x"]}"#)
        #expect(try criteria.matches(Array(#"{"a": ["w", ["v", "x"]]}"#.utf8), reading: .untilDecided))
        #expect(try criteria.matches(Array(#"{"a": ["w", "x", \#(Self.broken)"#.utf8), reading: .untilDecided))
    }

    @Test func elementsOfOneArrayAreStillJoined() throws {
        let criteria = try criteria(#"{"l": {"a": ["x"], "b": ["y"]}}"#)
        let apart = #"{"l": [{"a": "x", "b": "n"}, {"a": "n", "b": "y"}]}"#
        let together = #"{"l": [{"a": "x", "b": "n"}, {"a": "x", "b": "y"}]}"#
        #expect(try !criteria.matches(Array(apart.utf8), reading: .untilDecided))
        #expect(try criteria.matches(Array(together.utf8), reading: .untilDecided))
    }

    @Test func stringsAreSteppedOverWithTheirEscapesAndBrackets() throws {
        let criteria = try criteria(#"{"a": ["x"]}"#)
        let event = #"{"q": {"k": "}\"]", "l": ["\\", "{"]}, "r": {"S": "\\\"}"}, "a": "x"}"#
        #expect(try criteria.matches(Array(event.utf8), reading: .untilDecided))
        #expect(try criteria.matches(Array(event.utf8)))
    }

    /// Wherever an event is cut off, the answer is right or it is an error, and nothing worse.
    @Test func anEventThatEndsTooEarlyIsAnErrorOrDecided() throws {
        let criteria = try criteria(#"{"a": ["x"], "b": {"c": [{"exists": false}]}}"#)
        let event = Array(
            #"{"q": {"S": "a\\b"}, "a": "x", "b": {"d": [{"S": "1"}, {"N": "2"}]}, "r": {"S": "e"}}"#.utf8)
        #expect(try criteria.matches(event, reading: .untilDecided))
        for length in 0..<event.count {
            let part = Array(event[..<length])
            #expect(throws: EventError.self, "\(length)") { try criteria.matches(part) }
            #expect(throws: EventError.self, "\(length)") { try criteria.matches(part, reading: .untilDecided) }
        }
    }
}
