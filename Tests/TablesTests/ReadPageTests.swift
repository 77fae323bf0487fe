import Items
import Tables
import TestSupport
import Testing

/// Pages of queries and scans against a walk over all items that is as slow as it is plain.
@Suite(.timeLimit(.minutes(1))) struct ReadPageTests {
    private static let table = KeySchema(
        hashKey: .init(name: "pk", type: .string), rangeKey: .init(name: "sk", type: .number))

    /// All kinds of indexes: global and local, of whole items, of keys and of some attributes, sparse ones, keys of each
    /// type, and one whose hash key is the table's range key.
    private static let indexes: [TableDefinition.Index] = [
        .byStatus,
        .init(
            name: "byCustomer", keySchema: TableDefinition.Index.byCustomer.keySchema, projection: .include(["amount"])),
        .init(
            name: "byBytes", keySchema: KeySchema(hashKey: .init(name: "bytes", type: .binary)), projection: .keysOnly),
        .init(
            name: "turned",
            keySchema: KeySchema(
                hashKey: .init(name: "sk", type: .number), rangeKey: .init(name: "pk", type: .string))),
        .init(
            name: "local",
            keySchema: KeySchema(hashKey: table.hashKey, rangeKey: .init(name: "amount", type: .number)),
            isGlobal: false,
            projection: .keysOnly),
    ]

    private static let hashes = ["a", "é", "e\u{301}", "a\u{0}", "ab"]
    private static let numbers = [0, -1, 7, 10, -10, 100]

    private static func randomItem(_ generator: inout SeededGenerator) throws -> Item {
        var item: Item = [
            "pk": .string(generator.pick(hashes)), "sk": .number(Number(generator.pick(numbers))),
            "note": .string(String(repeating: "n", count: generator.below(30))),
        ]
        if !generator.oneIn(3) { item["status"] = .string(generator.pick(["new", "paid"])) }
        if !generator.oneIn(3) { item["amount"] = .number(try Number("\(generator.below(5)).5")) }
        if !generator.oneIn(3) { item["customer"] = .string(generator.pick(["x", "y"])) }
        if generator.oneIn(3) {
            item["bytes"] = .binary([UInt8](repeating: UInt8(generator.pick([0, 255])), count: 2))
        }
        return item
    }

    /// A table with random items, and the items.
    private static func filled(_ seed: UInt64) async throws -> (OpenTable, [Item], SeededGenerator) {
        var generator = SeededGenerator(seed: seed)
        let store = try await OpenTable(.table(rangeKey: table.rangeKey, indexes: indexes, stream: nil))
        var model: [Item: Item] = [:]
        for _ in 0..<60 {
            let item = try randomItem(&generator)
            let key = try table.key(of: item)
            if generator.oneIn(5) {
                try await store.table.delete(key: key)
                model[key] = nil
            } else {
                try await store.table.put(item)
                model[key] = item
            }
        }
        return (store, Array(model.values), generator)
    }

    /// The slow way: keys compared as values, attribute by attribute.
    private struct Walk {
        let index: TableDefinition.Index?
        var keySchema: KeySchema { index?.keySchema ?? ReadPageTests.table }

        func precedes(_ left: Item, _ right: Item) -> Bool {
            for name in keySchema.names + ReadPageTests.table.names {
                let (left, right) = (left[name]!, right[name]!)
                if left == right { continue }
                switch (left, right) {
                case (.string(let left), .string(let right)): return left.utf8.lexicographicallyPrecedes(right.utf8)
                case (.number(let left), .number(let right)): return left < right
                case (.binary(let left), .binary(let right)): return left.lexicographicallyPrecedes(right)
                default: preconditionFailure("keys of one type")
                }
            }
            return false
        }

        /// The items that the index holds, in its order.
        func items(_ items: [Item]) -> [Item] {
            items.filter { item in keySchema.names.allSatisfy { item[$0] != nil } }.sorted(by: precedes)
        }

        func shown(_ item: Item, whole: Bool) -> Item {
            let keys = ReadPageTests.table.names + keySchema.names
            switch index?.projection {
            case nil, .all: return item
            case _ where whole: return item
            case .keysOnly: return Self.part(keys, of: item)
            case .include(let more): return Self.part(keys + more, of: item)
            }
        }

        func key(of item: Item) -> Item { Self.part(ReadPageTests.table.names + keySchema.names, of: item) }

        static func part(_ names: [String], of item: Item) -> Item {
            var part = Item()
            for name in names { part[name] = item[name] }
            return part
        }
    }

    private static let amountFilter = try! ConditionExpression("attribute_exists(amount)")

    @Test func aReadThatMayNotTakeLongIsGivenUpAfter1000Keys() async throws {
        let store = try await OpenTable(.table(rangeKey: Self.table.rangeKey, stream: nil))
        for number in 0..<1_001 { try await store.table.put(["pk": .string("a"), "sk": .number(Number(number))]) }
        let condition = KeyCondition(hashKey: .string("a"))
        #expect(throws: LongRead.self) { try store.table.scan(ItemScan(), mayTakeLong: false) }
        #expect(throws: LongRead.self) { try store.table.query(ItemQuery(keyCondition: condition), mayTakeLong: false) }
        // Also where none of them is of the segment.
        let segment = ItemScan.Segment(number: 1, count: 1_000_000)
        #expect(throws: LongRead.self) { try store.table.scan(ItemScan(segment: segment), mayTakeLong: false) }
        let page = try store.table.scan(ItemScan(limit: 1_000), mayTakeLong: false)
        #expect(page.items.count == 1_000)
        #expect(try store.table.scan(ItemScan()).items.count == 1_001)
    }

    /// An entry of an index that holds keys alone costs a read of its whole item.
    @Test func aReadOfAnIndexIsAsLongAsItsItemsAre() async throws {
        let store = try await OpenTable(
            .table(
                indexes: [
                    .init(name: "keys", keySchema: TableDefinition.Index.byCustomer.keySchema, projection: .keysOnly)
                ], stream: nil))
        for number in 0..<4 {
            #expect(try store.table.scan(ItemScan(index: "keys"), mayTakeLong: false).items.count == number)
            try await store.table.put([
                "pk": .string("\(number)"), "customer": .string("x"),
                "data": .binary([UInt8](repeating: 0, count: 20_000)),
            ])
        }
        #expect(throws: LongRead.self) { try store.table.scan(ItemScan(index: "keys"), mayTakeLong: false) }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func queriesGiveWhatAWalkGives(seed: UInt64) async throws {
        var (store, all, generator) = try await Self.filled(seed)
        for step in 0..<120 {
            let walk = Walk(index: generator.oneIn(3) ? nil : generator.pick(Self.indexes))
            let held = walk.items(all)
            guard !held.isEmpty else { continue }
            let hash = generator.pick(held)[walk.keySchema.hashKey.name]!
            let range = try Self.range(walk.keySchema, held, &generator)
            let isForward = generator.oneIn(2)
            let whole = walk.index?.isGlobal == false && generator.oneIn(2)
            let filter = generator.oneIn(2) ? Self.amountFilter : nil
            var query = ItemQuery(
                index: walk.index?.name, keyCondition: KeyCondition(hashKey: hash, range: range.condition),
                filter: filter, isForward: isForward, limit: generator.oneIn(4) ? nil : 1 + generator.below(4),
                fetchesWholeItems: whole)
            var expected = held.filter { item in
                item[walk.keySchema.hashKey.name] == hash
                    && (walk.keySchema.rangeKey.map { range.holds(item[$0.name]!) } ?? true)
            }
            if !isForward { expected.reverse() }
            let place: Comment = "seed \(seed), step \(step), \(query)"
            try Self.compare(expected, walk, whole, filter, limit: query.limit, place) { start in
                query.exclusiveStartKey = start
                return try store.table.query(query)
            }
        }
    }

    /// Reads page by page and holds each page against its part of what is expected.
    private static func compare(
        _ expected: [Item], _ walk: Walk, _ whole: Bool, _ filter: ConditionExpression?, limit: Int?, _ place: Comment,
        _ read: (Item?) throws -> ReadPage
    ) throws {
        var rest = expected[...]
        var start: Item?
        while true {
            let page = try read(start)
            let part = rest.prefix(limit ?? .max)
            rest = rest.dropFirst(part.count)
            let shown = part.map { walk.shown($0, whole: whole) }
            #expect(page.scannedCount == part.count, place)
            #expect(try page.contents == shown.filter { filter?.evaluate($0) ?? true }, place)
            // As AWS: a page that its limit ends names a key, also when nothing follows.
            let ended = part.count == limit
            #expect(page.lastEvaluatedKey == (ended ? walk.key(of: part.last!) : nil), place)
            guard ended, page.lastEvaluatedKey != nil else { break }
            start = page.lastEvaluatedKey
        }
        #expect(rest.isEmpty, place)
    }

    private static func range(
        _ schema: KeySchema, _ held: [Item], _ generator: inout SeededGenerator
    ) throws -> (condition: KeyCondition.RangeCondition?, holds: (AttributeValue) -> Bool) {
        guard let rangeKey = schema.rangeKey, !generator.oneIn(3) else { return (nil, { _ in true }) }
        let low = generator.pick(held)[rangeKey.name]!
        let high = generator.pick(held)[rangeKey.name]!
        func isBefore(_ left: AttributeValue, _ right: AttributeValue) -> Bool {
            if let left = left.number, let right = right.number { return left < right }
            return left.string!.utf8.lexicographicallyPrecedes(right.string!.utf8)
        }
        switch generator.below(low.string == nil ? 6 : 7) {
        case 0: return (.equal(low), { $0 == low })
        case 1: return (.less(low), { isBefore($0, low) })
        case 2: return (.lessOrEqual(low), { !isBefore(low, $0) })
        case 3: return (.greater(low), { isBefore(low, $0) })
        case 4: return (.greaterOrEqual(low), { !isBefore($0, low) })
        case 5: return (.between(low, high), { !isBefore($0, low) && !isBefore(high, $0) })
        default: return (.beginsWith(low), { $0.string!.utf8.starts(with: low.string!.utf8) })
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func scansGiveWhatAWalkGives(seed: UInt64) async throws {
        var (store, all, generator) = try await Self.filled(seed)
        var placeholders = try ExpressionPlaceholders()
        let projection = try ProjectionExpression("pk, sk", placeholders: &placeholders)
        for index in [nil] + Self.indexes {
            let walk = Walk(index: index)
            let expected = walk.items(all)
            for limit in [nil, 1, 3, 1 + generator.below(60)] {
                let filter = generator.oneIn(2) ? Self.amountFilter : nil
                let place: Comment = "seed \(seed), \(index?.name ?? "table"), limit \(String(describing: limit))"
                try Self.compare(expected, walk, false, filter, limit: limit, place) { start in
                    try store.table.scan(
                        ItemScan(index: index?.name, filter: filter, exclusiveStartKey: start, limit: limit))
                }
            }
            let projected = try store.table.scan(ItemScan(index: index?.name, projection: projection)).contents
            #expect(projected == expected.map { Walk.part(["pk", "sk"], of: $0) })
        }
    }

    /// Each item is in exactly one segment, whatever the limit, and all of a hash key in the same.
    @Test(arguments: [1, 2, 3, 7, 1_000])
    func segmentsPartTheItems(count: Int) async throws {
        let (store, all, _) = try await Self.filled(UInt64(count))
        for index in [nil] + Self.indexes {
            let walk = Walk(index: index)
            var found: [Item] = []
            var segments: [AttributeValue: Set<Int>] = [:]
            for number in 0..<count where count < 1_000 || number % 7 == 0 {
                var scan = ItemScan(index: index?.name, segment: .init(number: number, count: count), limit: 2)
                repeat {
                    let page = try store.table.scan(scan)
                    #expect(page.scannedCount <= 2)
                    for item in try page.contents {
                        found.append(item)
                        segments[item[walk.keySchema.hashKey.name]!, default: []].insert(number)
                    }
                    scan.exclusiveStartKey = page.lastEvaluatedKey
                } while scan.exclusiveStartKey != nil
            }
            #expect(segments.values.allSatisfy { $0.count == 1 })
            let expected = Set(walk.items(all).map { walk.shown($0, whole: false) })
            #expect(Set(found).count == found.count)
            #expect(count < 1_000 ? Set(found) == expected : Set(found).isSubset(of: expected))
        }
    }

    @Test func aStartKeyOfAnotherSegmentIsRefused() async throws {
        let (store, all, _) = try await Self.filled(1)
        let key = try Self.table.key(of: all[0])
        let refusals = (0..<5).filter { number in
            let scan = ItemScan(segment: .init(number: number, count: 5), exclusiveStartKey: key)
            return (try? store.table.scan(scan)) == nil
        }
        #expect(refusals.count == 4)
    }

    @Test func aPageEndsBehindTheItemThatReachesAMegabyte() async throws {
        let store = try await OpenTable(
            .table(
                rangeKey: .init(name: "sk", type: .number),
                indexes: [
                    .init(name: "keys", keySchema: TableDefinition.Index.byCustomer.keySchema, projection: .keysOnly)
                ], stream: nil))
        // 3 and 2 bytes of keys with their names, 4 of the attribute's name, 9 of the customer.
        let bytes = 100_000
        for number in 0..<12 {
            let item: Item = [
                "pk": .string("a"), "sk": .number(Number(number + 1)), "customer": .string("x"),
                "data": .binary([UInt8](repeating: 0, count: bytes)),
            ]
            try await store.table.put(item)
        }
        let query = ItemQuery(keyCondition: KeyCondition(hashKey: .string("a")))
        let page = try store.table.query(query)
        // Eleven items of a little more than 100,000 bytes are the first to reach 1,048,576.
        #expect(page.scannedCount == 11)
        #expect(try page.evaluatedBytes == page.contents.map(\.sizeBytes).reduce(0, +))
        #expect(page.lastEvaluatedKey == ["pk": .string("a"), "sk": .number(11)])
        #expect(try store.table.scan(ItemScan(exclusiveStartKey: page.lastEvaluatedKey)).scannedCount == 1)
        // A filter that lets nothing through saves nothing.
        var none = query
        none.filter = try ConditionExpression("attribute_exists(absent)")
        let filtered = try store.table.query(none)
        #expect((filtered.items.count, filtered.scannedCount) == (0, 11))
        #expect(filtered.lastEvaluatedKey == page.lastEvaluatedKey)
        // The index holds keys only, so its page holds them all.
        let keys = try store.table.scan(ItemScan(index: "keys"))
        #expect((keys.scannedCount, keys.lastEvaluatedKey) == (12, nil))
        #expect(keys.evaluatedBytes < 500)
    }

    /// The item of the first is not whole, that of the second has an index key of the wrong type, that of the third a
    /// table key.
    private static let wrongStarts: [(starts: [Item], message: String)] = [
        (
            [
                [:], ["pk": .string("a")], ["pk": .string("a"), "sk": .string("1")],
                ["pk": .string("a"), "sk": .number(1), "status": .string("new")],
                ["pk": .string("a"), "sk": .number(1), "status": .string("new"), "amount": .number(1), "more": .null],
            ], "The provided starting key is invalid"
        ),
        (
            [["pk": .string("a"), "sk": .number(1), "status": .string("new"), "amount": .string("1")]],
            "The provided key element does not match the schema"
        ),
        (
            [["pk": .string("a"), "sk": .string("1"), "status": .string("new"), "amount": .number(1)]],
            "The provided starting key is invalid: The provided key element does not match the schema"
        ),
    ]

    @Test(arguments: wrongStarts.flatMap { wrong in wrong.starts.map { ($0, wrong.message) } })
    func aStartKeyThatIsNoKeyIsRefused(_ start: Item, _ message: String) async throws {
        let (store, _, _) = try await Self.filled(1)
        let key = KeyCondition(hashKey: .string("new"))
        for read: () throws -> ReadPage in [
            { try store.table.scan(ItemScan(index: "byStatus", exclusiveStartKey: start)) },
            { try store.table.query(ItemQuery(index: "byStatus", keyCondition: key, exclusiveStartKey: start)) },
        ] {
            let error = #expect(throws: TableError.self) { _ = try read() }
            #expect(error?.code == .validation)
            #expect(error?.message == message)
        }
    }

    @Test func aStartKeyOutsideTheQueryIsRefused() async throws {
        let (store, _, _) = try await Self.filled(1)
        let range = KeyCondition.RangeCondition.between(.number(1), .number(10))
        let predicate = "The provided starting key does not match the range key predicate"
        for (hash, number, range, message) in [
            ("b", 1, nil, "The provided starting key is outside query boundaries based on provided conditions"),
            ("b", 1, range, "The query can return at most one row and cannot be restarted"),
            ("b", 11, range, predicate), ("a", 0, range, predicate), ("a", 11, range, predicate),
        ] as [(String, Int, KeyCondition.RangeCondition?, String)] {
            let query = ItemQuery(
                keyCondition: KeyCondition(hashKey: .string("a"), range: range),
                exclusiveStartKey: ["pk": .string(hash), "sk": .number(Number(number))])
            let error = #expect(throws: TableError.self) { _ = try store.table.query(query) }
            #expect(error?.message == message)
        }
    }

    /// DynamoDB compares bytes: texts that Swift calls equal are other keys.
    @Test func keysAreBytes() async throws {
        let store = try await OpenTable(.table(indexes: [.byCustomer], stream: nil))
        for (key, customer) in [("é", "e\u{301}"), ("e\u{301}", "é")] {
            try await store.table.put(["pk": .string(key), "customer": .string(customer)])
        }
        #expect(try store.table.all().count == 2)
        let found = try store.table.query(index: "byCustomer", hashKey: .string("é"), limit: 9)
        #expect(found.map { Array($0["pk"]!.string!.utf8) } == [Array("e\u{301}".utf8)])
    }

    @Test func theLongestKeysAreReadPageByPage() async throws {
        let long = KeySchema(hashKey: .init(name: "pk", type: .binary), rangeKey: .init(name: "sk", type: .binary))
        let index = TableDefinition.Index(
            name: "long",
            keySchema: KeySchema(hashKey: .init(name: "h", type: .binary), rangeKey: .init(name: "r", type: .binary)))
        let store = try await OpenTable(
            .table(hashKey: long.hashKey, rangeKey: long.rangeKey, indexes: [index], stream: nil))
        for last: UInt8 in [0, 1, 254, 255] {
            var hash = [UInt8](repeating: 255, count: 2_048)
            var range = [UInt8](repeating: 0, count: 1_024)
            (hash[2_047], range[1_023]) = (last, last)
            try await store.table.put([
                "pk": .binary(hash), "sk": .binary(range), "h": .binary(hash), "r": .binary(range),
            ])
        }
        for name in [nil, "long"] {
            var scan = ItemScan(index: name, limit: 1)
            var lasts: [UInt8] = []
            repeat {
                let page = try store.table.scan(scan)
                lasts += try page.contents.map { $0["pk"]!.binary!.last! }
                scan.exclusiveStartKey = page.lastEvaluatedKey
            } while scan.exclusiveStartKey != nil
            #expect(lasts == [0, 1, 254, 255])
        }
    }
}
