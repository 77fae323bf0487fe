"""The wire protocol itself, without a client in between: headers, types, names of operations and errors."""

import json
import re
import zlib
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

import support
from support import post


def call(operation, parameters, service="DynamoDB_20120810", **headers):
    status, answered, body = post(json.dumps(parameters), f"{service}.{operation}", headers)
    return status, answered, json.loads(body)


def error(parsed):
    """The type of an error without its namespace."""
    return parsed["__type"].rsplit("#", 1)[-1]


def test_an_answer_has_an_id_a_checksum_and_its_type(plain_name):
    status, headers, body = post(json.dumps({"TableName": plain_name}), "DynamoDB_20120810.DescribeTable")
    assert status == 200
    assert headers["Content-Type"] == "application/x-amz-json-1.0"
    assert int(headers["Content-Length"]) == len(body)
    assert int(headers["x-amz-crc32"]) == zlib.crc32(body)
    assert re.fullmatch(r"[0-9A-Za-z-]{20,60}", headers["x-amzn-RequestId"])
    assert json.loads(body)["Table"]["TableName"] == plain_name


def test_an_error_has_them_too():
    status, headers, body = post(json.dumps({"TableName": "no-such-table"}), "DynamoDB_20120810.DescribeTable")
    assert status == 400
    assert headers["Content-Type"] == "application/x-amz-json-1.0"
    assert int(headers["x-amz-crc32"]) == zlib.crc32(body)
    assert headers["x-amzn-RequestId"]
    parsed = json.loads(body)
    assert parsed["__type"] == "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"
    assert parsed["message"] == "Requested resource not found: Table: no-such-table not found"


def test_ids_of_requests_differ():
    ids = {post("{}")[1]["x-amzn-RequestId"] for _ in range(10)}
    assert len(ids) == 10


def test_a_validation_error_has_the_namespace_of_the_front_door():
    _, _, parsed = call("ListTables", {"Limit": 0})
    assert parsed["__type"] == "com.amazon.coral.validate#ValidationException"
    assert parsed["message"] == (
        "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1")


def test_all_that_is_wrong_with_the_shape_is_told_at_once(plain_name):
    _, _, parsed = call("GetItem", {"TableName": plain_name, "ReturnConsumedCapacity": "x"})
    assert error(parsed) == "ValidationException"
    assert parsed["message"].startswith("2 validation errors detected: ")
    assert "'key' failed to satisfy constraint: Member must not be null" in parsed["message"]
    assert "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]" in parsed["message"]


@pytest.mark.parametrize(
    "target",
    ["DynamoDB_20120810.NoSuchOperation", "DynamoDB_20120810.", "DynamoDB_20120810.listTables",
     "DynamoDBStreams_20120810.ListTables", "DynamoDB_20120810.GetRecords", "DynamoDB_20990101.ListTables"])
def test_an_unknown_operation(target):
    status, headers, body = post("{}", target)
    assert status == 400
    assert json.loads(body)["__type"] == "com.amazon.coral.service#UnknownOperationException"
    assert headers["x-amzn-RequestId"]


def test_streams_answer_at_the_same_address(streamed):
    status, _, parsed = call(
        "ListStreams", {"TableName": streamed["TableName"]}, service="DynamoDBStreams_20120810")
    assert status == 200
    assert [stream["StreamArn"] for stream in parsed["Streams"]] == [streamed["LatestStreamArn"]]


def test_times_are_seconds(streamed):
    _, _, table = call("DescribeTable", {"TableName": streamed["TableName"]})
    assert isinstance(table["Table"]["CreationDateTime"], (int, float))
    _, _, stream = call(
        "DescribeStream", {"StreamArn": streamed["LatestStreamArn"]}, service="DynamoDBStreams_20120810")
    assert isinstance(stream["StreamDescription"]["CreationRequestDateTime"], (int, float))


def test_an_operation_without_a_result_answers_an_empty_object(plain_name, p):
    status, headers, body = post(
        json.dumps({"TableName": plain_name, "Item": {"p": {"S": p}, "c": {"N": "1"}}}), "DynamoDB_20120810.PutItem")
    assert (status, body) == (200, b"{}")
    assert headers["x-amz-crc32"] == str(zlib.crc32(b"{}")) == "2745614147"


def test_members_that_nobody_knows_are_passed_over(plain_name):
    status, _, parsed = call("DescribeTable", {"TableName": plain_name, "Colour": {"of": ["the", "sky", 1.5, None]}})
    assert status == 200 and parsed["Table"]["TableName"] == plain_name


def test_null_is_as_good_as_absent(plain_name, p):
    key = {"p": {"S": p}, "c": {"N": "1"}}
    status, _, parsed = call(
        "GetItem", {"TableName": plain_name, "Key": key, "ProjectionExpression": None, "ConsistentRead": None})
    assert (status, parsed) == (200, {})


def test_json_may_be_written_in_any_way(plain_name, p):
    item = '{"\\u0070": {"S" :"%s\\ud83d\\ude00\\/"}, "c":{"N":"1"}}' % p
    body = ' {\n\t"Item" : %s , "TableName":"%s"}\r\n' % (item, plain_name)
    status, _, answer = post(body, "DynamoDB_20120810.PutItem")
    assert status == 200, answer
    _, _, parsed = call("GetItem", {"TableName": plain_name, "Key": {"p": {"S": p + "😀/"}, "c": {"N": "1"}}})
    assert parsed["Item"]["p"] == {"S": p + "😀/"}


def test_many_requests_go_over_one_connection(plain_name):
    address = urlsplit(support.ENDPOINT)
    connection = HTTPConnection(address.hostname, address.port, timeout=10)
    headers = {**support.AUTHORISED, "X-Amz-Target": "DynamoDB_20120810.DescribeTable"}
    sockets = set()
    for name in (plain_name, "no-such-table", plain_name):
        connection.request("POST", "/", json.dumps({"TableName": name}), headers)
        sockets.add(connection.sock)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == (200 if name == plain_name else 400)
    connection.close()
    assert len(sockets) == 1
