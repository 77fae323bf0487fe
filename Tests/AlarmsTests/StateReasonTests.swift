import Alarms
import Clocks
import MetricMath
import Testing

/// Reasons as they are recorded of AWS, with this test's values and times.
@Suite struct StateReasonTests {
    private func reason(
        _ periods: Int, _ needed: Int? = nil, _ missing: String? = nil, comparison: String = "GreaterThanThreshold",
        values: [Double?]
    ) throws -> String {
        Samples.evaluation(try Samples.alarm(periods, needed, missing: missing, comparison: comparison), values).reason
    }

    @Test func onePoint() throws {
        #expect(
            try reason(1, values: [nil, nil, 5])
                == "Threshold Crossed: 1 out of the last 1 datapoints [5.0 (01/01/25 10:09:00)] was greater than the "
                + "threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).")
        #expect(
            try reason(1, values: [nil, nil, 0.25])
                == "Threshold Crossed: 1 out of the last 1 datapoints [0.25 (01/01/25 10:09:00)] was not greater than "
                + "the threshold (1.0) (minimum 1 datapoint for ALARM -> OK transition).")
    }

    @Test func severalPointsFromTheNewestOn() throws {
        #expect(
            try reason(3, comparison: "GreaterThanOrEqualToThreshold", values: [0, 0, 2, 1, 3])
                == "Threshold Crossed: 3 out of the last 3 datapoints [3.0 (01/01/25 10:09:00), 1.0 (01/01/25 "
                + "10:08:00), 2.0 (01/01/25 10:07:00)] were greater than or equal to the threshold (1.0) (minimum 3 "
                + "datapoints for OK -> ALARM transition).")
        #expect(
            try reason(3, 2, comparison: "LessThanThreshold", values: [0, 0, 2, 0, 3])
                == "Threshold Crossed: 2 out of the last 3 datapoints [3.0 (01/01/25 10:09:00), 2.0 (01/01/25 "
                + "10:07:00)] were not less than the threshold (1.0) (minimum 2 datapoints for ALARM -> OK "
                + "transition).")
    }

    @Test func fivePointsAndMore() throws {
        #expect(
            try reason(6, comparison: "LessThanOrEqualToThreshold", values: [9, 9, 0, 0, 0, 0, 0, 1])
                == "Threshold Crossed: 6 out of the last 6 datapoints were less than or equal to the threshold (1.0). "
                + "The most recent datapoints which crossed the threshold: [1.0 (01/01/25 10:09:00), 0.0 (01/01/25 "
                + "10:08:00), 0.0 (01/01/25 10:07:00), 0.0 (01/01/25 10:06:00), 0.0 (01/01/25 10:05:00)] (minimum 6 "
                + "datapoints for OK -> ALARM transition).")
    }

    @Test func missingOnesThatCount() throws {
        #expect(
            try reason(20, 1, "notBreaching", values: [5] + Array(repeating: nil, count: 21))
                == "Threshold Crossed: 1 out of the last 20 datapoints [5.0 (01/01/25 09:48:00)] was greater than the "
                + "threshold (1.0) and 19 missing datapoints were treated as [NonBreaching] (minimum 1 datapoint for "
                + "OK -> ALARM transition).")
        #expect(
            try reason(2, nil, "breaching", values: [nil, nil, 5, nil])
                == "Threshold Crossed: 1 out of the last 2 datapoints [5.0 (01/01/25 10:08:00)] was greater than the "
                + "threshold (1.0) and 1 missing datapoint was treated as [Breaching] (minimum 2 datapoints for OK -> "
                + "ALARM transition).")
    }

    @Test func missingOnesAlone() throws {
        #expect(
            try reason(1, nil, "notBreaching", values: [nil, nil, nil])
                == "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated "
                + "as [NonBreaching].")
        #expect(
            try reason(2, nil, "breaching", values: [nil, nil, nil, nil])
                == "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were "
                + "treated as [Breaching].")
        #expect(
            try reason(3, 2, "breaching", values: [nil, nil, nil, nil, 0])
                == "Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated "
                + "as [Breaching].")
    }

    @Test func missingOnesThatDoNotCountAreNotNamed() throws {
        #expect(
            try reason(3, values: [nil, nil, 5, nil, nil])
                == "Threshold Crossed: 1 out of the last 3 datapoints [5.0 (01/01/25 10:07:00)] was greater than the "
                + "threshold (1.0) (minimum 3 datapoints for OK -> ALARM transition).")
    }

    @Test func notEnoughData() throws {
        #expect(try reason(1, values: [nil, nil, nil]) == "Insufficient Data: 1 datapoint was unknown.")
        #expect(try reason(3, values: [nil, nil, nil, nil, nil]) == "Insufficient Data: 3 datapoints were unknown.")
    }

    /// A day of minutes stays within the lengths of the API model.
    @Test func lengthsAreBounded() throws {
        let alarm = try Samples.alarm(1_440)
        let evaluation = Samples.evaluation(alarm, Array(repeating: 0.12345678901234567, count: 1_442))
        #expect(evaluation.reason.utf8.count <= 1_023)
        #expect(evaluation.reasonData.text.utf8.count <= 4_000)
        #expect(evaluation.reasonData.text.hasSuffix("]}"))
    }

    @Test func figures() throws {
        let alarm = try Samples.alarm(2) { $0.unit = "Count" }
        #expect(
            Samples.evaluation(alarm, [nil, 2, nil, 5], samples: 3).reasonData.text
                == #"{"version":"1.0","queryDate":"2025-01-01T10:10:07.000+0000","#
                + #""startDate":"2025-01-01T10:07:00.000+0000","unit":"Count","statistic":"Sum","period":60,"#
                + #""recentDatapoints":[2.0,5.0],"threshold":1.0,"evaluatedDatapoints":["#
                + #"{"timestamp":"2025-01-01T10:09:00.000+0000","sampleCount":3.0,"value":5.0},"#
                + #"{"timestamp":"2025-01-01T10:08:00.000+0000"},"#
                + #"{"timestamp":"2025-01-01T10:07:00.000+0000","sampleCount":3.0,"value":2.0}]}"#)
        #expect(
            Samples.evaluation(try Samples.alarm(), [nil, nil, nil]).reasonData.text
                == #"{"version":"1.0","queryDate":"2025-01-01T10:10:07.000+0000","statistic":"Sum","period":60,"#
                + #""recentDatapoints":[],"threshold":1.0,"#
                + #""evaluatedDatapoints":[{"timestamp":"2025-01-01T10:09:00.000+0000"}]}"#)
    }

    /// Java's `Double.toString`, of which the expected texts are.
    @Test(arguments: [
        (5, "5.0"), (0, "0.0"), (-0.5, "-0.5"), (100, "100.0"), (9_999_999, "9999999.0"), (10_000_000, "1.0E7"),
        (12_345_678, "1.2345678E7"), (0.001, "0.001"), (0.0001, "1.0E-4"), (0.000123, "1.23E-4"),
        (8.891518474692088, "8.891518474692088"), (1e22, "1.0E22"), (-1.5e-7, "-1.5E-7"), (1_234.5, "1234.5"),
    ])
    func numbersAreWrittenAsJavaWritesThem(_ value: Double, _ text: String) throws {
        let reason = try reason(1, comparison: "LessThanThreshold", values: [nil, nil, value])
        #expect(reason.contains("[\(text) (01/01/25"))
    }
}
