import Foundation
import Testing

extension EndToEnd {
    /// `sluice up` with its commands and with AWS's own clients.
    @Suite struct UpTests {
        @Test(arguments: [SIGINT, SIGTERM])
        func aSignalStopsItCleanly(signal: Int32) async throws {
            let scratch = try Scratch()
            let engine = try await RunningSluice.start(data: scratch.path("data"), scratch: scratch)
            let outcome = await engine.stop(signal)
            #expect(outcome.status == 0)
            #expect(outcome.output.hasSuffix("Stopped.\n"))
            #expect(outcome.errors.isEmpty)
        }

        @Test func itSaysWhatRunsAndWhatDoesNot() async throws {
            let scratch = try Scratch()
            let engine = try await RunningSluice.start(data: scratch.path("data"), scratch: scratch)
            let text = engine.command.output
            #expect(
                text.contains("Orders → StandardOrderPipe → OrderProcessorFunction, dead letters to OrderProcessingDLQ")
            )
            #expect(
                text.contains("Orders → PremiumOrderPipe → PremiumServiceFunction, dead letters to PremiumServiceDLQ"))
            #expect(text.contains("on AWS only: 4 × AWS::IAM::Role"))
            _ = await engine.stop()
        }

        @Test func strictLetsRightsAndTopicsPassAndTheTemplatesSettingsReachTheQueue() async throws {
            let scratch = try Scratch()
            let own = try String(contentsOf: Command.project.appendingPathComponent("template.yaml"), encoding: .utf8)
            let file = try scratch.write(
                "redrive.yaml",
                own.replacingOccurrences(
                    of: "      QueueName: !Ref OrderProcessingDLQName",
                    with: """
                              QueueName: !Ref OrderProcessingDLQName
                              RedrivePolicy: {deadLetterTargetArn: !GetAtt PremiumServiceDLQ.Arn, maxReceiveCount: 3}
                        """))
            let engine = try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch, arguments: ["--strict", "--template", file])
            #expect(!engine.command.errors.contains("RedrivePolicy"))
            let url = try await engine.send("GetQueueUrl", #"{"QueueName":"OrderProcessingDLQ"}"#, service: "AmazonSQS")
            #expect(url.body == #"{"QueueUrl":"\#(engine.url)/000000000000/OrderProcessingDLQ"}"#)
            let attributes = try await engine.send(
                "GetQueueAttributes",
                #"{"QueueUrl":"\#(engine.url)/000000000000/OrderProcessingDLQ","AttributeNames":["All"]}"#,
                service: "AmazonSQS")
            #expect(attributes.body.contains(#""MessageRetentionPeriod":"1209600""#), "\(attributes.body)")
            #expect(attributes.body.contains(#"PremiumServiceDLQ\",\"maxReceiveCount\":3}"#), "\(attributes.body)")
            _ = await engine.stop()
        }

        @Test func theTemplatesSettingsReachTheTable() async throws {
            let scratch = try Scratch()
            let file = try scratch.write(
                "settings.yaml",
                """
                Resources:
                  T:
                    Type: AWS::DynamoDB::Table
                    Properties:
                      TableName: Set
                      AttributeDefinitions: [{AttributeName: a, AttributeType: S}]
                      KeySchema: [{AttributeName: a, KeyType: HASH}]
                      ProvisionedThroughput: {ReadCapacityUnits: 3, WriteCapacityUnits: 4}
                      DeletionProtectionEnabled: true
                      TableClass: STANDARD_INFREQUENT_ACCESS
                      SSESpecification: {SSEEnabled: true}
                      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7}
                      Tags: [{Key: team, Value: shop}]
                """)
            let engine = try await RunningSluice.start(
                data: scratch.path("data"), scratch: scratch, arguments: ["--template", file])
            let table = try await engine.send("DescribeTable", #"{"TableName":"Set"}"#).body
            for part in [
                #""ReadCapacityUnits":3"#, #""WriteCapacityUnits":4"#, #""DeletionProtectionEnabled":true"#,
                "STANDARD_INFREQUENT_ACCESS", #""SSEDescription""#,
            ] {
                #expect(table.contains(part), "\(part) is missing in \(table)")
            }
            let backups = try await engine.send("DescribeContinuousBackups", #"{"TableName":"Set"}"#).body
            #expect(backups.contains(#""RecoveryPeriodInDays":7"#), "\(backups)")
            let arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Set"
            let tags = try await engine.send("ListTagsOfResource", #"{"ResourceArn":"\#(arn)"}"#).body
            #expect(tags.contains(#"{"Key":"team","Value":"shop"}"#), "\(tags)")
            #expect(try await engine.send("DeleteTable", #"{"TableName":"Set"}"#).status == 400)
            _ = await engine.stop()
        }

        @Test func startedThroughThePathItFindsItsFunctions() async throws {
            let scratch = try Scratch()
            let path = "\(Command.products.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
            let outcome = try await Command(
                program: URL(fileURLWithPath: "/bin/sh"), ["-c", "sluice demo --limit 5"], scratch: scratch,
                environment: ["PATH": path]
            ).finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }

        @Test func ordersArePutChangedShownAndImported() async throws {
            let scratch = try Scratch()
            let data = scratch.path("data")
            let engine = try await RunningSluice.start(data: data, scratch: scratch)
            func orders(_ arguments: String...) async throws -> Command.Outcome {
                try await Command.run(
                    ["orders"] + arguments, scratch: scratch, environment: ["AWS_ENDPOINT_URL": engine.url])
            }
            let made = try await orders(
                "put", "A-1", "--amount", "1500", "--customer", "7", "--email", "ann@shop.example")
            #expect(made.status == 0, "\(made.errors)")
            #expect(made.output.hasPrefix("A-1  pending  1500.00 USD  over1000  customer 7"))
            let moved = try await orders("put", "A-1", "--status", "shipped")
            #expect(moved.output.hasPrefix("A-1  shipped"))
            let shown = try await orders("get", "A-1", "--json")
            #expect(shown.output.contains(#""emailDomain":{"S":"shop.example"}"#))
            #expect(shown.output.contains(#""amountTier":{"S":"over1000"}"#))

            let refused = try await orders("put", "A-1", "--status", "created")
            #expect(refused.status == 1)
            #expect(
                refused.errors
                    == "sluice: Order A-1 is shipped and cannot become created; it may become cancelled, delivered.\n")
            let absent = try await orders("get", "A-2")
            #expect(absent.status == 1)
            #expect(absent.errors.contains("There is no order A-2"))
            let noAmount = try await orders("put", "A-3")
            #expect(noAmount.errors.contains("--amount"))
            let noTable = try await orders("get", "A-1", "--table", "Nope")
            #expect(noTable.errors.contains("There is no table Nope"))
            #expect(noTable.errors.contains("--table"))

            let imported = try await orders("import", "Examples/online-retail.csv", "--limit", "50")
            #expect(imported.status == 0, "\(imported.errors)")
            let again = try await orders("import", "Examples/online-retail.csv", "--limit", "50", "--json")
            #expect(again.output.contains("\"imported\" : 0"))
            let listed = try await orders("list", "--customer", "17850")
            #expect(listed.output.hasPrefix("536365  pending  139.12 GBP"))

            let status = try await engine.drained()
            #expect(status.pipes.allSatisfy { $0.isBalanced })
            // A-1 shipped is the one premium event.
            #expect(FunctionLog("PremiumServiceFunction", data: data).routed.map(\.orderId) == ["A-1"])
            _ = await engine.stop()
        }

        @Test func withoutAnEngineTheRemedyIsNamed() async throws {
            let scratch = try Scratch()
            let outcome = try await Command.run(
                ["orders", "get", "A-1", "--endpoint-url", "http://127.0.0.1:9"], scratch: scratch)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("No engine answers at http://127.0.0.1:9"))
            #expect(outcome.errors.contains("sluice up"))
        }

        @Test func itemRequestsAreAnsweredAsDynamoDBDoes() async throws {
            let scratch = try Scratch()
            let engine = try await RunningSluice.start(data: scratch.path("data"), scratch: scratch)
            let key = #""Key":{"orderId":{"S":"1"},"timestamp":{"N":"1"}}"#
            let put = try await engine.send(
                "PutItem", #"{"TableName":"Orders","Item":{"orderId":{"S":"1"},"timestamp":{"N":"1.0"},"n":{"N":"1"}}}"#
            )
            #expect(put.status == 200)
            #expect(put.body == "{}")
            let update = try await engine.send(
                "UpdateItem",
                #"{"TableName":"Orders",\#(key),"UpdateExpression":"SET n = n + :one","ExpressionAttributeValues":{":one":{"N":"1"}},"ReturnValues":"ALL_NEW"}"#
            )
            #expect(update.body == #"{"Attributes":{"n":{"N":"2"},"orderId":{"S":"1"},"timestamp":{"N":"1"}}}"#)
            let get = try await engine.send("GetItem", #"{"TableName":"Orders",\#(key)}"#)
            #expect(get.body == #"{"Item":{"n":{"N":"2"},"orderId":{"S":"1"},"timestamp":{"N":"1"}}}"#)
            let condition = try await engine.send(
                "DeleteItem", #"{"TableName":"Orders",\#(key),"ConditionExpression":"attribute_not_exists(n)"}"#)
            #expect(condition.status == 400)
            #expect(condition.body.contains("ConditionalCheckFailedException"))
            let delete = try await engine.send(
                "DeleteItem", #"{"TableName":"Orders",\#(key),"ReturnValues":"ALL_OLD"}"#)
            #expect(delete.body.contains(#""n":{"N":"2"}"#))
            #expect(try await engine.send("GetItem", #"{"TableName":"Orders",\#(key)}"#).body == "{}")

            let missing = try await engine.send("GetItem", #"{"TableName":"Nope",\#(key)}"#)
            #expect(missing.status == 400)
            #expect(missing.body.contains("ResourceNotFoundException"))
            let schema = try await engine.send("GetItem", #"{"TableName":"Orders","Key":{"orderId":{"S":"1"}}}"#)
            #expect(schema.body.contains("The provided key element does not match the schema"))
            #expect(try await engine.send("ExportTable", "{}").body.contains("UnknownOperationException"))
            #expect(try await engine.send("PutItem", "{").body.contains("SerializationException"))
            #expect(try await engine.send("PutItem", #"{"TableName":"Orders"}"#).body.contains("'item'"))
            _ = await engine.stop()
        }
    }
}
