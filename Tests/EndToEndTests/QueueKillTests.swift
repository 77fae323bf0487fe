import Foundation
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    /// Kill -9 under sends, receives and deletes, again and again, on one data folder: every answered send is there unless an
    /// answered delete took it, and what was deleted stays away.
    @Suite struct QueueKillTests {
        private static let rounds = ProcessInfo.processInfo.environment["SLUICE_KILLS"].flatMap { Int($0) } ?? 3
        private static let clients = 4

        private static let template = """
            Resources:
              Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
              Line:
                Type: AWS::SQS::Queue
                Properties: {QueueName: line.fifo, FifoQueue: true}
            """
        @Test func answeredSendsAndDeletesSurvive() async throws {
            let scratch = try Scratch()
            let data = scratch.path("data")
            let template = try scratch.write("queues.yaml", Self.template)
            let ledger = Ledger()
            for round in 0..<Self.rounds {
                let engine = try await RunningSluice.start(
                    data: data, scratch: scratch, arguments: ["--template", template])
                let target = ledger.answeredCount + Int.random(in: 20...200)
                await withTaskGroup(of: Void.self) { group in
                    for client in 0..<Self.clients {
                        group.addTask { await Self.work(engine, "\(round)-\(client)", ledger) }
                    }
                    let isReached = await comesTrue { ledger.answeredCount >= target }
                    #expect(isReached)
                    await engine.command.kill()
                }
            }
            let engine = try await RunningSluice.start(
                data: data, scratch: scratch, arguments: ["--template", template, "--test-clock"])
            // What was in flight at the last kill becomes visible.
            let moved = try await Command.run(
                ["clock", "advance", "1m", "--endpoint-url", engine.url], scratch: scratch)
            try #require(moved.status == 0, "\(moved)")
            let state = ledger.state
            async let jobs = Self.drain(engine, "jobs")
            async let line = Self.drain(engine, "line.fifo")
            for (queue, found) in [("jobs", try await jobs), ("line.fifo", try await line)] {
                let sent = state.sent[queue, default: []]
                let deleted = state.deleted[queue, default: []]
                let missing = sent.subtracting(deleted).subtracting(state.attempted[queue, default: []])
                    .subtracting(found)
                #expect(missing.isEmpty, "\(queue) lost \(missing)")
                #expect(found.isDisjoint(with: deleted), "\(queue) gives again what was deleted")
            }
            #expect(state.sent.values.allSatisfy { $0.count > Self.rounds })
            #expect(state.deleted.values.contains { !$0.isEmpty })
            _ = await engine.stop()
        }

        /// Sends to both queues and deletes what it receives, until the engine does not answer any more.
        private static func work(_ engine: RunningSluice, _ name: String, _ ledger: Ledger) async {
            for number in 0... {
                for queue in ["jobs", "line.fifo"] {
                    let body = "\(name)-\(number)"
                    let fifo =
                        queue == "jobs" ? "" : #","MessageGroupId":"\#(name)","MessageDeduplicationId":"\#(body)""#
                    guard await call(engine, "SendMessage", queue, #","MessageBody":"\#(body)"\#(fifo)"#) != nil else {
                        return
                    }
                    ledger.sent(body, queue)
                    // About half of them stay.
                    guard number % 2 == 0 else { continue }
                    guard let answer = await call(engine, "ReceiveMessage", queue, "") else { return }
                    for message in Received(answer).Messages ?? [] {
                        ledger.attempts(message.Body, queue)
                        let handle = #","ReceiptHandle":"\#(message.ReceiptHandle)""#
                        guard let status = await status(engine, "DeleteMessage", queue, handle) else { return }
                        ledger.settled(message.Body, queue, isDeleted: status == 200)
                    }
                }
            }
        }

        private struct Received: Decodable {
            struct Message: Decodable {
                let Body: String
                let ReceiptHandle: String
            }
            let Messages: [Message]?

            init(_ json: String) {
                self = (try? JSONDecoder().decode(Self.self, from: Data(json.utf8))) ?? Self(Messages: nil)
            }

            private init(Messages: [Message]?) { self.Messages = Messages }
        }

        private static func url(_ queue: String) -> String { "http://localhost/000000000000/\(queue)" }

        private static func call(
            _ engine: RunningSluice, _ operation: String, _ queue: String, _ members: String
        ) async -> String? {
            let body = #"{"QueueUrl":"\#(url(queue))"\#(members)}"#
            guard let answer = try? await engine.send(operation, body, service: "AmazonSQS") else { return nil }
            if answer.status != 200 { Issue.record("\(operation): \(answer.body)") }
            return answer.status == 200 ? answer.body : nil
        }

        /// A receipt may be refused when the machine is so slow that it has expired.
        private static func status(
            _ engine: RunningSluice, _ operation: String, _ queue: String, _ members: String
        ) async -> Int? {
            let body = #"{"QueueUrl":"\#(url(queue))"\#(members)}"#
            return try? await engine.send(operation, body, service: "AmazonSQS").status
        }

        /// All that is left.
        private static func drain(_ engine: RunningSluice, _ queue: String) async throws -> Set<String> {
            var found: Set<String> = []
            while true {
                let answer = try #require(
                    await call(
                        engine, "ReceiveMessage", queue,
                        #","MaxNumberOfMessages":10"#))
                let messages = Received(answer).Messages ?? []
                // The rest of a group comes when these have gone.
                for message in messages {
                    _ = await status(engine, "DeleteMessage", queue, #","ReceiptHandle":"\#(message.ReceiptHandle)""#)
                }
                if messages.isEmpty { return found }
                found.formUnion(messages.map(\.Body))
            }
        }
    }
}

/// What the queues were asked, and what they answered.
private final class Ledger: Sendable {
    struct State {
        var sent: [String: Set<String>] = [:]
        var deleted: [String: Set<String>] = [:]
        /// Deletes that were not answered, or refused: gone or not.
        var attempted: [String: Set<String>] = [:]
        var answeredCount = 0
    }

    private let mutex = Mutex(State())

    var state: State { mutex.withLock { $0 } }
    var answeredCount: Int { mutex.withLock { $0.answeredCount } }

    func sent(_ body: String, _ queue: String) {
        mutex.withLock { state in
            state.answeredCount += 1
            state.sent[queue, default: []].insert(body)
        }
    }

    func attempts(_ body: String, _ queue: String) {
        mutex.withLock { state in _ = state.attempted[queue, default: []].insert(body) }
    }

    func settled(_ body: String, _ queue: String, isDeleted: Bool) {
        mutex.withLock { state in
            state.answeredCount += 1
            if isDeleted { state.deleted[queue, default: []].insert(body) }
        }
    }
}
