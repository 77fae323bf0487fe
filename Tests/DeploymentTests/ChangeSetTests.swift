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

    private static func alarms(
        _ type: String, _ action: ChangeSet.Change.Action, _ replacement: ChangeSet.Change.Replacement = .no
    ) -> [String] {
        let change = ChangeSet.Change(
            action: action, logicalID: "L", type: type, physicalID: "named", replacement: replacement,
            properties: ["Source"])
        return ChangeSet(id: "x", changes: [change]).alarms
    }

    @Test(arguments: [("AWS::Logs::LogGroup", "log group"), ("AWS::DynamoDB::GlobalTable", "global table")])
    func whateverHoldsDataIsNamedAloud(type: String, noun: String) {
        #expect(
            Self.alarms(type, .modify, .yes) == [
                "WARNING: the \(noun) named is REPLACED by a new, empty one, because of Source; nothing moves its contents."
            ])
        #expect(
            Self.alarms(type, .dynamic, .conditional) == [
                "WARNING: the \(noun) named MAY BE REPLACED by a new, empty one, because of Source."
            ])
        #expect(Self.alarms(type, .remove).first?.contains("the \(noun) named leaves the stack") == true)
        #expect(Self.alarms(type, .modify).isEmpty)
    }

    @Test func aPipeThatIsReplacedLosesItsPlace() {
        for action in [ChangeSet.Change.Action.modify, .dynamic] {
            for (replacement, happens) in [
                (.yes, "is REPLACED"), (.conditional, "MAY BE REPLACED"),
            ] as [(ChangeSet.Change.Replacement, String)] {
                #expect(
                    Self.alarms("AWS::Pipes::Pipe", action, replacement) == [
                        "WARNING: the pipe named \(happens) by a new one, because of Source; what it had not read is not "
                            + "read, unless the new one begins at TRIM_HORIZON of the same stream."
                    ])
            }
        }
        for action in [ChangeSet.Change.Action.add, .modify, .remove] {
            #expect(Self.alarms("AWS::Pipes::Pipe", action).isEmpty)
        }
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
