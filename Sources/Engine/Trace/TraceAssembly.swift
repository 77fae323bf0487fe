import EventPatterns
import Foundation
import Items
import Pipes
import Tables

/// Concludes an item's life from stored facts.
struct TraceAssembly {
    let facts: TraceFacts
    /// Whether contents of the item are shown.
    let showsValues: Bool
    /// Most bytes of what is told of the changes; one is told whatever its size. A fact may be told with many changes: a line of
    /// a log that names them all, an attempt that they failed in together.
    var bytesMax = PageLimit.bytesMax

    var trace: ItemTrace {
        let logs = facts.pipes.map { TraceLog($0.log, showsValues: showsValues) }
        var records: [TraceRecord] = []
        var sizeBytes = 0
        // From the last one back, as those are told when not all have room.
        for stored in facts.records.reversed() {
            let record = record(stored, logs)
            sizeBytes += Self.sizeBytes(record)
            guard records.isEmpty || sizeBytes <= bytesMax else { break }
            records.append(record)
        }
        records.reverse()
        let areRecordsCut = facts.areRecordsCut || records.count < facts.records.count
        return ItemTrace(
            table: facts.table, hashKey: facts.hashKey, exists: facts.exists,
            isComplete: !areRecordsCut && records.first?.eventName == "INSERT", isCut: areRecordsCut || facts.isRestCut,
            records: records,
            deadLetters: facts.deadLetters.map(\.report).sorted { $0.sentTimestamp < $1.sentTimestamp },
            messages: facts.messages.sorted { $0.sentTimestamp < $1.sentTimestamp })
    }

    private static func sizeBytes(_ record: TraceRecord) -> Int {
        // Texts and numbers: encoding cannot fail.
        (try? JSONEncoder().encode(record).count) ?? 0
    }

    // MARK: Records

    /// - Parameter logs: of the pipes, in their order.
    private func record(_ stored: TraceFacts.Record, _ logs: [TraceLog]) -> TraceRecord {
        let record = try? JSONDecoder().decode(StreamRecord.self, from: Data(stored.json))
        return TraceRecord(
            timestamp: stored.arrival, sequenceNumber: SequenceNumber.text(stored.sequence),
            eventID: record?.eventID ?? "", eventName: record?.eventName.rawValue ?? "",
            keys: RecordImages(Data(stored.json)).keysText, isExpiry: record?.userIdentity != nil,
            changes: record.flatMap(changes),
            pipes: zip(facts.pipes, logs).map { delivery(stored, record?.eventID ?? "", $0, $1) })
    }

    private func changes(_ record: StreamRecord) -> [TraceRecord.Change]? {
        let (old, new) = (record.dynamodb.oldImage, record.dynamodb.newImage)
        let showsBoth =
            switch record.eventName {
            case .insert: new != nil
            case .modify: old != nil && new != nil
            case .remove: old != nil
            }
        guard showsBoth else { return nil }
        let names = Set((old ?? [:]).attributes.map(\.name) + (new ?? [:]).attributes.map(\.name))
        return names.sorted().compactMap { name in
            let (before, after) = (old?[name].map(Self.text), new?[name].map(Self.text))
            guard before != after else { return nil }
            return TraceRecord.Change(
                attribute: name, kind: before == nil ? .added : after == nil ? .removed : .changed,
                old: showsValues ? before : nil, new: showsValues ? after : nil)
        }
    }

    /// `{"S":"shipped"}`
    private static func text(_ value: AttributeValue) -> String {
        // Around it stand `{"v":` and `}`.
        String(decoding: (["v": value] as Item).json.dropFirst(5).dropLast(), as: UTF8.self)
    }

    // MARK: Pipes

    private func delivery(
        _ record: TraceFacts.Record, _ eventID: String, _ pipe: TraceFacts.Pipe, _ log: TraceLog
    ) -> TraceDelivery {
        let matches = pipe.criteria.judge(record.json).passes
        let setbacks = pipe.setbacks.filter { $0.sequences.contains(record.sequence) }
        let letters = facts.deadLetters.filter {
            $0.report.pipe == pipe.name && $0.sequences.contains(record.sequence)
        }
        return TraceDelivery(
            pipe: pipe.name, target: pipe.target,
            state: Self.state(record, pipe, matches, setbacks, isInDeadLetter: !letters.isEmpty), matches: matches,
            isJudgedAnew: pipe.changedAt > record.arrival && pipe.changedAt > pipe.createdAt,
            reasons: matches ? [] : reasons(record, pipe),
            setbacks: setbacks.map { setback in
                TraceSetback(
                    timestamp: setback.timestamp, kind: setback.kind.rawValue, attempts: setback.attempts,
                    batchSize: setback.sequences.count,
                    isNamed: setback.failedSequences?.contains(record.sequence) ?? true,
                    requestId: setback.requestId, reason: setback.reason)
            },
            log: log.lines(eventID: eventID, requestIDs: setbacks.compactMap(\.requestId)),
            deadLetters: letters.map(\.report.id))
    }

    /// What has become of a record: what was given up is noted, and of the rest all up to the settled place is delivered.
    private static func state(
        _ record: TraceFacts.Record, _ pipe: TraceFacts.Pipe, _ matches: Bool, _ setbacks: [PipeSetback],
        isInDeadLetter: Bool
    ) -> TraceDelivery.State {
        if isInDeadLetter || setbacks.contains(where: { $0.kind == .deadLettered }) { return .deadLettered }
        if setbacks.contains(where: { $0.kind == .dropped }) { return .dropped }
        if pipe.beganAtLatest, record.arrival < pipe.createdAt { return .beforePipe }
        guard let settled = pipe.settled, let read = pipe.read, record.sequence <= max(settled, read) else {
            return .notRead
        }
        if !matches { return .filteredOut }
        return record.sequence <= settled ? .delivered : .inFlight
    }

    private func reasons(_ record: TraceFacts.Record, _ pipe: TraceFacts.Pipe) -> [TraceReason] {
        pipe.patterns.enumerated().flatMap { index, pattern -> [TraceReason] in
            guard let explainer = try? PatternExplainer(pattern, dialect: pipe.dialect),
                let explanation = try? explainer.explain(record.json)
            else { return [] }
            return explanation.failures.map { failure in
                TraceReason(
                    pattern: index, clause: failure.path, wanted: failure.rule, found: found(failure))
            }
        }
    }

    private func found(_ failure: ClauseFailure) -> String? {
        switch failure.found {
        case .missing: return "missing"
        case .object: return "object"
        case .values(let values):
            let isContent = ["NewImage", "OldImage"].contains { failure.path.hasPrefix("$.dynamodb.\($0)") }
            return isContent && !showsValues ? nil : values.joined(separator: ", ")
        }
    }
}
