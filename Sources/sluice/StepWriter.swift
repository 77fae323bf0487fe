import Items
import Orders
import Replay
import Synchronization
import Tables

/// Writes the steps of a replay to the table. Each step is conditional on the order's state before it, so a replay that was
/// cut off can simply be run again: what is done already is skipped.
final class StepWriter: Sendable {
    private struct Move: Hashable {
        let from: OrderStatus
        let to: OrderStatus
    }

    private struct Counts {
        var changes = 0
        var skipped = 0
    }

    private let table: Table
    private let isNew: ConditionExpression
    private let moves: [Move: (update: UpdateExpression, condition: ConditionExpression)]
    private let counts = Mutex(Counts())

    init(table: Table) throws {
        self.table = table
        isNew = try ConditionExpression(
            "attribute_not_exists(#id)", names: ["#id": Order.AttributeName.orderId], values: [:])
        var moves: [Move: (update: UpdateExpression, condition: ConditionExpression)] = [:]
        for from in OrderStatus.allCases {
            for to in from.moves {
                var placeholders = try ExpressionPlaceholders(
                    names: ["#status": Order.AttributeName.status],
                    values: [":to": .string(to.rawValue), ":from": .string(from.rawValue)])
                moves[Move(from: from, to: to)] = (
                    try UpdateExpression("SET #status = :to", placeholders: &placeholders),
                    try ConditionExpression("#status = :from", placeholders: &placeholders)
                )
            }
        }
        self.moves = moves
    }

    /// Acknowledged writes that changed an item.
    var changes: Int { counts.withLock { $0.changes } }
    /// Steps that an earlier run had done already.
    var skipped: Int { counts.withLock { $0.skipped } }

    /// Writes the steps side by side, those of one order one after the other, and returns when all are answered.
    func write(_ steps: ArraySlice<ReplayStep>) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for ofOneOrder in Dictionary(grouping: steps, by: \.order.orderId).values {
                group.addTask {
                    for step in ofOneOrder { try await self.write(step) }
                }
            }
        }
    }

    private func write(_ step: ReplayStep) async throws {
        do {
            let result: WriteResult
            if let previous = step.previous {
                guard let move = moves[Move(from: previous, to: step.order.status)] else {
                    preconditionFailure("a replay makes allowed moves only, not \(previous) to \(step.order.status)")
                }
                let key: Item = [
                    Order.AttributeName.orderId: .string(step.order.orderId),
                    Order.AttributeName.timestamp: .number(Number(step.order.timestamp)),
                ]
                result = try await table.update(key: key, move.update, condition: move.condition)
            } else {
                result = try await table.put(step.order.item, condition: isNew)
            }
            if result.isChange { counts.withLock { $0.changes += 1 } }
        } catch let error as TableError where error.code == .conditionalCheckFailed {
            counts.withLock { $0.skipped += 1 }
        }
    }
}
