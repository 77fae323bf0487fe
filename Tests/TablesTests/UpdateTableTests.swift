import Clocks
import Items
import Storage
import Tables
import TestSupport
import Testing

/// Tables that are made, changed and deleted while they are used.
@Suite(.timeLimit(.minutes(1))) struct UpdateTableTests {
    private static func update(_ change: (inout TableUpdate) -> Void) -> TableUpdate {
        var update = TableUpdate()
        change(&update)
        return update
    }

    private static let addsCustomer = update { $0.createdIndexes = [.byCustomer] }
    private static let dropsCustomer = update { $0.deletedIndexes = ["byCustomer"] }
    private static let disablesStream = update { $0.stream = .disable }
    private static let enablesStream = update { $0.stream = .enable(.keysOnly) }

    private static func item(_ number: Int, customer: String) -> Item {
        ["pk": .string("\(number)"), "customer": .string(customer)]
    }

    /// Entries in the index keyspace, of all tables.
    private static func entryCount(_ store: OpenTable) throws -> Int { try store.count(.indexes) }

    // MARK: Indexes

    @Test func anIndexIsBuiltOverTheItemsThatExist() async throws {
        let store = try await OpenTable(.table(stream: nil))
        for number in 0..<450 { try await store.table.put(Self.item(number, customer: "x")) }
        try await store.table.put(["pk": .string("sparse")])
        try await store.table.put(["pk": .string("other"), "customer": .number(1)])
        let description = try await store.store.updateTable("Orders", Self.addsCustomer)
        #expect(description.status == .updating)
        #expect(description.indexes.map(\.isBackfilling) == [true])
        #expect(description.indexes.map(\.status) == [.creating])
        for read: () throws -> ReadPage in [
            { try store.table.scan(ItemScan(index: "byCustomer")) },
            {
                try store.table.query(
                    ItemQuery(index: "byCustomer", keyCondition: KeyCondition(hashKey: .string("x"))))
            },
        ] {
            let error = #expect(throws: TableError.self) { _ = try read() }
            #expect(error?.code == .validation)
            #expect(error?.message == "Cannot read from backfilling global secondary index: byCustomer")
        }
        // Restarts keep the wish.
        try await store.reopen()
        #expect(try store.table.description().indexes.map(\.isBackfilling) == [true])
        try await store.runMaintenance()
        #expect(try store.table.description().status == .active)
        #expect(try store.table.all(index: "byCustomer").count == 450)
        #expect(try store.store.checkConsistency().problems == [])
    }

    /// Each item is changed or deleted before, while and after the index reaches it.
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func writesGoOnWhileAnIndexIsBuilt(seed: UInt64) async throws {
        let store = try await OpenTable(.table(stream: nil))
        for number in 0..<500 { try await store.table.put(Self.item(number, customer: "old")) }
        try await withThrowingTaskGroup(of: Void.self) { [table = store.table, tables = store.store] group in
            for task in 0..<4 {
                group.addTask {
                    var generator = SeededGenerator(seed: seed * 10 + UInt64(task))
                    for _ in 0..<120 {
                        let number = generator.below(520)
                        if generator.oneIn(3) {
                            try await table.delete(key: ["pk": .string("\(number)")])
                        } else {
                            try await table.put(Self.item(number, customer: generator.pick(["old", "new"])))
                        }
                    }
                }
            }
            group.addTask {
                _ = try await tables.updateTable("Orders", Self.addsCustomer)
                try await tables.buildIndexes()
            }
            try await group.waitForAll()
        }
        let all = try store.table.all().sorted { $0["pk"]!.string! < $1["pk"]!.string! }
        let indexed = try store.table.all(index: "byCustomer").sorted { $0["pk"]!.string! < $1["pk"]!.string! }
        #expect(indexed == all, "seed \(seed)")
        #expect(try store.store.checkConsistency().problems == [], "seed \(seed)")
    }

    @Test func aDeletedIndexLeavesNothing() async throws {
        let store = try await OpenTable(.table(indexes: [.byStatus, .byCustomer], stream: nil))
        for number in 0..<20 { try await store.table.put(Self.item(number, customer: "x")) }
        #expect(try Self.entryCount(store) == 20)
        _ = try await store.store.updateTable("Orders", Self.dropsCustomer)
        #expect(try Self.entryCount(store) == 0)
        #expect(try store.table.definition.indexes.map(\.name) == ["byStatus"])
        #expect(throws: TableError.self) { _ = try store.table.scan(ItemScan(index: "byCustomer")) }
        let error = await #expect(throws: TableError.self) {
            _ = try await store.store.updateTable("Orders", Self.dropsCustomer)
        }
        #expect(error?.code == .resourceNotFound)
        // An index of the same name begins anew.
        try await store.table.delete(key: ["pk": .string("0")])
        _ = try await store.store.updateTable("Orders", Self.addsCustomer)
        try await store.store.buildIndexes()
        #expect(try store.table.all(index: "byCustomer").count == 19)
        try await store.reopen()
        #expect(try store.table.all(index: "byCustomer").count == 19)
        #expect(try store.store.checkConsistency().problems == [])
    }

    @Test func anIndexThatIsDeletedWhileItIsBuiltLeavesNothing() async throws {
        let store = try await OpenTable(.table(stream: nil))
        for number in 0..<450 { try await store.table.put(Self.item(number, customer: "x")) }
        _ = try await store.store.updateTable("Orders", Self.addsCustomer)
        let building = Task { [tables = store.store] in try await tables.buildIndexes() }
        _ = try await store.store.updateTable("Orders", Self.dropsCustomer)
        try await building.value
        #expect(try Self.entryCount(store) == 0)
        #expect(try store.table.definition.indexes.isEmpty)
    }

    // MARK: Changes that meet

    @Test func changesOfOneTableAtOnceAllHappen() async throws {
        let store = try await OpenTable()
        try await withThrowingTaskGroup(of: Void.self) { [tables = store.store] group in
            for number in 0..<40 {
                group.addTask { try await tables.setTags("Orders", adding: ["t\(number)": "v"], removing: []) }
            }
            group.addTask { try await tables.setTimeToLive("Orders", attribute: "expiresAt") }
            group.addTask { _ = try await tables.updateTable("Orders", Self.addsCustomer) }
            group.addTask { try await tables.setPointInTimeRecovery("Orders", .init()) }
            try await group.waitForAll()
        }
        for _ in 1...2 {
            let definition = try store.table.definition
            #expect(definition.tags.count == 40)
            #expect(definition.timeToLiveAttribute == "expiresAt")
            #expect(definition.indexes == [.byCustomer])
            #expect(definition.pointInTimeRecovery != nil)
            try await store.reopen()
        }
    }

    /// A deletion and changes in one commit: what comes behind it finds no table, and none comes back.
    @Test func changesBehindADeletionBringNothingBack() async throws {
        for _ in 0..<10 {
            let store = try await OpenTable()
            await withTaskGroup(of: Void.self) { [tables = store.store] group in
                for number in 0..<8 {
                    group.addTask {
                        try? await tables.setTags("Orders", adding: ["t\(number)": "v"], removing: [])
                    }
                    group.addTask { _ = try? await tables.deleteTable("Orders") }
                }
            }
            #expect(store.store.tableNames.isEmpty)
            #expect(store.store.streams.map(\.isEnabled) == [false])
            try await store.reopen()
            #expect(store.store.tableNames.isEmpty)
            #expect(store.store.streams.map(\.isEnabled) == [false])
        }
    }

    @Test func ofManyWhoMakeATableOneDoes() async throws {
        let store = try await OpenTable()
        let made = await withTaskGroup(of: Bool.self) { [tables = store.store] group in
            for _ in 0..<20 {
                group.addTask { (try? await tables.createTable(.table(name: "Other"))) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(made == 1)
        #expect(store.store.streams.count == 2)
        let error = await #expect(throws: TableError.self) { _ = try await store.store.createTable(.orders) }
        #expect(error?.code == .resourceInUse)
        #expect(error?.message == "Table already exists: Orders")
    }

    /// Roll-overs that meet the end of the stream do not open it again.
    @Test func aStreamThatEndsStaysEnded() async throws {
        for _ in 0..<10 {
            let store = try await OpenTable(shards: 2)
            store.time.advance(by: ChangeStream.shardDuration)
            try await withThrowingTaskGroup(of: Void.self) { [tables = store.store] group in
                group.addTask { _ = try await tables.updateTable("Orders", Self.disablesStream) }
                for _ in 0..<4 { group.addTask { try await tables.rollOverShards() } }
                try await group.waitForAll()
            }
            for _ in 1...2 {
                #expect(store.store.streams.map(\.isEnabled) == [false])
                let shards = store.store.streams.flatMap(\.shards)
                #expect(shards.allSatisfy { $0.endingSequenceNumber != nil })
                try await store.reopen()
            }
        }
    }

    // MARK: Streams

    @Test func aStreamIsDisabledAndAnotherOneEnabled() async throws {
        let store = try await OpenTable(shards: 2)
        let old = store.stream.arn
        for number in 0..<10 { try await store.table.put(Self.item(number, customer: "x")) }
        var description = try await store.store.updateTable("Orders", Self.disablesStream)
        #expect(description.definition.streamViewType == nil)
        // Described for as long as it can be read.
        #expect(description.stream?.arn == old)
        #expect(store.table.stream == nil)
        try await store.table.put(Self.item(10, customer: "unseen"))
        let again = await #expect(throws: TableError.self) {
            _ = try await store.store.updateTable("Orders", Self.disablesStream)
        }
        #expect(again?.code == .validation)

        // Within the same moment, and still another name.
        description = try await store.store.updateTable("Orders", Self.enablesStream)
        let new = try #require(description.stream?.arn)
        #expect(new != old)
        #expect(description.stream?.viewType == .keysOnly)
        try await store.table.put(Self.item(11, customer: "seen"))
        let twice = await #expect(throws: TableError.self) {
            _ = try await store.store.updateTable("Orders", Self.enablesStream)
        }
        #expect(twice?.message.contains("already has an enabled stream") == true)
        for _ in 1...2 {
            #expect(store.stream.arn == new)
            #expect(try store.changes().map(\.dynamodb.keys) == [["pk": .string("11")]])
            #expect(try store.store.stream(arn: old).records(after: 0, limit: 99).count == 10)
            #expect(try store.store.stream(arn: old).shards.allSatisfy { $0.endingSequenceNumber != nil })
            try await store.reopen()
        }

        store.time.advance(by: ChangeStream.retention)
        try await store.store.trimStreams()
        #expect(try store.store.stream(arn: old).records(after: 0, limit: 99).count == 10)
        store.time.advance(by: .microseconds(1))
        try await store.store.trimStreams()
        for _ in 1...2 {
            let gone = #expect(throws: TableError.self) { _ = try store.store.stream(arn: old) }
            #expect(gone?.code == .resourceNotFound)
            #expect(store.store.streams.map(\.arn) == [new])
            try await store.reopen()
        }
        #expect(store.stream.recordCount == 1)
    }

    // MARK: Deletion

    @Test func aTableOfTheSameNameStartsEmptyAndTheOldStreamStays() async throws {
        let store = try await OpenTable(.table(indexes: [.byCustomer], timeToLive: "expiresAt"))
        let (old, id) = (store.stream.arn, try store.table.description().id)
        for number in 0..<10 { try await store.table.put(Self.item(number, customer: "x")) }
        let stale = store.table
        let deleted = try await store.store.deleteTable("Orders")
        #expect(deleted.status == .deleting)
        #expect(deleted.itemCount == 10)
        #expect(try store.count(.items) == 0)
        #expect(try Self.entryCount(store) == 0)
        for request: () async throws -> Void in [
            { _ = try await store.store.deleteTable("Orders") },
            { _ = try await stale.put(Self.item(1, customer: "y")) },
            { _ = try stale.get(key: ["pk": .string("1")]) }, { _ = try stale.scan(ItemScan()) },
            { _ = try store.store.table("Orders") },
        ] {
            let error = await #expect(throws: TableError.self) { try await request() }
            #expect(error?.code == .resourceNotFound)
        }
        let made = try await store.store.createTable(.table(indexes: [.byCustomer]))
        #expect(made.id != id)
        #expect(store.stream.arn != old)
        try await store.table.put(Self.item(99, customer: "x"))
        #expect(try store.table.all() == [Self.item(99, customer: "x")])
        #expect(try store.table.all(index: "byCustomer").count == 1)
        #expect(store.stream.recordCount == 1)
        #expect(try store.store.stream(arn: old).records(after: 0, limit: 99).count == 10)
        #expect(try !store.store.stream(arn: old).isEnabled)
    }

    @Test func aProtectedTableIsNotDeleted() async throws {
        var definition = TableDefinition.orders
        definition.isDeletionProtected = true
        let store = try await OpenTable(definition)
        let error = await #expect(throws: TableError.self) { _ = try await store.store.deleteTable("Orders") }
        #expect(error?.code == .validation)
        #expect(
            error?.message
                == "Resource cannot be deleted as it is currently protected against deletion. "
                + "Disable deletion protection first.")
        #expect(store.stream.isEnabled)
        try await store.table.put(Self.item(1, customer: "x"))
        #expect(store.stream.recordCount == 1)
        _ = try await store.store.updateTable("Orders", Self.update { $0.isDeletionProtected = false })
        _ = try await store.store.deleteTable("Orders")
        #expect(store.store.tableNames.isEmpty)
    }

    /// What the removal of a table's keys leaves behind when it is forgotten is nobody's.
    @Test func keysThatADeletionLeftBehindAreOutOfReach() async throws {
        let store = try await OpenTable(.table(indexes: [.byCustomer]))
        for number in 0..<10 { try await store.table.put(Self.item(number, customer: "x")) }
        var left: [([UInt8], [UInt8])] = []
        try store.database.scan(.items, from: [], to: [0xff]) { key, value in
            left.append((key.withUnsafeBytes { [UInt8]($0) }, value.withUnsafeBytes { [UInt8]($0) }))
            return true
        }
        let items = left
        _ = try await store.store.deleteTable("Orders")
        try await store.writer.commit { transaction in
            for (key, value) in items { transaction.put(.items, key, value) }
        }
        try await store.reopen(as: .table(indexes: [.byCustomer]))
        #expect(try store.table.all().isEmpty)
        #expect(try store.table.item(key: ["pk": .string("1")]) == nil)
        #expect(try store.store.checkConsistency().problems == [])
    }

    @Test func writesThatMeetADeletionAreRefusedOrGone() async throws {
        let store = try await OpenTable(.table(indexes: [.byCustomer]))
        await withTaskGroup(of: Void.self) { [table = store.table, tables = store.store] group in
            for number in 0..<200 {
                group.addTask { _ = try? await table.put(Self.item(number, customer: "x")) }
                if number == 100 { group.addTask { _ = try? await tables.deleteTable("Orders") } }
            }
        }
        #expect(try store.count(.items) == 0)
        #expect(try Self.entryCount(store) == 0)
    }
}
