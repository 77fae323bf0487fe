import Foundation
import Testing

/// cfn-lint (PyPI) is the second opinion about template.yaml: it knows CloudFormation's own schemas.
@Suite struct CfnLintTests {
    @Test(.timeLimit(.minutes(2))) func templateIsClean() async throws {
        guard let program = Self.program() else {
            let isRequired =
                ProcessInfo.processInfo.environment["CI"] != nil
                || FileManager.default.fileExists(atPath: Self.virtualEnvironment.path)
            if isRequired {
                Issue.record("cfn-lint is missing; `make setup` installs it into .venv")
            } else {
                let skip = "SKIPPED: template.yaml was NOT checked: cfn-lint is missing; `make setup` installs it\n"
                FileHandle.standardError.write(Data(skip.utf8))
            }
            return
        }
        let process = Process()
        process.executableURL = program
        // All rules, also the informational ones.
        process.arguments = ["--include-checks", "I", "--", ProjectTemplateTests.path]
        // Into a file: reading a pipe to its end would hold one of Swift's threads for seconds.
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("cfn-lint-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: output) }
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        let text = try String(contentsOf: output, encoding: .utf8)
        #expect(text == "")
        #expect(process.terminationStatus == 0)
    }

    private static let virtualEnvironment = ProjectTemplateTests.root.appendingPathComponent(".venv")

    private static func program() -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (folders.map { URL(fileURLWithPath: $0) } + [virtualEnvironment.appendingPathComponent("bin")])
            .map { $0.appendingPathComponent("cfn-lint") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
