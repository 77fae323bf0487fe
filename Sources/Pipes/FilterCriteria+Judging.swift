public import EventPatterns

extension FilterCriteria {
    /// What a pipe makes of a record.
    public enum Judgement: Sendable {
        case passes
        case filteredOut
        /// Its arrays are too much work to judge. It passes: a call too many, and no record lost.
        case unjudged(EventError)
        /// No JSON object. It matches nothing: streams hold JSON only, so it was damaged on disk.
        case unreadable(EventError)

        public var passes: Bool {
            switch self {
            case .passes, .unjudged: true
            case .filteredOut, .unreadable: false
            }
        }
    }

    /// - Parameter record: the record's JSON. It is read as far as the answer needs.
    public func judge(_ record: [UInt8]) -> Judgement {
        do {
            return try matches(record, reading: .untilDecided) ? .passes : .filteredOut
        } catch  where error.code == .tooManyCombinations {
            return .unjudged(error)
        } catch {
            return .unreadable(error)
        }
    }
}
