public import Clocks

/// A queue as the catalog keeps it.
public struct QueueDefinition: Codable, Sendable, Hashable {
    public var name: String
    public var settings: QueueSettings
    public var tags: [String: String]
    public var createdAt: Timestamp
    public var lastModifiedAt: Timestamp

    public init(
        name: String, settings: QueueSettings = QueueSettings(), tags: [String: String] = [:], createdAt: Timestamp
    ) {
        self.name = name
        self.settings = settings
        self.tags = tags
        self.createdAt = createdAt
        lastModifiedAt = createdAt
    }

    /// Longest name, the suffix of FIFO queues included.
    private static let nameLengthMax = 80
    private static let suffixOfFIFO = ".fifo"

    /// - Throws: ``QueueError`` for a name that a queue of this type cannot have.
    static func checkName(_ name: String, isFIFO: Bool) throws(QueueError) {
        let stem = isFIFO && name.hasSuffix(suffixOfFIFO) ? name.dropLast(suffixOfFIFO.count) : name[...]
        let isPlain = stem.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isPlain, !stem.isEmpty, name.utf8.count <= nameLengthMax, !isFIFO || name.hasSuffix(suffixOfFIFO) else {
            throw QueueError(
                .invalidParameterValue,
                isFIFO
                    ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must "
                        + "end with .fifo suffix and be 1 to 80 in length"
                    : "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
        }
    }
}
