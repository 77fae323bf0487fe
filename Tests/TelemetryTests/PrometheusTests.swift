import MetricMath
import Telemetry
import Testing

@Suite struct PrometheusTests {
    @Test func countersLevelsAndDistributions() async throws {
        let metrics = try OpenMetrics()
        let counter = metrics.store.counter(
            for: MetricIdentity("AWS/Lambda", "Invocations", ["FunctionName": "billing"]))
        let other = metrics.store.counter(for: MetricIdentity("AWS/Lambda", "Invocations", ["FunctionName": "mail"]))
        let level = metrics.store.level(
            for: MetricIdentity("AWS/SQS", "ApproximateNumberOfMessagesVisible", ["QueueName": "failures"]))
        let duration = metrics.store.distribution(
            for: MetricIdentity("AWS/Lambda", "Duration"), unit: .milliseconds)
        _ = metrics.store.level(for: MetricIdentity("AWS/SQS", "NeverSet"))
        counter.add(2)
        await metrics.pass(1)
        // What is under way counts.
        counter.add(3)
        other.add(0.5)
        level.set(7)
        let before = """
            # HELP aws_lambda_duration AWS/Lambda Duration, unit Milliseconds
            # TYPE aws_lambda_duration summary
            aws_lambda_duration{quantile="0.5"} NaN
            aws_lambda_duration{quantile="0.9"} NaN
            aws_lambda_duration{quantile="0.99"} NaN
            aws_lambda_duration{quantile="0.999"} NaN
            aws_lambda_duration{quantile="1"} NaN
            aws_lambda_duration_sum 0
            aws_lambda_duration_count 0
            # HELP aws_lambda_invocations_total AWS/Lambda Invocations, unit Count
            # TYPE aws_lambda_invocations_total counter
            aws_lambda_invocations_total{function_name="billing"} 5
            aws_lambda_invocations_total{function_name="mail"} 0.5
            # HELP aws_sqs_approximate_number_of_messages_visible AWS/SQS ApproximateNumberOfMessagesVisible, unit Count
            # TYPE aws_sqs_approximate_number_of_messages_visible gauge
            aws_sqs_approximate_number_of_messages_visible{queue_name="failures"} 7

            """
        #expect(metrics.store.prometheusText() == before)
        for value in 1...100 { duration.record(Double(value)) }
        await metrics.pass(60)
        let lines = metrics.store.prometheusText().split(separator: "\n").filter { $0.hasPrefix("aws_lambda_duration") }
        #expect(
            lines.map { $0.split(separator: " ")[1] } == ["50", "90", "99", "100", "100", "5050", "100"])
        await metrics.pass(1)
        // The last minute has no values any more; totals stay.
        #expect(metrics.store.prometheusText().contains("aws_lambda_duration{quantile=\"0.5\"} NaN\n"))
        #expect(metrics.store.prometheusText().contains("aws_lambda_duration_count 100\n"))
        #expect(MetricStore.prometheusContentType == "text/plain; version=0.0.4; charset=utf-8")
    }

    @Test func namesAndLabelsAreMadeFit() async throws {
        let metrics = try OpenMetrics()
        let dimensions: KeyValuePairs = [
            "Quantile": "a\"b\\c\nd", "FunctionName": "1", "function_name": "2", "9 lives": "é",
        ]
        metrics.store.counter(for: MetricIdentity("1st Shop", "HTTP5xx.Rate\\\n", dimensions)).add()
        #expect(
            metrics.store.prometheusText() == #"""
                # HELP _1st_shop_http5xx_rate___total 1st Shop HTTP5xx.Rate\\\n, unit Count
                # TYPE _1st_shop_http5xx_rate___total counter
                _1st_shop_http5xx_rate___total{_9_lives="é",function_name="1",quantile_="a\"b\\c\nd",function_name_="2"} 1

                """#)
    }

    @Test func aNameThatIsTakenIsLeftOutAndNamed() async throws {
        let metrics = try OpenMetrics()
        metrics.store.level(for: MetricIdentity("S", "a.b")).set(1)
        metrics.store.level(for: MetricIdentity("S", "a_b")).set(2)
        metrics.store.level(for: MetricIdentity("S", "a_b", ["d": "x"])).set(3)
        metrics.store.distribution(for: MetricIdentity("S", "a_b"), unit: .none).record(4)
        #expect(
            metrics.store.prometheusText() == """
                # HELP s_a_b S a.b, unit Count
                # TYPE s_a_b gauge
                s_a_b 1
                # left out, as its name is taken: S a_b
                # left out, as its name is taken: S a_b
                s_a_b{d="x"} 3

                """)
    }
}
