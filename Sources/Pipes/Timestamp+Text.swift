import Clocks
import Foundation

extension Timestamp {
    /// ISO 8601, UTC, as AWS writes it: `2026-01-02T03:04:05Z`, or with three more digits.
    func text(milliseconds withMilliseconds: Bool) -> String {
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(Date.ISO8601FormatStyle())
        guard withMilliseconds else { return text }
        // Foundation cuts the fraction of a floating-point number, which makes .677 of .678.
        let digits = String(1_000 + milliseconds - seconds * 1_000).dropFirst()
        return "\(text.dropLast()).\(digits)Z"
    }
}
