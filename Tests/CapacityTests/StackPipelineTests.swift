import Costs
import Foundation
import Stacks
import Testing

@testable import Capacity

@Suite struct StackPipelineTests {
    private static func stack() throws -> Stack {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try Stack(Template.load(path: folder.appendingPathComponent("template.yaml").path))
    }

    @Test func theProjectsTemplateIsWhatBillsAreWorkedOutFor() throws {
        let pipeline = try Pipeline(try Self.stack())
        #expect(
            pipeline.table
                == Pipeline.Table(
                    name: "Orders", indexes: [Pipeline.Index(isKeysOnly: false)], hasPointInTimeRecovery: true))
        #expect(
            pipeline.functions == [
                Pipeline.Function(
                    name: "OrderProcessorFunction", memoryMegabytes: 256, architecture: .x86, timeoutSeconds: 30,
                    queues: ["InventoryQueue.fifo", "PaymentQueue.fifo", "FulfillmentQueue.fifo"], logRetentionDays: 30),
                Pipeline.Function(
                    name: "PremiumServiceFunction", memoryMegabytes: 256, architecture: .x86, timeoutSeconds: 30,
                    queues: ["FulfillmentQueue.fifo", "VipQueue.fifo"], tables: ["Customers", "Idempotency"],
                    logRetentionDays: 30),
            ])
        #expect(
            pipeline.pipes == [
                Pipeline.Pipe(
                    name: "StandardOrderPipe", batchSize: 10, parallelizationFactor: 2,
                    target: .function("OrderProcessorFunction"), deadLetterQueue: "OrderProcessingDLQ"),
                Pipeline.Pipe(
                    name: "PremiumOrderPipe", batchSize: 5, target: .function("PremiumServiceFunction"),
                    deadLetterQueue: "PremiumServiceDLQ"),
            ])
        #expect(
            pipeline.queue("PaymentQueue.fifo")
                == Pipeline.Queue(name: "PaymentQueue.fifo", isFIFO: true, hasHighThroughput: true))
        #expect(pipeline.queue("OrderProcessingDLQ") == Pipeline.Queue(name: "OrderProcessingDLQ", isFIFO: false))
        #expect(pipeline.alarmMetrics == 22 && pipeline.dashboards == 1)
    }

    @Test func aTableThatNoPipeReadsIsRefusedWithThoseThatAre() throws {
        let stack = try Self.stack()
        #expect(
            throws: PipelineError(description: "No pipe reads a table Order (did you mean Orders?); there are Orders.")
        ) {
            try Pipeline(stack, table: "Order")
        }
        #expect(try Pipeline(stack, table: "OrdersTable").table.name == "Orders")
    }

    @Test func aTemplateWithoutPipesIsRefused() throws {
        let stack = try Stack(
            Template(yaml: "Resources:\n  Letters:\n    Type: AWS::SQS::Queue\n", file: "t.yaml"))
        #expect(throws: PipelineError.self) { try Pipeline(stack) }
    }
}
