import Foundation
import Testing

extension EndToEnd {
    /// AWS's own clients against the endpoint, with only the endpoint changed.
    @Suite struct AWSClientTests {
        private static let credentials = [
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
        ]

        /// A tool from the machine or from the project's `.venv`, which `make setup` makes.
        private static func tool(_ name: String) -> URL? {
            let own = Command.project.appendingPathComponent(".venv/bin/\(name)")
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            let candidates = [own] + folders.map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
            return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
        }

        @Test func theAWSCLIPutsAndGetsAnItem() async throws {
            let aws = try #require(Self.tool("aws"), "run `make setup`: it installs the AWS CLI")
            let scratch = try Scratch()
            let engine = try await RunningSluice.start(data: scratch.path("data"), scratch: scratch)
            func run(_ arguments: String...) async throws -> Command.Outcome {
                try await Command(
                    program: aws, ["--endpoint-url", engine.url, "dynamodb"] + arguments, scratch: scratch,
                    environment: Self.credentials
                ).finish()
            }
            let put = try await run(
                "put-item", "--table-name", "Orders", "--item",
                #"{"orderId":{"S":"cli"},"timestamp":{"N":"5"},"status":{"S":"pending"}}"#)
            #expect(put.status == 0, "\(put.errors)")
            let get = try await run(
                "get-item", "--table-name", "Orders", "--key", #"{"orderId":{"S":"cli"},"timestamp":{"N":"5"}}"#,
                "--query", "Item.status.S", "--output", "text")
            #expect(get.output == "pending\n", "\(get.errors)")
            let refused = try await run(
                "put-item", "--table-name", "Orders", "--item", #"{"orderId":{"S":"cli"},"timestamp":{"N":"5"}}"#,
                "--condition-expression", "attribute_not_exists(orderId)")
            #expect(refused.errors.contains("ConditionalCheckFailedException"))
            _ = await engine.stop()
        }

        @Test func boto3WritesReadsAndQueries() async throws {
            // The interpreter that has boto3: the project's own where `make setup` made one.
            let python = try #require(Self.tool("python3"))
            let scratch = try Scratch()
            let engine = try await RunningSluice.start(data: scratch.path("data"), scratch: scratch)
            let script = try scratch.write(
                "client.py",
                """
                import boto3, sys
                from decimal import Decimal
                from botocore.exceptions import ClientError
                client = boto3.client("dynamodb", endpoint_url=sys.argv[1])
                key = {"orderId": {"S": "b"}, "timestamp": {"N": "1"}}
                client.put_item(TableName="Orders", Item={**key, "amount": {"N": "1500.50"}, "tags": {"SS": ["x", "y"]}})
                item = client.get_item(TableName="Orders", Key=key, ConsistentRead=True)["Item"]
                assert item["amount"] == {"N": "1500.5"} and sorted(item["tags"]["SS"]) == ["x", "y"], item
                new = client.update_item(
                    TableName="Orders", Key=key, UpdateExpression="SET #s = :s", ConditionExpression="attribute_exists(amount)",
                    ExpressionAttributeNames={"#s": "status"}, ExpressionAttributeValues={":s": {"S": "shipped"}},
                    ReturnValues="ALL_NEW")["Attributes"]
                assert new["status"] == {"S": "shipped"}, new
                try:
                    client.put_item(TableName="Orders", Item=key, ConditionExpression="attribute_not_exists(orderId)")
                    raise SystemExit("the condition was not checked")
                except client.exceptions.ConditionalCheckFailedException as error:
                    assert "conditional request failed" in str(error)
                table = boto3.resource("dynamodb", endpoint_url=sys.argv[1]).Table("Orders")
                found = table.query(KeyConditionExpression="orderId = :id", ExpressionAttributeValues={":id": "b"})
                assert found["Count"] == 1 and found["Items"][0]["amount"] == Decimal("1500.5"), found
                table.delete_item(Key={"orderId": "b", "timestamp": 1})
                assert "Item" not in table.get_item(Key={"orderId": "b", "timestamp": 1})
                try:
                    client.get_item(TableName="Nope", Key=key)
                    raise SystemExit("a table that is not there was read")
                except client.exceptions.ResourceNotFoundException:
                    print("ok")
                """)
            let outcome = try await Command(
                program: python, [script, engine.url], scratch: scratch, environment: Self.credentials
            ).finish()
            #expect(outcome.output == "ok\n", "\(outcome.errors)")
            _ = await engine.stop()
        }
    }
}
