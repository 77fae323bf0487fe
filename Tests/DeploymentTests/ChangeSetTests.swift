import Deployment
import Foundation
import Testing

@Suite struct ChangeSetTests {
    private static let answer = """
        {"ChangeSetId": "arn:change", "Status": "CREATE_COMPLETE", "Changes": [
          {"Type": "Resource", "ResourceChange": {"Action": "Add", "LogicalResourceId": "VipQueue",
            "ResourceType": "AWS::SQS::Queue", "Scope": [], "Details": []}},
          {"Type": "Resource", "ResourceChange": {"Action": "Modify", "LogicalResourceId": "OrdersTable",
            "PhysicalResourceId": "Orders", "ResourceType": "AWS::DynamoDB::Table", "Replacement": "True", "Details": [
              {"Target": {"Attribute": "Properties", "Name": "KeySchema", "RequiresRecreation": "Always"}},
              {"Target": {"Attribute": "Properties", "Name": "KeySchema", "RequiresRecreation": "Always"}},
              {"Target": {"Attribute": "Tags"}}]}},
          {"Type": "Resource", "ResourceChange": {"Action": "Modify", "LogicalResourceId": "PaymentQueue",
            "PhysicalResourceId": "https://sqs/PaymentQueue.fifo", "ResourceType": "AWS::SQS::Queue",
            "Replacement": "Conditional", "Details": []}},
          {"Type": "Resource", "ResourceChange": {"Action": "Modify", "LogicalResourceId": "Function",
            "PhysicalResourceId": "F", "ResourceType": "AWS::Lambda::Function", "Replacement": "False", "Details": [
              {"Target": {"Attribute": "Properties", "Name": "Code"}}]}},
          {"Type": "Resource", "ResourceChange": {"Action": "Remove", "LogicalResourceId": "VipDLQ",
            "PhysicalResourceId": "https://sqs/VipDLQ.fifo", "ResourceType": "AWS::SQS::Queue"}},
          {"Type": "Hook"}
        ]}
        """

    private static func read() throws -> ChangeSet { try JSONDecoder().decode(ChangeSet.self, from: Data(answer.utf8)) }

    @Test func eachChangeIsALineOfTheTable() throws {
        #expect(
            try Self.read().table == [
                "+ add          VipQueue      AWS::SQS::Queue",
                "! REPLACE      OrdersTable   AWS::DynamoDB::Table   KeySchema, Tags",
                "! may replace  PaymentQueue  AWS::SQS::Queue",
                "~ change       Function      AWS::Lambda::Function  Code",
                "- remove       VipDLQ        AWS::SQS::Queue",
            ])
        #expect(try Self.read().summary == "1 to add, 1 to change, 2 to replace, 1 to remove")
    }

    @Test func tablesAndQueuesThatLoseTheirContentsAreNamedAloud() throws {
        let alarms = try Self.read().alarms
        #expect(alarms.count == 3)
        #expect(alarms[0].contains("the table Orders is REPLACED") && alarms[0].contains("KeySchema"))
        #expect(alarms[1].contains("PaymentQueue.fifo MAY BE REPLACED"))
        #expect(alarms[2].contains("VipDLQ.fifo leaves the stack"))
    }

    @Test func newOnesAndFunctionsAreNoReasonToWarn() {
        let changes = ChangeSet(
            id: "x",
            changes: [
                .init(action: .add, logicalID: "T", type: "AWS::DynamoDB::Table"),
                .init(action: .modify, logicalID: "Q", type: "AWS::SQS::Queue", properties: ["VisibilityTimeout"]),
                .init(action: .modify, logicalID: "F", type: "AWS::Lambda::Function", replacement: .yes),
            ])
        #expect(changes.alarms.isEmpty)
    }

    @Test func aChangeSetOfOutputsAloneSaysSo() {
        #expect(
            ChangeSet(id: "x", changes: []).table == ["No resource changes; outputs, parameters or descriptions do."])
    }

    @Test func anActionThatIsNotKnownYetIsShown() throws {
        let text =
            #"{"ChangeSetId":"a","Status":"S","Changes":[{"ResourceChange":{"Action":"SyncWithActual","LogicalResourceId":"L","ResourceType":"T"}}]}"#
        let changes = try JSONDecoder().decode(ChangeSet.self, from: Data(text.utf8))
        #expect(changes.table == ["~ change  L  T"])
    }
}
