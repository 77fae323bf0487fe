import Foundation
import TestTraits
import Testing

/// docc makes the documentation of the libraries without a warning.
@Suite(
    .enabled(
        if: Command.tool("docc") != nil,
        "docc is not on the path, so THE DOCUMENTATION IS NOT CHECKED; it comes with the Swift toolchain"),
    .timeLimit(.minutes(6)))
struct DocumentationBuildTests {
    private static let script = Command.project.appendingPathComponent("Scripts/docs")

    @Test(.slow) func theLibrariesAreDocumentedWithoutAWarning() async throws {
        let scratch = try Scratch()
        let outcome = try await Command(
            program: Self.script, [Command.products.path, scratch.path("documentation")], scratch: scratch
        ).finish()
        try #require(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        // The page itself, and not only the list of symbols that docc makes up without one.
        let page = scratch.path("documentation/EventPatterns.doccarchive/data/documentation/eventpatterns.json")
        #expect(try String(contentsOfFile: page, encoding: .utf8).contains("Finding what does nothing"))
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
