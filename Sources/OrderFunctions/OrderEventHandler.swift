public import AWSClient
public import Items
public import LambdaRuntime
import Logging
public import Orders

/// What both functions do with a batch: decide on each record, pass the routings on, and name the records that failed.
public struct OrderEventHandler<Sink: RoutingSink>: Sendable {
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

    /// Handles one batch in waves: the first record of each order, then the second of each, and so on. So the messages of a
    /// wave can be sent together, and yet no message of an order is sent before those of its earlier records were taken.
    /// After a failure the later records of the same order are left for the retry.
    public func handle(_ records: [StreamRecord], _ context: LambdaContext) async -> PartialBatchResponse {
        var failed: Set<Int> = []
        var failedOrders: Set<Item> = []
        var rest = Array(records.indices)
        while !rest.isEmpty {
            var wave: [Int] = []
            var orders: Set<Item> = []
            var later: [Int] = []
            for index in rest {
                let order = records[index].dynamodb.keys
                if failedOrders.contains(order) {
                    failed.insert(index)
                } else if orders.insert(order).inserted {
                    wave.append(index)
                } else {
                    later.append(index)
                }
            }
            for (index, error) in await handle(wave, of: records, context) {
                context.logger.error(
                    "a record failed",
                    metadata: ["eventID": "\(records[index].eventID)", "error": "\(Self.word(error))"])
                failed.insert(index)
                failedOrders.insert(records[index].dynamodb.keys)
            }
            rest = later
        }
        return PartialBatchResponse(
            batchItemFailures: failed.sorted().map { .init(itemIdentifier: records[$0].eventID) })
    }

    /// - Returns: the records that failed, each with the reason.
    private func handle(
        _ wave: [Int], of records: [StreamRecord], _ context: LambdaContext
    ) async -> [(Int, any Error)] {
        var failures: [(Int, any Error)] = []
        var routed: [(index: Int, routing: Routing)] = []
        for index in wave {
            do {
                switch try judge(records[index], context) {
                case .route(let routing): routed.append((index, routing))
                case .skipped(let reason): log.skipped(records[index], reason)
                }
            } catch {
                failures.append((index, error))
            }
        }
        guard !routed.isEmpty else { return failures }
        for ((index, routing), error) in zip(routed, await sink.send(routed.map(\.routing))) {
            if let error { failures.append((index, error)) } else { log.routed(routing) }
        }
        return failures
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

    /// A service's words may repeat what an order holds.
    private static func word(_ error: any Error) -> String { (error as? AWSError)?.code.rawValue ?? "\(error)" }
}

/// A failure that the demo asked for.
struct ChosenFailure: Error, CustomStringConvertible {
    let orderId: String
    var description: String { "order \(orderId) was chosen to fail (\(ChosenFailures.variable) is set)" }
}
