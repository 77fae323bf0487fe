import Items
import Testing

@testable import Gateway

struct JSONReaderTests {
    /// All a request of every member type holds.
    private struct Read: Equatable {
        var text: String?
        var number: Int?
        var flag: Bool?
        var item: Item?
        var names: [String: String]?
        var list: [String]?
        var inner: String?
    }

    private func read(_ json: String) throws -> Read { try read(Array(json.utf8)) }

    private func read(_ json: [UInt8]) throws -> Read {
        var read = Read()
        var reader = JSONReader(json)
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "Text": read.text = try reader.string()
            case "Number": read.number = try reader.int()
            case "Flag": read.flag = try reader.bool()
            case "Item": read.item = try reader.item()
            case "Names": read.names = try reader.stringMap()
            case "List": read.list = try reader.strings()
            case "Inner":
                try reader.object("Inner") { reader, member throws(ItemError) in
                    guard case "Text" = member else { return try reader.skipValue() }
                    read.inner = try reader.string()
                }
            default: try reader.skipValue()
            }
        }
        return read
    }

    private func refusal(_ json: String) -> ItemError? { refusal(Array(json.utf8)) }

    private func refusal(_ json: [UInt8]) -> ItemError? {
        do {
            _ = try read(json)
            return nil
        } catch { return error as? ItemError }
    }

    @Test func readsEveryType() throws {
        let read = try read(
            #"""
             { "Text" : "a\u00e9\n" , "Number": -12, "Flag":true, "Item":{"k":{"S":"v"}}, "Names":{"#a":"b"},
               "List":["x","y"], "Inner":{"Unknown":[1,{"a":null}],"Text":"in"} }
            """#)
        #expect(
            read
                == Read(
                    text: "aé\n", number: -12, flag: true, item: ["k": .string("v")], names: ["#a": "b"],
                    list: ["x", "y"], inner: "in"))
    }

    @Test func nullIsAbsentAndTheLastOfTwoStays() throws {
        #expect(try read(#"{"Text":null,"Item":null}"#) == Read())
        #expect(try read(#"{"Text":"a","Text":"b"}"#) == Read(text: "b"))
        #expect(try read("{}") == Read())
    }

    @Test func escapedNamesAreTheSameNames() throws {
        #expect(try read(#"{"\u0054ext":"a"}"#).text == "a")
        #expect(try read(#"{"Texts":"a","Tex":"b","":"c"}"#) == Read())
    }

    @Test func unknownMembersArePassedOver() throws {
        let json = #"{"A":{"b":[{"c":"}]"},-1.5e3,true,false,null,"\""]},"Text":"a"}"#
        #expect(try read(json).text == "a")
    }

    @Test(arguments: [
        (#"{"Text":23}"#, "NUMBER_VALUE cannot be converted to String"),
        (#"{"Text":34.56}"#, "DECIMAL_VALUE cannot be converted to String"),
        (#"{"Text":true}"#, "TRUE_VALUE cannot be converted to String"),
        (#"{"Text":[]}"#, "Unrecognized collection type class java.lang.String"),
        (#"{"Text":{}}"#, "Start of structure or map found where not expected"),
        (#"{"Number":"23"}"#, "STRING_VALUE cannot be converted to Integer"),
        (#"{"Number":false}"#, "FALSE_VALUE cannot be converted to Integer"),
        (#"{"Number":[]}"#, "Unrecognized collection type class java.lang.Integer"),
        (#"{"Flag":"23"}"#, "Unexpected token received from parser"),
        (#"{"Flag":1}"#, "NUMBER_VALUE cannot be converted to Boolean"),
        (#"{"List":"23"}"#, "Unexpected field type"),
        (#"{"List":{}}"#, "Start of structure or map found where not expected"),
        (#"{"Names":23}"#, "Unexpected field type"),
        (#"{"Names":[]}"#, "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>"),
        (#"{"Item":"23"}"#, "Unexpected field type"),
        (
            #"{"Item":[]}"#,
            "Unrecognized collection type java.util.Map<java.lang.String, "
                + "com.amazonaws.dynamodb.v20120810.AttributeValue>"
        ),
        (#"{"Inner":[]}"#, "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Inner"),
        (#"{"Inner":1}"#, "Unexpected field type"),
    ])
    func wrongTypes(_ json: String, _ message: String) {
        #expect(refusal(json) == ItemError(code: .serialization, message: message))
    }

    @Test(arguments: [
        "", " ", "[]", "1", "{", #"{"Text""#, #"{"Text":"#, #"{"Text":"a"#, #"{"Text":"a"}x"#, #"{"Text":"a",}"#,
        #"{"Number":-}"#, #"{"Number":1e}"#, #"{"A":[}"#, #"{"A":{]}"#, #"{"A":[1,]}"#, #"{"A":[1 2]}"#,
        #"{"A":{"b":1,}}"#, #"{"A":{"b",1}}"#, #"{"A":[1}"#, #"{"Text":nul}"#, #"{"Text":"\ud800"}"#,
    ])
    func noJSON(_ json: String) { #expect(refusal(json)?.code == .malformedJSON) }

    @Test func invalidUTF8() {
        let (start, end) = (Array(#"{"Text":""#.utf8), Array(#""}"#.utf8))
        #expect(refusal(start + [0xC3, 0x28] + end)?.code == .malformedJSON)
        #expect(refusal(Array(#"{"Names":{"#.utf8) + [34, 0xFF, 34] + Array(#":"a"}}"#.utf8))?.code == .malformedJSON)
    }

    @Test func everyPrefixIsRefusedAndNoneStops() {
        let json = Array(
            #"{"Text":"a\u00e9","Number":-1,"Item":{"k":{"L":[{"N":"1"}]}},"Names":{"a":"b"},"X":[1]}"#.utf8)
        for count in 0..<json.count { #expect(refusal(Array(json[..<count])) != nil, "\(count) bytes") }
        #expect(refusal(json) == nil)
    }

    @Test func deepNestingCostsNoStack() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(refusal(#"{"Unknown":"# + deep)?.code == .malformedJSON)
        let lists = String(repeating: #"{"L":["#, count: 10_000)
        #expect(refusal(#"{"Item":{"a":"# + lists) != nil)
    }

    @Test func wholeNumbersAreCutAndBounded() throws {
        #expect(try read(#"{"Number":1.9}"#).number == 1)
        #expect(try read(#"{"Number":99999999999}"#).number == Int(Int32.max))
    }

    @Test func theEntriesOfAMapAreCounted() throws {
        func names(atMost most: Int) throws(ItemError) -> [String] {
            var names: [String] = []
            var reader = JSONReader(Array(#"{"Map":{"a":1,"b":null,"a":[2],"c":{}}}"#.utf8))
            try reader.request { reader, _ throws(ItemError) in
                try reader.map(of: "", atMost: most) { reader, name throws(ItemError) in
                    names.append(name)
                    try reader.skipValue()
                }
            }
            return names
        }
        #expect(try names(atMost: 3) == ["a", "a", "c"])
        #expect(throws: ItemError(code: .serialization, message: "The request has more than 2 values")) {
            try names(atMost: 2)
        }
    }

    @Test func refusedValuesAreNotedAndReadOnBehind() throws {
        var reader = JSONReader(Array(#"{"Item":{"a":{"S":1,"N":"x"}},"Item":{"a":{"N":"x"}},"Text":"a"}"#.utf8))
        var text: String?
        #expect(throws: ItemError.self) {
            try reader.request { reader, _ throws(ItemError) in _ = try reader.item() }
        }
        reader = JSONReader(Array(#"{"Item":{"a":{"N":"x"}},"Values":{":v":{"SS":[]}},"Text":"a"}"#.utf8))
        try reader.request { reader, member throws(ItemError) in
            switch member {
            case "Item": _ = try reader.item()
            case "Values": _ = try reader.valueMap()
            default: text = try reader.string()
            }
        }
        #expect(text == "a")
        #expect(reader.refusals.item?.message == "The parameter cannot be converted to a numeric value: x")
        #expect(
            reader.refusals.expressionValue?.message
                == "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: "
                + "An string set  may not be empty for key :v")
    }
}
