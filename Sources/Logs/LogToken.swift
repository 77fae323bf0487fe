/// Where a GetLogEvents goes on, and in which direction. It stays good: it names a place, not a request.
///
/// As text `f/` or `b/` and 56 digits, which is the form of AWS's.
public struct LogToken: Sendable, Hashable {
    var start: LogStart
    var isBackwards: Bool

    init(_ start: LogStart, isBackwards: Bool) {
        self.start = start
        self.isBackwards = isBackwards
    }

    /// The token that leads the other way from the same place.
    var reversed: LogToken {
        switch start {
        case .time: LogToken(start, isBackwards: !isBackwards)
        case .place(let place, let isIncluded):
            LogToken(.place(place, isIncluded: !isIncluded), isBackwards: !isBackwards)
        }
    }

    public var text: String {
        let (kind, first, second) =
            switch start {
            case .time(let time): (0, UInt64(max(0, time)), UInt64(0))
            case .place(let place, let isIncluded): (isIncluded ? 2 : 1, place.first, place.second)
            }
        return "\(isBackwards ? "b" : "f")/\(kind.digits(16))\(first.digits(20))\(second.digits(20))"
    }

    /// - Throws: ``LogsError`` with code `invalidParameter`.
    public init(_ text: String) throws(LogsError) {
        let digits = text.utf8.dropFirst(2)
        guard text.hasPrefix("f/") || text.hasPrefix("b/"), digits.count == 56,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let kind = UInt64(String(Substring(digits.prefix(16)))),
            let first = UInt64(String(Substring(digits.dropFirst(16).prefix(20)))),
            let second = UInt64(String(Substring(digits.suffix(20)))),
            kind <= 2, kind > 0 || first <= UInt64(Int64.max) && second == 0
        else { throw .invalidToken }
        isBackwards = text.hasPrefix("b/")
        start = kind == 0 ? .time(Int64(first)) : .place(LogPlace(first, second), isIncluded: kind == 2)
    }
}

extension BinaryInteger {
    /// Decimal digits, with zeros before them.
    func digits(_ count: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, count - digits.count)) + digits
    }
}
