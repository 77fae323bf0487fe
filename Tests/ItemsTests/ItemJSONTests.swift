import Testing

@testable import Items

private func parse(_ text: String) throws(ItemError) -> Item { try Item(json: Array(text.utf8)) }
private func canonical(_ text: String) throws -> String { String(decoding: try parse(text).json, as: UTF8.self) }

@Suite struct ItemJSONTests {
    /// Numbers in what is passed over are JSON's, too.
    @Test(arguments: ["-2e31e-130", "01", "1.", ".5", "-", "1e", "1e+", "--1", "+1", "1.5.2"])
    func whatIsPassedOverIsJSON(number: String) {
        #expect(throws: ItemError.self) {
            try Item(json: Array(#"{"a":{"S":null,"N":"1","Other":[\#(number)]}}"#.utf8))
        }
    }

    @Test(arguments: [
        (#" { "b" : {"S":"x"} , "a":{"N":"1.50"} } "#, #"{"a":{"N":"1.5"},"b":{"S":"x"}}"#),
        (#"{"a":{"S":"\u00e9\ud83d\ude42\/\n\u0001\"\\"}}"#, #"{"a":{"S":"é🙂/\n\u0001\"\\"}}"#),
        (
            #"{"s":{"SS":["b","a"]},"n":{"NS":["10","9","1e0"]},"z":{"BS":["Ag==","AQ=="]}}"#,
            #"{"n":{"NS":["1","9","10"]},"s":{"SS":["a","b"]},"z":{"BS":["AQ==","Ag=="]}}"#
        ),
        (
            #"{"m":{"M":{"y":{"L":[{"NULL":true},{"BOOL":false}]},"x":{"M":{}}}}}"#,
            #"{"m":{"M":{"x":{"M":{}},"y":{"L":[{"NULL":true},{"BOOL":false}]}}}}"#
        ),
        (#"{"a":{"S":"1"},"a":{"S":"2"}}"#, #"{"a":{"S":"2"}}"#),
        (#"{"a":{"S":null,"N":"1","Other":[1,{"x":-2e3}]}}"#, #"{"a":{"N":"1"}}"#),
        (#"{"\u0061":{"\u0053":"x"},"n":{"N":"\u0031"}}"#, #"{"a":{"S":"x"},"n":{"N":"1"}}"#),
        (#"{"e":{"S":""},"b":{"B":""},"l":{"L":[]}}"#, #"{"b":{"B":""},"e":{"S":""},"l":{"L":[]}}"#),
        (#"{"b":{"BS":[""]},"s":{"SS":["x",""]}}"#, #"{"b":{"BS":[""]},"s":{"SS":["","x"]}}"#),
        ("{}", "{}"),
    ])
    func canonicalForm(_ text: String, _ expected: String) throws {
        #expect(try canonical(text) == expected)
        #expect(try canonical(expected) == expected)
    }

    @Test(arguments: [
        (#"{"a":{"SS":[]}}"#, "One or more parameter values were invalid: An string set  may not be empty"),
        (#"{"a":{"NS":[]}}"#, "One or more parameter values were invalid: An number set  may not be empty"),
        (#"{"a":{"BS":[]}}"#, "One or more parameter values were invalid: Binary sets should not be empty"),
        (
            #"{"a":{"SS":["x","y","x"]}}"#,
            "One or more parameter values were invalid: Input collection [x, y, x] contains duplicates."
        ),
        (#"{"a":{"NS":["1","1.0"]}}"#, "Input collection contains duplicates"),
        (
            #"{"a":{"BS":["Yg==","Yg=="]}}"#,
            "One or more parameter values were invalid: Input collection [Yg==, Yg==]of type BS contains duplicates."
        ),
        (
            #"{"a":{"NULL":false}}"#,
            "One or more parameter values were invalid: Null attribute value types must have the value of true"
        ),
        (#"{"a":{}}"#, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
        (#"{"a":{"X":"1"}}"#, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
        (
            #"{"a":{"S":"1","N":"1"}}"#,
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
        ),
        (#"{"a":{"N":"x"}}"#, "The parameter cannot be converted to a numeric value: x"),
    ])
    func invalid(_ text: String, _ message: String) {
        #expect(throws: ItemError(code: .validation, message: message)) { try parse(text) }
    }

    @Test(arguments: [
        (#"{"a":{"S":5}}"#, "NUMBER_VALUE cannot be converted to String"),
        (#"{"a":{"N":5}}"#, "NUMBER_VALUE cannot be converted to String"),
        (#"{"a":{"BOOL":"23"}}"#, "Unexpected token received from parser"),
        (#"{"a":{"NULL":1}}"#, "NUMBER_VALUE cannot be converted to Boolean"),
        (#"{"a":{"B":5}}"#, "only base-64-encoded strings are convertible to bytes"),
        (#"{"a":{"B":[]}}"#, "Unrecognized collection type class java.nio.ByteBuffer"),
        (#"{"a":{"B":"=+/="}}"#, "Invalid last non-pad Base64 character dectected"),
        (#"{"a":{"BS":["+/+="]}}"#, "Invalid last non-pad Base64 character dectected"),
        (#"{"a":{"B":"aB=="}}"#, "Invalid last non-pad Base64 character dectected"),
        (#"{"a":{"SS":"x"}}"#, "Unexpected field type"),
        (#"{"a":{"L":{}}}"#, "Start of structure or map found where not expected"),
        (#"{"a":{"L":[1.5]}}"#, "Unexpected value type in payload"),
        (#"{"a":{"M":true}}"#, "Unexpected field type"),
        (
            #"{"a":{"M":[]}}"#,
            "Unrecognized collection type java.util.Map<java.lang.String, "
                + "com.amazonaws.dynamodb.v20120810.AttributeValue>"
        ),
        (
            #"{"a":{"M":{"b":[]}}}"#,
            "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"
        ),
        (#"{"a":{"B":"abc"}}"#, "Base64 encoded length is expected a multiple of 4 bytes but found: 3"),
        (#"{"a":{"B":"ab c"}}"#, "Invalid Base64 character: ' '"),
        (#"{"a":{"B":"a=bc"}}"#, "Invalid Base64 character: '='"),
        (#"{"a":"x"}"#, "Unexpected value type in payload"),
    ])
    func wrongShape(_ text: String, _ message: String) {
        #expect(throws: ItemError(code: .serialization, message: message)) { try parse(text) }
    }

    @Test func aStringMayBeABoolean() throws {
        #expect(try parse(#"{"a":{"BOOL":"true"},"b":{"BOOL":"No"}}"#) == ["a": .bool(true), "b": .bool(false)])
        #expect(
            throws: ItemError.invalidParameter("Null attribute value types must have the value of true")
        ) { try parse(#"{"a":{"NULL":"no"}}"#) }
    }

    @Test func contentsAreRefusedBeforeTheirNumber() {
        func refusal(_ text: String) -> String? {
            do throws(ItemError) {
                _ = try parse(text)
                return nil
            } catch { return error.message }
        }
        #expect(
            refusal(#"{"a":{"S":"","N":"b"}}"#) == "The parameter cannot be converted to a numeric value: b")
        #expect(refusal(#"{"a":{"S":"","N":"1","BOOL":true}}"#)?.hasPrefix("Supplied AttributeValue has more") == true)
    }

    @Test(arguments: [
        "", "{", "}", "[]x", #"{"a"}"#, #"{"a":{"S":"x"}"#, #"{"a":{"S":"x"}}x"#, #"{"a":{"S":"x"},}"#,
        #"{a:{"S":"x"}}"#,
        #"{"a":{"S":"\x"}}"#, #"{"a":{"S":"\ud800"}}"#, #"{"a":{"S":"\udc00"}}"#, #"{"a":{"S":"\ud800\u0041"}}"#,
        #"{"a":{"S":"\u12"}}"#, "{\"a\":{\"S\":\"\n\"}}", #"{"a":{"BOOL":tru}}"#, #"{"a":{"S":"x"#, #"{"a":{"X":]}}"#,
    ])
    func malformed(_ text: String) {
        do {
            _ = try parse(text)
            Issue.record("accepted")
        } catch { #expect(error.code == .malformedJSON || error.code == .serialization, "\(error)") }
    }

    @Test func invalidUTF8IsRefused() {
        for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] {
            for escape in ["", "\\n"] {
                let json = Array("{\"a\":{\"S\":\"\(escape)".utf8) + bad + Array("\"}}".utf8)
                #expect(throws: ItemError.self) { try Item(json: json) }
            }
        }
    }

    /// 32 levels with the item as the first; recorded on AWS: 31 maps in one another are stored, 32 are refused.
    @Test func nestingLimit() throws {
        func nested(_ count: Int, _ open: String, _ close: String) -> String {
            "{\"a\":" + String(repeating: open, count: count) + #"{"S":"x"}"# + String(repeating: close, count: count)
                + "}"
        }
        #expect(try parse(nested(31, #"{"M":{"b":"#, "}}")).depth == 32)
        #expect(try parse(nested(31, #"{"L":["#, "]}")).depth == 32)
        #expect(throws: ItemError.nesting) { try parse(nested(32, #"{"M":{"b":"#, "}}")) }
        #expect(throws: ItemError.nesting) { try parse(nested(10_000, #"{"L":["#, "]}")) }
        #expect(throws: ItemError.self) { try parse(#"{"a":{"X":"# + String(repeating: "[", count: 100_000)) }
    }

    @Test func equivalentUnicodeFormsAreTwoNamesAndTwoValues() throws {
        let item = try parse("{\"\u{e9}\":{\"S\":\"1\"},\"e\u{301}\":{\"S\":\"2\"}}")
        #expect(item.count == 2)
        #expect(item["\u{e9}"]?.string == "1")
        #expect(item["e\u{301}"]?.string == "2")
        #expect(AttributeValue.string("\u{e9}") != .string("e\u{301}"))
    }

    @Test func propertyRoundTrip() throws {
        var random = RandomItems(seed: 1)
        for _ in 0..<500 {
            let item = random.item()
            let json = item.json
            let again = try Item(json: json)
            #expect(again == item)
            #expect(again.json == json)
        }
    }

    /// Every text one byte away from a good one is either refused or survives a round trip; none crashes.
    @Test func propertyMutatedTextsNeverCrash() {
        var random = RandomItems(seed: 2)
        for _ in 0..<1_500 {
            var json = random.item(depth: 2).json
            let position = Int.random(in: 0..<json.count, using: &random.random)
            switch Int.random(in: 0..<3, using: &random.random) {
            case 0: json[position] = UInt8.random(in: 0...255, using: &random.random)
            case 1: json.remove(at: position)
            default: json.removeLast(json.count - position)
            }
            guard let item = try? Item(json: json) else { continue }
            #expect((try? Item(json: item.json)) == item)
        }
    }

    @Test func longNamesAreRefused() throws {
        func item(_ count: Int) -> String { "{\"" + String(repeating: "n", count: count) + "\":{\"NULL\":true}}" }
        #expect(try parse(item(65_535)).count == 1)
        #expect(throws: ItemError.self) { try parse(item(65_536)) }
        #expect(throws: ItemError.self) { try parse(#"{"m":{"M":"# + item(65_536) + "}}") }
    }

    @Test func readsAtAPosition() throws {
        let text = Array(#"xx{"a":{"S":"1"}} ,{"N":"2"}"#.utf8)
        var position = 2
        let item = try Item(json: text.span.bytes, at: &position)
        #expect(item == ["a": .string("1")])
        #expect(position == 17)
        position = 19
        #expect(try AttributeValue(json: text.span.bytes, at: &position) == .number(2))
        #expect(position == text.count)
    }

    @Test func subscriptKeepsOrder() {
        var item: Item = ["c": .null, "a": .bool(true)]
        item["b"] = .stringSet(["y", "x"])
        #expect(item.attributes.map(\.name) == ["a", "b", "c"])
        #expect(item["b"] == .stringSet(["x", "y"]))
        item["b"] = nil
        item["nothing"] = nil
        #expect(item.attributes.map(\.name) == ["a", "c"])
        #expect(Item(["a": .bool(true), "c": .null]) == item)
    }

    @Test func manyAttributesAreSortedAndDoublesRemoved() throws {
        let names = (0..<200).map { "n\(($0 * 37) % 100)" }
        let text = "{" + names.enumerated().map { "\"\($1)\":{\"N\":\"\($0)\"}" }.joined(separator: ",") + "}"
        let item = try parse(text)
        #expect(item.count == 100)
        #expect(item.attributes.map(\.name) == Set(names).sorted())
        #expect(item["n37"]?.number == 101)
    }
}
