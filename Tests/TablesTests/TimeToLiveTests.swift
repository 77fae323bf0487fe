import Clocks
import Items
import Storage
import Tables
import Testing

@Suite(.timeLimit(.minutes(1))) struct TimeToLiveTests {
    private let store: OpenTable
    private var now: Int64 { store.time.now().seconds }

    init() async throws { store = try await OpenTable(.table(indexes: [.byCustomer], timeToLive: "expiresAt")) }

    private func put(_ key: String, _ expiry: AttributeValue?, attribute: String = "expiresAt") async throws {
        var item: Item = ["pk": .string(key), "customer": .string("x")]
        item[attribute] = expiry
        try await store.table.put(item)
    }

    private func put(_ key: String, in seconds: Int64, attribute: String = "expiresAt") async throws {
        try await put(key, .number(Number(now + seconds)), attribute: attribute)
    }

    private func left() throws -> [String] { try store.table.all().map { $0["pk"]!.string! } }

    @Test func itemsGoWhenTheirTimeHasComeAsTheServicesOwnDoing() async throws {
        try await put("a", in: 60)
        try await put("b", in: 61)
        try await put("c", nil)
        store.time.advance(by: .seconds(59))
        #expect(try await store.store.removeExpiredItems() == 0)
        store.time.advance(by: .seconds(1))
        #expect(try await store.store.removeExpiredItems() == 1)
        #expect(try left() == ["b", "c"])
        let last = try #require(try store.changes().last)
        #expect(last.eventName == .remove)
        #expect(last.dynamodb.keys == ["pk": .string("a")])
        #expect(last.dynamodb.oldImage?["customer"] == .string("x"))
        #expect(last.userIdentity == .init(type: "Service", principalId: "dynamodb.amazonaws.com"))
        // A client's own removal names nobody.
        try await store.table.delete(key: ["pk": .string("b")])
        #expect(try store.changes().last?.userIdentity == nil)
        store.time.advance(by: .seconds(60))
        #expect(try await store.store.removeExpiredItems() == 0)
        #expect(try store.store.checkConsistency().problems == [])
    }

    @Test func anotherExpiryCounts() async throws {
        try await put("later", in: 10)
        try await put("sooner", in: 100)
        try await put("never", in: 10)
        try await put("later", in: 50)
        try await put("sooner", in: 5)
        try await store.table.update(key: ["pk": .string("never")], UpdateExpression("REMOVE expiresAt"))
        store.time.advance(by: .seconds(20))
        #expect(try await store.store.removeExpiredItems() == 1)
        #expect(try left() == ["later", "never"])
    }

    @Test func onlyNumbersOfTheLastFiveYearsAreTimes() async throws {
        let fiveYears: Int64 = 5 * 365 * 86_400
        try await put("text", .string("\(now - 1)"))
        try await put("set", .numberSet([Number(now - 1)]))
        try await put("milliseconds", .number(Number(now * 1_000)))
        try await put("zero", .number(0))
        try await put("negative", .number(-5))
        try await put("older", in: -fiveYears - 1)
        try await put("largest", .number(Number("9.9e125")))
        try await put("oldest", in: -fiveYears)
        try await put("fraction", .number(Number("\(now - 1).5")))
        try await put("now", in: 0)
        #expect(try await store.store.removeExpiredItems() == 3)
        #expect(
            try Set(left()) == ["text", "set", "milliseconds", "zero", "negative", "older", "largest"])
    }

    @Test func enablingListsTheItemsThatExist() async throws {
        for number in 0..<250 { try await put("\(number)", in: 1, attribute: "until") }
        try await put("later", in: 100, attribute: "until")
        try await store.store.setTimeToLive("Orders", attribute: "until")
        #expect(try store.table.description().isTimeToLiveEnabling)
        store.time.advance(by: .seconds(1))
        // Not before the list is complete.
        #expect(try await store.store.removeExpiredItems() == 0)
        try await store.reopen()
        #expect(try store.table.description().isTimeToLiveEnabling)
        try await store.store.buildIndexes()
        #expect(try !store.table.description().isTimeToLiveEnabling)
        #expect(try await store.store.removeExpiredItems() == 250)
        #expect(try left() == ["later"])
        #expect(try store.table.all(index: "byCustomer").count == 1)
        #expect(try store.store.checkConsistency().problems == [])
    }

    @Test func disablingKeepsItemsAndLeavesNoEntry() async throws {
        try await put("a", in: 1)
        let entries = try store.count(.indexes)
        try await store.store.setTimeToLive("Orders", attribute: nil)
        #expect(try store.count(.indexes) == entries - 1)
        store.time.advance(by: .seconds(5))
        #expect(try await store.store.removeExpiredItems() == 0)
        try await store.reopen()
        #expect(try await store.store.removeExpiredItems() == 0)
        #expect(try left() == ["a"])
    }

    /// Items written at the moment of the change expire by the new attribute, however the changes meet.
    @Test func anotherAttributeTakesOverWhileItemsAreWritten() async throws {
        for number in 0..<300 { try await put("\(number)", in: number % 2 == 0 ? 1 : 1_000, attribute: "until") }
        try await withThrowingTaskGroup(of: Void.self) { [table = store.table, tables = store.store, now] group in
            for number in 0..<100 {
                group.addTask {
                    try await table.put([
                        "pk": .string("new\(number)"), "until": .number(Number(now + 1)),
                        "expiresAt": .number(Number(now + 1_000)),
                    ])
                }
            }
            group.addTask {
                for attribute in [nil, "until", nil, "expiresAt", "until"] {
                    try await tables.setTimeToLive("Orders", attribute: attribute)
                    try await tables.buildIndexes()
                }
            }
            group.addTask { for _ in 0..<5 { try await tables.buildIndexes() } }
            try await group.waitForAll()
        }
        try await store.store.buildIndexes()
        store.time.advance(by: .seconds(1))
        #expect(try await store.store.removeExpiredItems() == 250)
        #expect(try store.table.all().count == 150)
        #expect(try store.store.checkConsistency().problems == [])
        // One of byCustomer and one of expiry for each that is left.
        #expect(try store.count(.indexes) == 300)
    }

    @Test func maintenanceRemovesWhatIsDue() async throws {
        try await put("a", in: 60)
        store.time.advance(by: .seconds(60))
        try await store.runMaintenance()
        #expect(try left() == [])
        #expect(try store.changes().last?.userIdentity != nil)
    }
}
