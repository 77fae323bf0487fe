import Clocks
import EventPatterns
import Foundation
import Functions
import Gateway
import Items
import Pipes
import Queues
import Stacks
import Tables

/// Collects what the engine has stored about an item. Reads only: no message becomes invisible and no place moves.
struct TraceGathering: Sendable {
    /// Most lines of logs. Ours: ten for each record that there may be.
    static let linesMax = 10 * PageLimit.max
    /// Bytes of a sequence number in JSON: 21 digits, quotes and a comma.
    private static let sequenceNumberBytes = 24

    private let engine: RunningEngine
    private let table: Table
    private let hashKey: String
    private let key: AttributeValue

    /// - Throws: `ControlError` for a table that is not there, or whose hash key is no text.
    init(engine: RunningEngine, table name: String, hashKey: String) throws {
        guard let table = try? engine.tables.table(name) else {
            throw ControlError(
                "there is no table \(name); there are: \(engine.tables.tableNames.joined(separator: ", "))",
                isUnknown: true)
        }
        guard try table.definition.keySchema.hashKey.type == .string, !hashKey.isEmpty else {
            throw ControlError("a trace needs a hash key that is a text; that of \(name) is none, or empty.")
        }
        self.engine = engine
        self.table = table
        self.hashKey = hashKey
        key = .string(hashKey)
    }

    /// - Throws: `ControlError` when nothing is known of the item.
    func trace(showsValues: Bool) throws -> ItemTrace {
        let stream = try table.streamRecords(hashKey: key, limit: PageLimit.max, bytesMax: PageLimit.bytesMax)
        let records = (stream?.records ?? []).map {
            TraceFacts.Record(sequence: $0.sequence, arrival: $0.arrival.milliseconds, json: $0.json)
        }
        var facts = TraceFacts(
            table: table.name, hashKey: hashKey, exists: try table.holdsItem(hashKey: key), records: records,
            pipes: [], deadLetters: [], messages: [], areRecordsCut: stream?.isCut ?? false)
        try addQueues(to: &facts, showsValues: showsValues)
        if let stream { try addPipes(to: &facts, stream.lineage) }
        guard facts.exists || !records.isEmpty || !facts.deadLetters.isEmpty else {
            throw ControlError(
                "the table \(table.name) holds no \(hashKey), and neither its stream, which keeps 24 hours, nor a dead letter tells of one; check the id",
                isUnknown: true)
        }
        return TraceAssembly(facts: facts, showsValues: showsValues).trace
    }

    // MARK: Pipes

    private func addPipes(to facts: inout TraceFacts, _ lineage: ShardLineage) throws {
        let sequences = Set(facts.records.map(\.sequence))
        var lineRoom = TraceRoom(countMax: Self.linesMax)
        for pipe in engine.pipes.all {
            guard let plan = pipe.plan, plan.tableName == table.name else { continue }
            let description = try engine.administration.description(pipe)
            let shard = pipe.controller.snapshot.shards.first { $0.shardID == lineage.id }
            var found = TraceFacts.Pipe(
                name: pipe.name, target: plan.target.name, criteria: plan.configuration.criteria,
                patterns: pipe.resource.patterns.map(\.text), dialect: engine.filterDialect,
                createdAt: description.createdAt.milliseconds, changedAt: description.changedAt.milliseconds,
                beganAtLatest: plan.configuration.startingPosition == .latest, settled: shard?.checkpoint.sequence,
                read: shard?.readPosition)
            found.setbacks = PipeSetbacks.read(folder: engine.logsPath, pipe: pipe.name, touching: sequences)
            for function in [plan.enrichmentName, plan.functionName].compactMap({ $0 }) {
                found.log += log(of: function, facts.records, found.setbacks, &lineRoom)
            }
            facts.pipes.append(found)
        }
        facts.isRestCut = facts.isRestCut || lineRoom.isExceeded
    }

    /// The lines of a function's log that may tell of the records, as far as there is room.
    private func log(
        of function: String, _ records: [TraceFacts.Record], _ setbacks: [PipeSetback], _ room: inout TraceRoom
    ) -> [TraceFacts.LogLine] {
        guard !room.isExceeded else { return [] }
        let eventIDs = records.map { Array($0.json.dropFirst(12).prefix(32)) }
        var requests = Set(setbacks.compactMap { $0.requestId.map { Array($0.utf8) } })
        let reader = LogReader(path: "\(engine.logsPath)/\(function).log")
        // Nothing about a record is older than the record, as far as the two clocks agree.
        let isOneClock = !(engine.time is ControlledTime)
        let first = records.first.map { Timestamp(milliseconds: $0.arrival) }
        var position = isOneClock ? first.flatMap { reader.position(since: $0) } ?? reader.end : nil
        var lines: [TraceFacts.LogLine] = []
        while true {
            let page = reader.page(after: position) { line in
                if eventIDs.contains(where: line.holds) {
                    // Its invocation's end comes later, and names the invocation alone.
                    if let id = TraceLog.requestID(String(decoding: line, as: UTF8.self)) {
                        requests.insert(Array(id.utf8))
                    }
                    return true
                }
                return requests.contains(where: line.holds)
            }
            for line in page.lines {
                guard room.take(line.text.utf8.count) else { return lines }
                lines.append(
                    TraceFacts.LogLine(function: function, timestamp: line.time?.milliseconds, text: line.text))
            }
            if page.isAtEnd { return lines }
            position = page.next
        }
    }

    // MARK: Queues

    private func addQueues(to facts: inout TraceFacts, showsValues: Bool) throws {
        var letterRoom = TraceRoom()
        var messageRoom = TraceRoom()
        let keyName = try table.definition.keySchema.hashKey.name
        let member = Array(([keyName: key] as Item).json.dropFirst().dropLast())
        // The text as JSON writes it, without what stands around it in `{"v":{"S":"A-1"}}`.
        let named = Array((["v": key] as Item).json.dropFirst(10).dropLast(2))
        for queue in engine.queues.queues where !letterRoom.isExceeded || !messageRoom.isExceeded {
            try queue.visit { message in
                if let dead = DeadRecords(message) {
                    let own = dead.records.filter { record in
                        Array(record.json)[...].holds(member) && isOwn(RecordImages(record.json), keyName)
                    }
                    if !own.isEmpty, letterRoom.take(own.count * Self.sequenceNumberBytes) {
                        facts.deadLetters.append(letter(message, queue.name, dead, own))
                    }
                } else if message.groupID == hashKey || Array(message.body.utf8)[...].holds(named) {
                    let body = showsValues ? message.body : nil
                    if messageRoom.take(body?.utf8.count ?? 0) {
                        facts.messages.append(
                            TraceMessage(
                                queue: queue.name, id: message.messageID, sentTimestamp: message.sentTimestamp,
                                groupId: message.groupID, traceHeader: message.traceHeader,
                                receiveCount: message.receiveCount, body: body))
                    }
                }
                return !letterRoom.isExceeded || !messageRoom.isExceeded
            }
        }
        facts.isRestCut = facts.isRestCut || letterRoom.isExceeded || messageRoom.isExceeded
    }

    private func isOwn(_ images: RecordImages, _ keyName: String) -> Bool {
        if case .string(hashKey)? = images.keys?[keyName] { true } else { false }
    }

    private func letter(
        _ message: QueueMessage, _ queue: String, _ dead: DeadRecords, _ own: [DeadRecords.Record]
    ) -> TraceFacts.DeadLetter {
        let report = DeadLetterReport(message, queue: queue, showsRecords: false)
        return TraceFacts.DeadLetter(
            report: TraceDeadLetter(
                id: report.id, queue: queue, pipe: report.pipe, sentTimestamp: report.sentTimestamp,
                condition: report.condition, attempts: report.attempts, requestId: report.requestId,
                sequenceNumbers: own.map { SequenceNumber.text($0.sequence) }, batchSize: dead.records.count),
            sequences: own.map(\.sequence))
    }
}

extension PipePlan {
    /// The function that it delivers to; nil for a queue.
    fileprivate var functionName: String? {
        switch target {
        case .function(let name), .event(let name): name
        case .queue: nil
        }
    }
}
