import Foundation
import Synchronization

/// The real program, as a user starts it.
struct Command: @unchecked Sendable {
    // Unchecked: `Process` is started once in `init`; what is used after that may be called from any thread.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The folder where the build put `sluice` and the functions: the test program's own.
    static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    /// The project's folder.
    static let project = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    let process = Process()
    let scratch: Scratch
    private let end = ProcessEnd()
    private let outputFile: URL
    private let errorFile: URL

    /// Starts `sluice` with these arguments in the project's folder.
    init(_ arguments: [String], scratch: Scratch, environment: [String: String] = [:]) throws {
        try self.init(
            program: Self.products.appendingPathComponent("sluice"), arguments, scratch: scratch,
            environment: environment)
    }

    init(program: URL, _ arguments: [String], scratch: Scratch, environment: [String: String] = [:]) throws {
        self.scratch = scratch
        outputFile = scratch.newFile("out")
        errorFile = scratch.newFile("err")
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = Self.project
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        process.terminationHandler = { [end] _ in end.hasCome() }
        try process.run()
    }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

    /// Waits for the end.
    func finish() async -> Outcome {
        await end.wait()
        return Outcome(status: process.terminationStatus, output: output, errors: errors)
    }

    /// Looks every millisecond until `condition` holds; false when the process ends or a minute passes first.
    func wait(until condition: @escaping @Sendable () -> Bool) async -> Bool {
        let process = process
        return await withCheckedContinuation { continuation in
            // A thread of its own, so that tests that keep Swift's threads busy cannot make it look too late.
            Thread.detachNewThread {
                let deadline = Date() + 60
                while Date() < deadline, process.isRunning, !condition() { usleep(1_000) }
                continuation.resume(returning: condition())
            }
        }
    }

    /// Kill -9.
    func kill() async {
        Foundation.kill(process.processIdentifier, SIGKILL)
        _ = await finish()
    }

    /// The functions' processes that it has started and that still run.
    func functionProcesses() throws -> [Int32] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.filter { child in
            let status = try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8)
            guard status?.contains("PPid:\t\(process.processIdentifier)\n") == true,
                let variables = FileManager.default.contents(atPath: "/proc/\(child)/environ")
            else { return false }
            return variables.range(of: Data("AWS_LAMBDA_RUNTIME_API=".utf8)) != nil
        }
    }

    /// Waits until these processes have ended, as far as they can without being waited for by their parent; false when one
    /// has not within a minute.
    static func haveEnded(_ processes: [Int32]) async -> Bool {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let deadline = Date() + 60
                while Date() < deadline, !processes.allSatisfy(hasEnded) { usleep(1_000) }
                continuation.resume(returning: processes.allSatisfy(hasEnded))
            }
        }
    }

    private static func hasEnded(_ process: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let name = status.lastIndex(of: ")")
        else { return true }
        // Nobody may collect what has lost its parent.
        return status[name...].dropFirst(2).first == "Z"
    }

    static func run(_ arguments: [String], scratch: Scratch, environment: [String: String] = [:]) async throws
        -> Outcome
    {
        try await Command(arguments, scratch: scratch, environment: environment).finish()
    }
}

/// Whether a process has ended. Foundation's own wait spins on any thread but the one that has started the process.
private final class ProcessEnd: Sendable {
    private struct State {
        var hasCome = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func hasCome() {
        let waiting = state.withLock { state in
            state.hasCome = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let hasCome = state.withLock { state in
                if !state.hasCome { state.waiting.append(continuation) }
                return state.hasCome
            }
            if hasCome { continuation.resume() }
        }
    }
}

/// A temporary folder of one test, removed with the last reference.
final class Scratch: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
        return path(name)
    }

    func newFile(_ suffix: String) -> URL {
        let file = folder.appendingPathComponent("\(UUID().uuidString).\(suffix)")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        return file
    }
}
