import Clocks
import Testing

@Suite struct CalendarTimeTests {
    @Test(arguments: [
        (Int64(0), 1970, 1, 1, 4), (951_782_400, 2000, 2, 29, 2), (951_868_800, 2000, 3, 1, 3),
        (1_735_689_599, 2024, 12, 31, 2), (1_735_689_600, 2025, 1, 1, 3), (-1, 1969, 12, 31, 3),
        (-2_203_891_201, 1900, 2, 28, 3), (-2_203_891_200, 1900, 3, 1, 4), (4_107_542_400, 2100, 3, 1, 1),
    ])
    func days(_ seconds: Int64, _ year: Int, _ month: Int, _ day: Int, _ weekday: Int) {
        let time = Timestamp(seconds: seconds).calendarTime
        #expect([time.year, time.month, time.day, time.weekday] == [year, month, day, weekday])
    }

    @Test func timesOfDay() {
        let time = Timestamp(seconds: 1_735_725_600 + 5 * 60 + 7).calendarTime
        #expect([time.hour, time.minute, time.second] == [10, 5, 7])
        let last = Timestamp(microseconds: -1).calendarTime
        #expect([last.hour, last.minute, last.second] == [23, 59, 59])
    }

    @Test func thereAndBack() {
        for day in stride(from: Int64(-40_000), through: 60_000, by: 13) {
            let moment = Timestamp(seconds: day * 86_400 + day * day % 86_400)
            let time = moment.calendarTime
            let back = Timestamp(
                utc: time.year, time.month, time.day, hour: time.hour, minute: time.minute, second: time.second)
            #expect(back == moment)
        }
    }
}
