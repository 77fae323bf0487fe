"""The Lambda API with boto3 and the AWS CLI: the template's two functions."""

import base64
import copy
import json
import re
import uuid

import pytest
from botocore.exceptions import ClientError

from support import connect, unique
from test_command_line import aws, done

NAME = "OrderProcessorFunction"
ARN = f"arn:aws:lambda:us-east-1:000000000000:function:{NAME}"
KEYS = {"orderId": {"S": "A-1"}, "timestamp": {"N": "1767225600000"}}
RECORD = {
    "eventID": "0" * 32,
    "eventName": "INSERT",
    "eventVersion": "1.1",
    "eventSource": "aws:dynamodb",
    "awsRegion": "us-east-1",
    "dynamodb": {
        "ApproximateCreationDateTime": 1767225600.0,
        "Keys": KEYS,
        "NewImage": {**KEYS, "customerId": {"S": "7"}, "amount": {"N": "250"}, "status": {"S": "pending"}},
        "SequenceNumber": "100000000000000000001",
        "SizeBytes": 100,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    },
    "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/2026-01-01T00:00:00.000",
}


@pytest.fixture(scope="module")
def functions():
    return connect("lambda")


def code(error):
    return error.value.response["Error"]["Code"], error.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_call_is_answered(functions):
    answer = functions.invoke(FunctionName=NAME, Payload=json.dumps([RECORD]), LogType="Tail")
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert json.loads(answer["Payload"].read()) == {"batchItemFailures": []}
    log = base64.b64decode(answer["LogResult"]).decode()
    lines = log.splitlines()
    assert lines[0].startswith("START RequestId: ")
    assert '"decision":"routed"' in log
    assert lines[-2].startswith("END RequestId: ")
    assert lines[-1].startswith("REPORT RequestId: ")


def test_an_order_is_traced_through_log_and_messages(functions):
    name = unique("o")
    keys = {**KEYS, "orderId": {"S": name}}
    record = copy.deepcopy(RECORD)
    record["eventID"] = uuid.uuid4().hex
    record["dynamodb"]["Keys"] = keys
    record["dynamodb"]["NewImage"].update(keys)
    answer = functions.invoke(FunctionName=NAME, Payload=json.dumps([record]), LogType="Tail")
    log = base64.b64decode(answer["LogResult"]).decode()
    (line,) = [json.loads(line) for line in log.splitlines() if '"traceId"' in line]
    assert line["orderId"] == name
    # The second of the order's making, in hexadecimal digits.
    assert re.fullmatch(r"1-6955b900-[0-9a-f]{24}", line["traceId"])
    sqs = connect("sqs")
    url = sqs.get_queue_url(QueueName="InventoryQueue.fifo")["QueueUrl"]
    while True:
        messages = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["MessageGroupId", "AWSTraceHeader"]
        ).get("Messages", [])
        assert messages, "the message is in the queue"
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        own = [message["Attributes"] for message in messages if message["Attributes"]["MessageGroupId"] == name]
        if own:
            break
    assert own[0]["AWSTraceHeader"] == f"Root={line['traceId']}"


@pytest.mark.parametrize("name", [ARN, f"{ARN}:$LATEST", f"000000000000:function:{NAME}", f"function:{NAME}", NAME])
def test_a_function_has_many_names(functions, name):
    assert functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"] == ARN
    answer = functions.invoke(FunctionName=name, Payload=b"[]")
    assert json.loads(answer["Payload"].read()) == {"batchItemFailures": []}


def test_without_the_tail_there_is_no_log(functions):
    assert "LogResult" not in functions.invoke(FunctionName=NAME, Payload=b"[]")


def test_a_failure_is_an_answer(functions):
    answer = functions.invoke(FunctionName=NAME, Payload=b'{"no": "batch"}')
    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    failure = json.loads(answer["Payload"].read())
    assert set(failure) >= {"errorMessage", "errorType"}


def test_an_event_is_accepted_and_a_dry_run_calls_nobody(functions):
    accepted = functions.invoke(FunctionName=NAME, InvocationType="Event", Payload=b"[]")
    assert accepted["StatusCode"] == 202
    assert accepted["Payload"].read() == b""
    assert functions.invoke(FunctionName=NAME, InvocationType="DryRun", Payload=b"[]")["StatusCode"] == 204


def test_what_cannot_be_is_refused(functions):
    with pytest.raises(ClientError) as error:
        functions.invoke(FunctionName="nobody", Payload=b"[]")
    assert code(error) == ("ResourceNotFoundException", 404)
    assert "arn:aws:lambda:us-east-1:000000000000:function:nobody" in str(error.value)
    with pytest.raises(ClientError) as error:
        functions.invoke(FunctionName=NAME, Qualifier="7", Payload=b"[]")
    assert code(error) == ("ResourceNotFoundException", 404)
    with pytest.raises(ClientError) as error:
        functions.invoke(FunctionName=NAME, Payload=b"{no json")
    assert code(error) == ("InvalidRequestContentException", 400)
    with pytest.raises(ClientError) as error:
        functions.invoke(FunctionName=NAME, Payload=b'"' + b"x" * (6 << 20) + b'"')
    assert code(error) == ("RequestTooLargeException", 413)
    with pytest.raises(ClientError) as error:
        functions.invoke(FunctionName=NAME, InvocationType="Event", Payload=b'"' + b"x" * (1 << 20) + b'"')
    assert code(error) == ("RequestTooLargeException", 413)


def test_functions_are_described(functions):
    found = functions.list_functions()["Functions"]
    assert [function["FunctionName"] for function in found] == [NAME, "PremiumServiceFunction"]
    first = functions.list_functions(MaxItems=1)
    assert [function["FunctionName"] for function in first["Functions"]] == [NAME]
    rest = functions.list_functions(Marker=first["NextMarker"])
    assert [function["FunctionName"] for function in rest["Functions"]] == ["PremiumServiceFunction"]
    assert "NextMarker" not in rest
    function = functions.get_function_configuration(FunctionName=NAME)
    assert found[0] == {key: value for key, value in function.items() if key != "ResponseMetadata"}
    assert function["Runtime"] == "provided.al2023"
    assert function["Handler"] == "bootstrap"
    assert function["Timeout"] == 30
    assert function["MemorySize"] == 256
    assert function["State"] == "Active"
    assert function["CodeSize"] > 0
    assert function["LastModified"].endswith("+0000")


def test_a_call_with_the_cli(tmp_path):
    answer = tmp_path / "answer.json"
    told = done(
        "lambda", "invoke", "--function-name", NAME, "--log-type", "Tail", "--payload", json.dumps([RECORD]), str(answer))
    assert told["StatusCode"] == 200
    assert json.loads(answer.read_text()) == {"batchItemFailures": []}
    assert "REPORT" in base64.b64decode(told["LogResult"]).decode()
    status, _, errors = aws("lambda", "invoke", "--function-name", unique("f"), str(answer))
    assert status != 0
    assert "ResourceNotFoundException" in errors
    names = done("lambda", "list-functions", "--query", "Functions[].FunctionName")
    assert NAME in names
