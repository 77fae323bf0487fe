public import Items

/// A query: the items with one hash key, in the order of the range key.
public struct ItemQuery: Sendable {
    /// A secondary index; nil for the table's own key.
    public var index: String?
    public var keyCondition: KeyCondition
    public var filter: ConditionExpression?
    public var projection: ProjectionExpression?
    /// The key behind which to begin: an earlier page's ``ReadPage/lastEvaluatedKey``.
    public var exclusiveStartKey: Item?
    /// False for descending order.
    public var isForward: Bool
    /// Most items to evaluate, at least 1; nil for as many as a page takes.
    public var limit: Int?
    /// Whether a query of a local index reads whole items, also what the index does not show.
    public var fetchesWholeItems: Bool

    public init(
        index: String? = nil, keyCondition: KeyCondition, filter: ConditionExpression? = nil,
        projection: ProjectionExpression? = nil, exclusiveStartKey: Item? = nil, isForward: Bool = true,
        limit: Int? = nil, fetchesWholeItems: Bool = false
    ) {
        self.index = index
        self.keyCondition = keyCondition
        self.filter = filter
        self.projection = projection
        self.exclusiveStartKey = exclusiveStartKey
        self.isForward = isForward
        self.limit = limit
        self.fetchesWholeItems = fetchesWholeItems
    }
}

/// A scan: all items of a table or an index, or those of one segment.
public struct ItemScan: Sendable {
    /// One of `count` parts of the items; each item is in exactly one.
    public struct Segment: Sendable, Hashable {
        /// From 0.
        public var number: Int
        public var count: Int

        public init(number: Int, count: Int) {
            self.number = number
            self.count = count
        }
    }

    public var index: String?
    public var segment: Segment?
    public var filter: ConditionExpression?
    public var projection: ProjectionExpression?
    public var exclusiveStartKey: Item?
    public var limit: Int?
    public var fetchesWholeItems: Bool

    public init(
        index: String? = nil, segment: Segment? = nil, filter: ConditionExpression? = nil,
        projection: ProjectionExpression? = nil, exclusiveStartKey: Item? = nil, limit: Int? = nil,
        fetchesWholeItems: Bool = false
    ) {
        self.index = index
        self.segment = segment
        self.filter = filter
        self.projection = projection
        self.exclusiveStartKey = exclusiveStartKey
        self.limit = limit
        self.fetchesWholeItems = fetchesWholeItems
    }
}

/// One page of a query or scan.
public struct ReadPage: Sendable {
    /// Most bytes of items evaluated for one page. AWS: 1 MB; the item that reaches it is the page's last.
    public static let evaluatedBytesMax = 1 << 20

    /// What passed the filter, as the index and the projection show it.
    public var items: [StoredItem] = []
    /// Items evaluated, filtered out or not.
    public var scannedCount = 0
    /// Where the next page begins; nil when everything has been evaluated.
    public var lastEvaluatedKey: Item?
    /// Size of the items evaluated, by AWS's rules: what a read costs.
    public var evaluatedBytes = 0
}

/// That a read takes longer than it may: it passes more than 64 KB of items, or 1,000 keys. Nothing has come of it.
///
/// What stays within them takes about a millisecond: as long as ten writes of an order.
public struct LongRead: Error {
    /// Most bytes of items, as stored, in a read that does not take long; the one that goes over is read, too.
    static let briefBytesMax = 64 << 10
    /// Most keys that such a read passes.
    static let briefKeysMax = 1_000
}
