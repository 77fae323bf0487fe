import BenchmarkPage
import Foundation
import Testing

@Suite struct FiguresTests {
    private static let today = FigureOrigin(date: "2026-11-27", commit: "0123abc", effort: nil)
    private static let yesterday = FigureOrigin(date: "2026-11-26", commit: "fedc987", effort: "quick")

    private static func section(_ name: String, _ value: Double, _ origin: FigureOrigin) -> SectionFigures {
        var section = SectionFigures(name: name, origin: origin)
        var table = FigureTable("Rates", ["What", "A second"])
        table.add("orders", .number(value))
        section.tables = [table]
        section.seconds = 12.4
        return section
    }

    @Test func aSectionSaysWhereItsFiguresComeFrom() {
        var section = Self.section("pipes", 1_000, Self.yesterday)
        section.notes = ["Engine and functions share two cores."]
        #expect(
            section.markdown == """
                **Rates**

                | What | A second |
                |---|---|
                | orders | 1,000 |

                Engine and functions share two cores.

                `make bench ARGS="--quick --only pipes"`, 2026-11-26, commit fedc987, 12 s.

                """)
    }

    @Test func aUsualRunHasNoOptionOfItsEffort() {
        #expect(
            Self.section("pipes", 1, Self.today).markdown.contains(
                #"`make bench ARGS="--only pipes"`, 2026-11-27, commit 0123abc, 12 s."#))
    }

    @Test func whatFailedStandsBeforeWhatWasMeasured() {
        var section = Self.section("pipes", 1_000, Self.today)
        section.failures = ["PipeBenchmark ended with code 1."]
        #expect(section.markdown.hasPrefix("Not measured: PipeBenchmark ended with code 1.\n\n**Rates**\n"))
    }

    @Test func aSectionThatWasNotRunKeepsItsFormerFigures() {
        let machine = [Figures.Fact("processor", "two cores")]
        let former = Figures(
            machine: machine,
            sections: [
                Self.section("filters", 1, Self.yesterday), Self.section("pipes", 2, Self.yesterday),
                Self.section("forgotten", 3, Self.yesterday),
            ])
        var figures = Figures(
            machine: machine, sections: [Self.section("pipes", 5, Self.today), Self.section("tables", 4, Self.today)])
        figures.keep(former, order: ["filters", "tables", "queues", "pipes"])
        #expect(
            figures.sections == [
                Self.section("filters", 1, Self.yesterday), Self.section("tables", 4, Self.today),
                Self.section("pipes", 5, Self.today),
            ])
    }

    @Test func thePageKeepsTheFiguresOfASectionThatWasNotRun() throws {
        var page = Page(
            """
            <!-- figures: filters -->
            | former |
            <!-- end of figures -->
            <!-- figures: pipes -->
            | former |
            <!-- end of figures -->
            """)
        for section in [Self.section("pipes", 5, Self.today)] { try page.replace(section.name, with: section.markdown) }
        #expect(try page.figures("filters") == "| former |")
        #expect(try page.figures("pipes").contains("| orders | 5 |"))
    }

    @Test func figuresSurviveTheirFile() throws {
        var section = Self.section("pipes", 1_000.5, Self.today)
        section.failures = ["No."]
        section.notes = ["Yes."]
        let figures = Figures(
            machine: [.init("processor", "two cores")], sections: [section, Self.section("filters", 2, Self.yesterday)])
        let read = try JSONDecoder().decode(Figures.self, from: try JSONEncoder().encode(figures))
        #expect(read == figures)
    }

    @Test func theMachineIsATable() {
        let figures = Figures(machine: [.init("processor", "two cores"), .init("memory", "23 GB")])
        #expect(
            figures.machineMarkdown.hasSuffix(
                "| What | Value |\n|---|---|\n| processor | two cores |\n| memory | 23 GB |\n"))
    }
}
