import BenchmarkPage
import BenchmarkSupport
import Foundation

/// What the figures are of.
struct Machine {
    /// The median of so many syncs, each of one more block.
    private static let syncCount = 200
    private static let blockBytes = 4_096

    let syncMilliseconds: Double

    /// - Parameter folder: where the data of the figures is; its disk is measured.
    init(folder: String?) throws {
        let folder = try TemporaryFolder(in: folder)
        let path = folder.path + "/sync"
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        guard descriptor >= 0 else {
            throw WrongAnswer("The file \(path) cannot be made: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        let block = [UInt8](repeating: 7, count: Self.blockBytes)
        var times: [UInt64] = []
        for _ in 0..<Self.syncCount {
            guard write(descriptor, block, block.count) == block.count else {
                throw WrongAnswer("The file \(path) cannot be written: \(String(cString: strerror(errno))).")
            }
            let start = monotonicNanoseconds()
            fdatasync(descriptor)
            times.append(monotonicNanoseconds() - start)
        }
        syncMilliseconds = Double(times.sorted()[times.count / 2]) / 1e6
    }

    func facts(_ origin: FigureOrigin) -> [Figures.Fact] {
        var system = utsname()
        uname(&system)
        let kernel = withUnsafeBytes(of: system.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return [
            .init("processors", "\(ProcessInfo.processInfo.activeProcessorCount), \(Self.processorModel)"),
            .init("memory", "\(figureText(Double(ProcessInfo.processInfo.physicalMemory) / 1e9)) GB"),
            .init("kernel", "Linux \(kernel)"),
            .init(
                "fdatasync of 4 KB more, median of \(Self.syncCount)", "\(figureText(syncMilliseconds)) ms"),
            .init("last run", "\(origin.date), commit \(origin.commit)\(origin.effort.map { ", --\($0)" } ?? "")"),
            .init("Swift", Self.swiftVersion),
        ]
    }

    private static var processorModel: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "of an unknown model"
    }

    static var today: String {
        Date().formatted(Date.ISO8601FormatStyle().year().month().day())
    }

    /// The commit that is checked out, with a word when files differ from it.
    static var commit: String {
        guard let commit = line(of: "git", "rev-parse", "--short", "HEAD") else { return "unknown" }
        // The page itself is what a run changes.
        let changes = line(of: "git", "status", "--porcelain", "--", ".", ":!Documentation/performance.md")
        return changes == nil ? commit : "\(commit) with changes"
    }

    private static var swiftVersion: String {
        line(of: "swift", "--version")?.firstMatch(of: /Swift version ([^ ]+)/).map { String($0.1) } ?? "unknown"
    }

    /// The first line that a program prints; nil when it fails or prints none.
    private static func line(of program: String...) -> String? {
        guard let output = try? Programs(folder: "/usr/bin").output(of: "/usr/bin/env", name: program[0], program),
            output.code == 0
        else { return nil }
        return String(decoding: output.data, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }
}
