import Foundation
import TestTraits
import Testing

/// The tests of `Tests/Clients`: AWS's own clients, boto3 and the AWS CLI, with only the endpoint changed, and a browser that looks at
/// the console. Beside the other tests that start programs: they mostly wait for themselves.
@Suite(.slow) struct ClientTests {
    /// Tests that wait for an item to expire, and those that need minutes, are for `make test-all`.
    private static let isPatient = ProcessInfo.processInfo.environment["SLUICE_KILLS"] != nil

    @Test(.timeLimit(.minutes(10))) func boto3AndTheAWSCLIGetAWSsAnswers() async throws {
        try await pass(Self.isPatient ? "not browser and not deploy" : "not browser and not deploy and not slow")
    }

    @Test(.timeLimit(.minutes(10))) func aBrowserGoesThroughTheConsole() async throws { try await pass("browser") }

    /// moto is AWS for them, and the AWS CLI is the real one.
    @Test(
        .timeLimit(.minutes(10)),
        .enabled(if: hasMoto, "run `make setup`: it installs moto, which is AWS for these tests"))
    func aStackIsDeployedFollowedAndDestroyed() async throws {
        try await pass(Self.isPatient ? "deploy" : "deploy and not slow")
    }

    private static let hasMoto: Bool = {
        guard let python = Command.tool("python3") else { return false }
        let process = Process()
        process.executableURL = python
        process.arguments = ["-c", "import moto.moto_proxy"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// One engine on the project's template serves all of them; they make the tables that they need.
    ///
    /// - Parameter marks: which of them.
    private func pass(_ marks: String) async throws {
        let python = try #require(Command.tool("python3"), "run `make setup`: it installs boto3, pytest and selenium")
        let scratch = try Scratch()
        // Functions in Python run in the same one, which has AWS's runtime client.
        let path = "\(python.deletingLastPathComponent().path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        let engine = try await RunningSluice.start(
            data: scratch.path("data"), scratch: scratch, environment: ["PATH": path])
        let outcome = try await Command(
            program: python,
            ["-m", "pytest", "-q", "--color=no", "--tb=short", "-m", marks, "Tests/Clients"],
            scratch: scratch,
            environment: [
                "SLUICE_ENDPOINT": engine.url, "SLUICE_CONSOLE": engine.consoleURL, "SLUICE_TABLE": "Orders",
                "SLUICE_PROGRAM": Command.products.appendingPathComponent("sluice").path,
                "PYTHONDONTWRITEBYTECODE": "1",
            ]
        ).finish()
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        let end = await engine.stop()
        #expect(end.status == 0, "\(end.errors)")
    }
}

extension Command {
    /// A tool from the project's `.venv`, which `make setup` makes where it must, or from the machine.
    static func tool(_ name: String) -> URL? {
        let own = project.appendingPathComponent(".venv/bin/\(name)")
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let candidates = [own] + folders.map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
