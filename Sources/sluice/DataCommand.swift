import ArgumentParser
import Engine
import Foundation
import Tables

struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Check, back up and restore a data folder.",
        subcommands: [DataCheckCommand.self, DataBackupCommand.self, DataRestoreCommand.self])
}

struct DataCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read everything in a data folder and hold it against itself.",
        discussion: """
            Verifies the checksum of every block, that each index has exactly the entries which the items demand, and that \
            streams are in order. No engine may use the folder meanwhile; to check a running one, check a backup of it. \
            Exit code 1 when something is wrong.

            Example: sluice data check --data .sluice
            """)

    @Option(help: "The data folder.")
    var data = ".sluice"

    @Flag(help: "Print the findings as JSON.")
    var json = false

    func run() async throws {
        var progress = ProgressBar("Checking ")
        let report = try await DataCare.check(dataPath: data) { walked in
            progress.show { (0, 0, "\(Figures.count(walked)) keys") }
        }
        progress.clear()
        if json { try Terminal.printJSON(report) } else { Terminal.print(Self.text(report)) }
        guard report.isSound else { throw ExitCode(1) }
    }

    private static func text(_ report: DataCare.CheckReport) -> String {
        var lines = ["\(report.dataPath), format \(report.format)"]
        for keyspace in report.keyspaces {
            let name = keyspace.name.padding(toLength: 12, withPad: " ", startingAt: 0)
            lines.append("  \(name) \(Figures.count(keyspace.entries)) entries, \(Figures.count(keyspace.bytes)) bytes")
        }
        if let tables = report.tables {
            lines.append(
                "  \(Figures.count(tables.items)) items in \(tables.tables) tables, \(Figures.count(tables.indexEntries)) "
                    + "index entries, \(Figures.count(tables.streamRecords)) records in \(tables.streams) streams")
            lines += tables.problems.map { "  wrong: \($0)" }
            if tables.problemCount > tables.problems.count {
                lines.append("  and \(Figures.count(tables.problemCount - tables.problems.count)) more")
            }
        }
        if let damage = report.damage { lines.append("  damaged: \(damage)") }
        lines.append(
            report.isSound
                ? "Everything is sound."
                : "Restore the folder from a backup with `sluice data restore`, and check its disk.")
        return lines.joined(separator: "\n")
    }
}

struct DataBackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a data folder, also while an engine runs on it.",
        discussion: """
            The copy is one moment's state: every answered write before it, none half done. It is a data folder itself. On \
            the same disk files are linked, not copied, so it takes little time and room.

            Example: sluice data backup /backups/orders-1
            """)

    @Argument(help: "The new or empty folder for the copy.")
    var backup: String

    @Option(help: "The data folder.")
    var data = ".sluice"

    @Option(help: "Address of the engine that runs on it (default: AWS_ENDPOINT_URL, or http://127.0.0.1:4566).")
    var endpointURL: String?

    @Flag(help: "Print path and size as JSON.")
    var json = false

    func run() async throws {
        let made: BackupAnswer
        do {
            let (path, bytes) = try DataCare.backup(dataPath: data, to: backup)
            made = BackupAnswer(path: path, bytes: bytes)
        } catch  where DataCare.isInUse(error) {
            do {
                made = try await ControlClient.with(endpointURL) { try await backUp($0) }
            } catch let none as EndpointConnection.NoEngine {
                throw ControlFailure(
                    "An engine uses the data folder, but none answers at \(none.url) (\(none.reason)); name its address with "
                        + "--endpoint-url.")
            }
        }
        if json { return try Terminal.printJSON(made) }
        Terminal.print("Backed up to \(made.path), \(Figures.count(made.bytes)) bytes.")
    }

    /// Asks the engine for a backup, once it is certain that it runs on this folder.
    private func backUp(_ engine: ControlClient) async throws -> BackupAnswer {
        let path = URL(fileURLWithPath: data).standardizedFileURL.path
        let status = try await engine.get(["_sluice", "status"], as: EngineReport.self)
        guard status.dataPath == path else {
            throw ControlFailure(
                "The engine at \(engine.url) runs on \(status.dataPath), not on \(path); name the address of the one that "
                    + "does with --endpoint-url.")
        }
        return try await engine.post(
            ["_sluice", "backup"], ["path": URL(fileURLWithPath: backup).standardizedFileURL.path])
    }
}

struct DataRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data folder from a backup.",
        discussion: "Example: sluice data restore /backups/orders-1 --data .sluice")

    @Argument(help: "The backup's folder.")
    var backup: String

    @Option(help: "The data folder to make; it must be new or empty.")
    var data = ".sluice"

    @Flag(help: "Print path and size as JSON.")
    var json = false

    func run() async throws {
        let (path, bytes) = try DataCare.restore(from: backup, to: data)
        if json { return try Terminal.printJSON(BackupAnswer(path: path, bytes: bytes)) }
        Terminal.print("Restored to \(path), \(Figures.count(bytes)) bytes.")
    }
}

/// Where a backup lies.
struct BackupAnswer: Codable {
    let path: String
    let bytes: Int
}
