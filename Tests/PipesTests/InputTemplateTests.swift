import Clocks
import Foundation
import TestSupport
import Testing

@testable import Pipes

/// What an input template makes of a record.
@Suite struct InputTemplateTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let template: String
        let result: String

        init(_ template: String, _ result: String) {
            self.template = template
            self.result = result
        }

        var testDescription: String { template }
    }

    static let record = #"""
        {"eventID":"e1","eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":"A-7"}},"NewImage":{"id":{"S":"A-7"},
        "amount":{"N":"12.50"},"paid":{"BOOL":true},"gone":{"NULL":true},"note":{"S":"say \"hi\"\nC:\\x"},
        "tags":{"SS":["a","b"]},"lines":{"L":[{"M":{"sku":{"S":"x1"}}},{"M":{"sku":{"S":"x2"}}}]},"empty":{"S":""},
        "na/me_1-2":{"S":"odd"},"gr\u00f6\u00dfe":{"S":"XL"}},"SizeBytes":46},"n":null,"list":[1,2.5e3,"c"],"none":[]}
        """#.replacing("\n", with: " ")

    static let variables = InputTemplate.Variables(
        pipeARN: Samples.arn, pipeName: "orders", sourceARN: "arn:source", targetARN: "arn:target",
        ingestionTime: Timestamp(milliseconds: 1_700_000_000_678))

    private func apply(_ template: String, _ record: String = record) throws -> String {
        let result = try InputTemplate(template).apply(to: Array(record.utf8), Self.variables)
        return String(decoding: result, as: UTF8.self)
    }

    // MARK: Values

    static let values = [
        Case(#"{"id":<$.dynamodb.Keys.id.S>}"#, #"{"id":"A-7"}"#),
        Case(#"{"n":<$.dynamodb.NewImage.amount.N>}"#, #"{"n":"12.50"}"#),
        Case(
            #"{"n":<$.dynamodb.SizeBytes>,"b":<$.dynamodb.NewImage.paid.BOOL>,"z":<$.n>}"#,
            #"{"n":46,"b":true,"z":null}"#),
        Case(#"{"keys":<$.dynamodb.Keys>}"#, #"{"keys":{"id":{"S":"A-7"}}}"#),
        Case(#"{"tags":<$.dynamodb.NewImage.tags.SS>}"#, #"{"tags":["a","b"]}"#),
        Case(#"{"e":<$.dynamodb.NewImage.empty.S>}"#, #"{"e":""}"#),
        Case(#"{"t":<$.dynamodb.NewImage.note.S>}"#, #"{"t":"say \"hi\"\nC:\\x"}"#),
        // A path alone.
        Case("<$.eventName>", #""INSERT""#),
        Case("<$.dynamodb.Keys>", #"{"id":{"S":"A-7"}}"#),
        Case(" <$.list> ", #"[1,2.5e3,"c"]"#),
        Case("<$>", record),
        // Indices and wildcards.
        Case("<$.list[1]>", "2.5e3"),
        Case(#"{"a":<$.dynamodb.NewImage.lines.L[1].M.sku.S>}"#, #"{"a":"x2"}"#),
        Case(#"{"a":<$.dynamodb.NewImage.lines.L[*].M.sku.S>}"#, #"{"a":["x1","x2"]}"#),
        Case("<$.dynamodb.Keys.*.S>", #"["A-7"]"#),
        Case("<$.list[*]>", #"[1,2.5e3,"c"]"#),
        // Names.
        Case("<$.dynamodb.NewImage.na/me_1-2.S>", #""odd""#),
        Case("<$.dynamodb.NewImage.größe.S>", #""XL""#),
        // Nesting, white space and fixed values.
        Case(
            "{\n  \"a\" : [ <$.n>, { \"b\": <$.eventID> } ],\n  \"c\": [1, -2e3, true, null, \"x\"]\n}\n",
            #"{"a":[null,{"b":"e1"}],"c":[1,-2e3,true,null,"x"]}"#),
        Case(#"{"key1":"value1"}"#, #"{"key1":"value1"}"#),
        Case(#"{"a":{},"b":[]}"#, #"{"a":{},"b":[]}"#),
        Case(#""Hello""#, #""Hello""#),
        Case("17", "17"),
        Case("[<$.eventID>,<$.eventName>]", #"["e1","INSERT"]"#),
    ]

    static let strings = [
        Case(#"{"a":"<$.eventName> of <$.dynamodb.Keys.id.S>."}"#, #"{"a":"INSERT of A-7."}"#),
        Case(#"{"a":"<$.eventName>"}"#, #"{"a":"INSERT"}"#),
        Case(#"{"a":"<$.dynamodb.SizeBytes>/<$.n>/<$.dynamodb.NewImage.paid.BOOL>"}"#, #"{"a":"46/null/true"}"#),
        // An object or array loses its quotes.
        Case(#"{"a":"keys: <$.dynamodb.Keys>"}"#, #"{"a":"keys: {id:{S:A-7}}"}"#),
        Case(#"{"a":"<$.list>"}"#, #"{"a":"[1,2.5e3,c]"}"#),
        Case(#"{"a":"<$.dynamodb.NewImage.lines.L[*].M.sku.S>"}"#, #"{"a":"[x1,x2]"}"#),
        // A string keeps its escapes, so that the result stays JSON.
        Case(#"{"a":"<$.dynamodb.NewImage.note.S>"}"#, #"{"a":"say \"hi\"\nC:\\x"}"#),
        Case(#"{"a":"(<$.dynamodb.NewImage.note>)"}"#, #"{"a":"({S:say hi\nC:\\x})"}"#),
        Case(#"{"a\"<b":"\u0041 < <$.eventID>"}"#, #"{"a\"<b":"\u0041 < e1"}"#),
    ]

    static let texts = [
        Case("Hello, sender", #""Hello, sender""#),
        Case("Hello, <$.eventID>!", #""Hello, e1!""#),
        Case(#"say "<$.eventID>" \ <$.dynamodb.NewImage.note.S>"#, #""say \"e1\" \\ say \"hi\"\nC:\\x""#),
        Case("two\nlines\u{1}", #""two\nlines\u0001""#),
        Case("<$.eventID> <$.eventName>", #""e1 INSERT""#),
        Case("a < b <c> <aws>", #""a < b <c> <aws>""#),
        Case("[urgent] <$.eventID>", #""[urgent] e1""#),
        Case("<$.dynamodb.Keys> keys", #""{id:{S:A-7}} keys""#),
        Case(" ", #"" ""#),
    ]

    static let reserved = [
        Case(
            #"{"a":<aws.pipes.pipe-arn>,"n":<aws.pipes.pipe-name>,"s":<aws.pipes.source-arn>,"t":<aws.pipes.target-arn>}"#,
            #"{"a":"\#(Samples.arn)","n":"orders","s":"arn:source","t":"arn:target"}"#),
        Case(#"{"t":<aws.pipes.event.ingestion-time>}"#, #"{"t":"2023-11-14T22:13:20.678Z"}"#),
        Case(#"{"t":"at <aws.pipes.event.ingestion-time>"}"#, #"{"t":"at 2023-11-14T22:13:20.678Z"}"#),
        Case("from <aws.pipes.pipe-name>", #""from orders""#),
        Case(#"{"e":<aws.pipes.event>}"#, #"{"e":\#(record)}"#),
        Case(#"{"e":<aws.pipes.event.json>}"#, #"{"e":\#(record)}"#),
        Case("<aws.pipes.event.json>", record),
        // This pipe has no enrichment.
        Case(#"{"e":<aws.pipes.enrichment-arn>,"a":"<aws.pipes.enrichment-arn>"}"#, #"{"a":""}"#),
    ]

    static let missing = [
        Case(#"{"a":<$.nope>,"b":1}"#, #"{"b":1}"#),
        Case(#"{"b":1,"a":<$.nope>}"#, #"{"b":1}"#),
        Case(#"{"b":1,"a":<$.nope>,"c":2}"#, #"{"b":1,"c":2}"#),
        Case(#"{"a":<$.nope>}"#, "{}"),
        Case(#"{"a":{"b":<$.nope>},"c":[<$.nope>,1,<$.no>]}"#, #"{"a":{},"c":[1]}"#),
        Case(#"{"a":"x<$.nope>y"}"#, #"{"a":"xy"}"#),
        Case("x<$.nope>y", #""xy""#),
        Case("<$.nope>", #""""#),
        Case(#"[<$.list[3]>,<$.list[99999999999]>,<$.eventID[0]>,<$.list.a>,<$.eventID.a>,<$.n.a>]"#, "[]"),
        Case(#"[<$.none[*]>,<$.list[*].a>,<$.eventID.*>]"#, "[]"),
        Case(#"[<$.dynamodb.OldImage.id.S>,<$.EVENTID>]"#, "[]"),
    ]

    @Test(arguments: values + strings + texts + reserved + missing)
    func template(_ example: Case) throws {
        let result = try apply(example.template)
        #expect(result == example.result)
        #expect(throws: Never.self) {
            try JSONSerialization.jsonObject(with: Data(result.utf8), options: .fragmentsAllowed)
        }
    }

    /// The record as text is escaped, so that reading the text gives the record back.
    @Test(arguments: [#"{"e":"<aws.pipes.event>"}"#, "<aws.pipes.event>!"])
    func theRecordAsText(_ template: String) throws {
        let result = try JSONSerialization.jsonObject(
            with: Data(apply(template).utf8), options: .fragmentsAllowed)
        let text = (result as? [String: Any])?["e"] as? String ?? (result as? String)?.dropLast().description
        #expect(text == Self.record)
    }

    @Test func recordsThatAreNoObjects() throws {
        #expect(try apply(#"{"a":<$.x>,"e":<aws.pipes.event>}"#, "17") == #"{"e":17}"#)
        #expect(try apply("<$[1]>", #"["a","b"]"#) == #""b""#)
        #expect(try apply(#"{"a":<$.x>}"#, "{") == "{}")
        #expect(try apply("<$>", "") == #""""#)
        #expect(try apply("<$.a.b>", #"{"b":1,"a":{"b":2},"a":{"b":3}}"#) == "2")
        #expect(try apply("<$.a>", #"{ "\u0061" : "x" }"#) == #""x""#)
    }

    // MARK: Refusals

    static let refusals: [Case] = [
        Case("", "The input template is empty; leave it out."),
        Case(String(repeating: "x", count: 8_193), "has 8193 characters and may have 8192; shorten it"),
        Case("Hi <$.a", "has a variable without an end at character 4; close it with >"),
        Case("<$.a[>", "has <$.a[>, which is no path, at character 1; a path is like $.a.b[0].c"),
        Case("<$a>", "which is no path"),
        Case("<$.>", "which is no path"),
        Case("<$.a..b>", "which is no path"),
        Case("<$.a[x]>", "which is no path"),
        Case("<$.a[-1]>", "which is no path"),
        Case("<$.a[]>", "which is no path"),
        Case("<$.a[99999999999999999999]>", "which is no path"),
        Case("<$.a[0]b>", "which is no path"),
        Case("<$.a b>", "which is no path"),
        Case("<$.a[?(@.b)]>", "which is no path"),
        Case("<$" + String(repeating: ".a", count: 101) + ">", "with 100 steps at most"),
        Case(
            "ö <aws.pipes.nope>",
            "has <aws.pipes.nope>, which is no variable, at character 3; there are aws.pipes.pipe-arn"),
        Case("<aws.events.event>", "which is no variable"),
        Case(#"{"<$.a>":1}"#, "has a variable in the name of a field at character 3; only values can have variables"),
        Case(#"{"a":"x <aws.pipes.event.json>"}"#, "has <aws.pipes.event.json> inside a text at character 9"),
        Case("x <aws.pipes.event.json>", "has <aws.pipes.event.json> inside a text at character 3"),
        Case(#"{"a":1,}"#, "begins with { and is no JSON object at character 8; correct it"),
        Case(#"{"a":1 "b":2}"#, "is no JSON object at character 8"),
        Case(#"  {"a"}"#, "is no JSON object at character 7"),
        Case(#"{"a":1} x"#, "is no JSON object at character 9"),
        Case(#"{"a":<b>}"#, "is no JSON object at character 6"),
        Case("{\"a\":\"x\ny\"}", "is no JSON object at character 8"),
        Case(String(repeating: "[", count: 200), "is nested deeper than 100 levels at character 101; make it flatter"),
    ]

    @Test(arguments: refusals) func isRefused(_ example: Case) {
        #expect {
            try InputTemplate(example.template)
        } throws: { error in
            let text = "\(error)"
            return text.contains(example.result) && text.hasSuffix(".") && !text.contains("\n") && text.count < 500
        }
    }

    // MARK: Size

    /// Each variable may be as long as the record: what is too long already gets no more of them.
    @Test(arguments: [true, false]) func fillingInEndsWhereTheResultIsTooLong(isText: Bool) throws {
        let events = Array(repeating: "<aws.pipes.event>", count: 400)
        let template = try InputTemplate(
            isText ? events.joined(separator: " ") : "[" + events.joined(separator: ",") + "]")
        let record = Array(#"["\#(String(repeating: "x", count: 996))"]"#.utf8)
        let whole = template.apply(to: record, Self.variables)
        #expect(whole.count >= 400 * record.count)
        #expect(template.apply(to: record, Self.variables, bytesMax: whole.count) == whole)
        let cut = template.apply(to: record, Self.variables, bytesMax: 5_000)
        #expect((5_001...6_100).contains(cut.count))
        #expect((try? JSONSerialization.jsonObject(with: Data(cut), options: .fragmentsAllowed)) != nil)
    }

    /// A field that is left out does not count, so one that would be too long with its name is no reason to cut.
    @Test(arguments: 0...8) func whatIsLeftOutTakesNoRoom(bytesMax: Int) throws {
        let template = try InputTemplate(#"{"a":1,"long":<$.nope>}"#)
        let result = template.apply(to: Array("{}".utf8), Self.variables, bytesMax: bytesMax)
        #expect((result.count > bytesMax) == (bytesMax < 7))
        if bytesMax >= 7 { #expect(result == Array(#"{"a":1}"#.utf8)) }
    }

    // MARK: Damage

    /// Whatever a record holds, filling in a template ends, and what comes of a sound record is JSON.
    @Test(arguments: UInt64(1)...20) func damagedRecords(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let templates = try (Self.values + Self.strings + Self.texts + Self.reserved + Self.missing).map {
            try InputTemplate($0.template)
        }
        for _ in 0..<100 {
            let record = Self.damaged(Array(Self.record.utf8), &random)
            let isSound = (try? JSONSerialization.jsonObject(with: Data(record))) != nil
            let result = random.pick(templates).apply(to: record, Self.variables)
            if isSound {
                #expect(
                    (try? JSONSerialization.jsonObject(with: Data(result), options: .fragmentsAllowed)) != nil,
                    "seed \(seed): \(String(decoding: record, as: UTF8.self))")
            }
        }
    }

    @Test(arguments: UInt64(1)...20) func damagedTemplates(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let texts = (Self.values + Self.strings + Self.texts + Self.reserved + Self.missing).map(\.template)
        for _ in 0..<100 {
            let text = String(decoding: Self.damaged(Array(random.pick(texts).utf8), &random), as: UTF8.self)
            guard let template = try? InputTemplate(text) else { continue }
            let result = template.apply(to: Array(Self.record.utf8), Self.variables)
            #expect(
                (try? JSONSerialization.jsonObject(with: Data(result), options: .fragmentsAllowed)) != nil,
                "seed \(seed): \(text)")
        }
    }

    /// Some bytes cut, repeated or replaced.
    private static func damaged(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        let signs = Array(#"{}[]":,\<>$.*0e-n "#.utf8) + [0, 0x80, 0xFF]
        for _ in 0...random.below(3) where !bytes.isEmpty {
            let place = random.below(bytes.count)
            switch random.below(4) {
            case 0: bytes[place] = random.pick(signs)
            case 1: bytes.insert(random.pick(signs), at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(8)))
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }
}
