import Foundation

/// A target's answer, read for `batchItemFailures`.
public enum PartialBatchAnswer: Sendable, Hashable {
    case allHandled
    case failures(identifiers: [String])
    case malformed(reason: String)

    /// - Parameter payload: the bytes that the function returned.
    ///
    /// An answer that is no object, such as a string or a number, says nothing of failures and counts as success, as
    /// recorded on AWS for every answer without the member.
    public init(payload: [UInt8]) {
        guard !payload.isEmpty else {
            self = .allHandled
            return
        }
        // Most answers are this one, written by the batch helper of the function's runtime.
        if payload.elementsEqual(Self.nothingFailed) {
            self = .allHandled
            return
        }
        guard let value = try? JSONSerialization.jsonObject(with: Data(payload), options: .fragmentsAllowed) else {
            self = .malformed(reason: "the answer is not JSON")
            return
        }
        guard let object = value as? [String: Any], let member = object["batchItemFailures"], !(member is NSNull) else {
            self = .allHandled
            return
        }
        guard let failures = member as? [Any] else {
            self = .malformed(reason: "batchItemFailures is not a list")
            return
        }
        var identifiers: [String] = []
        for failure in failures {
            guard let entry = failure as? [String: Any], let identifier = entry["itemIdentifier"] as? String,
                !identifier.isEmpty
            else {
                self = .malformed(reason: "an entry of batchItemFailures has no itemIdentifier")
                return
            }
            identifiers.append(identifier)
        }
        self = identifiers.isEmpty ? .allHandled : .failures(identifiers: identifiers)
    }

    private static let nothingFailed = Array(#"{"batchItemFailures":[]}"#.utf8)
}
