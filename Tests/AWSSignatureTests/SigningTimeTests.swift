import AWSSignature
import Testing

struct SigningTimeTests {
    /// `date -u -d @SECONDS +%Y%m%dT%H%M%SZ`
    @Test(arguments: [
        (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"), (951_782_400, "20000229T000000Z"),
        (951_868_800, "20000301T000000Z"), (1_440_938_160, "20150830T123600Z"), (4_107_542_399, "21000228T235959Z"),
        (4_107_542_400, "21000301T000000Z"), (253_402_300_799, "99991231T235959Z"),
    ]) func momentsHaveTheirText(_ seconds: Int64, _ text: String) {
        #expect(SigningTime(seconds: seconds).text == text)
        #expect(SigningTime(text)?.seconds == seconds)
    }

    @Test func everyDayOfFourCenturiesReadsBack() {
        for day in stride(from: Int64(0), to: 146_097, by: 1) {
            let time = SigningTime(seconds: day * 86_400 + 86_399)
            #expect(SigningTime(time.text) == time)
        }
    }

    @Test(arguments: [
        "", "20150830", "20150830T123600", "20150830 123600Z", "20150230T123600Z", "20151330T123600Z",
        "20150830T243600Z",
        "20150830T126000Z", "2015083OT123600Z", "19690830T123600Z", "20150830T123600Z ",
    ]) func otherTextIsNoMoment(_ text: String) { #expect(SigningTime(text) == nil) }

    @Test func momentsWithoutFourDigitsBecomeTheNearest() {
        #expect(SigningTime(seconds: -1).text == "19700101T000000Z")
        #expect(SigningTime(seconds: .max).text == "99991231T235959Z")
    }
}
