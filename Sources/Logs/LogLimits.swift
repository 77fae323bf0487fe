/// AWS's limits of CloudWatch Logs.
public enum LogLimits {
    /// Largest PutLogEvents, bytes, with ``eventOverheadBytes`` for each event.
    public static let putBytesMax = 1_048_576
    public static let eventOverheadBytes = 26
    /// Longest time from the first to the last event of a PutLogEvents.
    static let putSpanMilliseconds: Int64 = 24 * 3_600_000
    /// Events older than this, and further ahead, are rejected.
    static let ageMaxMilliseconds: Int64 = 14 * 86_400_000
    static let aheadMaxMilliseconds: Int64 = 2 * 3_600_000
    /// Most events in an answer, and most bytes of them.
    public static let pageCountMax = 10_000
    static let pageBytesMax = 1_048_576
    /// Most tags of a log group.
    public static let tagCountMax = 50
    /// What RetentionInDays may be.
    public static let retentionDays = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653,
    ]
    /// Most bytes of events that one FilterLogEvents or GetLogEvents looks through; what is left comes with its token.
    /// Ours: bounded work.
    static let searchBytesMax = 64 << 20
    /// The least of it that each stream gets, however many there are.
    static let searchBytesOfStreamMin = 1 << 20
}
