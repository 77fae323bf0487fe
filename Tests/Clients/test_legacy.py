"""The parameters from before expressions."""

import pytest

from support import refused, unique


@pytest.fixture
def key(p):
    return {"p": {"S": p}, "c": {"N": "1"}}


@pytest.fixture
def item(dynamodb, plain_name, key):
    """Puts the test's item with these attributes; gives a function that reads it without its key."""

    def put(**attributes):
        dynamodb.put_item(TableName=plain_name, Item={**key, **attributes})

        def now():
            found = dynamodb.get_item(TableName=plain_name, Key=key, ConsistentRead=True).get("Item", {})
            return {name: value for name, value in found.items() if name not in key}

        return now

    return put


def n(value):
    return {"N": str(value)}


def s(value):
    return {"S": value}


# ------------------------------------------------------------------------------------- AttributeUpdates

UPDATES = {
    "PUT": ({}, {"Action": "PUT", "Value": n(1)}, n(1)),
    "PUT over": ({"a": s("x")}, {"Action": "PUT", "Value": n(1)}, n(1)),
    "PUT by default": ({}, {"Value": n(1)}, n(1)),
    "ADD to a number": ({"a": n(1)}, {"Action": "ADD", "Value": n(2)}, n(3)),
    "ADD to nothing": ({}, {"Action": "ADD", "Value": n(-2)}, n(-2)),
    "ADD to a set": ({"a": {"SS": ["x"]}}, {"Action": "ADD", "Value": {"SS": ["x", "y"]}}, {"SS": ["x", "y"]}),
    "DELETE": ({"a": n(1)}, {"Action": "DELETE"}, None),
    "DELETE from a set": ({"a": {"SS": ["x", "y"]}}, {"Action": "DELETE", "Value": {"SS": ["y", "z"]}}, {"SS": ["x"]}),
    "DELETE of a set's last": ({"a": {"NS": ["1"]}}, {"Action": "DELETE", "Value": {"NS": ["1"]}}, None),
}


@pytest.mark.parametrize("case", UPDATES)
def test_attribute_updates(dynamodb, plain_name, key, item, case):
    before, update, after = UPDATES[case]
    now = item(b=n(7), **before)
    dynamodb.update_item(TableName=plain_name, Key=key, AttributeUpdates={"a": update})
    found = now()
    assert found.pop("b") == n(7)
    value = found.get("a")
    if value and "SS" in value:
        value = {"SS": sorted(value["SS"])}
    assert value == after


@pytest.mark.parametrize("choice, expected", [("UPDATED_NEW", {"a": n(3)}), ("UPDATED_OLD", {"a": n(1)})])
def test_attribute_updates_return_values(dynamodb, plain_name, key, item, choice, expected):
    item(a=n(1), b=n(2))
    answer = dynamodb.update_item(
        TableName=plain_name, Key=key, AttributeUpdates={"a": {"Action": "ADD", "Value": n(2)}}, ReturnValues=choice)
    assert answer["Attributes"] == expected


@pytest.mark.parametrize(
    "update, words",
    [
        ({"p": {"Value": s("x")}}, ["Cannot update attribute p", "part of the key"]),
        ({"a": {"Action": "ADD", "Value": s("x")}}, ["ADD"]),
        ({"a": {"Action": "DELETE", "Value": n(1)}}, ["DELETE"]),
        ({"a": {"Action": "PUT"}}, ["DELETE", "value"]),
        ({"a": {"Action": "ADD"}}, ["DELETE", "value"]),
        ({"a": {"Action": "SET", "Value": n(1)}}, ["action"]),
    ])
def test_attribute_updates_are_refused(unchecked, plain_name, key, update, words):
    with refused("ValidationException", *words):
        unchecked.update_item(TableName=plain_name, Key=key, AttributeUpdates=update)


# ------------------------------------------------------------------------------------- Expected

EXPECTED = [
    ({"a": {"Value": n(5)}}, True),
    ({"a": {"Value": n(6)}}, False),
    ({"a": {"Exists": True, "Value": n(5)}}, True),
    ({"x": {"Exists": False}}, True),
    ({"a": {"Exists": False}}, False),
    ({"a": {"ComparisonOperator": "EQ", "AttributeValueList": [n(5)]}}, True),
    ({"a": {"ComparisonOperator": "NE", "AttributeValueList": [n(5)]}}, False),
    ({"a": {"ComparisonOperator": "LT", "AttributeValueList": [n(6)]}}, True),
    ({"a": {"ComparisonOperator": "LE", "AttributeValueList": [n(5)]}}, True),
    ({"a": {"ComparisonOperator": "GT", "AttributeValueList": [n(10)]}}, False),
    ({"a": {"ComparisonOperator": "GE", "AttributeValueList": [n(5)]}}, True),
    ({"a": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [n(1), n(9)]}}, True),
    ({"a": {"ComparisonOperator": "IN", "AttributeValueList": [n(1), n(5)]}}, True),
    ({"a": {"ComparisonOperator": "NOT_NULL"}}, True),
    ({"x": {"ComparisonOperator": "NULL"}}, True),
    ({"a": {"ComparisonOperator": "NULL"}}, False),
    ({"t": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [s("he")]}}, True),
    ({"t": {"ComparisonOperator": "CONTAINS", "AttributeValueList": [s("ell")]}}, True),
    ({"t": {"ComparisonOperator": "NOT_CONTAINS", "AttributeValueList": [s("ell")]}}, False),
    ({"set": {"ComparisonOperator": "CONTAINS", "AttributeValueList": [s("x")]}}, True),
    ({"a": {"Value": n(5)}, "t": {"Value": s("no")}}, False),
]


@pytest.mark.parametrize("expected, holds", EXPECTED, ids=[str(e) for e, _ in EXPECTED])
def test_expected(dynamodb, plain_name, key, item, expected, holds):
    now = item(a=n(5), t=s("hello"), set={"SS": ["x", "y"]})
    change = {"TableName": plain_name, "Key": key, "Expected": expected, "AttributeUpdates": {"done": {"Value": n(1)}}}
    if holds:
        dynamodb.update_item(**change)
    else:
        with refused("ConditionalCheckFailedException", "The conditional request failed"):
            dynamodb.update_item(**change)
    assert ("done" in now()) is holds


def test_expected_conditions_may_be_joined_by_or(dynamodb, plain_name, key, item):
    now = item(a=n(5))
    expected = {"a": {"Value": n(6)}, "x": {"Exists": False}}
    dynamodb.delete_item(TableName=plain_name, Key=key, Expected=expected, ConditionalOperator="OR")
    assert now() == {}


def test_expected_guards_put_and_delete(dynamodb, plain_name, key, item):
    now = item(a=n(5))
    with refused("ConditionalCheckFailedException"):
        dynamodb.put_item(TableName=plain_name, Item=key, Expected={"p": {"Exists": False}})
    with refused("ConditionalCheckFailedException"):
        dynamodb.delete_item(TableName=plain_name, Key=key, Expected={"a": {"Value": n(1)}})
    assert now() == {"a": n(5)}


@pytest.mark.parametrize(
    "expected",
    [
        {"a": {}},
        {"a": {"Exists": True}},
        {"a": {"Exists": False, "Value": n(1)}},
        {"a": {"Value": n(1), "ComparisonOperator": "EQ", "AttributeValueList": [n(1)]}},
        {"a": {"ComparisonOperator": "EQ"}},
        {"a": {"ComparisonOperator": "EQ", "AttributeValueList": [n(1), n(2)]}},
        {"a": {"ComparisonOperator": "NULL", "AttributeValueList": [n(1)]}},
        {"a": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [n(1)]}},
        {"a": {"ComparisonOperator": "LT", "AttributeValueList": [{"SS": ["x"]}]}},
        {"a": {"ComparisonOperator": "LIKE", "AttributeValueList": [n(1)]}},
        {"a": {"AttributeValueList": [n(1)]}},
    ], ids=str)
def test_expected_is_refused(unchecked, plain_name, key, expected):
    with refused("ValidationException"):
        unchecked.put_item(TableName=plain_name, Item=key, Expected=expected)


def test_a_conditional_operator_joins_two_or_more(dynamodb, plain_name, key):
    with refused("ValidationException", "ConditionalOperator"):
        dynamodb.put_item(TableName=plain_name, Item=key, ConditionalOperator="OR")
    with refused("ValidationException", "ConditionalOperator"):
        dynamodb.put_item(
            TableName=plain_name, Item=key, ConditionalOperator="OR", Expected={"a": {"Exists": False}})


# ------------------------------------------------------------------------------------- KeyConditions, filters


@pytest.fixture(scope="module")
def five(dynamodb, plain_name):
    p = unique("five")
    for c in range(5):
        dynamodb.put_item(
            TableName=plain_name, Item={"p": s(p), "c": n(c), "t": s(f"text {c}"), "even": {"BOOL": c % 2 == 0}})
    return p


@pytest.mark.parametrize(
    "operator, values, expected",
    [
        ("EQ", [2], [2]), ("LT", [2], [0, 1]), ("LE", [2], [0, 1, 2]), ("GT", [2], [3, 4]), ("GE", [2], [2, 3, 4]),
        ("BETWEEN", [1, 3], [1, 2, 3]),
    ])
def test_key_conditions(dynamodb, plain_name, five, operator, values, expected):
    found = dynamodb.query(TableName=plain_name, KeyConditions={
        "p": {"ComparisonOperator": "EQ", "AttributeValueList": [s(five)]},
        "c": {"ComparisonOperator": operator, "AttributeValueList": [n(v) for v in values]}})
    assert [int(item["c"]["N"]) for item in found["Items"]] == expected


@pytest.mark.parametrize("operator", ["NE", "IN", "CONTAINS", "NULL"])
def test_key_conditions_have_few_operators(dynamodb, plain_name, five, operator):
    values = {} if operator == "NULL" else {"AttributeValueList": [n(1)]}
    with refused("ValidationException"):
        dynamodb.query(TableName=plain_name, KeyConditions={
            "p": {"ComparisonOperator": "EQ", "AttributeValueList": [s(five)]},
            "c": {"ComparisonOperator": operator, **values}})


def five_only(p):
    return {"p": {"ComparisonOperator": "EQ", "AttributeValueList": [s(p)]}}


def test_a_query_filter(dynamodb, plain_name, five):
    found = dynamodb.query(
        TableName=plain_name, KeyConditions=five_only(five), ConditionalOperator="OR",
        QueryFilter={"t": {"ComparisonOperator": "EQ", "AttributeValueList": [s("text 1")]},
                     "even": {"ComparisonOperator": "EQ", "AttributeValueList": [{"BOOL": True}]}})
    assert [int(item["c"]["N"]) for item in found["Items"]] == [0, 1, 2, 4]
    assert found["ScannedCount"] == 5


def test_a_scan_filter(dynamodb, plain_name, five):
    found, start = [], {}
    while True:
        page = dynamodb.scan(TableName=plain_name, ScanFilter={
            **five_only(five), "c": {"ComparisonOperator": "GE", "AttributeValueList": [n(3)]}}, **start)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert sorted(int(item["c"]["N"]) for item in found) == [3, 4]


def test_attributes_to_get(dynamodb, plain_name, five):
    key = {"p": s(five), "c": n(2)}
    assert dynamodb.get_item(TableName=plain_name, Key=key, AttributesToGet=["t"])["Item"] == {"t": s("text 2")}
    found = dynamodb.query(TableName=plain_name, KeyConditions=five_only(five), AttributesToGet=["c"], Limit=1)
    assert found["Items"] == [{"c": n(0)}]
    answer = dynamodb.batch_get_item(RequestItems={plain_name: {"Keys": [key], "AttributesToGet": ["t", "x"]}})
    assert answer["Responses"][plain_name] == [{"t": s("text 2")}]


def test_attributes_to_get_are_named_once(dynamodb, plain_name, five):
    with refused("ValidationException", "duplicate"):
        dynamodb.get_item(
            TableName=plain_name, Key={"p": s(five), "c": n(2)}, AttributesToGet=["t", "t"])


MIXED = [
    ("get_item", {"Key": {"p": s("1"), "c": n(1)}, "AttributesToGet": ["t"], "ProjectionExpression": "t"}),
    ("put_item", {"Item": {"p": s("1"), "c": n(1)}, "Expected": {"t": {"Exists": False}},
                  "ConditionExpression": "attribute_not_exists(t)"}),
    ("update_item", {"Key": {"p": s("1"), "c": n(1)}, "AttributeUpdates": {"t": {"Value": n(1)}},
                     "UpdateExpression": "REMOVE x"}),
    ("query", {"KeyConditions": five_only("1"), "KeyConditionExpression": "p = c"}),
    ("scan", {"ScanFilter": five_only("1"), "ProjectionExpression": "t"}),
]


@pytest.mark.parametrize("operation, parameters", MIXED, ids=[operation for operation, _ in MIXED])
def test_old_and_new_parameters_do_not_mix(dynamodb, plain_name, operation, parameters):
    old = {"AttributesToGet", "Expected", "AttributeUpdates", "KeyConditions", "ScanFilter"} & set(parameters)
    with refused(
        "ValidationException", "Can not use both expression and non-expression parameters in the same request", *old,
        *(name for name in parameters if name.endswith("Expression"))
    ):
        getattr(dynamodb, operation)(TableName=plain_name, **parameters)
