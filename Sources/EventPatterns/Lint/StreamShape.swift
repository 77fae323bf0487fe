/// What the records of a DynamoDB stream can hold, as far as it is known.
///
/// Source: DynamoDB Streams API reference, `Record`, `StreamRecord` and `StreamSpecification`.
public struct StreamShape: Sendable, Hashable {
    /// Which images a stream's records have. The raw value is AWS's word.
    public enum ViewType: String, Sendable, Hashable, CaseIterable {
        case keysOnly = "KEYS_ONLY"
        case newImage = "NEW_IMAGE"
        case oldImage = "OLD_IMAGE"
        case newAndOldImages = "NEW_AND_OLD_IMAGES"
    }

    /// A key attribute of the table.
    public struct KeyAttribute: Sendable, Hashable {
        public enum KeyType: String, Sendable, Hashable {
            case string = "S"
            case number = "N"
            case binary = "B"
        }

        public var name: String
        public var type: KeyType

        public init(name: String, type: KeyType) {
            self.name = name
            self.type = type
        }
    }

    /// Nothing is known: any view type, any keys.
    public static let unknown = StreamShape(viewType: nil, keys: nil)

    /// Nil when it is not known.
    public var viewType: ViewType?
    /// The table's one or two keys; nil when they are not known.
    public var keys: [KeyAttribute]?

    public init(viewType: ViewType?, keys: [KeyAttribute]?) {
        self.viewType = viewType
        self.keys = keys
    }

    /// Every kind of record that the stream can hold.
    var recordKinds: [RecordKind] {
        let views = viewType.map { [$0] } ?? ViewType.allCases
        return views.flatMap { view in RecordKind.EventName.allCases.map { RecordKind(eventName: $0, viewType: view) } }
    }

    func keyType(_ name: Text) -> KeyAttribute.KeyType? { keys?.first { Text($0.name) == name }?.type }
}

/// A sort of record: what happened, in a stream of which view type. All records of a sort have the same images.
struct RecordKind: Hashable {
    enum EventName: String, CaseIterable {
        case insert = "INSERT"
        case modify = "MODIFY"
        case remove = "REMOVE"
    }

    var eventName: EventName
    var viewType: StreamShape.ViewType

    func has(_ image: Image) -> Bool {
        switch image {
        case .new: eventName != .remove && (viewType == .newImage || viewType == .newAndOldImages)
        case .old: eventName != .insert && (viewType == .oldImage || viewType == .newAndOldImages)
        }
    }
}

/// The raw value is the field's name in a record.
enum Image: String {
    case new = "NewImage"
    case old = "OldImage"
}
