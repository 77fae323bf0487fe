import ArgumentParser
import Foundation

/// JSON that the user gives: as text, in a file, or on standard input.
struct JSONInput {
    /// What messages call it: the file's path, or the argument's name.
    let name: String
    let text: String

    /// Reads what an argument names.
    ///
    /// - Parameter placeholder: the argument's name in the help.
    init(argument: String, placeholder: String) throws(FilterInputError) {
        let remedy = "give as \(placeholder) a file, - for standard input, or JSON text that begins with {"
        let data: Data
        guard argument.contains(where: { !$0.isWhitespace }) else {
            throw FilterInputError("\(placeholder) is empty text, as an unset shell variable gives; \(remedy).")
        }
        if argument.first(where: { !$0.isWhitespace }).map({ "{[".contains($0) }) ?? false {
            name = placeholder
            data = Data(argument.utf8)
        } else if argument == "-" {
            name = "standard input"
            guard let all = Self.everything(in: .standardInput) else {
                throw FilterInputError("Standard input cannot be read; give a file or JSON text as \(placeholder).")
            }
            data = all
        } else {
            name = argument
            data = try Self.contents(of: argument, remedy: remedy)
        }
        guard !data.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw FilterInputError("\(name) begins with a byte-order mark; save it as UTF-8 without one.")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw FilterInputError("\(name) holds bytes that are no UTF-8; save it as UTF-8.")
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw FilterInputError("\(name) is empty; write one JSON object into it.")
        }
        self.text = text
    }

    var bytes: [UInt8] { Array(text.utf8) }

    /// The first character that is no white space.
    var firstCharacter: Character? { text.first { !$0.isWhitespace } }

    /// Whether it looks like YAML: no JSON begins it, and some line has a key.
    var isYAML: Bool {
        guard let first = firstCharacter, !"{[".contains(first) else { return false }
        return text.split(whereSeparator: \.isNewline).contains { $0.contains(": ") || $0.hasSuffix(":") }
    }

    /// Reads a file, which may be a pipe.
    static func contents(of path: String, remedy: String) throws(FilterInputError) -> Data {
        if let file = FileHandle(forReadingAtPath: path), let data = everything(in: file) { return data }
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let cause = !exists ? "does not exist" : isFolder.boolValue ? "is a folder" : "cannot be read"
        throw FilterInputError("\(path) \(cause); \(remedy).")
    }

    /// Nil when reading fails.
    private static func everything(in file: FileHandle) -> Data? {
        do {
            return try file.readToEnd() ?? Data()
        } catch {
            return nil
        }
    }
}

/// Input that cannot be used: one sentence with the file or argument. The commands exit with 2.
struct FilterInputError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// Runs a command's work and turns bad input into exit code 2.
    static func exitingWithTwo(_ work: () throws -> Void) throws {
        do {
            try work()
        } catch let error as FilterInputError {
            Terminal.error(error.description)
            throw ExitCode(2)
        }
    }
}
