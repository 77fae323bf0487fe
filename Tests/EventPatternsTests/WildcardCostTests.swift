import EventPatterns
import Testing

/// A wildcard costs time linear in the text, whatever it is. Trying every place for every star would not end here.
@Suite struct WildcardCostTests {
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            String(repeating: "*a", count: 2_000) + "*b", "*" + String(repeating: "a", count: 200) + "b*",
            "a" + String(repeating: "*a*a", count: 500) + "b",
        ])
    func longWildcards(_ wildcard: String) throws {
        let pattern = try EventPattern(#"{"a":[{"wildcard":"\#(wildcard)"}]}"#, dialect: .eventBus)
        let text = String(repeating: "a", count: 20_000)
        #expect(try !pattern.matches(Array(#"{"a":"\#(text)"}"#.utf8)))
        #expect(try pattern.matches(Array(#"{"a":"\#(text)b"}"#.utf8)))
    }
}
