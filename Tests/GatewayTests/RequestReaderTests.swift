import Items
import Testing

@testable import Gateway

@Suite struct RequestReaderTests {
    private static let members = [
        Shape.Member("Name", .any), Shape.Member("Limit", .integer(.integer)), Shape.Member("Units", .integer(.long)),
        Shape.Member("Flag", .boolean), Shape.Member("Names", .list(.any)),
        Shape.Member("Tag", .structure("Tag", [Shape.Member("Key", .any)])),
        Shape.Member("Tags", .list(.structure("Tag", [Shape.Member("Key", .any)]))),
    ]

    private func read(_ text: String) throws(ItemError) -> RequestValue {
        try RequestReader.read(Array(text.utf8), Self.members)
    }

    @Test func allTypesAreRead() throws {
        let request = try read(
            #" {"Name":"a\"b","Limit":5.9,"Units":1000000000001,"Flag":true,"Names":["x",null],"Tag":{"Key":"k"},"#
                + " "
                + #""Tags":[{"Key":"1"},{}]} "#)
        #expect(request["Name"]?.text == "a\"b")
        #expect(request["Limit"]?.integer == 5)
        #expect(request["Units"]?.integer == 1_000_000_000_001)
        #expect(request["Flag"]?.flag == true)
        #expect(request["Names"]?.elements == [.string("x"), .null])
        #expect(request["Tag"]?["Key"]?.text == "k")
        #expect(request["Tags"]?.elements?.map { $0["Key"]?.text } == ["1", nil])
    }

    @Test func nullAndUnknownMembersCountForNothing() throws {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        let request = try read(#"{"Name":null,"Other":\#(deep),"Tag":{"Other":1}}"#)
        #expect(request["Name"] == nil)
        #expect(request["Other"] == nil)
        #expect(request["Tag"] == .object([:]))
    }

    @Test(arguments: [
        (#"{"Name":true}"#, "TRUE_VALUE cannot be converted to String"),
        (#"{"Name":23}"#, "NUMBER_VALUE cannot be converted to String"),
        (#"{"Name":34.56}"#, "DECIMAL_VALUE cannot be converted to String"),
        (#"{"Name":[]}"#, "Unrecognized collection type class java.lang.String"),
        (#"{"Name":{}}"#, "Start of structure or map found where not expected"),
        (#"{"Limit":"23"}"#, "STRING_VALUE cannot be converted to Integer"),
        (#"{"Limit":false}"#, "FALSE_VALUE cannot be converted to Integer"),
        (#"{"Units":"23"}"#, "STRING_VALUE cannot be converted to Long"),
        (#"{"Units":[]}"#, "Unrecognized collection type class java.lang.Long"),
        (#"{"Flag":"23"}"#, "Unexpected token received from parser"),
        (#"{"Flag":1}"#, "NUMBER_VALUE cannot be converted to Boolean"),
        (#"{"Names":"x"}"#, "Unexpected field type"),
        (#"{"Names":{}}"#, "Start of structure or map found where not expected"),
        (#"{"Names":[1]}"#, "NUMBER_VALUE cannot be converted to String"),
        (#"{"Tag":"x"}"#, "Unexpected field type"),
        (#"{"Tag":[]}"#, "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Tag"),
        (#"{"Tags":["x"]}"#, "Unexpected value type in payload"),
        (#"{"Tags":[[]]}"#, "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Tag"),
    ])
    func anotherTypeIsRefused(text: String, message: String) {
        #expect(throws: ItemError(code: .serialization, message: message)) { try read(text) }
    }

    @Test(arguments: [
        "", "7", "[]", "{", "{}x", #"{"Name"}"#, #"{"Name":}"#, #"{"Name":"x",}"#, #"{"Names":["x"}"#, "{1:2}",
    ])
    func whatIsNoObjectIsRefused(text: String) {
        let error = #expect(throws: ItemError.self) { try read(text) }
        #expect(error?.code == .malformedJSON)
    }
}
