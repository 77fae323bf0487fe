import TestSupport

/// A record of the Orders table's stream, in the very form in which Sluice writes it.
struct StreamRecord {
    var sequence: Int
    /// Seconds since 1970.
    var arrival: Int64
    var keys: Image
    var old: Image?
    var new: Image?

    private static let head =
        #""eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":"#
    private static let source =
        "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2010-12-01T08:00:00.000"

    var json: [UInt8] {
        let name = new == nil ? "REMOVE" : old == nil ? "INSERT" : "MODIFY"
        var text = #"{"eventID":"\#(eventID)","eventName":"\#(name)",\#(Self.head)"#
        text += #"{"ApproximateCreationDateTime":\#(arrival).0,"Keys":\#(keys.json),"#
        if let new { text += #""NewImage":\#(new.json),"# }
        if let old { text += #""OldImage":\#(old.json),"# }
        let sizeBytes = keys.sizeBytes + (new?.sizeBytes ?? 0) + (old?.sizeBytes ?? 0)
        text += #""SequenceNumber":"1\#(Self.padded("\(sequence)", 20))","SizeBytes":\#(sizeBytes),"#
        text += #""StreamViewType":"NEW_AND_OLD_IMAGES"},"eventSourceARN":"\#(Self.source)"}"#
        return Array(text.utf8)
    }

    /// 32 hexadecimal digits that follow from the sequence.
    private var eventID: String {
        let high = SeededGenerator.mix(UInt64(sequence))
        return [high, SeededGenerator.mix(high)].map { Self.padded(String($0, radix: 16), 16) }.joined()
    }

    private static func padded(_ digits: String, _ count: Int) -> String {
        String(repeating: "0", count: count - digits.utf8.count) + digits
    }
}
