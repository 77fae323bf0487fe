"""Condition expressions: what holds, what fails, what is refused, and what a failure returns."""

import pytest

from support import refused

ITEM = {
    "s": "hello", "n": 5, "b": b"\x01\x02", "t": True, "z": None, "l": [1, "x", {"k": 2}], "m": {"x": 1, "y": "why"},
    "ss": {"a", "b"}, "ns": {1, 2}, "big": "x" * 10, "seven": 7,
}


@pytest.fixture
def holds(simple, p):
    """Whether a condition holds for the item above: a put that changes nothing asks."""
    item = {"p": p, **ITEM}
    simple.put_item(Item=item)

    def ask(condition, names=None, **values):
        extra = {}
        if names:
            extra["ExpressionAttributeNames"] = names
        if values:
            extra["ExpressionAttributeValues"] = {f":{k}": v for k, v in values.items()}
        try:
            simple.put_item(Item=item, ConditionExpression=condition, **extra)
            return True
        except simple.meta.client.exceptions.ConditionalCheckFailedException as error:
            assert error.response["Error"]["Message"] == "The conditional request failed"
            return False

    return ask


CONDITIONS = [
    ("s = :v", {"v": "hello"}, True),
    ("s = :v", {"v": "Hello"}, False),
    ("n = :v", {"v": 5}, True),
    ("n = :v", {"v": "5"}, False),
    ("nope = :v", {"v": 1}, False),
    ("n <> :v", {"v": 6}, True),
    ("n <> :v", {"v": "5"}, True),
    ("nope <> :v", {"v": 1}, True),
    ("l = :v", {"v": [1, "x", {"k": 2}]}, True),
    ("m = :v", {"v": {"y": "why", "x": 1}}, True),
    ("ss = :v", {"v": {"b", "a"}}, True),
    ("z = :v", {"v": None}, True),
    ("t = :v", {"v": True}, True),
    ("n < :v", {"v": 6}, True),
    ("n < :v", {"v": 5}, False),
    ("n <= :v", {"v": 5}, True),
    ("n > :v", {"v": 10}, False),
    ("n >= :v", {"v": 5}, True),
    ("n > :v", {"v": "1"}, False),
    ("s > :v", {"v": "hell"}, True),
    ("s < :v", {"v": "i"}, True),
    ("b > :v", {"v": b"\x01"}, True),
    ("nope < :v", {"v": 1}, False),
    ("n < seven", {}, True),
    ("seven < n", {}, False),
    ("n BETWEEN :a AND :b", {"a": 5, "b": 6}, True),
    ("n BETWEEN :a AND :b", {"a": 6, "b": 9}, False),
    ("s between :a and :b", {"a": "a", "b": "z"}, True),
    ("n BETWEEN :a AND seven", {"a": 1}, True),
    ("n IN (:a, :b)", {"a": 1, "b": 5}, True),
    ("n IN (:a)", {"a": "5"}, False),
    ("attribute_exists(s)", {}, True),
    ("attribute_exists(z)", {}, True),
    ("attribute_exists(nope)", {}, False),
    ("attribute_exists(m.y)", {}, True),
    ("attribute_exists(l[2].k)", {}, True),
    ("attribute_exists(l[3])", {}, False),
    ("attribute_not_exists(nope)", {}, True),
    ("attribute_not_exists(m.x)", {}, False),
    ("attribute_type(s, :v)", {"v": "S"}, True),
    ("attribute_type(n, :v)", {"v": "S"}, False),
    ("attribute_type(z, :v)", {"v": "NULL"}, True),
    ("attribute_type(ns, :v)", {"v": "NS"}, True),
    ("attribute_type(nope, :v)", {"v": "S"}, False),
    ("begins_with(s, :v)", {"v": "hel"}, True),
    ("begins_with(s, :v)", {"v": ""}, True),
    ("begins_with(s, :v)", {"v": "el"}, False),
    ("begins_with(b, :v)", {"v": b"\x01"}, True),
    ("begins_with(n, :v)", {"v": "5"}, False),
    ("contains(s, :v)", {"v": "ell"}, True),
    ("contains(s, :v)", {"v": "xyz"}, False),
    ("contains(ss, :v)", {"v": "a"}, True),
    ("contains(ns, :v)", {"v": 3}, False),
    ("contains(l, :v)", {"v": "x"}, True),
    ("contains(l, :v)", {"v": {"k": 2}}, True),
    ("contains(b, :v)", {"v": b"\x02"}, True),
    ("contains(n, :v)", {"v": 5}, False),
    ("size(s) = :v", {"v": 5}, True),
    ("size(b) = :v", {"v": 2}, True),
    ("size(l) = :v", {"v": 3}, True),
    ("size(m) = :v", {"v": 2}, True),
    ("size(ss) = :v", {"v": 2}, True),
    ("size(big) > size(s)", {}, True),
    ("size(n) = :v", {"v": 1}, False),
    ("size(nope) = :v", {"v": 0}, False),
    ("NOT n = :v", {"v": 6}, True),
    ("not (n = :v)", {"v": 5}, False),
    ("n = :a AND s = :b", {"a": 5, "b": "hello"}, True),
    ("n = :a AND s = :b", {"a": 5, "b": "no"}, False),
    ("n = :a OR s = :b", {"a": 5, "b": "no"}, True),
    # AND binds tighter than OR, NOT tighter than AND.
    ("n = :y OR n = :y AND n = :x", {"y": 5, "x": 0}, True),
    ("(n = :y OR n = :y) AND n = :x", {"y": 5, "x": 0}, False),
    ("NOT n = :x AND n = :y", {"y": 5, "x": 0}, True),
    ("n = :x OR NOT n = :x", {"x": 0}, True),
    ("m.x = l[0]", {}, True),
]


@pytest.mark.parametrize("condition, values, expected", CONDITIONS, ids=[f"{c}-{v}" for c, v, _ in CONDITIONS])
def test_condition(holds, condition, values, expected):
    assert holds(condition, **values) is expected


def test_a_condition_is_checked_by_every_write(simple, p):
    simple.put_item(Item={"p": p, "a": 1})
    fails = {"ConditionExpression": "a = :a", "ExpressionAttributeValues": {":a": 2}}
    for write in (
        lambda: simple.put_item(Item={"p": p}, **fails),
        lambda: simple.delete_item(Key={"p": p}, **fails),
        lambda: simple.update_item(Key={"p": p}, UpdateExpression="REMOVE a", **fails),
    ):
        with refused("ConditionalCheckFailedException", "The conditional request failed") as caught:
            write()
        assert "Item" not in caught.value.response
    assert simple.get_item(Key={"p": p})["Item"] == {"p": p, "a": 1}
    holds = {"ConditionExpression": "a = :a", "ExpressionAttributeValues": {":a": 1}}
    simple.delete_item(Key={"p": p}, **holds)
    assert "Item" not in simple.get_item(Key={"p": p})


def test_put_if_new(simple, p):
    new = {"Item": {"p": p}, "ConditionExpression": "attribute_not_exists(p)"}
    simple.put_item(**new)
    with refused("ConditionalCheckFailedException"):
        simple.put_item(**new)


def test_a_failed_condition_returns_the_item_when_asked(dynamodb, simple_name, p):
    item = {"p": {"S": p}, "a": {"N": "1"}}
    dynamodb.put_item(TableName=simple_name, Item=item)
    fails = {"TableName": simple_name, "ConditionExpression": "attribute_not_exists(p)",
             "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    for operation, parameters in (
        ("put_item", {"Item": item}), ("update_item", {"Key": {"p": {"S": p}}}),
        ("delete_item", {"Key": {"p": {"S": p}}})
    ):
        with refused("ConditionalCheckFailedException") as caught:
            getattr(dynamodb, operation)(**fails, **parameters)
        assert caught.value.response["Item"] == item


REFUSED = [
    ("", {}, {}, ["ConditionExpression", "empty"]),
    ("n =", {}, {}, ["ConditionExpression", "Syntax error"]),
    ("n = :a :a", {}, {"a": 1}, ["ConditionExpression", "Syntax error"]),
    ("(n = :a", {}, {"a": 1}, ["ConditionExpression", "Syntax error"]),
    ("n == :a", {}, {"a": 1}, ["ConditionExpression", "Syntax error"]),
    ("n = 5", {}, {}, ["ConditionExpression", "Syntax error"]),
    ("n", {}, {}, ["ConditionExpression", "Syntax error"]),
    ("n = :a", {}, {}, ["ConditionExpression", "not defined", ":a"]),
    ("#n = :a", {}, {"a": 1}, ["ConditionExpression", "not defined", "#n"]),
    ("n = :a", {}, {"a": 1, "b": 2}, ["ExpressionAttributeValues", "unused", ":b"]),
    ("n = :a", {"#b": "b"}, {"a": 1}, ["ExpressionAttributeNames", "unused", "#b"]),
    ("name = :a", {}, {"a": 1}, ["reserved keyword", "name"]),
    ("Attribute_Exists(n)", {}, {}, ["ConditionExpression", "Invalid function name", "Attribute_Exists"]),
    ("attribute_exist(n)", {}, {}, ["ConditionExpression", "Invalid function name", "attribute_exist"]),
    ("attribute_exists(:a)", {}, {"a": 1}, ["ConditionExpression", "document path", "attribute_exists"]),
    ("attribute_exists(n, s)", {}, {}, ["ConditionExpression", "number of operands", "attribute_exists"]),
    ("attribute_type(n, :a)", {}, {"a": "X"}, ["ConditionExpression", "type"]),
    ("begins_with(s, :a)", {}, {"a": 1}, ["ConditionExpression", "operand type", "begins_with"]),
    ("contains(s, s)", {}, {}, ["ConditionExpression", "distinct"]),
    ("n = n", {}, {}, ["ConditionExpression", "distinct"]),
    ("size(n)", {}, {}, ["ConditionExpression", "size"]),
    ("if_not_exists(n, :a)", {}, {"a": 1}, ["ConditionExpression", "function", "if_not_exists"]),
    ("n < :a", {}, {"a": {1}}, ["ConditionExpression", "operand type", "<"]),
    ("n BETWEEN :a AND :b", {}, {"a": 2, "b": 1}, ["ConditionExpression", "BETWEEN", "upper bound"]),
    ("n BETWEEN :a AND :b", {}, {"a": 2, "b": "x"}, ["ConditionExpression", "BETWEEN", "same data type"]),
    ("((n = :a))", {}, {"a": 1}, ["ConditionExpression", "redundant parentheses"]),
    ("n IN (" + ", ".join([":a"] * 101) + ")", {}, {"a": 1}, ["ConditionExpression", "IN"]),
]


@pytest.mark.parametrize("condition, names, values, words", REFUSED, ids=[c[:40] or "empty" for c, *_ in REFUSED])
def test_a_condition_is_refused(simple, p, condition, names, values, words):
    extra = {}
    if names:
        extra["ExpressionAttributeNames"] = names
    if values:
        extra["ExpressionAttributeValues"] = {f":{k}": v for k, v in values.items()}
    with refused("ValidationException", *words):
        simple.put_item(Item={"p": p}, ConditionExpression=condition, **extra)
    assert "Item" not in simple.get_item(Key={"p": p})


def test_values_without_an_expression_are_refused(simple, p):
    with refused("ValidationException", "ExpressionAttributeValues can only be specified when using expressions"):
        simple.put_item(Item={"p": p}, ExpressionAttributeValues={":a": 1})


@pytest.mark.parametrize("member", ["ExpressionAttributeNames", "ExpressionAttributeValues"])
def test_empty_names_and_values_are_refused(dynamodb, simple_name, p, member):
    with refused("ValidationException", member, "must not be empty"):
        dynamodb.put_item(
            TableName=simple_name, Item={"p": {"S": p}}, ConditionExpression="attribute_exists(p)", **{member: {}})


def test_an_expression_has_at_most_4_kb(simple, p):
    names = {"#" + "n" * 200: "n"}
    [name] = names
    condition = " OR ".join([f"attribute_exists({name})"] * 20)
    assert 4096 < len(condition)
    with refused("ValidationException", "ConditionExpression", "size has exceeded the maximum allowed size"):
        simple.put_item(Item={"p": p}, ConditionExpression=condition, ExpressionAttributeNames=names)


def test_an_expression_has_at_most_300_operators(simple, p):
    with refused("ValidationException", "ConditionExpression", "operator"):
        simple.put_item(Item={"p": p}, ConditionExpression=" OR ".join(["a<:a"] * 301),
                        ExpressionAttributeValues={":a": 1})
