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
        let messages = QueueMessages(queues: open.queues, name: "dead")
        let letters = QueueDeadLetters(queues: open.queues, name: "dead")
        let refusal = await #expect(throws: QueueRefusal.self) { try await messages.send(tooLong) }
        #expect(refusal?.description.contains("the queue dead: ") == true)
        await #expect(throws: QueueRefusal.self) { try await letters.send(tooLong, records: try records()) }
        try await letters.send("x", records: try records())
        #expect(open.queue.counts().visible == 1)
    }

    @Test func aQueueThatIsGoneRefusesUntilItIsThereAgain() async throws {
        let open = try await OpenPipe()
        let messages = QueueMessages(queues: open.queues, name: "dead")
        let letters = QueueDeadLetters(queues: open.queues, name: "dead")
        try await open.queues.deleteQueue("dead")
        let refusal = await #expect(throws: QueueRefusal.self) { try await messages.send("x") }
        #expect(refusal?.description == "the queue dead: The specified queue does not exist.")
        await #expect(throws: QueueRefusal.self) { try await letters.send("x", records: try records()) }
        let again = try await open.queues.createQueue("dead")
        try await messages.send("x")
        try await letters.send("y", records: try records())
        #expect(try again.peek(limit: 10).map(\.body) == ["x", "y"])
    }

    @Test func aStoreThatIsGoneIsNoRefusal() async throws {
        let open = try await OpenPipe()
        let messages = QueueMessages(queues: open.queues, name: "dead")
        let letters = QueueDeadLetters(queues: open.queues, name: "dead")
        await open.closeStore()
        await #expect(throws: StorageError.self) { try await messages.send("x") }
        await #expect(throws: StorageError.self) { try await letters.send("x", records: try records()) }
    }
}
