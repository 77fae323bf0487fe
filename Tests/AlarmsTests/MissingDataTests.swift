import Alarms
import Testing

/// CloudWatch's tables of alarms with missing data, and the rules that follow from them.
@Suite struct MissingDataTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var periods: Int
        var needed: Int
        var points: String
        /// For missing, ignore, breaching and notBreaching; nil keeps the state.
        var states: [AlarmState?]

        init(_ periods: Int, _ needed: Int, _ points: String, _ states: AlarmState?...) {
            (self.periods, self.needed, self.points, self.states) = (periods, needed, points, states)
        }

        var testDescription: String { "\(needed) of \(periods): \(points)" }
    }

    /// As AWS documents them.
    static let documented = [
        Row(3, 3, "0 - X - X", .ok, .ok, .ok, .ok),
        Row(3, 3, "0 - - - -", .ok, .ok, .ok, .ok),
        Row(3, 3, "- - - - -", .insufficientData, nil, .alarm, .ok),
        Row(3, 3, "0 X X - X", .alarm, .alarm, .alarm, .alarm),
        Row(3, 3, "- - X - -", .alarm, nil, .alarm, .ok),
        Row(3, 2, "0 - X - X", .alarm, .alarm, .alarm, .alarm),
        Row(3, 2, "0 0 X 0 X", .alarm, .alarm, .alarm, .alarm),
        Row(3, 2, "0 - X - -", .ok, .ok, .alarm, .ok),
        Row(3, 2, "- - - - 0", .ok, .ok, .alarm, .ok),
        Row(3, 2, "- - - X -", .alarm, nil, .alarm, .ok),
        // From the guide's edition of 2019.
        Row(3, 3, "- - - - X", .insufficientData, nil, .alarm, .ok),
        Row(3, 3, "X - - - -", .alarm, nil, .alarm, .ok),
        Row(3, 2, "- - - - X", .insufficientData, nil, .alarm, .ok),
    ]

    /// What the same rules say of more.
    static let further = [
        Row(1, 1, "- - X", .alarm, .alarm, .alarm, .alarm),
        Row(1, 1, "- - 0", .ok, .ok, .ok, .ok),
        // Data beyond N count when newer ones are missing.
        Row(1, 1, "X - -", .alarm, .alarm, .alarm, .alarm),
        Row(1, 1, "X 0 -", .ok, .ok, .ok, .ok),
        Row(3, 1, "- - - - X", .alarm, .alarm, .alarm, .alarm),
        Row(3, 3, "X X X X X", .alarm, .alarm, .alarm, .alarm),
        Row(3, 3, "X X X X 0", .ok, .ok, .ok, .ok),
        Row(3, 3, "- - - X X", .insufficientData, nil, .alarm, .ok),
        Row(3, 3, "- - X X -", .alarm, nil, .alarm, .ok),
        Row(3, 3, "- - X 0 -", .ok, .ok, .ok, .ok),
        Row(3, 3, "- - - 0 X", .ok, .ok, .ok, .ok),
        Row(3, 3, "0 - X - -", .ok, .ok, .ok, .ok),
        Row(5, 3, "X - X - X - -", .alarm, .alarm, .alarm, .alarm),
        Row(5, 3, "0 0 X - - 0 0", .ok, .ok, .ok, .ok),
    ]

    @Test(arguments: documented + further) func states(_ row: Row) throws {
        for (treatment, expected) in zip(MissingData.allCases, row.states) {
            let alarm = try Samples.alarm(row.periods, row.needed, missing: treatment.rawValue)
            let evaluation = AlarmEvaluation(alarm, Samples.slots(row.points, of: alarm), at: Samples.now)
            #expect(evaluation.state == expected, "\(treatment)")
        }
    }

    @Test func theDefaultIsMissingAndForDynamoDBIgnore() throws {
        #expect(try Samples.alarm().missingData == .missing)
        #expect(try Samples.alarm { $0.namespace = "AWS/DynamoDB" }.missingData == .ignore)
        #expect(try Samples.alarm(missing: "breaching") { $0.namespace = "AWS/DynamoDB" }.missingData == .breaching)
    }

    /// All short histories, against the definition said in another way.
    @Test func enoughDataDecideByThemselves() throws {
        for periods in 1...3 {
            for needed in 1...periods {
                for word in Self.words(length: periods + 2) {
                    let real = word.filter { $0 != "-" }.suffix(periods)
                    guard real.count == periods else { continue }
                    let expected: AlarmState = real.count { $0 == "X" } >= needed ? .alarm : .ok
                    for treatment in MissingData.allCases {
                        let alarm = try Samples.alarm(periods, needed, missing: treatment.rawValue)
                        let text = word.joined(separator: " ")
                        let evaluation = AlarmEvaluation(alarm, Samples.slots(text, of: alarm), at: Samples.now)
                        #expect(evaluation.state == expected, "\(needed) of \(periods): \(text)")
                    }
                }
            }
        }
    }

    private static func words(length: Int) -> [[String]] {
        guard length > 0 else { return [[]] }
        return words(length: length - 1).flatMap { word in ["0", "X", "-"].map { word + [$0] } }
    }
}
