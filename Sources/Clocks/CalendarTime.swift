/// A moment as a calendar and a clock of UTC show it, in whole seconds.
public struct CalendarTime: Hashable, Sendable {
    public var year: Int
    /// From 1 to 12.
    public var month: Int
    /// Of the month, from 1 to 31.
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
    /// From 1 for Monday to 7 for Sunday.
    public var weekday: Int
}

extension Timestamp {
    /// This moment in UTC; the Gregorian calendar, also before it was in use.
    public var calendarTime: CalendarTime {
        let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
        let second = Int(seconds - days * 86_400)
        // Days to date as in Howard Hinnant's "chrono-compatible low-level date algorithms": years begin in March.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let weekday = (days % 7 + 10) % 7 + 1
        return CalendarTime(
            year: Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), month: Int(month),
            day: Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1), hour: second / 3_600, minute: second / 60 % 60,
            second: second % 60, weekday: Int(weekday))
    }

    /// The moment at which a calendar and a clock of UTC show this; days beyond a month's end count on into the next.
    ///
    /// The year is from 0 to 9999; others are taken as the nearest of these. Month and day count from 1.
    public init(
        utc year: Int, _ month: Int, _ day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, milliseconds: Int = 0
    ) {
        let year = Int64(min(max(year, 0), 9_999)) - (month <= 2 ? 1 : 0)
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * Int64(month > 2 ? month - 3 : month + 9) + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let time = Int64(hour) * 3_600 + Int64(minute) * 60 + Int64(second)
        self.init(milliseconds: (days * 86_400 + time) * 1_000 + Int64(milliseconds))
    }
}
