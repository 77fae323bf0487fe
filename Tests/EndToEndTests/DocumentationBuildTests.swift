import Foundation
import Testing

extension EndToEnd {
    /// `Scripts/docs` on the modules that the tests themselves were built with.
    @Suite(
        .timeLimit(.minutes(4)),
        .enabled(if: hasDocC, "docc is not on the PATH: THE DOCUMENTATION IS NOT CHECKED; add the toolchain's bin"))
    struct DocumentationBuildTests {
        private static let script = Command.project.appendingPathComponent("Scripts/docs")

        @Test func theLibrariesDocumentationHasNoWarnings() async throws {
            let scratch = try Scratch()
            let outcome = try await Command(
                program: Self.script, [Command.products.path, scratch.path("documentation")], scratch: scratch
            ).finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            // The page itself, and not only the list of symbols that docc makes up without one.
            let page = scratch.path("documentation/EventPatterns.doccarchive/data/documentation/eventpatterns.json")
            let text = try String(contentsOfFile: page, encoding: .utf8)
            #expect(text.contains("Finding what does nothing"))
        }

        @Test func aFolderWithoutABuildGetsOneSentence() async throws {
            let scratch = try Scratch()
            // Folders are the caller's, wherever the script is called from.
            let outcome = try await Command(
                program: URL(fileURLWithPath: "/bin/sh"),
                ["-c", "cd \"$0\" && exec \"$@\"", scratch.folder.path, Self.script.path, "nothing", "documentation"],
                scratch: scratch
            ).finish()
            #expect(outcome.status == 1)
            #expect(outcome.errors.hasPrefix("docs: not built in nothing: AWSClient "), "\(outcome.errors)")
            #expect(outcome.errors.hasSuffix("; run swift build first\n"), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: scratch.path("documentation")))
        }
    }
}

private let hasDocC = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/docc") }
