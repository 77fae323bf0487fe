import Alarms
import Clocks
import Console
import Foundation
import Functions
import Monitoring
import Pipes
import Queues
import Tables

extension ControlService: ConsoleEngine {
    func standing() throws -> [String: [UInt8]] {
        let report = engine.report()
        var topics = ["stack": try Self.json(engine.stackReport)]
        topics["engine"] = try Self.json(EngineStanding(report, nowMilliseconds: engine.time.now().milliseconds))
        for table in report.tables { topics["tables/\(table.name)"] = try Self.json(table) }
        for pipe in engine.pipes.all {
            if let detail = engine.pipeDetail(pipe.name) { topics["pipes/\(pipe.name)"] = try Self.json(detail) }
        }
        for queue in engine.queues.queues {
            topics["queues/\(queue.name)"] = try Self.json(QueueStanding(queue))
        }
        for function in engine.functions.all {
            topics["functions/\(function.name)"] = try Self.json(FunctionStanding(function.local.load))
        }
        for alarm in AlarmStanding.told(engine.monitoring.alarms.all) {
            topics["alarms/\(alarm.definition.name)"] = try Self.json(AlarmStanding(alarm))
        }
        return topics
    }
}

/// What concerns the engine as a whole.
private struct EngineStanding: Encodable {
    let dataPath: String
    let clock: ClockReport?
    /// The engine's time, where that is not the machine's.
    let now: Int64?
    let faults: FaultsReport?

    init(_ report: EngineReport, nowMilliseconds: Int64) {
        dataPath = report.dataPath
        clock = report.clock
        now = report.clock == nil ? nil : nowMilliseconds
        faults = report.faults
    }
}

/// How many messages a queue has, and what came and went in this run.
private struct QueueStanding: Encodable {
    let visible: Int
    let notVisible: Int
    let delayed: Int
    let arrived: Int
    let deleted: Int
    let moved: Int
    let expired: Int

    init(_ queue: Queue) {
        let (counts, traffic) = (queue.counts(), queue.traffic)
        visible = counts.visible
        notVisible = counts.notVisible
        delayed = counts.delayed
        arrived = traffic.arrived
        deleted = traffic.deleted
        moved = traffic.moved
        expired = traffic.expired
    }
}

/// A function's processes.
private struct FunctionStanding: Encodable {
    let environments: Int
    let busy: Int
    let waiting: Int

    init(_ load: FunctionLoad) {
        environments = load.environments
        busy = load.busy
        waiting = load.waiting
    }
}
