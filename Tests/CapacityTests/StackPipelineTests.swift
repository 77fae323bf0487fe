import Costs
import Foundation
import ProjectPipeline
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
        #expect(try Pipeline(try Self.stack()) == .project)
    }

    @Test func aFunctionsLogsAreKeptAsLongAsTheGroupThatItNamesSays() throws {
        var stack = try Self.stack()
        stack.functions[0].logGroupName = "orders/processor"
        var group = stack.logGroups[0]
        group.name = "orders/processor"
        group.retentionInDays = 7
        stack.logGroups.append(group)
        #expect(try Pipeline(stack).functions.map(\.logRetentionDays) == [7, 30])
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
