import Foundation
import Orders
import Replay

/// What the pipeline must do with a replay, worked out from the orders themselves and not from the filters' text.
struct Expectation {
    let steps: Int
    let standard: Int
    let premium: Int

    init(rows: Int) throws {
        let path = Command.project.appendingPathComponent("Examples/online-retail.csv").path
        let life = LifeCycle(try OrderFile.read(path: path, limit: rows))
        steps = life.steps.count
        standard = life.steps.count { step in
            [.pending, .shipped].contains(step.order.status) && Self.isOver(step.order, 100) && !Self.isTest(step.order)
        }
        premium = life.steps.count { step in
            step.previous == .pending && step.order.status == .shipped && Self.isOver(step.order, 1_000)
                && !Self.isTest(step.order)
        }
    }

    private static func isOver(_ order: Order, _ pounds: Int64) -> Bool { order.amount.minorUnits > pounds * 100 }
    private static func isTest(_ order: Order) -> Bool { order.customerEmail?.hasSuffix("@test.com") ?? false }
}
