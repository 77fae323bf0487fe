import EventPatterns
import Foundation
import Gateway
import Items
import Pipes
import Queues
import Tables

/// The dead letters of a running engine's pipes: shown with their records, and delivered again.
struct DeadLetters: Sendable {
    let engine: RunningEngine
    /// Records of a shard that are looked at in one step.
    private static let pageCount = 1_000

    /// The queues that pipes put their dead letters into, and those that they did before a change of their settings, as far
    /// as the oldest message there is one.
    var queues: [Queue] {
        let named = Set(engine.pipes.all.compactMap(\.plan?.deadLetterQueueName))
        return engine.queues.queues.filter { named.contains($0.name) || Self.holdsDeadLetters($0) }
            .sorted { $0.name < $1.name }
    }

    private static func holdsDeadLetters(_ queue: Queue) -> Bool {
        var holds = false
        try? queue.visit { message in
            holds = DeadRecords(message) != nil
            return false
        }
        return holds
    }

    func show(_ id: String) throws -> DeadLetterReport {
        for queue in queues {
            if let message = try queue.messages(ids: [id]).first {
                return DeadLetterReport(message, queue: queue.name, showsRecords: true)
            }
        }
        throw ControlError("there is no dead letter \(id); `sluice dlq list` shows them", isUnknown: true)
    }

    // MARK: Redriving

    /// Delivers dead letters to their pipe's target again, one after the other in the order of their sending, each as one
    /// invocation. One that is handled leaves its queue; after a crash in between it is still there, and may be delivered
    /// twice.
    func redrive(_ request: RedriveRequest) async throws -> [RedriveResult] {
        var results: [RedriveResult] = []
        let queues = queues
        var kept = KeptRecords(queues: queues)
        for id in try sorted(request.ids, in: queues) {
            results.append(try await redrive(id, in: queues, &kept, request))
        }
        return results
    }

    /// By the time of sending, the oldest first: it may be about the same order as a later one. Within a queue the coming is the
    /// order, whatever the clock said.
    private func sorted(_ ids: [String], in queues: [Queue]) throws -> [String] {
        var places: [String: (sentAt: Int64, number: Int)] = [:]
        for queue in queues where places.count < ids.count {
            var latest = Int64.min
            for (id, sentAt) in try queue.sentTimestamps(ids: Set(ids)) {
                latest = max(latest, sentAt)
                places[id] = (latest, places.count)
            }
        }
        return ids.sorted { places[$0] ?? (.max, .max) < places[$1] ?? (.max, .max) }
    }

    private func redrive(
        _ id: String, in queues: [Queue], _ kept: inout KeptRecords, _ request: RedriveRequest
    ) async throws -> RedriveResult {
        for queue in queues {
            guard let message = try queue.messages(ids: [id]).first else { continue }
            guard let dead = DeadRecords(message), let pipe = engine.pipes[dead.pipe], let plan = pipe.plan,
                let stages = pipe.stages
            else {
                return RedriveResult(
                    id: id, outcome: .failed, reason: "no records of a pipe that runs here are kept with it")
            }
            if request.force != true, let reason = try await overtaken(dead, pipe.controller.snapshot, plan, &kept) {
                return RedriveResult(id: id, outcome: .heldBack, reason: reason)
            }
            if request.isDryRun == true {
                kept.remove(dead)
                return RedriveResult(id: id, outcome: .wouldBeRedriven)
            }
            if let reason = await deliver(dead, stages) {
                return RedriveResult(id: id, outcome: .failed, reason: reason)
            }
            try await queue.delete(id: id)
            kept.remove(dead)
            return RedriveResult(id: id, outcome: .redriven)
        }
        return RedriveResult(id: id, outcome: .unknown)
    }

    /// - Returns: what went wrong; nil when every record is handled.
    private func deliver(_ dead: DeadRecords, _ stages: PipeStages) async -> String? {
        switch await stages.invoke(dead).outcome {
        case .succeeded: return nil
        case .partlyFailed(let identifiers): return "\(identifiers.count) of \(dead.records.count) records failed"
        case .failed(let reason), .notReached(let reason): return reason
        }
    }

    // MARK: Order

    /// Why delivering these would undo something newer: an item of theirs has a later record that the pipe has read, and so
    /// has handled or has under way, unless that one is in a dead letter itself.
    private func overtaken(
        _ dead: DeadRecords, _ snapshot: PipeSnapshot, _ plan: PipePlan, _ kept: inout KeptRecords
    ) async throws -> String? {
        let table = try engine.tables.table(plan.tableName)
        guard let lineage = table.stream?.lineages.first(where: { $0.id == dead.shardID }),
            let oldest = dead.records.first?.sequence, oldest >= lineage.oldestKeptSequence
        else { return try changed(dead, table) }
        let sequences = Dictionary(
            dead.records.map { ($0.itemKey, $0) }, uniquingKeysWith: { $0.sequence > $1.sequence ? $0 : $1 })
        // Not the checkpoint, which a slow record of another item holds back.
        let read = snapshot.shards.first { $0.shardID == dead.shardID }?.readPosition ?? 0
        var place = oldest
        while place < read {
            let page = try lineage.records(after: place, limit: Self.pageCount)
            guard let last = page.last else { return nil }
            for later in page where later.sequence <= read {
                guard let record = sequences[later.itemKey], later.sequence > record.sequence,
                    plan.configuration.criteria.judge(later.json).passes
                else { continue }
                if try await kept.contains(later.sequence, with: dead) { continue }
                return "\(RecordImages(record.json).keysText) has been sent in a newer state since (record "
                    + "\(SequenceNumber.text(later.sequence)))"
            }
            place = last.sequence
        }
        return nil
    }

    /// The same by the table alone, for records that the stream has forgotten: whether an item is not as they left it.
    private func changed(_ dead: DeadRecords, _ table: Table) throws -> String? {
        for record in dead.records {
            let images = RecordImages(record.json)
            guard let key = images.keys else { continue }
            guard images.showsNew else {
                return "\(images.keysText) may have changed since: its record shows no image to compare the table with"
            }
            if try table.get(key: key)?.item.json != images.new?.json {
                return "\(images.keysText) has changed since, and the stream no longer tells how"
            }
        }
        return nil
    }
}

/// Which records the dead letters hold. The queues are looked through once, when it is first asked: most redrives need not
/// know.
private struct KeptRecords {
    private struct Shard: Hashable {
        let pipe: String
        let id: String

        init(of dead: DeadRecords) { (pipe, id) = (dead.pipe, dead.shardID) }
    }

    let queues: [Queue]
    private var held: [Shard: Set<UInt64>]?
    private var delivered: [Shard: Set<UInt64>] = [:]

    init(queues: [Queue]) { self.queues = queues }

    /// Whether a record of the shard that `dead` is of is in a dead letter, and has not been delivered from one.
    mutating func contains(_ sequence: UInt64, with dead: DeadRecords) async throws -> Bool {
        let shard = Shard(of: dead)
        guard delivered[shard]?.contains(sequence) != true else { return false }
        if held == nil { held = try await LongReads.metrics.value { [queues] in try Self.held(in: queues) } }
        return held?[shard]?.contains(sequence) == true
    }

    /// These are delivered.
    mutating func remove(_ dead: DeadRecords) {
        delivered[Shard(of: dead), default: []].formUnion(dead.records.lazy.map(\.sequence))
    }

    private static func held(in queues: [Queue]) throws -> [Shard: Set<UInt64>] {
        var held: [Shard: Set<UInt64>] = [:]
        for queue in queues {
            try queue.visit { message in
                if let dead = DeadRecords(message) {
                    held[Shard(of: dead), default: []].formUnion(dead.records.lazy.map(\.sequence))
                }
                return true
            }
        }
        return held
    }
}
