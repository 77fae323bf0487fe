/// An item of a table: named attribute values, in the order of their names' UTF-8 bytes.
///
/// The order and the sorted sets give each item exactly one form: equal items have equal `json` bytes, so "nothing
/// changed" is a comparison of bytes. A value of type `M` is an `Item` as well.
public struct Item: Sendable {
    /// One attribute.
    public struct Attribute: Sendable {
        public let name: String
        public internal(set) var value: AttributeValue
    }

    /// Largest item, names and values together. AWS: 400 KB, "Service, account, and table quotas".
    public static let itemSizeBytesMax = 400 * 1_024

    /// Deepest nesting: the item is the first level, so a value may hold 31 containers in one another. AWS: 32 levels.
    public static let nestingMax = 32

    /// Longest name of an attribute, also in maps. AWS: less than 64 KB.
    public static let nameBytesMax = 65_535

    /// All attributes, by name.
    public private(set) var attributes: [Attribute]

    public init() { attributes = [] }

    /// - Throws: `.validation` for a name longer than `nameBytesMax`.
    static func check(name: String) throws(ItemError) {
        guard name.utf8.count <= nameBytesMax else {
            throw .validation("Attribute name is too large, must be less than \(nameBytesMax + 1) bytes")
        }
    }

    public init(_ dictionary: [String: AttributeValue]) {
        attributes =
            dictionary
            .map { Attribute(name: $0.key, value: $0.value.canonical) }
            .sorted { UTF8Order.precedes($0.name, $1.name) }
    }

    /// Takes attributes in any order; of two with one name the later stays, as in JSON readers.
    init(unsorted: consuming [Attribute]) {
        attributes = unsorted
        sort()
    }

    public var isEmpty: Bool { attributes.isEmpty }
    public var count: Int { attributes.count }

    /// Logarithmic to read; linear in the number of attributes to add or remove one.
    public subscript(name: String) -> AttributeValue? {
        get {
            let index = lowerBound(name)
            guard index < attributes.count, UTF8Order.areEqual(attributes[index].name, name) else { return nil }
            return attributes[index].value
        }
        set {
            let index = lowerBound(name)
            let isPresent = index < attributes.count && UTF8Order.areEqual(attributes[index].name, name)
            switch (newValue, isPresent) {
            case (let value?, true): attributes[index].value = value.canonical
            case (let value?, false): attributes.insert(Attribute(name: name, value: value.canonical), at: index)
            case (nil, true): attributes.remove(at: index)
            case (nil, false): break
            }
        }
    }

    /// Changes the value of an attribute where it lies: without a copy, unless others hold the item as well.
    /// - Parameter change: must leave a canonical value.
    /// - Returns: whether there is such an attribute.
    mutating func change(
        _ name: String, _ change: (inout AttributeValue) throws(ItemError) -> Void
    ) throws(ItemError) -> Bool {
        let index = lowerBound(name)
        guard index < attributes.count, UTF8Order.areEqual(attributes[index].name, name) else { return false }
        try change(&attributes[index].value)
        return true
    }

    private func lowerBound(_ name: String) -> Int {
        var low = 0
        var high = attributes.count
        while low < high {
            let middle = (low + high) / 2
            if UTF8Order.precedes(attributes[middle].name, name) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Sorts by name, and of several attributes with one name keeps the last.
    ///
    /// Reading an item spends a third of its time here when names are compared whole. So the first eight bytes of each
    /// name, as one word, are compared first and settle nearly every case; what we wrote ourselves is in order already
    /// and is left where it is.
    private mutating func sort() {
        guard attributes.count > 1 else { return }
        var keys: [SortKey] = []
        keys.reserveCapacity(attributes.count)
        var isSorted = true
        for index in attributes.indices {
            let key = SortKey(prefix: SortKey.prefix(of: attributes[index].name), index: index)
            if isSorted, let last = keys.last, !precedes(last, key) { isSorted = false }
            keys.append(key)
        }
        guard !isSorted else { return }
        sort(&keys)
        var sorted: [Attribute] = []
        sorted.reserveCapacity(keys.count)
        for key in keys {
            let attribute = attributes[key.index]
            if let last = sorted.last, UTF8Order.areEqual(last.name, attribute.name) { sorted.removeLast() }
            sorted.append(attribute)
        }
        attributes = sorted
    }

    /// By insertion, which is quickest for the dozen attributes of an ordinary item. Both ways are stable.
    private func sort(_ keys: inout [SortKey]) {
        guard keys.count <= 32 else {
            keys.sort { precedes($0, $1) }
            return
        }
        for index in keys.indices.dropFirst() {
            let key = keys[index]
            var position = index
            while position > 0, precedes(key, keys[position - 1]) {
                keys[position] = keys[position - 1]
                position -= 1
            }
            keys[position] = key
        }
    }

    private func precedes(_ left: SortKey, _ right: SortKey) -> Bool {
        if left.prefix != right.prefix { return left.prefix < right.prefix }
        return UTF8Order.precedes(attributes[left.index].name, attributes[right.index].name)
    }

    private struct SortKey {
        var prefix: UInt64
        var index: Int

        /// The first eight UTF-8 bytes as a big-endian word, filled up with zeroes.
        static func prefix(of name: String) -> UInt64 {
            var prefix: UInt64 = 0
            var missing: UInt64 = 64
            for byte in name.utf8 {
                missing -= 8
                prefix |= UInt64(byte) << missing
                if missing == 0 { break }
            }
            return prefix
        }
    }
}

extension Item: ExpressibleByDictionaryLiteral {
    /// Of two attributes with one name the later stays.
    public init(dictionaryLiteral elements: (String, AttributeValue)...) {
        self.init(unsorted: elements.map { Attribute(name: $0.0, value: $0.1.canonical) })
    }
}

extension Item: Hashable {
    public static func == (left: Item, right: Item) -> Bool { left.attributes == right.attributes }
    public func hash(into hasher: inout Hasher) { hasher.combine(attributes) }
}

extension Item.Attribute: Hashable {
    public static func == (left: Item.Attribute, right: Item.Attribute) -> Bool {
        UTF8Order.areEqual(left.name, right.name) && left.value == right.value
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(value)
    }
}
