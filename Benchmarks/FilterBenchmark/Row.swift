import EventPatterns

/// Goes once through a row's events and returns how many matched.
typealias Pass = (EventPool) throws -> Int

/// One line of the table: a matcher and the events it is given.
struct Row {
    let name: String
    let events: EventPool
    /// How many events match; nil where the events are random.
    let expectedMatches: Int?
    let limit: Limit?
    /// Makes the matcher, which takes time when it has many patterns.
    let makePass: () throws -> Pass

    init<Matcher: EventMatcher>(
        _ name: String, _ events: EventPool, reading: EventReading = .whole, expectedMatches: Int? = nil,
        limit: Limit? = nil,
        _ makeMatcher: @escaping () throws -> Matcher
    ) {
        self.name = name
        self.events = events
        self.expectedMatches = expectedMatches
        self.limit = limit
        makePass = {
            var matcher = try makeMatcher()
            return { events in try countMatches(&matcher, events, reading) }
        }
    }
}

/// The measured loop. A function of its own for each kind of matcher, so that the matcher is called directly, and never
/// inlined, so that its work cannot be left out.
@inline(never)
private func countMatches(
    _ matcher: inout some EventMatcher, _ events: EventPool, _ reading: EventReading
) throws(EventError) -> Int {
    var count = 0
    let bytes = events.bytes.span.bytes
    for range in events.ranges where try matcher.matches(bytes.extracting(range), reading: reading) { count += 1 }
    return count
}

/// What `--check` demands of a row. Only what holds on any machine: counts, and times compared within one run.
enum Limit {
    /// Most allocations for one event.
    case allocations(Double)
    /// Most times the time of the first row of the series.
    case timesFirst(Double)
    /// Most growth of the time with each doubling of the size.
    case growth(Double)
}

/// Rows that are measured together, round by round: what slows the machine down for a while slows all of them.
struct Series {
    /// What a row's time is compared with.
    enum Comparison {
        case nothing
        case first
        /// With the first as well, for rows of which each is twice the size of the one before: the growth with each
        /// doubling, on average. Between two rows alone, one step from a small buffer to the heap looks like growth.
        case doubling
    }

    let group: String
    let name: String
    let comparison: Comparison
    let rows: [Row]

    func fullName(_ row: Row) -> String { "\(group): \(name): \(row.name)" }

    /// The rows whose full names contain a text, in whatever case; nil if no name does. Rows that are compared with
    /// each other all stay as soon as one does.
    func filtered(_ text: String) -> Series? {
        let wanted = rows.filter { fullName($0).lowercased().contains(text.lowercased()) }
        if wanted.isEmpty { return nil }
        return comparison == .nothing ? Series(group: group, name: name, comparison: comparison, rows: wanted) : self
    }
}
