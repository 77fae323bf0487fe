import Items
import Tables

extension ItemOperations {
    private static let sameItem = ItemError.validation(
        "Transaction request cannot include multiple operations on one item")

    func transactGet(_ body: [UInt8], _ account: RequestAccount?, mayTakeLong: Bool) throws -> [UInt8] {
        let request = try TransactGetItemsRequest(body)
        var keys: [(table: Table, key: Item)] = []
        // AWS looks for the tables of all items before it looks at their keys.
        for get in request.gets {
            let table = try store.table(get.tableName)
            account?.touch(table)
            try get.projection?.checkKeyPaths(in: table.definition)
            keys.append((table, get.key))
        }
        var seen: Set<ItemIdentity> = []
        for (place, (table, key)) in keys.enumerated() {
            let identity = try Self.part(place, of: keys.count) { try ItemIdentity(table, key: key) }
            guard seen.insert(identity).inserted else { throw Self.sameItem }
        }
        let items = try store.read(keys, mayTakeLong: mayTakeLong)
        var capacities: [(table: Table, capacity: Capacity)] = []
        var sizeBytes = 0
        for (entry, stored) in zip(keys, items) {
            let itemBytes = try stored?.item.sizeBytes ?? 0
            sizeBytes += itemBytes
            let known = capacities.firstIndex { $0.table === entry.table }
            if known == nil { capacities.append((entry.table, Capacity())) }
            capacities[known ?? capacities.count - 1].capacity.addRead(
                itemBytes, isConsistent: true, isTransaction: true)
        }
        try checkSize(sizeBytes)
        for (table, capacity) in capacities { account?.consumed(.read, capacity, of: table) }
        let shown = try zip(request.gets, items).map { try Self.shown($1, $0.projection) }
        let detail = request.options.capacityDetail
        var json = JSONWriter()
        json.object { json in
            json.member("Responses", shown) { json, item in
                json.object { json in if let item { json.member("Item", raw: item) } }
            }
            if detail != .none {
                json.member("ConsumedCapacity", capacities) { json, entry in
                    json.capacity(entry.capacity, of: entry.table.name, detail, indexes: [], kind: .read)
                }
            }
        }
        return json.bytes
    }

    private func checkSize(_ bytes: Int) throws(ItemError) {
        guard bytes <= transactionBytesMax else {
            throw .validation(
                "Collection size of items exceeded, which can also be caused by the aggregate size of the items in "
                    + "the transaction exceeding the 4MB limit")
        }
    }

    func transactWrite(_ body: [UInt8], _ account: RequestAccount?, _ reply: @escaping Reply) {
        do {
            let request = try TransactWriteItemsRequest(body)
            let writes = try self.writes(of: request, account)
            let token = request.token.map { ClientToken($0, requestHash: request.digest) }
            let options = request.options
            let returnsItem = request.actions.map(\.returnsItemOnFailure)
            store.transact(writes, token: token) { outcome in
                switch outcome {
                case .failure(let error): reply(.failure(Self.refusal(error, returnsItem: returnsItem)))
                case .success(let outcome):
                    if let account, !outcome.isReplay {
                        for (write, result) in zip(writes, outcome.results) {
                            account.wrote(result, to: write.table, isTransaction: true)
                        }
                    }
                    reply(Result { try Self.answer(outcome, writes, options) })
                }
            }
        } catch {
            reply(.failure(error))
        }
    }

    private func writes(
        of request: TransactWriteItemsRequest, _ account: RequestAccount?
    ) throws -> [ItemWrite] {
        // AWS looks for the tables of all items before it looks at their keys.
        var writes: [ItemWrite] = []
        for action in request.actions {
            let table = try store.table(action.tableName)
            account?.touch(table)
            try action.condition?.checkKeyPaths(in: table.definition)
            let change: ItemWrite.Change =
                switch action.change {
                case .put(let item): .put(item)
                case .update(let key, let update): .update(key: key, update)
                case .delete(let key): .delete(key: key)
                case .check(let key): .check(key: key)
                }
            writes.append(ItemWrite(table, change, condition: action.condition))
        }
        var seen: Set<ItemIdentity> = []
        var sizeBytes = 0
        for (place, write) in writes.enumerated() {
            let given = write.change.keyOrItem
            sizeBytes += given.sizeBytes
            let identity = try Self.part(place, of: writes.count) {
                var key = given
                if case .put = write.change { key = try write.table.key(of: given) }
                return try ItemIdentity(write.table, key: key)
            }
            guard seen.insert(identity).inserted else { throw Self.sameItem }
        }
        guard sizeBytes <= transactionBytesMax else {
            // AWS says it twice.
            let fault = "Transaction payload size cannot exceed 4MB. Payload Size: "
            throw ItemError.validation("\(fault): \(fault)\(sizeBytes)")
        }
        return writes
    }

    /// What is wrong with one part by the table's schema cancels the transaction.
    private static func part<Value>(_ place: Int, of count: Int, _ value: () throws -> Value) throws -> Value {
        do {
            return try value()
        } catch {
            throw TransactionCanceled.refusal(error, at: place, of: count)
        }
    }

    /// Reasons hold the item only where it was asked for.
    private static func refusal(_ error: any Error, returnsItem: [Bool]) -> any Error {
        guard var error = error as? TransactionCanceled else { return error }
        for (place, isAsked) in returnsItem.enumerated() where !isAsked && place < error.reasons.count {
            error.reasons[place].item = nil
        }
        return error
    }

    private static func answer(
        _ outcome: TransactionOutcome, _ writes: [ItemWrite], _ options: AnswerOptions
    ) throws -> [UInt8] {
        let details = try WriteDetails(writes, outcome.results, options, isTransaction: true)
        var json = JSONWriter()
        json.object { json in
            if outcome.isReplay {
                json.replayCapacity(writes, options.capacityDetail)
            } else {
                details.write(to: &json)
            }
        }
        return json.bytes
    }
}

extension JSONWriter {
    /// A repeated transaction costs reads: AWS looks whether its items were written. Each counts as one unit, twice.
    fileprivate mutating func replayCapacity(_ writes: [ItemWrite], _ detail: CapacityDetail) {
        guard detail != .none else { return }
        var capacities: [(table: String, capacity: Capacity)] = []
        for write in writes {
            let known = capacities.firstIndex { $0.table == write.table.name }
            if known == nil { capacities.append((write.table.name, Capacity())) }
            capacities[known ?? capacities.count - 1].capacity.addRead(0, isConsistent: true, isTransaction: true)
        }
        member("ConsumedCapacity", capacities) { json, entry in
            json.capacity(entry.capacity, of: entry.table, detail, indexes: [], kind: .read)
        }
    }
}
