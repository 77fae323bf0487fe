import Clocks
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("250ms", 250), ("1s", 1_000), ("15m", 900_000), ("24h", 86_400_000), ("7d", 604_800_000),
        ("1h30m", 5_400_000), ("1d2h3m4s5ms", 93_784_005), ("0s", 0), ("36500d", 3_153_600_000_000),
    ])
    func text(_ text: String, milliseconds: Int64) {
        #expect(Duration(text: text) == .milliseconds(milliseconds))
        #expect(Duration(text: Duration.milliseconds(milliseconds).text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "s", "5", "5 s", " 5s", "-5s", "1.5h", "5x", "5mm", "1h30", "36501d", "99999999999999999999s",
        "9223372036854775807d", "9223372036854775807ms", "٥s",
    ])
    func isNone(_ text: String) { #expect(Duration(text: text) == nil) }

    @Test func writing() {
        #expect(Duration.seconds(93_784).text == "1d2h3m4s")
        #expect(Duration.zero.text == "0s")
        #expect(Duration.microseconds(999).text == "0s")
        #expect(Duration.seconds(-90).text == "-1m30s")
        #expect(Duration.microseconds(-1).text == "0s")
    }
}
