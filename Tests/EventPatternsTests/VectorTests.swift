import EventPatterns
import Foundation
import Testing

/// One verdict of AWS's engine; see Vectors/README.md.
struct Vector: Decodable, Sendable {
    var id: String
    var `operator`: String
    var pattern: String
    var event: String
    var matches: Bool?
    var error: String?
    var note: String?

    var isQuirk: Bool { note?.hasPrefix("quirk:") ?? false }

    enum Answer: Equatable {
        case matches(Bool)
        case patternRefused
        case eventRefused
    }

    var expected: Answer {
        switch error {
        case "pattern": .patternRefused
        case "event": .eventRefused
        default: .matches(matches ?? false)
        }
    }

    /// What this module answers.
    var actual: Answer {
        guard let compiled = try? EventPattern(pattern, dialect: .eventBus) else { return .patternRefused }
        guard let answer = try? compiled.matches(Array(event.utf8)) else { return .eventRefused }
        return .matches(answer)
    }

    static let all: [Vector] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Vectors/event-patterns.jsonl")
        let decoder = JSONDecoder()
        let lines = (try? Data(contentsOf: file))?.split(separator: UInt8(ascii: "\n")) ?? []
        return lines.compactMap { try? decoder.decode(Vector.self, from: $0) }
    }()

    static let operators = Set(all.map(\.operator)).sorted()
}

@Suite struct VectorTests {
    /// The number of lines in the file. A vector that cannot be read must not pass by being absent.
    static let vectorCount = 5_319

    @Test func allVectorsAreRead() {
        #expect(Vector.all.count == Self.vectorCount)
    }

    @Test(arguments: Vector.operators)
    func agreesWithTheReferenceEngine(_ name: String) {
        for vector in Vector.all where vector.operator == name && !vector.isQuirk {
            let actual = vector.actual
            if actual != vector.expected {
                Issue.record("\(vector.id): \(actual), not \(vector.expected): \(vector.pattern) on \(vector.event)")
            }
        }
    }

    /// Accidents of the reference engine, which may be followed or not. Where this module answers otherwise it does so
    /// by decision, and this table is the list of decisions: note, and how many of its vectors differ.
    @Test func quirksDifferAsDecided() {
        var differing: [String: Int] = [:]
        for vector in Vector.all where vector.isQuirk && vector.actual != vector.expected {
            differing[vector.note ?? "", default: 0] += 1
        }
        #expect(
            differing == [
                // Text behind a JSON value makes the whole malformed.
                "quirk:text-after-event": 15,
                "quirk:text-after-pattern": 4,
                // A `$or` that is none is refused; as a field name it would match nothing anybody meant.
                "quirk:or-as-field-name": 18,
                // The shortest text of a double is the true one, not that of Java 17.
                "quirk:double-text": 11,
                // The largest double is a bound like any other.
                "quirk:largest-doubles": 2,
                // Characters beyond U+FFFF have case mappings and are no question marks.
                "quirk:outside-bmp-case": 21,
            ])
    }
}
