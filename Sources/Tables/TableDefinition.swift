public import Clocks
public import Items

/// What a table is: keys, indexes, stream and settings, as CreateTable and `AWS::DynamoDB::Table` say it.
public struct TableDefinition: Sendable, Hashable, Codable {
    /// How capacity is paid for on AWS. Here it changes nothing but the answers.
    public enum BillingMode: String, Sendable, Codable {
        case provisioned = "PROVISIONED"
        case payPerRequest = "PAY_PER_REQUEST"
    }

    /// Provisioned capacity, units a second. Not enforced.
    public struct Throughput: Sendable, Hashable, Codable {
        public var readCapacityUnits: Int
        public var writeCapacityUnits: Int

        public init(readCapacityUnits: Int, writeCapacityUnits: Int) {
            self.readCapacityUnits = readCapacityUnits
            self.writeCapacityUnits = writeCapacityUnits
        }
    }

    /// What an index shows of an item besides the keys of table and index.
    public enum Projection: Sendable, Hashable, Codable {
        case all
        case keysOnly
        case include([String])
    }

    /// A secondary index.
    public struct Index: Sendable, Hashable, Codable {
        public var name: String
        public var keySchema: KeySchema
        /// False for a local index: it has the table's hash key and is made with the table.
        public var isGlobal: Bool
        public var projection: Projection
        public var throughput: Throughput?

        public init(
            name: String, keySchema: KeySchema, isGlobal: Bool = true, projection: Projection = .all,
            throughput: Throughput? = nil
        ) {
            self.name = name
            self.keySchema = keySchema
            self.isGlobal = isGlobal
            self.projection = projection
            self.throughput = throughput
        }
    }

    /// What a stream record shows of the item.
    public enum StreamViewType: String, Sendable, Codable {
        case keysOnly = "KEYS_ONLY"
        case newImage = "NEW_IMAGE"
        case oldImage = "OLD_IMAGE"
        case newAndOldImages = "NEW_AND_OLD_IMAGES"

        var showsNewImage: Bool { self == .newImage || self == .newAndOldImages }
        var showsOldImage: Bool { self == .oldImage || self == .newAndOldImages }
    }

    public enum TableClass: String, Sendable, Codable {
        case standard = "STANDARD"
        case infrequentAccess = "STANDARD_INFREQUENT_ACCESS"
    }

    /// Continuous backups as asked for; what a data folder keeps is `sluice data backup`'s business.
    public struct PointInTimeRecovery: Sendable, Hashable, Codable {
        public var recoveryPeriodInDays: Int
        public var enabledAt: Timestamp?

        public init(recoveryPeriodInDays: Int = 35, enabledAt: Timestamp? = nil) {
            self.recoveryPeriodInDays = recoveryPeriodInDays
            self.enabledAt = enabledAt
        }
    }

    public var name: String
    public var keySchema: KeySchema
    public var indexes: [Index]

    /// The names of the indexes' key attributes; some may come twice.
    package var indexKeyNames: [String] { indexes.flatMap(\.keySchema.names) }

    /// Nil for a table without a stream.
    public var streamViewType: StreamViewType?
    public var billingMode: BillingMode
    /// Nil on demand.
    public var throughput: Throughput?
    /// The warm throughput that was asked for, units a second; nil for what comes with the billing mode.
    public var warmThroughput: Throughput?
    /// The attribute that holds an item's time of expiry, seconds since 1970; nil when items live for ever.
    public var timeToLiveAttribute: String?
    public var pointInTimeRecovery: PointInTimeRecovery?
    public var isDeletionProtected: Bool
    public var tableClass: TableClass
    public var hasServerSideEncryption: Bool
    public var tags: [String: String]

    public init(
        name: String, keySchema: KeySchema, indexes: [Index] = [], streamViewType: StreamViewType? = nil,
        billingMode: BillingMode = .payPerRequest, throughput: Throughput? = nil, timeToLiveAttribute: String? = nil,
        pointInTimeRecovery: PointInTimeRecovery? = nil, isDeletionProtected: Bool = false,
        tableClass: TableClass = .standard, hasServerSideEncryption: Bool = false, tags: [String: String] = [:]
    ) {
        self.name = name
        self.keySchema = keySchema
        self.indexes = indexes
        self.streamViewType = streamViewType
        self.billingMode = billingMode
        self.throughput = throughput
        self.timeToLiveAttribute = timeToLiveAttribute
        self.pointInTimeRecovery = pointInTimeRecovery
        self.isDeletionProtected = isDeletionProtected
        self.tableClass = tableClass
        self.hasServerSideEncryption = hasServerSideEncryption
        self.tags = tags
    }

    /// The key attributes of the table and its indexes, each once, by name.
    public var attributeDefinitions: [KeySchema.Attribute] {
        var types: [String: KeySchema.ScalarType] = [:]
        for schema in [keySchema] + indexes.map(\.keySchema) {
            for attribute in schema.attributes { types[attribute.name] = attribute.type }
        }
        return types.sorted { $0.key < $1.key }.map { KeySchema.Attribute(name: $0.key, type: $0.value) }
    }
}

extension KeySchema {
    /// The key attributes, hash key first.
    public var attributes: [Attribute] { [hashKey] + (rangeKey.map { [$0] } ?? []) }
}

extension KeySchema: Codable {
    private struct Key: Codable {
        let name: String
        let type: String
    }

    public init(from decoder: any Decoder) throws {
        let keys = try decoder.singleValueContainer().decode([Key].self)
        let attributes = keys.compactMap { key in
            ScalarType(rawValue: key.type).map { Attribute(name: key.name, type: $0) }
        }
        guard let hashKey = attributes.first, attributes.count == keys.count, keys.count <= 2 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "A key schema has one or two attributes"))
        }
        self.init(hashKey: hashKey, rangeKey: attributes.dropFirst().first)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(attributes.map { Key(name: $0.name, type: $0.type.rawValue) })
    }
}
