import Storage
import Testing
import TestSupport

/// What a job reads of the store and of the jobs before it in its group.
@Suite(.timeLimit(.minutes(1))) struct TransactionTests {
    private struct Undo: Error {}

    private let store: OpenStore

    init() throws { store = try OpenStore() }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Many small transactions against a dictionary, with jobs that fail and are undone.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func readsAgreeWithASimpleModel(seed: UInt64) async throws {
        let writer = store.writer
        let model = Model(seed: seed)
        for _ in 0..<20 {
            let hold = await WriterHold(writer)
            let inOrder = InOrder()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 {
                    group.addTask(executorPreference: inOrder) {
                        do { try await writer.commit { try model.step($0) } } catch is Undo {}
                    }
                }
                await inOrder.settle()
                try await hold.letGo()
                try await group.waitForAll()
            }
            #expect(try store.keys() == model.state.keys.sorted(), "seed \(seed)")
        }
    }

    /// Used on the writer's thread, and between groups by the test.
    private final class Model: @unchecked Sendable {
        var state: [String: String] = [:]
        private var generator: SeededGenerator
        private let seed: UInt64

        init(seed: UInt64) {
            self.seed = seed
            generator = SeededGenerator(seed: seed)
        }

        private func key() -> String { String(Int.random(in: 0..<40, using: &generator)) }

        func step(_ transaction: Transaction) throws {
            let before = state
            for _ in 0..<Int.random(in: 0..<8, using: &generator) {
                let key = key()
                if Int.random(in: 0..<3, using: &generator) == 0 {
                    transaction.delete(.items, bytes(key))
                    state[key] = nil
                } else {
                    let value = String(Int.random(in: 0..<1_000, using: &generator))
                    transaction.put(.items, bytes(key), bytes(value))
                    state[key] = value
                }
                try check(transaction)
            }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                state = before
                throw Undo()
            }
        }

        private func check(_ transaction: Transaction) throws {
            let key = key()
            #expect(try transaction.get(.items, bytes(key)) == state[key].map(bytes), "seed \(seed)")
        }
    }
}
