import Foundation
import Pipes
import Queues
import Storage
import Testing

@testable import Engine

/// What a queue does not take is told apart from a store that does not work.
@Suite struct QueueAdapterTests {
    private let tooLong = String(repeating: "x", count: Queue.messageBytesMax + 1)

    private func records() throws -> DeadRecords {
        try JSONDecoder().decode(
            DeadRecords.self, from: Data(#"{"pipe":"orders","shardID":"s","records":[],"attempts":0}"#.utf8))
    }

    @Test func aMessageThatIsNotTakenIsRefused() async throws {
        let open = try await OpenPipe()
        let (messages, letters) = (QueueMessages(queue: open.queue), QueueDeadLetters(queue: open.queue))
        let refusal = await #expect(throws: QueueRefusal.self) { try await messages.send(tooLong) }
        #expect(refusal?.description.contains("queue dead has 1048577 bytes") == true)
        await #expect(throws: QueueRefusal.self) { try await letters.send(tooLong, records: try records()) }
        try await letters.send("x", records: try records())
        #expect(try open.queue.approximateNumberOfMessages() == 1)
    }

    @Test func aStoreThatIsGoneIsNoRefusal() async throws {
        let open = try await OpenPipe()
        let (messages, letters) = (QueueMessages(queue: open.queue), QueueDeadLetters(queue: open.queue))
        await open.closeStore()
        await #expect(throws: StorageError.self) { try await messages.send("x") }
        await #expect(throws: StorageError.self) { try await letters.send("x", records: try records()) }
    }
}
