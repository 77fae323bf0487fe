import Foundation
import Testing

/// cfn-lint (PyPI) is the second opinion about template.yaml: it knows CloudFormation's own schemas.
@Suite struct CfnLintTests {
    @Test(.timeLimit(.minutes(2))) func templateIsClean() throws {
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
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
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
