import ArgumentParser
import Packaging

struct PackageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package",
        abstract: "Pack functions' programs into the zips that AWS Lambda takes.",
        discussion: """
            Each PROGRAM becomes NAME.zip with the program as bootstrap in it. The zip's bytes follow from the program's alone.

            A program that would not start on provided.al2023 is refused: one that needs a newer C library than Amazon Linux \
            2023 has, or a shared library that its image lacks. What the packed ones need is printed.

            make package-functions builds and packs those of template.yaml.

            Example: sluice package .build-static/release/OrderProcessorFunction --output .build/functions
            """)

    @Argument(help: "The programs, linked with --static-swift-stdlib.")
    var programs: [String]

    @Option(help: "Folder for the zips.")
    var output = ".build/functions"

    @Option(help: "Largest zip, in MB of a million bytes; Lambda takes 50 in a request.")
    var maxMegabytes = 50

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if programs.isEmpty { throw ValidationError("Name at least one program.") }
        if maxMegabytes < 1 { throw ValidationError("--max-megabytes is \(maxMegabytes); give 1 or more.") }
    }

    func run() async throws {
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
