import Alarms
import Dashboards
import Foundation
import Stacks
import Testing

@testable import Engine

/// The alarms and the dashboard of `template.yaml`.
@Suite struct ProjectDashboardTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private let stack: Stack

    init() throws {
        let template = try Template.load(path: Self.root.appendingPathComponent("template.yaml").path)
        stack = try Stack(template, options: StackOptions())
    }

    @Test func everyAlarmIsOneThatCloudWatchTakes() throws {
        for alarm in stack.alarms {
            let definition = try AlarmDefinition(alarm.parameters)
            #expect(definition.alarmActions == ["arn:aws:sns:us-east-1:000000000000:OrdersAlarms"], "\(alarm.name)")
            #expect(definition.description?.isEmpty == false, "\(alarm.name)")
        }
        let metrics = stack.alarms.flatMap { [$0.metric] + $0.queries.compactMap(\.metric) }
        let watched = Set(metrics.map { "\($0.name ?? "") \($0.dimensions.map(\.value).joined())" })
        let deadLetterQueues = stack.queues.filter { $0.name.contains("DLQ") }
        #expect(deadLetterQueues.count == 6)
        for queue in deadLetterQueues {
            #expect(watched.contains("ApproximateNumberOfMessagesVisible \(queue.name)"))
        }
        for function in ["OrderProcessorFunction", "PremiumServiceFunction"] {
            for metric in ["Errors", "Throttles", "Duration", "IteratorAge"] {
                #expect(watched.contains("\(metric) \(function)"))
            }
        }
        for pipe in ["StandardOrderPipe", "PremiumOrderPipe"] {
            #expect(watched.contains("ExecutionFailed \(pipe)"))
            #expect(watched.contains("ExecutionPartiallyFailed \(pipe)"))
        }
    }

    @Test func theDashboardIsReadWithoutAWord() throws {
        #expect(stack.dashboards.map(\.name) == ["OrdersDashboard"])
        let reading = Dashboard.read(try #require(stack.dashboards.first).body)
        #expect(reading.messages.isEmpty, "\(reading.messages)")
        let dashboard = try #require(reading.dashboard)
        #expect(dashboard.widgets.count == 13)
        // On a grid of 24 columns, without holes at the right.
        let rows = Dictionary(grouping: dashboard.widgets, by: \.frame.y)
        #expect(rows.values.allSatisfy { $0.reduce(0) { $0 + $1.frame.width } == 24 })
    }

    /// What CloudFormation takes from a bucket, which `sluice deploy` always uses; sent as it is, a template may have 51,200.
    @Test func theTemplateIsShortEnoughForCloudFormation() throws {
        let path = Self.root.appendingPathComponent("template.yaml").path
        let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        #expect(size <= 1_000_000)
    }
}
