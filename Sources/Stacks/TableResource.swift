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

        public init(
            name: String, isGlobal: Bool, hash: KeyAttribute, range: KeyAttribute? = nil, projection: Projection
        ) {
            self.name = name
            self.isGlobal = isGlobal
            self.hash = hash
            self.range = range
            self.projection = projection
        }
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
}
