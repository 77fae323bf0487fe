/// A record of a DynamoDB stream, as a function receives it from a pipe.
///
/// `Decodable` from the JSON that AWS delivers (an array of these is a pipe's event). Members this type does
/// not know are ignored; `KEYS_ONLY` and the other view types leave out images.
public struct StreamRecord: Codable, Sendable, Hashable {
    /// What happened to the item.
    public enum EventName: String, Codable, Sendable, Hashable, CaseIterable {
        case insert = "INSERT"
        case modify = "MODIFY"
        case remove = "REMOVE"
    }

    /// The change itself.
    public struct Change: Codable, Sendable, Hashable {
        /// Seconds since 1970, rounded down to the second on AWS.
        public var approximateCreationDateTime: Double
        public var keys: Item
        /// The item after the change; absent for a removal.
        public var newImage: Item?
        /// The item before the change; absent for an insertion.
        public var oldImage: Item?
        /// Decimal digits, 21 to 40 of them. Rises within a shard; compare as numbers, since lengths differ.
        public var sequenceNumber: String
        /// Sizes of keys, new image and old image together, in bytes.
        public var sizeBytes: Int
        /// `NEW_AND_OLD_IMAGES`, `NEW_IMAGE`, `OLD_IMAGE` or `KEYS_ONLY`.
        public var streamViewType: String

        public init(
            approximateCreationDateTime: Double, keys: Item, newImage: Item? = nil, oldImage: Item? = nil,
            sequenceNumber: String, sizeBytes: Int, streamViewType: String
        ) {
            self.approximateCreationDateTime = approximateCreationDateTime
            self.keys = keys
            self.newImage = newImage
            self.oldImage = oldImage
            self.sequenceNumber = sequenceNumber
            self.sizeBytes = sizeBytes
            self.streamViewType = streamViewType
        }

        private enum CodingKeys: String, CodingKey {
            case approximateCreationDateTime = "ApproximateCreationDateTime"
            case keys = "Keys"
            case newImage = "NewImage"
            case oldImage = "OldImage"
            case sequenceNumber = "SequenceNumber"
            case sizeBytes = "SizeBytes"
            case streamViewType = "StreamViewType"
        }
    }

    /// Who caused the change, present only for the service itself: a TTL removal has
    /// `Service` and `dynamodb.amazonaws.com`.
    public struct UserIdentity: Codable, Sendable, Hashable {
        public var type: String
        public var principalId: String

        public init(type: String, principalId: String) {
            self.type = type
            self.principalId = principalId
        }
    }

    /// Unique per record, 32 hexadecimal digits; the same on each delivery, so it tells repeats.
    public var eventID: String
    public var eventName: EventName
    public var eventVersion: String
    public var eventSource: String
    public var awsRegion: String
    public var dynamodb: Change
    public var eventSourceARN: String
    public var userIdentity: UserIdentity?

    public init(
        eventID: String, eventName: EventName, eventVersion: String = "1.1", eventSource: String = "aws:dynamodb",
        awsRegion: String, dynamodb: Change, eventSourceARN: String, userIdentity: UserIdentity? = nil
    ) {
        self.eventID = eventID
        self.eventName = eventName
        self.eventVersion = eventVersion
        self.eventSource = eventSource
        self.awsRegion = awsRegion
        self.dynamodb = dynamodb
        self.eventSourceARN = eventSourceARN
        self.userIdentity = userIdentity
    }
}
