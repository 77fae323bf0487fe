"""What the tests of all subjects share: names, waiting, refusals, and tables in short form."""

import os
import time
import uuid
from contextlib import contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ.get("SLUICE_ENDPOINT", "")
REGION = "us-east-1"


def connect(service, kind=boto3.client, **options):
    """A client that asks once: a retry would hide an answer that should not have been given."""
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30, **options)
    return kind(service, endpoint_url=ENDPOINT, region_name=REGION, config=config)


def unique(prefix="t"):
    return f"{prefix}-{uuid.uuid4().hex[:16]}"


def until(look, seconds=20.0):
    """Looks again and again until `look` gives something true, and returns that."""
    deadline = time.monotonic() + seconds
    pause = 0.005
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"nothing came of it within {seconds} s"
        time.sleep(pause)
        pause = min(pause * 2, 0.25)


@contextmanager
def refused(code, *words):
    """Expects a refusal with this error type and, in any case of letters, these words in its message.

    A word may be a tuple: then one of its members is enough.
    """
    with pytest.raises(ClientError) as caught:
        yield caught
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    message = error.get("Message", "").lower()
    for word in words:
        choices = word if isinstance(word, tuple) else (word,)
        assert any(choice.lower() in message for choice in choices), f"{choices} in: {error}"
    status = caught.value.response["ResponseMetadata"]["HTTPStatusCode"]
    assert status == 400, status


def schema(*keys):
    """KeySchema and AttributeDefinitions from keys in short form: `"p:S", "c:N"`."""
    pairs = [key.split(":") for key in keys]
    return {
        "KeySchema": [
            {"AttributeName": name, "KeyType": kind} for (name, _), kind in zip(pairs, ("HASH", "RANGE"))
        ],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": type_} for name, type_ in pairs],
    }


def index(name, *keys, projection="ALL", attributes=None):
    """A secondary index in short form."""
    description = {
        "IndexName": name,
        "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"))],
        "Projection": {"ProjectionType": projection},
    }
    if attributes:
        description["Projection"]["NonKeyAttributes"] = attributes
    return description


def definitions(*pairs):
    return [dict(zip(("AttributeName", "AttributeType"), pair.split(":"))) for pair in pairs]


def describe(client, name):
    return client.describe_table(TableName=name)["Table"]


def is_settled(description):
    indexes = description.get("GlobalSecondaryIndexes", [])
    return description["TableStatus"] == "ACTIVE" and all(i["IndexStatus"] == "ACTIVE" for i in indexes)


def settled(client, name):
    """The table's description once the table and all its indexes are ACTIVE."""

    def look():
        description = describe(client, name)
        return description if is_settled(description) else None

    return until(look)


def is_gone(client, name):
    try:
        client.describe_table(TableName=name)
        return False
    except client.exceptions.ResourceNotFoundException:
        return True


def create(client, name, *keys, **parameters):
    """Creates a table and waits until it is ACTIVE. Attributes of indexes go into `more`."""
    more = parameters.pop("more", [])
    parameters.setdefault("BillingMode", "PAY_PER_REQUEST")
    request = {**schema(*keys), **parameters}
    request["AttributeDefinitions"] = request["AttributeDefinitions"] + definitions(*more)
    client.create_table(TableName=name, **request)
    return settled(client, name)


def destroy(client, name):
    """Deletes a table, whatever its state, and waits until its name is free."""
    if is_gone(client, name):
        return
    description = settled(client, name)
    if description.get("DeletionProtectionEnabled"):
        client.update_table(TableName=name, DeletionProtectionEnabled=False)
        settled(client, name)
    client.delete_table(TableName=name)
    until(lambda: is_gone(client, name))


def stream_of(view):
    return {"StreamEnabled": True, "StreamViewType": view}


def shards_of(streams, arn):
    """All shards of a stream, over all pages."""
    shards, start = [], {}
    while True:
        page = streams.describe_stream(StreamArn=arn, **start)["StreamDescription"]
        shards += page["Shards"]
        if "LastEvaluatedShardId" not in page:
            return shards
        start = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}


def iterator(streams, arn, shard, kind="TRIM_HORIZON", **parameters):
    return streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=kind, **parameters)[
        "ShardIterator"
    ]


def read(streams, start, expected=1, seconds=10.0):
    """The records behind an iterator, at least as many as expected."""
    found, position = [], start

    def look():
        nonlocal position
        answer = streams.get_records(ShardIterator=position)
        found.extend(answer["Records"])
        position = answer.get("NextShardIterator")
        return len(found) >= expected or position is None

    until(look, seconds)
    return found


def read_all(streams, arn, expected, seconds=10.0):
    """The records of all shards, shard by shard, each in its order; waits until there are as many as expected."""
    by_shard = {}
    positions = {shard["ShardId"]: iterator(streams, arn, shard["ShardId"]) for shard in shards_of(streams, arn)}

    def look():
        for shard, position in positions.items():
            if position:
                answer = streams.get_records(ShardIterator=position)
                by_shard.setdefault(shard, []).extend(answer["Records"])
                positions[shard] = answer.get("NextShardIterator")
        return sum(map(len, by_shard.values())) >= expected

    until(look, seconds)
    return by_shard


def all_records(streams, arn, expected, seconds=10.0):
    return [record for records in read_all(streams, arn, expected, seconds).values() for record in records]


def send_premium_order(dynamodb):
    """Puts an order that both pipes of the template let through once it is shipped, and gives its id."""
    key = {"orderId": {"S": unique("premium")}, "timestamp": {"N": "1767225600000"}}
    order = {**key, "customerId": {"S": "7"}, "amount": {"N": "1500"}, "amountTier": {"S": "over1000"},
             "status": {"S": "pending"}, "customerEmail": {"S": "ann@shop.example"}, "emailDomain": {"S": "shop.example"}}
    dynamodb.put_item(TableName="Orders", Item=order)
    dynamodb.put_item(TableName="Orders", Item={**order, "status": {"S": "shipped"}})
    return key["orderId"]["S"]


def post(body, target="DynamoDB_20120810.ListTables", headers=None):
    """A request as it is: status, headers and body of the answer. Nothing is checked on the way."""
    address = urlsplit(ENDPOINT)
    connection = HTTPConnection(address.hostname, address.port, timeout=20)
    try:
        connection.request("POST", "/", body, {**AUTHORISED, "X-Amz-Target": target, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


# A signature in form; the endpoint of one machine does not check it.
AUTHORISED = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Date": "20260101T000000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0" * 64,
}
