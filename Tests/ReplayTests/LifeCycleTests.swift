import Foundation
import Orders
import Replay
import Testing

struct LifeCycleTests {
    private static let hour: Int64 = 3_600_000

    private func row(
        _ id: String, _ customer: String?, hours: Int64, pence: Int64, _ kind: OrderRow.Kind = .order
    ) -> OrderRow {
        OrderRow(
            orderId: id, customerId: customer, timestamp: hours * Self.hour,
            amount: Money(minorUnits: pence, currency: .gbp), units: 1, lines: 1, country: "France", kind: kind)
    }

    private func statuses(_ life: LifeCycle, of id: String) -> [OrderStatus] {
        life.steps.filter { $0.order.orderId == id }.map(\.order.status)
    }

    @Test func anOrderLivesThroughFourWrites() {
        let life = LifeCycle([row("1", "7", hours: 0, pence: 500)])
        #expect(statuses(life, of: "1") == [.created, .pending, .shipped, .delivered])
        #expect(life.steps.map(\.previous) == [nil, .created, .pending, .shipped])
        #expect(life.orderCount == 1)
    }

    @Test func aCancellationStopsTheLatestOrderOfSameCustomerAndAmount() {
        let life = LifeCycle([
            row("1", "7", hours: 0, pence: 500), row("2", "7", hours: 1, pence: 500),
            row("C3", "7", hours: 2, pence: -500, .cancellation),
        ])
        #expect(statuses(life, of: "1") == [.created, .pending, .shipped, .delivered])
        #expect(statuses(life, of: "2") == [.created, .pending, .cancelled])
        #expect(statuses(life, of: "C3").isEmpty)
        #expect(life.orderCount == 2)
    }

    @Test func aCancellationOfTheLeastAmountThereIsFindsNoOrder() {
        let life = LifeCycle([
            row("1", "7", hours: 0, pence: .min), row("C2", "7", hours: 1, pence: .min, .cancellation),
        ])
        #expect(statuses(life, of: "C2") == [.cancelled])
        #expect(life.orderCount == 2)
    }

    @Test func aCancellationAfterDeliveryIsAReturn() {
        let life = LifeCycle([
            row("1", "7", hours: 0, pence: 500), row("C2", "7", hours: 100, pence: -500, .cancellation),
        ])
        #expect(statuses(life, of: "1") == [.created, .pending, .shipped, .delivered, .returned])
    }

    @Test func aCancellationWithoutItsOrderIsAnItemOfItsOwn() {
        let life = LifeCycle([
            row("1", "7", hours: 0, pence: 500), row("C2", "8", hours: 1, pence: -500, .cancellation),
            row("A3", nil, hours: 2, pence: -900, .badDebt),
        ])
        #expect(statuses(life, of: "C2") == [.cancelled])
        #expect(statuses(life, of: "A3") == [.cancelled])
        #expect(life.orderCount == 3)
    }

    @Test func everyMoveIsAllowedAndStepsRunInTheFilesTime() throws {
        let rows = try OrderFile.read(path: Self.bundledFile, limit: 3_000)
        let life = LifeCycle(rows)
        var last: [String: OrderStatus] = [:]
        var moment = Int64.min
        for step in life.steps {
            #expect(step.moment >= moment)
            moment = step.moment
            #expect(last[step.order.orderId] == step.previous)
            if let previous = step.previous { #expect(previous.canMove(to: step.order.status)) }
            last[step.order.orderId] = step.order.status
        }
        #expect(last.count == life.orderCount)
        #expect(last.values.contains(.cancelled))
    }

    @Test func guestsStayGuestsAndOneCustomerInTwentyHasATestAddress() throws {
        let life = LifeCycle(try OrderFile.read(path: Self.bundledFile))
        let orders = life.steps.filter { $0.previous == nil }.map(\.order)
        for order in orders {
            #expect((order.customerId == nil) == (order.customerEmail == nil))
        }
        let customers = Dictionary(grouping: orders.filter { !$0.isGuest }, by: { $0.customerId! })
        let test = customers.values.filter { $0[0].isFromTestAddress }.count
        let share = Double(test) / Double(customers.count)
        #expect(customers.count == 4_372)
        #expect(abs(share - 1 / Double(LifeCycle.testCustomersOneIn)) < 0.01)
        // A customer has one address.
        #expect(customers.values.allSatisfy { Set($0.map(\.customerEmail)).count == 1 })
    }

    @Test func theBundledFileIsTheWholePublishedOne() throws {
        let rows = try OrderFile.read(path: Self.bundledFile)
        #expect(rows.count == 25_900)
        let kinds = Dictionary(grouping: rows, by: \.kind).mapValues(\.count)
        #expect(kinds == [.order: 19_959, .cancellation: 3_836, .badDebt: 3, .zeroValue: 2_102])
    }

    private static let bundledFile = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Examples/online-retail.csv").path
}
