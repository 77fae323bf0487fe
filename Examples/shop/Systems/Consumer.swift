import AWSClient
import Foundation
import Logging
import Orders
import ServiceLifecycle

/// Receives the messages of one system, hands them over, and deletes what was handled.
struct Consumer<System: ShopSystem>: Sendable {
    /// Longest wait for a message. AWS: 20 s.
    private static var waitSeconds: Int { 20 }
    /// Between two tries of a queue that cannot be reached.
    private static var troublePause: Duration { .seconds(1) }

    let system: System
    let queueURL: String
    let client: AWSClient
    let ledger: ShopLedger
    let pauseSeconds: Int
    let logger: Logger

    /// A message as it was received.
    private struct Delivery: Sendable {
        let received: ReceivedMessage
        /// Nil when the body is none of this system's.
        let message: System.Message?
        var group: String { received.systemAttributes["MessageGroupId"] ?? received.messageID }
        var attempt: Int { received.systemAttributes["ApproximateReceiveCount"].flatMap { Int($0) } ?? 1 }
    }

    /// Works until graceful shutdown, which ends the wait for messages and lets what was received be handled, or until the
    /// task is cancelled.
    func run() async {
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                let received = try await cancelWhenGracefulShutdown {
                    try await client.receiveMessage(
                        from: queueURL, waitTimeSeconds: Self.waitSeconds,
                        systemAttributeNames: ["ApproximateReceiveCount", "MessageGroupId"])
                }
                await handle(received)
            } catch is CancellationError {
                return
            } catch {
                logger.warning(
                    "a queue cannot be worked on",
                    metadata: ["system": "\(system.system.rawValue)", "error": "\(Self.word(error))"])
                try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.troublePause) }
            }
        }
    }

    private func handle(_ received: [ReceivedMessage]) async {
        guard !received.isEmpty else { return }
        let deliveries = received.map { message in
            Delivery(
                received: message,
                message: try? JSONDecoder().decode(System.Message.self, from: Data(message.body.utf8)))
        }
        let lanes = lanes(
            deliveries, group: \.group, isUrgent: { $0.message.map(system.isUrgent) ?? false })
        var settled: [Settled] = []
        for lane in [lanes.priority, lanes.standard] {
            await withTaskGroup(of: [Settled].self) { group in
                for orders in lane { group.addTask { await handle(ofOneOrder: orders) } }
                for await ofOneOrder in group { settled += ofOneOrder }
            }
        }
        await delete(settled)
    }

    private struct Settled: Sendable {
        let receiptHandle: String
        let name: String
    }

    /// - Returns: those that were settled. What stands behind one that was not, waits with it.
    private func handle(ofOneOrder deliveries: [Delivery]) async -> [Settled] {
        var settled: [Settled] = []
        for (index, delivery) in deliveries.enumerated() {
            do {
                guard let message = delivery.message else {
                    throw ShopError("a message of \(system.system.rawValue) cannot be read")
                }
                switch try await system.handle(message, attempt: delivery.attempt) {
                case .done: break
                case .withoutEffect: ledger.note { $0[system.system].withoutEffect += 1 }
                case .postponed:
                    ledger.note { $0[system.system].postponed += 1 }
                    await giveBack(deliveries[index...])
                    return settled
                }
                settled.append(
                    Settled(receiptHandle: delivery.received.receiptHandle, name: message.systemMessage.name))
            } catch {
                ledger.note { $0[system.system].failed += 1 }
                logger.warning(
                    "a message failed",
                    metadata: [
                        "system": "\(system.system.rawValue)", "messageId": "\(delivery.received.messageID)",
                        "attempt": "\(delivery.attempt)", "error": "\(Self.word(error))",
                    ])
                await giveBack(deliveries[index...])
                return settled
            }
        }
        return settled
    }

    /// Lets messages be received again after a pause. Where that fails, the queue's own time-out does it.
    private func giveBack(_ deliveries: ArraySlice<Delivery>) async {
        for delivery in deliveries {
            try? await client.changeMessageVisibility(
                delivery.received.receiptHandle, of: queueURL, timeoutSeconds: pauseSeconds)
        }
    }

    /// What is not deleted comes again, and finds its work done.
    private func delete(_ settled: [Settled]) async {
        guard !settled.isEmpty else { return }
        do {
            let outcome = try await client.deleteMessageBatch(settled.map(\.receiptHandle), from: queueURL)
            ledger.note { counts in
                for (index, _) in outcome.successes { counts.settled[settled[index].name, default: 0] += 1 }
                counts[system.system].settled += outcome.successes.count
            }
        } catch {
            logger.warning(
                "messages were handled and not deleted",
                metadata: ["system": "\(system.system.rawValue)", "error": "\(Self.word(error))"])
        }
    }

    /// A service's words may repeat what an order holds.
    private static func word(_ error: any Error) -> String { (error as? AWSError)?.code.rawValue ?? "\(error)" }
}
