"""The AWS CLI: the whole way of an order with nothing but it."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support import ENDPOINT, settled


def program():
    """The AWS CLI that belongs to this Python, or else the machine's."""
    own = Path(sys.executable).with_name("aws")
    return str(own) if own.exists() else shutil.which("aws")


def aws(*arguments):
    """Runs it; gives the exit status, the answer and what it complains of."""
    run = subprocess.run(
        [program(), "--endpoint-url", ENDPOINT, "--output", "json", *arguments], capture_output=True, text=True,
        timeout=60, check=False)
    return run.returncode, json.loads(run.stdout) if run.stdout.strip() else {}, run.stderr


def done(*arguments):
    status, answer, errors = aws(*arguments)
    assert status == 0, errors
    return answer


@pytest.fixture(scope="module", autouse=True)
def installed():
    assert program(), "the AWS CLI is missing: run `make setup`"


def order(status="pending"):
    return {"orderId": {"S": "A-1"}, "timestamp": {"N": "1767225600000"}, "customerId": {"S": "7"},
            "amount": {"N": "1500.50"}, "status": {"S": status}}


def test_an_order_and_its_changes_are_read_from_the_stream(dynamodb, name):
    # As template.yaml describes the table.
    table = done(
        "dynamodb", "create-table", "--table-name", name,
        "--attribute-definitions", "AttributeName=orderId,AttributeType=S", "AttributeName=timestamp,AttributeType=N",
        "AttributeName=customerId,AttributeType=S",
        "--key-schema", "AttributeName=orderId,KeyType=HASH", "AttributeName=timestamp,KeyType=RANGE",
        "--global-secondary-indexes", json.dumps([{
            "IndexName": "customerId-index",
            "KeySchema": [{"AttributeName": "customerId", "KeyType": "HASH"},
                          {"AttributeName": "timestamp", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"}}]),
        "--billing-mode", "PAY_PER_REQUEST",
        "--stream-specification", "StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES")["TableDescription"]
    # `aws dynamodb wait table-exists` would sleep for 20 seconds.
    settled(dynamodb, name)
    done("dynamodb", "put-item", "--table-name", name, "--item", json.dumps(order()))
    key = {member: order()[member] for member in ("orderId", "timestamp")}
    updated = done(
        "dynamodb", "update-item", "--table-name", name, "--key", json.dumps(key),
        "--update-expression", "SET #s = :s", "--condition-expression", "#s = :old",
        "--expression-attribute-names", '{"#s":"status"}',
        "--expression-attribute-values", '{":s":{"S":"shipped"},":old":{"S":"pending"}}', "--return-values", "ALL_NEW")
    before = {**order(), "amount": {"N": "1500.5"}}
    after = {**before, "status": {"S": "shipped"}}
    assert updated["Attributes"] == after
    found = done(
        "dynamodb", "query", "--table-name", name, "--index-name", "customerId-index",
        "--key-condition-expression", "customerId = :c", "--expression-attribute-values", '{":c":{"S":"7"}}')
    assert found["Items"] == [after]

    arn = table["LatestStreamArn"]
    [listed] = done("dynamodbstreams", "list-streams", "--table-name", name)["Streams"]
    assert listed["StreamArn"] == arn
    shards = done("dynamodbstreams", "describe-stream", "--stream-arn", arn)["StreamDescription"]["Shards"]

    def records(shard):
        start = done(
            "dynamodbstreams", "get-shard-iterator", "--stream-arn", arn, "--shard-id", shard["ShardId"],
            "--shard-iterator-type", "TRIM_HORIZON")["ShardIterator"]
        return done("dynamodbstreams", "get-records", "--shard-iterator", start)["Records"]

    with ThreadPoolExecutor(len(shards)) as pool:
        read = [record for found in pool.map(records, shards) for record in found]
    assert [record["eventName"] for record in read] == ["INSERT", "MODIFY"]
    insert, modify = (record["dynamodb"] for record in read)
    assert insert["NewImage"] == before and "OldImage" not in insert
    assert (modify["OldImage"], modify["NewImage"]) == (before, after)
    assert insert["Keys"] == modify["Keys"] == key


def test_a_refusal_is_shown_with_its_type_and_message(simple_name, p):
    status, _, errors = aws(
        "dynamodb", "put-item", "--table-name", simple_name, "--item", json.dumps({"p": {"S": p}}),
        "--condition-expression", "attribute_exists(p)")
    assert status in (254, 255)
    assert "(ConditionalCheckFailedException)" in errors and "The conditional request failed" in errors


def test_the_command_line_pages_by_itself(plain, plain_name, p):
    with plain.batch_writer() as batch:
        for c in range(7):
            batch.put_item(Item={"p": p, "c": c})
    found = done(
        "dynamodb", "query", "--table-name", plain_name, "--key-condition-expression", "p = :p",
        "--expression-attribute-values", json.dumps({":p": {"S": p}}), "--page-size", "3")
    assert found["Count"] == 7
    assert [item["c"]["N"] for item in found["Items"]] == [str(c) for c in range(7)]
