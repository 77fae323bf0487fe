// Sources: Tests/EventPatternsTests/Reference
// Seeds: Tests/EventPatternsTests/Vectors/event-patterns.jsonl Tests/EventPatternsTests/Vectors/found.jsonl
// Dictionary: Fuzz/FiltersFuzz.dict

import EventPatterns

/// What libFuzzer calls with each input: a byte whose lowest bit chooses the dialect, then texts with zero bytes between
/// them, the patterns first and the event last. JSON holds no zero byte.
///
/// The module must agree with the slow twin of its tests on each pattern and the event: alone, as filter criteria, and
/// in a set. A difference ends the run with a line in the form of `Vectors/found.jsonl` that gives the twin's answer.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    guard let first = bytes.first else { return 0 }
    var texts = bytes.dropFirst().split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    guard texts.count >= 2 else { return 0 }
    let event = texts.removeLast()
    FilterCase(forPipes: first & 1 == 1, patterns: texts, event: event).check()
    return 0
}

struct FilterCase {
    var forPipes: Bool
    /// The patterns' texts; bytes that are no UTF-8 are repaired, as a pattern is a `String`.
    var patterns: [String]
    var event: [UInt8]
    /// What the twin reads in the event; nil when it refuses it.
    private let flattened: ReferenceEvent?

    init(forPipes: Bool, patterns: [[UInt8]], event: [UInt8]) {
        self.forPipes = forPipes
        self.patterns = patterns.map { String(decoding: $0, as: UTF8.self) }
        self.event = event
        flattened = try? ReferenceEvent(event)
    }

    private var dialect: PatternDialect { forPipes ? .pipes : .eventBus }

    func check() {
        var accepted: [String] = []
        var expected: [Bool] = []
        for pattern in patterns {
            let reference = try? ReferencePattern(Array(pattern.utf8), forPipes: forPipes)
            let compiled = try? EventPattern(pattern, dialect: dialect)
            guard let reference, let compiled else {
                if (reference == nil) != (compiled == nil) {
                    report("EventPattern", pattern, answer(reference))
                }
                continue
            }
            let answer = answer(reference)
            let actual = actual("EventPattern", pattern, answer) { reading throws(EventError) in
                try compiled.matches(event, reading: reading)
            }
            guard case .matches(let isMatch) = answer, actual != nil else { continue }
            accepted.append(pattern)
            expected.append(isMatch)
        }
        guard flattened != nil, !accepted.isEmpty else { return }
        checkSet(accepted, expected)
        checkCriteria([accepted[0], accepted[0]], expected[0])
        checkCriteria(accepted, expected.contains(true))
    }

    private func answer(_ pattern: ReferencePattern?) -> ReferenceMatcher.Answer {
        guard let pattern else { return .patternRefused }
        guard let flattened else { return .eventRefused }
        return ReferenceMatcher.answer(pattern, flattened)
    }

    /// Asks the module and compares; nil when the twin cannot judge, or the module gives up on an event whose array
    /// elements combine in too many ways, as it may.
    private func actual(
        _ name: String, _ pattern: String, _ expected: ReferenceMatcher.Answer,
        _ matches: (EventReading) throws(EventError) -> Bool
    ) -> Bool? {
        var actual: Bool?
        do {
            actual = try matches(.whole)
        } catch {
            if error.message.contains("combinations") { return nil }
        }
        guard expected != .undecided else { return nil }
        if (actual.map { .matches($0) } ?? .eventRefused) != expected { report(name, pattern, expected) }
        // Any answer will do for an event that this way of reading is not for, but it must come.
        let early = try? matches(.untilDecided)
        if let flattened, flattened.hasPlainKeys, early != actual {
            report("\(name) reading until decided", pattern, expected)
        }
        return actual
    }

    private func checkSet(_ patterns: [String], _ expected: [Bool]) {
        guard let set = try? PatternSet(patterns, dialect: dialect) else { stop("a set refuses good patterns") }
        for index in patterns.indices {
            _ = actual("PatternSet", patterns[index], .matches(expected[index])) { reading throws(EventError) in
                try set.matches(event, reading: reading).contains(index)
            }
        }
    }

    /// Filter criteria have limits of their own, which other tests are for.
    private func checkCriteria(_ patterns: [String], _ expected: Bool) {
        guard patterns.count <= PatternLimits.patternCountMax,
            patterns.allSatisfy({ $0.unicodeScalars.count <= PatternLimits.patternCharactersMax })
        else { return }
        guard let criteria = try? FilterCriteria(patterns: patterns, dialect: dialect) else {
            stop("filter criteria refuse good patterns")
        }
        _ = actual("FilterCriteria of \(patterns.count)", patterns[0], .matches(expected)) {
            reading throws(EventError) in try criteria.matches(event, reading: reading)
        }
    }
}

extension FilterCase {
    /// Ends the run with the input in the form of a vector, with the twin's answer.
    private func report(_ name: String, _ pattern: String, _ expected: ReferenceMatcher.Answer) -> Never {
        let (matches, error) =
            switch expected {
            case .patternRefused: ("null", quoted("pattern"))
            case .eventRefused: ("null", quoted("event"))
            case .matches(let answer): ("\(answer)", "null")
            case .undecided: ("null", "null")
            }
        stop(
            """
            \(name) and the reference differ\(forPipes ? ", for pipes" : "") (\(patterns.count) patterns, event \
            \(String(validating: event, as: UTF8.self) == nil ? "not UTF-8, see the saved input" : "as below")):
            {"id":"found-NNN","operator":"found","pattern":\(quoted(pattern)),\
            "event":\(quoted(String(decoding: event, as: UTF8.self))),"matches":\(matches),"error":\(error),\
            "error_detail":null}
            """)
    }

    private func stop(_ message: String) -> Never { fatalError("\(message)\n\(patterns)") }

    private func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\u{0}"..<" ", "\u{7F}":
                "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2) + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
