"""What functions and pipes may do where their roles are enforced: engines of their own, and functions that ask with boto3."""

import json
import re
import sys

import pytest

from support import send_premium_order, until
from test_access import PROGRAM, TEMPLATE, Engine

pytestmark = pytest.mark.skipif(not PROGRAM, reason="SLUICE_PROGRAM is not set: give the path of sluice")

FUNCTION = """#!%s
import json, os, urllib.request
import boto3
from botocore.exceptions import ClientError
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as answer:
        request, event = answer.headers["Lambda-Runtime-Aws-Request-Id"], json.load(answer)
    try:
        client = boto3.client(event["service"])
        said = getattr(client, event["call"])(**event["arguments"])["ResponseMetadata"]["HTTPStatusCode"]
    except ClientError as error:
        said = [error.response["Error"]["Code"], error.response["Error"]["Message"]]
    urllib.request.urlopen(urllib.request.Request(api + request + "/response", json.dumps(said).encode())).read()
""" % sys.executable

SMALL = """
Resources:
  Letters: {Type: AWS::SQS::Queue, Properties: {QueueName: letters}}
  Things:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: Things
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
  Asker:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: asker
      Runtime: provided.al2023
      Handler: bootstrap
      Timeout: 30
      Role: !GetAtt AskerRole.Arn
      Code: {S3Bucket: code, S3Key: asker.zip}
  AskerRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: asker-role
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: rights
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: "dynamodb:*Item", Resource: !GetAtt Things.Arn}
              - {Effect: Deny, Action: "dynamodb:DeleteItem", Resource: "*"}
"""


def small(folder, **options):
    (folder / "functions" / "asker").mkdir(parents=True)
    program = folder / "functions" / "asker" / "bootstrap"
    program.write_text(FUNCTION)
    program.chmod(0o755)
    template = folder / "template.yaml"
    template.write_text(SMALL)
    return Engine(folder, "--enforce-iam", template=template, functions=folder / "functions", **options)


@pytest.mark.parametrize("is_signed", [False, True])
def test_a_function_may_do_what_its_role_allows(tmp_path, is_signed):
    engine = small(tmp_path, is_signed=is_signed)

    def ask(service, call, **arguments):
        event = {"service": service, "call": call, "arguments": arguments}
        answer = engine.client("lambda").invoke(FunctionName="asker", Payload=json.dumps(event))
        return json.load(answer["Payload"])

    user = "User: arn:aws:sts::000000000000:assumed-role/asker-role/asker is not authorized to perform: "
    table = "arn:aws:dynamodb:us-east-1:000000000000:table/Things"
    item = {"id": {"S": "1"}}
    assert ask("dynamodb", "put_item", TableName="Things", Item=item) == 200
    assert ask("dynamodb", "transact_write_items", TransactItems=[{"Put": {"TableName": "Things", "Item": item}}]) == 200
    assert ask("dynamodb", "scan", TableName="Things") == [
        "AccessDeniedException",
        f"{user}dynamodb:Scan on resource: {table} because no identity-based policy allows the dynamodb:Scan action"]
    assert ask("dynamodb", "delete_item", TableName="Things", Key=item) == [
        "AccessDeniedException",
        f"{user}dynamodb:DeleteItem on resource: {table} with an explicit deny in an identity-based policy"]
    code, message = ask("sqs", "send_message", QueueUrl=f"{engine.url}/000000000000/letters", MessageBody="x")
    assert code == "AccessDenied" and message.startswith(
        f"{user}sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:letters because ")
    assert ask("lambda", "invoke", FunctionName="asker")[0] == "AccessDeniedException"

    # The line says what to write, and it can be written as it is.
    line = next(line for line in engine.lines if "action=sqs:SendMessage" in line)
    assert "name=asker" in line
    statement = re.search(r"- \{Effect: Allow.*?\}", line).group()
    assert statement == '- {Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt Letters.Arn}'
    line = next(line for line in engine.lines if "action=dynamodb:DeleteItem" in line)
    assert re.search(r"Take dynamodb:DeleteItem on Things out of the Deny of line \d+", line)

    # Who is no function is not asked for a role.
    engine.client("dynamodb").scan(TableName="Things")
    assert engine.stop() == 0


def shown(engine):
    return engine.sluice("pipes", "list", key=engine.admin).stdout


@pytest.mark.parametrize("is_signed", [False, True])
def test_the_projects_roles_are_enough(tmp_path, is_signed):
    engine = Engine(tmp_path, "--enforce-iam", is_signed=is_signed)
    send_premium_order(engine.client("dynamodb"))
    for pipe in ("StandardOrderPipe", "PremiumOrderPipe"):
        until(lambda: re.search(rf"{pipe}  RUNNING  [1-9]\d* delivered.* 0 dead-lettered", shown(engine)), 60)
    assert engine.stop() == 0
    assert not [line for line in engine.lines if "refused" in line or "not allow" in line or "not authorized" in line]


def changed(folder, old, new):
    text = TEMPLATE.read_text()
    assert old in text
    path = folder / "changed.yaml"
    path.write_text(text.replace(old, new))
    return path


def test_an_action_taken_out_of_a_functions_role_is_missed(tmp_path):
    template = changed(tmp_path, """                  - !GetAtt VipQueue.Arn
                  - !GetAtt FulfillmentQueue.Arn
              - Sid: WriteLogs""", """                  - !GetAtt FulfillmentQueue.Arn
              - Sid: WriteLogs""")
    engine = Engine(tmp_path, "--enforce-iam", template=template, is_signed=False)
    send_premium_order(engine.client("dynamodb"))
    line = until(lambda: next((line for line in engine.lines if "a request was refused" in line), None), 60)
    assert "name=PremiumServiceFunction" in line
    assert 'PremiumServiceFunctionRole: - {Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt VipQueue.Arn}' in line
    # The other pipe goes on.
    until(lambda: re.search(r"StandardOrderPipe  RUNNING  [1-9]\d* delivered.* 0 dead-lettered", shown(engine)), 60)
    engine.stop()


def test_a_pipe_without_the_right_to_read_fails_and_says_why(tmp_path):
    template = changed(tmp_path, """                  - dynamodb:DescribeStream
                  - dynamodb:GetRecords
                  - dynamodb:GetShardIterator
                  - dynamodb:ListStreams
                Resource: !GetAtt OrdersTable.StreamArn
              - Sid: InvokeTarget
                Effect: Allow
                Action: lambda:InvokeFunction
                Resource: !GetAtt PremiumServiceFunction.Arn""", """                  - dynamodb:DescribeStream
                  - dynamodb:GetShardIterator
                  - dynamodb:ListStreams
                Resource: !GetAtt OrdersTable.StreamArn
              - Sid: InvokeTarget
                Effect: Allow
                Action: lambda:InvokeFunction
                Resource: !GetAtt PremiumServiceFunction.Arn""")
    engine = Engine(tmp_path, "--enforce-iam", template=template, is_signed=False)
    pipes = engine.client("pipes")
    pipe = until(lambda: next(p for p in [pipes.describe_pipe(Name="PremiumOrderPipe")] if p["CurrentState"].endswith("FAILED")))
    assert pipe["CurrentState"] == "START_FAILED"
    assert re.fullmatch(
        "User: arn:aws:sts::000000000000:assumed-role/.*/PremiumOrderPipe is not authorized to perform: dynamodb:GetRecords "
        "on resource: arn:aws:dynamodb:.*table/Orders/stream/.* because no identity-based policy allows the "
        "dynamodb:GetRecords action", pipe["StateReason"])
    assert any('Action: "dynamodb:GetRecords", Resource: !GetAtt OrdersTable.StreamArn' in line for line in engine.lines)
    send_premium_order(engine.client("dynamodb"))
    until(lambda: re.search(r"StandardOrderPipe  RUNNING  [1-9]\d* delivered", shown(engine)), 60)

    # A new one with the same role is made and cannot begin, as on AWS.
    made = pipes.create_pipe(
        Name="second", RoleArn=pipe["RoleArn"], Source=pipe["Source"], Target=pipe["Target"],
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}})
    assert made["CurrentState"] == "CREATING"
    second = until(lambda: next((p for p in [pipes.describe_pipe(Name="second")] if p["CurrentState"] != "CREATING"), None))
    assert second["CurrentState"] == "CREATE_FAILED" and "dynamodb:GetRecords" in second["StateReason"]
    engine.stop()


def test_a_pipe_without_the_right_to_call_its_target_fails_each_batch(tmp_path):
    template = changed(tmp_path, """                Action: lambda:InvokeFunction
                Resource: !GetAtt PremiumServiceFunction.Arn""", """                Action: lambda:GetFunction
                Resource: !GetAtt PremiumServiceFunction.Arn""")
    engine = Engine(tmp_path, "--enforce-iam", template=template, is_signed=False)
    assert any("not allow" in line and 'Action: "lambda:InvokeFunction", Resource: !GetAtt PremiumServiceFunction.Arn' in line
               for line in engine.lines)
    send_premium_order(engine.client("dynamodb"))
    until(lambda: re.search(r"PremiumOrderPipe  RUNNING .* [1-9]\d* dead-lettered", shown(engine)), 60)
    engine.stop()
