public import Items
import Logging

/// Handles a batch of stream records one after the other, and answers with those that failed: a whole handler.
///
///     let runtime = LambdaRuntime(handler: StreamBatchHandler { record, context in
///         try await handle(record)
///     })
///
/// A record that cannot be read counts as failed itself. After the first failure of an item (equal `dynamodb.Keys`) its
/// later records are not handled and fail too. The bytes are read without a coder in between.
public struct StreamBatchHandler: LambdaByteHandler {
    /// What names a record in the answer.
    public enum Identifier: Sendable {
        /// A pipe's way.
        case eventID
        /// A Lambda event source mapping's way.
        case sequenceNumber
    }

    private let identifier: Identifier
    private let body: @Sendable (StreamRecord, LambdaContext) async throws -> Void

    public init(
        identifier: Identifier = .eventID,
        _ body: @escaping @Sendable (StreamRecord, LambdaContext) async throws -> Void
    ) {
        self.identifier = identifier
        self.body = body
    }

    /// - Throws: `ItemError` when the event is no batch, and ``UnnamedRecordError`` when a failed record has nothing that
    ///   names it: then all of the batch has failed.
    public func handle(_ event: [UInt8], context: LambdaContext) async throws -> [UInt8] {
        let response = try await respond(to: StreamBatch(json: event), context: context)
        var answer = Array(#"{"batchItemFailures":["#.utf8)
        for (index, failure) in response.batchItemFailures.enumerated() {
            if index > 0 { answer.append(UInt8(ascii: ",")) }
            answer.append(contentsOf: #"{"itemIdentifier":"#.utf8)
            JSONText.append(failure.itemIdentifier, to: &answer)
            answer.append(UInt8(ascii: "}"))
        }
        answer.append(contentsOf: "]}".utf8)
        return answer
    }

    /// - Throws: ``UnnamedRecordError``.
    public func respond(to batch: StreamBatch, context: LambdaContext) async throws -> PartialBatchResponse {
        var progress = BatchProgress<StreamBatch.ItemIdentity>()
        for entry in batch.entries {
            let name = identifier == .eventID ? entry.eventID : entry.sequenceNumber
            guard progress.isDue(entry.item, identifier: name) else { continue }
            do {
                switch entry.record {
                case .success(let record): try await body(record, context)
                // Its message may repeat an order's contents.
                case .failure(let error): throw UnreadableRecordError(code: error.code)
                }
            } catch {
                context.logger.error("a record failed", metadata: ["eventID": "\(entry.eventID)", "error": "\(error)"])
                // An empty identifier would fail the batch without saying why.
                guard !name.isEmpty else { throw UnnamedRecordError() }
                progress.failed(entry.item, identifier: name)
            }
        }
        return progress.response
    }
}

/// A record of a batch that is no stream record.
struct UnreadableRecordError: Error, CustomStringConvertible {
    let code: ItemError.Code
    var description: String { "the record cannot be read (\(code)); is the source a DynamoDB stream?" }
}

/// A record failed and nothing names it, so the whole batch fails.
public struct UnnamedRecordError: Error, CustomStringConvertible {
    public init() {}

    public var description: String {
        "A record failed that has neither eventID nor SequenceNumber to name it; the whole batch is to be sent again."
    }
}
