import Items
import Storage

/// Reads one page of a table or an index: walks keys, evaluates items, stops at the limit or at 1 MB.
///
/// Entries of an index point to items, so an index shows what the table holds at the same moment: both are read in one
/// snapshot.
struct PageReader {
    let schema: TableSchema
    let index: (definition: TableDefinition.Index, keys: IndexKeys, projection: ProjectionExpression?)?
    /// Where the keys lie: lower bound inclusive, upper exclusive.
    var range: (from: [UInt8], to: [UInt8])
    var isForward = true
    var segment: ItemScan.Segment?
    let filter: ConditionExpression?
    let projection: ProjectionExpression?
    let limit: Int
    let fetchesWholeItems: Bool

    init(_ query: ItemQuery, _ schema: TableSchema) throws {
        let index = try query.index.map { try Self.readable($0, schema) }
        self.index = index
        self.schema = schema
        let bounds = try query.keyCondition.bounds(after: index?.keys.prefix ?? schema.keys.prefix)
        range = (bounds.lower, bounds.upper)
        isForward = query.isForward
        filter = query.filter
        projection = query.projection
        limit = query.limit ?? .max
        fetchesWholeItems = query.fetchesWholeItems
        guard let start = query.exclusiveStartKey else { return }
        let key = try self.key(of: start)
        let hashRange = try KeyCondition(hashKey: query.keyCondition.hashKey, range: nil)
            .bounds(after: index?.keys.prefix ?? schema.keys.prefix)
        // A start with another hash key is an error, as is one that the range condition keeps out.
        guard !key.lexicographicallyPrecedes(hashRange.lower), key.lexicographicallyPrecedes(hashRange.upper),
            !key.lexicographicallyPrecedes(range.from), key.lexicographicallyPrecedes(range.to)
        else {
            throw TableError.validation(
                "The provided starting key is outside query boundaries based on provided conditions")
        }
        begin(behind: key)
    }

    init(_ scan: ItemScan, _ schema: TableSchema) throws {
        index = try scan.index.map { try Self.readable($0, schema) }
        self.schema = schema
        range = index?.keys.range ?? schema.keys.range
        segment = scan.segment
        filter = scan.filter
        projection = scan.projection
        limit = scan.limit ?? .max
        fetchesWholeItems = scan.fetchesWholeItems
        guard let start = scan.exclusiveStartKey else { return }
        let key = try self.key(of: start)
        if let segment, try key.span.bytes.segment(of: segment.count, after: prefixBytes) != segment.number {
            throw TableError.validation(
                "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey "
                    + "with correct Segment. TotalSegments: \(segment.count) Segment: \(segment.number)")
        }
        begin(behind: key)
    }

    /// An index that holds all that it is to hold.
    private static func readable(
        _ name: String, _ schema: TableSchema
    ) throws -> (definition: TableDefinition.Index, keys: IndexKeys, projection: ProjectionExpression?) {
        let index = try schema.index(name)
        guard !index.keys.isBuilding else {
            throw TableError.validation("Cannot read from backfilling global secondary index: \(name)")
        }
        return index
    }

    private mutating func begin(behind key: [UInt8]) {
        if isForward { range.from = key + [0] } else { range.to = key }
    }

    /// Bytes before the hash key in the keys walked over.
    private var prefixBytes: Int { index == nil ? 4 : 6 }

    /// The stored key that a start key names.
    private func key(of start: Item) throws -> [UInt8] {
        let table = schema.definition.keySchema
        let names = Set(table.names + (index?.definition.keySchema.names ?? []))
        guard start.count == names.count, names.allSatisfy({ start[$0] != nil }) else { throw Self.invalidStart }
        do {
            let primaryKey = try schema.keys.primary(of: start)
            guard let index else { return primaryKey }
            guard let entry = index.keys.entry(of: start, primaryKey: primaryKey) else { throw Self.invalidStart }
            return entry
        } catch is ItemError {
            throw index == nil ? Self.mismatchedStart : Self.invalidStart
        }
    }

    private static let invalidStart = TableError.validation("The provided starting key is invalid")
    private static let mismatchedStart = TableError.validation(
        "The provided starting key is invalid: The provided key element does not match the schema")

    func page(_ database: Database) throws -> ReadPage {
        var page = ReadPage()
        guard range.from.lexicographicallyPrecedes(range.to) else { return page }
        let snapshot = database.snapshot()
        let keyspace = index == nil ? Keyspace.items : .indexes
        try snapshot.scan(keyspace, from: range.from, to: range.to, backwards: !isForward) { key, value in
            if let segment, try key.segment(of: segment.count, after: prefixBytes) != segment.number { return true }
            let json: [UInt8]
            if index == nil {
                json = value.bytes()
            } else {
                guard let stored = try snapshot.get(.items, value.bytes()) else { return true }
                json = stored
            }
            return try evaluate(StoredItem(json: json), into: &page)
        }
        return page
    }

    /// - Returns: whether the page takes more.
    private func evaluate(_ stored: StoredItem, into page: inout ReadPage) throws -> Bool {
        let (stored, item) = try stored.read()
        var shown = item
        var isWhole = true
        if let indexed = index?.projection {
            let indexedItem = indexed.apply(to: item)
            page.evaluatedBytes += indexedItem.sizeBytes
            if !fetchesWholeItems {
                shown = indexedItem
                isWhole = false
            }
        } else {
            page.evaluatedBytes += item.sizeBytes
        }
        page.scannedCount += 1
        if filter?.evaluate(shown) ?? true {
            if let projection {
                page.items.append(StoredItem(projection.apply(to: shown)))
            } else {
                page.items.append(isWhole ? stored : StoredItem(shown))
            }
        }
        guard page.scannedCount >= limit || page.evaluatedBytes >= ReadPage.evaluatedBytesMax else { return true }
        page.lastEvaluatedKey = try lastKey(of: item)
        return false
    }

    private func lastKey(of item: Item) throws -> Item {
        var key = try schema.definition.keySchema.key(of: item)
        for name in index?.definition.keySchema.names ?? [] { key[name] = item[name] }
        return key
    }
}

extension RawSpan {
    /// The segment, out of `count`, of the item or entry with this stored key: all items of one hash key share it.
    fileprivate func segment(of count: Int, after prefixBytes: Int) throws -> Int {
        var end = prefixBytes
        _ = try KeyCoding.decode(from: self, at: &end)
        let hash = extracting(prefixBytes..<end).withUnsafeBytes { StableHash.of($0) }
        return Int(hash % UInt64(count))
    }
}

extension Table {
    /// A page of the items with one hash key.
    ///
    /// - Throws: ``TableError`` with code `validation` for an index that is not there and for a start key that does not fit.
    public func query(_ query: ItemQuery) throws -> ReadPage { try PageReader(query, schema).page(database) }

    /// A page of all items.
    ///
    /// - Throws: as ``query(_:)``.
    public func scan(_ scan: ItemScan) throws -> ReadPage { try PageReader(scan, schema).page(database) }
}
