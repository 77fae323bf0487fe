public import Items
public import LambdaRuntime
import Logging
public import Orders

/// What both functions do with a batch: decide on each record, pass the routing on, and name the records that failed.
public struct OrderEventHandler<Sink: RoutingSink>: Sendable {
    private let decide: @Sendable (StreamRecord) throws(OrderError) -> Decision
    private let sink: Sink
    private let skipped: @Sendable (StreamRecord, SkipReason) -> Void
    private let failures: ChosenFailures?

    /// - Parameters:
    ///   - decide: the function's own rules.
    ///   - sink: where routings go.
    ///   - skipped: hears of each record that needs nothing, with the reason.
    ///   - failures: the demo's chosen failures; nil in earnest.
    public init(
        decide: @escaping @Sendable (StreamRecord) throws(OrderError) -> Decision, sink: Sink,
        skipped: @escaping @Sendable (StreamRecord, SkipReason) -> Void, failures: ChosenFailures?
    ) {
        self.decide = decide
        self.sink = sink
        self.skipped = skipped
        self.failures = failures
    }

    /// Handles one batch in order. After a failure the later records of the same order are left for the retry.
    public func handle(_ records: [StreamRecord], _ context: LambdaContext) async -> PartialBatchResponse {
        await handleBatch(
            records, identifier: \.eventID, item: \.dynamodb.keys,
            failed: { record, error in
                context.logger.error(
                    "a record failed", metadata: ["eventID": "\(record.eventID)", "error": "\(error)"])
            }
        ) { record in
            let decision = try decide(record)
            if let failures, case .string(let orderId)? = record.dynamodb.keys[Order.AttributeName.orderId],
                failures.fails(orderId: orderId, requestId: context.requestID)
            {
                throw ChosenFailure(orderId: orderId)
            }
            switch decision {
            case .route(let routing): try await sink.send(routing)
            case .skipped(let reason): skipped(record, reason)
            }
        }
    }
}

/// A failure that the demo asked for.
struct ChosenFailure: Error, CustomStringConvertible {
    let orderId: String
    var description: String { "order \(orderId) was chosen to fail (\(ChosenFailures.variable) is set)" }
}
