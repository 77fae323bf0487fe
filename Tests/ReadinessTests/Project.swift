import Foundation
import Readiness
import Stacks

/// Files of the project that tests look at.
enum Project {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let fixtures = folder.appendingPathComponent("Tests/ReadinessTests/Fixtures")
    static let pages = folder.appendingPathComponent("Documentation/checks")

    static func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

    /// The template of a rule: `trips` or `passes`.
    static func fixture(_ id: String, _ name: String) throws -> String {
        try text(fixtures.appendingPathComponent("\(id)/\(name).yaml"))
    }

    static func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }
}

/// A review of a template's text.
func review(_ text: String, shards: Int = ReadinessReview.shardsDefault) throws -> ReadinessReview {
    let stack = try Stack(Template(yaml: text, file: "template.yaml"))
    return ReadinessReview(stack, file: "template.yaml", text: text, shards: shards)
}
