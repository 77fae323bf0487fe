import Faults
import Pipes

/// A queue could not be asked: no fault of the message.
struct QueueThrottled: Error, CustomStringConvertible {
    let description: String
}

extension FaultInjector {
    /// Lets a message for a queue pass or not.
    ///
    /// - Throws: what the sender sees of the fault.
    func send(to queue: String) throws {
        guard let rule = draw(.queue, queue, .send) else { return }
        switch rule.fault {
        case .throttle: throw QueueThrottled(description: "RequestThrottled: \(reason(rule))")
        case .error: throw QueueRefusal("InternalError: \(reason(rule))")
        case .storageError: throw refusal(rule)
        case .slow, .crash, .lostAnswer, .duplicateDelivery:
            preconditionFailure("a queue has no fault \(rule.fault.rawValue)")
        }
    }
}

/// A queue that refuses a pipe's messages now and then.
struct FaultyMessages: MessageQueue {
    let queue: any MessageQueue
    let name: String
    let injector: FaultInjector

    func send(_ body: String) async throws {
        try injector.send(to: name)
        try await queue.send(body)
    }
}

/// A queue that refuses dead letters now and then.
struct FaultyDeadLetters: DeadLetterQueue {
    let queue: any DeadLetterQueue
    let name: String
    let injector: FaultInjector

    func send(_ body: String, records: DeadRecords) async throws {
        do {
            try injector.send(to: name)
        } catch let throttled as QueueThrottled {
            // A dead letter is sent again whatever kept it.
            throw QueueRefusal(throttled.description)
        }
        try await queue.send(body, records: records)
    }
}
