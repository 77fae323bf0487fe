import Foundation
import Items

/// What a stream record says of its item.
struct RecordImages {
    /// The item's key; nil for bytes that are no stream record.
    let keys: Item?
    /// The item after the change; nil when it was removed or the stream does not show it.
    let new: Item?
    /// Whether the record would show the item after the change.
    let showsNew: Bool

    private struct Record: Decodable {
        struct Change: Decodable {
            let Keys: Item
            let NewImage: Item?
            let StreamViewType: String
        }
        let dynamodb: Change
    }

    init(_ json: Data) {
        let record = try? JSONDecoder().decode(Record.self, from: json)
        keys = record?.dynamodb.Keys
        new = record?.dynamodb.NewImage
        showsNew = ["NEW_IMAGE", "NEW_AND_OLD_IMAGES"].contains(record?.dynamodb.StreamViewType)
    }

    /// The key attributes as people write them, such as `orderId=A-1 timestamp=1`.
    var keysText: String {
        guard let keys else { return "a record that cannot be read" }
        return keys.attributes.map { attribute in
            switch attribute.value {
            case .string(let text): "\(attribute.name)=\(text)"
            case .number(let number): "\(attribute.name)=\(number)"
            // Keys are texts, numbers or bytes.
            default: "\(attribute.name)=(bytes)"
            }
        }.joined(separator: " ")
    }
}
