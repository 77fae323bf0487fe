/// The keys a Query reads: all with one hash key, or those of them whose range key lies in a range.
public struct KeyCondition: Sendable, Hashable {
    public enum RangeCondition: Sendable, Hashable {
        case equal(AttributeValue)
        case less(AttributeValue)
        case lessOrEqual(AttributeValue)
        case greater(AttributeValue)
        case greaterOrEqual(AttributeValue)
        /// Both ends included.
        case between(AttributeValue, AttributeValue)
        case beginsWith(AttributeValue)
    }

    public var hashKey: AttributeValue
    public var range: RangeCondition?

    public init(hashKey: AttributeValue, range: RangeCondition? = nil) {
        self.hashKey = hashKey
        self.range = range
    }

    /// The range of the encoded keys that meet the condition. A key is the prefix, the encoded hash key, the encoded
    /// range key if there is one, and whatever follows (an index's entries go on with the table's key).
    /// - Parameter prefix: the bytes before the hash key.
    /// - Returns: the first key there may be, and the first key behind them all; the same twice when none can be met.
    /// - Throws: `.validation` for values that are no keys.
    public func bounds(after prefix: [UInt8]) throws(ItemError) -> (lower: [UInt8], upper: [UInt8]) {
        var start = prefix
        try KeyCoding.append(hashKey, to: &start)
        let end = KeyCoding.end(of: start)
        guard let range else { return (start, end) }
        switch range {
        case .equal(let value):
            let lower = try key(start, value)
            return (lower, KeyCoding.end(of: lower))
        case .less(let value): return (start, try key(start, value))
        case .lessOrEqual(let value): return (start, KeyCoding.end(of: try key(start, value)))
        case .greater(let value): return (KeyCoding.end(of: try key(start, value)), end)
        case .greaterOrEqual(let value): return (try key(start, value), end)
        case .between(let low, let high):
            let lower = try key(start, low)
            let upper = KeyCoding.end(of: try key(start, high))
            return lower.lexicographicallyPrecedes(upper) ? (lower, upper) : (lower, lower)
        case .beginsWith(let value):
            try KeyCoding.append(beginningOf: value, to: &start)
            return (start, KeyCoding.end(of: start))
        }
    }

    private func key(_ start: [UInt8], _ value: AttributeValue) throws(ItemError) -> [UInt8] {
        var key = start
        try KeyCoding.append(value, to: &key)
        return key
    }
}

extension KeyCoding {
    /// The first bytes behind all that begin with these. There are such bytes: each encoding begins with a tag well
    /// below 0xFF.
    static func end(of bytes: [UInt8]) -> [UInt8] {
        var end = bytes
        while end.last == 0xFF { end.removeLast() }
        precondition(!end.isEmpty, "No bytes follow these")
        end[end.count - 1] += 1
        return end
    }
}
