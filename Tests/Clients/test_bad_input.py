"""Requests that no client sends: each is refused in bounded time with AWS's type of error, and the engine goes on."""

import json
import re
import socket
import time
from http.client import BadStatusLine
from urllib.parse import urlsplit

import pytest

import support
from support import post

PUT = "DynamoDB_20120810.PutItem"
SHAPE = ("SerializationException",)
EITHER = ("SerializationException", "ValidationException")


@pytest.fixture(autouse=True)
def alive(dynamodb, simple_name, p):
    """After each test the engine still writes and reads."""
    yield
    started = time.monotonic()
    dynamodb.put_item(TableName=simple_name, Item={"p": {"S": p}})
    assert dynamodb.get_item(TableName=simple_name, Key={"p": {"S": p}})["Item"] == {"p": {"S": p}}
    assert time.monotonic() - started < 30


def refuses(body, types, target=PUT, seconds=60.0):
    started = time.monotonic()
    status, _, answer = post(body, target)
    assert time.monotonic() - started < seconds
    assert status == 400, (status, answer[:200])
    parsed = json.loads(answer)
    assert parsed["__type"].rsplit("#", 1)[-1] in types, parsed
    # An answer may quote the request, and is never much longer than it.
    assert len(answer) <= len(body) + 1_000
    return parsed.get("message") or parsed.get("Message") or ""


def item(value, name="no-such-table"):
    return '{"TableName":"%s","Item":{"p":{"S":"1"},"a":%s}}' % (name, value)


WHOLE = json.dumps({"TableName": "no-such-table", "Item": {"p": {"S": "é"}, "a": {"L": [{"N": "1"}]}}}).encode()


@pytest.mark.parametrize("length", sorted({1, 2, 5, 12, 13, 20, 30, 40, 50, len(WHOLE) // 2, len(WHOLE) - 1}))
def test_truncated_json(length):
    refuses(WHOLE[:length], SHAPE)


@pytest.mark.parametrize(
    "body",
    [b"[]", b'"text"', b"1", b"null", b"true", b"nonsense", b"{]", b"{'TableName':'x'}", b'{"TableName"}',
     b'{"TableName":}',
     b'{"TableName":"x",}', b'{"a":1 "b":2}', b'{"TableName":"x"}}', b'{"TableName":"x"} {}', b'{"TableName":"\\x41"}',
     b'{"TableName":"\\u12"}', b'{"TableName":"a\nb"}', b"\x00", b"\xef\xbb\xbf{", b'{"TableName":01}',
     b'{"TableName":nul}'], ids=repr)
def test_what_is_no_json_object(body):
    refuses(body, EITHER)


def test_an_empty_body():
    refuses(b"", EITHER)


@pytest.mark.parametrize(
    "bytes_", [b"\xff", b"\xc3\x28", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\x82", b"\x80"])
def test_text_that_is_not_utf_8(bytes_):
    refuses(b'{"TableName":"no-such-table","Item":{"p":{"S":"' + bytes_ + b'"}}}', EITHER)


@pytest.mark.parametrize(
    "body",
    [
        '{"TableName":1}', '{"TableName":["x"]}', '{"TableName":{"S":"x"}}', '{"TableName":true}',
        '{"TableName":"xyz","Item":"x"}', '{"TableName":"xyz","Item":[]}', '{"TableName":"xyz","Item":{"p":"x"}}',
        '{"TableName":"xyz","Item":{"p":{"S":1}}}', '{"TableName":"xyz","Item":{"p":{"N":1}}}',
        '{"TableName":"xyz","Item":{"p":{"S":["x"]}}}', '{"TableName":"xyz","Item":{"p":{"SS":"x"}}}',
        '{"TableName":"xyz","Item":{"p":{"L":{}}}}', '{"TableName":"xyz","Item":{"p":{"M":[]}}}',
        '{"TableName":"xyz","Item":{"p":{"BOOL":"maybe"}}}', '{"TableName":"xyz","Item":{"p":{"B":1}}}',
        '{"TableName":"xyz","Item":{"p":{"B":"no base 64!"}}}', '{"TableName":"xyz","Item":{"p":{"B":"YQ"}}}',
    ])
def test_members_of_other_json_types(body):
    refuses(body, EITHER)


@pytest.mark.parametrize("open_, close", [("[", "]"), ('{"a":', "}")])
def test_json_of_10_000_levels(open_, close):
    refuses(open_ * 10_000 + "1" + close * 10_000, EITHER)
    refuses('{"TableName":"xyz","Colour":' + open_ * 10_000 + "1" + close * 10_000 + "}", EITHER)


@pytest.mark.parametrize("open_, close", [('{"L":[', "]}"), ('{"M":{"k":', "}}")])
def test_values_of_10_000_levels(open_, close):
    refuses(item(open_ * 10_000 + '{"S":"x"}' + close * 10_000), EITHER)
    # Half of it: the end never comes.
    refuses(item(open_ * 10_000), EITHER)


@pytest.mark.parametrize(
    "number", ["9" * 200, "0." + "1" * 200, "-" + "9" * 200, "1e" + "9" * 200, "9" * 100_000],
    ids=lambda number: f"{number[:5]}-{len(number)}")
def test_long_numbers(simple_name, number):
    refuses(item('{"N":"%s"}' % number, simple_name), EITHER)
    refuses(item('{"NS":["%s"]}' % number, simple_name), EITHER)
    refuses('{"Limit":%s}' % number, EITHER, "DynamoDB_20120810.ListTables")


def test_a_megabyte_of_expression(simple_name):
    for member, expression in (
        ("ConditionExpression", "a=:a" + " AND a=:a" * 100_000),
        ("ConditionExpression", "(" * 1_000_000),
        ("ConditionExpression", "NOT " * 250_000 + "a=:a"),
        ("UpdateExpression", "SET " + ",".join(f"a{i}=:a" for i in range(100_000))),
        ("UpdateExpression", "SET a=:a" + ".a" * 500_000),
    ):
        message = refuses(
            json.dumps({"TableName": simple_name, "Key": {"p": {"S": "1"}}, member: expression,
                        "ExpressionAttributeValues": {":a": {"N": "1"}}}),
            ("ValidationException",), "DynamoDB_20120810.UpdateItem")
        assert member in message and "size has exceeded the maximum allowed size" in message


def test_deep_expressions_within_the_length(simple_name):
    for expression in ("(" * 2_000 + "a=:a" + ")" * 2_000, "NOT " * 1_000 + "a=:a", "a" + ".a" * 1_500 + "=:a",
                       "a" + "[0]" * 1_000 + "=:a"):
        refuses(
            json.dumps({"TableName": simple_name, "Key": {"p": {"S": "1"}}, "ConditionExpression": expression,
                        "ExpressionAttributeValues": {":a": {"N": "1"}}}),
            ("ValidationException", "ConditionalCheckFailedException"), "DynamoDB_20120810.UpdateItem")


def test_a_hundred_thousand_names(simple_name):
    refuses(
        json.dumps({"TableName": simple_name, "Key": {"p": {"S": "1"}}, "UpdateExpression": "REMOVE #n0",
                    "ExpressionAttributeNames": {f"#n{i}": "a" for i in range(100_000)}}),
        ("ValidationException",), "DynamoDB_20120810.UpdateItem")


def test_an_item_of_300_000_attributes(simple_name):
    attributes = ",".join(f'"a{i}":{{"S":""}}' for i in range(300_000))
    refuses('{"TableName":"%s","Item":{"p":{"S":"1"},%s}}' % (simple_name, attributes), ("ValidationException",))


def test_a_set_of_a_hundred_thousand_members(simple_name):
    # All equal: it must not take a comparison of each with each.
    refuses(item(json.dumps({"SS": ["x"] * 100_000}), simple_name), ("ValidationException",))
    refuses(item(json.dumps({"NS": ["1" + "0" * (i % 30) + ".0" for i in range(100_000)]}), simple_name),
            ("ValidationException",))


def test_an_oversized_body_is_cut_off():
    """16 MB is the most of any request. What is larger gets an error or a closed connection, and soon."""
    started = time.monotonic()
    body = b'{"TableName":"no-such-table","Item":{"p":{"S":"' + b"x" * (40 << 20) + b'"}}}'
    try:
        status, _, answer = post(body, PUT)
        assert status in (400, 413), status
        assert len(answer) < 10_000
    except (ConnectionError, BadStatusLine):
        pass
    assert time.monotonic() - started < 10


def raw(data, finish=True):
    """Sends bytes and gives what comes back."""
    address = urlsplit(support.ENDPOINT)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(data)
        if finish:
            connection.shutdown(socket.SHUT_WR)
        try:
            return connection.recv(65_536)
        except ConnectionError:
            return b""


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n", b"\x00" * 1000, b"GET / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nHost: x\r\n" + b"a" * 100_000,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ], ids=lambda data: repr(data[:30]))
def test_what_is_no_http_is_answered_with_an_error_or_not_at_all(data):
    started = time.monotonic()
    answer = raw(data)
    assert not answer or re.match(rb"HTTP/1\.[01] [45]\d\d ", answer), answer[:100]
    assert time.monotonic() - started < 8


def test_connections_that_say_nothing_hold_nobody_up():
    address = urlsplit(support.ENDPOINT)
    silent = [socket.create_connection((address.hostname, address.port), timeout=5) for _ in range(50)]
    try:
        for connection in silent[:25]:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{")
        assert post("{}")[0] == 200
    finally:
        for connection in silent:
            connection.close()
