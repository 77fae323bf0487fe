import Testing

@testable import Gateway

/// The levels of a statement and those of its parameters make one item.
struct StatementNestingTests {
    private static let refusal =
        "ValidationException: Nesting Levels have exceeded supported limits: "
        + "Attributes in the item have nested levels beyond supported limit"

    /// The deepest parameter: 31 lists in one another, which a request may hold.
    private static let parameter =
        String(repeating: #"{"L":["#, count: 31) + #"{"S":"x"}"# + String(repeating: "]}", count: 31)

    private static func body(_ statement: String) -> String {
        #"{"Statement":"\#(statement)","Parameters":[\#(parameter)]}"#
    }

    @Test func whatIsInsertedOrSetHas32LevelsAtMostAndIsRead() async throws {
        let store = try await ItemStore()
        let fits = Self.body("INSERT INTO hash VALUE {'a': 'x', 'v': ?, 'm': {}}")
        #expect(await store.refusal(.executeStatement, fits) == nil)
        for statement in [
            "INSERT INTO hash VALUE {'a': 'y', 'v': [?]}", "INSERT INTO hash VALUE {'a': 'y', 'v': {'m': ?}}",
            "INSERT INTO hash VALUE {'a': 'y', 'v': [1, {'m': [?]}]}", "UPDATE hash SET v = [?] WHERE a = 'x'",
            "UPDATE hash SET m.v = ? WHERE a = 'x'",
        ] {
            #expect(await store.refusal(.executeStatement, Self.body(statement)) == Self.refusal, "\(statement)")
        }
        // An item that cannot be read would fail the whole page.
        let answer = try await store.ask(.scan, #"{"TableName":"hash"}"#)
        #expect(member(answer, "Count") == "1")
        #expect(member(answer, "Items", 0, "a", "S") == "x")
    }
}
