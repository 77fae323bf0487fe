import Items
import Queues

/// What all batches have in common: ids, limits, and an answer that lists what succeeded and what failed.
enum BatchEntries {
    private static let idLengthMax = 80

    /// - Parameter type: AWS's name of an entry, for the message.
    /// - Returns: the ids of the entries.
    /// - Throws: ``QueueError`` in AWS's words.
    static func check<Entry>(
        _ given: GivenList<Entry>, _ id: (Entry) -> String?, of type: String
    ) throws(QueueError) -> [String] {
        guard given.count > 0 else {
            throw QueueError(.emptyBatchRequest, "There should be at least one \(type) in the request.")
        }
        guard given.count <= Queue.batchCountMax else {
            throw QueueError(
                .tooManyEntriesInBatchRequest,
                "Maximum number of entries per request are \(Queue.batchCountMax). You have sent \(given.count).")
        }
        let ids = given.kept.map(id)
        var known: Set<String> = []
        for id in ids {
            guard let id, (1...idLengthMax).contains(id.utf8.count), id.utf8.allSatisfy(isIDByte) else {
                throw QueueError(
                    .invalidBatchEntryID,
                    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at "
                        + "most \(idLengthMax) letters long.")
            }
            guard known.insert(id).inserted else {
                throw QueueError(.batchEntryIdsNotDistinct, "Id \(id) repeated.")
            }
        }
        return ids.compactMap { $0 }
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The answer; a list without entries is left out.
    static func answer<Success>(
        _ ids: [String], _ results: [Result<Success, QueueError>], _ members: (inout JSONWriter, Success) -> Void
    ) -> [UInt8] {
        var succeeded: [(id: String, value: Success)] = []
        var failed: [(id: String, error: ServiceError)] = []
        for (id, result) in zip(ids, results) {
            switch result {
            case .success(let value): succeeded.append((id, value))
            case .failure(let error): failed.append((id, ServiceError(ofQueues: error)))
            }
        }
        var json = JSONWriter()
        json.object { json in
            if !succeeded.isEmpty {
                json.member("Successful", succeeded) { json, entry in
                    json.object { json in
                        json.member("Id", entry.id)
                        members(&json, entry.value)
                    }
                }
            }
            if !failed.isEmpty {
                json.member("Failed", failed) { json, entry in
                    json.object { json in
                        json.member("Id", entry.id)
                        json.member("SenderFault", true)
                        json.member("Code", entry.error.kind.queryCode ?? entry.error.kind.type)
                        json.member("Message", entry.error.message ?? "")
                    }
                }
            }
        }
        return json.bytes
    }
}

extension JSONReader {
    /// Reads the entries of a batch. Those beyond ``Queue/batchCountMax`` are counted and not kept.
    mutating func entries<Entry>(
        _ entry: (inout JSONReader) throws(ItemError) -> Entry
    ) throws(ItemError) -> GivenList<Entry> {
        var given = GivenList<Entry>()
        try array { reader throws(ItemError) in
            given.add(try entry(&reader), isKept: given.count < Queue.batchCountMax)
        }
        return given
    }
}
