import EventPatterns
import Testing

@Suite struct EventTests {
    static let pattern = #"{"a":[1]}"#

    /// Malformed anywhere, also where no pattern looks: never a match, never a crash, and reported with its place.
    @Test(arguments: [
        "", " ", "null", "[]", "1", "\"a\"", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}",
        "}",
        "{\"a\":1 \"b\":2}", "{\"a\" 1}", "{a:1}", "{'a':1}", "{\"a\":1}}", "{\"a\":1} x", "{\"a\":1,\"b\":nul}",
        "{\"a\":1,\"b\":tru}", "{\"a\":1,\"b\":falsy}", "{\"a\":1,\"b\":01}", "{\"a\":1,\"b\":1.}",
        "{\"a\":1,\"b\":.5}",
        "{\"a\":1,\"b\":1e}", "{\"a\":1,\"b\":-}", "{\"a\":1,\"b\":+1}", "{\"a\":1,\"b\":NaN}", "{\"a\":1,\"b\":[1,]}",
        "{\"a\":1,\"b\":[1 2]}", "{\"a\":1,\"b\":[}", "{\"a\":1,\"b\":{]}", "{\"a\":1,\"b\":{\"c\":[1}}}",
        "{\"a\":1,\"b\":\"\\x\"}", "{\"a\":1,\"b\":\"\\u12g4\"}", "{\"a\":1,\"b\":\"\\u12\"}", "{\"a\":1,\"b\":\"\n\"}",
        "{\"a\":1,\"b\":\"open}", "{\"a\":1,\"b\":\"open\\\"}", "{\"a\":[1,}", "{\"a\":[1}", "{\"a\":[[1]",
        "\u{feff}{\"a\":1}",
        "{\"a\":1,\"b\":{\"c\":\"\t\"}}", "{\"a\":1,\"b\":{\"c\" : }}", "{\"a\":1,\"b\":{\"c\":1,}}",
        "{\"a\":1,\"b\":{1:2}}",
    ])
    func malformed(_ event: String) throws {
        let pattern = try EventPattern(Self.pattern)
        let error = try #require(throws: EventError.self) { try pattern.matches(Array(event.utf8)) }
        #expect(0...event.utf8.count ~= error.offset)
        #expect(error.description.contains("byte \(error.offset)"))
    }

    /// Every beginning of a good event is malformed, and no beginning stops the program.
    @Test func truncated() throws {
        let pattern = try EventPattern(#"{"a":{"b":["x\n"]},"l":{"c":[{"numeric":[">",1]}]}}"#)
        let event = Array(
            #"{"a" : {"b":"x\n","z":[true,{"é":null}]},"l":[{"c":15e-1},[],{}],"q":"😀 \ud83d\ude00"}"#.utf8)
        #expect(try pattern.matches(event))
        for count in event.indices {
            #expect(throws: EventError.self) { try pattern.matches(Array(event[..<count])) }
        }
    }

    /// Any change of one byte is answered or refused, never worse.
    @Test func garbled() throws {
        let pattern = try EventPattern(#"{"a":{"b":["x\n",{"exists":false}]},"l":{"c":[{"numeric":[">",1]}]}}"#)
        let event = Array(#"{"a":{"b":"x\n","z":[true,{"é":null}]},"l":[{"c":15e-1},[],{}],"q":"\ud83d\ude00"}"#.utf8)
        for index in event.indices {
            for byte in [0, 0x22, 0x5C, 0x7B, 0x7D, 0x5B, 0x5D, 0x2C, 0x3A, 0x30, 0x2E, 0x65, 0x80, 0xE2, 0xFF]
                as [UInt8]
            {
                var changed = event
                changed[index] = byte
                _ = try? pattern.matches(changed)
            }
        }
    }

    @Test(arguments: [
        [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
        [0xF4, 0x90, 0x80, 0x80], [0xF5], [0xFF],
    ])
    func noUTF8(_ bytes: [UInt8]) throws {
        let event = Array(#"{"b":""#.utf8) + bytes + Array(#"","a":1}"#.utf8)
        #expect(throws: EventError.self) { try EventPattern(Self.pattern).matches(event) }
    }

    @Test func spansAreReadInPlace() throws {
        let pattern = try EventPattern(Self.pattern)
        let buffer = Array(#"junk{"a":1}junk"#.utf8)
        #expect(try pattern.matches(buffer.span.bytes.extracting(4..<11)))
        #expect(throws: EventError.self) { try pattern.matches(buffer.span.bytes.extracting(4..<12)) }
    }

    /// Depth costs no call frames: objects and arrays, on a wanted path and beside it, up to the limit and beyond.
    @Test(arguments: [(#"{"a":"#, "1", "}"), (#"{"a":["#, "1", "]}"), (#"{"z":"#, "1", "}"), (#"{"z":["#, "1", "]}")])
    func nesting(_ open: String, _ middle: String, _ close: String) throws {
        let perTurn = open.contains("[") ? 2 : 1
        let pattern = try EventPattern(#"{"a":{"a":{"a":[1]}},"z":[{"exists":false}]}"#)
        func event(_ turns: Int) -> [UInt8] {
            Array((String(repeating: open, count: turns) + middle + String(repeating: close, count: turns)).utf8)
        }
        _ = try pattern.matches(event(PatternLimits.eventDepthMax / perTurn))
        let error = try #require(throws: EventError.self) {
            try pattern.matches(event(PatternLimits.eventDepthMax / perTurn + 1))
        }
        #expect(error.message.contains("deeper"))
        #expect(throws: EventError.self) { try pattern.matches(event(200_000)) }
    }

    @Test func arraysInArrays() throws {
        let pattern = try EventPattern(#"{"a":[1]}"#)
        let deep = String(repeating: "[", count: 999) + "1" + String(repeating: "]", count: 999)
        #expect(try pattern.matches(Array("{\"a\":\(deep)}".utf8)))
        #expect(throws: EventError.self) { try pattern.matches(Array("{\"a\":[\(deep)]}".utf8)) }
    }

    @Test func largeEvents() throws {
        let filler = (0..<20_000).map { #""k\#($0)":{"S":["value",\#($0),true,null]}"# }.joined(separator: ",")
        let pattern = try EventPattern(#"{"k19999":{"S":[19999]},"last":["yes"]}"#)
        let event = Array("{\(filler),\"last\":\"yes\"}".utf8)
        #expect(event.count > 500_000)
        #expect(try pattern.matches(event))
    }

    /// Ten thousand elements of which the last alone has both: must not take the square of their number.
    @Test(.timeLimit(.minutes(1))) func largeArrays() throws {
        let pattern = try EventPattern(#"{"l":{"a":[1],"b":[2],"c":[{"exists":false}]}}"#)
        func event(_ last: String) -> [UInt8] {
            let elements = Array(repeating: #"{"a":1,"b":1},{"a":2,"b":2},{"a":1,"b":2,"c":0}"#, count: 3_000)
            return Array("{\"l\":[\(elements.joined(separator: ",")),\(last)]}".utf8)
        }
        #expect(try pattern.matches(event(#"{"a":1,"b":2}"#)))
        #expect(try !pattern.matches(event(#"{"a":1,"b":3}"#)))
    }

    /// Repeated keys make element choices independent of each other, so they could multiply; they are cut off.
    @Test(.timeLimit(.minutes(1))) func hostileArrays() throws {
        let fields = (0..<12).map { #""f\#($0)":[1]"# }.joined(separator: ",")
        let pattern = try EventPattern(#"{"l":{\#(fields),"z":[1]}}"#)
        let element = "{" + (0..<12).map { #""f\#($0)":1"# }.joined(separator: ",") + "}"
        let array = "[" + Array(repeating: element, count: 12).joined(separator: ",") + "]"
        let copies = Array(repeating: "\"l\":\(array)", count: 12).joined(separator: ",")
        let error = try #require(throws: EventError.self) {
            try pattern.matches(Array("{\(copies),\"l\":[{\"z\":1},{\"f0\":2}]}".utf8))
        }
        #expect(error.message.contains("combinations"))
    }
}
