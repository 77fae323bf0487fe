import Clocks
import Foundation
import Queues
import Storage
import Synchronization
import TestSupport
import Testing

/// The queues of a folder of its own, opened, closed and opened again by a test.
///
/// `@unchecked Sendable`: only the test itself opens and closes; its receives that wait do not.
final class OpenQueues: @unchecked Sendable {
    static let start = Timestamp(seconds: 1_700_000_000)

    let time = ManualTime(start: start)
    private var paths: [String]
    private let bits = Bits()
    private var opened: (database: Database, writer: GroupCommitWriter, store: QueueStore)?

    var store: QueueStore { opened!.store }
    var database: Database { opened!.database }
    var writer: GroupCommitWriter { opened!.writer }

    /// - Parameter fixture: a folder to begin with a copy of.
    init(fixture: String? = nil) throws {
        // In memory where there is such a folder: each send waits for a sync.
        let memory = "/dev/shm/"
        let folder = FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
        paths = ["\(folder)sluice-queues-\(UUID().uuidString)"]
        if let fixture { try FileManager.default.copyItem(atPath: fixture, toPath: paths[0]) }
        try open()
    }

    deinit { for path in paths { try? FileManager.default.removeItem(atPath: path) } }

    private func open() throws {
        let database = try Database(folder: DataFolder(path: paths.last!))
        let writer = GroupCommitWriter(database: database)
        let store = try QueueStore(
            database: database, writer: writer, time: time,
            settings: .init(region: "eu-west-1", accountID: "123456789012"),
            random: { [bits] in bits.next() })
        opened = (database, writer, store)
    }

    /// Opens what lies on the disk at this moment, as after a kill. Queues from before write no more.
    func reopen() async throws {
        await writer.close()
        // A copy: a test that still holds an old queue holds its folder too.
        paths.append("\(paths[0])-\(paths.count)")
        try FileManager.default.copyItem(atPath: paths[paths.count - 2], toPath: paths[paths.count - 1])
        try open()
    }

    func arn(_ name: String) -> String { "arn:aws:sqs:eu-west-1:123456789012:\(name)" }

    /// A queue that sends its messages to `dead` once they have been received so often.
    @discardableResult
    func makeQueue(
        _ name: String, _ attributes: [String: String] = [:], dead: String? = nil, maxReceiveCount: Int = 1
    ) async throws -> Queue {
        var attributes = attributes
        if let dead {
            attributes["RedrivePolicy"] =
                #"{"deadLetterTargetArn":"\#(arn(dead))","maxReceiveCount":\#(maxReceiveCount)}"#
        }
        if name.hasSuffix(".fifo") { attributes["FifoQueue"] = "true" }
        return try await store.createQueue(name, attributes: attributes)
    }

    /// Waits until a condition holds that work under way will make true.
    func until(
        at location: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
    ) async rethrows {
        let isSo = try await comesTrue(condition)
        #expect(isSo, sourceLocation: location)
    }
}

/// Random bits, the same in each run.
private final class Bits: Sendable {
    private let generator = Mutex(SeededGenerator(seed: 7))

    func next() -> UInt64 { generator.withLock { $0.next() } }
}

extension Queue {
    func send(_ body: String) async throws { try await send(OutgoingMessage(body)) }

    func send(_ body: String, group: String, id: String? = nil) async throws -> SentMessage {
        try await send(OutgoingMessage(body, groupID: group, deduplicationID: id ?? body))
    }

    /// Up to ten messages, without waiting.
    func receive(_ limit: Int = 10, timeout: Int? = nil) async throws -> [ReceivedMessage] {
        try await receive(
            ReceiveRequest(maxNumberOfMessages: limit, visibilityTimeoutSeconds: timeout, waitSeconds: 0))
    }

    func delete(_ message: ReceivedMessage) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            delete([message.receiptHandle]) { outcome in
                continuation.resume(with: Result { try outcome.get()[0].get() })
            }
        }
    }

    func setVisibility(_ message: ReceivedMessage, _ seconds: Int) throws {
        try changeVisibility(message.receiptHandle, timeoutSeconds: seconds)
    }
}
