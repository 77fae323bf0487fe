import Storage
import Testing
import TestSupport

/// Commits that are answered by a call instead of to a task.
@Suite(.timeLimit(.minutes(1))) struct WriterCompletionTests {
    private struct Refusal: Error {}

    private let store: OpenStore

    init() throws { store = try OpenStore() }

    @Test func answersComeInOrderOfArrivalAndAfterTheCommit() async throws {
        let (writer, database) = (store.writer, store.database)
        let answers = Log<String>()
        let hold = await WriterHold(writer)
        let (all, isAll) = AsyncStream.makeStream(of: Void.self)
        for number in 0..<1_000 {
            let key = Array("\(number)".utf8)
            writer.commit { transaction in
                transaction.put(.items, key, [])
                if number % 3 == 0 { throw Refusal() }
                return number
            } completion: { (result: Result<Int, any Error>) in
                let isStored = (try? database.get(.items, key)) != nil
                switch result {
                case .success(let value): answers.note("\(value) \(isStored)")
                case .failure(let error): answers.note("\(type(of: error)) \(isStored)")
                }
                if number == 999 { isAll.finish() }
            }
        }
        #expect(answers.entries == [])
        try await hold.letGo()
        for await _ in all {}
        #expect(answers.entries == (0..<1_000).map { $0 % 3 == 0 ? "Refusal false" : "\($0) true" })
    }

    @Test func aRefusalIsAnsweredAtOnce() async throws {
        await store.writer.close()
        let answers = Log<StorageError.Code?>()
        store.writer.commit { _ in
        } completion: { (result: Result<Void, any Error>) in
            if case .failure(let error) = result { answers.note((error as? StorageError)?.code) }
        }
        #expect(answers.entries == [.closed])
    }
}
