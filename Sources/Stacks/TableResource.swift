/// A DynamoDB table of the stack: `AWS::DynamoDB::Table`.
public struct TableResource: Sendable, Hashable {
    /// The type of a key attribute; the raw value is DynamoDB's descriptor.
    public enum KeyType: String, Sendable, Hashable {
        case string = "S"
        case number = "N"
        case binary = "B"
    }

    public struct KeyAttribute: Sendable, Hashable {
        public var name: String
        public var type: KeyType

        public init(name: String, type: KeyType) {
            self.name = name
            self.type = type
        }
    }

    public struct KeySchema: Sendable, Hashable {
        public var hash: KeyAttribute
        public var range: KeyAttribute?

        public init(hash: KeyAttribute, range: KeyAttribute? = nil) {
            self.hash = hash
            self.range = range
        }
    }

    /// Which attributes an index holds besides the keys.
    public enum Projection: Sendable, Hashable {
        case all
        case keysOnly
        case include([String])
    }

    public struct Index: Sendable, Hashable {
        public var name: String
        /// False for a local index, which has the table's hash key.
        public var isGlobal: Bool
        public var hash: KeyAttribute
        public var range: KeyAttribute?
        public var projection: Projection
        /// Nil on demand.
        public var throughput: Throughput?

        public init(
            name: String, isGlobal: Bool, hash: KeyAttribute, range: KeyAttribute? = nil, projection: Projection,
            throughput: Throughput? = nil
        ) {
            self.name = name
            self.isGlobal = isGlobal
            self.hash = hash
            self.range = range
            self.projection = projection
            self.throughput = throughput
        }
    }

    /// Provisioned capacity, units a second.
    public struct Throughput: Sendable, Hashable {
        public var readCapacityUnits: Int
        public var writeCapacityUnits: Int

        public init(readCapacityUnits: Int, writeCapacityUnits: Int) {
            self.readCapacityUnits = readCapacityUnits
            self.writeCapacityUnits = writeCapacityUnits
        }
    }

    /// What the table's description shows and nothing here acts on, but for deletion protection.
    public struct Settings: Sendable, Hashable {
        /// Nil on demand.
        public var throughput: Throughput?
        /// How many days back a point in time may lie, 1 to 35; nil without continuous backups.
        public var recoveryPeriodInDays: Int?
        public var isEncrypted = false
        /// A key of KMS, by ID, ARN or alias; nil for DynamoDB's own.
        public var kmsKeyID: String?
        public var isDeletionProtected = false
        /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`.
        public var tableClass = "STANDARD"
        public var tags: [String: String] = [:]

        public init() {}
    }

    public var logicalID: String
    public var name: String
    /// Line of the template where the resource begins.
    public var line: Int
    public var arn: String
    /// The stream's stand-in name, ending in `/stream/LATEST`; the engine gives it its label when it creates the table.
    public var streamARN: String?
    public var keySchema: KeySchema
    public var indexes: [Index]
    /// `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`; nil when the table has no stream.
    public var streamViewType: String?
    /// The attribute that holds an item's time of expiry; nil when items live for ever.
    public var ttlAttribute: String?
    public var settings = Settings()
}
