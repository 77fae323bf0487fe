import Alarms
import Clocks
import Storage
import Telemetry
import Testing
import TestSupport

@testable import Monitoring

/// What alarms call, while they run by themselves.
@Suite(.timeLimit(.minutes(1))) struct ActionTests {
    private let open: OpenAlarms
    private let called = CalledActions()

    init() throws { open = try OpenAlarms() }

    /// Lets alarms run over what happens; `failure` is what calls come to.
    private func whileRunning(failure: String? = nil, _ body: () async throws -> Void) async throws {
        let (alarms, called) = (open.alarms, called)
        let running = Task {
            await alarms.run { action, change, _ in
                called.add("\(change.to.rawValue) \(action.split(separator: ":").last ?? "")")
                return failure
            }
        }
        #expect(await comesTrue { open.time.sleeperCount == 1 })
        try await body()
        running.cancel()
        await running.value
    }

    /// Moves the clock by a minute in steps of ten seconds and waits until the evaluations are done.
    private func passMinute() async {
        for _ in 0..<6 {
            open.time.advance(by: .seconds(10))
            #expect(await comesTrue { open.time.sleeperCount == 1 })
        }
    }

    private func define(actionsEnabled: Bool = true) async throws {
        try await open.define {
            $0.alarmActions = [OpenAlarms.topic]
            $0.okActions = ["arn:aws:sns:us-east-1:000000000000:calm", OpenAlarms.topic]
            $0.insufficientDataActions = ["arn:aws:sns:us-east-1:000000000000:lost"]
            $0.actionsEnabled = actionsEnabled
        }
    }

    @Test func actionsAreCalledOnChangesOnlyAndRemembered() async throws {
        try await define()
        try await whileRunning {
            try await open.put([10: 5, 70: 5, 130: 0])
            await passMinute()
            #expect(await comesTrue { called.all == ["ALARM alerts"] })
            await passMinute()
            #expect(open.state() == .alarm)
            await passMinute()
            #expect(await comesTrue { called.all.count == 3 })
            // The last point leaves the range of three periods at 10:06.
            for _ in 0..<3 { await passMinute() }
            #expect(await comesTrue { called.all.count == 4 })
            #expect(try await comesTrue { try open.history().count(where: { $0.kind == .action }) == 4 })
        }
        #expect(called.all == ["ALARM alerts", "OK calm", "OK alerts", "INSUFFICIENT_DATA lost"])
        let items = try open.history()
        #expect(items.count(where: { $0.kind == .stateUpdate }) == 3)
        #expect(items.first { $0.kind == .action }?.summary == "Successfully executed action \(OpenAlarms.topic)")
    }

    @Test func disabledActionsAreNotCalledAndTheStateChangesAllTheSame() async throws {
        try await define(actionsEnabled: false)
        try await whileRunning {
            try await open.put([10: 5, 70: 0])
            await passMinute()
            #expect(open.state() == .alarm)
            try await open.alarms.setActionsEnabled(true, ["orders", "none"])
            await passMinute()
            #expect(await comesTrue { called.all.count == 2 })
        }
        #expect(called.all == ["OK calm", "OK alerts"])
        #expect(
            try open.history().map(\.kind)
                == [.configurationUpdate, .stateUpdate, .configurationUpdate, .stateUpdate, .action, .action])
    }

    @Test func anAlarmThatIsNamedAgainIsDeletedOnce() async throws {
        let names = (0..<20).map { "alarm\($0)" }
        for name in names { try await open.define(name) }
        try await open.alarms.delete(Array(repeating: names + ["none"], count: 500).flatMap { $0 })
        #expect(open.alarms.all.isEmpty)
        // All of one moment, each with a place of its own.
        for name in names {
            #expect(
                try open.history(name).map(\.summary) == ["Alarm \"\(name)\" created", "Alarm \"\(name)\" deleted"])
        }
    }

    @Test func setAlarmStateCallsActions() async throws {
        try await define()
        try await whileRunning {
            _ = try await open.alarms.set("orders", .alarm, reason: "a drill", reasonData: nil)
            _ = try await open.alarms.set("orders", .alarm, reason: "another", reasonData: nil)
            #expect(try await comesTrue { try open.history().contains { $0.kind == .action } })
        }
        #expect(called.all == ["ALARM alerts"])
    }

    @Test func anActionThatFailsIsRemembered() async throws {
        try await define()
        try await whileRunning(failure: "nobody answers") {
            _ = try await open.alarms.set("orders", .alarm, reason: "a drill", reasonData: nil)
            #expect(try await comesTrue { try open.history().contains { $0.kind == .action } })
        }
        #expect(
            try open.history().last?.summary
                == "Failed to execute action \(OpenAlarms.topic). Received error: \"nobody answers\"")
    }
}
