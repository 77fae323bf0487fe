/// What a period without data counts as (`TreatMissingData`).
public enum MissingData: String, CaseIterable, Hashable, Sendable, Codable {
    /// Nothing: an alarm without any data has not enough of them.
    case missing
    /// Nothing: an alarm without any data keeps its state.
    case ignore
    case breaching
    case notBreaching

    /// As state reasons have it; nil where periods without data are not counted.
    var words: String? {
        switch self {
        case .missing, .ignore: nil
        case .breaching: "Breaching"
        case .notBreaching: "NonBreaching"
        }
    }
}

/// What becomes of a percentile of few samples (`EvaluateLowSampleCountPercentile`).
public enum LowSampleCount: String, CaseIterable, Hashable, Sendable, Codable {
    case evaluate
    /// The state stays.
    case ignore
}
