public import Items
public import LambdaRuntime
import Logging
public import Orders

/// What both functions do with a batch: decide on each record, pass the routings on, and name the records that failed.
public struct OrderEventHandler<Sink: RoutingSink>: LambdaByteHandler {
    private let decide: @Sendable (StreamRecord) throws(OrderError) -> Decision
    private let sink: Sink
    private let log: DecisionLog
    private let failures: ChosenFailures?

    /// - Parameters:
    ///   - decide: the function's own rules.
    ///   - sink: where routings go.
    ///   - log: hears of each record that was handled, and why where it needed nothing.
    ///   - failures: the demo's chosen failures; nil in earnest.
    public init(
        decide: @escaping @Sendable (StreamRecord) throws(OrderError) -> Decision, sink: Sink, log: DecisionLog,
        failures: ChosenFailures?
    ) {
        self.decide = decide
        self.sink = sink
        self.log = log
        self.failures = failures
    }

    /// - Throws: what leaves nobody to say which record failed: `ItemError`, or `UnnamedRecordError`.
    public func handle(_ event: [UInt8], context: LambdaContext) async throws -> [UInt8] {
        try await respond(to: StreamBatch(json: event), context).json
    }

    /// Handles one batch in waves: the first record of each order, then the second of each, and so on. So the messages of a
    /// wave can be sent together, and yet no message of an order is sent before those of its earlier records were taken.
    /// After a failure the later records of the same order are left for the retry.
    public func respond(to batch: StreamBatch, _ context: LambdaContext) async throws -> PartialBatchResponse {
        let entries = batch.entries
        var metrics = log.begin(batch)
        var failed: Set<Int> = []
        var failedOrders: Set<StreamBatch.ItemIdentity> = []
        var rest = Array(entries.indices)
        while !rest.isEmpty {
            var wave: [Int] = []
            var orders: Set<StreamBatch.ItemIdentity> = []
            var later: [Int] = []
            for index in rest {
                let order = entries[index].item
                if failedOrders.contains(order) {
                    failed.insert(index)
                } else if orders.insert(order).inserted {
                    wave.append(index)
                } else {
                    later.append(index)
                }
            }
            for (index, error) in await handle(wave, of: entries, context) {
                context.logger.error("a record failed", metadata: Self.metadata(entries[index], error))
                failed.insert(index)
                failedOrders.insert(entries[index].item)
            }
            rest = later
        }
        (metrics.handled, metrics.failed) = (entries.count - failed.count, failed.count)
        log.finished(metrics)
        guard failed.allSatisfy({ !entries[$0].eventID.isEmpty }) else { throw UnnamedRecordError() }
        return PartialBatchResponse(
            batchItemFailures: failed.sorted().map { .init(itemIdentifier: entries[$0].eventID) })
    }

    private static func metadata(_ entry: StreamBatch.Entry, _ error: any Error) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["eventID": "\(entry.eventID)", "error": "\(error)"]
        if case .keys(let keys) = entry.item, let traceID = OrderTraceID(keys: keys) {
            metadata["traceId"] = "\(traceID)"
        }
        return metadata
    }

    /// - Returns: the records that failed, each with the reason.
    private func handle(
        _ wave: [Int], of entries: [StreamBatch.Entry], _ context: LambdaContext
    ) async -> [(Int, any Error)] {
        var failures: [(Int, any Error)] = []
        var routed: [(index: Int, routing: Routing)] = []
        var lines: [DecisionLog.Line] = []
        // In one go: a line costs the one who reads it as much as some lines.
        defer { log.write(lines) }
        for index in wave {
            do {
                let record = try Self.record(of: entries[index])
                switch try judge(record, context) {
                case .route(let routing): routed.append((index, routing))
                case .skipped(let reason): lines.append(log.skipped(record, reason, context))
                }
            } catch {
                failures.append((index, error))
            }
        }
        guard !routed.isEmpty else { return failures }
        for ((index, routing), error) in zip(routed, await sink.send(routed.map(\.routing))) {
            if let error { failures.append((index, error)) } else { lines.append(log.routed(routing, context)) }
        }
        return failures
    }

    /// The words of what cannot be read may repeat an order's contents.
    private static func record(of entry: StreamBatch.Entry) throws -> StreamRecord {
        switch entry.record {
        case .success(let record): return record
        case .failure(let error): throw UnreadableOrderRecord(code: error.code)
        }
    }

    private func judge(_ record: StreamRecord, _ context: LambdaContext) throws -> Decision {
        let decision = try decide(record)
        if let failures, let orderId = record.dynamodb.keys[Order.AttributeName.orderId]?.string,
            failures.fails(orderId: orderId, requestId: context.requestID)
        {
            throw ChosenFailure(orderId: orderId)
        }
        return decision
    }
}

/// A record that is none.
struct UnreadableOrderRecord: Error, CustomStringConvertible {
    let code: ItemError.Code
    var description: String { "the record cannot be read (\(code)); is the source the stream of the Orders table?" }
}

/// A failure that the demo asked for.
struct ChosenFailure: Error, CustomStringConvertible {
    let orderId: String
    var description: String { "order \(orderId) was chosen to fail (\(ChosenFailures.variable) is set)" }
}
