import EventPatterns
import Testing

/// Random patterns and events over few names and values, so that near misses are common.
struct Generator {
    var random: SplitMix

    static let names = ["a", "b", "a-b"]
    /// What may stand inside anything-but.
    static let nested = ["prefix", "suffix", "wildcard", "equals-ignore-case"]
    static let strings = ["", "x", "xy", "yx", "X", "xyx", "é", "\"", "1", "😀"]
    static let numbers = ["0", "1", "-0.0", "1.0", "10e-1", "2", "1.5", "-1"]

    private mutating func scalar() -> JSON {
        switch random.below(5) {
        case 0, 1: .string(random.pick(Self.strings))
        case 2, 3: .number(random.pick(Self.numbers))
        default: .word(random.pick(["true", "false", "null"]))
        }
    }

    /// Few keys repeat; a name may be dotted.
    private mutating func object(_ depth: Int) -> JSON {
        .object(
            (0..<random.below(6)).map { _ in
                (random.chance(10) ? "a.b" : random.pick(Self.names), event(depth - 1))
            })
    }

    mutating func event(_ depth: Int) -> JSON {
        switch depth == 0 ? 9 : random.below(7) {
        case 0, 1, 2: object(depth)
        case 3, 4: .array((0..<random.below(4)).map { _ in event(depth - 1) })
        default: scalar()
        }
    }

    mutating func root() -> JSON { object(5) }

    mutating func pattern(_ depth: Int, insideOr: Bool = false) -> JSON {
        var members: [(String, JSON)] = []
        for name in Self.names where random.chance(3) { members.append((name, field(depth))) }
        if random.chance(6) { members.append(("a.b", field(1))) }
        if depth > 0, random.chance(4) {
            members.insert(
                ("$or", .array((0..<(2 + random.below(2))).map { _ in pattern(depth - 1) })),
                at: random.below(members.count + 1))
        }
        if members.isEmpty { members.append((random.pick(Self.names), field(depth))) }
        return .object(members)
    }

    private mutating func field(_ depth: Int) -> JSON {
        depth > 0 && random.chance(2)
            ? pattern(depth - 1) : .array((0..<(1 + random.below(2))).map { _ in test() })
    }

    private mutating func text() -> JSON { .string(random.pick(["x", "y", "X", "xy", "é"])) }

    private mutating func test() -> JSON {
        switch random.below(14) {
        case 0...3: scalar()
        case 4: .object([("prefix", random.chance(2) ? text() : .object([("equals-ignore-case", text())]))])
        case 5: .object([("suffix", random.chance(2) ? text() : .object([("equals-ignore-case", text())]))])
        case 6: .object([("equals-ignore-case", text())])
        case 7: .object([("wildcard", .string(random.pick(["*", "x*", "*x", "x*x", "*y*", "*x*y*"])))])
        case 8: .object([("numeric", .array([.string(random.pick(["=", "<", "<=", ">", ">="])), .number("1")]))])
        case 9: .object([("numeric", .array([.string(">"), .number("0"), .string("<="), .number("1.5")]))])
        case 10: .object([("anything-but", .array([text(), text()]))])
        case 11:
            .object([("anything-but", random.chance(2) ? .number("1") : .object([(random.pick(Self.nested), text())]))])
        default: .object([("exists", .word(random.chance(3) ? "true" : "false"))])
        }
    }
}

@Suite struct DifferentialTests {
    static let seeds: [UInt64] = Array(1...8)

    /// The fast matcher and the slow one agree, alone and with a second pattern beside it.
    @Test(arguments: seeds)
    func agreesWithTheReferenceMatcher(seed: UInt64) throws {
        var generator = Generator(random: SplitMix(state: seed))
        var matchCount = 0
        for round in 0..<300 {
            let patterns = [generator.pattern(2), generator.pattern(2)]
            let texts = patterns.map { $0.text(&generator.random) }
            let compiled = try texts.map { text throws in try EventPattern(text, dialect: .eventBus) }
            let criteria = try FilterCriteria(patterns: texts, dialect: .eventBus)
            for _ in 0..<4 {
                let event = generator.root()
                let text = event.text(&generator.random)
                let bytes = Array(text.utf8)
                let expected = patterns.map { ReferenceMatcher.matches($0, event) }
                let actual = try compiled.map { pattern throws in try pattern.matches(bytes) }
                #expect(actual == expected, "seed \(seed), round \(round): \(texts) on \(text)")
                #expect(try criteria.matches(bytes) == expected.contains(true), "\(texts) on \(text)")
                matchCount += expected.count { $0 }
            }
        }
        // Agreement on nothing but misses would prove little.
        #expect(matchCount > 100)
    }
}
