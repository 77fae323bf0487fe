import BenchmarkSupport
import Foundation

/// Millions of orders into one table: whether the last are as quick as the first, and what they leave behind.
struct LongRun {
    private static let group = "long run, 64 callers"
    private static let part = 1_000_000
    /// Least rate of the last million in terms of the first's.
    private static let lastRatioMin = 0.75
    private static let residentBytesMax = 1 << 30
    private static let openSecondsMax = 1.0

    let count: Int
    let folder: String?
    let report: Report

    /// - Returns: what is wrong, a sentence each.
    func run() async throws -> [String] {
        let data = try TemporaryFolder(in: folder)
        var broken: [String] = []
        var rates: [Double] = []
        do {
            let store = try await OpenStore(path: data.path)
            let table = TableRuns(table: store.table, orders: Orders())
            for first in stride(from: 0, to: count, by: Self.part) {
                let measured = try await table.insert(first..<min(first + Self.part, count))
                let (resident, bytes) = (residentBytes() ?? 0, data.bytes)
                var figure = Figure(Self.group, "orders from \(first)", "orders", measured)
                figure.residentMegabytes = resident >> 20
                figure.folderMegabytes = bytes >> 20
                report.add(figure)
                report.note("    resident \(resident >> 20) MB, folder \(bytes >> 20) MB")
                if resident > Self.residentBytesMax { broken.append("Resident memory is \(resident >> 20) MB.") }
                rates.append(measured.rate)
            }
            await store.close()
        }
        if let first = rates.first, let last = rates.last, last < first * Self.lastRatioMin {
            broken.append("The last part has \(Int(last / first * 100)) % of the first part's rate.")
        }
        broken += try await open(data.path, "after a clean end")
        try await killWhileWriting(data.path)
        broken += try await open(data.path, "after kill -9")
        return broken
    }

    private func open(_ path: String, _ when: String) async throws -> [String] {
        let start = monotonicNanoseconds()
        let store = try await OpenStore(path: path)
        let seconds = Double(monotonicNanoseconds() - start) / 1e9
        await store.close()
        report.note(
            String(format: "  open %@: %.3f s", when, seconds),
            Figure(Self.group, "open \(when)", seconds: seconds))
        return seconds > Self.openSecondsMax ? ["Opening \(when) takes \(seconds) s."] : []
    }

    /// Has this program write in another process, and kills that under way.
    private func killWhileWriting(_ path: String) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--write-into", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        _ = pipe.fileHandleForReading.availableData
        try await Task.sleep(for: .seconds(5))
        guard process.isRunning else { throw WrongAnswer("The writing process ended by itself.") }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The other process: writes until it is killed.
    static func writeForEver(into path: String) async throws {
        let store = try await OpenStore(path: path)
        let table = TableRuns(table: store.table, orders: Orders())
        print("writing")
        fflush(nil)
        var first = 1 << 40
        while true {
            _ = try await table.insert(first..<first + 100_000)
            first += 100_000
        }
    }
}

/// How long `sluice up` takes on a folder with many orders.
struct StartUp {
    static let usualCount = 1_000_000
    /// How long orders are written before the process is killed.
    private static let loadTime = Duration.seconds(5)

    let program: String
    let count: Int
    let folder: String?
    let report: Report

    func run() async throws {
        let folder = try TemporaryFolder(in: folder)
        do {
            let store = try await OpenStore(path: folder.path + "/data")
            _ = try await TableRuns(table: store.table, orders: Orders()).insert(0..<count)
            await store.close()
        }
        report.note("\n\(count) orders, \(folder.bytes >> 20) MB; from the start of the process to \"Ready.\":")
        var sluice = try SluiceProcess(program, template: ordersTemplate, in: folder.path)
        say("after a clean stop", sluice)
        var put = HTTPRequests.put(Orders())
        let client = try LoadClient(port: sluice.port)
        let victim = sluice.identifier
        // Beside the load, which keeps this thread until the connection ends.
        Task.detached {
            try await Task.sleep(for: Self.loadTime)
            kill(victim, SIGKILL)
        }
        do {
            _ = try client.run(&put, .asFastAsAnswered, seconds: 60, first: 1 << 30)
            throw Survivor()
        } catch is WrongAnswer {
            // The connection ended, as it must.
        }
        sluice.kill()
        sluice = try SluiceProcess(program, template: ordersTemplate, in: folder.path)
        say("after kill -9 under load", sluice)
        sluice.stop()
    }

    private struct Survivor: Error, CustomStringConvertible {
        let description = "sluice outlived kill -9."
    }

    private func say(_ when: String, _ sluice: SluiceProcess) {
        let resident = sluice.residentMegabytes
        report.note(
            String(format: "  %@: %.3f s, resident %d MB", when, sluice.secondsUntilReady, resident),
            Figure(
                "start of sluice up, \(count) orders", when, seconds: sluice.secondsUntilReady,
                residentMegabytes: resident))
    }
}
