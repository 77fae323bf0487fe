/// What one section of the page has measured, and when.
package struct SectionFigures: Codable, Equatable, Sendable {
    /// The name of the section's marks on the page.
    package let name: String
    package var tables: [FigureTable] = []
    /// What is to be known of the figures, a sentence each.
    package var notes: [String] = []
    /// What could not be measured, a sentence each.
    package var failures: [String] = []
    /// How long it took.
    package var seconds = 0.0
    package var origin: FigureOrigin

    package init(name: String, origin: FigureOrigin) {
        self.name = name
        self.origin = origin
    }

    /// What stands between the section's marks. The command is the one that measures this section alone.
    package var markdown: String {
        let blocks =
            failures.map { "Not measured: \($0)\n" } + tables.map(\.markdown).filter { !$0.isEmpty }
            + notes.map { "\($0)\n" }
        let command = origin.command(section: name)
        let last = "`\(command)`, \(origin.date), commit \(origin.commit), \(figureText(seconds.rounded())) s.\n"
        return (blocks + [last]).joined(separator: "\n")
    }
}

/// Where figures come from: a section that is measured alone stays apart from those of another day.
package struct FigureOrigin: Codable, Equatable, Sendable {
    /// Year, month and day.
    package let date: String
    package let commit: String
    /// `quick`, `full` or nothing for a usual run.
    package let effort: String?

    package init(date: String, commit: String, effort: String?) {
        self.date = date
        self.commit = commit
        self.effort = effort
    }

    /// What measures the section alone, as these figures were.
    func command(section: String) -> String {
        let arguments = (effort.map { ["--\($0)"] } ?? []) + ["--only \(section)"]
        return "make bench ARGS=\"\(arguments.joined(separator: " "))\""
    }
}

/// All figures, as `figures.json` keeps them.
package struct Figures: Codable, Equatable, Sendable {
    /// What the figures are of, such as the processor's model.
    package struct Fact: Codable, Equatable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var machine: [Fact]
    package var sections: [SectionFigures]

    package init(machine: [Fact], sections: [SectionFigures] = []) {
        self.machine = machine
        self.sections = sections
    }

    /// Takes the sections that were not measured this time from former figures.
    ///
    /// - Parameter order: the sections' names, in the order that they are to have. Former ones that it does not name go.
    package mutating func keep(_ former: Figures, order: [String]) {
        sections = order.compactMap { name in
            sections.first { $0.name == name } ?? former.sections.first { $0.name == name }
        }
    }

    /// What stands between the marks of the machine.
    package var machineMarkdown: String {
        var table = FigureTable("The machine of the figures", ["What", "Value"])
        for fact in machine { table.add(.text(fact.name), .text(fact.value)) }
        return table.markdown
    }
}
