import EventPatterns
public import Clocks

/// A place for messages: an SQS queue.
public protocol MessageQueue: Sendable {
    /// Stores a message; returns once it is durable.
    ///
    /// - Throws: ``QueueRefusal``, which fails the message; anything else says that the queue could not be reached.
    func send(_ body: String) async throws
}

/// A standard queue as a pipe's target: one message for each element, in their order.
public struct QueueTarget: PipeTarget {
    private let queue: any MessageQueue
    private let time: any TimeSource

    public init(_ queue: any MessageQueue, time: any TimeSource) {
        self.queue = queue
        self.time = time
    }

    /// What the queue refuses is named in the outcome, so that only that is sent again. An element whose record is not
    /// known fails the whole batch.
    public func invoke(_ batch: TargetBatch) async -> Invocation {
        let handedOverAt = time.now()
        var refused: [(identifier: String?, reason: String)] = []
        for (element, identifier) in zip(batch.elements, batch.identifiers) {
            do {
                try await queue.send(Self.body(of: element))
            } catch let refusal as QueueRefusal {
                refused.append((identifier, refusal.description))
            } catch {
                // No fault of the messages: all of them again, at no cost of an attempt.
                return Invocation(outcome: .notReached(reason: "\(error)"), handedOverAt: nil)
            }
        }
        guard let first = refused.first else { return Invocation(outcome: .succeeded, handedOverAt: handedOverAt) }
        let identifiers = refused.compactMap(\.identifier)
        let isPartial = refused.count < batch.elements.count && identifiers.count == refused.count
        return Invocation(
            outcome: isPartial ? .partlyFailed(identifiers: identifiers) : .failed(reason: first.reason),
            handedOverAt: handedOverAt)
    }

    /// A JSON string's own text, so that a plain template gives plain messages; anything else as JSON.
    private static func body(of element: [UInt8]) -> String {
        guard element.first == UInt8(ascii: "\""), element.count >= 2 else {
            return String(decoding: element, as: UTF8.self)
        }
        return String(decoding: JSONValue.text(element.span.bytes, 0..<element.count), as: UTF8.self)
    }
}
