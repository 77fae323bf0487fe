import TestSupport

/// Random patterns and events over few names and values, so that near misses are common.
struct Generator {
    var random: SeededGenerator
    /// Whether one path of an event may have several values: repeated keys, and dotted names beside nested ones.
    var repeatsKeys = true

    private static let names = ["a", "b", "a-b"]
    private static let rareNames = ["", "a.b", "b.a.", "é", "attribute-1", "attribute-2"]
    private static let strings = ["", "x", "xy", "yx", "X", "xyx", "é", "\"", "1", "😀"]
    private static let rareStrings = [
        "xyxyxyxyx", "xyxyxyxyy", "x*", "x\\", "ß", "SS", "ss", "İ", "i\u{307}", "É", "x\n", "\u{0}",
    ]
    private static let addresses = [
        "10.0.0.1", "010.0.0.01", "10.0.0.255", "10.0.1.0", "::1", "0:0::0001", "::FFFF:a00:1", "a00:1::", "a00:2::",
        "10.0.0.256", "::1::",
    ]
    private static let blocks = ["10.0.0.0/24", "10.0.0.1/31", "0.0.0.0/0", "::/0", "a00::/8", "::1/127", "a00:1::/32"]
    private static let numbers = ["0", "1", "-0.0", "1.0", "10e-1", "2", "1.5", "-1"]
    private static let rareNumbers = [
        "9007199254740993", "9007199254740992", "1e400", "5e-324", "0.1", "1e-1", "1E+2", "100", "0.30000000000000004",
        "0.3000000000000000444", "123456789012345680000", "0e999",
    ]
    /// In ascending order.
    private static let bounds = ["-1e300", "-1", "-0", "0.1", "1", "15e-1", "2", "100", "1.7976931348623157e308"]
    private static let wildcards = [
        "*", "x*", "*x", "x*x", "*y*", "*x*y*", "xyx", "", "x\\*", "*\\\\", "x*\\**", "*xy*yx*",
    ]

    private mutating func name(_ common: [String]) -> String {
        random.oneIn(8) && repeatsKeys ? random.pick(Self.rareNames) : random.pick(common)
    }

    private mutating func number() -> JSON {
        .number(random.pick(random.oneIn(4) ? Self.rareNumbers : Self.numbers))
    }

    private mutating func scalar() -> JSON {
        switch random.below(12) {
        case 0...3: .string(random.pick(Self.strings))
        case 4: .string(random.pick(Self.rareStrings))
        case 5: .string(random.pick(Self.addresses))
        case 6...8: number()
        default: .word(random.pick(["true", "false", "null"]))
        }
    }

    private mutating func object(_ depth: Int) -> JSON {
        var members: [(String, JSON)] = []
        for _ in 0..<random.below(6) {
            let name = name(Self.names)
            guard repeatsKeys || !members.contains(where: { $0.0 == name }) else { continue }
            members.append((name, value(depth - 1)))
        }
        return .object(members)
    }

    private mutating func value(_ depth: Int) -> JSON {
        switch depth <= 0 ? 9 : random.below(7) {
        case 0, 1, 2: object(depth)
        case 3, 4: .array((0..<random.below(4)).map { _ in value(depth - 1) })
        default: scalar()
        }
    }

    /// An event.
    mutating func root() -> JSON { object(random.oneIn(10) ? 9 : 5) }

    mutating func pattern(_ depth: Int) -> JSON {
        var members: [(String, JSON)] = []
        for name in Self.names where random.oneIn(3) { members.append((name, field(depth))) }
        if random.oneIn(6) { members.append((random.pick(Self.rareNames), field(1))) }
        // Of one field named twice the last counts.
        if random.oneIn(12) { members.append((random.pick(Self.names), field(0))) }
        if depth > 0, random.oneIn(4) {
            members.insert(
                ("$or", .array((0..<(2 + random.below(2))).map { _ in pattern(depth - 1) })),
                at: random.below(members.count + 1))
        }
        if members.isEmpty { members.append((random.pick(Self.names), field(depth))) }
        return .object(members)
    }

    private mutating func field(_ depth: Int) -> JSON {
        depth > 0 && random.oneIn(2)
            ? pattern(depth - 1) : .array((0..<(1 + random.below(random.oneIn(9) ? 9 : 2))).map { _ in test() })
    }

    private mutating func text() -> JSON {
        .string(random.oneIn(4) ? random.pick(Self.rareStrings) : random.pick(["x", "y", "X", "xy", "é"]))
    }

    private mutating func test() -> JSON {
        switch random.below(15) {
        case 0...3: scalar()
        case 4: textOperator("prefix")
        case 5: textOperator("suffix")
        case 6: .object([("equals-ignore-case", text())])
        case 7: .object([("wildcard", .string(random.pick(Self.wildcards)))])
        case 8:
            .object([
                (
                    "numeric",
                    .array([.string(random.pick(["=", "<", "<=", ">", ">="])), .number(random.pick(Self.bounds))])
                )
            ])
        case 9: range()
        case 10: .object([("anything-but", .array([text(), scalarText()]))])
        case 11: .object([("anything-but", exception())])
        case 12: .object([("cidr", .string(random.pick(Self.blocks)))])
        default: .object([("exists", .word(random.oneIn(3) ? "true" : "false"))])
        }
    }

    private mutating func range() -> JSON {
        let lower = random.below(Self.bounds.count - 1)
        let upper = lower + 1 + random.below(Self.bounds.count - 1 - lower)
        return .object([
            (
                "numeric",
                .array([
                    .string(random.pick([">", ">="])), .number(Self.bounds[lower]), .string(random.pick(["<", "<="])),
                    .number(Self.bounds[upper]),
                ])
            )
        ])
    }

    private mutating func scalarText() -> JSON {
        .string(random.pick(random.oneIn(3) ? Self.addresses : Self.strings))
    }

    private mutating func textOperator(_ name: String) -> JSON {
        .object([(name, random.oneIn(2) ? text() : .object([("equals-ignore-case", text())]))])
    }

    private mutating func exception() -> JSON {
        switch random.below(4) {
        case 0: .number(random.pick(Self.numbers))
        case 1: .array([.number("1"), .number(random.pick(Self.numbers))])
        case 2: .object([("wildcard", .array([.string(random.pick(Self.wildcards)), .string("y*")]))])
        default: .object([(random.pick(["prefix", "suffix", "equals-ignore-case"]), text())])
        }
    }

    /// A pattern of many fields, and an event that has nearly all of them; more than one word of bits holds.
    mutating func wide() -> (pattern: JSON, event: JSON) {
        let count = 60 + random.below(90)
        var rules: [(String, JSON)] = []
        var values: [(String, JSON)] = []
        for index in 0..<count {
            let value = JSON.number(String(index))
            switch random.below(12) {
            case 0: rules.append(("f\(index)", .array([.object([("exists", .word("false"))])])))
            case 1:
                rules.append(("f\(index)", .object([("x", .array([value]))])))
                values.append(("f\(index)", .array([.object([("x", value)]), .object([])])))
            default:
                rules.append(("f\(index)", .array([value, .string("x")])))
                values.append(("f\(index)", random.oneIn(count) ? .string("y") : value))
            }
        }
        return (.object(rules), .object(values))
    }
}
