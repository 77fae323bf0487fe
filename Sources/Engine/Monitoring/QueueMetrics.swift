import MetricMath
import Queues
import Synchronization
import Telemetry

/// The metric in `AWS/SQS` that no account of a queue gives: the size of each message sent.
final class QueueMetrics: QueueObserver {
    /// All metrics of a queue but the one that is kept here.
    static let names = [
        "NumberOfMessagesSent", "NumberOfMessagesReceived", "NumberOfMessagesDeleted", "NumberOfEmptyReceives",
        "ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed", "ApproximateAgeOfOldestMessage",
    ]

    static func identity(_ name: String, _ queue: String) -> MetricIdentity {
        MetricIdentity("AWS/SQS", name, ["QueueName": queue])
    }

    private let store: MetricStore
    private let sizes = Mutex<[String: MetricDistribution]>([:])

    init(_ store: MetricStore) { self.store = store }

    /// Costs some 0.2 µs: the look for the queue's recorder, and the record.
    func sent(_ queue: String, sizeBytes: Int) {
        let distribution = sizes.withLock { sizes in
            if let known = sizes[queue] { return known }
            let new = store.distribution(for: Self.identity("SentMessageSize", queue), unit: .bytes)
            sizes[queue] = new
            return new
        }
        distribution.record(Double(sizeBytes))
    }

    /// Lets go of the recorder of a queue that is no more.
    func retire(_ queue: String) {
        sizes.withLock { $0[queue] = nil }
        store.retire(Self.identity("SentMessageSize", queue))
    }
}
