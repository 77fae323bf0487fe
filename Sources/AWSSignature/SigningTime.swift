/// A moment as signatures write it: `20150830T123600Z`, in whole seconds, UTC.
public struct SigningTime: Sendable, Hashable {
    /// The moments that have four digits for the year: 1970 to 9999.
    public static let secondsRange: ClosedRange<Int64> = 0...253_402_300_799

    /// Seconds since 1970.
    public let seconds: Int64

    /// A moment outside `secondsRange` becomes its nearest end.
    public init(seconds: Int64) {
        self.seconds = min(max(seconds, Self.secondsRange.lowerBound), Self.secondsRange.upperBound)
    }

    /// Reads `YYYYMMDDTHHMMSSZ`; nil for anything else and for days that no calendar has.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var number: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                number = number * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return number
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8), let hour = number(9..<11),
            let minute = number(11..<13), let second = number(13..<15), year >= 1970, (1...12).contains(month),
            (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Self.days(year, month, day)
        // The 31st of a month of 30 days would be the next one's first.
        guard Self.date(days) == (year, month, day) else { return nil }
        self.init(seconds: days * 86_400 + hour * 3_600 + minute * 60 + second)
    }

    /// `20150830T123600Z`
    public var text: String {
        let second = seconds % 86_400
        return String(unsafeUninitializedCapacity: 16) { bytes in
            writeDay(to: bytes)
            bytes[8] = UInt8(ascii: "T")
            Self.write(second / 3_600, digits: 2, to: bytes, at: 9)
            Self.write(second / 60 % 60, digits: 2, to: bytes, at: 11)
            Self.write(second % 60, digits: 2, to: bytes, at: 13)
            bytes[15] = UInt8(ascii: "Z")
            return 16
        }
    }

    /// `20150830`
    public var day: String {
        String(unsafeUninitializedCapacity: 8) { bytes in
            writeDay(to: bytes)
            return 8
        }
    }

    private func writeDay(to bytes: UnsafeMutableBufferPointer<UInt8>) {
        let (year, month, day) = Self.date(seconds / 86_400)
        Self.write(year, digits: 4, to: bytes, at: 0)
        Self.write(month, digits: 2, to: bytes, at: 4)
        Self.write(day, digits: 2, to: bytes, at: 6)
    }

    private static func write(
        _ number: Int64, digits: Int, to bytes: UnsafeMutableBufferPointer<UInt8>, at start: Int
    ) {
        var rest = number
        for place in (start..<start + digits).reversed() {
            bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }

    // The Gregorian calendar in eras of 400 years that begin in March, so that the leap day is a year's last.

    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let days = days + 719_468
        let era = days / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}
