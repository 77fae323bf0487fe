import Items
import Tables

extension ItemOperations {
    func batchGet(_ body: [UInt8], _ account: RequestAccount?, mayTakeLong: Bool) throws -> [UInt8] {
        let request = try BatchGetItemRequest(body)
        var keys: [(table: Table, key: Item)] = []
        var seen: Set<ItemIdentity> = []
        for tableRequest in request.tables {
            let table = try store.table(TableReference.name(tableRequest.table))
            account?.touch(table)
            try tableRequest.projection?.checkKeyPaths(in: table.definition)
            for key in tableRequest.keys {
                guard seen.insert(try ItemIdentity(table, key: key)).inserted else { throw Self.duplicates }
                keys.append((table, key))
            }
        }
        return try answer(request, keys, items: try store.read(keys, mayTakeLong: mayTakeLong), account)
    }

    static let duplicates = ItemError.validation("Provided list of item keys contains duplicates")

    private func answer(
        _ request: BatchGetItemRequest, _ keys: [(table: Table, key: Item)], items: [StoredItem?],
        _ account: RequestAccount?
    ) throws -> [UInt8] {
        var shown: [(table: String, items: [[UInt8]])] = []
        var unprocessed: [(BatchGetItemRequest.TableRequest, keys: [Item])] = []
        var capacities: [(table: String, capacity: Capacity)] = []
        var (sizeBytes, isFull) = (0, false)
        var next = 0
        for tableRequest in request.tables {
            var (found, capacity, rest): ([[UInt8]], Capacity, [Item]) = ([], Capacity(), [])
            for key in tableRequest.keys {
                let stored = items[next]
                next += 1
                let itemBytes = try stored?.item.sizeBytes ?? 0
                isFull = isFull || sizeBytes + itemBytes > batchGetBytesMax
                guard !isFull else {
                    rest.append(key)
                    continue
                }
                sizeBytes += itemBytes
                capacity.addRead(itemBytes, isConsistent: tableRequest.isConsistent)
                if let bytes = try Self.shown(stored, tableRequest.projection) { found.append(bytes) }
            }
            shown.append((tableRequest.table, found))
            account?.consumed(.read, capacity, of: keys[next - 1].table)
            capacities.append((keys[next - 1].table.name, capacity))
            if !rest.isEmpty { unprocessed.append((tableRequest, rest)) }
        }
        let detail = request.options.capacityDetail
        var json = JSONWriter()
        json.object { json in
            json.member("Responses") { json in
                for (table, items) in shown { json.member(table, items) { json, item in json.raw(item) } }
            }
            json.member("UnprocessedKeys") { json in
                for (tableRequest, keys) in unprocessed { json.unprocessed(tableRequest, keys) }
            }
            if detail != .none {
                json.member("ConsumedCapacity", capacities) { json, entry in
                    json.capacity(entry.capacity, of: entry.table, detail, indexes: [])
                }
            }
        }
        return json.bytes
    }

    func batchWrite(_ body: [UInt8], _ account: RequestAccount?, _ reply: @escaping Reply) {
        do {
            let request = try BatchWriteItemRequest(body)
            var writes: [ItemWrite] = []
            var seen: Set<ItemIdentity> = []
            for (name, tableWrites) in request.tables {
                let table = try store.table(TableReference.name(name))
                account?.touch(table)
                for write in tableWrites {
                    let key: Item
                    switch write {
                    case .put(let item):
                        key = try table.key(of: item)
                        writes.append(ItemWrite(table, .put(item)))
                    case .delete(let given):
                        key = given
                        writes.append(ItemWrite(table, .delete(key: given)))
                    }
                    guard seen.insert(try ItemIdentity(table, key: key)).inserted else { throw Self.duplicates }
                }
            }
            let (options, all) = (request.options, writes)
            store.write(writes) { outcome in
                if let account, let results = try? outcome.get() {
                    for (write, result) in zip(all, results) { account.wrote(result, to: write.table) }
                }
                reply(
                    outcome.flatMap { results in
                        Result {
                            let details = try WriteDetails(all, results, options)
                            var json = JSONWriter()
                            json.object { json in
                                json.member("UnprocessedItems") { _ in }
                                details.write(to: &json)
                            }
                            return json.bytes
                        }
                    })
            }
        } catch {
            reply(.failure(error))
        }
    }
}

extension JSONWriter {
    /// The keys of one table that did not fit, as a request that asks for them.
    fileprivate mutating func unprocessed(_ request: BatchGetItemRequest.TableRequest, _ keys: [Item]) {
        member(request.table) { json in
            json.member("Keys", keys) { json, key in json.raw(key.json) }
            if request.isConsistent { json.member("ConsistentRead", true) }
            if let names = request.parts.attributesToGet {
                json.member("AttributesToGet", names) { json, name in json.string(name) }
            }
            if let expression = request.parts.expression { json.member("ProjectionExpression", expression) }
            if let names = request.names {
                json.member("ExpressionAttributeNames") { json in
                    for (placeholder, name) in names.sorted(by: { $0.key < $1.key }) {
                        json.member(placeholder, name)
                    }
                }
            }
        }
    }
}
