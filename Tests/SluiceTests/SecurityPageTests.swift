import Foundation
import TestTraits
import Testing

/// SECURITY.md names tests and the commands that run them alone: all of them must be there.
@Suite struct SecurityPageTests {
    private struct Row {
        let attack: String
        let result: String
        let tests: [String]
        let command: String
    }

    private static let project = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: project.appendingPathComponent(path), encoding: .utf8)
    }

    /// The cells of a row; a bar behind a backslash is no border.
    private static func cells(_ line: Substring) -> [String] {
        line.replacing("\\|", with: "\u{0}").split(separator: "|", omittingEmptySubsequences: false)
            .dropFirst().dropLast()
            .map { $0.replacing("\u{0}", with: "|").trimmingCharacters(in: .whitespaces) }
    }

    private static func code(_ cell: String) -> [String] { cell.matches(of: /`([^`]+)`/).map { String($0.1) } }

    private static func rows() throws -> [Row] {
        var isTable = false
        var rows: [Row] = []
        for line in try text("SECURITY.md").split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                isTable = false
                continue
            }
            let cells = cells(line)
            if cells == ["Attack or fault", "What happens", "Test", "Alone"] {
                isTable = true
            } else if isTable, cells.allSatisfy({ $0.contains { $0 != "-" } }) {
                try #require(cells.count == 4, "\(line)")
                rows.append(
                    Row(
                        attack: cells[0], result: cells[1], tests: code(cells[2]), command: code(cells[3]).first ?? ""))
            }
        }
        return rows
    }

    /// What `swift test --filter` compares with: "EndToEndTests.EndToEnd/KillTests/everyAnsweredWrite()", and of Python
    /// "test_bad_input.py::test_truncated_json".
    private static func allTests() throws -> Set<String> {
        var found: Set<String> = []
        let tests = project.appendingPathComponent("Tests")
        for path in try FileManager.default.subpathsOfDirectory(atPath: tests.path) {
            let parts = path.split(separator: "/")
            guard let target = parts.first, let file = parts.last else { continue }
            if path.hasSuffix(".swift"), target.hasSuffix("Tests") {
                let text = try Self.text("Tests/\(path)")
                let nesting = text.firstMatch(of: /\nextension (\w+) \{\n/).map { "\($0.1)/" } ?? ""
                var suite = ""
                var isTest = false
                for line in text.split(separator: "\n") {
                    if let match = line.firstMatch(of: /(?:struct|class|enum|actor) (\w+)/),
                        line.contains("@Suite") || match.1.hasSuffix("Tests") || match.1.hasSuffix("Vectors")
                    {
                        suite = String(match.1)
                    }
                    if line.contains("@Test") { isTest = true }
                    guard isTest, let match = line.firstMatch(of: /func (\w+|`[^`]+`)/) else { continue }
                    found.insert("\(target).\(nesting)\(suite)/\(match.1)()")
                    isTest = false
                }
            } else if target == "Clients", file.hasPrefix("test_"), file.hasSuffix(".py") {
                for match in try Self.text("Tests/\(path)").matches(of: /\ndef (test_\w+)\(/) {
                    found.insert("\(file)::\(match.1)")
                }
            }
        }
        return found
    }

    @Test func everyRowIsWhole() throws {
        let rows = try Self.rows()
        #expect(rows.count >= 40)
        for row in rows {
            #expect(!row.result.isEmpty && !row.tests.isEmpty && !row.command.isEmpty, "\(row.attack)")
        }
        #expect(Set(rows.map(\.attack)).count == rows.count, "an attack is named twice")
    }

    @Test(.slow) func everyTestIsThere() throws {
        let all = try Self.allTests()
        #expect(all.count > 1_000)
        for row in try Self.rows() {
            for test in row.tests {
                let isThere = all.contains { $0 == test || $0.hasSuffix(".\(test)()") || $0.hasSuffix("/\(test)()") }
                #expect(isThere, "\(row.attack): there is no test \(test)")
            }
        }
    }

    @Test(.slow) func everyCommandRunsATestOfItsRow() throws {
        let all = try Self.allTests()
        let makefile = try Self.text("Makefile")
        for row in try Self.rows() {
            let own = all.filter { id in
                row.tests.contains { id == $0 || id.hasSuffix("/\($0)()") || id.hasSuffix(".\($0)()") }
            }
            if row.command.hasPrefix("swift test --filter ") {
                let filter = row.command.dropFirst("swift test --filter ".count).trimmingCharacters(in: ["\""])
                let pattern = try Regex(filter)
                #expect(own.contains { $0.contains(pattern) }, "\(row.attack): \(row.command) runs none of its tests")
            } else if row.command.hasPrefix("make test-clients K=") {
                let words = row.command.dropFirst("make test-clients K=".count).trimmingCharacters(in: ["\""])
                for word in words.split(separator: " ") where word != "or" {
                    #expect(own.contains { $0.contains(word) }, "\(row.attack): \(word) is none of its tests")
                }
            } else {
                let target = row.command.split(separator: " ").dropFirst().first ?? ""
                #expect(row.command.hasPrefix("make "), "\(row.attack): \(row.command)")
                #expect(makefile.contains("\n\(target):"), "\(row.attack): the Makefile has no \(target)")
            }
        }
    }
}
