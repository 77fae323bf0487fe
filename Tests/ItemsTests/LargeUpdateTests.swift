import TestSupport
import Testing

@testable import Items

private let tooLarge = ItemError(
    code: .validation, message: "Item size to update has exceeded the maximum allowed size")

/// Conditions and updates as large as a request may hold. The table's writer works on them, and everyone waits for it:
/// what compares each part with each other takes minutes here, and what makes each value before it looks at their size
/// takes gigabytes.
@Suite(.timeLimit(.minutes(1))) struct LargeUpdateTests {
    /// Texts of four bytes each, in order.
    private static func text(_ number: Int) -> String { String(1_000_000 + number, radix: 36) }

    private static func attributes(_ prefix: String, _ count: Int) -> [Item.Attribute] {
        (0..<count).map { Item.Attribute(name: prefix + text($0), value: .null) }
    }

    // MARK: contains

    @Test(arguments: [true, false])
    func aLongPartIsFound(_ isThere: Bool) throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 400_000) + (isThere ? [UInt8(ascii: "b")] : [])
        let part = [UInt8](repeating: UInt8(ascii: "a"), count: 200_000) + [UInt8(ascii: "b")]
        let condition = try ConditionExpression(
            "contains(s, :s) AND contains(b, :b)",
            values: [":s": .string(String(decoding: part, as: UTF8.self)), ":b": .binary(part)])
        let item: Item = ["s": .string(String(decoding: text, as: UTF8.self)), "b": .binary(text)]
        #expect(condition.evaluate(item) == isThere)
    }

    /// Texts that nearly repeat themselves, so that much fits before something does not.
    @Test func partsAreFoundAsByComparingAtEachPlace() throws {
        var random = SeededGenerator(seed: 1)
        func bytes(_ count: Int) -> [UInt8] {
            let period = 1 + random.below(6)
            return (0..<count).map { UInt8($0 % period == 0 ? 1 : 0) ^ (random.oneIn(24) ? 1 : 0) }
        }
        for _ in 0..<500 {
            let text = bytes(20 + random.below(100))
            var part = bytes(12 + random.below(12))
            if random.oneIn(2) { part = Array(text.dropFirst(random.below(text.count)).prefix(part.count)) }
            let expected = text.indices.contains { text[$0...].starts(with: part) }
            let condition = try ConditionExpression("contains(b, :b)", values: [":b": .binary(part)])
            let item: Item = ["b": .binary(text)]
            #expect(condition.evaluate(item) == expected, "\(part) in \(text)")
        }
    }

    // MARK: What is answered

    @Test func manyAttributesAreShown() throws {
        let item = Item(unsorted: Self.attributes("a", 60_000))
        let paths = item.attributes.reversed().map { DocumentPath(root: $0.name) }
        #expect(ProjectionTree(paths).project(item) == item)
    }

    // MARK: Sets

    private static func set(_ type: String, _ members: [Int]) -> AttributeValue {
        switch type {
        case "SS": .stringSet(members.map { text($0) })
        case "NS": .numberSet(members.map { Number($0) })
        default:
            .binarySet(members.map { member in [16, 8, 0].map { UInt8(truncatingIfNeeded: member >> $0) } })
        }
    }

    @Test(arguments: ["SS", "NS", "BS"])
    func largeSetsAreJoinedAndDivided(_ type: String) throws {
        let members = Array(0..<80_000)
        let all = Self.set(type, members)
        let even = Self.set(type, members.filter { $0 % 2 == 0 })
        let odd = Self.set(type, members.filter { $0 % 2 == 1 })
        func changed(_ action: String, _ old: AttributeValue, _ value: AttributeValue) throws -> AttributeValue? {
            try UpdateExpression("\(action) s :v", values: [":v": value]).apply(to: ["s": old], keyAttributes: [])["s"]
        }
        let isJoined = try changed("ADD", even, all) == all
        #expect(isJoined)
        let isDivided = try changed("DELETE", all, even) == odd
        #expect(isDivided)
        let isLeft = try changed("DELETE", odd, even) == odd
        #expect(isLeft)
        let isGone = try changed("DELETE", even, all) == nil
        #expect(isGone)
    }

    // MARK: Size

    @Test func nothingIsMadeBeyondTheSizeOfAnItem() throws {
        let sets = (0..<120).map { "a\($0) = list_append(:v, :v)" }.joined(separator: ", ")
        let list = AttributeValue.list(Array(repeating: .null, count: 400_000))
        let update = try UpdateExpression("SET " + sets, values: [":v": list])
        #expect(throws: tooLarge) { try update.apply(to: [:], keyAttributes: []) }
    }

    @Test(arguments: [
        (
            "SET a = list_append(:v, :v), b = absent",
            "The provided expression refers to an attribute that does not exist in the item"
        ),
        (
            "SET a = list_append(:v, :v), b = list_append(:v, s)",
            "An operand in the update expression has an incorrect data type"
        ),
        (
            "SET a = list_append(:v, :v), s.b = :v",
            "The document path provided in the update expression is invalid for update"
        ),
        (
            "SET a = list_append(:v, :v) REMOVE s.b",
            "The document path provided in the update expression is invalid for update"
        ),
    ])
    func whatElseIsWrongIsToldBeforeTheSize(_ text: String, _ message: String) throws {
        let list = AttributeValue.list(Array(repeating: .null, count: 150_000))
        let update = try UpdateExpression(text, values: [":v": list])
        #expect(throws: ItemError(code: .validation, message: message)) {
            try update.apply(to: ["s": .string("x")], keyAttributes: [])
        }
    }

    /// What an update takes away makes room for what it sets.
    @Test func anUpdateMayFillAnItem() throws {
        let item: Item = ["a": .string("x"), "b": .string(String(repeating: "x", count: 300_000))]
        func filled(_ sizeBytes: Int) throws -> Item {
            let text = String(repeating: "y", count: sizeBytes - "a".utf8.count)
            return try UpdateExpression("SET a = :v REMOVE b", values: [":v": .string(text)])
                .apply(to: item, keyAttributes: [])
        }
        #expect(try filled(Item.itemSizeBytesMax).sizeBytes == Item.itemSizeBytesMax)
        #expect(throws: tooLarge) { try filled(Item.itemSizeBytesMax + 1) }
    }

    @Test func namesCountAsValuesDo() throws {
        var updates: [String: LegacyUpdate] = [:]
        let name = String(repeating: "n", count: 60_000)
        for number in 0..<10 { updates[name + "\(number)"] = LegacyUpdate(value: .null) }
        let update = try UpdateExpression(attributeUpdates: updates)
        #expect(throws: tooLarge) { try update.apply(to: [:], keyAttributes: []) }
    }

    // MARK: Many attributes

    @Test func manyAttributesAreSetAndRemovedAtOnce() throws {
        let old = Self.attributes("a", 60_000)
        let new = Self.attributes("b", 60_000)
        let others = Self.attributes("c", 300_000)
        var updates: [String: LegacyUpdate] = [:]
        for attribute in old { updates[attribute.name] = LegacyUpdate(value: nil, action: "DELETE") }
        for attribute in new { updates[attribute.name] = LegacyUpdate(value: .null) }
        let update = try UpdateExpression(attributeUpdates: updates)
        let result = try update.apply(to: Item(unsorted: old + others), keyAttributes: [])
        let isChanged = result == Item(unsorted: new + others)
        #expect(isChanged)
    }

    /// Of the attributes some are there and some are not, in both directions.
    @Test(arguments: [20, 200])
    func manyAttributesAreChangedAsFewAre(_ count: Int) throws {
        var item = Item()
        for number in 0..<count where number % 3 != 0 { item["\(number)"] = .number(0) }
        var expected = item
        var updates: [String: LegacyUpdate] = [:]
        for number in 0..<count {
            switch number % 4 {
            case 0:
                updates["\(number)"] = LegacyUpdate(value: .stringSet(["b", "a"]))
                expected["\(number)"] = .stringSet(["a", "b"])
            case 1:
                updates["\(number)"] = LegacyUpdate(value: nil, action: "DELETE")
                expected["\(number)"] = nil
            default: break
            }
        }
        #expect(try UpdateExpression(attributeUpdates: updates).apply(to: item, keyAttributes: []) == expected)
    }
}
