"""Secondary indexes: what is in them, what they show, how they are queried, scanned and paged."""

import pytest

from support import refused, unique

ITEM = {"l": "l-1", "x": "ex", "y": "why"}


@pytest.fixture
def g():
    return unique("g")


@pytest.fixture
def item(indexed, p, g):
    item = {"p": p, "c": 1, "g": g, **ITEM}
    indexed.put_item(Item=item)
    return item


def by_local(indexed, name, p, **parameters):
    return indexed.query(
        IndexName=name, KeyConditionExpression="p = :p", ExpressionAttributeValues={":p": p}, **parameters)


def by_global(indexed, name, g, **parameters):
    return indexed.query(
        IndexName=name, KeyConditionExpression="g = :g", ExpressionAttributeValues={":g": g}, **parameters)


@pytest.mark.parametrize(
    "name, shown",
    [("local-all", {"p", "c", "g", "l", "x", "y"}), ("local-keys", {"p", "c", "l"}),
     ("local-include", {"p", "c", "l", "x"})])
def test_a_local_index_shows_its_projection(indexed, item, name, shown):
    [found] = by_local(indexed, name, item["p"])["Items"]
    assert found == {k: item[k] for k in shown}


@pytest.mark.parametrize(
    "name, shown",
    [("global-all", {"p", "c", "g", "l", "x", "y"}), ("global-keys", {"p", "c", "g"}),
     ("global-include", {"p", "c", "g", "l", "x"})])
def test_a_global_index_shows_its_projection(indexed, item, name, shown):
    [found] = by_global(indexed, name, item["g"])["Items"]
    assert found == {k: item[k] for k in shown}


def test_a_local_index_gives_what_it_does_not_hold_from_the_table(indexed, item):
    [found] = by_local(indexed, "local-keys", item["p"], Select="ALL_ATTRIBUTES")["Items"]
    assert found == item
    [found] = by_local(indexed, "local-keys", item["p"], ProjectionExpression="y, l")["Items"]
    assert found == {"y": "why", "l": "l-1"}


def test_a_global_index_gives_only_what_it_holds(indexed, item):
    with refused("ValidationException", "ALL_ATTRIBUTES", "global-keys"):
        by_global(indexed, "global-keys", item["g"], Select="ALL_ATTRIBUTES")
    with refused("ValidationException", "global secondary index", "y"):
        by_global(indexed, "global-keys", item["g"], ProjectionExpression="y")
    [found] = by_global(indexed, "global-keys", item["g"], Select="ALL_PROJECTED_ATTRIBUTES")["Items"]
    assert set(found) == {"p", "c", "g"}


def test_an_item_without_an_index_key_is_not_in_the_index(indexed, p, g):
    indexed.put_item(Item={"p": p, "c": 1, "g": g})
    assert by_local(indexed, "local-all", p)["Count"] == 0
    assert by_global(indexed, "global-include", g)["Count"] == 0
    assert by_global(indexed, "global-all", g)["Count"] == 1


def test_an_update_moves_the_item_in_its_indexes(indexed, item, p):
    other = unique("g")
    indexed.update_item(
        Key={"p": p, "c": 1}, UpdateExpression="SET g = :g, l = :l",
        ExpressionAttributeValues={":g": other, ":l": "l-0"})
    assert by_global(indexed, "global-all", item["g"])["Count"] == 0
    assert by_global(indexed, "global-all", other)["Items"] == [{**item, "g": other, "l": "l-0"}]
    [found] = by_local(indexed, "local-keys", p)["Items"]
    assert found == {"p": p, "c": 1, "l": "l-0"}


def test_an_update_of_a_shown_attribute_is_shown(indexed, item, p):
    indexed.update_item(
        Key={"p": p, "c": 1}, UpdateExpression="SET x = :x", ExpressionAttributeValues={":x": "new"})
    assert by_global(indexed, "global-include", item["g"])["Items"][0]["x"] == "new"
    assert by_local(indexed, "local-include", p)["Items"][0]["x"] == "new"


def test_a_removed_index_key_takes_the_item_out(indexed, item, p):
    indexed.update_item(Key={"p": p, "c": 1}, UpdateExpression="REMOVE l")
    assert by_local(indexed, "local-all", p)["Count"] == 0
    assert by_global(indexed, "global-all", item["g"])["Count"] == 1
    assert by_global(indexed, "global-include", item["g"])["Count"] == 0


def test_a_deleted_item_leaves_its_indexes(indexed, item, p):
    indexed.delete_item(Key={"p": p, "c": 1})
    for name in ("global-all", "global-keys", "global-include"):
        assert by_global(indexed, name, item["g"])["Count"] == 0
    for name in ("local-all", "local-keys", "local-include"):
        assert by_local(indexed, name, p)["Count"] == 0


@pytest.mark.parametrize("value", [{"N": "1"}, {"BOOL": True}, {"L": []}, {"NULL": True}])
def test_an_index_key_must_have_its_type(dynamodb, indexed, p, value):
    with refused("ValidationException", "Type mismatch for Index Key g", "Expected: S", "IndexName: global-"):
        dynamodb.put_item(TableName=indexed.name, Item={"p": {"S": p}, "c": {"N": "1"}, "g": value})
    with refused("ValidationException", ("Type mismatch", "unsupported type")):
        dynamodb.update_item(
            TableName=indexed.name, Key={"p": {"S": p}, "c": {"N": "1"}}, UpdateExpression="SET g = :g",
            ExpressionAttributeValues={":g": value})


def test_an_index_key_cannot_be_empty(indexed, p):
    with refused("ValidationException", "empty string value", "g"):
        indexed.put_item(Item={"p": p, "c": 1, "g": ""})


def test_an_index_key_has_at_most_2048_bytes(indexed, p):
    with refused("ValidationException", "size"):
        indexed.put_item(Item={"p": p, "c": 1, "g": "x" * 2049})


def test_several_items_may_have_one_key_in_a_global_index(indexed, g):
    for p in ("b", "a"):
        for c in (2, 1):
            indexed.put_item(Item={"p": g + p, "c": c, "g": g})
    found = by_global(indexed, "global-all", g)
    assert [int(item["c"]) for item in found["Items"]] == [1, 1, 2, 2]
    assert {item["p"] for item in found["Items"]} == {g + "a", g + "b"}
    turned = by_global(indexed, "global-all", g, ScanIndexForward=False)
    assert [int(item["c"]) for item in turned["Items"]] == [2, 2, 1, 1]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_a_global_index_join_to_the_whole(indexed, g, limit):
    expected = []
    for i in range(7):
        indexed.put_item(Item={"p": f"{g}-{i}", "c": i // 3, "g": g})
        expected.append(f"{g}-{i}")
    found, start = [], {}
    while True:
        page = by_global(indexed, "global-all", g, Limit=limit, **start)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        # The key of the table and the key of the index.
        assert set(page["LastEvaluatedKey"]) == {"p", "c", "g"}
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert sorted(item["p"] for item in found) == expected
    assert [item["c"] for item in found] == sorted(item["c"] for item in found)


def test_pages_of_a_local_index_join_to_the_whole(indexed, p):
    for c, l in ((1, "d"), (2, "b"), (3, "a"), (4, "b"), (5, "c")):
        indexed.put_item(Item={"p": p, "c": c, "l": l})
    found, start = [], {}
    while True:
        page = by_local(indexed, "local-keys", p, Limit=2, **start)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        assert set(page["LastEvaluatedKey"]) == {"p", "c", "l"}
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert [item["l"] for item in found] == ["a", "b", "b", "c", "d"]
    assert sorted(int(item["c"]) for item in found) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("key", [{"g": "G", "c": 1}, {"p": "P", "c": 1}, {"p": "P", "c": 1, "g": "G", "l": "x"}])
def test_a_start_key_must_be_one_of_the_index(indexed, p, g, key):
    start = {k: {"G": g, "P": p}.get(v, v) for k, v in key.items()}
    with refused("ValidationException", "start"):
        by_global(indexed, "global-all", g, ExclusiveStartKey=start)


def test_a_range_in_an_index(indexed, p, g):
    for c, l in ((1, "aa"), (2, "ab"), (3, "b")):
        indexed.put_item(Item={"p": p, "c": c, "l": l, "g": g})
    found = indexed.query(
        IndexName="local-all", KeyConditionExpression="p = :p AND begins_with(l, :a)",
        ExpressionAttributeValues={":p": p, ":a": "a"})
    assert [item["l"] for item in found["Items"]] == ["aa", "ab"]
    found = indexed.query(
        IndexName="global-all", KeyConditionExpression="g = :g AND c > :c", FilterExpression="l <> :b",
        ExpressionAttributeValues={":g": g, ":c": 1, ":b": "b"})
    assert [int(item["c"]) for item in found["Items"]] == [2]
    assert found["ScannedCount"] == 2


def test_a_filter_may_name_the_tables_keys_but_not_the_indexs(indexed, item):
    found = indexed.query(
        IndexName="global-include", KeyConditionExpression="g = :g", FilterExpression="c = :c",
        ExpressionAttributeValues={":g": item["g"], ":c": 1})
    assert found["Count"] == 1
    with refused("ValidationException", "Primary key attribute: l"):
        indexed.query(
            IndexName="global-include", KeyConditionExpression="g = :g", FilterExpression="l = :l",
            ExpressionAttributeValues={":g": item["g"], ":l": "l-1"})


def test_an_index_is_queried_by_its_own_keys(indexed, p):
    with refused("ValidationException", "missed key schema element: g"):
        by_local(indexed, "global-all", p)


def test_consistent_reads_are_for_the_table_and_local_indexes(indexed, item):
    assert by_local(indexed, "local-all", item["p"], ConsistentRead=True)["Count"] == 1
    with refused("ValidationException", "Consistent reads are not supported on global secondary indexes"):
        by_global(indexed, "global-all", item["g"], ConsistentRead=True)
    with refused("ValidationException", "Consistent reads are not supported on global secondary indexes"):
        indexed.scan(IndexName="global-all", ConsistentRead=True)


@pytest.mark.parametrize("name, shown", [("global-keys", {"p", "c", "g"}), ("local-include", {"p", "c", "l", "x"})])
def test_an_index_can_be_scanned(indexed, item, name, shown):
    found, start = [], {}
    while True:
        page = indexed.scan(IndexName=name, **start)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert {k: item[k] for k in shown} in found


def test_capacity_of_a_query_is_that_of_the_index(indexed, item):
    capacity = by_global(indexed, "global-all", item["g"], ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert capacity["CapacityUnits"] == 0.5
    assert capacity["GlobalSecondaryIndexes"] == {"global-all": {"CapacityUnits": 0.5}}
    assert capacity.get("Table", {"CapacityUnits": 0}) == {"CapacityUnits": 0}
    capacity = by_local(indexed, "local-all", item["p"], ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert capacity["LocalSecondaryIndexes"] == {"local-all": {"CapacityUnits": 0.5}}


def test_an_index_entry_that_moves_costs_two_writes(indexed, item, p):
    capacity = indexed.update_item(
        Key={"p": p, "c": 1}, UpdateExpression="SET g = :g", ExpressionAttributeValues={":g": unique("g")},
        ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert capacity["Table"] == {"CapacityUnits": 1}
    assert capacity["GlobalSecondaryIndexes"]["global-keys"] == {"CapacityUnits": 2}


def test_an_index_entry_that_stays_costs_nothing(indexed, item, p):
    capacity = indexed.update_item(
        Key={"p": p, "c": 1}, UpdateExpression="SET y = :y", ExpressionAttributeValues={":y": "new"},
        ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    assert "global-keys" not in capacity.get("GlobalSecondaryIndexes", {})
    assert capacity["GlobalSecondaryIndexes"]["global-all"] == {"CapacityUnits": 1}
