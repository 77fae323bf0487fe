"""ExecuteStatement: PartiQL for single items and their ranges."""

import re

import pytest

from support import refused, unique


def with_table(statement, name):
    """The statement with the table's name for `T`."""
    return re.sub(r"\bT\b", f'"{name}"', statement, count=1)


@pytest.fixture
def run(dynamodb, plain_name):
    """Runs a statement, with `T` for the table, and gives its items."""

    def execute(statement, *parameters, **options):
        if parameters:
            options["Parameters"] = list(parameters)
        return dynamodb.execute_statement(Statement=with_table(statement, plain_name), **options)["Items"]

    return execute


def s(value):
    return {"S": value}


def n(value):
    return {"N": str(value)}


def test_what_is_inserted_is_selected(run, p):
    assert run("INSERT INTO T VALUE {'p': ?, 'c': ?, 'a': 'text', 'l': [1, true, null]}", s(p), n(1)) == []
    assert run("SELECT * FROM T WHERE p = ? AND c = ?", s(p), n(1)) == [
        {"p": s(p), "c": n(1), "a": s("text"), "l": {"L": [n(1), {"BOOL": True}, {"NULL": True}]}}]


def test_literals_stand_for_values(run, p):
    run(f"INSERT INTO T VALUE {{'p': '{p}', 'c': -1.50, 'quote': 'it''s', 'm': {{'k': 'v'}}, 's': <<'a', 'b'>>}}")
    [item] = run(f"SELECT * FROM T WHERE p = '{p}' AND c = -1.5")
    assert item["quote"] == s("it's") and item["m"] == {"M": {"k": s("v")}} and sorted(item["s"]["SS"]) == ["a", "b"]


def test_an_item_is_inserted_once(run, p):
    run("INSERT INTO T VALUE {'p': ?, 'c': 1}", s(p))
    with refused("DuplicateItemException", "Duplicate primary key exists in table"):
        run("INSERT INTO T VALUE {'p': ?, 'c': 1, 'a': 2}", s(p))


def test_a_selection_names_attributes(run, p):
    run("INSERT INTO T VALUE {'p': ?, 'c': 1, 'a': 2, 'm': {'x': 3}}", s(p))
    assert run("SELECT a, c FROM T WHERE p = ?", s(p)) == [{"a": n(2), "c": n(1)}]
    assert run("select a from T where p = ? and c = 1", s(p)) == [{"a": n(2)}]


def test_a_range_is_selected_in_order(run, p):
    for c in (3, 1, 2, 5, 4):
        run("INSERT INTO T VALUE {'p': ?, 'c': ?}", s(p), n(c))

    def cs(where):
        return [int(item["c"]["N"]) for item in run("SELECT c FROM T WHERE p = ? " + where, s(p))]

    assert cs("") == [1, 2, 3, 4, 5]
    assert cs("AND c > 3") == [4, 5]
    assert cs("AND c BETWEEN 2 AND 3") == [2, 3]
    assert cs("ORDER BY c DESC") == [5, 4, 3, 2, 1]


def test_other_attributes_filter(run, p):
    for c, a in ((1, "x"), (2, "y"), (3, "x")):
        run("INSERT INTO T VALUE {'p': ?, 'c': ?, 'a': ?}", s(p), n(c), s(a))
    assert run("SELECT c FROM T WHERE p = ? AND a = 'x'", s(p)) == [{"c": n(1)}, {"c": n(3)}]
    assert run("SELECT c FROM T WHERE p = ? AND begins_with(a, 'y')", s(p)) == [{"c": n(2)}]


def test_an_index_is_selected_from(dynamodb, indexed_name, p):
    g = unique("g")
    dynamodb.put_item(TableName=indexed_name, Item={"p": s(p), "c": n(1), "g": s(g), "x": s("x")})
    answer = dynamodb.execute_statement(
        Statement=f'SELECT * FROM "{indexed_name}"."global-keys" WHERE g = ?', Parameters=[s(g)])
    assert answer["Items"] == [{"p": s(p), "c": n(1), "g": s(g)}]


def test_pages_join_to_the_whole(dynamodb, plain_name, run, p):
    for c in range(5):
        run("INSERT INTO T VALUE {'p': ?, 'c': ?}", s(p), n(c))
    found, more = [], {}
    while True:
        page = dynamodb.execute_statement(
            Statement=f'SELECT c FROM "{plain_name}" WHERE p = ?', Parameters=[s(p)], Limit=2, **more)
        found += [int(item["c"]["N"]) for item in page["Items"]]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert found == [0, 1, 2, 3, 4]


def test_an_item_is_updated(run, p):
    run("INSERT INTO T VALUE {'p': ?, 'c': 1, 'a': 1, 'b': 2}", s(p))
    assert run("UPDATE T SET a = a + 1 SET d = ? REMOVE b WHERE p = ? AND c = 1", s("new"), s(p)) == []
    assert run("SELECT * FROM T WHERE p = ?", s(p)) == [{"p": s(p), "c": n(1), "a": n(2), "d": s("new")}]


@pytest.mark.parametrize(
    "choice, expected",
    [("ALL OLD", {"c", "p", "a"}), ("ALL NEW", {"c", "p", "a", "d"}), ("MODIFIED NEW", {"d"})])
def test_an_update_returns(run, p, choice, expected):
    run("INSERT INTO T VALUE {'p': ?, 'c': 1, 'a': 1}", s(p))
    [item] = run(f"UPDATE T SET d = 5 WHERE p = ? AND c = 1 RETURNING {choice} *", s(p))
    assert set(item) == expected


def test_an_item_is_deleted(run, p):
    run("INSERT INTO T VALUE {'p': ?, 'c': 1, 'a': 1}", s(p))
    assert run("DELETE FROM T WHERE p = ? AND c = 1 RETURNING ALL OLD *", s(p)) == [
        {"p": s(p), "c": n(1), "a": n(1)}]
    assert run("SELECT * FROM T WHERE p = ?", s(p)) == []


def test_only_what_is_there_is_updated_and_conditions_hold(run, p):
    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        run("UPDATE T SET a = 1 WHERE p = ? AND c = 1", s(p))
    run("INSERT INTO T VALUE {'p': ?, 'c': 1, 'a': 1}", s(p))
    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        run("UPDATE T SET a = 2 WHERE p = ? AND c = 1 AND a = 5", s(p))
    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        run("DELETE FROM T WHERE p = ? AND c = 1 AND a = 5", s(p))
    run("DELETE FROM T WHERE p = ? AND c = 1 AND a = 1", s(p))


@pytest.mark.parametrize(
    "statement",
    ["", "SELECT", "SELECT * FROM", "SELEC * FROM T", "UPDATE T SET a = 1", "UPDATE T SET a = 1 WHERE p = 'x'",
     "DELETE FROM T WHERE p = 'x'", "INSERT INTO T VALUE {'p': 'x'}", "INSERT INTO T VALUE {'p': 1, 'c': 1}",
     "SELECT * FROM T WHERE p = ?", "SELECT * FROM T WHERE p = 'x", "DROP TABLE T",
     "UPDATE T SET p = 'y' WHERE p = 'x' AND c = 1"])
def test_a_statement_is_refused(unchecked, plain_name, statement):
    with refused("ValidationException"):
        unchecked.execute_statement(Statement=with_table(statement, plain_name))


def test_a_table_must_exist(dynamodb):
    with refused("ResourceNotFoundException"):
        dynamodb.execute_statement(Statement="SELECT * FROM \"no-such-table\" WHERE p = 'x'")
