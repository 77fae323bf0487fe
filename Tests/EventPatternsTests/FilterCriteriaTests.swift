import EventPatterns
import Testing

/// A DynamoDB stream record as a pipe hands it to the filter.
struct StreamRecord {
    var eventName = "INSERT"
    var new: [String: String]?
    var old: [String: String]?

    private static func image(_ attributes: [String: String]) -> String {
        let all = attributes.merging(["orderId": "order-1", "email": "joe@example.com"]) { first, _ in first }
        return "{" + all.map { #""\#($0)":{"S":"\#($1)"}"# }.joined(separator: ",") + #","amount":{"N":"150.5"}}"#
    }

    var bytes: [UInt8] {
        var data = #""ApproximateCreationDateTime":1479499740,"Keys":{"orderId":{"S":"order-1"}},"#
        if let new { data += #""NewImage":\#(Self.image(new)),"# }
        if let old { data += #""OldImage":\#(Self.image(old)),"# }
        data += #""SequenceNumber":"111","SizeBytes":26,"StreamViewType":"NEW_AND_OLD_IMAGES""#
        let text =
            #"{"eventID":"1","eventName":"\#(eventName)","eventVersion":"1.1","eventSource":"aws:dynamodb","#
            + #""awsRegion":"eu-west-1","dynamodb":{\#(data)},"eventSourceARN":"arn:aws:dynamodb:eu-west-1:1:table/o"}"#
        return Array(text.utf8)
    }
}

@Suite struct FilterCriteriaTests {
    static let standard = """
        {"eventName":["INSERT","MODIFY"],"dynamodb":{"NewImage":{"status":{"S":["pending","shipped"]},\
        "amountTier":{"S":["over100","over1000",{"exists":false}]},\
        "emailDomain":{"S":[{"anything-but":["test.com"]},{"exists":false}]}}}}
        """
    static let premium = """
        {"eventName":["MODIFY"],"dynamodb":{"OldImage":{"status":{"S":["pending"]}},"NewImage":{"status":\
        {"S":["shipped"]},"amountTier":{"S":["over1000",{"exists":false}]},\
        "emailDomain":{"S":[{"anything-but":["test.com"]},{"exists":false}]}}}}
        """

    static let cases: [(StreamRecord, standard: Bool, premium: Bool)] = [
        (StreamRecord(new: ["status": "pending", "amountTier": "over100", "emailDomain": "x.com"]), true, false),
        (StreamRecord(new: ["status": "pending"]), true, false),
        (StreamRecord(new: ["status": "pending", "amountTier": "under100"]), false, false),
        (StreamRecord(new: ["status": "pending", "emailDomain": "test.com"]), false, false),
        (StreamRecord(new: ["status": "cancelled", "amountTier": "over1000"]), false, false),
        (StreamRecord(new: ["amountTier": "over1000"]), false, false),
        (StreamRecord(new: ["status": "pend\\u0069ng", "emailDomain": "test.co"]), true, false),
        (StreamRecord(new: ["status": "pending ", "emailDomain": "x.com"]), false, false),
        (StreamRecord(eventName: "REMOVE", new: ["status": "pending"]), false, false),
        (StreamRecord(eventName: "REMOVE", old: ["status": "pending"]), false, false),
        (StreamRecord(eventName: "MODIFY", new: ["status": "shipped"], old: ["status": "pending"]), true, true),
        (StreamRecord(eventName: "MODIFY", new: ["status": "shipped"], old: ["status": "shipped"]), true, false),
        (
            StreamRecord(
                eventName: "MODIFY", new: ["status": "shipped", "amountTier": "over100"], old: ["status": "pending"]),
            true, false
        ),
        (
            StreamRecord(
                eventName: "MODIFY", new: ["status": "shipped", "amountTier": "over1000"], old: ["status": "pending"]),
            true, true
        ),
        (
            StreamRecord(
                eventName: "MODIFY", new: ["status": "shipped", "emailDomain": "test.com"], old: ["status": "pending"]),
            false, false
        ),
    ]

    @Test(arguments: cases.indices)
    func templateFilters(_ index: Int) throws {
        let (record, standard, premium) = Self.cases[index]
        #expect(try EventPattern(Self.standard).matches(record.bytes) == standard)
        #expect(try EventPattern(Self.premium).matches(record.bytes) == premium)
        let both = try FilterCriteria(patterns: [Self.premium, Self.standard])
        #expect(try both.matches(record.bytes) == (standard || premium))
    }

    @Test func anEmptyListLetsEverythingPass() throws {
        let none = try FilterCriteria(patterns: [])
        #expect(try none.matches(StreamRecord().bytes))
        #expect(try none.matches(Array("no JSON".utf8)))
    }

    /// Filters share one pass, but the fields of one never help another.
    @Test func filtersStandAlone() throws {
        let criteria = try FilterCriteria(patterns: [#"{"a":[1],"b":[2]}"#, #"{"a":[3],"c":[{"exists":false}]}"#])
        #expect(try criteria.matches(Array(#"{"a":1,"b":2}"#.utf8)))
        #expect(try criteria.matches(Array(#"{"a":3}"#.utf8)))
        #expect(try !criteria.matches(Array(#"{"a":3,"c":1}"#.utf8)))
        #expect(try !criteria.matches(Array(#"{"a":1,"b":3}"#.utf8)))
        #expect(throws: EventError.self) { try criteria.matches(Array("{".utf8)) }
    }

    /// More than 64 fields leave the inline set of clauses.
    @Test func manyFields() throws {
        let fields = (0..<200).map { #""f\#($0)":[\#($0)]"# }.joined(separator: ",")
        let pattern = try EventPattern("{\(fields),\"g\":[{\"exists\":false}]}")
        let event = (0..<200).map { #""f\#($0)":\#($0)"# }.joined(separator: ",")
        #expect(try pattern.matches(Array("{\(event)}".utf8)))
        #expect(try !pattern.matches(Array("{\(event),\"g\":1}".utf8)))
        #expect(try !pattern.matches(Array("{\(event.replacing(#""f150":150"#, with: #""f150":151"#))}".utf8)))
    }
}
