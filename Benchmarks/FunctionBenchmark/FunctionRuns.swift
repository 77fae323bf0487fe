import BenchmarkSupport
import Clocks
import Foundation
import Functions
import Logging

/// The measurements, each with processes of its own.
struct FunctionRuns {
    let report: FigureReport
    /// 1 for short runs.
    let factor: Int

    private static let environments = 4

    /// From the call to the answer, with the start of the process in between.
    func coldStarts(_ name: String) async throws {
        var latencies: [UInt32] = []
        var memory = 0
        let watch = Stopwatch()
        for _ in 0..<20 * factor {
            try await call(name, concurrency: 1) { function, log in
                let start = monotonicNanoseconds()
                _ = try await function.invoke(Self.event)
                latencies.append(UInt32((monotonicNanoseconds() - start) / 1_000))
                memory = max(memory, log.memoryMegabytes)
            }
        }
        let stretch = watch.measured(latencies.count, latencies: latencies)
        let median = stretch.percentile(50) ?? 0
        report.add("\(name): cold start and first answer, p50", median, "ms", wanted: "< 50", holds: median < 50)
        report.add("\(name): cold start and first answer, max", stretch.percentile(100) ?? 0, "ms")
        report.add("\(name): memory", Double(memory), "MB", wanted: "< 40", holds: memory < 40)
    }

    /// One call after the other.
    func calls(_ name: String) async throws {
        try await call(name, concurrency: 1) { function, _ in
            var latencies: [UInt32] = []
            for _ in 0..<500 { _ = try await function.invoke(Self.event) }
            let watch = Stopwatch()
            for _ in 0..<5_000 * factor {
                let start = monotonicNanoseconds()
                _ = try await function.invoke(Self.event)
                latencies.append(UInt32((monotonicNanoseconds() - start) / 1_000))
            }
            let stretch = watch.measured(latencies.count, latencies: latencies)
            let median = (stretch.percentile(50) ?? 0) * 1_000
            report.add("\(name): a warm call, p50", median, "us", wanted: "< 300", holds: median < 300)
            report.add("\(name): a warm call, p99", (stretch.percentile(99) ?? 0) * 1_000, "us")
            report.add("\(name): a warm call, the engine's processor time", stretch.processorMicroseconds, "us")
        }
    }

    /// Callers without a pause, two for each environment, so that none of them waits for a caller.
    func rate(_ name: String) async throws {
        try await call(name, concurrency: Self.environments) { function, _ in
            let callers = 2 * Self.environments
            let count = 10_000 * factor / callers * callers
            let watch = Stopwatch()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<callers {
                    group.addTask { for _ in 0..<count / callers { _ = try await function.invoke(Self.event) } }
                }
                try await group.waitForAll()
            }
            let stretch = watch.measured(count)
            report.add(
                "\(name): calls with \(Self.environments) environments", stretch.rate, "/s", wanted: "> 5000",
                holds: stretch.rate > 5_000)
        }
    }

    private static let event = Array("{}".utf8)

    private func call(
        _ name: String, concurrency: Int, _ body: (LocalFunction, MemoryLog) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder(in: nil)
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
            .appendingPathComponent(name).path
        let configuration = FunctionConfiguration(
            name: name, arn: "arn:aws:lambda:us-east-1:000000000000:function:\(name)", region: "us-east-1",
            handler: "bootstrap",
            program: try FunctionProgram(
                function: name, runtime: "provided.al2023", handler: "bootstrap", codePath: program),
            timeout: .seconds(30), memorySizeMegabytes: 128, environment: [:], concurrencyMax: concurrency)
        let keeper = try ProcessKeeper()
        let log = FunctionLog()
        let path = folder.path + "/log"
        try log.open(path: path)
        let function = LocalFunction(
            configuration, log: log, keeper: keeper, idleLifetime: nil, time: SystemTime(),
            logger: Logger(label: "benchmark"), makeRequestID: String.randomUUID)
        let running = Task { await function.run() }
        do {
            try await body(function, MemoryLog(path: path))
        } catch {
            function.stop()
            await running.value
            await keeper.close()
            throw error
        }
        function.stop()
        await running.value
        await keeper.close()
    }
}

/// What a function's log says of its memory.
struct MemoryLog {
    let path: String

    /// The most that a REPORT line names; 0 without one.
    var memoryMegabytes: Int {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.matches(of: /Max Memory Used: (\d+) MB/).compactMap { Int($0.1) }.max() ?? 0
    }
}
