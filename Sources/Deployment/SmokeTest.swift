internal import Foundation
internal import Items
internal import Orders
public import Stacks

/// Sends a marked order through a pipeline that runs, and follows it to every function.
///
/// The order is one that both filters let pass: pending over 1,000, then shipped. Its id, `smoke-…`, is also its customer's, and
/// its address is at example.com, so that the systems that are told of it can leave it alone. Nothing is received from a queue.
public struct SmokeTest: Sendable {
    /// The names of what the order meets.
    public struct Pipeline: Sendable, Hashable {
        public var ordersTable: String
        /// Where loyalty accounts are; nil where no function keeps any.
        public var customersTable: String?
        /// The functions behind the pipes that read the orders' stream.
        public var functions: [Function]

        public struct Function: Sendable, Hashable {
            public var name: String
            /// Where it logs on AWS.
            public var logGroup: String
            /// Where it logs here, whatever group it names.
            var localLogGroup: String
        }

        /// - Throws: ``DeploymentError`` for a stack in which no pipe leads from a table to a function.
        public init(_ stack: Stack) throws(DeploymentError) {
            guard let first = stack.pipes.first(where: { if case .function = $0.target { true } else { false } }),
                let table = stack.tables.first(where: { $0.logicalID == first.sourceTableLogicalID })
            else {
                throw DeploymentError(
                    "The template has no pipe from a table to a function; there is nothing to follow an order to.")
            }
            let targets = Set(stack.pipes.filter { $0.sourceTableLogicalID == table.logicalID }.map(\.targetARN))
            ordersTable = table.name
            functions = stack.functions.filter { targets.contains($0.arn) }.map {
                Function(name: $0.name, logGroup: $0.logGroup, localLogGroup: $0.logGroupDefault)
            }
            customersTable = stack.functions.compactMap { $0.environment["CUSTOMERS_TABLE"] }.first
        }
    }

    /// What a function said of the order.
    public struct Sighting: Sendable, Hashable, Encodable {
        public let function: String
        /// `routed`, `skipped`, or what else its line says; nil while it has said nothing.
        public var decision: String?
        /// The systems that it told.
        public var systems: [String] = []
        /// How many of the order's two changes it decided on.
        public var records = 0
        /// From the first write to the line in the log, in milliseconds.
        public var milliseconds: Int64?
        /// The last error that it wrote of the order.
        public var error: String?

        public var isSeen: Bool { decision != nil }
    }

    public struct Report: Sendable, Encodable {
        public let orderId: String
        public let traceId: String
        public let functions: [Sighting]
        /// Whether every function decided on the order.
        public var isHandled: Bool { functions.allSatisfy(\.isSeen) }
    }

    /// A line of a function's log on a record. Lines of other kinds have none of these.
    struct LogLine: Decodable {
        let decision: String?
        let reason: String?
        let routes: [String]?
        let level: String?
        let message: String?
        let eventID: String?
    }

    struct LogEvent: Decodable {
        let timestamp: Int64
        let message: String
    }

    private struct LogAnswer: Decodable { let events: [LogEvent]? }

    private static let interval = Duration.milliseconds(500)
    /// By how much this machine's clock may be ahead of the one that stamps the log's lines, in milliseconds: 5 minutes. The
    /// order's trace ID keeps older lines away.
    static let clockDifferenceMax: Int64 = 300_000

    private let aws: AWSCommandLine
    private let pipeline: Pipeline
    private let talk: Talk
    private let order: Order

    /// - Parameters:
    ///   - mark: what the order's id has after `smoke-`.
    ///   - now: milliseconds since 1970.
    public init(_ pipeline: Pipeline, aws: AWSCommandLine, talk: Talk, mark: String, now: Int64) {
        self.aws = aws
        self.pipeline = pipeline
        self.talk = talk
        order = Self.order(mark: mark, now: now)
    }

    static func order(mark: String, now: Int64) -> Order {
        Order(
            orderId: "smoke-\(mark)", timestamp: now, customerId: "smoke-\(mark)", customerEmail: "smoke@example.com",
            amount: Money(minorUnits: 150_000, currency: .usd), status: .pending)
    }

    private var traceId: String { OrderTraceID(orderId: order.orderId, timestamp: order.timestamp).description }

    private var key: String {
        #"{"\#(Order.AttributeName.orderId)":{"S":"\#(order.orderId)"},"\#(Order.AttributeName.timestamp)":{"N":"\#(order.timestamp)"}}"#
    }

    /// Writes the order, looks for it in the functions' logs until all have it or the time is over, and takes it back, also when
    /// its task is cancelled.
    public func run(timeout: Duration) async throws -> Report {
        talk.say("Order \(order.orderId) goes into the table \(pipeline.ordersTable): pending, 1,500.00 USD.")
        try await put()
        do {
            try await ship()
            talk.say("Now it is shipped; waiting for \(pipeline.functions.map(\.name).joined(separator: " and ")).")
            let sightings = try await follow(timeout: timeout)
            try await takeBack()
            if !sightings.allSatisfy(\.isSeen) { sayWhatMayCome() }
            return Report(orderId: order.orderId, traceId: traceId, functions: sightings)
        } catch {
            do {
                try await takeBack()
                talk.say("The order \(order.orderId) is deleted again.")
                sayWhatMayCome()
            } catch {
                talk.say("The order \(order.orderId) could not be taken back; delete it from \(pipeline.ordersTable).")
            }
            throw error
        }
    }

    private func put() async throws {
        _ = try await aws.text([
            "dynamodb", "put-item", "--table-name", pipeline.ordersTable, "--item",
            String(decoding: order.item.json, as: UTF8.self),
            "--condition-expression", "attribute_not_exists(#id)", "--expression-attribute-names",
            ##"{"#id":"\##(Order.AttributeName.orderId)"}"##,
        ])
    }

    private func ship() async throws {
        _ = try await aws.text([
            "dynamodb", "update-item", "--table-name", pipeline.ordersTable, "--key", key, "--update-expression",
            "SET #status = :new", "--condition-expression", "#status = :old", "--expression-attribute-names",
            ##"{"#status":"\##(Order.AttributeName.status)"}"##, "--expression-attribute-values",
            #"{":new":{"S":"shipped"},":old":{"S":"pending"}}"#,
        ])
    }

    /// A function that is late makes the account after it was deleted.
    private func sayWhatMayCome() {
        guard let deletion = accountDeletion else { return }
        talk.say(
            "Its loyalty account may still come, from a function that is only late; `\(aws.line(deletion))` deletes it then."
        )
    }

    private var accountDeletion: [String]? {
        pipeline.customersTable.map { table in
            [
                "dynamodb", "delete-item", "--table-name", table, "--key",
                #"{"\#(Order.AttributeName.customerId)":{"S":"\#(order.orderId)"}}"#,
            ]
        }
    }

    /// The order, and the loyalty account that its points have made.
    private func takeBack() async throws {
        _ = try await aws.text(["dynamodb", "delete-item", "--table-name", pipeline.ordersTable, "--key", key])
        if let deletion = accountDeletion { _ = try await aws.text(deletion) }
    }

    private func follow(timeout: Duration) async throws -> [Sighting] {
        let deadline = ContinuousClock.now + timeout
        var sightings = pipeline.functions.map { Sighting(function: $0.name) }
        while true {
            for index in sightings.indices where !sightings[index].isSeen {
                sightings[index] = try await look(pipeline.functions[index])
            }
            if sightings.allSatisfy(\.isSeen) { break }
            guard ContinuousClock.now < deadline else { return sightings }
            let missing = sightings.filter { !$0.isSeen }.map(\.function)
            talk.progress("Waiting for \(missing.joined(separator: " and "))")
            try await Task.sleep(for: Self.interval)
        }
        // A function that takes both changes may have had the second one meanwhile.
        for index in sightings.indices { sightings[index] = try await look(pipeline.functions[index]) }
        return sightings
    }

    private func look(_ function: Pipeline.Function) async throws -> Sighting {
        let command = [
            "logs", "filter-log-events", "--log-group-name",
            AWSCommandLine.isOnThisMachine(aws.endpointURL) ? function.localLogGroup : function.logGroup,
            "--start-time", String(order.timestamp - Self.clockDifferenceMax),
            "--filter-pattern", "\"\(traceId)\"",
        ]
        do {
            let answer = try await aws.answer(command, as: LogAnswer.self)
            return Self.sighting(of: order.timestamp, function: function.name, in: answer.events ?? [])
        } catch let failure as AWSFailure where failure.code == "ResourceNotFoundException" {
            // The function has never been called, and its group is made by its first call.
            return Sighting(function: function.name)
        }
    }

    static func sighting(of timestamp: Int64, function: String, in events: [LogEvent]) -> Sighting {
        var sighting = Sighting(function: function)
        var decided: Set<String> = []
        for event in events {
            guard let line = try? JSONDecoder().decode(LogLine.self, from: Data(event.message.utf8)) else { continue }
            if let decision = line.decision {
                // What was routed is told even when another change needed nothing.
                if sighting.decision != "routed" {
                    sighting.decision = decision
                    sighting.milliseconds = max(0, event.timestamp - timestamp)
                }
                for system in line.routes ?? [] where !sighting.systems.contains(system) {
                    sighting.systems.append(system)
                }
                decided.insert(line.eventID ?? event.message)
            } else if ["error", "warn", "warning", "critical"].contains((line.level ?? "").lowercased()) {
                sighting.error = line.message
            }
        }
        sighting.records = decided.count
        return sighting
    }
}

extension SmokeTest.Report {
    /// A line for each function, and the sum of them.
    public var lines: [String] {
        let lines = functions.map { function in
            guard let decision = function.decision else {
                return "  \(function.function)  said nothing" + (function.error.map { "; its last error: \($0)" } ?? "")
            }
            let told = function.systems.isEmpty ? "" : " to \(function.systems.joined(separator: ", "))"
            let time = function.milliseconds.map { ", after \($0) ms" } ?? ""
            return "  \(function.function)  \(decision)\(told)\(time)"
        }
        return lines
    }

    /// Why the test has failed; nil when it has not. One sentence: the thing, the place, the remedy.
    public var failure: String? {
        let silent = functions.filter { !$0.isSeen }.map(\.function)
        guard !silent.isEmpty else { return nil }
        let nobody = silent.count == functions.count
        return
            "\(nobody ? "Nothing handled order \(orderId)" : "Order \(orderId) did not come to \(silent.joined(separator: " and "))") in time; "
            + "look whether the pipes run (`aws pipes describe-pipe`), at their filters (`sluice filter test`), and at the "
            + "dead-letter queues."
    }
}
