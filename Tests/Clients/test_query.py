"""Query: key conditions, order, filters, pages, selections, capacity."""

from decimal import Decimal

import pytest

from support import refused, unique


@pytest.fixture(scope="module")
def ten(plain):
    """The `p` of ten items with c = 0...9, `even` telling which is which and `s` a text."""
    p = unique("ten")
    with plain.batch_writer() as batch:
        for c in range(10):
            batch.put_item(Item={"p": p, "c": c, "even": c % 2 == 0, "s": f"text {c}", "m": {"c": c}})
    return p


@pytest.fixture
def query(plain, ten):
    def run(condition="p = :p", values=None, **parameters):
        return plain.query(
            KeyConditionExpression=condition, ExpressionAttributeValues={":p": ten, **(values or {})}, **parameters)

    return run


def cs(answer):
    return [int(item["c"]) for item in answer["Items"]]


@pytest.mark.parametrize(
    "condition, values, expected",
    [
        ("c = :a", [3], [3]),
        ("c = :a", [30], []),
        ("c < :a", [3], [0, 1, 2]),
        ("c <= :a", [3], [0, 1, 2, 3]),
        ("c > :a", [7], [8, 9]),
        ("c >= :a", [7], [7, 8, 9]),
        ("c BETWEEN :a AND :b", [3, 5], [3, 4, 5]),
        ("c BETWEEN :a AND :b", [3, 3], [3]),
        ("c > :a", [-1], list(range(10))),
    ])
def test_a_range_of_numbers(query, condition, values, expected):
    found = query("p = :p AND " + condition, dict(zip((":a", ":b"), values)))
    assert cs(found) == expected
    assert (found["Count"], found["ScannedCount"]) == (len(expected), len(expected))
    assert "LastEvaluatedKey" not in found


def test_the_parts_of_a_key_condition_may_stand_in_any_order_and_in_parentheses(query):
    assert cs(query("c > :a and p = :p", {":a": 7})) == [8, 9]
    assert cs(query("(p = :p) AND (c > :a)", {":a": 7})) == [8, 9]
    assert cs(query("#p = :p AND #c = :a", {":a": 1}, ExpressionAttributeNames={"#p": "p", "#c": "c"})) == [1]


def test_the_order_can_be_turned_around(query):
    assert cs(query(ScanIndexForward=False)) == list(range(9, -1, -1))
    assert cs(query(ScanIndexForward=True)) == list(range(10))


def test_numbers_are_in_the_order_of_numbers(plain, p):
    # boto3 reads back no more than 38 digits, trailing zeros included.
    numbers = ["-1e37", "-10", "-9.5", "-1", "-0.001", "0", "1e-100", "0.5", "1", "2", "10", "11", "100", "1e36"]
    for number in sorted(numbers):
        plain.put_item(Item={"p": p, "c": Decimal(number)})
    found = plain.query(KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": p})
    assert [item["c"] for item in found["Items"]] == [Decimal(number) for number in numbers]


def test_texts_are_in_the_order_of_their_utf_8_bytes(dynamodb, make):
    name = make("p:S", "c:S")
    texts = ["", "A", "Z", "a", "aa", "b", "é", "√", "\uffee", "😀"][1:]
    for text in reversed(texts):
        dynamodb.put_item(TableName=name, Item={"p": {"S": "1"}, "c": {"S": text}})
    found = dynamodb.query(
        TableName=name, KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": {"S": "1"}})
    assert [item["c"]["S"] for item in found["Items"]] == texts
    found = dynamodb.query(
        TableName=name, KeyConditionExpression="p = :p AND begins_with(c, :a)",
        ExpressionAttributeValues={":p": {"S": "1"}, ":a": {"S": "a"}})
    assert [item["c"]["S"] for item in found["Items"]] == ["a", "aa"]


def test_bytes_are_in_the_order_of_unsigned_bytes(dynamodb, make):
    name = make("p:S", "c:B")
    values = [b"\x00", b"\x00\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"\xff\x00"]
    for value in reversed(values):
        dynamodb.put_item(TableName=name, Item={"p": {"S": "1"}, "c": {"B": value}})
    found = dynamodb.query(
        TableName=name, KeyConditionExpression="p = :p AND c BETWEEN :a AND :b",
        ExpressionAttributeValues={":p": {"S": "1"}, ":a": {"B": b"\x00\x00"}, ":b": {"B": b"\xff"}})
    assert [item["c"]["B"] for item in found["Items"]] == values[1:-1]


@pytest.mark.parametrize("forward, expected", [(True, list(range(10))), (False, list(range(9, -1, -1)))])
@pytest.mark.parametrize("limit", [1, 3, 10])
def test_pages_join_to_the_whole(query, ten, limit, forward, expected):
    found, start = [], {}
    while True:
        page = query(Limit=limit, ScanIndexForward=forward, **start)
        assert page["Count"] <= limit
        found += cs(page)
        if "LastEvaluatedKey" not in page:
            break
        assert page["LastEvaluatedKey"] == {"p": ten, "c": page["Items"][-1]["c"]}
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert found == expected


def test_a_page_may_start_behind_a_key_that_is_not_there(query, ten):
    assert cs(query(ExclusiveStartKey={"p": ten, "c": 7})) == [8, 9]
    assert cs(query(ExclusiveStartKey={"p": ten, "c": Decimal("7.5")})) == [8, 9]


def test_a_page_has_at_most_1_mb(plain, p):
    for c in range(4):
        plain.put_item(Item={"p": p, "c": c, "a": "x" * 300_000})
    page = plain.query(KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": p})
    # The item that passes the limit ends the page: 1 MB is reached in the fourth.
    assert cs(page) in ([0, 1, 2], [0, 1, 2, 3])
    rest = plain.query(
        KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": p},
        ExclusiveStartKey=page["LastEvaluatedKey"]) if "LastEvaluatedKey" in page else {"Items": []}
    assert cs(page) + cs(rest) == [0, 1, 2, 3]
    assert "LastEvaluatedKey" in page


# ------------------------------------------------------------------------------------- filters, selections


def test_a_filter_drops_after_reading(query):
    found = query(FilterExpression="even = :t", values={":t": True})
    assert cs(found) == [0, 2, 4, 6, 8]
    assert (found["Count"], found["ScannedCount"]) == (5, 10)


def test_the_limit_counts_before_the_filter(query, ten):
    found = query(FilterExpression="even = :t", values={":t": False}, Limit=1)
    assert (found["Items"], found["Count"], found["ScannedCount"]) == ([], 0, 1)
    assert found["LastEvaluatedKey"] == {"p": ten, "c": 0}


def test_a_filter_may_not_name_keys(query):
    with refused("ValidationException", "Filter Expression can only contain non-primary key attributes", "c"):
        query(FilterExpression="c > :x", values={":x": 1})


def test_a_count_has_no_items(query):
    found = query(Select="COUNT")
    assert (found["Count"], found["ScannedCount"]) == (10, 10)
    assert "Items" not in found


def test_a_projection_selects(query):
    found = query("p = :p AND c = :c", {":c": 3}, ProjectionExpression="m.c, s")
    assert found["Items"] == [{"m": {"c": 3}, "s": "text 3"}]
    found = query(
        "p = :p AND c = :c", {":c": 3}, ProjectionExpression="s", Select="SPECIFIC_ATTRIBUTES")
    assert found["Items"] == [{"s": "text 3"}]


@pytest.mark.parametrize(
    "parameters, words",
    [
        ({"Select": "COUNT", "ProjectionExpression": "s"}, ["ProjectionExpression"]),
        ({"Select": "ALL_ATTRIBUTES", "ProjectionExpression": "s"}, ["ProjectionExpression"]),
        ({"Select": "SPECIFIC_ATTRIBUTES"}, ["SPECIFIC_ATTRIBUTES"]),
        ({"Select": "ALL_PROJECTED_ATTRIBUTES"}, ["ALL_PROJECTED_ATTRIBUTES"]),
    ])
def test_a_selection_is_refused(query, parameters, words):
    with refused("ValidationException", *words):
        query(**parameters)


def test_a_selection_must_be_known(unchecked, simple_name):
    with refused("ValidationException", "select"):
        unchecked.query(
            TableName=simple_name, KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": {"S": "1"}},
            Select="SOME")


# ------------------------------------------------------------------------------------- refusals

REFUSED = [
    ("p > :p", {}, ["Query key condition not supported"]),
    ("p = :p OR c = :a", {":a": 1}, ["KeyConditionExpression", "OR"]),
    ("NOT p = :p", {}, ["KeyConditionExpression", "NOT"]),
    ("p = :p AND c <> :a", {":a": 1}, ["KeyConditionExpression", "<>"]),
    ("p = :p AND c IN (:a)", {":a": 1}, ["KeyConditionExpression", "IN"]),
    ("p = :p AND contains(c, :a)", {":a": 1}, ["KeyConditionExpression", "contains"]),
    ("p = :p AND attribute_exists(c)", {}, ["KeyConditionExpression", "attribute_exists"]),
    ("p = :p AND size(c) = :a", {":a": 1}, ["KeyConditionExpression"]),
    ("p = :p AND c > :a AND c < :b", {":a": 1, ":b": 2}, ["KeyConditionExpression", "one condition per key"]),
    ("p = :p AND d = :a", {":a": 1}, [("missed key schema element: c", "key schema element", "not supported")]),
    ("p = :p AND c BETWEEN :a AND :b", {":a": 2, ":b": 1}, ["BETWEEN", "upper bound"]),
    ("p = :p AND c = :a", {":a": "text"}, ["Condition parameter type does not match schema type"]),
    ("p = :p AND begins_with(c, :a)", {":a": 1}, ["begins_with"]),
    ("p.x = :p", {}, ["KeyConditionExpression"]),
    ("p = :p AND", {}, ["KeyConditionExpression", "Syntax error"]),
    ("", {}, ["KeyConditionExpression", "empty"]),
    ("p = :q", {}, ["KeyConditionExpression", "not defined", ":q"]),
    ("p = :p", {":q": 1}, ["ExpressionAttributeValues", "unused", ":q"]),
    ("p = :p AND c = p", {}, ["KeyConditionExpression"]),
]


@pytest.mark.parametrize("condition, values, words", REFUSED, ids=[c or "empty" for c, *_ in REFUSED])
def test_a_key_condition_is_refused(query, condition, values, words):
    with refused("ValidationException", *words):
        query(condition, values)


def test_the_hash_key_must_be_given(plain):
    with refused("ValidationException", "Query condition missed key schema element: p"):
        plain.query(KeyConditionExpression="c = :c", ExpressionAttributeValues={":c": 1})


def test_a_query_needs_a_key_condition(dynamodb, simple_name):
    with refused("ValidationException", "KeyConditions", "KeyConditionExpression"):
        dynamodb.query(TableName=simple_name)


def test_an_empty_hash_key_is_refused(dynamodb, simple_name):
    with refused("ValidationException", "empty", "p"):
        dynamodb.query(
            TableName=simple_name, KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": {"S": ""}})


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_is_at_least_1(unchecked, simple_name, limit):
    with refused("ValidationException", "limit"):
        unchecked.query(
            TableName=simple_name, Limit=limit, KeyConditionExpression="p = :p",
            ExpressionAttributeValues={":p": {"S": "1"}})


@pytest.mark.parametrize(
    "start, message",
    [({"p": "x"}, "The provided starting key is invalid"),
     ({"p": "x", "c": "text"}, "The provided key element does not match the schema"),
     ({"p": "x", "c": 1, "d": 2}, "The provided starting key is invalid"),
     ({"p": "another", "c": 1}, "The provided starting key is outside query boundaries")])
def test_a_start_key_must_be_one_of_the_query(query, start, message):
    with refused("ValidationException", message):
        query(ExclusiveStartKey=start)


def test_an_index_must_exist(query):
    with refused("ValidationException", "The table does not have the specified index: no-such-index"):
        query(IndexName="no-such-index")


def test_capacity_counts_what_was_read(plain, p):
    for c in range(5):
        plain.put_item(Item={"p": p, "c": c, "a": "x" * 3000})

    def units(**parameters):
        answer = plain.query(
            KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": p}, ReturnConsumedCapacity="TOTAL",
            **parameters)
        return answer["ConsumedCapacity"]["CapacityUnits"]

    # 5 items of a little over 3,000 bytes: their sum is rounded up to 4 units, not each to one.
    assert units() == 2
    assert units(ConsistentRead=True) == 4
    assert units(Select="COUNT") == 2
    assert units(Limit=1) == 0.5
    assert units(FilterExpression="attribute_exists(nope)") == 2
