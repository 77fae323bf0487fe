import Clocks
import Items
import LambdaRuntime

/// What came of a batch, as a line in CloudWatch's embedded metric format: whoever keeps the log makes metrics of it, here as on AWS.
///
/// AWS has no metric for how far a pipe is behind, nor for what its filter lets through; the function is where both are known.
struct BatchMetrics: Encodable {
    static let namespace = "Sluice"

    /// Records that need nothing more: passed on, or found to need nothing.
    var handled = 0
    /// Records that are to come again.
    var failed = 0
    /// How old the batch's last record was when the function got it, as `AWS/Lambda` defines it for event source mappings
    /// (facts 6.2); to the second on AWS, whose records are dated so.
    var iteratorAge: Duration?
    let functionName: String
    let now: Timestamp

    /// Of a batch that begins at this moment.
    init(functionName: String, _ batch: StreamBatch, now: Timestamp) {
        self.functionName = functionName
        self.now = now
        guard case .success(let last)? = batch.entries.last?.record else { return }
        // Any number may stand there.
        let milliseconds = (last.dynamodb.approximateCreationDateTime * 1_000).rounded(.down)
        guard let milliseconds = Int64(exactly: milliseconds), milliseconds.magnitude < 1 << 50 else { return }
        iteratorAge = max(.zero, now - Timestamp(milliseconds: milliseconds))
    }

    func encode(to encoder: any Encoder) throws {
        struct Root: Encodable {
            let Timestamp: Int64
            let CloudWatchMetrics: [Directive]
        }
        struct Directive: Encodable {
            var Namespace = BatchMetrics.namespace
            var Dimensions = [["FunctionName"]]
            let Metrics: [Metric]
        }
        struct Metric: Encodable {
            let Name: String
            let Unit: String
        }
        var metrics = [Metric(Name: "RecordsHandled", Unit: "Count"), Metric(Name: "RecordsFailed", Unit: "Count")]
        var container = encoder.container(keyedBy: Key.self)
        if let iteratorAge {
            metrics.append(Metric(Name: "IteratorAge", Unit: "Milliseconds"))
            try container.encode(iteratorAge.milliseconds, forKey: .iteratorAge)
        }
        try container.encode(
            Root(Timestamp: now.milliseconds, CloudWatchMetrics: [Directive(Metrics: metrics)]), forKey: .root)
        try container.encode(functionName, forKey: .functionName)
        try container.encode(handled, forKey: .handled)
        try container.encode(failed, forKey: .failed)
    }

    private enum Key: String, CodingKey {
        case root = "_aws"
        case functionName = "FunctionName"
        case handled = "RecordsHandled"
        case failed = "RecordsFailed"
        case iteratorAge = "IteratorAge"
    }
}
