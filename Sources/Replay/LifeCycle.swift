public import Orders

/// One write of a replay: an order gets a status.
public struct ReplayStep: Sendable, Hashable {
    /// What the order is before the write.
    public enum Before: Sendable, Hashable {
        /// Not there: the write makes it.
        case nothing
        case status(OrderStatus)
        /// Where others have brought it: the customer takes it back, be it under way or delivered.
        case whereverItIs
    }

    /// The order with the status that this write gives it; `cancelled` for one that is taken back wherever it is, which
    /// becomes `returned` when it has been delivered.
    public var order: Order
    public var before: Before
    /// When it happens in the file's time, milliseconds since 1970.
    public var moment: Int64

    /// The status that it had before; nil where there was none or nobody knows.
    public var previous: OrderStatus? { if case .status(let status) = before { status } else { nil } }
}

/// Turns the rows of an order file into the writes of each order's life.
///
/// The file says when an order came and what was cancelled. The rest is made here:
///
/// - An order is `created` at its own time, `pending` five minutes later, `shipped` a day after it came and `delivered`
///   after three days. One write each.
/// - A cancellation names no order. It is paired with the latest earlier order of the same customer and amount, which it
///   stops: the order becomes `cancelled`, or `returned` when it had been delivered.
/// - A cancellation without such an order, and a bad debt, becomes an item of its own: one write, `cancelled`.
/// - An order that others bring through its life (``init(_:isLedByOthers:)``) is `created`, `pending` and taken back as above;
///   `shipped` and `delivered` are theirs.
/// - Addresses are invented: `customer17850@shop.example`, and for one customer in twenty `customer17850@test.com`, which
///   the filters drop. Guests have neither customer nor address.
public struct LifeCycle: Sendable {
    /// One customer in this many has an address at `test.com`.
    public static let testCustomersOneIn: UInt64 = 20

    private static let pendingAfter: Int64 = 5 * 60_000
    private static let shippedAfter: Int64 = 24 * 3_600_000
    private static let deliveredAfter: Int64 = 72 * 3_600_000

    /// The writes of all orders, in the file's order of time.
    public let steps: [ReplayStep]
    /// Items that the steps make.
    public let orderCount: Int

    /// Linear in the number of rows, but for the sorting.
    ///
    /// - Parameter isLedByOthers: which orders are brought from `pending` on by somebody else; none by default.
    public init(_ rows: [OrderRow], isLedByOthers: (Order) -> Bool = { _ in false }) {
        var steps: [ReplayStep] = []
        steps.reserveCapacity(rows.count * 4)
        let cancelledAt = Self.pairCancellations(rows)
        for (index, row) in rows.enumerated() {
            switch row.kind {
            case .order, .zeroValue:
                let cancelled = cancelledAt.byOrder[index]
                steps +=
                    isLedByOthers(Self.order(row, .created))
                    ? Self.beginning(of: row, cancelledAt: cancelled) : Self.life(of: row, cancelledAt: cancelled)
            case .cancellation where cancelledAt.paired.contains(index):
                continue
            case .cancellation, .badDebt:
                steps.append(ReplayStep(order: Self.order(row, .cancelled), before: .nothing, moment: row.timestamp))
            }
        }
        orderCount = steps.reduce(0) { $0 + ($1.before == .nothing ? 1 : 0) }
        // Stable: steps of one order that fall on one moment keep their order.
        self.steps = steps.enumerated()
            .sorted { ($0.element.moment, $0.offset) < ($1.element.moment, $1.offset) }
            .map(\.element)
    }

    private static func life(of row: OrderRow, cancelledAt: Int64?) -> [ReplayStep] {
        let planned: [(OrderStatus, Int64)] = [
            (.created, 0), (.pending, pendingAfter), (.shipped, shippedAfter), (.delivered, deliveredAfter),
        ]
        var steps: [ReplayStep] = []
        var previous: OrderStatus?
        for (status, delay) in planned {
            let moment = row.timestamp + delay
            if let cancelledAt, cancelledAt < moment, previous != nil { break }
            steps.append(
                ReplayStep(
                    order: order(row, status), before: previous.map { .status($0) } ?? .nothing, moment: moment))
            previous = status
        }
        if let cancelledAt, let last = previous {
            let status: OrderStatus = last == .delivered ? .returned : .cancelled
            steps.append(ReplayStep(order: order(row, status), before: .status(last), moment: cancelledAt))
        }
        return steps
    }

    /// The part of an order's life that the customer decides.
    private static func beginning(of row: OrderRow, cancelledAt: Int64?) -> [ReplayStep] {
        var steps = [ReplayStep(order: order(row, .created), before: .nothing, moment: row.timestamp)]
        let pendingAt = row.timestamp + pendingAfter
        if cancelledAt.map({ pendingAt <= $0 }) ?? true {
            steps.append(ReplayStep(order: order(row, .pending), before: .status(.created), moment: pendingAt))
        }
        if let cancelledAt {
            steps.append(ReplayStep(order: order(row, .cancelled), before: .whereverItIs, moment: cancelledAt))
        }
        return steps
    }

    /// For each order that is cancelled, when; and which cancellations found their order.
    private static func pairCancellations(_ rows: [OrderRow]) -> (byOrder: [Int: Int64], paired: Set<Int>) {
        struct Deal: Hashable {
            let customer: String
            let minorUnits: Int64
        }
        var open: [Deal: [Int]] = [:]
        var byOrder: [Int: Int64] = [:]
        var paired: Set<Int> = []
        for (index, row) in rows.enumerated() {
            guard let customer = row.customerId else { continue }
            switch row.kind {
            case .order:
                open[Deal(customer: customer, minorUnits: row.amount.minorUnits), default: []].append(index)
            case .cancellation:
                // Of the least number there is, the opposite is none.
                let (minorUnits, isNone) = Int64(0).subtractingReportingOverflow(row.amount.minorUnits)
                let deal = Deal(customer: customer, minorUnits: minorUnits)
                guard !isNone, let order = open[deal]?.popLast() else { continue }
                byOrder[order] = row.timestamp
                paired.insert(index)
            case .zeroValue, .badDebt: continue
            }
        }
        return (byOrder, paired)
    }

    /// The order of a row with a status and an invented address.
    public static func order(_ row: OrderRow, _ status: OrderStatus) -> Order {
        Order(
            orderId: row.orderId, timestamp: row.timestamp, customerId: row.customerId,
            customerEmail: row.customerId.map(address(ofCustomer:)), amount: row.amount, status: status,
            units: row.units,
            lines: row.lines, country: row.country)
    }

    /// The invented address of a customer, the same in every run.
    static func address(ofCustomer id: String) -> String {
        // FNV-1a: any hash that is the same in every run would do.
        let hash = id.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let domain = (hash >> 32) % testCustomersOneIn == 0 ? EmailDomain.testDomain : "shop.example"
        return "customer\(id)@\(domain)"
    }
}
