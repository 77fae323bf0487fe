/// What a template makes, as far as it costs or limits: a table with its stream, the pipes that read it, and what is behind them.
///
/// Functions, queues and tables are known by their names; a name that nothing here has means a thing outside, which costs nothing.
public struct Pipeline: Sendable, Hashable {
    public struct Index: Sendable, Hashable {
        /// Whether it holds nothing but keys. One that holds some attributes is taken for one that holds all.
        public var isKeysOnly: Bool

        public init(isKeysOnly: Bool) { self.isKeysOnly = isKeysOnly }
    }

    /// The table whose stream the pipes read.
    public struct Table: Sendable, Hashable {
        public var name: String
        public var indexes: [Index]
        /// Whether a stream record holds the item before the write, and after it.
        public var hasOldImages: Bool
        public var hasNewImages: Bool
        public var hasPointInTimeRecovery: Bool

        public init(
            name: String, indexes: [Index] = [], hasOldImages: Bool = true, hasNewImages: Bool = true,
            hasPointInTimeRecovery: Bool = false
        ) {
            self.name = name
            self.indexes = indexes
            self.hasOldImages = hasOldImages
            self.hasNewImages = hasNewImages
            self.hasPointInTimeRecovery = hasPointInTimeRecovery
        }
    }

    public struct Function: Sendable, Hashable {
        public var name: String
        public var memoryMegabytes: Int
        public var architecture: Architecture
        /// Longest running time of a call; nil where that is not known.
        public var timeoutSeconds: Int?
        /// Nil where the function shares the account's concurrency.
        public var reservedConcurrency: Int?
        /// Queues that its environment names: it sends messages there.
        public var queues: [String]
        /// Tables that its environment names: it writes there.
        public var tables: [String]
        /// How long its log is kept; nil for ever.
        public var logRetentionDays: Int?

        public init(
            name: String, memoryMegabytes: Int, architecture: Architecture, timeoutSeconds: Int? = nil,
            reservedConcurrency: Int? = nil,
            queues: [String] = [], tables: [String] = [], logRetentionDays: Int? = nil
        ) {
            self.name = name
            self.memoryMegabytes = memoryMegabytes
            self.architecture = architecture
            self.timeoutSeconds = timeoutSeconds
            self.reservedConcurrency = reservedConcurrency
            self.queues = queues
            self.tables = tables
            self.logRetentionDays = logRetentionDays
        }
    }

    public struct Queue: Sendable, Hashable {
        public var name: String
        public var isFIFO: Bool
        /// Whether a FIFO queue is limited by message group and not as a whole: FifoThroughputLimit perMessageGroupId.
        public var hasHighThroughput: Bool

        public init(name: String, isFIFO: Bool, hasHighThroughput: Bool = false) {
            self.name = name
            self.isFIFO = isFIFO
            self.hasHighThroughput = hasHighThroughput
        }
    }

    public enum Target: Sendable, Hashable {
        case function(String)
        case queue(String)

        public var name: String {
            switch self {
            case .function(let name), .queue(let name): name
            }
        }
    }

    public struct Pipe: Sendable, Hashable {
        public var name: String
        /// 1 to 10,000.
        public var batchSize: Int
        /// 0 to 300.
        public var windowSeconds: Int
        /// 1 to 10 batches of one shard at a time.
        public var parallelizationFactor: Int
        /// A function that is called with each batch before the target.
        public var enrichment: String?
        public var target: Target
        public var deadLetterQueue: String?
        public var hasFilter: Bool

        public init(
            name: String, batchSize: Int, windowSeconds: Int = 0, parallelizationFactor: Int = 1,
            enrichment: String? = nil, target: Target, deadLetterQueue: String? = nil, hasFilter: Bool = true
        ) {
            self.name = name
            self.batchSize = batchSize
            self.windowSeconds = windowSeconds
            self.parallelizationFactor = parallelizationFactor
            self.enrichment = enrichment
            self.target = target
            self.deadLetterQueue = deadLetterQueue
            self.hasFilter = hasFilter
        }
    }

    public var table: Table
    public var functions: [Function]
    public var queues: [Queue]
    public var pipes: [Pipe]
    /// Metrics that alarms watch, one for each alarm unless it is a sum of several.
    public var alarmMetrics: Int
    public var dashboards: Int

    public init(
        table: Table, functions: [Function], queues: [Queue] = [], pipes: [Pipe], alarmMetrics: Int = 0,
        dashboards: Int = 0
    ) {
        self.table = table
        self.functions = functions
        self.queues = queues
        self.pipes = pipes
        self.alarmMetrics = alarmMetrics
        self.dashboards = dashboards
    }

    /// The functions that a batch of a pipe is given to, in their order.
    public func functions(of pipe: Pipe) -> [Function] {
        var names = pipe.enrichment.map { [$0] } ?? []
        if case .function(let name) = pipe.target { names.append(name) }
        return names.compactMap { name in functions.first { $0.name == name } }
    }

    public func queue(_ name: String) -> Queue? { queues.first { $0.name == name } }
}
