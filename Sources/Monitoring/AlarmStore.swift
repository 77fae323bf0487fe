public import Alarms
public import Clocks
public import Logging
public import Storage
import Synchronization
public import Telemetry

/// As many alarms are there as AWS lets an account have.
public struct TooManyAlarms: Error, CustomStringConvertible {
    public var description: String {
        "There are \(AlarmStore.countMax) alarms already; delete one that nobody needs."
    }
}

/// The alarms of an engine: kept in the data folder, evaluated when AWS evaluates them, with their history.
public final class AlarmStore: Sendable {
    /// Most alarms. AWS: 5,000 in a region by default.
    public static let countMax = 5_000

    /// Does what an alarm's action stands for.
    ///
    /// - Returns: why it failed; nil when it succeeded.
    public typealias Act = @Sendable (_ action: String, Alarm.Change, Alarm) async -> String?

    struct State {
        var alarms: [String: Alarm] = [:]
        /// When the evaluation after each one's last is. An alarm is due when that is another moment by now, whichever way the
        /// clock has gone.
        var next: [String: Timestamp] = [:]
    }

    let stored: StoredAlarms
    let metrics: MetricStore
    let time: any TimeSource
    let logger: Logger
    let state: Mutex<State>
    private let actions: AsyncStream<(Alarm.Change, Alarm)>
    let action: AsyncStream<(Alarm.Change, Alarm)>.Continuation
    /// Changes of definitions and states are stored one after the other.
    let turnstile = Turnstile()

    /// - Throws: what the store throws.
    public init(
        metrics: MetricStore, database: Database, writer: GroupCommitWriter, time: any TimeSource, logger: Logger
    ) throws {
        stored = StoredAlarms(database: database, writer: writer)
        self.metrics = metrics
        self.time = time
        self.logger = logger
        var state = State()
        for alarm in try stored.all() { state.alarms[alarm.definition.name] = alarm }
        self.state = Mutex(state)
        // Changes are few, and each comes once.
        (actions, action) = AsyncStream.makeStream()
    }

    // MARK: What there is

    /// In the order of their names.
    public var all: [Alarm] { state.withLock { $0.alarms.values.sorted { $0.definition.name < $1.definition.name } } }

    public subscript(_ name: String) -> Alarm? { state.withLock { $0.alarms[name] } }

    /// What happened to alarms.
    ///
    /// - Parameters:
    ///   - backwards: the newest first.
    ///   - body: returns false to end.
    public func visitHistory(
        from start: Timestamp? = nil, to end: Timestamp? = nil, backwards: Bool, _ body: (AlarmHistoryItem) -> Bool
    ) throws {
        let oldest = time.now() - AlarmHistoryItem.retention
        try stored.visitHistory(
            from: max(start ?? oldest, oldest), to: end ?? Timestamp(seconds: 253_402_300_799), backwards: backwards,
            body)
    }

    // MARK: Changes

    /// Makes an alarm, or changes the one with its name, which is evaluated anew at the next tick. One that is so already
    /// stays as it is, without a word in its history. Stored when it returns.
    ///
    /// - Throws: ``TooManyAlarms``, and what the store throws.
    public func put(_ definition: AlarmDefinition, arn: String) async throws {
        try await turnstile.pass { [self] in
            let now = time.now()
            if var alarm = self[definition.name] {
                guard let item = alarm.update(definition, at: now) else { return }
                try await save([alarm], [item])
                state.withLock { $0.next[definition.name] = nil }
            } else {
                guard state.withLock({ $0.alarms.count }) < Self.countMax else { throw TooManyAlarms() }
                let (alarm, item) = Alarm.create(definition, arn: arn, at: now)
                try await save([alarm], [item])
            }
        }
    }

    /// Those of the names that are there are gone when it returns.
    public func delete(_ names: [String]) async throws {
        try await turnstile.pass { [self] in
            let now = time.now()
            // Each is deleted once, however often it is named.
            var seen: Set<String> = []
            let present = names.filter { seen.insert($0).inserted }.compactMap { self[$0] }
            try await stored.save(
                [], removing: present.map(\.definition.name), present.map { $0.deleted(at: now) })
            state.withLock { state in
                for alarm in present {
                    state.alarms[alarm.definition.name] = nil
                    state.next[alarm.definition.name] = nil
                }
            }
        }
    }

    /// - Returns: false when there is no such alarm.
    /// - Throws: `AlarmError`, and what the store throws.
    public func set(_ name: String, _ value: AlarmState, reason: String, reasonData: String?) async throws -> Bool {
        try await turnstile.pass { [self] in
            guard var alarm = self[name] else { return false }
            let change = try alarm.set(value, reason: reason, reasonData: reasonData, at: time.now())
            try await save([alarm], change.map { [$0.history] } ?? [])
            if let change { action.yield((change, alarm)) }
            return true
        }
    }

    /// Lets alarms call their actions, or not. Names that are none are passed over, as AWS does.
    public func setActionsEnabled(_ isEnabled: Bool, _ names: [String]) async throws {
        try await turnstile.pass { [self] in
            let now = time.now()
            for name in names {
                guard var alarm = self[name], let item = alarm.setActionsEnabled(isEnabled, at: now) else { continue }
                try await save([alarm], [item])
            }
        }
    }

    func save(_ alarms: [Alarm], _ items: [AlarmHistoryItem]) async throws {
        try await stored.save(alarms, items)
        state.withLock { state in
            for alarm in alarms { state.alarms[alarm.definition.name] = alarm }
        }
    }

    // MARK: Evaluation

    /// Evaluates alarms and calls their actions until it is cancelled.
    public func run(_ act: @escaping Act) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.evaluateWhenDue() }
            for await (change, alarm) in actions {
                group.addTask { await self.act(on: change, alarm, act) }
            }
        }
    }
}
