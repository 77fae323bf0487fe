import Storage
import Testing
import TestSupport

/// What a job reads of the store and of the jobs before it in its group.
@Suite(.timeLimit(.minutes(1))) struct TransactionTests {
    private struct Undo: Error {}

    private let store: OpenStore

    init() throws { store = try OpenStore() }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func entries(
        _ transaction: Transaction, from lower: String = "", to upper: String = "~", backwards: Bool = false,
        limit: Int = .max
    ) throws -> [String] {
        var found: [String] = []
        try transaction.scan(.items, from: bytes(lower), to: bytes(upper), backwards: backwards) { key, value in
            found.append(String(decoding: key.bytes() + bytes("=") + value.bytes(), as: UTF8.self))
            return found.count < limit
        }
        return found
    }

    @Test func aScanSeesItsOwnWritesBetweenThoseOfTheStore() async throws {
        for key in ["b", "d", "f"] { try await store.put(key, "old") }
        try await store.put("c", "elsewhere", in: .indexes)
        try await store.writer.commit { (transaction: Transaction) throws -> Void in
            transaction.put(.items, Self.bytes("a"), Self.bytes("new"))
            transaction.put(.items, Self.bytes("d"), Self.bytes("new"))
            transaction.put(.indexes, Self.bytes("e"), Self.bytes("new"))
            transaction.delete(.items, Self.bytes("f"))
            transaction.put(.items, Self.bytes("g"), Self.bytes("new"))
            #expect(try Self.entries(transaction) == ["a=new", "b=old", "d=new", "g=new"])
            #expect(try Self.entries(transaction, backwards: true) == ["g=new", "d=new", "b=old", "a=new"])
            #expect(try Self.entries(transaction, from: "b", to: "g") == ["b=old", "d=new"])
            #expect(try Self.entries(transaction, from: "b", to: "g", backwards: true) == ["d=new", "b=old"])
            #expect(try Self.entries(transaction, limit: 1) == ["a=new"])
            #expect(try Self.entries(transaction, backwards: true, limit: 1) == ["g=new"])
            #expect(try Self.entries(transaction, from: "h") == [])
            #expect(try Self.entries(transaction, from: "d", to: "d") == [])
        }
        #expect(try store.keys() == ["a", "b", "d", "g"])
    }

    @Test func aValueIsShownWithoutACopy() async throws {
        try await store.put("a", "old")
        try await store.writer.commit { (transaction: Transaction) throws -> Void in
            func length(_ key: String) throws -> Int? {
                try transaction.withValue(.items, Self.bytes(key)) { $0.byteCount }
            }
            let before = (try length("a"), try length("b"))
            #expect(before == (3, nil))
            transaction.put(.items, Self.bytes("b"), [])
            transaction.delete(.items, Self.bytes("a"))
            let after = (try length("a"), try length("b"))
            #expect(after == (nil, 0))
        }
        let read: (String) throws -> [UInt8]? = { key in
            try store.database.withValue(.items, Self.bytes(key)) { $0.bytes() }
        }
        #expect(try read("a") == nil)
        #expect(try read("b") == [])
        #expect(throws: Undo.self) {
            try store.database.withValue(.items, Self.bytes("b")) { _ in throw Undo() }
        }
    }

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
            let (one, other) = (key(), key())
            let (lower, upper) = (min(one, other), max(one, other))
            let inKeyOrder = state.filter { lower <= $0.key && $0.key < upper }.sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value)" }
            #expect(try entries(transaction, from: lower, to: upper) == inKeyOrder, "seed \(seed)")
            #expect(
                try entries(transaction, from: lower, to: upper, backwards: true) == inKeyOrder.reversed(),
                "seed \(seed)")
            #expect(try transaction.get(.items, bytes(one)) == state[one].map(bytes), "seed \(seed)")
            let shown = try transaction.withValue(.items, bytes(other)) { $0.bytes() }
            #expect(shown == state[other].map(bytes), "seed \(seed)")
        }
    }
}
