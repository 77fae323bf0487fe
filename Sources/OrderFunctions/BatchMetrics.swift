import Clocks
import Items
import LambdaRuntime

/// What came of a batch, as a line in CloudWatch's embedded metric format: whoever keeps the log makes metrics of it, here as on AWS.
///
/// AWS has no metric for how far a pipe is behind, nor for what its filter lets through; the function is where both are known.
struct BatchMetrics {
    static let namespace = "Sluice"

    /// Records that need nothing more: passed on, or found to need nothing.
    var handled = 0
    /// Records that are to come again.
    var failed = 0
    /// How old the batch's last record was when the function got it, as `AWS/Lambda` defines it for event source mappings
    /// (Lambda's developer guide, on types of metrics); to the second on AWS, whose records are dated so.
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

    /// The line, its members in the order of their names.
    var json: [UInt8] {
        var measured: [(name: String, unit: String)] = [("RecordsHandled", "Count"), ("RecordsFailed", "Count")]
        if iteratorAge != nil { measured.append(("IteratorAge", "Milliseconds")) }
        var directive = JSONMembers()
        directive.add("Dimensions", #"[["FunctionName"]]"#.utf8)
        directive.add(
            "Metrics",
            measured.map { metric in
                var members = JSONMembers()
                members.add("Name", metric.name)
                members.add("Unit", metric.unit)
                return members
            })
        directive.add("Namespace", Self.namespace)
        var root = JSONMembers()
        root.add("CloudWatchMetrics", [directive])
        root.add("Timestamp", now.milliseconds)
        var line = JSONMembers()
        line.add("FunctionName", functionName)
        line.add("IteratorAge", iteratorAge.map { Int64($0.milliseconds) })
        line.add("RecordsFailed", failed)
        line.add("RecordsHandled", handled)
        line.add("_aws", root)
        return line.closed
    }
}
