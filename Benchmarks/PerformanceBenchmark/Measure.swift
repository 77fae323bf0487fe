import ArgumentParser
import BenchmarkPage
import BenchmarkSupport
import Foundation

/// Every section, or some of them, into the page and the file of figures.
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure all sections, or those of --only, and write the page and the file of figures.",
        discussion: """
            A section that is not measured keeps its former figures. One that fails says so in its place, the others go on, \
            and the exit code is 1.
            """)

    @Flag(help: "Short runs: less exact.")
    var quick = false

    @Flag(help: "Long runs, ten million orders among them.")
    var full = false

    @Option(help: "One section alone; may be given several times.")
    var only: [SectionName] = []

    @Flag(help: "Print the figures as JSON and leave the page and the file as they are.")
    var json = false

    @Option(help: "Folder for the data, which goes away afterwards (default: the system's temporary folder).")
    var folder: String?

    @Option(help: "The page whose figures are written.")
    var page = "Documentation/performance.md"

    @Option(help: "The file of all figures.")
    var figures = ".build/bench/figures.json"

    @Option(help: "The template of the sections end-to-end and memory.")
    var template = "template.yaml"

    func validate() throws {
        guard !(quick && full) else { throw ValidationError("--quick and --full exclude each other; give one.") }
    }

    func run() throws {
        let sections = SectionName.allCases.filter { only.isEmpty || only.contains($0) }
        let file = FigureFile(page: page, figures: figures)
        // Before hours of measuring.
        if !json { try file.check(sections.map(\.rawValue)) }
        let effort: Effort = quick ? .quick : full ? .full : .usual
        let stage = Stage(effort: effort, folder: folder, programs: try Programs(), template: template)
        let machine = try Machine(folder: folder)
        let origin = FigureOrigin(date: Machine.today, commit: Machine.commit, effort: effort.option)
        var measured = Figures(machine: machine.facts(origin))
        for name in sections {
            let report = SectionReport(SectionFigures(name: name.rawValue, origin: origin))
            let start = monotonicNanoseconds()
            report.attempt { try name.measure(stage, report) }
            report.figures.seconds = Double(monotonicNanoseconds() - start) / 1e9
            complain("\(name.rawValue): \(figureText(report.figures.seconds.rounded())) s")
            for failure in report.figures.failures { complain("  \(failure)") }
            measured.sections.append(report.figures)
            // After each: what is measured stays, whatever becomes of the rest.
            if !json { try file.write(measured) }
        }
        if json { try printJSON(measured) }
        guard measured.sections.allSatisfy(\.failures.isEmpty) else { throw ExitCode.failure }
    }
}

func complain(_ sentence: String) { FileHandle.standardError.write(Data((sentence + "\n").utf8)) }

/// How long measuring takes.
enum Effort {
    case quick, usual, full

    var option: String? {
        switch self {
        case .quick: "quick"
        case .usual: nil
        case .full: "full"
        }
    }

    /// For programs that know short runs only.
    var quickFlag: [String] { self == .quick ? ["--quick"] : [] }

    func callAsFunction<Value>(_ quick: Value, _ usual: Value, _ full: Value? = nil) -> Value {
        switch self {
        case .quick: quick
        case .usual: usual
        case .full: full ?? usual
        }
    }
}

/// The page and the file that the figures go to.
struct FigureFile {
    let page: String
    let figures: String

    /// - Throws: what is wrong with the page, in a sentence.
    func check(_ sections: [String]) throws {
        let page = try readPage()
        for section in ["machine"] + sections { try page.check(section) }
    }

    /// Writes what was measured so far, and keeps all else.
    func write(_ measured: Figures) throws {
        var page = try readPage()
        try page.replace("machine", with: measured.machineMarkdown)
        for section in measured.sections { try page.replace(section.name, with: section.markdown) }
        try page.text.write(toFile: self.page, atomically: true, encoding: .utf8)
        var all = measured
        if let data = FileManager.default.contents(atPath: figures),
            let former = try? JSONDecoder().decode(Figures.self, from: data)
        {
            all.keep(former, order: SectionName.allCases.map(\.rawValue))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let url = URL(fileURLWithPath: figures)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try encoder.encode(all).write(to: url, options: .atomic)
    }

    private func readPage() throws -> Page {
        guard let text = try? String(contentsOfFile: page, encoding: .utf8) else {
            throw ValidationError("There is no page \(page); start in the project's folder, or name it with --page.")
        }
        return Page(text)
    }
}
