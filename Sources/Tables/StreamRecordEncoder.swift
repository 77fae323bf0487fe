import Clocks
import Items

/// Writes stream records as the exact JSON that a function receives (facts 3.2). Nothing re-encodes it later: pipes match
/// these bytes and batches are made of them.
struct StreamRecordEncoder: Sendable {
    /// One change of an item.
    struct Change {
        let keys: Item
        let old: (item: Item, json: [UInt8])?
        let new: (item: Item, json: [UInt8])?
    }

    private let viewType: TableDefinition.StreamViewType
    private let head: [UInt8]
    private let tail: [UInt8]
    private let eventIDSeed: UInt64

    init(streamARN: String, region: String, viewType: TableDefinition.StreamViewType) {
        self.viewType = viewType
        head = Array(
            #","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"\#(region)","dynamodb":{"ApproximateCreationDateTime":"#
                .utf8)
        tail = Array(
            #","StreamViewType":"\#(viewType.rawValue)"},"eventSourceARN":"\#(streamARN)"}"#.utf8)
        eventIDSeed = StableHash.of(streamARN.utf8)
    }

    func encode(_ change: Change, sequence: UInt64, arrival: Timestamp) -> [UInt8] {
        var json: [UInt8] = []
        json.reserveCapacity(512 + (change.old?.json.count ?? 0) + (change.new?.json.count ?? 0))
        json.append(contentsOf: #"{"eventID":""#.utf8)
        appendEventID(sequence, to: &json)
        json.append(contentsOf: #"","eventName":""#.utf8)
        let name: StreamRecord.EventName = change.new == nil ? .remove : change.old == nil ? .insert : .modify
        json.append(contentsOf: name.rawValue.utf8)
        json.append(UInt8(ascii: "\""))
        json.append(contentsOf: head)
        // Whole seconds with a fraction of zero, as recorded on AWS.
        json.append(contentsOf: "\(arrival.seconds).0".utf8)
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
        json.append(contentsOf: #","SequenceNumber":"\#(SequenceNumber.text(sequence))","SizeBytes":"#.utf8)
        json.append(contentsOf: String(sizeBytes(change)).utf8)
        json.append(contentsOf: tail)
        return json
    }

    /// Keys and the images that the record shows.
    private func sizeBytes(_ change: Change) -> Int {
        var size = change.keys.sizeBytes
        if viewType.showsNewImage, let new = change.new { size += new.item.sizeBytes }
        if viewType.showsOldImage, let old = change.old { size += old.item.sizeBytes }
        return size
    }

    /// 32 lower-case hex digits, a function of the stream and the sequence: unique, and the same on every delivery.
    private func appendEventID(_ sequence: UInt64, to json: inout [UInt8]) {
        let high = StableHash.mix(eventIDSeed ^ sequence)
        let low = StableHash.mix(high ^ StableHash.mix(sequence))
        for half in [high, low] {
            for shift in stride(from: 60, through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(shift)) & 15
                json.append(digit < 10 ? 48 + digit : 87 + digit)
            }
        }
    }
}
