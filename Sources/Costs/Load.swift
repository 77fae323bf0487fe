/// What a pipeline is asked to do, and what is known or assumed of its parts.
///
/// All numbers are whole numbers of a small unit, so that what is reckoned with them is exact and can be done again by hand.
public struct Load: Sendable, Hashable {
    public struct Pipe: Sendable, Hashable {
        /// Of the records, how many its filter lets through.
        public var passes: Share
        /// Records of an average batch, in thousandths; nil lets ``BatchFlow`` reckon it.
        public var batchFillThousandths: Int64?

        public init(passes: Share, batchFillThousandths: Int64? = nil) {
            self.passes = passes
            self.batchFillThousandths = batchFillThousandths
        }
    }

    public struct Function: Sendable, Hashable {
        /// Running time of a call, whatever is in it, and what each record adds that the function works on.
        public var callMicroseconds: Int64
        public var recordMicroseconds: Int64

        public init(callMicroseconds: Int64, recordMicroseconds: Int64) {
            self.callMicroseconds = callMicroseconds
            self.recordMicroseconds = recordMicroseconds
        }
    }

    /// Largest rate. Ours: some 25 times AWS's quota for a table.
    public static let writesPerSecondMax: Int64 = 1_000_000
    /// Longest running time. AWS: 900 seconds (Lambda's developer guide, on quotas).
    public static let functionMicrosecondsMax: Int64 = 900_000_000
    /// Largest item. AWS: 400 KB.
    public static let itemSizeBytesMax: Int64 = 409_600

    /// Orders written a second, new ones and changed ones together, in thousandths.
    public var writesPerSecondThousandths: Int64
    /// Of the writes, how many change an order that is there.
    public var updates = Share("0.72")!
    /// Of an order, as DynamoDB counts it: names and values of its attributes.
    public var itemBytes: Int64 = 600
    /// Of an order that was changed; nil for the same.
    public var updatedItemBytes: Int64?
    /// Of the calls of functions, how many fail and are made again.
    public var retries = Share.none
    /// Of the records behind filters, how many become dead letters.
    public var deadLetters = Share.none
    /// Shards of the stream; nil reckons them from the writes.
    public var shards: Int?
    /// By the pipe's name; all records pass where there is none.
    public var pipes: [String: Pipe] = [:]
    /// By the function's name.
    public var functions: [String: Function] = [:]
    /// Messages that a function sends to a queue for each record, in thousandths, by function and queue; one where there is none.
    public var messages: [Sending: Int64] = [:]
    /// Requests for each message of a queue: it is sent, received and deleted.
    public var requestsPerMessage = 3
    /// Units that a function writes for each record to each table that it names: an item of up to 1 KB in a transaction.
    public var functionWriteUnits: Int64 = 2
    /// Units that it reads there for each record.
    public var functionReadUnits: Int64 = 1
    /// Of a function's log, for each call: Lambda's three lines.
    public var logBytesPerCall: Int64 = 500
    /// How many months of orders the table holds, on average over the month.
    public var monthsKept: Int64 = 12
    /// Metrics that functions write; nil for three of each function, as those of this project do.
    public var customMetrics: Int64?
    /// Whether GetRecords calls of pipes are paid.
    public var areStreamReadsPaid = true

    public struct Sending: Hashable, Sendable {
        public var function: String
        public var queue: String

        public init(function: String, queue: String) {
            self.function = function
            self.queue = queue
        }
    }

    public init(writesPerSecondThousandths: Int64) { self.writesPerSecondThousandths = writesPerSecondThousandths }

    /// What functions write, as given or as it is where nobody says.
    public func customMetrics(of pipeline: Pipeline) -> Int64 { customMetrics ?? Int64(3 * pipeline.functions.count) }

    public static let functionDefault = Function(callMicroseconds: 5_000, recordMicroseconds: 10_000)

    public func pipe(_ name: String) -> Pipe { pipes[name] ?? Pipe(passes: .all) }
    public func function(_ name: String) -> Function { functions[name] ?? Self.functionDefault }
    public func messagesThousandths(of function: String, to queue: String) -> Int64 {
        messages[Sending(function: function, queue: queue)] ?? 1_000
    }
}

/// Sizes of what is written and read, in bytes and in what AWS counts.
public struct RecordSizes: Sendable, Hashable {
    /// What a stream record has besides its images: keys, names, types, numbers. Ours: orders of the demo have 700 to 900.
    public static let overheadBytes: Int64 = 1_024
    /// AWS counts each 64 KB of a record for a pipe, and of a message for a queue, as a request.
    public static let requestBytes: Int64 = 65_536
    /// What an index entry that holds keys alone has. Ours: two keys of an order and the table's.
    static let keysBytes: Int64 = 100
    /// What DynamoDB adds to each item and index entry that it stores. Source: its developer guide, on item sizes.
    static let storageOverheadBytes: Int64 = 100

    public let insertRecordBytes: Int64
    public let updateRecordBytes: Int64
    /// Write units of the table and its indexes for an order that is new, and for one that is changed.
    public let insertUnits: Int64
    public let updateUnits: Int64
    /// The same of the table alone, whose partitions they go to.
    public let tableInsertUnits: Int64
    public let tableUpdateUnits: Int64
    /// An order in storage, and what it takes in the table's indexes.
    public let storedBytes: Int64
    public let storedIndexBytes: Int64

    public init(_ table: Pipeline.Table, _ load: Load) {
        let item = load.itemBytes
        let updated = load.updatedItemBytes ?? item
        insertRecordBytes = Self.overheadBytes + (table.hasNewImages ? item : 0)
        updateRecordBytes =
            Self.overheadBytes + (table.hasOldImages ? item : 0) + (table.hasNewImages ? updated : 0)
        func units(_ bytes: Int64) -> Int64 { max(1, (bytes + 1_023) / 1_024) }
        tableInsertUnits = units(item)
        // A write is counted by the larger of the item before and after it.
        tableUpdateUnits = units(max(item, updated))
        let whole = Int64(table.indexes.count { !$0.isKeysOnly })
        let keysOnly = Int64(table.indexes.count) - whole
        insertUnits = tableInsertUnits * (1 + whole) + keysOnly
        // The keys of an order do not change, so an index of keys is not written.
        updateUnits = tableUpdateUnits * (1 + whole)
        storedBytes = (load.updates > .none ? updated : item) + Self.storageOverheadBytes
        storedIndexBytes = storedBytes * whole + (Self.keysBytes + Self.storageOverheadBytes) * keysOnly
    }

    /// The larger of the two, by which batches are bounded.
    public var recordBytesMax: Int64 { max(insertRecordBytes, updateRecordBytes) }

    /// How often a record of so many bytes is counted.
    static func requests(_ bytes: Int64) -> Int128 {
        max(1, Int128(bytes).dividedRoundingUp(by: Int128(requestBytes)))
    }
}

/// How a pipe gathers records into batches.
///
/// A lane gathers for as long as its pipe's window is, or for the quarter second between two polls where there is none, and sends
/// what there is: so it calls as often as batches are full, or once for each time that it gathers, or once for each record, whichever
/// of the first two is more and never more than the last.
public struct BatchFlow: Sendable, Hashable {
    /// Polls of a shard. Source: EventBridge's user guide, on DynamoDB streams as a source.
    public static let pollsPerSecond: Int64 = 4
    /// Largest payload of a call. AWS: 6 MB (EventBridge's user guide, on quotas).
    public static let payloadBytesMax: Int64 = 6_291_456

    /// Records that a call's payload holds, whatever BatchSize says.
    public let payloadRecordsMax: Int64
    /// Records that a batch holds at most, which its bytes may lower.
    public let batchRecordsMax: Int64
    /// Batches side by side: shards times ParallelizationFactor.
    public let lanes: Int64
    public let windowSeconds: Int64

    public init(_ pipe: Pipeline.Pipe, shards: Int, sizes: RecordSizes) {
        payloadRecordsMax = max(1, Self.payloadBytesMax / sizes.recordBytesMax)
        batchRecordsMax = max(1, min(Int64(pipe.batchSize), payloadRecordsMax))
        lanes = Int64(shards) * Int64(pipe.parallelizationFactor)
        windowSeconds = Int64(pipe.windowSeconds)
    }

    /// How often the lanes gather in so many seconds, all together.
    func gatherings(seconds: Int128) -> Int128 {
        windowSeconds == 0
            ? Int128(lanes * Self.pollsPerSecond) * seconds
            : (Int128(lanes) * seconds).dividedRoundingUp(by: Int128(windowSeconds))
    }

    /// Batches of so many records, which come evenly over so many seconds.
    func batches(records: Int128, seconds: Int128) -> Int128 {
        max(records.dividedRoundingUp(by: Int128(batchRecordsMax)), min(records, gatherings(seconds: seconds)))
    }

    /// Batches a second at so many records a second.
    public func batchesPerSecond(_ records: Double) -> Double {
        let gatherings = Double(lanes) * (windowSeconds == 0 ? Double(Self.pollsPerSecond) : 1 / Double(windowSeconds))
        return max(records / Double(batchRecordsMax), min(records, gatherings))
    }
}

/// Shards of a table's stream.
public enum StreamShards {
    /// Write units a second that a partition of a table takes, and read units. Source: DynamoDB's developer guide, on partition keys.
    public static let writeUnitsPerSecond = 1_000
    public static let readUnitsPerSecond = 3_000
    /// What a new table on demand takes at once, and so the partitions that it must have. Source: DynamoDB's developer guide, on warm
    /// throughput: 4,000 write units and 12,000 read units a second. A partition has one open shard, as the maintainers of
    /// DynamoDB's Kinesis adapter say.
    public static let newTableWriteUnitsPerSecond = 4_000
    public static let newTable = 4

    /// As many partitions as the writes of the table itself need, and not fewer than a new table has.
    public static func count(_ table: Pipeline.Table, _ load: Load) -> Int {
        if let shards = load.shards { return shards }
        let sizes = RecordSizes(table, load)
        // In thousandths of millionths of units a second.
        let updates = Int128(load.updates.millionths)
        let perWrite = Int128(sizes.tableUpdateUnits) * updates + Int128(sizes.tableInsertUnits) * (1_000_000 - updates)
        let units = perWrite * Int128(load.writesPerSecondThousandths)
        let needed = units.dividedRoundingUp(by: Int128(writeUnitsPerSecond) * 1_000_000_000)
        return max(newTable, Int(clamping: needed))
    }
}
