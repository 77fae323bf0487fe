import Clocks
import Dashboards
import Testing

@Suite struct DashboardTimeTests {
    private static let now = Timestamp(utc: 2025, 3, 1, hour: 12)

    @Test(arguments: [
        ("-PT6H", 6 * 3_600), ("-PT30M", 1_800), ("-PT1H30M10S", 5_410), ("-P7D", 7 * 86_400), ("-P1W", 7 * 86_400),
        ("-P1M", 30 * 86_400), ("-P1DT12H", 36 * 3_600), ("-P1Y", 365 * 86_400),
    ])
    func timesBeforeNow(_ text: String, _ seconds: Int) throws {
        #expect(try #require(DashboardTime(text)).moment(at: Self.now) == Self.now - .seconds(seconds))
    }

    @Test(arguments: [
        ("2025-01-31T10:00:00Z", 0), ("2025-01-31T10:00:00.250Z", 250), ("2025-01-31T10:00:00", 0),
        ("2025-01-31T10:00:00.5+00:00", 500),
    ])
    func momentsOfTheCalendar(_ text: String, _ milliseconds: Int) throws {
        let expected = Timestamp(utc: 2025, 1, 31, hour: 10, milliseconds: milliseconds)
        #expect(try #require(DashboardTime(text)).moment(at: Self.now) == expected)
    }

    @Test(arguments: [
        "", "PT6H", "-P", "-PT", "-P6H", "-PT6D", "-PT0S", "-PTH", "-P999999Y", "-PT99999999999999999999H", "-PT6HT1M",
        "2025-01-31", "2025-13-01T00:00:00Z", "2025-01-01T24:00:00Z", "2025-01-01T00:00:00X", "2025-01-01 00:00:00Z",
        "٢٠٢٥-01-01T00:00:00Z",
    ])
    func whatIsNoTime(_ text: String) {
        #expect(DashboardTime(text) == nil)
    }

    /// Together these are more microseconds, and more seconds, than there are numbers.
    @Test func aDurationOfManyPartsIsNoTime() {
        #expect(DashboardTime("-P" + String(repeating: "100000000Y", count: 10_000)) == nil)
    }
}
