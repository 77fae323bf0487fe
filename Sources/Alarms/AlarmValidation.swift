import MetricMath

/// The rules of PutMetricAlarm's parameters, by CloudWatch's API model and documentation.
enum AlarmValidation {
    static func checkNames(_ parameters: AlarmParameters) throws(AlarmError) {
        guard let name = parameters.alarmName else { throw .isRequired("AlarmName") }
        try checkLength(name, at: "alarmName", 1...255)
        guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw AlarmError(
                .invalidParameterValue, "The value for parameter AlarmName must not contain ASCII control characters.")
        }
        if let description = parameters.alarmDescription {
            try checkLength(description, at: "alarmDescription", 0...1_024)
        }
        guard parameters.tags.count <= 50 else {
            throw .constraint("\(parameters.tags.count) tags", at: "tags", "have length less than or equal to 50")
        }
        for (place, tag) in parameters.tags.enumerated() {
            try checkLength(tag.key, at: "tags.\(place + 1).member.key", 1...128)
            try checkLength(tag.value, at: "tags.\(place + 1).member.value", 0...256)
        }
    }

    static func checkActions(_ parameters: AlarmParameters) throws(AlarmError) {
        let lists = [
            ("oKActions", parameters.okActions), ("alarmActions", parameters.alarmActions),
            ("insufficientDataActions", parameters.insufficientDataActions),
        ]
        for (member, actions) in lists {
            guard actions.count <= AlarmDefinition.actionsMax else {
                throw .constraint(
                    "[\(actions.joined(separator: ", "))]", at: member,
                    "have length less than or equal to \(AlarmDefinition.actionsMax)")
            }
            for (place, action) in actions.enumerated() {
                try checkLength(action, at: "\(member).\(place + 1).member", 1...1_024)
                let parts = action.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
                guard parts.count == 6, parts[0] == "arn", !parts[2].isEmpty else {
                    throw AlarmError(.validation, "Invalid arn syntax: \(action)")
                }
            }
        }
    }

    static func comparison(_ name: String) throws(AlarmError) -> ComparisonOperator {
        guard !ComparisonOperator.ofBands.contains(name) else {
            throw AlarmError(
                .invalidParameterValue,
                "The comparison operator \(name) is for anomaly detection bands, which do not run here: compare with a "
                    + "threshold by one of \(names(of: ComparisonOperator.self))")
        }
        guard let comparison = ComparisonOperator(rawValue: name) else {
            throw .constraint(
                name, at: "comparisonOperator", "satisfy enum value set: [\(names(of: ComparisonOperator.self))]")
        }
        return comparison
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String?, of parameter: String, _ type: Choice.Type
    ) throws(AlarmError) -> Choice? {
        guard let name else { return nil }
        guard let choice = Choice(rawValue: name) else {
            throw AlarmError(
                .validation,
                "The value \(name) for parameter \(parameter) is not supported; valid values are \(names(of: type)).")
        }
        return choice
    }

    static func checkPeriods(period: Int, evaluationPeriods: Int, datapointsToAlarm: Int?) throws(AlarmError) {
        guard [10, 20, 30].contains(period) || period > 0 && period % 60 == 0 else {
            throw AlarmError(.validation, "Period must be 10, 20, 30 or a multiple of 60")
        }
        guard evaluationPeriods >= 1 else {
            throw .constraint(
                "\(evaluationPeriods)", at: "evaluationPeriods", "have value greater than or equal to 1")
        }
        if let datapointsToAlarm {
            guard datapointsToAlarm >= 1 else {
                throw .constraint(
                    "\(datapointsToAlarm)", at: "datapointsToAlarm", "have value greater than or equal to 1")
            }
            guard datapointsToAlarm <= evaluationPeriods else {
                throw AlarmError(.validation, "DatapointsToAlarm must be less than or equal to EvaluationPeriods")
            }
        }
        let (length, isTooLong) = period.multipliedReportingOverflow(by: evaluationPeriods)
        guard period >= 3_600 || !isTooLong && length <= 86_400 else {
            throw AlarmError(
                .validation,
                "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400) for "
                    + "alarms using period < 3600")
        }
        guard !isTooLong, length <= 604_800 else {
            throw AlarmError(
                .validation,
                "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= 604800)")
        }
    }

    static func checkLength(_ text: String, at member: String, _ range: ClosedRange<Int>) throws(AlarmError) {
        let length = text.unicodeScalars.count
        guard length >= range.lowerBound else {
            throw .constraint(text, at: member, "have length greater than or equal to \(range.lowerBound)")
        }
        guard length <= range.upperBound else {
            throw .constraint(text, at: member, "have length less than or equal to \(range.upperBound)")
        }
    }

    private static func names<Choice: RawRepresentable<String> & CaseIterable>(of type: Choice.Type) -> String {
        type.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
