import Clocks
import Items
import Synchronization
import Tables
import Telemetry

/// What one request of DynamoDB's does to tables, for their metrics: whoever answers it tells which tables it touches, what
/// it takes from their capacity and what it returns; when it ends, how long it took is recorded for those tables.
final class RequestAccount: Sendable {
    private struct Touched {
        let table: TableMetrics.OneTable
        /// Nil for items.
        let streamLabel: String?
    }

    let operation: String
    private let metrics: TableMetrics
    private let touched = Mutex<[Touched]>([])

    init(_ metrics: TableMetrics, operation: String) {
        self.metrics = metrics
        self.operation = operation
    }

    /// The tables told of so far.
    var tables: [String] { touched.withLock { $0.map(\.table.name) } }

    // MARK: While it is answered

    /// The request is about this table, which exists.
    func touch(_ table: Table) { _ = known(table.name, streamLabel: nil) }

    private func known(_ name: String, streamLabel: String?) -> TableMetrics.OneTable {
        if let known = touched.withLock({ $0.first { $0.table.name == name } }) { return known.table }
        let table = metrics.table(name)
        touched.withLock { $0.append(Touched(table: table, streamLabel: streamLabel)) }
        return table
    }

    func consumed(_ kind: Capacity.Kind, _ capacity: Capacity, of table: Table) {
        let name: TableMetrics.Name = kind == .read ? .consumedReadCapacityUnits : .consumedWriteCapacityUnits
        let recorders = known(table.name, streamLabel: nil)
        var tableHalves = capacity.tableHalves
        if !capacity.indexHalves.isEmpty {
            // A local index takes from its table; a table deleted meanwhile has no indexes any more.
            let indexes = (try? table.definition.indexes) ?? []
            for (index, halves) in capacity.indexHalves {
                if indexes.contains(where: { $0.isGlobal && $0.name == index }) {
                    recorders.counter(name, .globalIndex(index)).add(Double(halves) / 2)
                } else {
                    tableHalves += halves
                }
            }
        }
        if tableHalves > 0 { recorders.counter(name).add(Double(tableHalves) / 2) }
    }

    /// A write has been done. What cannot be worked out, because the table is gone meanwhile, is not counted.
    func wrote(_ result: WriteResult, to table: Table, isTransaction: Bool = false) {
        var capacity = Capacity()
        guard (try? capacity.addWrite(result, to: table, isTransaction: isTransaction)) != nil else { return }
        consumed(.write, capacity, of: table)
    }

    /// Query, Scan or ExecuteStatement has found so many items.
    func returned(_ count: Int, of table: Table) {
        known(table.name, streamLabel: nil).distribution(.returnedItemCount, .operation(operation))
            .record(Double(count))
    }

    /// GetRecords has found these.
    func returned(_ records: [[UInt8]], of stream: ChangeStream) {
        let (recorders, part) = (
            known(stream.tableName, streamLabel: stream.label), TableMetrics.Part.stream(stream.label)
        )
        recorders.distribution(.returnedRecordsCount, part).record(Double(records.count))
        recorders.distribution(.returnedBytes, part).record(Double(records.reduce(0) { $0 + $1.count }))
    }

    // MARK: At its end

    func succeeded(after duration: Duration) {
        for touched in touched.withLock({ $0 }) {
            let part = touched.streamLabel.map { TableMetrics.Part.stream($0) } ?? .operation(operation)
            touched.table.distribution(.successfulRequestLatency, part).record(duration.milliseconds)
        }
    }

    /// - Parameter tables: those it was about.
    func failed(_ kind: ServiceError.Kind, isWrite: Bool, tables: [String]) {
        let tables = tables.map(metrics.table)
        switch kind {
        case .conditionalCheckFailed: for table in tables { table.counter(.conditionalCheckFailedRequests).add() }
        case .provisionedThroughputExceeded, .throttling, .requestLimitExceeded:
            for table in tables {
                table.counter(.throttledRequests, .operation(operation)).add()
                table.counter(isWrite ? .writeThrottleEvents : .readThrottleEvents).add()
            }
        // Its reasons are no mistakes of the request.
        case .transactionCanceled: break
        case _ where kind.status >= 500:
            for table in tables { table.counter(.systemErrors, .operation(operation)).add() }
        default: metrics.userError()
        }
    }
}
