/// A price that bills need, by its name in a price file.
public enum PriceName: String, Sendable, Hashable, CaseIterable {
    /// A unit of a table on demand: a write of up to 1 KB, a strongly consistent read of up to 4 KB.
    case tableWriteUnit = "dynamodb-write-request-unit"
    case tableReadUnit = "dynamodb-read-request-unit"
    case tableStorage = "dynamodb-storage"
    case tableRecovery = "dynamodb-point-in-time-recovery"
    /// A call of GetRecords on a table's stream, up to 1 MB.
    case streamRead = "dynamodb-stream-read-request-unit"
    /// A record that enters a pipe behind its filter, for each 64 KB of it.
    case pipeRequest = "pipes-request"
    case functionRequest = "lambda-request"
    case functionTimeARM64 = "lambda-gb-second-arm64"
    case functionTimeX86 = "lambda-gb-second-x86"
    /// A request to a queue, for each 64 KB of it.
    case queueRequest = "sqs-standard-request"
    case fifoQueueRequest = "sqs-fifo-request"
    case logIngestion = "logs-ingestion"
    case logStorage = "logs-storage"
    case metric = "cloudwatch-metric"
    case alarm = "cloudwatch-alarm"
    case dashboard = "cloudwatch-dashboard"
}

/// AWS's prices on demand in one region, without free tiers and without discounts for volume.
///
/// ``builtIn`` is the file `Prices/us-east-1.json`, which the program carries in itself. AWS's own pages show prices by script, so
/// each has a source where it stands in plain figures, with the source's date.
public struct PriceList: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public let price: Price
        /// Dollars for ``per`` things, as the file has it: `0.625`.
        public let amount: String
        public let per: Int64
        /// What the thing is: `GB-month`.
        public let unit: String
        /// Of the source: a year, a month or a day.
        public let date: String
        public let source: String
    }

    /// `us-east-1`.
    public let region: String
    private let entries: [PriceName: Entry]

    init(region: String, entries: [PriceName: Entry]) {
        precondition(PriceName.allCases.allSatisfy { entries[$0] != nil }, "a price list must be complete")
        self.region = region
        self.entries = entries
    }

    /// The youngest of the sources, and the oldest.
    public var date: String { entries.values.map(\.date).max() ?? "" }
    public var oldestDate: String { entries.values.map(\.date).min() ?? "" }

    public subscript(_ name: PriceName) -> Price { entry(name).price }

    public func entry(_ name: PriceName) -> Entry { entries[name]! }

    /// A function's running time, in megabytes of memory times milliseconds: a gigabyte and a second are 1,024 megabytes and 1,000
    /// milliseconds.
    public func functionTime(_ architecture: Architecture) -> Price {
        self[architecture == .arm64 ? .functionTimeARM64 : .functionTimeX86].forParts(1_024_000)
    }

    /// A request to a queue, for each 64 KB of it.
    public func queueRequest(isFIFO: Bool) -> Price { self[isFIFO ? .fifoQueueRequest : .queueRequest] }

    /// A byte, where the price is for a gigabyte of 1,073,741,824.
    public func byte(_ name: PriceName) -> Price { self[name].forParts(1 << 30) }
}
