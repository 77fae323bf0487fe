import Clocks
import Costs
import Gateway
import MetricMath
import Pipes
import Queues
import Tables
import Telemetry

/// Turns the accounts that queues, pipes and tables keep anyway into metrics, once a second: the way of an order is measured
/// without a step of its own.
struct MetricSampler: Sendable {
    private static let interval = Duration.seconds(1)

    let running: RunningEngine
    let metrics: MetricStore
    let time: any TimeSource

    /// What a second is measured from.
    private struct Before {
        /// Nil before the first look.
        var tables: [String: TableState]?
        var queues: [String: QueueTraffic] = [:]
        var pipes: [String: PipeState] = [:]
    }

    private struct TableState {
        var changes = 0
        var expired = 0
    }

    private struct PipeState {
        var counts: PipeCounts
        var shardIDs: Set<String> = []
    }

    func run() async {
        var before = Before()
        while true {
            sample(&before)
            guard (try? await time.sleep(for: Self.interval)) != nil else { return sample(&before) }
        }
    }

    private func sample(_ before: inout Before) {
        let queues = running.queues.queues
        // The accounts of a queue begin with the process.
        for queue in queues { sample(queue, &before.queues[queue.name, default: QueueTraffic()]) }
        forget(&before.queues, except: Set(queues.map(\.name))) { queue, _ in
            for name in QueueMetrics.names { metrics.retire(QueueMetrics.identity(name, queue)) }
            running.monitoring.queues.retire(queue)
        }
        let pipes = running.pipes.all
        for pipe in pipes { sample(pipe, &before.pipes[pipe.name]) }
        forget(&before.pipes, except: Set(pipes.map(\.name))) { pipe, state in
            for name in Self.pipeNames { metrics.retire(Self.own(name, pipe)) }
            for shard in state.shardIDs { metrics.retire(Self.lag(pipe, shard: shard)) }
        }
        sampleTables(&before.tables)
    }

    /// Lets go of what is recorded of things that are no more, so that no level stands for ever where they left it.
    private func forget<State>(
        _ states: inout [String: State], except names: Set<String>, _ retire: (String, State) -> Void
    ) {
        for (name, state) in states where !names.contains(name) {
            retire(name, state)
            states[name] = nil
        }
    }

    // MARK: Queues

    private func sample(_ queue: Queue, _ before: inout QueueTraffic) {
        let (traffic, counts) = (queue.traffic, queue.counts())
        func identity(_ name: String) -> MetricIdentity { QueueMetrics.identity(name, queue.name) }
        func count(_ name: String, _ value: (QueueTraffic) -> Int) {
            add(value(traffic) - value(before), to: identity(name))
        }
        count("NumberOfMessagesSent") { $0.arrived - $0.movedHere }
        count("NumberOfMessagesReceived", \.received)
        count("NumberOfMessagesDeleted", \.deleted)
        count("NumberOfEmptyReceives", \.emptyReceives)
        metrics.level(for: identity("ApproximateNumberOfMessagesVisible")).set(Double(counts.visible))
        metrics.level(for: identity("ApproximateNumberOfMessagesNotVisible")).set(Double(counts.notVisible))
        metrics.level(for: identity("ApproximateNumberOfMessagesDelayed")).set(Double(counts.delayed))
        let age = queue.oldestSentAt.map { max(.zero, time.now() - $0).milliseconds / 1_000 } ?? 0
        metrics.level(for: identity("ApproximateAgeOfOldestMessage"), unit: .seconds).set(age.rounded(.down))
        before = traffic
    }

    // MARK: Pipes (ours; AWS's are in PipeMetrics)

    private static let pipeNames = [
        "RecordsRead", "RecordsFiltered", "RecordsDelivered", "RecordsDeadLettered", "RecordsDropped",
        "RecordsRetried", "RecordsInFlight", "RecordsBehind", "Lag", "InvocationsSaved", "CostSaved",
    ]

    private static func own(_ name: String, _ pipe: String) -> MetricIdentity {
        MetricIdentity("Sluice", name, ["PipeName": pipe])
    }

    private static func lag(_ pipe: String, shard: String) -> MetricIdentity {
        MetricIdentity("Sluice", "Lag", ["PipeName": pipe, "ShardId": shard])
    }

    private func sample(_ pipe: RunningPipe, _ before: inout PipeState?) {
        let snapshot = pipe.controller.snapshot
        let counts = snapshot.counts
        func own(_ name: String) -> MetricIdentity { Self.own(name, pipe.name) }
        // A pipe's accounts are older than the process.
        let change = counts - (before?.counts ?? snapshot.countsAtStart)
        add(change.read, to: own("RecordsRead"))
        add(change.filteredOut, to: own("RecordsFiltered"))
        add(change.delivered, to: own("RecordsDelivered"))
        add(change.deadLettered, to: own("RecordsDeadLettered"))
        add(change.dropped, to: own("RecordsDropped"))
        add(change.retried, to: own("RecordsRetried"))
        let saving = Saving(
            filteredOut: Int64(change.filteredOut), delivered: Int64(change.delivered),
            invocations: Int64(change.invocations), callPrice: pipe.callPrice)
        record(Double(saving.invocations), to: own("InvocationsSaved"), unit: .count)
        record(saving.money.dollars, to: own("CostSaved"), unit: .none)
        metrics.level(for: own("RecordsInFlight")).set(Double(counts.inFlight))
        metrics.level(for: own("RecordsBehind")).set(Double(snapshot.shards.reduce(0) { $0 + $1.behind }))
        var state = PipeState(counts: counts)
        let now = time.now()
        var longest = 0.0
        for shard in snapshot.shards {
            let lag = shard.firstUnsettledArrival.map { max(.zero, now - $0).milliseconds / 1_000 } ?? 0
            metrics.level(for: Self.lag(pipe.name, shard: shard.shardID), unit: .seconds).set(lag)
            state.shardIDs.insert(shard.shardID)
            longest = max(longest, lag)
        }
        metrics.level(for: own("Lag"), unit: .seconds).set(longest)
        for shard in before?.shardIDs.subtracting(state.shardIDs) ?? [] {
            metrics.retire(Self.lag(pipe.name, shard: shard))
        }
        before = state
    }

    // MARK: Tables (ours, and what requests do not show; the rest of AWS's is recorded by the gateway)

    private func sampleTables(_ before: inout [String: TableState]?) {
        let isFirst = before == nil
        var states = before ?? [:]
        let names = running.tables.tableNames
        func identity(_ table: String) -> MetricIdentity {
            MetricIdentity("Sluice", "ItemChanges", ["TableName": table])
        }
        for name in names {
            guard let table = try? running.tables.table(name) else { continue }
            let last = states[name] ?? TableState()
            let state = TableState(changes: Int(table.stream?.recordCount ?? 0), expired: table.expiredItemCount)
            // At the first look they are of earlier processes; a table that comes later begins with none.
            if !isFirst { add(state.changes - last.changes, to: identity(name)) }
            running.monitoring.tables.expired(state.expired - last.expired, of: name)
            states[name] = state
        }
        forget(&states, except: Set(names)) { table, _ in
            metrics.retire(identity(table))
            running.monitoring.tables.retire(table)
        }
        before = states
    }

    /// As one sample; none where nothing happened.
    private func record(_ value: Double, to identity: MetricIdentity, unit: StandardUnit) {
        guard value != 0 else { return }
        metrics.distribution(for: identity, unit: unit).record(value)
    }

    /// As so many samples of 1; none where nothing happened.
    private func add(_ count: Int, to identity: MetricIdentity) {
        guard count > 0 else { return }
        metrics.distribution(for: identity, unit: .count).record(1, count: Double(count))
    }
}
