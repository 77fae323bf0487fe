"""UpdateItem: SET, REMOVE, ADD and DELETE, what they return, and what they refuse."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from support import refused


@pytest.fixture
def update(plain, p):
    """Updates the test's item, `update("SET a = :a", a=1)`, and gives the new item without its key."""

    def run(expression, names=None, **values):
        extra = {}
        if names:
            extra["ExpressionAttributeNames"] = names
        if values:
            extra["ExpressionAttributeValues"] = {f":{k}": v for k, v in values.items()}
        new = plain.update_item(
            Key={"p": p, "c": 1}, UpdateExpression=expression, ReturnValues="ALL_NEW", **extra)["Attributes"]
        assert new == plain.get_item(Key={"p": p, "c": 1}, ConsistentRead=True)["Item"]
        assert (new.pop("p"), new.pop("c")) == (p, 1)
        return new

    return run


@pytest.fixture
def item(plain, p):
    """Puts the test's item with these attributes."""
    return lambda **attributes: plain.put_item(Item={"p": p, "c": 1, **attributes})


def test_an_update_makes_the_item_if_there_is_none(update):
    assert update("SET a = :a", a="new") == {"a": "new"}


def test_an_update_without_an_expression_makes_an_item_of_its_key(plain, p):
    plain.update_item(Key={"p": p, "c": 1})
    assert plain.get_item(Key={"p": p, "c": 1})["Item"] == {"p": p, "c": 1}


def test_an_update_leaves_other_attributes_alone(item, update):
    item(a=1, b=2)
    assert update("SET a = :a", a=3) == {"a": 3, "b": 2}


CASES = {
    # before, expression, values, after
    "SET of several": ({}, "SET a = :a, b = :b", {"a": 1, "b": "x"}, {"a": 1, "b": "x"}),
    "SET of a copy": ({"a": 1}, "SET b = a", {}, {"a": 1, "b": 1}),
    "SET that swaps": ({"a": 1, "b": 2}, "SET a = b, b = a", {}, {"a": 2, "b": 1}),
    "SET plus": ({"a": 1}, "SET a = a + :d", {"d": Decimal("0.5")}, {"a": Decimal("1.5")}),
    "SET minus": ({"a": 1}, "SET a = a - :d", {"d": 3}, {"a": -2}),
    "SET of value minus path": ({"a": 1}, "SET a = :d - a", {"d": 3}, {"a": 2}),
    "SET of 38 digits": (
        {"a": Decimal("99999999999999999999999999999999999998")}, "SET a = a + :d", {"d": 1},
        {"a": Decimal("99999999999999999999999999999999999999")}),
    "SET if_not_exists on what is there": ({"a": 1}, "SET a = if_not_exists(a, :d)", {"d": 2}, {"a": 1}),
    "SET if_not_exists on what is not": ({}, "SET a = if_not_exists(a, :d)", {"d": 2}, {"a": 2}),
    "SET if_not_exists of another": ({"b": 7}, "SET a = if_not_exists(b, :d)", {"d": 2}, {"a": 7, "b": 7}),
    "SET counter": ({}, "SET a = if_not_exists(a, :z) + :d", {"z": 0, "d": 1}, {"a": 1}),
    "SET list_append": ({"l": [1]}, "SET l = list_append(l, :l)", {"l": [2, 3]}, {"l": [1, 2, 3]}),
    "SET list_append before": ({"l": [1]}, "SET l = list_append(:l, l)", {"l": [0]}, {"l": [0, 1]}),
    "SET list_append to nothing": (
        {}, "SET l = list_append(if_not_exists(l, :e), :l)", {"e": [], "l": [1]}, {"l": [1]}),
    "SET in a map": ({"m": {"x": 1}}, "SET m.y = :y", {"y": 2}, {"m": {"x": 1, "y": 2}}),
    "SET of a list element": ({"l": [1, 2, 3]}, "SET l[1] = :x", {"x": "b"}, {"l": [1, "b", 3]}),
    "SET behind the list's end": ({"l": [1]}, "SET l[7] = :x", {"x": 2}, {"l": [1, 2]}),
    "SET twice behind the list's end": (
        {"l": [1]}, "SET l[8] = :y, l[7] = :x", {"x": 2, "y": 3}, {"l": [1, 2, 3]}),
    "SET deep": (
        {"m": {"l": [{"x": 1}]}}, "SET m.l[0].x = m.l[0].x + :d", {"d": 1}, {"m": {"l": [{"x": 2}]}}),
    "REMOVE": ({"a": 1, "b": 2}, "REMOVE a", {}, {"b": 2}),
    "REMOVE of what is not there": ({"b": 2}, "REMOVE a", {}, {"b": 2}),
    "REMOVE in a map": ({"m": {"x": 1, "y": 2}}, "REMOVE m.x", {}, {"m": {"y": 2}}),
    "REMOVE of list elements": ({"l": [0, 1, 2, 3]}, "REMOVE l[1], l[2]", {}, {"l": [0, 3]}),
    "REMOVE behind the list's end": ({"l": [0]}, "REMOVE l[5]", {}, {"l": [0]}),
    "ADD to nothing": ({}, "ADD a :d", {"d": 5}, {"a": 5}),
    "ADD to a number": ({"a": 1}, "ADD a :d", {"d": -5}, {"a": -4}),
    "ADD to a set": ({"s": {1, 2}}, "ADD s :d", {"d": {2, 3}}, {"s": {1, 2, 3}}),
    "ADD of a set to nothing": ({}, "ADD s :d", {"d": {"x"}}, {"s": {"x"}}),
    "ADD in a map": ({"m": {"n": 1}}, "ADD m.n :d", {"d": 1}, {"m": {"n": 2}}),
    "DELETE from a set": ({"s": {"a", "b", "c"}}, "DELETE s :d", {"d": {"b", "x"}}, {"s": {"a", "c"}}),
    "DELETE of all members": ({"s": {"a"}}, "DELETE s :d", {"d": {"a"}}, {}),
    "DELETE from nothing": ({}, "DELETE s :d", {"d": {"a"}}, {}),
    "all sections in any order and case": (
        {"a": 1, "b": 2, "s": {1}, "t": {1, 2}}, "add s :n delete t :t SET a = :x remove b",
        {"n": {2}, "t": {1}, "x": 9}, {"a": 9, "s": {1, 2}, "t": {2}}),
}


@pytest.mark.parametrize("case", CASES)
def test_update(item, update, case):
    before, expression, values, after = CASES[case]
    item(**before)
    assert update(expression, **values) == after


def test_names_stand_for_attributes_with_any_letters(item, update):
    item(**{"a.b": 1, "m": {"status": 1}})
    assert update("SET #d = :x, m.#s = :x", {"#d": "a.b", "#s": "status"}, x=2) == {"a.b": 2, "m": {"status": 2}}


def test_all_parts_of_an_update_see_the_item_as_it_was(item, update):
    item(a=1)
    assert update("SET b = a, c2 = a + :one REMOVE a", one=1) == {"b": 1, "c2": 2}


REFUSED = {
    # before, expression, names, values, words
    "an empty expression": ({}, "", {}, {}, ["UpdateExpression", "empty"]),
    "no section": ({}, "a = :a", {}, {"a": 1}, ["UpdateExpression", "Syntax error", "token: \"a\""]),
    "a section twice": ({}, "SET a = :a SET b = :a", {}, {"a": 1}, ["SET", "only be used once"]),
    "a missing value": ({}, "SET a = :a", {}, {}, ["not defined", ":a"]),
    "a missing name": ({}, "SET #a = :a", {}, {"a": 1}, ["not defined", "#a"]),
    "an unused value": ({}, "SET a = :a", {}, {"a": 1, "b": 2}, ["ExpressionAttributeValues", "unused", ":b"]),
    "an unused name": ({}, "SET a = :a", {"#b": "b"}, {"a": 1}, ["ExpressionAttributeNames", "unused", "#b"]),
    "a reserved word": ({}, "SET status = :a", {}, {"a": 1}, ["reserved keyword", "status"]),
    "a reserved word in a path": ({}, "REMOVE m.NAME", {}, {}, ["reserved keyword", "NAME"]),
    "paths that are one": ({}, "SET a = :a, a = :a", {}, {"a": 1}, ["overlap"]),
    "paths that overlap": ({}, "SET a = :a REMOVE a.b", {}, {"a": 1}, ["overlap"]),
    "paths that conflict": ({}, "SET a.b = :a, a[0] = :a", {}, {"a": 1}, ["conflict"]),
    "a part of the key": ({}, "SET p = :a", {}, {"a": "x"}, ["Cannot update attribute p", "part of the key"]),
    "a removal of the key": ({}, "REMOVE c", {}, {}, ["Cannot update attribute c", "part of the key"]),
    "an unknown function": ({}, "SET a = size(b)", {}, {}, ["UpdateExpression", "function"]),
    "a function of conditions": ({}, "SET a = attribute_exists(b)", {}, {}, ["UpdateExpression", "function"]),
    "a function with too few operands": (
        {}, "SET a = if_not_exists(a)", {}, {}, ["UpdateExpression", "number of operands", "if_not_exists"]),
    "plus with text": ({}, "SET a = :a + :b", {}, {"a": 1, "b": "x"}, ["operand", "+"]),
    "plus on a text in the item": ({"a": "x"}, "SET a = a + :a", {}, {"a": 1}, ["operand", "incorrect data type"]),
    "plus on what is not there": ({}, "SET a = a + :a", {}, {"a": 1}, ["attribute that does not exist in the item"]),
    "a copy of what is not there": ({}, "SET a = b", {}, {}, ["attribute that does not exist in the item"]),
    "list_append of no list": ({}, "SET a = list_append(:a, :b)", {}, {"a": [1], "b": 1}, ["operand", "list_append"]),
    "list_append to what is no list": ({"a": 1}, "SET a = list_append(a, :b)", {}, {"b": [1]},
                                       ["operand", "incorrect data type"]),
    "ADD of text": ({}, "ADD a :a", {}, {"a": "x"}, ["operand", "ADD"]),
    "ADD of a list": ({}, "ADD a :a", {}, {"a": [1]}, ["operand", "ADD"]),
    "ADD of a number to text": ({"a": "x"}, "ADD a :a", {}, {"a": 1}, [("incorrect data type", "mismatch")]),
    "ADD of a set of another type": ({"a": {1}}, "ADD a :a", {}, {"a": {"x"}}, [("incorrect data type", "mismatch")]),
    "DELETE of a number": ({}, "DELETE a :a", {}, {"a": 1}, ["operand", "DELETE"]),
    "DELETE from what is no set": ({"a": 1}, "DELETE a :a", {}, {"a": {1}}, ["incorrect data type"]),
    "a path into nothing": ({}, "SET m.x = :a", {}, {"a": 1}, ["document path", "invalid for update"]),
    "a path into text": ({"m": "x"}, "SET m.x = :a", {}, {"a": 1}, ["document path", "invalid for update"]),
    "an index into a map": ({"m": {}}, "SET m[0] = :a", {}, {"a": 1}, ["document path", "invalid for update"]),
    "an ADD to 39 digits": (
        {"a": Decimal("99999999999999999999999999999999999999")}, "ADD a :a", {}, {"a": Decimal("0.1")},
        [("38", "significant", "number")]),
    "a sum beyond all numbers": (
        {"a": Decimal("1e37")}, "SET a = a + :huge", {}, {"huge": Decimal("9.9999999999999999999999999999999999999e125")},
        [("overflow", "significant")]),
    "a trailing comma": ({}, "SET a = :a,", {}, {"a": 1}, ["UpdateExpression", "Syntax error"]),
    "two operators": ({}, "SET a = :a + :a + :a", {}, {"a": 1}, ["UpdateExpression", "Syntax error"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_update_is_refused_for(plain, p, item, case):
    before, expression, names, values, words = REFUSED[case]
    item(**before)
    extra = {}
    if names:
        extra["ExpressionAttributeNames"] = names
    if values:
        extra["ExpressionAttributeValues"] = {f":{k}": v for k, v in values.items()}
    with refused("ValidationException", *words):
        plain.update_item(Key={"p": p, "c": 1}, UpdateExpression=expression, **extra)
    assert plain.get_item(Key={"p": p, "c": 1})["Item"] == {"p": p, "c": 1, **before}


# ------------------------------------------------------------------------------------- return values


def test_an_update_returns_nothing_unless_asked(plain, p):
    key = {"p": p, "c": 1}
    assert "Attributes" not in plain.update_item(Key=key, UpdateExpression="SET a = c")
    assert "Attributes" not in plain.update_item(Key=key, UpdateExpression="SET b = c", ReturnValues="NONE")


@pytest.mark.parametrize(
    "choice, expected",
    [
        ("ALL_OLD", {"p": "P", "c": 1, "a": 1, "b": 2, "z": 0}),
        ("ALL_NEW", {"p": "P", "c": 1, "a": 5, "n": 6, "z": 0}),
        ("UPDATED_OLD", {"a": 1, "b": 2}),
        ("UPDATED_NEW", {"a": 5, "n": 6}),
    ])
def test_an_update_returns(plain, p, choice, expected):
    plain.put_item(Item={"p": p, "c": 1, "a": 1, "b": 2, "z": 0})
    answer = plain.update_item(
        Key={"p": p, "c": 1}, UpdateExpression="SET a = :a, n = :n REMOVE b", ReturnValues=choice,
        ExpressionAttributeValues={":a": 5, ":n": 6})
    assert answer["Attributes"] == {k: p if v == "P" else v for k, v in expected.items()}


@pytest.mark.parametrize("choice", ["ALL_OLD", "UPDATED_OLD"])
def test_the_old_values_of_a_new_item_are_left_out(plain, p, choice):
    answer = plain.update_item(
        Key={"p": p, "c": 1}, UpdateExpression="SET a = :a", ReturnValues=choice, ExpressionAttributeValues={":a": 1})
    assert "Attributes" not in answer


def test_updated_values_are_returned_in_their_place(plain, p):
    plain.put_item(Item={"p": p, "c": 1, "m": {"x": 1, "y": 2}, "l": [1, 2, 3]})
    key = {"p": p, "c": 1}
    new = plain.update_item(
        Key=key, UpdateExpression="SET m.x = :v, l[1] = :v", ReturnValues="UPDATED_NEW",
        ExpressionAttributeValues={":v": 9})["Attributes"]
    assert new == {"m": {"x": 9}, "l": [9]}
    old = plain.update_item(
        Key=key, UpdateExpression="SET m.x = :v", ReturnValues="UPDATED_OLD",
        ExpressionAttributeValues={":v": 10})["Attributes"]
    assert old == {"m": {"x": 9}}


def test_capacity_of_an_update_is_that_of_the_larger_item(plain, p):
    plain.put_item(Item={"p": p, "c": 1, "a": "x" * 2500})
    answer = plain.update_item(
        Key={"p": p, "c": 1}, UpdateExpression="REMOVE a", ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"]["CapacityUnits"] == 3


def test_updates_side_by_side_are_all_counted(plain, p):
    def add(_):
        plain.update_item(
            Key={"p": p, "c": 1}, UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": 1})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(80)))
    assert plain.get_item(Key={"p": p, "c": 1}, ConsistentRead=True)["Item"]["n"] == 80
