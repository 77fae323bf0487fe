import Testing

@testable import Items

private let item: Item = [
    "id": .string("o"), "a.b": .number(9),
    "a": .map(["b": .string("dog"), "c": .list([.number(1), .number(2), .number(3)]), "d": .map([:])]),
    "parts": .list([.map(["sku": .string("A"), "qty": .number(1)]), .map(["sku": .string("B")]), .null]),
]

private func project(_ text: String, names: [String: String] = [:]) throws(ItemError) -> Item {
    var placeholders = try ExpressionPlaceholders(names: names)
    return try ProjectionExpression(text, placeholders: &placeholders).apply(to: item)
}

/// One path after the other, each with a copy of all that leads to it, joined afterwards.
private enum Naive {
    /// A part of a document; elements know their place.
    indirect enum Part {
        case value(AttributeValue)
        case map([String: Part])
        case list([Int: Part])

        var value: AttributeValue {
            switch self {
            case .value(let value): value
            case .map(let members): .map(Item(members.mapValues(\.value)))
            case .list(let elements): .list(elements.sorted { $0.key < $1.key }.map(\.value.value))
            }
        }

        func joined(_ other: Part) -> Part {
            switch (self, other) {
            case (.map(let mine), .map(let others)): .map(mine.merging(others) { $0.joined($1) })
            case (.list(let mine), .list(let others)): .list(mine.merging(others) { $0.joined($1) })
            default: self
            }
        }
    }

    static func part(_ steps: ArraySlice<DocumentPath.Step>, _ value: AttributeValue) -> Part? {
        guard let step = steps.first else { return .value(value) }
        switch (step, value) {
        case (.key(let name), .map(let map)):
            return map[name].flatMap { part(steps.dropFirst(), $0) }.map { .map([name: $0]) }
        case (.index(let index), .list(let list)) where index < list.count:
            return part(steps.dropFirst(), list[index]).map { .list([index: $0]) }
        default: return nil
        }
    }

    static func project(_ paths: [DocumentPath], _ item: Item) -> Item {
        let parts = paths.compactMap { part(([.key($0.root)] + $0.steps)[...], .map(item)) }
        return parts.reduce(Part.map([:])) { $0.joined($1) }.value.map!
    }
}

@Suite struct ProjectionExpressionTests {
    @Test(
        arguments: [
            ("id", ["id": .string("o")]), ("absent", [:]), ("a.b", ["a": .map(["b": .string("dog")])]),
            ("a.c[2], a.c[0]", ["a": .map(["c": .list([.number(1), .number(3)])])]), ("a.x.y, id.z, parts.sku", [:]),
            ("a.c[9]", [:]), ("a.d", ["a": .map(["d": .map([:])])]), ("a.d.e", [:]),
            (
                "parts[1].sku, parts[0].qty, parts[2].sku",
                ["parts": .list([.map(["qty": .number(1)]), .map(["sku": .string("B")])])]
            ),
            ("parts[2]", ["parts": .list([.null])]),
            ("parts[0].sku, parts[0].qty", ["parts": .list([.map(["sku": .string("A"), "qty": .number(1)])])]),
        ] as [(String, Item)])
    func projects(_ text: String, _ expected: Item) throws { #expect(try project(text) == expected) }

    @Test func aPlaceholderIsOneName() throws {
        #expect(try project("#p, a.#p", names: ["#p": "a.b"]) == ["a.b": .number(9)])
    }

    @Test(arguments: [
        ("", "The expression can not be empty;"), ("a,", "Syntax error; token: \"<EOF>\", near: \",\""),
        ("a b", "Syntax error; token: \"b\", near: \"a b\""), ("a..b", "Syntax error; token: \".\", near: \"..b\""),
        ("a[b]", "Syntax error; token: \"b\", near: \"[b]\""), ("a.:v", "Syntax error; token: \":v\", near: \".:v\""),
        ("_id", "Syntax error; token: \"_\", near: \"_id\""),
        ("a-type", "Syntax error; token: \"-\", near: \"a-type\""),
        ("size(a)", "Syntax error; token: \"(\", near: \"size(a\""),
        ("id, status", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("#x", "An expression attribute name used in the document path is not defined; attribute name: #x"),
        ("a[2147483648]", "List index is not within the allowable range; index: [2147483648]"),
        (
            "a[99999999999999999999999999]",
            "List index is not within the allowable range; index: [99999999999999999999999999]"
        ),
        (
            "a.b, a.b[0]",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, b, [0]]"
        ),
        (
            "id, id",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [id], path two: [id]"
        ),
        (
            "a.b, a[1]",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]"
        ),
    ])
    func refused(_ text: String, _ message: String) {
        #expect(throws: ItemError(code: .validation, message: "Invalid ProjectionExpression: " + message)) {
            try project(text)
        }
    }

    @Test func attributesToGet() throws {
        let projection = try ProjectionExpression(attributesToGet: ["id", "a.b", "absent"])
        #expect(projection.apply(to: item) == ["id": .string("o"), "a.b": .number(9)])
        #expect(projection.attributeNames == ["id", "a.b", "absent"])
        #expect(
            throws: ItemError(
                code: .validation,
                message: "One or more parameter values were invalid: Duplicate value in attribute name: b")
        ) { try ProjectionExpression(attributesToGet: ["b", "a", "b"]) }
        #expect(throws: ItemError.self) { try ProjectionExpression(attributesToGet: []) }
        #expect(ProjectionExpression(attributeNames: ["id", "id"]).apply(to: item) == ["id": .string("o")])
    }

    @Test func equivalentUnicodeFormsAreTwoNames() {
        let item: Item = ["\u{e9}": .number(1), "e\u{301}": .number(2)]
        #expect(ProjectionExpression(attributeNames: ["e\u{301}"]).apply(to: item) == ["e\u{301}": .number(2)])
        #expect(ProjectionExpression(attributeNames: ["\u{e9}", "e\u{301}"]).apply(to: item) == item)
    }

    @Test func propertyAgreesWithTheNaiveWay() {
        let seed: UInt64 = 12
        var random = RandomItems(seed: seed)
        let names = ["a", "b", "c"]
        func value(_ depth: Int) -> AttributeValue {
            switch depth > 0 ? Int.random(in: 0..<3, using: &random.random) : 0 {
            case 1:
                return .map(
                    Item(Dictionary(uniqueKeysWithValues: names.dropLast(depth % 2).map { ($0, value(depth - 1)) })))
            case 2: return .list((0..<3).map { _ in value(depth - 1) })
            default: return .number(random.number())
            }
        }
        for _ in 0..<300 {
            let item = Item(Dictionary(uniqueKeysWithValues: names.map { ($0, value(4)) }))
            var paths: [DocumentPath] = []
            for _ in 0..<6 {
                // Mostly along what is there, so that paths share their beginnings; else astray.
                var path = DocumentPath(root: names.randomElement(using: &random.random)!)
                var place = item[path.root]
                for _ in 0..<Int.random(in: 0...4, using: &random.random) {
                    let step: DocumentPath.Step
                    if Int.random(in: 0..<10, using: &random.random) == 0 {
                        step = Bool.random(using: &random.random) ? .key("astray") : .index(9)
                    } else if case .map(let map)? = place,
                        let member = map.attributes.randomElement(using: &random.random)
                    {
                        step = .key(member.name)
                        place = member.value
                    } else if case .list(let list)? = place {
                        let index = list.indices.randomElement(using: &random.random)!
                        step = .index(index)
                        place = list[index]
                    } else {
                        break
                    }
                    path.steps.append(step)
                }
                if paths.allSatisfy({ $0.overlap(with: path) == nil }) { paths.append(path) }
            }
            let projected = ProjectionTree(paths).project(item)
            #expect(projected == Naive.project(paths, item), "seed \(seed): \(paths.map(\.description))")
        }
    }
}
