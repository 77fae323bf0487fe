import Clocks
import MetricMath
import Testing

@Suite struct ArithmeticTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var expression: String
        var first: [Double?]
        var second: [Double?]
        var expected: [Double?]

        init(_ expression: String, _ first: [Double?], _ second: [Double?] = [], _ expected: [Double?]) {
            (self.expression, self.first, self.second, self.expected) = (expression, first, second, expected)
        }

        var testDescription: String { expression }
    }

    static let rows = [
        Row("m1 + m2", [1, 2, 3], [10, 20, 30], [11, 22, 33]),
        // AWS: missing values count as 0; where neither has a value there is none.
        Row("m1 + m2", [1, nil, nil], [10, 20, nil], [11, 20, nil]),
        Row("m1 - m2", [1, nil], [nil, 5], [1, -5]),
        // AWS: a point that would divide by zero is dropped, and a missing divisor counts as 0.
        Row("m1 / m2", [6, 6, 6], [3, 0, nil], [2, nil, nil]),
        Row("m1 / 0", [6], [], [nil]),
        Row("0 / m1", [6, nil], [], [0, nil]),
        Row("2 * m1 + 1", [1, 2], [], [3, 5]),
        Row("2 * (m1 + 1)", [1, 2], [], [4, 6]),
        Row("10 - m1 - 1", [1, 2], [], [8, 7]),
        Row("100 / m1 / 5", [2, 4], [], [10, 5]),
        Row("-m1", [1, -2], [], [-1, 2]),
        Row("--m1", [1, -2], [], [1, -2]),
        Row("-m1 ^ 2", [3], [], [-9]),
        Row("m1 ^ -1", [4], [], [0.25]),
        Row("2 ^ m1 ^ 2", [3], [], [64]),
        Row("m1 * 1e3", [2], [], [2_000]),
        Row("m1 * .5", [2], [], [1]),
        // AWS's own examples of comparisons.
        Row("m1 < m2", [30, 20, 0, 0], [20, nil, 20, nil], [0, 0, 1, 0]),
        Row("m1 >= 30", [30, 20, 0, 0], [], [1, 0, 0, 0]),
        Row("m1 > 15 AND m2 > 15", [30, 20, 0, 0], [20, nil, 20, nil], [1, 0, 0, 0]),
        Row("m1 > 15 || m2 > 15", [30, 20, 0, 0], [20, nil, 20, nil], [1, 1, 1, 0]),
        Row("m1 == 1 OR m1 == 3", [1, 2, 3], [], [1, 0, 1]),
        Row("m1 != 2 && m1 <= 3", [1, 2, 3], [], [1, 0, 1]),
        Row("m1 + 1 > 2 * m2", [1, 2], [1, 1], [0, 1]),
    ]

    @Test(arguments: rows) func operators(_ row: Row) throws {
        let result = try Minutes.evaluate(
            row.expression, ["m1": row.first, "m2": row.second], count: max(row.first.count, row.second.count))
        #expect(result == [row.expected])
    }

    @Test func arraysAreCombinedMemberByMember() throws {
        #expect(try Minutes.evaluate("METRICS() * 10", ["m1": [1], "m2": [2]], count: 1) == [[10], [20]])
        #expect(try Minutes.evaluate("[m1, m2] / m2", ["m1": [1], "m2": [2]], count: 1) == [[0.5], [1]])
        #expect(try Minutes.evaluate("[m1, m2] - [m2, m1]", ["m1": [1], "m2": [2]], count: 1) == [[-1], [1]])
        #expect(
            Minutes.refusal("[m1, m1] - [m1]")
                == "Error in expression 'e1' at character 10: two arrays of different lengths cannot be combined")
    }

    @Test func aNumberInAnArrayIsThereWhereTheOthersAre() throws {
        #expect(try Minutes.evaluate("MAX([m1, 2])", ["m1": [1, nil, 3]], count: 3) == [[2, nil, 3]])
    }
}
