import Clocks
import Foundation
import Queues
import Storage
import Synchronization

/// A queue of its own in a temporary folder, opened, closed and opened again by a test.
final class OpenQueue {
    let time = ManualTime()
    private let path = NSTemporaryDirectory() + "sluice-queues-\(UUID().uuidString)"
    private let ids = Numbers()
    private var opened: (database: Database, writer: GroupCommitWriter, queue: Queue)?

    var queue: Queue { opened!.queue }
    var bodies: [String] { get throws { try queue.peek(limit: 10_000).map(\.body) } }

    init(_ definition: QueueDefinition = .failures()) async throws { try await open(definition) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func open(_ definition: QueueDefinition) async throws {
        let database = try Database(folder: DataFolder(path: path))
        let writer = GroupCommitWriter(database: database)
        opened = (database, writer, try await make(definition, database, writer))
    }

    private func make(_ definition: QueueDefinition, _ database: Database, _ writer: GroupCommitWriter) async throws
        -> Queue
    {
        try await Queue(definition, database: database, writer: writer, time: time) { [ids] in "id-\(ids.next())" }
    }

    /// Closes everything and opens it again, with another definition if one is given.
    func reopen(as definition: QueueDefinition? = nil) async throws {
        let definition = definition ?? queue.definition
        await opened?.writer.close()
        opened = nil
        try await open(definition)
    }

    /// Another queue in the same store.
    func openBeside(_ definition: QueueDefinition) async throws -> Queue {
        try await make(definition, opened!.database, opened!.writer)
    }
}

extension QueueDefinition {
    static func failures(name: String = "failures", retention: Int = 345_600) -> QueueDefinition {
        QueueDefinition(
            name: name, arn: "arn:aws:sqs:eu-west-1:123456789012:\(name)", messageRetentionSeconds: retention)
    }
}

/// 1, 2, 3 and so on, from any thread.
private final class Numbers: Sendable {
    private let last = Mutex(0)

    func next() -> Int {
        last.withLock { last in
            last += 1
            return last
        }
    }
}
