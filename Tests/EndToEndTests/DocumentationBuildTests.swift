import Foundation
import Testing

/// docc makes the documentation of the libraries without a warning.
@Suite struct DocumentationBuildTests {
    static let hasDocc = Command.tool("docc") != nil

    @Test(.enabled(if: hasDocc, "docc is not on the path; it comes with the Swift toolchain"), .timeLimit(.minutes(3)))
    func theLibrariesAreDocumentedWithoutAWarning() async throws {
        let scratch = try Scratch()
        let outcome = try await Command(
            program: Command.project.appendingPathComponent("Scripts/docs"),
            [Command.products.path, scratch.path("documentation")], scratch: scratch
        ).finish()
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
}
