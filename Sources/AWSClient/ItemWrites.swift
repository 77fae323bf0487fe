public import Items

/// A write of one item, alone or in a transaction.
public enum ItemWrite: Sendable, Hashable {
    case put(Put)
    case update(Update)
    case delete(Delete)
    /// Only in a transaction: writes nothing, and stands in the way of all when its condition does not hold.
    case conditionCheck(ConditionCheck)

    /// What must hold of the item before the write. Names and values are those of both expressions of an update.
    public struct Condition: Sendable, Hashable, ExpressibleByStringLiteral {
        /// Such as `attribute_not_exists(orderId)`; nil for none.
        public var expression: String?
        /// What `#name` stands for.
        public var names: [String: String]
        /// What `:value` stands for.
        public var values: [String: AttributeValue]
        /// Whether the error is to hold the item that was there.
        public var returnsItemOnFailure: Bool

        public init(
            _ expression: String?, names: [String: String] = [:], values: [String: AttributeValue] = [:],
            returnsItemOnFailure: Bool = false
        ) {
            self.expression = expression
            self.names = names
            self.values = values
            self.returnsItemOnFailure = returnsItemOnFailure
        }

        public init(stringLiteral value: String) { self.init(value) }

        public static let none = Condition(nil)
    }

    public struct Put: Sendable, Hashable {
        public var tableName: String
        public var item: Item
        public var condition: Condition

        public init(tableName: String, item: Item, condition: Condition = .none) {
            self.tableName = tableName
            self.item = item
            self.condition = condition
        }
    }

    public struct Update: Sendable, Hashable {
        public var tableName: String
        public var key: Item
        /// Such as `SET #s = :s`.
        public var expression: String
        public var condition: Condition

        /// - Parameters:
        ///   - tableName: the table's name or ARN.
        ///   - key: all key attributes, and no other.
        ///   - expression: such as `SET #s = :s`.
        ///   - condition: what must hold for the item before.
        ///   - names: what `#name` stands for, in both expressions.
        ///   - values: what `:value` stands for, in both expressions.
        ///   - returnsItemOnFailure: whether the error brings the item for which the condition does not hold.
        public init(
            tableName: String, key: Item, expression: String, condition: String? = nil, names: [String: String] = [:],
            values: [String: AttributeValue] = [:], returnsItemOnFailure: Bool = false
        ) {
            self.tableName = tableName
            self.key = key
            self.expression = expression
            self.condition = Condition(
                condition, names: names, values: values, returnsItemOnFailure: returnsItemOnFailure)
        }
    }

    public struct Delete: Sendable, Hashable {
        public var tableName: String
        public var key: Item
        public var condition: Condition

        public init(tableName: String, key: Item, condition: Condition = .none) {
            self.tableName = tableName
            self.key = key
            self.condition = condition
        }
    }

    public struct ConditionCheck: Sendable, Hashable {
        public var tableName: String
        public var key: Item
        public var condition: Condition

        public init(tableName: String, key: Item, condition: Condition) {
            self.tableName = tableName
            self.key = key
            self.condition = condition
        }
    }
}

/// Which item or attributes a write answers with.
public enum ReturnValues: String, Sendable, Hashable {
    case none = "NONE"
    case allOld = "ALL_OLD"
    /// Updates only, as the two below.
    case allNew = "ALL_NEW"
    case updatedOld = "UPDATED_OLD"
    case updatedNew = "UPDATED_NEW"
}

/// What to find in a table or an index.
public struct Query: Sendable, Hashable {
    public var tableName: String
    public var indexName: String?
    /// Such as `customerId = :c`.
    public var keyCondition: String
    /// Applied after the items are read: what it drops is paid for.
    public var filter: String?
    public var projection: String?
    public var names: [String: String]
    public var values: [String: AttributeValue]
    /// Most items looked at; nil for as many as 1 MB holds.
    public var limit: Int?
    public var isAscending: Bool
    public var isConsistent: Bool
    /// Where the last page ended.
    public var exclusiveStartKey: Item?

    public init(
        tableName: String, indexName: String? = nil, keyCondition: String, filter: String? = nil,
        projection: String? = nil, names: [String: String] = [:], values: [String: AttributeValue] = [:],
        limit: Int? = nil, isAscending: Bool = true, isConsistent: Bool = false, exclusiveStartKey: Item? = nil
    ) {
        self.tableName = tableName
        self.indexName = indexName
        self.keyCondition = keyCondition
        self.filter = filter
        self.projection = projection
        self.names = names
        self.values = values
        self.limit = limit
        self.isAscending = isAscending
        self.isConsistent = isConsistent
        self.exclusiveStartKey = exclusiveStartKey
    }
}

/// One page of a query's answer.
public struct QueryPage: Sendable, Hashable {
    public var items: [Item] = []
    /// Where the next page starts; nil after the last.
    public var lastEvaluatedKey: Item?
}
