import Storage
import Testing
import TestSupport

/// What the writer refuses, and how it ends.
@Suite(.timeLimit(.minutes(1))) struct WriterLimitTests {
    private let store: OpenStore

    init() throws { store = try OpenStore() }

    /// The code with which a commit is refused; nil when it is not.
    private static func refusal(_ commit: () async throws -> Void) async -> StorageError.Code? {
        do { try await commit() } catch { return (error as? StorageError)?.code }
        return nil
    }

    @Test func oneWriteMoreThanMayWaitIsRefused() async throws {
        let writer = store.writer
        let hold = await WriterHold(writer)
        let inOrder = InOrder()
        let tooMany = 10
        let answers = Log<StorageError.Code?>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<(GroupCommitWriter.waitingMax + tooMany) {
                group.addTask(executorPreference: inOrder) {
                    answers.note(
                        await Self.refusal {
                            try await writer.commit(durability: .unsynced) { transaction in
                                transaction.put(.items, Array("\(number)".utf8), [])
                            }
                        })
                }
            }
            await inOrder.settle()
            // The refused are told while the others still wait.
            #expect(answers.entries == Array(repeating: .overloaded, count: tooMany))
            try await hold.letGo()
            try await group.waitForAll()
        }
        #expect(answers.entries.dropFirst(tooMany) == Array(repeating: nil, count: GroupCommitWriter.waitingMax)[...])
        #expect(try store.keys().count == GroupCommitWriter.waitingMax)
        #expect(try store.value("\(GroupCommitWriter.waitingMax)") == nil)
        try await store.put("again")
    }

    /// A client that fills its table's line does not hold up another's.
    @Test func whoFillsALineKeepsNobodyElseOut() async throws {
        let writer = store.writer
        let hold = await WriterHold(writer)
        let ran = Log<String>()
        let (end, isEnd) = AsyncStream.makeStream(of: Void.self)
        for number in 0..<GroupCommitWriter.waitingMax {
            writer.commit(line: .table(1), durability: .unsynced) { _ in
                ran.note("busy")
            } completion: { (_: Result<Void, any Error>) in
                if number == GroupCommitWriter.waitingMax - 1 { isEnd.finish() }
            }
        }
        writer.commit(line: .table(2), durability: .unsynced) { _ in
            ran.note("calm")
        } completion: { (result: Result<Void, any Error>) in
            if case .failure(let error) = result { Issue.record(error) }
        }
        let refused = await Self.refusal { try await writer.commit(line: .table(1), durability: .unsynced) { _ in } }
        #expect(refused == .overloaded)
        try await hold.letGo()
        for await _ in end {}
        #expect(ran.entries.prefix(2) == ["busy", "calm"])
        #expect(ran.entries.count == GroupCommitWriter.waitingMax + 1)
    }

    @Test func closingCommitsWhatWaitsAndRefusesTheRest() async throws {
        let writer = store.writer
        let hold = await WriterHold(writer)
        let inOrder = InOrder()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask(executorPreference: inOrder) {
                    try await writer.commit { $0.put(.items, Array("\(number)".utf8), []) }
                }
            }
            group.addTask(executorPreference: inOrder) { await writer.close() }
            await inOrder.settle()
            let late = await Self.refusal { try await writer.commit { $0.put(.items, Array("late".utf8), []) } }
            #expect(late == .closed)
            try await hold.letGo()
            try await group.waitForAll()
        }
        #expect(try store.keys().count == 100)
        #expect(try store.value("late") == nil)
        #expect(await Self.refusal { try await writer.commit { _ in } } == .closed)
        await writer.close()
    }

    @Test func whatWasTakenIsStoredWhenCloseReturns() async throws {
        let database = store.database
        for round in 0..<200 {
            let writer = GroupCommitWriter(database: database)
            let key = Array("\(round)".utf8)
            async let code = Self.refusal {
                try await writer.commit(durability: .unsynced) { $0.put(.items, key, []) }
            }
            await writer.close()
            let isStored = try database.get(.items, key) != nil
            #expect(await (code == nil) == isStored)
        }
    }

    @Test func aStoreMayBeLetGoWhileWritesWait() async throws {
        let folder = TemporaryFolder()
        func begin() async throws -> (WriterHold, Task<Void, any Error>) {
            let writer = GroupCommitWriter(database: try Database(folder: DataFolder(path: folder.path)))
            let hold = await WriterHold(writer)
            let inOrder = InOrder()
            let write = Task(executorPreference: inOrder) {
                try await writer.commit { $0.put(.items, Array("a".utf8), Array("1".utf8)) }
            }
            await inOrder.settle()
            return (hold, write)
        }
        // Only the writer's own thread refers to the store now; the write must be answered none the less.
        let (hold, write) = try await begin()
        try await hold.letGo()
        try await write.value
    }
}
