import Engine
import Foundation
import Items
import Load
import Testing

@testable import sluice

@Suite struct LoadAccountsTests {
    private static func report(
        changes: Int, delivered: Int, inFlight: Int = 0, state: String = "RUNNING"
    ) throws -> EngineReport {
        let json = """
            {"dataPath": "/data", "queues": [], "functions": [], "alarms": [],
             "tables": [{"name": "Orders", "changes": \(changes)}],
             "pipes": [
               {"name": "pipe", "currentState": "\(state)", "tableName": "Orders", "read": \(delivered + inFlight), "filteredOut": 0,
                "delivered": \(delivered), "deadLettered": 0, "dropped": 0, "inFlight": \(inFlight), "retried": 0, "invocations": 1,
                "behind": 0, "lagSeconds": 0, "latencyMilliseconds": {"p50": 0, "p99": 0, "max": 0}},
               {"name": "broken", "currentState": "START_FAILED", "read": 0, "filteredOut": 0, "delivered": 0,
                "deadLettered": 0, "dropped": 0, "inFlight": 0, "retried": 0, "invocations": 0, "behind": 0,
                "lagSeconds": 0, "latencyMilliseconds": {"p50": 0, "p99": 0, "max": 0}}]}
            """
        return try JSONDecoder().decode(EngineReport.self, from: Data(json.utf8))
    }

    private static func mark(_ pipes: EngineReport, _ changes: EngineReport) -> Reconciliation.Mark {
        .init(of: "Orders", pipes: pipes, changes: changes)
    }

    /// A report looks at the table first: a write of somebody else's in between is in the pipe and not in the changes.
    @Test func whatOthersWriteBeforeTheLoadIsNotLost() throws {
        let first = try Self.report(changes: 10, delivered: 11)
        let second = try Self.report(changes: 11, delivered: 11)
        let after = try Self.report(changes: 61, delivered: 61)
        let accounts = Reconciliation(
            before: Self.mark(first, second), after: Self.mark(after, after), acknowledged: 50, uncertain: 0)
        #expect(accounts.lost == 0)
        #expect(accounts.foreignChanges == 0)
    }

    @Test func aPipeThatCannotRunHasNoAccounts() throws {
        let report = try Self.report(changes: 10, delivered: 10)
        #expect(Self.mark(report, report).pipes.map(\.name) == ["pipe"])
    }

    @Test(arguments: [
        ("RUNNING", true), ("STARTING", true), ("CREATING", true), ("UPDATING", true), ("STOPPED", false),
        ("STOPPING", false), ("DELETING", false), ("START_FAILED", false),
    ])
    func onlyAPipeThatSettlesOrSoonWillIsWaitedFor(state: String, isRunning: Bool) throws {
        let report = try Self.report(changes: 10, delivered: 10, state: state)
        #expect(Self.mark(report, report).pipes.map(\.isRunning) == [isRunning])
    }

    @Test func aLoadWhoseAccountsCannotBeReadTellsWhatWasMeasured() throws {
        var load = LoadRun(
            schedule: Schedule(rate: 10, seconds: 1), source: OrderSource(updates: 0, distance: 1, seed: 1), batch: 1)
        while let request = load.take(now: load.nextDue ?? 0) { load.end(request, .acknowledged, now: request.due) }
        let report = LoadReport(load, accounts: nil, readBack: nil, unknown: "The engine is gone.", seed: 1)
        #expect(report.acknowledged == 10)
        #expect(report.failures == ["nothing is known of what was lost: The engine is gone."])
        #expect(report.text.contains("Lost               not known"))
        let whole = LoadReport(load, accounts: nil, readBack: .init(orders: 10, missing: 0), seed: 1)
        #expect(whole.failures.isEmpty)
    }

    @Test func whatWaitsAfterwardsIsShownWholeAndNotAsADifference() throws {
        func moment(_ report: EngineReport) -> LoadAccounts.Moment {
            .init(Self.mark(report, report), report.pipes.filter { $0.name == "pipe" }, [:])
        }
        let accounts = LoadAccounts(
            before: moment(try Self.report(changes: 10, delivered: 3, inFlight: 7)),
            after: moment(try Self.report(changes: 10, delivered: 5, inFlight: 5)))
        let load = LoadRun(
            schedule: Schedule(rate: 1, seconds: 1), source: OrderSource(updates: 0, distance: 1, seed: 1), batch: 1)
        let report = LoadReport(load, accounts: accounts, readBack: nil, seed: 1)
        #expect(report.waiting == ["pipe": 5])
        #expect(report.unsettled == 5)
        #expect(report.pipes.map(\.inFlight) == [-2])
        let row = try #require(report.text.split(separator: "\n").first { $0.hasPrefix("pipe ") })
        // Waiting, and invocations in between.
        #expect(row.split(separator: " ").suffix(2) == ["5", "0"])
    }

    /// An acknowledged order that an eventual read does not show yet is not lost.
    @Test func ordersAreReadBackConsistently() throws {
        struct Request: Decodable { let ConsistentRead: Bool }
        let json = try JSONEncoder().encode(ReadBackKeys(Keys: [["orderId": .string("A-1")]]))
        #expect(try JSONDecoder().decode(Request.self, from: json).ConsistentRead)
    }
}
