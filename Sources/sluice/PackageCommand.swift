import ArgumentParser
import Deployment
import Foundation
import Packaging
import Stacks

struct PackageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package",
        abstract: "Build functions and pack them into the zips that AWS Lambda takes.",
        discussion: """
            Without a PROGRAM, in the folder of Package.swift, it builds those of the template's functions and packs them; make \
            package-functions does that.

            Each PROGRAM becomes NAME.zip with the program as bootstrap in it. The zip's bytes follow from the program's alone.

            A program that would not start on provided.al2023 is refused: one that needs a newer C library than Amazon Linux \
            2023 has, or a shared library that its image lacks. What the packed ones need is printed.

            Examples:
              sluice package
              sluice package .build-static/release/OrderProcessorFunction --output .build/functions
            """)

    @Argument(help: "Programs that are built already, linked with --static-swift-stdlib.")
    var programs: [String] = []

    @Option(help: "The template whose functions are built when no program is named.")
    var template = "template.yaml"

    @Option(help: "Folder for the zips.")
    var output = ".build/functions"

    @Option(help: "Largest zip, in MB of a million bytes; Lambda takes 50 in a request.")
    var maxMegabytes = 50

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if programs.isEmpty, !FileManager.default.fileExists(atPath: "Package.swift") {
            throw ValidationError(
                "Name at least one program, or go to the folder of Package.swift to build the template's.")
        }
        if maxMegabytes < 1 { throw ValidationError("--max-megabytes is \(maxMegabytes); give 1 or more.") }
    }

    func run() async throws {
        let programs = programs.isEmpty ? try await build() : programs
        // All are checked before the first is written.
        let packages = try programs.map { try FunctionPackage(program: $0, for: .amazonLinux2023) }
        for package in packages where package.archive.count > maxMegabytes * 1_000_000 {
            throw PackageFailure(
                "\(package.name).zip has \(PackageText.megabytes(package.archive.count)), and \(maxMegabytes) MB are allowed; "
                    + "make the program smaller or raise --max-megabytes.")
        }
        let reports = try packages.map { PackageReport($0, path: try $0.write(to: output)) }
        if json { return try Terminal.printJSON(reports) }
        Terminal.print(reports.map(PackageText.lines).joined(separator: "\n"))
    }

    /// Builds the programs of the template's functions.
    ///
    /// - Returns: the programs' paths.
    private func build() async throws -> [String] {
        let functions = try Stack(Template.load(path: template)).functions
        let products = functions.filter { $0.runtime.hasPrefix("provided.") && $0.codeKey.hasSuffix(".zip") }
            .map { String($0.codeKey.dropLast(".zip".count)) }
        guard !products.isEmpty else {
            throw PackageFailure("\(template) has no function whose program swift build makes; name programs to pack.")
        }
        let build = FunctionBuild(products: products, folder: FileManager.default.currentDirectoryPath)
        try await linkLibraries(of: build)
        for command in build.commands {
            let outcome = try await Self.run(command, isShown: true)
            guard outcome.status == 0 else {
                throw PackageFailure("`\(command.joined(separator: " "))` failed; repair what it says and try again.")
            }
        }
        return build.programs
    }

    /// Puts a link to the static libz where the linker looks first.
    private func linkLibraries(of build: FunctionBuild) async throws {
        let compiler = ProcessInfo.processInfo.environment["CC"].flatMap { $0.isEmpty ? nil : $0 } ?? "cc"
        let answer = try await Self.run(FunctionBuild.libraryQuestion(compiler), isShown: false)
        let library = answer.output.trimmingCharacters(in: .whitespacesAndNewlines)
        // A library that it does not find it names without a folder.
        guard answer.status == 0, library.hasPrefix("/") else {
            throw PackageFailure("\(compiler) knows no static libz, libz.a; install it with `make setup`.")
        }
        let link = "\(build.libraryFolder)/libz.a"
        try FileManager.default.createDirectory(atPath: build.libraryFolder, withIntermediateDirectories: true)
        try? FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: library)
    }

    private static func run(_ command: [String], isShown: Bool) async throws -> ProgramOutcome {
        do {
            return try await ProgramRun.finish(
                command[0], Array(command.dropFirst()), environment: ProcessInfo.processInfo.environment,
                isShown: isShown)
        } catch is ProgramNotFound {
            throw PackageFailure("There is no program \(command[0]) in PATH; install it.")
        }
    }
}

/// A package as `--json` prints it. New members may come, none vanish.
struct PackageReport: Encodable {
    struct Version: Encodable {
        let library: String
        let version: String
        let symbols: [String]
    }

    let name: String
    let path: String
    /// `x86_64` or `arm64`.
    let architecture: String
    let programBytes: Int
    let zipBytes: Int
    let neededLibraries: [String]
    /// Of each family of symbol versions the newest that is needed.
    let newestVersions: [Version]

    init(_ package: FunctionPackage, path: String) {
        name = package.name
        self.path = path
        architecture = package.program.architecture.rawValue
        programBytes = package.programBytes
        zipBytes = package.archive.count
        neededLibraries = package.program.neededLibraries
        newestVersions = package.program.newestVersions.map {
            Version(library: $0.library, version: $0.version, symbols: $0.symbols)
        }
    }
}

/// Packages as people read them.
enum PackageText {
    /// Most symbols of a version that are shown; `--json` has all.
    private static let symbolsMax = 6

    static func lines(_ report: PackageReport) -> String {
        var lines = [
            "\(report.path)  \(report.architecture)  \(megabytes(report.zipBytes)), unpacked \(megabytes(report.programBytes))",
            "  needs \(report.neededLibraries.isEmpty ? "no library" : report.neededLibraries.joined(separator: ", "))",
        ]
        for version in report.newestVersions {
            let more = version.symbols.count - symbolsMax
            lines.append(
                "  \(version.version) for \(version.symbols.prefix(symbolsMax).joined(separator: ", "))"
                    + (more > 0 ? " and \(more) more" : ""))
        }
        return lines.joined(separator: "\n")
    }

    static func megabytes(_ bytes: Int) -> String {
        let tenths = (bytes + 50_000) / 100_000
        return "\(tenths / 10).\(tenths % 10) MB"
    }
}

/// Why there are no packages.
struct PackageFailure: Error, CustomStringConvertible {
    /// One sentence: the thing, the place, the remedy.
    let description: String
    init(_ description: String) { self.description = description }
}
