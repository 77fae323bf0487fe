import Pipes
import Tables

/// A setback of a pipe, one of the answer of `POST /_sluice/pipes/NAME/setbacks`.
struct SetbackReport: Encodable {
    /// Milliseconds since 1970.
    let timestamp: Int64
    /// `failed`, `partlyFailed`, `notReached`, `deadLettered` or `dropped`.
    let kind: String
    let attempts: Int
    let records: Int
    let firstSequenceNumber: String
    let requestId: String?
    let reason: String

    init(_ setback: PipeSetback) {
        timestamp = setback.timestamp
        kind = setback.kind.rawValue
        attempts = setback.attempts
        records = setback.sequences.count
        firstSequenceNumber = SequenceNumber.text(setback.sequences.first ?? 0)
        requestId = setback.requestId
        reason = setback.reason
    }
}
