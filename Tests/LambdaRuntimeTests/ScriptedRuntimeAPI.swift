import Foundation
import HTTPServing
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

/// A Runtime API that hands out what a test gives it and keeps what it gets.
final class ScriptedRuntimeAPI: Sendable {
    struct Event: Sendable {
        var status = HTTPResponseStatus.ok
        var headers: HTTPHeaders = [:]
        var body = ""
    }

    struct Post: Sendable {
        let path: String
        let headers: HTTPHeaders
        let body: String
    }

    private struct State {
        var events: [Event] = []
        var nextCalls = 0
        var posts: [Post] = []
    }

    private static let prefix = "/2018-06-01/runtime"
    private let state = Mutex(State())

    var posts: [Post] { state.withLock { $0.posts } }
    var nextCalls: Int { state.withLock { $0.nextCalls } }

    /// Lets the next call for an event have this one.
    func offer(_ action: String, invocationID: String? = nil) {
        var headers: HTTPHeaders = [
            "Lambda-Runtime-Aws-Request-Id": "r-1", "Lambda-Runtime-Deadline-Ms": "253402300799000",
            "Lambda-Runtime-Invoked-Function-Arn": "arn:f", "Lambda-Runtime-Trace-Id": "Root=1",
        ]
        if let invocationID { headers.add(name: "Lambda-Runtime-Invocation-Id", value: invocationID) }
        offer(Event(headers: headers, body: #"{"action":"\#(action)"}"#))
    }

    func offer(_ event: Event) { state.withLock { $0.events.append(event) } }

    private func respond(to request: HTTPRequest) async -> HTTPReply {
        guard request.path != Self.prefix + "/invocation/next" else {
            state.withLock { $0.nextCalls += 1 }
            var event: Event?
            _ = await comesTrue {
                event = state.withLock { $0.events.isEmpty ? nil : $0.events.removeFirst() }
                return event != nil
            }
            guard let event else { return HTTPReply(status: .internalServerError) }
            return HTTPReply(status: event.status, headers: event.headers, body: ByteBuffer(string: event.body))
        }
        let post = Post(
            path: String(request.path.dropFirst(Self.prefix.count)), headers: request.headers,
            body: String(buffer: request.body))
        state.withLock { $0.posts.append(post) }
        return HTTPReply(status: .accepted)
    }

    /// Runs `body` with the probe as a process that asks this API.
    static func withProbe(
        environment: [String: String] = [:], _ body: (ScriptedRuntimeAPI, Probe) async throws -> Void
    ) async throws {
        let api = ScriptedRuntimeAPI()
        let server = try await HTTPServer.start(host: "127.0.0.1", port: 0, bodyBytesMax: 1 << 20) { request in
            await api.respond(to: request)
        }
        let address = ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)"]
        let probe = try Probe(environment: address.merging(environment) { _, new in new })
        do {
            try await body(api, probe)
        } catch {
            probe.kill()
            await server.stop()
            throw error
        }
        probe.kill()
        await server.stop()
    }
}

/// The probe as a process.
final class Probe: @unchecked Sendable {
    // Unchecked: the process is started once in `init`; signals and reads of its files may come from any thread.
    private let process = Process()
    private let input = Pipe()
    private let outputFile: URL
    private let errorFile: URL

    init(environment: [String: String]) throws {
        let folder = FileManager.default.temporaryDirectory
        outputFile = folder.appendingPathComponent("probe-\(UUID().uuidString).out")
        errorFile = folder.appendingPathComponent("probe-\(UUID().uuidString).err")
        for file in [outputFile, errorFile] {
            try #require(FileManager.default.createFile(atPath: file.path, contents: nil))
        }
        // The folder where the build put it: the test program's own.
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("RuntimeProbe")
        process.environment = environment
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
    }

    deinit {
        for file in [outputFile, errorFile] { try? FileManager.default.removeItem(at: file) }
    }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

    func terminate() { _ = Foundation.kill(process.processIdentifier, SIGTERM) }
    func type(_ text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    /// Waits for the end; nil when it does not come.
    func status() async -> Int32? {
        await comesTrue { !process.isRunning } ? process.terminationStatus : nil
    }

    fileprivate func kill() {
        guard process.isRunning else { return }
        _ = Foundation.kill(process.processIdentifier, SIGKILL)
    }
}
