import Clocks
import MetricMath
import Testing

@Suite struct ExpressionTests {
    @Test(arguments: [
        ("", "Error in expression 'e1': the expression is empty; give it a metric's id"),
        ("m1 +", "Error in expression 'e1' at character 5: a number, an id or a function is missing before 'the end'"),
        ("m1 m1", "Error in expression 'e1' at character 4: 'm1' is not expected here"),
        ("(m1", "Error in expression 'e1' at character 4: ')' is missing before 'the end'"),
        ("m1 ? 2", "Error in expression 'e1' at character 4: '?' has no meaning in an expression"),
        ("1.2.3 * m1", "Error in expression 'e1' at character 1: '1.2.3' is not a number; write it as 2, 0.5 or 1e3"),
        ("1e999 * m1", "Error in expression 'e1' at character 1: '1e999' is not a number; write it as 2, 0.5 or 1e3"),
        ("METRICS(\"a)", "Error in expression 'e1' at character 9: the text that begins here has no end"),
        (
            "sum(m1)",
            "Error in expression 'e1' at character 1: There is no function sum; functions are in capital letters"
        ),
        (
            "M1 + 1",
            "Error in expression 'e1' at character 1: 'M1' is neither a function nor an id, which begins with a small letter"
        ),
        ("ABS(m1, 2)", "Error in expression 'e1' at character 1: The function ABS takes 1 arguments and not 2"),
        ("IF(m1)", "Error in expression 'e1' at character 1: The function IF takes 2 to 3 arguments and not 1"),
        ("FILL(m1 0)", "Error in expression 'e1' at character 9: ',' or ')' is missing before '0.0'"),
        (
            "FILL(m1, LAST)",
            "Error in expression 'e1' at character 10: 'LAST' is neither a function nor an id, which begins with a small letter"
        ),
        (
            "SEARCH('{AWS/SQS,QueueName}', 'Sum')",
            "Error in expression 'e1' at character 1: The function SEARCH is not supported: searching does not run here; name the metrics"
        ),
        (
            "SELECT AVG(x) FROM y",
            "Error in expression 'e1' at character 1: SELECT is not supported: Metrics Insights queries do not run here; name the metrics"
        ),
        (
            "ANOMALY_DETECTION_BAND(m1)",
            "Error in expression 'e1' at character 1: The function ANOMALY_DETECTION_BAND is not supported: anomaly detection does not run here; compare with a number"
        ),
        ("m1 + m9", "Error in expression 'e1': there is no metric or expression with the id 'm9'"),
        (
            "AVG(m1)",
            "Error in expression 'e1': the expression gives a number, and must give a time series or an array of time series; TIME_SERIES makes one"
        ),
        ("RATE(1)", "Error in expression 'e1' at character 1: The function RATE takes a time series and not a number"),
        (
            "SORT(m1, AVG, ASC)",
            "Error in expression 'e1' at character 1: The function SORT takes an array of time series and not a time series"
        ),
        (
            "SORT(METRICS(), 1, ASC)",
            "Error in expression 'e1' at character 1: SORT takes AVG, MIN, MAX or SUM and then ASC or DESC: SORT(METRICS(), AVG, DESC)"
        ),
        (
            "TIME_SERIES(m1)",
            "Error in expression 'e1' at character 1: The function TIME_SERIES takes a number and not a time series"
        ),
        (
            "FILL(m1, [m1])",
            "Error in expression 'e1' at character 1: The function FILL takes a number, a time series, REPEAT or LINEAR and not an array of time series"
        ),
        (
            "PERIOD(m1 + 1) * m1",
            "Error in expression 'e1' at character 1: The function PERIOD takes the id of a metric"
        ),
        (
            "IF([m1], m1)",
            "Error in expression 'e1' at character 1: The function IF takes numbers and time series and not an array of time series"
        ),
        ("[1, 2]", "Error in expression 'e1' at character 1: an array needs a time series among its members"),
        ("SLICE(METRICS(), -1)", "Error in expression 'e1' at character 1: a place in an array is a number from 0"),
    ])
    func isRefused(_ expression: String, _ message: String) {
        #expect(Minutes.refusal(expression) == message)
    }

    @Test func depthIsBounded() throws {
        let deep = String(repeating: "(", count: 50) + "m1" + String(repeating: ")", count: 50)
        #expect(try Minutes.evaluate(deep, ["m1": [1]], count: 1) == [[1]])
        #expect(Minutes.refusal("(\(deep))").contains("nested more than 50 deep"))
        #expect(Minutes.refusal(String(repeating: "-", count: 1_000) + "m1").contains("nested more than 50 deep"))
    }

    @Test func lengthIsBounded() throws {
        let sum = Array(repeating: "m1", count: 600).joined(separator: "+")
        #expect(try Minutes.evaluate(sum, ["m1": [1]], count: 1) == [[600]])
        #expect(Minutes.refusal(sum + String(repeating: " ", count: 300)).contains("longer than 2048 characters"))
    }

    @Test func workIsBounded() throws {
        let plan = try MetricQueryPlan([
            Minutes.query("m1"), MetricDataQuery(id: "e1", source: .expression("m1 * 2 * 2", period: nil)),
        ])
        let series = ["m1": Minutes.series(Array(repeating: 1, count: 100))]
        let range = MathRange(start: Minutes.start, end: Minutes.start + .seconds(6_000))
        // Three series of 100 points, each with its own place, the result once more, and two numbers.
        #expect(try plan.evaluate(series, over: range, pointsMax: 406).count == 1)
        #expect(throws: MathError.self) { try plan.evaluate(series, over: range, pointsMax: 405) }
    }

    /// Every text is either read or refused with a place inside of it.
    @Test func anyTextIsReadOrRefused() {
        let pieces = [
            "m1", "2", "(", ")", "[", "]", ",", "+", "-", "^", "SUM", "IF(", "AND", "<=", "\"", " ", "é", ".",
        ]
        var state: UInt64 = 7
        for _ in 0..<3_000 {
            var text = ""
            for _ in 0..<(state >> 33) % 12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int((state >> 33) % UInt64(pieces.count))]
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            do throws(MathError) { _ = try MathExpression(text) } catch {
                #expect((1...text.unicodeScalars.count + 1).contains(error.position ?? 1))
            }
        }
    }
}
