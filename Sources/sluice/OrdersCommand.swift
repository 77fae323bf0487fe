import ArgumentParser
import Foundation
import Items
import Orders
import Replay

struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Put, get, list, import and trace orders on a running engine.",
        subcommands: [
            OrdersPutCommand.self, OrdersGetCommand.self, OrdersListCommand.self, OrdersImportCommand.self,
            OrdersTraceCommand.self,
        ])
}

struct OrdersPutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Make an order, or change one.",
        discussion: """
            A new order needs an amount. Of an order that exists only what is given changes; its status must be allowed to \
            follow the one it has.

            Examples:
              sluice orders put A-1 --amount 1500 --customer 7 --email ann@shop.example
              sluice orders put A-1 --status shipped
            """)

    @OptionGroup var endpoint: EndpointArguments

    @Argument(help: "The order's id.")
    var orderId: String

    @Option(help: "What it costs, such as 139.12.")
    var amount: String?

    @Option(help: "The amount's currency, three letters (default: USD).")
    var currency: String?

    @Option(help: "The customer's id; a guest has none.")
    var customer: String?

    @Option(help: "The customer's address; a guest has none.")
    var email: String?

    @Option(
        help:
            "The status: \(OrderStatus.allCases.map(\.rawValue).joined(separator: ", ")) (default for a new order: pending).",
        transform: { text in
            guard let status = OrderStatus(rawValue: text) else {
                throw ValidationError(
                    "\(text) is no status; there are \(OrderStatus.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return status
        })
    var status: OrderStatus?

    @Flag(help: "Print the order as DynamoDB JSON.")
    var json = false

    func run() async throws {
        let stored = try await endpoint.withTable { table in
            guard let existing = try await table.orders(id: orderId).last else {
                let order = try newOrder()
                guard try await table.create(order) else {
                    throw OrdersError("Order \(orderId) was made by somebody else meanwhile; look at it and try again.")
                }
                return order
            }
            let old = try Order(item: existing)
            let new = try changed(old)
            try await table.replace(old, with: new)
            return new
        }
        Terminal.print(json ? String(decoding: stored.item.json, as: UTF8.self) : OrderText.line(stored))
    }

    private func newOrder() throws -> Order {
        guard let amount else {
            throw OrdersError("Order \(orderId) is new and needs an amount; add --amount, such as --amount 139.12.")
        }
        return Order(
            orderId: orderId, timestamp: Int64(Date().timeIntervalSince1970 * 1_000), customerId: customer,
            customerEmail: try checkedEmail(), amount: try money(amount, currency ?? Order.currencyDefault.code),
            status: status ?? .pending)
    }

    private func changed(_ old: Order) throws -> Order {
        var new = old
        if amount != nil || currency != nil {
            new.amount = try money(amount ?? old.amount.text, currency ?? old.amount.currency.code)
        }
        if let customer { new.customerId = customer }
        if let email = try checkedEmail() { new.customerEmail = email }
        if let status, status != old.status {
            guard old.status.canMove(to: status) else {
                let moves = old.status.moves.map(\.rawValue).sorted().joined(separator: ", ")
                let remedy = moves.isEmpty ? "it is at its end" : "it may become \(moves)"
                throw OrdersError(
                    "Order \(orderId) is \(old.status.rawValue) and cannot become \(status.rawValue); \(remedy).")
            }
            new.status = status
        }
        return new
    }

    private func money(_ text: String, _ code: String) throws -> Money {
        guard let currency = Currency(code.uppercased()) else {
            throw OrdersError("The currency \(code) is not three letters; give one such as USD.")
        }
        guard let money = Money(text, currency: currency) else {
            throw OrdersError(
                "The amount \(text) is not a number with \(currency.fractionDigits) decimals at most; give one such as 139.12."
            )
        }
        return money
    }

    private func checkedEmail() throws -> String? {
        guard let email else { return nil }
        guard EmailDomain(address: email) != nil else {
            throw OrdersError(
                "The address of order \(orderId) has nothing before or behind an @; give one such as ann@shop.example.")
        }
        return email
    }
}

struct OrdersGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show an order.", discussion: "Example: sluice orders get A-1 --json")

    @OptionGroup var endpoint: EndpointArguments

    @Argument(help: "The order's id.")
    var orderId: String

    @Flag(help: "Print the item as DynamoDB JSON.")
    var json = false

    func run() async throws {
        let items = try await endpoint.withTable { try await $0.orders(id: orderId) }
        guard !items.isEmpty else {
            throw OrdersError(
                "There is no order \(orderId) in the table \(endpoint.table); check the id or import orders.")
        }
        try OrderText.print(items, json: json)
    }
}

struct OrdersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List a customer's orders, oldest first.",
        discussion: "Example: sluice orders list --customer 17850")

    @OptionGroup var endpoint: EndpointArguments

    @Option(help: "The customer's id.")
    var customer: String

    @Flag(help: "Print the items as DynamoDB JSON, one a line.")
    var json = false

    func run() async throws {
        let items = try await endpoint.withTable { try await $0.orders(ofCustomer: customer) }
        guard !items.isEmpty else {
            throw OrdersError("There is no order of customer \(customer) in the table \(endpoint.table); check the id.")
        }
        try OrderText.print(items, json: json)
    }
}

struct OrdersImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import the orders of a CSV file.",
        discussion: """
            Each row becomes one order of the given status. Orders that are in the table already stay as they are, so an \
            import that was cut off can be run again. Cancellations and bad debts of the file are left out.

            Example: sluice orders import Examples/online-retail.csv --limit 1000
            """)

    /// Requests under way at a time.
    private static let requestsMax = 32

    @OptionGroup var endpoint: EndpointArguments

    @Argument(help: "The CSV file: order_id, customer_id, timestamp_utc, amount_gbp, ...")
    var file: String

    @Option(help: "Take this many rows at most.")
    var limit: Int?

    @Option(
        help: "The status that the orders get.",
        transform: { text in
            guard let status = OrderStatus(rawValue: text) else { throw ValidationError("\(text) is no status.") }
            return status
        })
    var status = OrderStatus.pending

    @Flag(help: "Print one JSON object instead of the summary.")
    var json = false

    private struct Report: Encodable {
        var imported = 0
        var alreadyThere = 0
        var leftOut = 0
    }

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit \(limit) leaves no order; give 1 or more.") }
    }

    func run() async throws {
        let rows = try OrderFile.read(path: file, limit: limit)
        let orders = rows.filter { $0.kind == .order || $0.kind == .zeroValue }.map { LifeCycle.order($0, status) }
        var report = Report(leftOut: rows.count - orders.count)
        var progress = ProgressBar("Importing")
        try await endpoint.withTable { table in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                var done = 0
                func take(_ isNew: Bool) {
                    if isNew { report.imported += 1 } else { report.alreadyThere += 1 }
                    done += 1
                    progress.show { (done, orders.count, "\(Figures.count(done)) orders") }
                }
                for (index, order) in orders.enumerated() {
                    if index >= Self.requestsMax, let isNew = try await group.next() { take(isNew) }
                    group.addTask { try await table.create(order) }
                }
                while let isNew = try await group.next() { take(isNew) }
            }
        }
        progress.clear()
        if json { return try Terminal.printJSON(report) }
        Terminal.print(
            "\(Figures.count(report.imported)) orders imported, \(Figures.count(report.alreadyThere)) were there already, \(Figures.count(report.leftOut)) rows left out (cancellations and bad debts)"
        )
    }
}

/// Orders as a person reads them.
enum OrderText {
    static func line(_ order: Order) -> String {
        let date = Date(timeIntervalSince1970: Double(order.timestamp) / 1_000).formatted(.iso8601)
        let customer = order.customerId.map { "customer \($0)" } ?? "guest"
        let columns = [
            order.orderId, order.status.rawValue, "\(order.amount)", order.amountTier.rawValue, customer, date,
        ]
        return columns.joined(separator: "  ")
    }

    static func print(_ items: [Item], json: Bool) throws {
        for item in items {
            Terminal.print(json ? String(decoding: item.json, as: UTF8.self) : line(try Order(item: item)))
        }
    }
}
