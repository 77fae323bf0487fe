import Clocks
import Foundation
import Functions
import Logging
import Synchronization

/// A function whose program is a few lines of Python on the Runtime API, in a folder of its own.
struct TestFunction {
    /// Reads events and answers what `handle(event, request_id)` returns: with `serve` as JSON, with `serve_raw` bytes as they
    /// are, and then an answer that is refused is noted in `said` with its status and body.
    private static let prelude = """
        import json, os, sys, time, urllib.request
        base = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/"
        def call(path, body=None, headers={}):
            return urllib.request.urlopen(urllib.request.Request(base + path, data=body, headers=headers))
        def serve(handle):
            while True:
                with call("invocation/next") as answer:
                    request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
                    headers = dict(answer.headers)
                    event = json.loads(answer.read())
                result = handle(event, request, headers)
                call("invocation/" + request + "/response", json.dumps(result).encode())
        def serve_raw(handle, said):
            def raw(event, request, headers):
                result = handle(event, request, headers)
                return result if isinstance(result, bytes) else json.dumps(result).encode()
            while True:
                with call("invocation/next") as answer:
                    request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
                    event = json.loads(answer.read())
                try:
                    call("invocation/" + request + "/response", raw(event, request, {}))
                except urllib.error.HTTPError as error:
                    said.append([error.code, json.loads(error.read())])

        """

    let folder: URL
    let configuration: FunctionConfiguration

    init(
        _ code: String, timeout: Duration = .seconds(30), environment: [String: String] = [:],
        user: FunctionUser? = nil, concurrency: Int = 4
    ) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-function-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let program = folder.appendingPathComponent("bootstrap")
        try "#!/usr/bin/env python3\n\(Self.prelude)\(code)\n".write(to: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        configuration = FunctionConfiguration(
            name: "Test", arn: "arn:aws:lambda:eu-west-1:000000000000:function:Test", region: "eu-west-1",
            handler: "bootstrap", program: FunctionProgram(executablePath: program.path, taskRoot: folder.path),
            timeout: timeout, memorySizeMegabytes: 256,
            environment: environment, user: user, concurrencyMax: concurrency)
    }

    /// Runs `body` with the function, then stops it and removes its folder.
    ///
    /// - Parameter keeper: nil for one of its own.
    func run<Result: Sendable>(
        keeper: ProcessKeeper? = nil, time: any TimeSource = SystemTime(), processTime: (any TimeSource)? = nil,
        idleLifetime: Duration? = nil, _ body: @escaping @Sendable (LocalFunction) async throws -> Result
    ) async throws -> Result {
        defer { try? FileManager.default.removeItem(at: folder) }
        let numbers = Mutex(0)
        let runKeeper = try keeper ?? ProcessKeeper(user: configuration.user)
        let function = LocalFunction(
            configuration, log: FunctionLog(), keeper: runKeeper, idleLifetime: idleLifetime, time: time,
            processTime: processTime,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            makeRequestID: {
                let number = numbers.withLock { number in
                    number += 1
                    return number
                }
                return "00000000-0000-4000-8000-\(String(repeating: "0", count: 12 - String(number).count))\(number)"
            })
        let logPath = folder.appendingPathComponent("Test.log").path
        try function.log.open(path: logPath)
        let result: Swift.Result<Result, any Error> = await withTaskGroup(of: Void.self) { group in
            group.addTask { await function.run() }
            defer { function.stop() }
            do { return .success(try await body(function)) } catch { return .failure(error) }
        }
        if keeper == nil { await runKeeper.close() }
        return try result.get()
    }

    /// The lines that the processes have written, without Lambda's own.
    var said: String {
        log.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("START ") && !$0.hasPrefix("END ") && !$0.hasPrefix("REPORT ") }
            .joined(separator: "\n")
    }

    var log: String { (try? String(contentsOf: folder.appendingPathComponent("Test.log"), encoding: .utf8)) ?? "" }
}

extension InvocationResult {
    var text: String { String(decoding: payload, as: UTF8.self) }
}

extension LocalFunction {
    func invoke(_ event: String) async throws -> InvocationResult { try await invoke(Array(event.utf8)) }
}
