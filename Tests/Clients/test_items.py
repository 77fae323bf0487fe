"""Items: to put, get and delete them; attribute types, numbers, sizes, capacity."""

from decimal import Decimal

import pytest
from boto3.dynamodb.types import Binary

from support import refused, unique


def put(client, table, p, **attributes):
    client.put_item(TableName=table, Item={"p": {"S": p}, **attributes})


def attribute(client, table, p, name="a"):
    return client.get_item(TableName=table, Key={"p": {"S": p}}, ConsistentRead=True)["Item"].get(name)


def test_an_item_that_was_put_is_got_back(plain, p):
    item = {"p": p, "c": 1, "a": "text"}
    answer = plain.put_item(Item=item)
    assert "Attributes" not in answer
    assert plain.get_item(Key={"p": p, "c": 1}, ConsistentRead=True)["Item"] == item


def test_an_item_that_is_not_there_leaves_the_member_out(plain, p):
    assert "Item" not in plain.get_item(Key={"p": p, "c": 1})


def test_putting_an_item_replaces_the_whole_of_it(plain, p):
    plain.put_item(Item={"p": p, "c": 1, "a": 1, "b": 2})
    plain.put_item(Item={"p": p, "c": 1, "b": 3})
    assert plain.get_item(Key={"p": p, "c": 1})["Item"] == {"p": p, "c": 1, "b": 3}


def test_a_deleted_item_is_gone(plain, p):
    plain.put_item(Item={"p": p, "c": 1})
    assert "Attributes" not in plain.delete_item(Key={"p": p, "c": 1})
    assert "Item" not in plain.get_item(Key={"p": p, "c": 1})


def test_deleting_what_is_not_there_is_no_error(plain, p):
    plain.delete_item(Key={"p": p, "c": 1})


def test_put_and_delete_return_the_old_item_when_asked(plain, p):
    old = {"p": p, "c": 1, "a": "old"}
    assert "Attributes" not in plain.put_item(Item=old, ReturnValues="ALL_OLD")
    assert plain.put_item(Item={"p": p, "c": 1}, ReturnValues="ALL_OLD")["Attributes"] == old
    assert plain.delete_item(Key={"p": p, "c": 1}, ReturnValues="ALL_OLD")["Attributes"] == {"p": p, "c": 1}
    assert "Attributes" not in plain.delete_item(Key={"p": p, "c": 1}, ReturnValues="ALL_OLD")


@pytest.mark.parametrize("choice", ["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"])
def test_put_and_delete_return_nothing_else(plain, p, choice):
    with refused("ValidationException", ("ReturnValues", "Return values")):
        plain.put_item(Item={"p": p, "c": 1}, ReturnValues=choice)
    with refused("ValidationException", ("ReturnValues", "Return values")):
        plain.delete_item(Key={"p": p, "c": 1}, ReturnValues=choice)


def test_return_values_must_be_one_of_five(unchecked, simple_name, p):
    with refused("ValidationException", "returnValues"):
        unchecked.put_item(TableName=simple_name, Item={"p": {"S": p}}, ReturnValues="SOME")


# ------------------------------------------------------------------------------------- types

VALUES = {
    "string": {"S": "Grüße 🎉"},
    "empty string": {"S": ""},
    "string with control characters": {"S": "\u0000\t\n\"\\\u007f"},
    "string of lone letters": {"S": "e\u0301"},
    "number": {"N": "42"},
    "binary": {"B": bytes(range(256))},
    "empty binary": {"B": b""},
    "true": {"BOOL": True},
    "false": {"BOOL": False},
    "null": {"NULL": True},
    "empty list": {"L": []},
    "empty map": {"M": {}},
    "list of all sorts": {"L": [{"S": "x"}, {"N": "1"}, {"NULL": True}, {"L": []}, {"M": {"k": {"BOOL": False}}}]},
    "map of all sorts": {"M": {"": {"S": ""}, "a b": {"N": "-1"}, "é": {"B": b"\x00"}, "m": {"M": {"n": {"L": []}}}}},
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_comes_back_as_it_went(dynamodb, simple_name, p, kind):
    put(dynamodb, simple_name, p, a=VALUES[kind])
    assert attribute(dynamodb, simple_name, p) == VALUES[kind]


@pytest.mark.parametrize(
    "kind, members",
    [("SS", ["b", "a", "ä", ""]), ("NS", ["3", "-1", "0.5"]), ("BS", [b"\x02", b"", b"\x00\x01"])])
def test_a_set_comes_back_with_its_members(dynamodb, simple_name, p, kind, members):
    put(dynamodb, simple_name, p, a={kind: members})
    [(found_kind, found)] = attribute(dynamodb, simple_name, p).items()
    assert found_kind == kind and sorted(found) == sorted(members)


def test_pythons_own_types_make_the_round_trip(plain, p):
    item = {
        "p": p, "c": 1, "s": "x", "n": Decimal("1.5"), "b": Binary(b"\x01"), "t": True, "z": None,
        "l": [1, "two", None], "m": {"k": {"deep": [True]}}, "ss": {"a", "b"}, "ns": {1, 2},
    }
    plain.put_item(Item=item)
    assert plain.get_item(Key={"p": p, "c": 1})["Item"] == item


BAD_VALUES = {
    "an empty set of strings": ({"SS": []}, ["set", "empty"]),
    "an empty set of numbers": ({"NS": []}, ["set", "empty"]),
    "an empty set of binaries": ({"BS": []}, ["set", "empty"]),
    "a set with a string twice": ({"SS": ["a", "b", "a"]}, ["duplicates"]),
    "a set with a number twice": ({"NS": ["1", "1.0"]}, ["duplicates"]),
    "a set with a binary twice": ({"BS": [b"a", b"a"]}, ["duplicates"]),
    "a null that is false": ({"NULL": False}, ["null attribute value types must have the value of true"]),
    "a value of no type": ({}, ["AttributeValue", "exactly one of the supported datatypes"]),
    "a value of two types": ({"S": "1", "N": "1"}, ["AttributeValue", "exactly one of the supported datatypes"]),
}


@pytest.mark.parametrize("kind", BAD_VALUES)
def test_an_item_cannot_have(unchecked, simple_name, p, kind):
    value, words = BAD_VALUES[kind]
    for place in (value, {"L": [value]}, {"M": {"k": value}}):
        with refused("ValidationException", *words):
            put(unchecked, simple_name, p, a=place)
    assert "Item" not in unchecked.get_item(TableName=simple_name, Key={"p": {"S": p}})


def nested(levels):
    value = {"S": "deep"}
    for level in range(levels):
        value = {"L": [value]} if level % 2 else {"M": {"k": value}}
    return value


def test_lists_and_maps_nest_32_levels_deep_and_no_deeper(dynamodb, simple_name, p):
    put(dynamodb, simple_name, p, a=nested(31))
    assert attribute(dynamodb, simple_name, p) == nested(31)
    with refused("ValidationException", "Nesting Levels have exceeded supported limits"):
        put(dynamodb, simple_name, p, a=nested(40))


def test_an_attribute_name_may_have_65535_bytes(dynamodb, simple_name, p):
    long = "n" * 65_535
    put(dynamodb, simple_name, p, **{long: {"S": ""}})
    assert attribute(dynamodb, simple_name, p, long) == {"S": ""}
    with refused("ValidationException", "name"):
        put(dynamodb, simple_name, p, **{long + "n": {"S": ""}})


# ------------------------------------------------------------------------------------- numbers

NUMBERS = {
    "0": "0", "-0": "0", "0.0": "0", "+1": "1", "007": "7", "1.0": "1", "1.50": "1.5", ".5": "0.5", "-12.340": "-12.34",
    "1e3": "1000", "1E+3": "1000", "12e-1": "1.2", "0.00001": "0.00001", "100": "100",
    "12345678901234567890123456789012345678": "12345678901234567890123456789012345678",
    "1234567890123456789012345678901234567800000": "1234567890123456789012345678901234567800000",
    "0.12345678901234567890123456789012345678": "0.12345678901234567890123456789012345678",
    "0000000000000000000000000000000000000000000000001.000000000000000000000000000000000000000000000": "1",
    "-99999999999999999999999999999999999999": "-99999999999999999999999999999999999999",
}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_normalised(dynamodb, simple_name, p, number):
    put(dynamodb, simple_name, p, a={"N": number})
    assert attribute(dynamodb, simple_name, p) == {"N": NUMBERS[number]}


@pytest.mark.parametrize("number", ["9.9999999999999999999999999999999999999E+125", "-1E-130", "1e125", "1E-130"])
def test_the_largest_and_smallest_numbers_keep_their_value(dynamodb, simple_name, p, number):
    put(dynamodb, simple_name, p, a={"N": number})
    assert Decimal(attribute(dynamodb, simple_name, p)["N"]) == Decimal(number)


@pytest.mark.parametrize(
    "number, words",
    [
        ("123456789012345678901234567890123456789", ["38 significant digits"]),
        ("0.123456789012345678901234567890123456789", ["38 significant digits"]),
        ("1" * 200, [("38 significant digits", "overflow")]),
        ("1e126", ["overflow", "magnitude larger"]),
        ("-1e126", ["overflow", "magnitude larger"]),
        ("1e-131", ["underflow", "magnitude smaller"]),
        ("1e1000000000", [("overflow", "numeric value", "number")]),
        ("abc", ["numeric value"]),
        ("", [("numeric value", "number")]),
        ("1 ", [("numeric value", "number")]),
        ("0x10", ["numeric value"]),
        ("NaN", ["numeric value"]),
        ("Infinity", ["numeric value"]),
        ("--1", ["numeric value"]),
        ("1.2.3", ["numeric value"]),
        ("1e", ["numeric value"]),
        ("٣", ["numeric value"]),
    ])
def test_a_number_is_refused(dynamodb, simple_name, p, number, words):
    with refused("ValidationException", *words):
        put(dynamodb, simple_name, p, a={"N": number})
    with refused("ValidationException", *words):
        put(dynamodb, simple_name, p, a={"NS": [number]})


def test_keys_that_are_equal_numbers_are_one_key(dynamodb, plain_name, p):
    for number in ("1", "1.0", "10e-1"):
        dynamodb.put_item(TableName=plain_name, Item={"p": {"S": p}, "c": {"N": number}})
    found = dynamodb.query(
        TableName=plain_name, KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": {"S": p}})
    assert found["Items"] == [{"p": {"S": p}, "c": {"N": "1"}}]


# ------------------------------------------------------------------------------------- keys


def test_a_put_needs_all_keys(dynamodb, plain_name, p):
    with refused("ValidationException", "Missing the key c in the item"):
        dynamodb.put_item(TableName=plain_name, Item={"p": {"S": p}})
    with refused("ValidationException", "Missing the key p in the item"):
        dynamodb.put_item(TableName=plain_name, Item={"c": {"N": "1"}})


def test_a_put_needs_keys_of_their_types(dynamodb, plain_name, p):
    with refused("ValidationException", "Type mismatch for key c expected: N actual: S"):
        dynamodb.put_item(TableName=plain_name, Item={"p": {"S": p}, "c": {"S": "1"}})
    with refused("ValidationException", "Type mismatch for key p expected: S actual: M"):
        dynamodb.put_item(TableName=plain_name, Item={"p": {"M": {}}, "c": {"N": "1"}})


BAD_KEYS = {
    "too little": {"p": {"S": "x"}},
    "too much": {"p": {"S": "x"}, "c": {"N": "1"}, "a": {"S": "x"}},
    "of another name": {"p": {"S": "x"}, "d": {"N": "1"}},
    "of another type": {"p": {"S": "x"}, "c": {"S": "1"}},
}


@pytest.mark.parametrize("case", BAD_KEYS)
@pytest.mark.parametrize("operation", ["get_item", "delete_item", "update_item"])
def test_a_key_must_match_the_schema_and_not_be(dynamodb, plain_name, operation, case):
    with refused("ValidationException", "The provided key element does not match the schema"):
        getattr(dynamodb, operation)(TableName=plain_name, Key=BAD_KEYS[case])


@pytest.mark.parametrize("kind, value", [("S", ""), ("B", b"")])
def test_a_key_cannot_be_empty(dynamodb, make, kind, value):
    name = make(f"p:{kind}")
    with refused("ValidationException", "empty", "Key: p"):
        dynamodb.put_item(TableName=name, Item={"p": {kind: value}})
    with refused("ValidationException", "empty", "Key: p"):
        dynamodb.get_item(TableName=name, Key={"p": {kind: value}})


def test_keys_have_at_most_2048_and_1024_bytes(dynamodb, make):
    name = make("p:S", "c:B")
    p, c = "ü" * 1024, b"\xff" * 1024
    dynamodb.put_item(TableName=name, Item={"p": {"S": p}, "c": {"B": c}})
    assert dynamodb.get_item(TableName=name, Key={"p": {"S": p}, "c": {"B": c}})["Item"]["c"] == {"B": c}
    with refused("ValidationException", "hashkey has exceeded the maximum size limit", "2048"):
        dynamodb.put_item(TableName=name, Item={"p": {"S": p + "x"}, "c": {"B": c}})
    with refused("ValidationException", "range keys has exceeded the size limit of 1024 bytes"):
        dynamodb.put_item(TableName=name, Item={"p": {"S": p}, "c": {"B": c + b"x"}})


def test_binary_keys_are_found_again(dynamodb, make):
    name = make("p:B")
    for value in (b"\x00", b"\x00\x00", b"\xff\x00", b"a"):
        dynamodb.put_item(TableName=name, Item={"p": {"B": value}, "a": {"B": value}})
    assert dynamodb.get_item(TableName=name, Key={"p": {"B": b"\x00\x00"}})["Item"]["a"] == {"B": b"\x00\x00"}
    assert dynamodb.scan(TableName=name)["Count"] == 4


# ------------------------------------------------------------------------------------- size

# 400 KB counts names and values: "p" and the key, "a" and its value.
LARGEST = 400 * 1024


def test_an_item_has_at_most_400_kb_with_its_names(dynamodb, simple_name, p):
    room = LARGEST - len("p") - len(p) - len("a")
    put(dynamodb, simple_name, p, a={"S": "x" * room})
    assert len(attribute(dynamodb, simple_name, p)["S"]) == room
    with refused("ValidationException", "Item size has exceeded the maximum allowed size"):
        put(dynamodb, simple_name, p, a={"S": "x" * (room + 1)})


def test_an_update_cannot_make_an_item_larger_than_400_kb(simple, p):
    simple.put_item(Item={"p": p, "a": "x" * (LARGEST // 2)})
    with refused("ValidationException", "Item size to update has exceeded the maximum allowed size"):
        simple.update_item(
            Key={"p": p}, UpdateExpression="SET b = :b", ExpressionAttributeValues={":b": "x" * (LARGEST // 2)})
    assert "b" not in simple.get_item(Key={"p": p})["Item"]


# ------------------------------------------------------------------------------------- projections


def test_a_projection_gives_the_parts_asked_for(plain, p):
    plain.put_item(Item={"p": p, "c": 1, "a": 1, "l": [1, 2, 3, 4], "m": {"x": 1, "y": {"z": 2, "w": 3}}})

    def projected(expression, **names):
        extra = {"ExpressionAttributeNames": {f"#{k}": v for k, v in names.items()}} if names else {}
        return plain.get_item(Key={"p": p, "c": 1}, ProjectionExpression=expression, **extra).get("Item")

    assert projected("a") == {"a": 1}
    assert projected("a, c") == {"a": 1, "c": 1}
    assert projected("m.y.z") == {"m": {"y": {"z": 2}}}
    assert projected("m.x, m.y.w") == {"m": {"x": 1, "y": {"w": 3}}}
    # List elements move together, in the order of the list.
    assert projected("l[3], l[1]") == {"l": [2, 4]}
    assert projected("#l[0], #m.#x", l="l", m="m", x="x") == {"l": [1], "m": {"x": 1}}
    assert projected("nope, a.b, l[9], m[0]") == {}


@pytest.mark.parametrize(
    "expression, names, words",
    [
        ("a, a", {}, ["overlap"]),
        ("m, m.x", {}, ["overlap"]),
        ("m.x, m[0]", {}, ["conflict"]),
        ("", {}, ["ProjectionExpression", "empty"]),
        ("a,", {}, ["ProjectionExpression", "Syntax error"]),
        ("a b", {}, ["ProjectionExpression", "Syntax error"]),
        ("l[-1]", {}, ["ProjectionExpression", "Syntax error"]),
        ("l[x]", {}, ["ProjectionExpression", "Syntax error"]),
        ("status", {}, ["ProjectionExpression", "reserved keyword", "status"]),
        ("a.Timestamp", {}, ["ProjectionExpression", "reserved keyword", "Timestamp"]),
        ("#a", {}, ["not defined", "#a"]),
        ("#a", {"#b": "a"}, ["not defined", "#a"]),
        ("a", {"#b": "b"}, ["ExpressionAttributeNames", "unused", "#b"]),
        ("a", {"b": "b"}, ["ExpressionAttributeNames", "invalid key", "b"]),
        ("a", {"#b": ""}, ["ExpressionAttributeNames"]),
    ])
def test_a_projection_is_refused(dynamodb, simple_name, p, expression, names, words):
    extra = {"ExpressionAttributeNames": names} if names else {}
    with refused("ValidationException", *words):
        dynamodb.get_item(TableName=simple_name, Key={"p": {"S": p}}, ProjectionExpression=expression, **extra)


def test_names_without_an_expression_are_refused(dynamodb, simple_name, p):
    with refused("ValidationException", "ExpressionAttributeNames can only be specified when using expressions"):
        dynamodb.get_item(
            TableName=simple_name, Key={"p": {"S": p}}, ExpressionAttributeNames={"#a": "a"})


# ------------------------------------------------------------------------------------- capacity


def units(answer):
    return answer["ConsumedCapacity"]["CapacityUnits"]


@pytest.mark.parametrize("size, write, read", [(10, 1, 1), (1000, 1, 1), (1500, 2, 1), (4200, 5, 2), (100_000, 98, 25)])
def test_capacity_grows_with_the_item(simple, p, size, write, read):
    item = {"p": p, "a": "x" * size}
    key = {"p": p}
    assert units(simple.put_item(Item=item, ReturnConsumedCapacity="TOTAL")) == write
    assert units(simple.get_item(Key=key, ReturnConsumedCapacity="TOTAL")) == read / 2
    assert units(simple.get_item(Key=key, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")) == read
    assert units(simple.delete_item(Key=key, ReturnConsumedCapacity="TOTAL")) == write


def test_what_is_not_there_costs_the_least(simple, p):
    assert units(simple.get_item(Key={"p": p}, ReturnConsumedCapacity="TOTAL")) == 0.5
    assert units(simple.get_item(Key={"p": p}, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")) == 1
    assert units(simple.delete_item(Key={"p": p}, ReturnConsumedCapacity="TOTAL")) == 1


def test_capacity_of_an_overwrite_is_that_of_the_larger_item(simple, p):
    simple.put_item(Item={"p": p, "a": "x" * 3000})
    assert units(simple.put_item(Item={"p": p}, ReturnConsumedCapacity="TOTAL")) == 3
    assert units(simple.put_item(Item={"p": p, "a": "x" * 2000}, ReturnConsumedCapacity="TOTAL")) == 2


def test_capacity_is_told_only_when_asked(simple, simple_name, p):
    assert "ConsumedCapacity" not in simple.put_item(Item={"p": p})
    assert "ConsumedCapacity" not in simple.get_item(Key={"p": p}, ReturnConsumedCapacity="NONE")
    capacity = simple.get_item(Key={"p": p}, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
    assert capacity == {"TableName": simple_name, "CapacityUnits": 0.5}
    capacity = simple.get_item(Key={"p": p}, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert capacity == {"TableName": simple_name, "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}}


def test_capacity_can_be_told_for_each_index(indexed, p):
    item = {"p": p, "c": 1, "l": "l", "g": unique("g"), "x": 1}
    capacity = indexed.put_item(Item=item, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert capacity["CapacityUnits"] == 7
    assert capacity["Table"] == {"CapacityUnits": 1}
    assert capacity["LocalSecondaryIndexes"] == {
        name: {"CapacityUnits": 1} for name in ("local-all", "local-keys", "local-include")}
    assert capacity["GlobalSecondaryIndexes"] == {
        name: {"CapacityUnits": 1} for name in ("global-all", "global-keys", "global-include")}


def test_capacity_leaves_out_indexes_that_an_item_is_not_in(indexed, p):
    capacity = indexed.put_item(Item={"p": p, "c": 1}, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert capacity["CapacityUnits"] == 1
    assert not capacity.get("LocalSecondaryIndexes") and not capacity.get("GlobalSecondaryIndexes")


def test_an_unknown_choice_of_capacity_is_refused(unchecked, simple_name, p):
    with refused("ValidationException", "returnConsumedCapacity", "INDEXES, TOTAL, NONE"):
        unchecked.get_item(TableName=simple_name, Key={"p": {"S": p}}, ReturnConsumedCapacity="ALL")


def test_item_collections_are_measured_on_tables_with_local_indexes(indexed, p):
    answer = indexed.put_item(Item={"p": p, "c": 1, "l": "x"}, ReturnItemCollectionMetrics="SIZE")
    metrics = answer["ItemCollectionMetrics"]
    assert metrics["ItemCollectionKey"] == {"p": p}
    lower, upper = metrics["SizeEstimateRangeGB"]
    assert 0 <= lower < upper
    answer = indexed.update_item(
        Key={"p": p, "c": 1}, UpdateExpression="SET x = c", ReturnItemCollectionMetrics="SIZE")
    assert answer["ItemCollectionMetrics"]["ItemCollectionKey"] == {"p": p}
    answer = indexed.delete_item(Key={"p": p, "c": 1}, ReturnItemCollectionMetrics="SIZE")
    assert answer["ItemCollectionMetrics"]["ItemCollectionKey"] == {"p": p}


def test_item_collections_are_not_measured_elsewhere(plain, indexed, p):
    assert "ItemCollectionMetrics" not in plain.put_item(Item={"p": p, "c": 1}, ReturnItemCollectionMetrics="SIZE")
    assert "ItemCollectionMetrics" not in indexed.put_item(Item={"p": p, "c": 1}, ReturnItemCollectionMetrics="NONE")


# ------------------------------------------------------------------------------------- missing tables


@pytest.mark.parametrize(
    "operation, parameters",
    [
        ("get_item", {"Key": {"p": {"S": "1"}}}),
        ("put_item", {"Item": {"p": {"S": "1"}}}),
        ("update_item", {"Key": {"p": {"S": "1"}}}),
        ("delete_item", {"Key": {"p": {"S": "1"}}}),
        ("scan", {}),
        ("query", {"KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "1"}}}),
    ])
def test_a_table_that_is_not_there_is_not_found(dynamodb, operation, parameters):
    with refused("ResourceNotFoundException", "Requested resource not found"):
        getattr(dynamodb, operation)(TableName="no-such-table", **parameters)
