import Clocks
import Costs
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
        var queues: [String: QueueTraffic] = [:]
        var pipes: [String: PipeCounts] = [:]
        var tables: [String: Int] = [:]
    }

    func run() async {
        var before = Before()
        while true {
            sample(&before)
            guard (try? await time.sleep(for: Self.interval)) != nil else { return sample(&before) }
        }
    }

    private func sample(_ before: inout Before) {
        for queue in running.queues.queues { sample(queue, &before.queues[queue.name]) }
        for pipe in running.pipes.all { sample(pipe, &before.pipes[pipe.name]) }
        for name in running.tables.tableNames {
            if let table = try? running.tables.table(name) { sample(table, name, &before.tables[name]) }
        }
    }

    // MARK: Queues (facts 6.4)

    private func sample(_ queue: Queue, _ before: inout QueueTraffic?) {
        let (traffic, counts) = (queue.traffic, queue.counts())
        func identity(_ name: String) -> MetricIdentity { MetricIdentity("AWS/SQS", name, ["QueueName": queue.name]) }
        func count(_ name: String, _ value: (QueueTraffic) -> Int) {
            // The first look says what was there before.
            guard let before else { return }
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

    // MARK: Pipes (facts 6.1, and ours)

    private func sample(_ pipe: RunningPipe, _ before: inout PipeCounts?) {
        let snapshot = pipe.controller.snapshot
        let counts = snapshot.counts
        func own(_ name: String) -> MetricIdentity { MetricIdentity("Sluice", name, ["PipeName": pipe.name]) }
        if let before {
            let change = counts - before
            add(change.read, to: MetricIdentity("AWS/EventBridge/Pipes", "EventCount", ["PipeName": pipe.name]))
            add(change.invocations, to: MetricIdentity("AWS/EventBridge/Pipes", "Invocations", ["PipeName": pipe.name]))
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
        }
        metrics.level(for: own("RecordsInFlight")).set(Double(counts.inFlight))
        metrics.level(for: own("RecordsBehind")).set(Double(snapshot.shards.reduce(0) { $0 + $1.behind }))
        let now = time.now()
        let lag = snapshot.shards.compactMap(\.firstUnsettledArrival).map { max(.zero, now - $0) }.max() ?? .zero
        metrics.level(for: own("Lag"), unit: .seconds).set(lag.milliseconds / 1_000)
        before = counts
    }

    // MARK: Tables

    private func sample(_ table: Table, _ name: String, _ before: inout Int?) {
        guard let stream = table.stream else { return }
        let changes = Int(stream.recordCount)
        if let before {
            add(changes - before, to: MetricIdentity("Sluice", "ItemChanges", ["TableName": name]))
        }
        before = changes
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
