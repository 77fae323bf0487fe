import BenchmarkPage
import BenchmarkSupport
import Foundation

/// Durable messages over HTTP, and the way of one from its sender to a receiver that waits.
struct QueueSection {
    private static let template = """
        Resources:
          Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
          Asked: {Type: AWS::SQS::Queue, Properties: {QueueName: asked}}

        """
    private static let latencyProgram = "Benchmarks/Queues/latency.py"

    let stage: Stage

    func measure(_ report: SectionReport) throws {
        try stage.run(template: Self.template) { sluice, _ in
            report.attempt { try measureSends(sluice, report) }
            report.attempt { try measureLatency(sluice, report) }
        }
        report.attempt {
            var limit = FigureTable.ofResponder(items: "Messages")
            limit.add(try stage.limits.http(.message), "SendMessage's bytes, 64 connections")
            report.add(limit)
        }
    }

    private func measureSends(_ sluice: SluiceProcess, _ report: SectionReport) throws {
        var send = HTTPRequests.send(Orders(), to: "jobs")
        let client = try LoadClient(port: sluice.port)
        let warmUp = try client.run(&send, .asFastAsAnswered, seconds: 1).requests
        let before = sluice.processorSeconds
        let (count, measured) = try client.run(&send, .asFastAsAnswered, seconds: stage.effort(3, 10), first: warmUp)
        let processor = (sluice.processorSeconds - before) / Double(count) * 1e6
        let limit = try stage.limits.http(.message)
        var table = FigureTable(
            "SendMessage of 600 bytes, durable, 64 connections",
            ["A second", "p50 ms", "p99 ms", "Processor µs each", "Server that does nothing, a second", "Ratio"])
        table.add(
            .number(measured.rate), .figure(measured.percentile(50)), .figure(measured.percentile(99)),
            .number(processor), .number(limit.requestsPerSecond), .number(measured.rate / limit.requestsPerSecond))
        report.add(table)
    }

    private func measureLatency(_ sluice: SluiceProcess, _ report: SectionReport) throws {
        let output = try stage.programs.output(
            of: "/usr/bin/env", name: Self.latencyProgram,
            ["python3", Self.latencyProgram, "http://127.0.0.1:\(sluice.port)", stage.effort("500", "2000")])
        let text = String(decoding: output.data, as: UTF8.self)
        guard output.code == 0, let match = text.firstMatch(of: /p50 ([0-9.]+) ms  p99 ([0-9.]+) ms  most ([0-9.]+) ms/)
        else { throw output.failure }
        var table = FigureTable("From a sender to a receiver that waits", ["p50 ms", "p99 ms", "Most ms"])
        table.add(.figure(Double(match.1)), .figure(Double(match.2)), .figure(Double(match.3)))
        report.add(table)
    }
}
