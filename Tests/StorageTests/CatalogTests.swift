import Storage
import Testing

@Suite struct CatalogTests {
    private struct Thing: Codable, Sendable, Equatable {
        var colour: String
    }

    private let store: OpenStore
    private var catalog: Catalog { Catalog(database: store.database, writer: store.writer) }

    init() throws { store = try OpenStore() }

    @Test func numbersAreUniqueAndStayOverReopening() async throws {
        var numbers: [String: UInt32] = [:]
        for name in ["a", "b", "c"] { numbers[name] = try await catalog.put(.table, name, Thing(colour: name)).number }
        #expect(Set(numbers.values).count == 3)
        try await store.reopen()
        for (name, number) in numbers {
            let entry = try #require(try catalog.entry(.table, name, as: Thing.self))
            #expect(entry.number == number)
            #expect(entry.description == Thing(colour: name))
        }
        let next = try await catalog.put(.table, "d", Thing(colour: "d")).number
        #expect(!numbers.values.contains(next))
    }

    @Test func aNewDescriptionKeepsTheNumber() async throws {
        let first = try await catalog.put(.queue, "a", Thing(colour: "red"))
        let second = try await catalog.put(.queue, "a", Thing(colour: "blue"))
        #expect(second.number == first.number)
        #expect(try catalog.entry(.queue, "a", as: Thing.self)?.description == Thing(colour: "blue"))
    }

    @Test func kindsAreApart() async throws {
        let table = try await catalog.put(.table, "a", Thing(colour: "red")).number
        #expect(try catalog.entry(.queue, "a", as: Thing.self) == nil)
        let queue = try await catalog.put(.queue, "a", Thing(colour: "blue")).number
        #expect(table != queue)
        #expect(try catalog.entry(.table, "a", as: Thing.self)?.description == Thing(colour: "red"))
    }

    @Test func callersAtTheSameTimeGetOneNumberForOneNameAndDifferentOnesForOthers() async throws {
        let catalog = catalog
        let numbers = try await withThrowingTaskGroup(of: (String, UInt32).self) { group in
            for index in 0..<64 {
                let name = "table \(index % 8)"
                group.addTask { (name, try await catalog.put(.table, name, Thing(colour: "\(index)")).number) }
            }
            var numbers: [String: Set<UInt32>] = [:]
            for try await (name, number) in group { numbers[name, default: []].insert(number) }
            return numbers
        }
        #expect(numbers.count == 8)
        #expect(numbers.values.allSatisfy { $0.count == 1 })
        #expect(Set(numbers.values.flatMap { $0 }).count == 8)
    }

    @Test func entriesAreListedInTheOrderOfTheirNames() async throws {
        for name in ["b", "a/x", "B", "ä", "a", "a.1"] { try await catalog.put(.table, name, Thing(colour: name)) }
        try await catalog.put(.stream, "a", Thing(colour: "blue"))
        let tables = try catalog.entries(.table, as: Thing.self)
        #expect(tables.map(\.name) == ["B", "a", "a.1", "a/x", "b", "ä"])
        #expect(tables.map(\.entry.description.colour) == tables.map(\.name))
        #expect(try catalog.entries(.stream, as: Thing.self).map(\.name) == ["a"])
        #expect(try catalog.entries(.queue, as: Thing.self).isEmpty)
    }

    @Test func aRemovedEntryIsGoneAndItsNumberIsNotGivenAgain() async throws {
        let numbers = [
            try await catalog.put(.table, "a", Thing(colour: "red")).number,
            try await catalog.put(.table, "b", Thing(colour: "red")).number,
        ]
        #expect(try await catalog.remove(.table, "b"))
        #expect(try await !catalog.remove(.table, "b"))
        #expect(try catalog.entry(.table, "b", as: Thing.self) == nil)
        try await store.reopen()
        #expect(try catalog.entries(.table, as: Thing.self).map(\.name) == ["a"])
        let again = try await catalog.put(.table, "b", Thing(colour: "blue")).number
        #expect(!numbers.contains(again))
    }

    @Test func entriesOfOneTransactionChangeTogetherOrNotAtAll() async throws {
        struct Stop: Error {}
        let catalog = catalog
        try await store.writer.commit { transaction in
            let table = try catalog.put(.table, "a", Thing(colour: "red"), in: transaction)
            let stream = try catalog.put(.stream, "a", Thing(colour: "blue"), in: transaction)
            #expect(table.number != stream.number)
            #expect(try catalog.entry(.stream, "a", as: Thing.self, in: transaction)?.number == stream.number)
            #expect(try catalog.entry(.stream, "a", as: Thing.self) == nil)
        }
        await #expect(throws: Stop.self) {
            try await store.writer.commit { transaction in
                #expect(try catalog.remove(.table, "a", in: transaction))
                #expect(try catalog.entry(.table, "a", as: Thing.self, in: transaction) == nil)
                #expect(try !catalog.remove(.table, "a", in: transaction))
                try catalog.put(.stream, "a", Thing(colour: "green"), in: transaction)
                throw Stop()
            }
        }
        #expect(try catalog.entry(.table, "a", as: Thing.self)?.description == Thing(colour: "red"))
        #expect(try catalog.entry(.stream, "a", as: Thing.self)?.description == Thing(colour: "blue"))
    }

    @Test func anEntryThatCannotBeReadIsNamed() async throws {
        try await catalog.put(.table, "Orders", "just a text")
        let error = #expect(throws: StorageError.self) { try catalog.entry(.table, "Orders", as: Thing.self) }
        #expect(error?.code == .engine)
        #expect(error?.message.contains("The table Orders cannot be read from the catalog") == true)
        await #expect(throws: StorageError.self) { try await catalog.put(.table, "Orders", Thing(colour: "red")) }
    }
}
