import EventPatterns
import Testing
import TestSupport

/// A way to ask the module for the verdict of each of several patterns.
struct MatcherUnderTest: Sendable {
    var name: String
    /// Compiles patterns and returns what answers for events.
    var compile: @Sendable ([String]) throws -> (([UInt8]) throws -> [Bool])

    static func each(_ reading: EventReading) -> Self {
        Self(name: "EventPattern, \(reading)") { texts in
            let patterns = try texts.map { text throws in try EventPattern(text, dialect: .eventBus) }
            return { event in try patterns.map { pattern throws in try pattern.matches(event, reading: reading) } }
        }
    }

    static func set(_ reading: EventReading) -> Self {
        Self(name: "PatternSet, \(reading)") { texts in
            let patterns = try PatternSet(texts, dialect: .eventBus)
            return { event in
                let matching = Set(try patterns.matches(event, reading: reading))
                return texts.indices.map(matching.contains)
            }
        }
    }
}

/// The fast matcher and the slow one agree on random input.
@Suite struct DifferentialTests {
    static let seeds: [UInt64] = Array(1...5)
    static let whole: [MatcherUnderTest] = [.each(.whole), .set(.whole)]
    /// Reading that stops early is for events without repeated keys.
    static let all = whole + [.each(.untilDecided), .set(.untilDecided)]

    /// Compares all matchers on some patterns and events, and returns how often patterns matched.
    private func compare(
        _ patterns: [JSON], _ events: [JSON], _ matchers: [MatcherUnderTest], _ random: inout SeededGenerator,
        _ label: String
    ) throws -> Int {
        let texts = patterns.map { $0.text(&random) }
        let references = try texts.map { text throws in try ReferencePattern(Array(text.utf8), forPipes: false) }
        let compiled = try matchers.map { matcher throws in (matcher.name, try matcher.compile(texts)) }
        let criteria = patterns.count <= 5 ? try FilterCriteria(patterns: texts, dialect: .eventBus) : nil
        var matchCount = 0
        for event in events {
            let text = event.text(&random)
            let bytes = Array(text.utf8)
            let flattened = try ReferenceEvent(bytes)
            let expected = references.map { ReferenceMatcher.answer($0, flattened) }
            for (name, matches) in compiled {
                let actual = try matches(bytes).map { ReferenceMatcher.Answer.matches($0) }
                for index in texts.indices where actual[index] != expected[index] {
                    Issue.record("\(name), \(label): \(actual[index]): \(texts[index]) on \(text)")
                }
            }
            if let criteria {
                #expect(
                    try criteria.matches(bytes) == expected.contains(.matches(true)), "\(label): \(texts) on \(text)")
            }
            matchCount += expected.count { $0 == .matches(true) }
        }
        return matchCount
    }

    @Test(arguments: seeds)
    func fewPatterns(seed: UInt64) async throws {
        var generator = Generator(random: SeededGenerator(seed: seed))
        var matchCount = 0
        for round in 0..<80 {
            await Task.yield()  // Tests of programs wait for their turn meanwhile.
            let patterns = [generator.pattern(2), generator.pattern(2)]
            let events = (0..<4).map { _ in generator.root() }
            matchCount += try compare(
                patterns, events, Self.whole, &generator.random, "seed \(seed), round \(round)")
        }
        // Agreement on nothing but misses would prove little.
        #expect(matchCount > 30)
    }

    @Test(arguments: seeds)
    func readingUntilDecided(seed: UInt64) throws {
        var generator = Generator(random: SeededGenerator(seed: seed &+ 100), repeatsKeys: false)
        var matchCount = 0
        for round in 0..<50 {
            let patterns = [generator.pattern(2), generator.pattern(1)]
            let events = (0..<4).map { _ in generator.root() }
            matchCount += try compare(patterns, events, Self.all, &generator.random, "seed \(seed), round \(round)")
        }
        #expect(matchCount > 20)
    }

    /// Rules are shared between patterns and looked up by value, so many small patterns take other ways than few.
    @Test(arguments: seeds)
    func manyPatterns(seed: UInt64) throws {
        var generator = Generator(random: SeededGenerator(seed: seed &+ 200))
        let patterns = (0..<200).map { _ in generator.pattern(generator.random.below(2)) }
        let events = (0..<8).map { _ in generator.root() }
        #expect(try compare(patterns, events, Self.whole, &generator.random, "seed \(seed)") > 100)
    }

    @Test(arguments: seeds)
    func wideEvents(seed: UInt64) throws {
        var generator = Generator(random: SeededGenerator(seed: seed &+ 300))
        var matchCount = 0
        for round in 0..<3 {
            let (pattern, event) = generator.wide()
            let other = generator.wide()
            let events = [event, other.event, generator.root()]
            matchCount += try compare(
                [pattern, other.pattern, generator.pattern(1)], events, Self.all, &generator.random,
                "seed \(seed), round \(round)")
        }
        #expect(matchCount > 1)
    }
}
