import BenchmarkPage
import Foundation
import Testing

@Suite struct FigureTableTests {
    private static let table = {
        var table = FigureTable("Orders", ["What", "A second", "Lost"])
        table.add("single | paced", .number(14_512.7), .count(1_234_567))
        table.add("in\nbatches", .nothing, .count(0))
        return table
    }()

    @Test func aTableIsMarkdownWithARowForEach() {
        #expect(
            Self.table.markdown == """
                **Orders**

                | What | A second | Lost |
                |---|---|---|
                | single \\| paced | 14,500 | 1,234,567 |
                | in batches |  | 0 |

                """)
    }

    @Test func aTableWithoutRowsIsNothing() {
        #expect(FigureTable("Orders", ["What"]).markdown == "")
    }

    @Test func theFileHoldsTheValuesAsTheyWereMeasured() throws {
        let json = try JSONEncoder().encode(Self.table.rows)
        #expect(
            String(decoding: json, as: UTF8.self) == #"[["single | paced",14512.7,1234567],["in\nbatches",null,0]]"#)
        let rows = try JSONDecoder().decode([[FigureTable.Cell]].self, from: json)
        #expect(rows[0] == ["single | paced", .number(14_512.7), .number(1_234_567)])
        #expect(rows[1] == ["in\nbatches", .nothing, .number(0)])
    }

    @Test func whatIsNoNumberIsNullInTheFile() throws {
        let json = try JSONEncoder().encode([FigureTable.Cell.number(.nan), .figure(nil), .figure(1.5)])
        #expect(String(decoding: json, as: UTF8.self) == "[null,null,1.5]")
    }
}
