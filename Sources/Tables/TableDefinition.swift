public import Items

/// What a table is: its name, keys, indexes and stream, as `AWS::DynamoDB::Table` says it.
public struct TableDefinition: Sendable, Hashable {
    /// A global secondary index.
    public struct Index: Sendable, Hashable {
        public var name: String
        public var keySchema: KeySchema

        public init(name: String, keySchema: KeySchema) {
            self.name = name
            self.keySchema = keySchema
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

    public var name: String
    public var arn: String
    public var region: String
    public var keySchema: KeySchema
    public var indexes: [Index]
    /// Nil for a table without a stream.
    public var streamViewType: StreamViewType?

    public init(
        name: String, arn: String, region: String, keySchema: KeySchema, indexes: [Index] = [],
        streamViewType: StreamViewType? = nil
    ) {
        self.name = name
        self.arn = arn
        self.region = region
        self.keySchema = keySchema
        self.indexes = indexes
        self.streamViewType = streamViewType
    }
}

/// A table as the catalog keeps it.
struct StoredTable: Codable, Sendable, Hashable {
    struct Key: Codable, Sendable, Hashable {
        let name: String
        let type: String

        init(_ attribute: KeySchema.Attribute) {
            name = attribute.name
            type = attribute.type.rawValue
        }
    }

    struct Index: Codable, Sendable, Hashable {
        let name: String
        let keys: [Key]
    }

    struct Stream: Codable, Sendable, Hashable {
        let viewType: TableDefinition.StreamViewType
        /// The ISO time at the end of the stream's ARN.
        let label: String
        let shardID: String
    }

    let keys: [Key]
    let indexes: [Index]
    let stream: Stream?

    init(_ definition: TableDefinition, stream: Stream?) {
        keys = Self.keys(definition.keySchema)
        indexes = definition.indexes.map { Index(name: $0.name, keys: Self.keys($0.keySchema)) }
        self.stream = stream
    }

    private static func keys(_ schema: KeySchema) -> [Key] {
        [Key(schema.hashKey)] + (schema.rangeKey.map { [Key($0)] } ?? [])
    }
}
