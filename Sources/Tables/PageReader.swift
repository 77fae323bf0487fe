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
        try Self.check(
            start, key, query.keyCondition, index?.definition.keySchema ?? schema.definition.keySchema,
            prefix: index?.keys.prefix ?? schema.keys.prefix)
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

    /// A start with another hash key is an error, as is one that the range condition keeps out. The three texts, and that
    /// the last stands for any range condition, are AWS's.
    private static func check(
        _ start: Item, _ key: [UInt8], _ condition: KeyCondition, _ keySchema: KeySchema, prefix: [UInt8]
    ) throws {
        let hashKey = start[keySchema.hashKey.name] ?? condition.hashKey
        guard condition.range != nil else {
            guard hashKey == condition.hashKey else {
                throw TableError.validation(
                    "The provided starting key is outside query boundaries based on provided conditions")
            }
            return
        }
        let bounds = try KeyCondition(hashKey: hashKey, range: condition.range).bounds(after: prefix)
        guard !key.lexicographicallyPrecedes(bounds.lower), key.lexicographicallyPrecedes(bounds.upper) else {
            throw TableError.validation("The provided starting key does not match the range key predicate")
        }
        guard hashKey == condition.hashKey else {
            throw TableError.validation("The query can return at most one row and cannot be restarted")
        }
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
    private func key(of item: Item) throws -> [UInt8] {
        do {
            let start = StartKey(
                item, table: schema.definition.keySchema, index: index?.definition.keySchema)
            try start.checkIndexKey()
            try start.checkTableKey()
        } catch { throw TableError.validation(error.message) }
        let primaryKey = try schema.keys.primary(of: item)
        guard let index else { return primaryKey }
        guard let entry = index.keys.entry(of: item, primaryKey: primaryKey) else {
            preconditionFailure("A start key that was checked is the key of an entry")
        }
        return entry
    }

    func page(_ database: Database, mayTakeLong: Bool) throws -> ReadPage {
        var page = ReadPage()
        // Not what the page counts: an index entry of keys alone costs a read of its whole item.
        var (keysCount, bytesCount) = (0, 0)
        guard range.from.lexicographicallyPrecedes(range.to) else { return page }
        let snapshot = database.snapshot()
        let keyspace = index == nil ? Keyspace.items : .indexes
        try snapshot.scan(keyspace, from: range.from, to: range.to, backwards: !isForward) { key, value in
            keysCount += 1
            if !mayTakeLong, keysCount > LongRead.briefKeysMax || bytesCount > LongRead.briefBytesMax {
                throw LongRead()
            }
            if let segment, try key.segment(of: segment.count, after: prefixBytes) != segment.number { return true }
            let json: [UInt8]
            if index == nil {
                json = value.bytes()
            } else {
                guard let stored = try snapshot.get(.items, value.bytes()) else { return true }
                json = stored
            }
            bytesCount += json.count
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
    /// - Parameter mayTakeLong: false for a read that is given up when it proves to be long.
    /// - Throws: ``TableError`` with code `validation` for an index that is not there and for a start key that does not fit;
    ///   ``LongRead``.
    public func query(_ query: ItemQuery, mayTakeLong: Bool = true) throws -> ReadPage {
        try PageReader(query, schema).page(database, mayTakeLong: mayTakeLong)
    }

    /// Checks where a query or scan is to begin, and reads nothing.
    ///
    /// - Throws: as ``query(_:mayTakeLong:)``.
    package func checkStart(of query: ItemQuery) throws { _ = try PageReader(query, schema) }
    package func checkStart(of scan: ItemScan) throws { _ = try PageReader(scan, schema) }

    /// A page of all items.
    ///
    /// - Parameter mayTakeLong: as with ``query(_:mayTakeLong:)``.
    /// - Throws: as ``query(_:mayTakeLong:)``.
    public func scan(_ scan: ItemScan, mayTakeLong: Bool = true) throws -> ReadPage {
        try PageReader(scan, schema).page(database, mayTakeLong: mayTakeLong)
    }
}
