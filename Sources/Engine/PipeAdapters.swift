import Clocks
import Foundation
import Functions
import Permissions
import Pipes
import Queues
import Tables
import Telemetry

/// A lineage of a table's stream as a pipe reads it.
struct TableShard: StreamShard {
    let stream: ChangeStream
    let lineage: ShardLineage

    var streamARN: String { stream.arn }
    var shardID: String { lineage.id }
    let isFinite = false
    var newestSequence: UInt64 { lineage.newestSequence }

    func shardID(of sequence: UInt64) -> String { stream.shardID(of: sequence, in: lineage) }

    func backlog(after sequence: UInt64) throws -> Int { Int(try lineage.backlog(after: sequence)) }

    func records(after sequence: UInt64, limit: Int) async throws -> [SourceRecord] {
        let records = try lineage.records(after: sequence, limit: limit)
        // Behind the read: a record of a new shard is never before its shard.
        var starts = stream.shardStarts(of: lineage)[...]
        var start: UInt64 = 0
        return records.map { record in
            while let next = starts.first, next <= record.sequence {
                start = next
                starts.removeFirst()
            }
            return SourceRecord(
                sequence: record.sequence, itemKey: record.itemKey, shardStart: start, arrival: record.arrival,
                json: record.json)
        }
    }

    func waitForRecords(after sequence: UInt64) async throws { try await lineage.waitForRecords(after: sequence) }

    func firstArrival(after sequence: UInt64) throws -> Timestamp? { try lineage.firstArrival(after: sequence) }

    func sequence(before time: Timestamp) throws -> UInt64 { try lineage.sequence(before: time) }

    func sequenceNumber(_ sequence: UInt64) -> String { SequenceNumber.text(sequence) }
}

/// A function as a pipe's target.
struct FunctionTarget: PipeTarget {
    let function: any InvokableFunction

    func invoke(_ batch: TargetBatch) async -> Invocation {
        do {
            let result = try await function.invoke(batch.payload)
            let outcome: BatchOutcome
            if let functionError = result.functionError {
                outcome = .failed(reason: result.reason(functionError))
            } else {
                outcome = BatchOutcome(answer: PartialBatchAnswer(payload: result.payload))
            }
            return Invocation(
                outcome: outcome, handedOverAt: result.handedOverAt, requestID: result.requestID,
                response: FunctionResponse(payload: result.payload, functionError: result.functionError))
        } catch let error as FunctionError where error.code == .unknown {
            // The pipe's own mistake, as on AWS: it counts as an attempt.
            return Invocation(outcome: .failed(reason: error.message), handedOverAt: nil)
        } catch {
            return Invocation(outcome: .notReached(reason: "\(error)"), handedOverAt: nil)
        }
    }
}

/// A function as a pipe's enrichment.
struct FunctionEnrichment: PipeEnrichment {
    let function: any InvokableFunction

    func enrich(_ payload: [UInt8]) async -> EnrichmentCall {
        do {
            let result = try await function.invoke(payload)
            let outcome: EnrichmentCall.Outcome =
                result.functionError.map { .failed(reason: result.reason($0)) } ?? .answered(result.payload)
            return EnrichmentCall(
                outcome: outcome, handedOverAt: result.handedOverAt, requestID: result.requestID,
                response: FunctionResponse(payload: result.payload, functionError: result.functionError))
        } catch let error as FunctionError where error.code == .unknown {
            return EnrichmentCall(outcome: .failed(reason: error.message), handedOverAt: nil)
        } catch {
            return EnrichmentCall(outcome: .notReached(reason: "\(error)"), handedOverAt: nil)
        }
    }
}

/// What a pipe's role does not let it call: each batch fails, as on AWS, where it counts as an attempt.
struct DeniedStage: PipeTarget, PipeEnrichment {
    let verdict: RoleVerdict

    func invoke(_ batch: TargetBatch) async -> Invocation {
        Invocation(outcome: .failed(reason: verdict.message), handedOverAt: nil)
    }

    func enrich(_ payload: [UInt8]) async -> EnrichmentCall {
        EnrichmentCall(outcome: .failed(reason: verdict.message), handedOverAt: nil)
    }
}

extension InvocationResult {
    /// A failure in one line: its kind and the beginning of its body.
    func reason(_ functionError: String) -> String {
        "\(functionError): \(String(decoding: payload.prefix(512), as: UTF8.self))"
    }
}

/// A queue as the place of a pipe's messages. It is looked up at each sending: a client may have deleted it.
struct QueueMessages: MessageQueue {
    let queues: QueueStore
    let name: String

    func send(_ body: String) async throws {
        do {
            try await queues.queue(name).send(OutgoingMessage(body))
        } catch let error as QueueError {
            throw QueueRefusal("the queue \(name): \(error.description)")
        }
    }
}

/// A queue as the place of a pipe's dead letters, looked up at each sending.
struct QueueDeadLetters: DeadLetterQueue {
    let queues: QueueStore
    let name: String

    func send(_ body: String, records: DeadRecords) async throws {
        // Texts, numbers and bytes: encoding cannot fail.
        let attachment = String(decoding: try JSONEncoder().encode(records), as: UTF8.self)
        do {
            try await queues.queue(name).send(OutgoingMessage(body, attachment: attachment))
        } catch let error as QueueError {
            throw QueueRefusal("the queue \(name): \(error.description)")
        }
    }
}

/// Write-to-function latency of one pipe, which counts for all pipes' as well.
struct LatencyObserver: DeliveryObserver {
    let own = LatencyHistogram()
    let all: LatencyHistogram

    func handedOver(pipe: String, arrival: Timestamp, at moment: Timestamp) {
        let latency = moment - arrival
        all.record(latency)
        own.record(latency)
    }
}
