public import AWSClient
public import Orders

/// Tells the systems through their queues, ten messages in a call.
///
/// The message group is the order; event, system and action are the deduplication id, so that a repeat within five minutes
/// sends nothing.
public struct QueueSink: RoutingSink {
    private let client: AWSClient
    private let urls: [SystemMessage.System: String]

    public init(client: AWSClient, urls: [SystemMessage.System: String]) {
        self.client = client
        self.urls = urls
    }

    public func send(_ routings: [Routing]) async -> [(any Error)?] {
        var errors = [(any Error)?](repeating: nil, count: routings.count)
        var bySystem: [SystemMessage.System: [Addressed]] = [:]
        for (index, routing) in routings.enumerated() {
            for message in routing.messages {
                bySystem[message.system, default: []].append(Addressed(routing: index, message: message))
            }
        }
        await withTaskGroup(of: [(Int, any Error)].self) { group in
            for (system, messages) in bySystem { group.addTask { await send(messages, to: system) } }
            for await failures in group {
                for (routing, error) in failures { errors[routing] = error }
            }
        }
        return errors
    }

    /// A message and whose it is.
    private struct Addressed: Sendable {
        let routing: Int
        let message: SystemMessage
    }

    /// - Returns: the routings whose message was not taken, each with the reason.
    private func send(_ messages: [Addressed], to system: SystemMessage.System) async -> [(Int, any Error)] {
        var failures: [(Int, any Error)] = []
        for start in stride(from: 0, to: messages.count, by: AWSClient.batchEntriesMax) {
            let entries = Array(messages[start..<min(start + AWSClient.batchEntriesMax, messages.count)])
            do {
                guard let url = urls[system] else { throw QueueSinkError(system: system) }
                let outcome = try await client.sendMessageBatch(entries.map { Self.outgoing($0.message) }, to: url)
                failures += outcome.failures.map { failure in
                    (entries[failure.index].routing, AWSError(code: .init(rawValue: failure.code), message: ""))
                }
            } catch {
                failures += entries.map { ($0.routing, error) }
            }
        }
        return failures
    }

    public static func outgoing(_ message: SystemMessage) -> OutgoingMessage {
        OutgoingMessage(
            body: String(decoding: message.json, as: UTF8.self),
            groupID: message.order.messageGroupId, deduplicationID: message.deduplicationId,
            traceHeader: message.order.traceID.header)
    }
}

/// A message for a system whose queue the function was not told.
struct QueueSinkError: Error, CustomStringConvertible {
    let system: SystemMessage.System
    var description: String {
        "the queue of \(system.rawValue) is not known; set \(FunctionSettings.variable(of: system)) in the function's environment"
    }
}
