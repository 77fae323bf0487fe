/// Why an alarm's parameters are refused, as AWS answers it.
public struct AlarmError: Error, Hashable, Sendable, CustomStringConvertible {
    /// AWS's error codes; the HTTP status of each is 400.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        case validation = "ValidationError"
        case missingParameter = "MissingParameter"
        case invalidParameterValue = "InvalidParameterValue"
        case invalidParameterCombination = "InvalidParameterCombination"
        case notImplemented = "NotImplemented"
    }

    public var code: Code
    public var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }

    /// The answer to PutCompositeAlarm.
    public static let compositeAlarm = AlarmError(
        .notImplemented,
        "Composite alarms do not run here: watch several metrics with one metric alarm whose Metrics have a math expression"
    )

    /// The answer to PutAnomalyDetector.
    public static let anomalyDetector = AlarmError(
        .notImplemented, "Anomaly detection does not run here: compare with a threshold in an alarm")

    static func isRequired(_ parameter: String) -> AlarmError {
        AlarmError(.missingParameter, "The parameter \(parameter) is required.")
    }

    /// A value that breaks a constraint of the API model, in the words of AWS's validation.
    static func constraint(_ value: String, at member: String, _ constraint: String) -> AlarmError {
        AlarmError(
            .validation,
            "1 validation error detected: Value '\(value)' at '\(member)' failed to satisfy constraint: Member must "
                + constraint)
    }
}
