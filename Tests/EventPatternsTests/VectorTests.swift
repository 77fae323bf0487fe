import EventPatterns
import Foundation
import Testing

/// A pattern, an event and the verdict, most of them of AWS's engine; see Vectors/README.md.
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

    /// What the slow twin answers.
    var reference: Answer? {
        switch ReferenceMatcher.answer(Array(pattern.utf8), Array(event.utf8), forPipes: false) {
        case .patternRefused: .patternRefused
        case .eventRefused: .eventRefused
        case .matches(let answer): .matches(answer)
        case .undecided: nil
        }
    }

    private static func lines(_ name: String) -> [Data] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/\(name)")
        return (try? Data(contentsOf: file))?.split(separator: UInt8(ascii: "\n")) ?? []
    }

    /// The verdicts of AWS's engine.
    static let all = lines("event-patterns.jsonl").compactMap { try? JSONDecoder().decode(Vector.self, from: $0) }
    static let operators = Set(all.map(\.operator)).sorted()

    /// What fuzzing has found, with the answers that the rules give.
    static let found = lines("found.jsonl").compactMap { try? JSONDecoder().decode(Vector.self, from: $0) }
    static let foundLineCount = lines("found.jsonl").count
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

    /// The slow twin that other tests compare with is itself held to AWS's verdicts; on quirks it follows this module.
    @Test(arguments: Vector.operators)
    func theReferenceMatcherAgreesToo(_ name: String) {
        for vector in Vector.all where vector.operator == name {
            let expected = vector.isQuirk ? vector.actual : vector.expected
            if vector.reference != expected {
                Issue.record("\(vector.id): \(String(describing: vector.reference)), not \(expected)")
            }
        }
    }

    @Test func allFoundInputsAreRead() {
        #expect(Vector.found.count == Vector.foundLineCount)
        #expect(!Vector.found.isEmpty)
        #expect(Set(Vector.found.map(\.id)).count == Vector.found.count)
    }

    /// What was once answered wrongly, or nearly so, stays right.
    @Test(arguments: Vector.found)
    func foundInputs(_ vector: Vector) {
        #expect(vector.actual == vector.expected, "\(vector.pattern) on \(vector.event)")
        #expect(vector.reference == vector.expected, "the reference: \(vector.pattern) on \(vector.event)")
    }
}
