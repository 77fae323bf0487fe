import EventPatterns
import Testing
import TestSupport

/// Random stream records of a table, and random patterns that ask for what such records nearly have.
struct StreamGenerator {
    var random: SeededGenerator

    static let names = ["status", "amount", "customerEmail", "a.b", "lines", "S", "M"]
    static let strings = ["", "x", "pending", "100", "100.00", "INSERT", "test.com", "a@test.com", "10.0.0.1", "true"]
    static let numbers = ["0", "7", "100", "-0.5", "0.25", "1000"]
    static let binaries = ["", "aGk=", "aGVsbG8="]

    // MARK: Records

    mutating func record(_ viewType: StreamShape.ViewType) -> JSON {
        let eventName = random.pick(["INSERT", "MODIFY", "REMOVE"])
        let keys: [(String, JSON)] = [
            ("orderId", .object([("S", .string(random.pick(["x", "A-1", "100"])))])),
            ("timestamp", .object([("N", .string(random.pick(Self.numbers)))])),
        ]
        var change: [(String, JSON)] = [
            ("ApproximateCreationDateTime", .number("1735786800.0")), ("Keys", .object(keys)),
        ]
        if eventName != "REMOVE", viewType == .newImage || viewType == .newAndOldImages {
            change.append(("NewImage", .object(keys + attributes(3))))
        }
        if eventName != "INSERT", viewType == .oldImage || viewType == .newAndOldImages {
            change.append(("OldImage", .object(keys + attributes(3))))
        }
        change.append(("SequenceNumber", .string("100000000000000000001")))
        change.append(("SizeBytes", .number(random.pick(["7", "100"]))))
        change.append(("StreamViewType", .string(viewType.rawValue)))
        var members: [(String, JSON)] = [
            ("eventID", .string("c4ca4238a0b923820dcc509a6f75849b")), ("eventName", .string(eventName)),
            ("eventVersion", .string("1.1")), ("eventSource", .string("aws:dynamodb")),
            ("awsRegion", .string("eu-west-1")), ("dynamodb", .object(change)),
            ("eventSourceARN", .string("arn:aws:dynamodb:eu-west-1:000000000000:table/Orders/stream/x")),
        ]
        if eventName == "REMOVE", random.oneIn(3) {
            let service: [(String, JSON)] = [
                ("type", .string("Service")), ("principalId", .string("dynamodb.amazonaws.com")),
            ]
            members.append(("userIdentity", .object(service)))
        }
        return .object(members)
    }

    /// Attributes, each name once.
    private mutating func attributes(_ depth: Int) -> [(String, JSON)] {
        Self.names.compactMap { name in random.oneIn(3) ? nil : (name, value(depth)) }
    }

    private mutating func value(_ depth: Int) -> JSON {
        let descriptor = random.pick(["S", "S", "N", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"])
        let content: JSON
        switch descriptor {
        case "S": content = .string(random.pick(Self.strings))
        case "N": content = .string(random.pick(Self.numbers))
        case "B": content = .string(random.pick(Self.binaries))
        case "BOOL": content = .word(random.pick(["true", "false"]))
        case "SS": content = set(Self.strings)
        case "NS": content = set(Self.numbers)
        case "BS": content = set(Self.binaries)
        case "L" where depth > 0: content = .array((0..<random.below(3)).map { _ in value(depth - 1) })
        case "M" where depth > 0: content = .object(attributes(depth - 1))
        default: return .object([("NULL", .word("true"))])
        }
        return .object([(descriptor, content)])
    }

    private mutating func set(_ members: [String]) -> JSON {
        let start = random.below(members.count)
        return .array(members[start..<min(members.count, start + 1 + random.below(2))].map { .string($0) })
    }

    // MARK: Patterns

    mutating func pattern(_ depth: Int = 1) -> JSON {
        var members: [(String, JSON)] = []
        // Within $or an operator is no field's name, and the pattern would be refused.
        if random.oneIn(2) { members.append(("eventName", eventName(mayMisplaceOperator: depth > 0))) }
        if random.oneIn(12) { members.append((random.pick(["NewImage", "body"]), attributeRules(1))) }
        if random.oneIn(12) {
            members.append((random.pick(["eventVersion", "eventSource", "awsregion"]), rule(["1.1"])))
        }
        if random.oneIn(12) { members.append(("userIdentity", .object([("type", rule(["Service"]))]))) }
        if depth > 0, random.oneIn(4) {
            members.append(("$or", .array((0..<2 + random.below(2)).map { _ in pattern(depth - 1) })))
        }
        if members.isEmpty || !random.oneIn(3) { members.append(("dynamodb", change())) }
        return .object(members)
    }

    private mutating func eventName(mayMisplaceOperator: Bool) -> JSON {
        let names = ["INSERT", "MODIFY", "REMOVE"]
        let all = JSON.array(names.map { .string($0) })
        switch random.below(10) {
        case 0: return all
        case 1: return .array([.object([("anything-but", all)])])
        case 2: return .array([.object([("exists", .word("true"))])])
        case 3 where mayMisplaceOperator:
            return .object([(random.pick(["prefix", "anything-but", "exists"]), rule(names))])
        default: return rule(names + ["insert"])
        }
    }

    private mutating func change() -> JSON {
        var members: [(String, JSON)] = []
        for image in ["NewImage", "OldImage", "Keys"] where random.oneIn(image == "Keys" ? 4 : 2) {
            members.append(
                (image, random.oneIn(15) ? rule(Self.strings) : image == "Keys" ? keys() : attributeRules(2)))
        }
        if members.isEmpty || random.oneIn(5) {
            members.append(
                (random.pick(["SizeBytes", "SizeBytes", "StreamViewType", "NewImages"]), rule(["NEW_IMAGE", "7"])))
        }
        return .object(members)
    }

    private mutating func keys() -> JSON {
        let name = random.pick(["orderId", "timestamp", "status"])
        return .object([(name, .object([(random.pick(["S", "N"]), rule(Self.numbers))]))])
    }

    private mutating func attributeRules(_ depth: Int) -> JSON {
        let first = random.below(Self.names.count)
        let chosen = [Self.names[first]] + (random.oneIn(2) ? [random.pick(["orderId", "timestamp", "zip"])] : [])
        return .object(chosen.map { ($0, typed(depth)) })
    }

    private mutating func typed(_ depth: Int) -> JSON {
        var members: [(String, JSON)] = []
        for _ in 0..<(random.oneIn(6) ? 2 : 1) {
            let descriptor = random.pick(["S", "S", "S", "N", "N", "B", "BOOL", "NULL", "SS", "NS", "L", "M", "s"])
            guard !members.contains(where: { $0.0 == descriptor }) else { continue }
            switch descriptor {
            case "L" where depth > 0: members.append((descriptor, typed(depth - 1)))
            case "M" where depth > 0: members.append((descriptor, attributeRules(depth - 1)))
            case "N", "NS": members.append((descriptor, rule(Self.numbers + ["100.00", "1e3"])))
            case "BOOL" where random.oneIn(2):
                members.append((descriptor, .array([.word("true"), .word("false")])))
            case "B": members.append((descriptor, rule(Self.binaries + ["hello"])))
            default: members.append((descriptor, rule(Self.strings)))
            }
        }
        return random.oneIn(15) ? rule(Self.strings) : .object(members)
    }

    private mutating func rule(_ operands: [String]) -> JSON {
        .array((0..<1 + random.below(3)).map { _ in test(operands) })
    }

    private mutating func test(_ operands: [String]) -> JSON {
        let operand = random.pick(operands)
        let text = JSON.string(operand)
        let number = JSON.number(random.pick(["7", "100"]))
        return switch random.below(17) {
        case 0...5: text
        case 6: .word(random.pick(["true", "false", "null"]))
        case 7: number
        case 8: .object([("numeric", .array([.string(random.pick(["=", ">"])), number]))])
        case 9: .object([("anything-but", .array([text, .string(random.pick(operands))]))])
        case 10: .object([("anything-but", number)])
        case 11: .object([("exists", .word("true"))])
        case 12, 13: .object([("exists", .word("false"))])
        case 14: .object([("prefix", .string(String(operand.prefix(random.below(4)))))])
        case 15: .object([("suffix", .string(String(operand.suffix(random.below(4)))))])
        default: .object([("prefix", .object([("equals-ignore-case", text)]))])
        }
    }
}

extension JSON {
    fileprivate var usesOr: Bool {
        guard case .object(let members) = self else { return false }
        return members.contains { $0.0 == "$or" || $0.1.usesOr }
    }

    /// The same with what stands at a path, as the lint names it, replaced; without it when the replacement is nil. An
    /// object or array that gets empty goes too.
    fileprivate func replacing(_ path: String, by other: JSON?, at here: String = "$") -> JSON? {
        if here == path { return other }
        switch self {
        case .object(let members):
            let kept = members.compactMap { name, value in
                value.replacing(path, by: other, at: "\(here).\(name)").map { (name, $0) }
            }
            return kept.isEmpty ? nil : .object(kept)
        case .array(let elements):
            let kept = elements.enumerated().compactMap { index, value in
                value.replacing(path, by: other, at: "\(here)[\(index)]")
            }
            return kept.isEmpty ? nil : .array(kept)
        default: return self
        }
    }
}

/// What the lint says is certain holds for every record: random patterns, random records, and the matcher as the judge.
@Suite struct LintTruthTests {
    private struct Tally {
        var matches = 0
        var checked: [PatternFinding.Effect: Int] = [:]
    }

    private static let exists = JSON.object([("exists", .word("true"))])
    private static let isAbsent = JSON.object([("exists", .word("false"))])
    /// A value that no record has.
    private static let noValue = JSON.string("no record has this")

    /// A pattern that matches the same records if the finding is true; nil when the finding is about more than its place.
    private func equivalent(_ pattern: JSON, _ finding: PatternFinding) -> JSON? {
        let isAlternative = finding.path.hasSuffix("]")
        func replacing(_ alternatives: JSON...) -> JSON? {
            pattern.replacing(finding.path, by: isAlternative ? alternatives[0] : .array(alternatives))
        }
        switch finding.effect {
        case .neverMatches where finding.code != .excludedByOtherFields && finding.code != .twoTypes:
            return replacing(Self.noValue)
        case .alwaysHolds: return replacing(Self.exists, Self.isAbsent)
        case .holdsForAnyValue: return replacing(Self.exists)
        default: return nil
        }
    }

    private func check(
        _ pattern: JSON, _ text: String, _ shape: StreamShape, _ records: [[UInt8]], _ tally: inout Tally
    )
        throws
    {
        let findings = try PatternLint.findings(in: text, stream: shape)
        let compiled = try EventPattern(text)
        let verdicts = try records.map { try compiled.matches($0) }
        tally.matches += verdicts.count { $0 }
        let isNever = findings.contains { $0.code == .patternNeverMatches }
        if isNever {
            tally.checked[.neverMatches, default: 0] += 1
            expectSame(verdicts, verdicts.map { _ in false }, "\(text)\n\(findings)")
            return
        }
        for finding in findings {
            guard let other = equivalent(pattern, finding) else { continue }
            tally.checked[finding.effect, default: 0] += 1
            expectSame(verdicts, try verdictsOf(other, records), "\(text)\n\(finding)\n\(other)")
            // Beside an $or, what is taken out may bring back what it has replaced, or leave an alternative empty.
            guard finding.effect == .alwaysHolds, !pattern.usesOr else { continue }
            let rest = try pattern.replacing(finding.path, by: nil).map { try verdictsOf($0, records) }
            expectSame(verdicts, rest ?? records.map { _ in true }, "\(text)\n\(finding)")
        }
    }

    private func verdictsOf(_ pattern: JSON, _ records: [[UInt8]]) throws -> [Bool] {
        var random = SeededGenerator(seed: 1)
        let compiled = try EventPattern(pattern.text(&random))
        return try records.map { try compiled.matches($0) }
    }

    private func expectSame(_ before: [Bool], _ after: [Bool], _ comment: String) {
        let differing = zip(before, after).count { $0 != $1 }
        #expect(differing == 0, "\(comment)")
    }

    /// Half of the seeds know the stream and its keys; the others know nothing, so any view type may come.
    private func stream(_ seed: UInt64) -> (viewType: StreamShape.ViewType, shape: StreamShape) {
        let viewType = StreamShape.ViewType.allCases[Int(seed % 4)]
        return (viewType, seed < 4 ? StreamShape.orders(viewType) : .unknown)
    }

    private static let certainCodes: Set<PatternFinding.Code> = [
        .numericOnString, .numberOnString, .valueOfOtherType, .notCanonical, .unknownValue, .objectNotValue,
        .operatorOutsideArray, .unknownField, .missingType, .notAKey, .imageNotInStream, .excludedByOtherFields,
        .twoTypes, .alwaysPresent, .excludesEverything, .acceptsEverything, .patternNeverMatches,
    ]

    /// No certain finding is true only because the random patterns never have it.
    @Test func everyCertainFindingComesUp() throws {
        var found: Set<PatternFinding.Code> = []
        for seed: UInt64 in 0..<8 {
            var generator = StreamGenerator(random: SeededGenerator(seed: seed))
            for _ in 0..<80 {
                let text = generator.pattern().text(&generator.random)
                let findings = try PatternLint.findings(in: text, stream: stream(seed).shape)
                found.formUnion(findings.filter { $0.effect != .suspicious }.map(\.code))
            }
        }
        #expect(found == Self.certainCodes)
    }

    @Test(arguments: 0..<8)
    func whatIsCertainHoldsForEveryRecord(seed: UInt64) async throws {
        var generator = StreamGenerator(random: SeededGenerator(seed: seed))
        var tally = Tally()
        let (viewType, shape) = stream(seed)
        let records = (0..<40).map { index in
            let view = seed < 4 ? viewType : StreamShape.ViewType.allCases[index % 4]
            var plain = SeededGenerator(seed: 1)
            return Array(generator.record(view).text(&plain).utf8)
        }
        for _ in 0..<80 {
            await Task.yield()  // Tests of programs wait for their turn meanwhile.
            let pattern = generator.pattern()
            try check(pattern, pattern.text(&generator.random), shape, records, &tally)
        }
        #expect(tally.matches > 100)
        for effect in [PatternFinding.Effect.neverMatches, .alwaysHolds, .holdsForAnyValue] {
            #expect((tally.checked[effect] ?? 0) > 0, "\(effect)")
        }
    }
}
