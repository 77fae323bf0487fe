import Storage
import Synchronization

@testable import Queues

extension Queue {
    /// Receives that wait at this moment.
    var waitingCount: Int { core.withLock { $0.polls.count } }
    /// Deduplication ids that it knows.
    var deduplicationCount: Int { core.withLock { $0.window.count } }
}

extension OpenQueues {
    /// The same queue once more, with another limit for messages in flight.
    func limited(_ queue: Queue, inFlight: Int) throws -> Queue? {
        try Catalog(database: database, writer: writer).entry(.queue, queue.name, as: QueueDefinition.self).map {
            try Queue($0, arn: queue.arn, inFlightMax: inFlight, context: queue.context)
        }
    }
}
