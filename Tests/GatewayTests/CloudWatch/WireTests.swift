import Clocks
import Testing

@testable import Gateway

/// The trees of CloudWatch's protocols.
@Suite struct WireTests {
    /// Examples of RFC 8949, appendix A.
    @Test(
        arguments: [
            ([0x00], WireValue.integer(0)), ([0x18, 0x18], .integer(24)),
            ([0x1A, 0x00, 0x0F, 0x42, 0x40], .integer(1_000_000)),
            ([0x20], .integer(-1)), ([0x39, 0x03, 0xE7], .integer(-1_000)), ([0xF9, 0x3C, 0x00], .number(1)),
            ([0xF9, 0x7B, 0xFF], .number(65_504)), ([0xF9, 0x00, 0x01], .number(5.960464477539063e-8)),
            ([0xFA, 0x47, 0xC3, 0x50, 0x00], .number(100_000)),
            ([0xFB, 0x3F, 0xF1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9A], .number(1.1)), ([0xF4], .boolean(false)),
            ([0xF6], .null), ([0xC1, 0x1A, 0x51, 0x4B, 0x67, 0xB0], .timestamp(Timestamp(seconds: 1_363_896_240))),
            ([0x64, 0x49, 0x45, 0x54, 0x46], .text("IETF")),
            ([0x9F, 0x01, 0x82, 0x02, 0x03, 0xFF], .list([.integer(1), .list([.integer(2), .integer(3)])])),
            ([0xBF, 0x61, 0x61, 0x01, 0xFF], .members(["a": .integer(1)])),
            ([0x7F, 0x61, 0x61, 0x61, 0x62, 0xFF], .text("ab")),
        ] as [([UInt8], WireValue)])
    func cborIsRead(bytes: [UInt8], value: WireValue) throws {
        #expect(try CBORReader.read(bytes) == value)
    }

    /// Cut off, too deep, with lengths that are lies, and with something behind it.
    @Test(
        arguments: [
            [], [0x18], [0x64, 0x49], [0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x5B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [UInt8](repeating: 0x81, count: 100_000),
            [0x00, 0x00],
            [0xA1, 0x01, 0x02], [0x1F], [0xFF], [0x61, 0xFF],
        ] as [[UInt8]])
    func whatIsNoCBORIsRefused(bytes: [UInt8]) {
        #expect(throws: CBORReader.Malformed.self) { try CBORReader.read(bytes) }
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let value: WireValue = [
            "flag": .boolean(true), "low": .integer(-70_000), "high": .integer(.max), "fraction": .number(-0.25),
            "moment": .timestamp(Timestamp(milliseconds: 1_700_000_000_123)), "text": .text("Grüße"),
            "list": .list([.null, .list([]), .members([:])]),
        ]
        #expect(try CBORReader.read(CBORWriter.bytes(of: value)) == value)
    }

    @Test func aFormBecomesATree() throws {
        let form = "Action=X&A.member.2=b&A.member.1=a&M.entry.1.key=k&M.entry.1.value=v&D.member.1.Name=n&Empty="
        let tree = WireValue(form: try #require(FormTree.read(Array(form.utf8))))
        #expect(tree["A"] == .list([.text("a"), .text("b")]))
        #expect(tree["M"] == .members(["k": .text("v")]))
        #expect(tree["D"] == .list([.members(["Name": .text("n")])]))
        #expect(tree["Empty"]?.asList == [])
    }

    /// Two digits behind a percent sign, and no sign before a number: `%+1` is nothing.
    @Test(arguments: ["a=%+1", "a=%-1", "a=%", "a=%4", "a=%4g", "%=1", "a=%C3"]) func whatIsNoFormIsRefused(
        form: String
    ) {
        #expect(FormTree.read(Array(form.utf8)) == nil)
    }

    /// The lowest whole number of 64 bits has no counterpart above zero.
    @Test(
        arguments: [
            (-9_223_372_036_854_775_808, "-9.223372036854776e+18"), (-9_007_199_254_740_991, "-9007199254740991.0"),
            (3, "3.0"), (0.5, "0.5"),
        ] as [(Double, String)])
    func numbersHaveATextInJSONAndInXML(number: Double, text: String) {
        var json = JSONWriter()
        json.wireValue(.number(number))
        #expect(String(decoding: json.bytes, as: UTF8.self) == text)
        var xml = XMLWriter()
        xml.wireValue(.number(number))
        #expect(String(decoding: xml.bytes, as: UTF8.self).hasSuffix(text))
    }

    @Test func momentsHaveATextInTheQueryProtocol() {
        let moment = Timestamp(milliseconds: 1_700_000_000_123)
        #expect(moment.iso8601Text == "2023-11-14T22:13:20.123Z")
        #expect(WireValue.text("2023-11-14T22:13:20.123Z").asTimestamp == moment)
        #expect(WireValue.text("2023-11-14T22:13:20Z").asTimestamp == Timestamp(seconds: 1_700_000_000))
        #expect(WireValue.text("tomorrow").asTimestamp == nil)
        // Foundation reads years of six digits, of which microseconds are too many for a number.
        for year in ["299999", "10000", "1969"] {
            #expect(WireValue.text("\(year)-01-01T00:00:00Z").asTimestamp == nil)
        }
        // The nearest microsecond: this number lies a little below it.
        #expect(WireValue.number(131_103.87506).asTimestamp == Timestamp(microseconds: 131_103_875_060))
    }
}
