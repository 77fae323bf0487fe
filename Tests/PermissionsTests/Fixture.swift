import Foundation
import Permissions
import Stacks

/// The templates of the tests, and the project's own.
enum Fixture {
    static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// The templates of the rules of `sluice check`, those of roles among them.
    private static let folder = project.appendingPathComponent("Tests/ReadinessTests/Fixtures")

    static func text(_ rule: String, _ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent("\(rule)/\(name).yaml"), encoding: .utf8)
    }

    static func stack(_ rule: String, _ name: String) throws -> Stack { try stack(of: text(rule, name)) }

    static func stack(of text: String, _ options: StackOptions = StackOptions()) throws -> Stack {
        try Stack(Template(yaml: text, file: "template.yaml"), options: options)
    }

    static func projectStack(_ options: StackOptions = StackOptions()) throws -> Stack {
        try Stack(Template.load(path: project.appendingPathComponent("template.yaml").path), options: options)
    }

    static func problems(in text: String) throws -> [PermissionProblem] { RoleReview.problems(in: try stack(of: text)) }

    /// A template with one passage replaced.
    static func problems(in text: String, _ old: String, _ new: String) throws -> [PermissionProblem] {
        let changed = text.replacing(old, with: new)
        guard changed != text else { throw Missing(passage: old) }
        return try problems(in: changed)
    }

    struct Missing: Error { var passage: String }
}
