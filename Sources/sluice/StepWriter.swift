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
    private typealias Change = (update: UpdateExpression, condition: ConditionExpression)

    private let moves: [Move: Change]
    /// How an order is taken back, whichever fits: while it is under way, or from the customer's door.
    private let takingBack: [Change]
    private let counts = Mutex(Counts())

    init(table: Table) throws {
        self.table = table
        isNew = try ConditionExpression(
            "attribute_not_exists(#id)", names: ["#id": Order.AttributeName.orderId], values: [:])
        var moves: [Move: (update: UpdateExpression, condition: ConditionExpression)] = [:]
        for from in OrderStatus.allCases {
            for to in from.moves {
                moves[Move(from: from, to: to)] = try Self.change(from: [from], to: to)
            }
        }
        self.moves = moves
        takingBack = try [.cancelled, .returned].map { end in
            try Self.change(from: OrderStatus.allCases.filter { $0.canMove(to: end) }, to: end)
        }
    }

    /// - Parameter shippedAt: for the move to `shipped` alone.
    private static func change(from: [OrderStatus], to: OrderStatus, shippedAt: Int64? = nil) throws -> Change {
        let places = from.indices.map { ":from\($0)" }
        var values = Dictionary(
            uniqueKeysWithValues: zip(places, from.map { AttributeValue.string($0.rawValue) }))
        values[":to"] = .string(to.rawValue)
        values[":shippedAt"] = shippedAt.map { .number(Number($0)) }
        var names = ["#status": Order.AttributeName.status]
        if shippedAt != nil { names["#shippedAt"] = Order.AttributeName.shippedAt }
        var placeholders = try ExpressionPlaceholders(names: names, values: values)
        let more = shippedAt == nil ? "" : ", #shippedAt = :shippedAt"
        return (
            try UpdateExpression("SET #status = :to\(more)", placeholders: &placeholders),
            try ConditionExpression("#status IN (\(places.joined(separator: ", ")))", placeholders: &placeholders)
        )
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
        let isDone =
            switch step.before {
            case .nothing: try await attempt { try await self.table.put(step.order.item, condition: self.isNew) }
            case .status(let previous): try await write(step, as: move(from: previous, step))
            case .whereverItIs: try await takeBack(step)
            }
        if !isDone { counts.withLock { $0.skipped += 1 } }
    }

    private func move(from: OrderStatus, _ step: ReplayStep) throws -> Change {
        let to = step.order.status
        guard let move = moves[Move(from: from, to: to)] else {
            preconditionFailure("a replay makes allowed moves only, not \(from) to \(to)")
        }
        return to == .shipped ? try Self.change(from: [from], to: to, shippedAt: step.moment) : move
    }

    /// An order that the shop has cancelled meanwhile stays as it is.
    private func takeBack(_ step: ReplayStep) async throws -> Bool {
        for change in takingBack {
            if try await write(step, as: change) { return true }
        }
        return false
    }

    private func write(_ step: ReplayStep, as change: Change) async throws -> Bool {
        let key: Item = [
            Order.AttributeName.orderId: .string(step.order.orderId),
            Order.AttributeName.timestamp: .number(Number(step.order.timestamp)),
        ]
        return try await attempt {
            try await self.table.update(key: key, change.update, condition: change.condition)
        }
    }

    /// - Returns: false when the order is not where the step begins.
    private func attempt(_ write: () async throws -> WriteResult) async throws -> Bool {
        do {
            if try await write().isChange { counts.withLock { $0.changes += 1 } }
            return true
        } catch let error as TableError where error.code == .conditionalCheckFailed {
            return false
        }
    }
}
