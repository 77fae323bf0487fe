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
            var part = bytes(random.below(24))
            if random.oneIn(2) { part = Array(text.dropFirst(random.below(text.count)).prefix(part.count)) }
            let expected = text.indices.contains { text[$0...].starts(with: part) }
            let condition = try ConditionExpression("contains(b, :b)", values: [":b": .binary(part)])
            let item: Item = ["b": .binary(text)]
            #expect(condition.evaluate(item) == expected, "\(part) in \(text)")
        }
    }

    /// Most of the part fits at each place.
    @Test func aShortPartIsLookedForInOnePass() throws {
        let text = String(repeating: "a", count: 400_000)
        let conditions = Array(repeating: "contains(s, :v)", count: 32).joined(separator: " OR ")
        let condition = try ConditionExpression(conditions, values: [":v": .string("aaaaaaaaaaaaaaab")])
        #expect(!condition.evaluate(["s": .string(text)]))
        #expect(condition.evaluate(["s": .string(text + "b")]))
    }

    @Test(arguments: [("", true), ("a", true), ("c", false), ("bc", false), ("ab", true), ("abab", false)])
    func theShortestPartsAreFound(_ part: String, _ isThere: Bool) throws {
        let condition = try ConditionExpression("contains(s, :v)", values: [":v": .string(part)])
        #expect(condition.evaluate(["s": .string("aab")]) == isThere)
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

    /// Each set would be as large as an item may be.
    @Test func setsAreNotJoinedBeyondTheSizeOfAnItem() throws {
        var item = Item()
        for number in 0..<299 { item["s\(number)"] = .stringSet(["x"]) }
        let additions = (0..<299).map { "s\($0) :v" }.joined(separator: ", ")
        let values: [String: AttributeValue] = [":v": .stringSet((0..<60_000).map { "set-" + Self.text($0) })]
        let update = try UpdateExpression("ADD " + additions, values: values)
        #expect(throws: tooLarge) { try update.apply(to: item, keyAttributes: []) }
        let wrong = try UpdateExpression("ADD \(additions), n :v", values: values)
        item["n"] = .number(1)
        #expect(
            throws: ItemError(
                code: .validation, message: "An operand in the update expression has an incorrect data type")
        ) { try wrong.apply(to: item, keyAttributes: []) }
    }

    // MARK: Places in maps and lists

    /// As many as an expression has room for.
    @Test func manyElementsOfALargeListAreChangedAtOnce() throws {
        func item(_ elements: [AttributeValue]) -> Item { ["m": .map(["l": .list(elements)])] }
        let places = (0..<300).map { "m.l[\($0)]" }
        var elements = [AttributeValue](repeating: .null, count: 500_000)
        let set = try UpdateExpression(
            "SET " + places.map { $0 + "=:v" }.joined(separator: ","), values: [":v": .bool(true)])
        let result = try set.apply(to: item(elements), keyAttributes: [])
        for place in places.indices { elements[place] = .bool(true) }
        let isSet = result == item(elements)
        #expect(isSet)
        let removal = try UpdateExpression("REMOVE " + places.joined(separator: ","))
        let rest = try removal.apply(to: result, keyAttributes: [])
        let isRemoved = rest == item(Array(elements[places.count...]))
        #expect(isRemoved)
    }

    /// What is copied for each of hundreds of places is slow, though not so slow that a test ends of it.
    @Test func aListIsChangedWhereItLies() throws {
        func address(of item: Item) -> Int? {
            guard let list = item["m"]?.map?["l"]?.list else { return nil }
            return list.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
        }
        var item: Item = ["m": .map(["l": .list(Array(repeating: .list([.null]), count: 100))])]
        let before = item
        let path = DocumentPath(root: "m", steps: [.key("l"), .index(7), .index(0)])
        // Held twice, the list must be copied once.
        try item.change(path) { $0 = .bool(true) }
        let copy = address(of: item)
        try item.change(path) { $0 = .bool(false) }
        let isCopied = copy != address(of: before)
        #expect(isCopied)
        let isInPlace = copy == address(of: item)
        #expect(isInPlace)
        #expect(path.value(in: item) == .bool(false))
        #expect(path.value(in: before) == .null)
    }

    /// Of the members some are there and some are not, in both directions.
    @Test(arguments: [20, 200])
    func manyMembersOfAMapAreChangedAsFewAre(_ count: Int) throws {
        var map = Item()
        for number in 0..<count where number % 3 != 0 { map["k\(number)"] = .number(0) }
        let item: Item = ["m": .map(map), "other": .null]
        var (sets, removals): ([String], [String]) = ([], [])
        for number in 0..<count {
            switch number % 4 {
            case 0:
                sets.append("m.k\(number)=:v")
                map["k\(number)"] = .stringSet(["a", "b"])
            case 1:
                removals.append("m.k\(number)")
                map["k\(number)"] = nil
            default: break
            }
        }
        let update = try UpdateExpression(
            "SET \(sets.joined(separator: ",")) REMOVE \(removals.joined(separator: ","))",
            values: [":v": .stringSet(["b", "a"])])
        let expected: Item = ["m": .map(map), "other": .null]
        #expect(try update.apply(to: item, keyAttributes: []) == expected)
    }

    /// Values are set by their last index, then places are removed from the last to the first.
    @Test func placesAreChangedAsOneAfterTheOther() throws {
        var random = SeededGenerator(seed: 1)
        var count = 0
        for _ in 0..<1_000 {
            let item: Item = ["r": Self.document(&random, depth: 3), "s": Self.document(&random, depth: 3)]
            var update = try UpdateExpression(attributeUpdates: [:])
            for number in 0...random.below(6) {
                let path = Self.place(&random, in: item)
                guard update.targets.allSatisfy({ $0.overlap(with: path) == nil }) else { continue }
                if random.oneIn(2) {
                    update.removals.append(path)
                } else {
                    let value = AttributeValue.number(Number(number))
                    update.sets.append((path, .value(random.oneIn(3) ? .list([value]) : value)))
                }
            }
            let result = try? update.apply(to: item, keyAttributes: [])
            #expect(result == Self.changed(item, update), "\(update.targets.map(\.description)) in \(item)")
            if result != nil { count += 1 }
        }
        // Neither all of them nor none name places that cannot be.
        #expect((100..<900).contains(count))
    }

    private static func document(_ random: inout SeededGenerator, depth: Int) -> AttributeValue {
        guard depth > 0, !random.oneIn(6) else { return .null }
        if random.oneIn(2) {
            var list: [AttributeValue] = []
            for _ in 0..<random.below(5) { list.append(document(&random, depth: depth - 1)) }
            return .list(list)
        }
        var map = Item()
        for name in ["a", "b", "c"] where !random.oneIn(3) { map[name] = document(&random, depth: depth - 1) }
        return .map(map)
    }

    /// A place inside an attribute; most are there, or could be.
    private static func place(_ random: inout SeededGenerator, in item: Item) -> DocumentPath {
        var path = DocumentPath(root: random.pick(["r", "s"]))
        while true {
            let isList: Bool
            switch path.value(in: item) {
            case .list?: isList = !random.oneIn(20)
            case .map?: isList = random.oneIn(20)
            default:
                if !path.steps.isEmpty { return path }
                isList = random.oneIn(2)
            }
            path.steps.append(isList ? .index(random.below(6)) : .key(random.pick(["a", "b", "c"])))
            if random.oneIn(3) { return path }
        }
    }

    /// Nil for an update with a place that cannot be.
    private static func changed(_ item: Item, _ update: UpdateExpression) -> Item? {
        func lastIndex(_ path: DocumentPath) -> Int {
            if case .index(let index)? = path.steps.last { index } else { -1 }
        }
        var document: AttributeValue? = .map(item)
        func change(_ path: DocumentPath, _ value: AttributeValue?) {
            let steps = [DocumentPath.Step.key(path.root)] + path.steps
            document = document.flatMap { changed($0, steps[...], value) }
        }
        for (path, value) in update.sets.sorted(by: { lastIndex($0.path) < lastIndex($1.path) }) {
            if case .value(let value) = value { change(path, value) }
        }
        for path in update.removals.sorted(by: { $1.precedes($0) }) { change(path, nil) }
        return document?.map
    }

    private static func changed(
        _ value: AttributeValue, _ steps: ArraySlice<DocumentPath.Step>, _ new: AttributeValue?
    ) -> AttributeValue? {
        let rest = steps.dropFirst()
        switch (steps.first, value) {
        case (.key(let name)?, .map(var map)):
            if rest.isEmpty {
                map[name] = new
            } else {
                guard let old = map[name], let inner = changed(old, rest, new) else { return nil }
                map[name] = inner
            }
            return .map(map)
        case (.index(let index)?, .list(var list)):
            switch (new, index < list.count) {
            case (_, true) where !rest.isEmpty:
                guard let inner = changed(list[index], rest, new) else { return nil }
                list[index] = inner
            case (_, false) where !rest.isEmpty: return nil
            case (let new?, true): list[index] = new
            case (let new?, false): list.append(new)
            case (nil, true): list.remove(at: index)
            case (nil, false): break
            }
            return .list(list)
        default: return nil
        }
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
        let update = try UpdateExpression(attributeUpdates: LegacyEntries(updates))
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
        let update = try UpdateExpression(attributeUpdates: LegacyEntries(updates))
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
        let update = try UpdateExpression(attributeUpdates: LegacyEntries(updates))
        #expect(try update.apply(to: item, keyAttributes: []) == expected)
    }
}
