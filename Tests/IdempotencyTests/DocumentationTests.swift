import Foundation
import Testing

/// The example of the page about functions is compiled as it stands there.
struct DocumentationTests {
    private let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func theExampleIsWhatCompiles() throws {
        let page = try String(
            contentsOf: project.appendingPathComponent("Documentation/functions.md"), encoding: .utf8)
        let code = try String(
            contentsOf: project.appendingPathComponent("Tests/IdempotencyTests/DocumentedFunction.swift"),
            encoding: .utf8)
        #expect(page.contains("```swift\n\(code)```"))
    }
}
