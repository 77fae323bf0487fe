import Storage
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(1))) struct GroupCommitWriterTests {
    private struct Refusal: Error {}

    private let store: OpenStore

    init() throws { store = try OpenStore() }

    @Test func concurrentCommitsAreAllAnsweredAndAllThereAfterReopening() async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<2_000 {
                group.addTask { [writer = store.writer] in
                    try await writer.commit(durability: number % 3 == 0 ? .unsynced : .synced) { transaction in
                        transaction.put(.items, Array("key \(number)".utf8), Array("\(number)".utf8))
                        return number
                    }
                }
            }
            var answered: Set<Int> = []
            for try await number in group { answered.insert(number) }
            #expect(answered == Set(0..<2_000))
        }
        try await store.reopen()
        for number in 0..<2_000 { #expect(try store.value("key \(number)") == "\(number)") }
    }

    @Test func jobsRunInTheOrderOfTheirArrival() async throws {
        let writer = store.writer
        let hold = await WriterHold(writer)
        let inOrder = InOrder()
        let ran = Log<Int>()
        let committed = Log<Int>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            // More than fit in one group.
            for number in 0..<1_500 {
                group.addTask(executorPreference: inOrder) {
                    try await writer.commit(
                        { _ in ran.note(number) },
                        committed: { committed.note(number) })
                }
            }
            await inOrder.settle()
            #expect(ran.entries.isEmpty)
            try await hold.letGo()
            try await group.waitForAll()
        }
        #expect(ran.entries == Array(0..<1_500))
        #expect(committed.entries == Array(0..<1_500))
    }

    @Test func aJobReadsWhatEarlierJobsOfItsGroupWrote() async throws {
        let writer = store.writer
        try await store.put("counter", "100")
        let hold = await WriterHold(writer)
        let inOrder = InOrder()
        let seen = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask(executorPreference: inOrder) {
                    try await writer.commit { transaction in
                        let old = try transaction.get(.items, Array("counter".utf8))!
                        let new = Int(String(decoding: old, as: UTF8.self))! + 1
                        transaction.put(.items, Array("counter".utf8), Array("\(new)".utf8))
                        return new
                    }
                }
            }
            await inOrder.settle()
            try await hold.letGo()
            var seen: Set<Int> = []
            for try await number in group { seen.insert(number) }
            return seen
        }
        #expect(seen == Set(101...200))
        #expect(try store.value("counter") == "200")
    }

    @Test func aJobThatThrowsUndoesItsOwnWritesOnly() async throws {
        try await store.put("gone", "kept after all")
        let hold = await WriterHold(store.writer)
        let inOrder = InOrder()
        let announced = Log<Int>()
        await withTaskGroup(of: Void.self) { group in
            func add(_ number: Int, throws: Bool, _ work: @escaping @Sendable (Transaction) throws -> Void) {
                group.addTask(executorPreference: inOrder) { [writer = store.writer] in
                    var isRefused = false
                    do {
                        try await writer.commit(work, committed: { announced.note(number) })
                    } catch { isRefused = error is Refusal }
                    #expect(isRefused == `throws`)
                }
            }
            add(1, throws: false) { $0.put(.items, Array("a".utf8), Array("1".utf8)) }
            add(2, throws: true) { transaction in
                transaction.put(.items, Array("a".utf8), Array("2".utf8))
                transaction.put(.indexes, Array("b".utf8), Array("2".utf8))
                transaction.delete(.items, Array("gone".utf8))
                throw Refusal()
            }
            add(3, throws: true) { _ in throw Refusal() }
            add(4, throws: false) { transaction in
                let (a, b) = (
                    try transaction.get(.items, Array("a".utf8)), try transaction.get(.indexes, Array("b".utf8))
                )
                #expect(a == Array("1".utf8))
                #expect(b == nil)
                transaction.put(.items, Array("c".utf8), Array("4".utf8))
            }
            await inOrder.settle()
            try? await hold.letGo()
            await group.waitForAll()
        }
        #expect(announced.entries == [1, 4])
        try await store.reopen()
        #expect(try store.keys() == ["a", "c", "gone"])
        #expect(try store.value("a") == "1")
        #expect(try store.keys(.indexes) == [])
    }

    /// What a job makes in the catalog is made known, by its completion, before the next write is decided.
    @Test func aChangeOfTheCatalogIsKnownToTheNextJob() async throws {
        let writer = store.writer
        let hold = await WriterHold(writer)
        let happened = Log<String>()
        let (end, isEnd) = AsyncStream.makeStream(of: Void.self)
        for number in 1...3 {
            writer.commit { transaction in
                happened.note("decided \(number)")
                transaction.put(number == 2 ? .catalog : .items, Array("\(number)".utf8), [])
            } completion: { (_: Result<Void, any Error>) in
                happened.note("answered \(number)")
                if number == 3 { isEnd.finish() }
            }
        }
        try await hold.letGo()
        for await _ in end {}
        #expect(
            happened.entries == ["decided 1", "decided 2", "answered 1", "answered 2", "decided 3", "answered 3"])
    }

    @Test func whatAJobCountsIsTakenBackWithIt() async throws {
        let writer = store.writer
        let hold = await WriterHold(writer)
        let taken = Log<String>()
        let (end, isEnd) = AsyncStream.makeStream(of: Void.self)
        for number in 1...3 {
            writer.commit { transaction in
                for step in ["a", "b"] {
                    transaction.put(.items, Array("\(number) \(step)".utf8), [])
                    transaction.whenTakenBack { taken.note("\(number) \(step)") }
                }
                if number == 2 { throw Refusal() }
            } completion: { (_: Result<Void, any Error>) in
                if number == 3 { isEnd.finish() }
            }
        }
        try await hold.letGo()
        for await _ in end {}
        #expect(taken.entries == ["2 b", "2 a"])
        #expect(try store.keys() == ["1 a", "1 b", "3 a", "3 b"])
    }
}
