/// What a stack has used in a stretch of time.
public struct Usage: Sendable, Hashable {
    public struct Pipe: Sendable, Hashable {
        public var name: String
        public var read: Int64
        public var filteredOut: Int64
        public var delivered: Int64
        /// Calls of the target.
        public var invocations: Int64
        /// Of one call of the target.
        public var callPrice: Price

        public init(
            name: String, read: Int64, filteredOut: Int64, delivered: Int64, invocations: Int64, callPrice: Price
        ) {
            self.name = name
            self.read = read
            self.filteredOut = filteredOut
            self.delivered = delivered
            self.invocations = invocations
            self.callPrice = callPrice
        }

        /// What the pipe's filter and its batches save.
        public var saving: Saving {
            Saving(filteredOut: filteredOut, delivered: delivered, invocations: invocations, callPrice: callPrice)
        }
    }

    public struct Function: Sendable, Hashable {
        public var invocations: Int64
        /// Memory times running time.
        public var megabyteMilliseconds: Int64

        public init(invocations: Int64, megabyteMilliseconds: Int64) {
            self.invocations = invocations
            self.megabyteMilliseconds = megabyteMilliseconds
        }
    }

    /// Consumed capacity of tables and their indexes.
    public var writeUnits: Int64 = 0
    public var readUnits: Int64 = 0
    public var pipes: [Pipe] = []
    public var functions: [Function] = []
    public var architecture = Architecture.ofThisMachine
    /// Messages sent, received and deleted, and receives that found nothing.
    public var queueRequests: Int64 = 0
    public var fifoQueueRequests: Int64 = 0
    /// Nil where nobody counts them.
    public var logBytes: Int64?

    public init() {}
}

/// What a pipe saves against calling its target once for every record that it reads.
public struct Saving: Sendable, Hashable {
    /// Calls that were not made: of the records filtered out, and of those that came with others in a batch. Below zero where attempts
    /// that failed are more than that.
    public let invocations: Int64
    /// What these calls would have cost as requests, and what the records filtered out would have cost as requests of the pipe. The
    /// running time of calls that were not made is nobody's to know, and is not in it.
    public let money: Money

    public init(
        filteredOut: Int64, delivered: Int64, invocations: Int64, callPrice: Price, prices: PriceList = .builtIn
    ) {
        self.invocations = filteredOut + delivered - invocations
        money = callPrice.times(self.invocations) + prices[.pipeRequest].times(filteredOut)
    }
}
