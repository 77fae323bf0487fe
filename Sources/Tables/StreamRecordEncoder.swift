import Clocks
import Items
import Storage

/// Writes stream records as the exact JSON that a function receives (DynamoDB Streams API reference, `Record`; Lambda's developer
/// guide, on DynamoDB). Nothing re-encodes it later: pipes match these bytes and batches are made of them.
struct StreamRecordEncoder: Sendable {
    /// Who caused a change.
    enum Origin: Sendable {
        case client
        /// The service removed an expired item.
        case timeToLive
    }

    /// One change of an item.
    struct Change {
        let keys: Item
        let old: StoredItem?
        let new: StoredItem?
        let origin: Origin
    }

    /// How a record that the service caused ends: as a function receives it, and as GetRecords answers it.
    private static let serviceIdentity = (
        delivered: #","userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}"#,
        answered: #","userIdentity":{"Type":"Service","PrincipalId":"dynamodb.amazonaws.com"}"#
    )

    private let viewType: TableDefinition.StreamViewType
    private let head: [UInt8]
    private let viewTypeMember: [UInt8]
    /// What only a delivered record has, before the ARN: GetRecords answers records without it.
    private static let sourceName = #","eventSourceARN":""#
    private let sourceMember: [UInt8]
    private let eventIDSeed: UInt64

    init(streamARN: String, region: String, viewType: TableDefinition.StreamViewType) {
        self.viewType = viewType
        head = Array(
            #","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"\#(region)","dynamodb":{"ApproximateCreationDateTime":"#
                .utf8)
        viewTypeMember = Array(#","StreamViewType":"\#(viewType.rawValue)"}"#.utf8)
        sourceMember = Array("\(Self.sourceName)\(streamARN)\"}".utf8)
        eventIDSeed = StableHash.of(streamARN.utf8)
    }

    /// The id of the event with this sequence in the stream: unique, and the same on every delivery.
    func eventID(_ sequence: UInt64) -> EventID {
        let high = StableHash.mix(eventIDSeed ^ sequence)
        return EventID(high: high, low: StableHash.mix(high ^ StableHash.mix(sequence)))
    }

    /// Appends a record.
    ///
    /// - Throws: `ItemError` when a stored item is damaged.
    func append(
        _ change: Change, id: EventID, sequence: UInt64, arrival: Timestamp, to json: inout [UInt8]
    ) throws(ItemError) {
        json.reserveCapacity(json.count + 640 + (change.old?.json.count ?? 0) + (change.new?.json.count ?? 0))
        json.append(contentsOf: #"{"eventID":""#.utf8)
        id.append(to: &json)
        json.append(contentsOf: #"","eventName":""#.utf8)
        let name: StreamRecord.EventName = change.new == nil ? .remove : change.old == nil ? .insert : .modify
        json.append(contentsOf: name.rawValue.utf8)
        json.append(UInt8(ascii: "\""))
        json.append(contentsOf: head)
        // Whole seconds with a fraction of zero, as recorded on AWS.
        json.append(contentsOf: String(arrival.seconds).utf8)
        json.append(contentsOf: ".0".utf8)
        json.append(contentsOf: #","Keys":"#.utf8)
        change.keys.appendJSON(to: &json)
        if viewType.showsNewImage, let new = change.new {
            json.append(contentsOf: #","NewImage":"#.utf8)
            json.append(contentsOf: new.json)
        }
        if viewType.showsOldImage, let old = change.old {
            json.append(contentsOf: #","OldImage":"#.utf8)
            json.append(contentsOf: old.json)
        }
        json.append(contentsOf: #","SequenceNumber":""#.utf8)
        SequenceNumber.append(sequence, to: &json)
        json.append(contentsOf: #"","SizeBytes":"#.utf8)
        json.append(contentsOf: String(try sizeBytes(change)).utf8)
        json.append(contentsOf: viewTypeMember)
        if change.origin == .timeToLive { json.append(contentsOf: Self.serviceIdentity.delivered.utf8) }
        json.append(contentsOf: sourceMember)
    }

    /// A stored record as GetRecords answers it: without the member that names the stream, and with the identity's members
    /// in the API's capitals.
    func answered(_ json: RawSpan) -> [UInt8] {
        // Back over the closing `"}` and the ARN, which may be one of another region if the settings were others then.
        let arn = json.withUnsafeBytes { $0.dropLast(2).lastIndex(of: UInt8(ascii: "\"")) ?? $0.count - 1 } + 1
        var end = arn - Self.sourceName.utf8.count
        let identity = Self.serviceIdentity.delivered.utf8
        let hasIdentity = json.extracting(..<end).withUnsafeBytes { $0.suffix(identity.count).elementsEqual(identity) }
        if hasIdentity { end -= identity.count }
        var answer = json.extracting(..<end).bytes()
        if hasIdentity { answer.append(contentsOf: Self.serviceIdentity.answered.utf8) }
        answer.append(UInt8(ascii: "}"))
        return answer
    }

    /// Keys and the images that the record shows.
    private func sizeBytes(_ change: Change) throws(ItemError) -> Int {
        var size = change.keys.sizeBytes
        if viewType.showsNewImage, let new = change.new { size += try new.item.sizeBytes }
        if viewType.showsOldImage, let old = change.old { size += try old.item.sizeBytes }
        return size
    }
}

/// What a record is told from others by: 32 lower-case hex digits.
struct EventID {
    let high: UInt64
    let low: UInt64

    func append(to json: inout [UInt8]) {
        for half in [high, low] {
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(shift)) & 15
                json.append(digit < 10 ? 48 + digit : 87 + digit)
            }
        }
    }
}
