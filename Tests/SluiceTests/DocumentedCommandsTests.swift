import ArgumentParser
import Foundation
import Testing

@testable import sluice

/// The commands that the documents show are ones that the program takes.
@Suite struct DocumentedCommandsTests {
    struct Example: CustomTestStringConvertible, Sendable {
        /// `README.md:120`.
        let place: String
        let line: String
        let arguments: [String]

        var testDescription: String { "\(place): \(line)" }
    }

    static let examples: [Example] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let documents =
            (FileManager.default.enumerator(atPath: root.appending(path: "Documentation").path)?.compactMap {
                ($0 as? String).map { "Documentation/\($0)" }
            } ?? [])
        return (["README.md", "Examples/shop/README.md"] + documents.sorted()).filter { $0.hasSuffix(".md") }
            .flatMap { path in
                let text = (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
                return examples(in: text, path: path)
            }
    }()

    @Test func theDocumentsShowCommands() {
        #expect(Self.examples.count > 30)
    }

    @Test(arguments: examples) func isTaken(_ example: Example) {
        #expect(throws: Never.self) { try Sluice.parseAsRoot(example.arguments) }
    }

    /// Those of indented blocks, with lines that go on behind a backslash put together. What shows a form, with `[` or `|`, is none.
    private static func examples(in text: String, path: String) -> [Example] {
        var examples: [Example] = []
        var unfinished = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.hasPrefix("    ") else { continue }
            let whole = unfinished + line.trimmingCharacters(in: .whitespaces)
            guard !whole.hasSuffix("\\") else {
                unfinished = whole.dropLast() + " "
                continue
            }
            unfinished = ""
            // `$ ` stands before a command whose output is shown.
            let command = whole.hasPrefix("$ ") ? String(whole.dropFirst(2)) : whole
            guard command.hasPrefix("sluice "), let words = words(of: command) else { continue }
            examples.append(
                Example(place: "\(path):\(index + 1)", line: command, arguments: Array(words.dropFirst())))
        }
        return examples
    }

    /// As a shell splits a line, up to what is not the command's own; nil for what shows a form.
    private static func words(of line: String) -> [String]? {
        var words: [String] = []
        var word = ""
        var isWord = false
        var quote: Character?
        func isOver(_ character: Character) -> Bool { character == "#" && !isWord || "&>;".contains(character) }
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word.append(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                isWord = true
            } else if "[|".contains(character) {
                return nil
            } else if isOver(character) {
                break
            } else if character == " " {
                if isWord { words.append(word) }
                (word, isWord) = ("", false)
            } else {
                word.append(character)
                isWord = true
            }
        }
        if isWord { words.append(word) }
        return words.contains { $0.hasSuffix("...") } ? nil : words
    }
}
