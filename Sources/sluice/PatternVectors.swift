import EventPatterns
import Foundation

/// A pattern, an event, and what a reference engine answers. One line of a vector file.
struct PatternVector: Decodable {
    enum Answer: String, Encodable {
        case match
        case noMatch = "no match"
        case patternRefused = "pattern refused"
        case eventRefused = "event refused"
    }

    let id: String
    let pattern: String
    let event: String
    let expected: Answer
    /// What the pair is about. One that begins with `quirk:` marks an accident of the reference engine.
    let note: String?

    var isQuirk: Bool { note?.hasPrefix("quirk:") ?? false }

    private enum CodingKeys: CodingKey { case id, pattern, event, matches, error, note }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        pattern = try container.decode(String.self, forKey: .pattern)
        event = try container.decode(String.self, forKey: .event)
        note = try container.decodeIfPresent(String.self, forKey: .note)
        let matches = try container.decodeIfPresent(Bool.self, forKey: .matches)
        switch (matches, try container.decodeIfPresent(String.self, forKey: .error)) {
        case (true, nil): expected = .match
        case (false, nil): expected = .noMatch
        case (nil, "pattern"): expected = .patternRefused
        case (nil, "event"): expected = .eventRefused
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .matches, in: container,
                debugDescription: "matches and error say neither a verdict nor which of pattern and event is refused")
        }
    }

    /// What this program answers.
    func answer(_ dialect: PatternDialect) -> Answer {
        guard let compiled = try? EventPattern(pattern, dialect: dialect) else { return .patternRefused }
        guard let matches = try? compiled.matches(Array(event.utf8)) else { return .eventRefused }
        return matches ? .match : .noMatch
    }

    /// Reads a vector file: one JSON object a line, empty lines left out.
    static func read(path: String) throws(FilterInputError) -> [PatternVector] {
        let data = try JSONInput.contents(of: path, remedy: "give a file of vectors")
        let decoder = JSONDecoder()
        var vectors: [PatternVector] = []
        for (index, line) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
            do {
                vectors.append(try decoder.decode(PatternVector.self, from: line))
            } catch {
                throw FilterInputError(
                    "\(path):\(index + 1): \(cause(error)); write one JSON object with id, pattern, event and matches or "
                        + "error.")
            }
        }
        guard !vectors.isEmpty else { throw FilterInputError("\(path) holds no vectors; write one a line.") }
        return vectors
    }

    private static func cause(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "the field \(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            context.codingPath.last.map { "the field \($0.stringValue) has the wrong type" } ?? "this is no JSON object"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty: context.debugDescription
        default: "this is no JSON"
        }
    }
}

/// How a program's answers compare with those of vectors.
struct VectorReport: Encodable {
    struct Difference: Encodable {
        let id: String
        let pattern: String
        let event: String
        let expected: PatternVector.Answer
        let answered: PatternVector.Answer
        /// Absent for a vector without one.
        let note: String?
    }

    /// Vectors that are no quirks.
    private(set) var vectors = 0
    private(set) var quirks = 0
    private(set) var disagreements: [Difference] = []
    private(set) var quirksThatDiffer: [Difference] = []

    init(_ vectors: [PatternVector], dialect: PatternDialect) {
        for vector in vectors {
            let answer = vector.answer(dialect)
            if vector.isQuirk { quirks += 1 } else { self.vectors += 1 }
            guard answer != vector.expected else { continue }
            let difference = Difference(
                id: vector.id, pattern: vector.pattern, event: vector.event, expected: vector.expected,
                answered: answer, note: vector.note)
            if vector.isQuirk { quirksThatDiffer.append(difference) } else { disagreements.append(difference) }
        }
    }

    /// The last line of the report.
    var summary: String {
        "\(vectors - disagreements.count) of \(vectors) agree, \(quirksThatDiffer.count) quirks differ"
    }
}
