import BenchmarkSupport
import Foundation

/// What all sections share.
struct Stage {
    let effort: Effort
    let folder: String?
    let programs: Programs
    /// Path of the project's template.
    let template: String
    let limits: Limits

    init(effort: Effort, folder: String?, programs: Programs, template: String) {
        self.effort = effort
        self.folder = folder
        self.programs = programs
        self.template = template
        limits = Limits(effort: effort, folder: folder, programs: programs)
    }

    /// Runs an engine on a folder of its own.
    ///
    /// - Parameter body: gets the engine and the folder, which live as long as it runs.
    func run<Result>(
        template: String, _ arguments: [String] = [], _ body: (SluiceProcess, TemporaryFolder) throws -> Result
    ) throws -> Result {
        let folder = try TemporaryFolder(in: folder)
        let sluice = try SluiceProcess(
            try programs.path("sluice"), template: template, in: folder.path, arguments: arguments)
        defer { sluice.stop() }
        return try body(sluice, folder)
    }

    /// The text of the project's template.
    func templateText() throws -> String {
        guard let text = try? String(contentsOfFile: template, encoding: .utf8) else {
            throw WrongAnswer("There is no template \(template); start in the project's folder.")
        }
        return text
    }
}

/// Programs of this project, in the folder that the build puts them in.
struct Programs {
    let folder: String

    /// The programs beside this one.
    init() throws {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        self.init(folder: own.deletingLastPathComponent().path)
    }

    init(folder: String) { self.folder = folder }

    func path(_ name: String) throws -> String {
        let path = folder + "/" + name
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw WrongAnswer("There is no program \(path); build it: swift build -c release --product \(name).")
        }
        return path
    }

    /// What a benchmark prints as JSON.
    func figures<Figures: Decodable>(_ name: String, _ arguments: [String], as type: Figures.Type) throws -> Figures {
        let output = try output(of: path(name), name: name, arguments + ["--json"])
        guard output.code == 0 else { throw output.failure }
        return try output.decode(type)
    }

    /// Runs a program to its end.
    ///
    /// - Parameter name: what a failure calls it.
    func output(of program: String, name: String, _ arguments: [String]) throws -> ProgramOutput {
        let folder = try TemporaryFolder(in: nil)
        // A file never fills up, as a pipe does while the other one is read.
        let errorPath = folder.path + "/errors"
        _ = FileManager.default.createFile(atPath: errorPath, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle(forWritingAtPath: errorPath)
        process.standardInput = FileHandle.nullDevice
        let before = ProcessTimes.endedChildren
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let errors = (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? ""
        return ProgramOutput(
            name: name, data: data, code: process.terminationStatus,
            lastError: errors.split(separator: "\n").last.map(String.init) ?? "",
            processorSeconds: ProcessTimes.endedChildren - before)
    }
}

/// What a program left behind.
struct ProgramOutput {
    let name: String
    let data: Data
    let code: Int32
    /// The last line of its standard error; empty without one.
    let lastError: String
    /// User and system time that it took, with its children.
    let processorSeconds: Double

    var failure: WrongAnswer {
        WrongAnswer("\(name) ended with code \(code)\(lastError.isEmpty ? "." : ": \(lastError)")")
    }

    func decode<Figures: Decodable>(_ type: Figures.Type) throws -> Figures {
        do { return try JSONDecoder().decode(type, from: data) } catch {
            throw WrongAnswer("The JSON of \(name) is not what is expected (\(error)).")
        }
    }
}
