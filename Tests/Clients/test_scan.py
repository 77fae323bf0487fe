"""Scan: pages, segments, filters, counts."""

import pytest

from support import create, destroy, refused, unique

COUNT = 60


@pytest.fixture(scope="module")
def scanned(dynamodb, resource):
    """A table of 60 items with hash keys of their own."""
    name = unique()
    create(dynamodb, name, "p:S")
    table = resource.Table(name)
    with table.batch_writer() as batch:
        for i in range(COUNT):
            batch.put_item(Item={"p": f"item-{i}", "n": i, "kind": "even" if i % 2 == 0 else "odd"})
    yield table
    destroy(dynamodb, name)


def pages(table, **parameters):
    start = {}
    while True:
        page = table.scan(**parameters, **start)
        yield page
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def numbers(found):
    return [int(item["n"]) for page in found for item in page["Items"]]


def test_a_scan_gives_every_item_once(scanned):
    [page] = pages(scanned)
    assert (page["Count"], page["ScannedCount"]) == (COUNT, COUNT)
    assert sorted(numbers([page])) == list(range(COUNT))


@pytest.mark.parametrize("limit", [7, 20, COUNT + 1])
def test_pages_join_to_the_whole(scanned, limit):
    found = list(pages(scanned, Limit=limit))
    assert all(page["Count"] <= limit for page in found)
    assert sorted(numbers(found)) == list(range(COUNT))


@pytest.mark.parametrize("total", [1, 2, 4, 7])
def test_segments_are_disjoint_and_join_to_the_whole(scanned, total):
    found = []
    for segment in range(total):
        found += numbers(pages(scanned, Segment=segment, TotalSegments=total, Limit=9))
    assert sorted(found) == list(range(COUNT))


def test_there_may_be_a_million_segments(scanned):
    assert scanned.scan(Segment=999_999, TotalSegments=1_000_000)["Count"] <= 1


def test_more_than_one_segment_has_items(scanned):
    counts = [scanned.scan(Segment=i, TotalSegments=4)["Count"] for i in range(4)]
    assert sum(counts) == COUNT and max(counts) < COUNT


@pytest.mark.parametrize(
    "parameters, words",
    [
        ({"Segment": 0}, ["TotalSegments", "required"]),
        ({"TotalSegments": 2}, ["Segment", "required"]),
        ({"Segment": 2, "TotalSegments": 2}, ["Segment", "less than"]),
        ({"Segment": -1, "TotalSegments": 2}, ["segment"]),
        ({"Segment": 0, "TotalSegments": 0}, ["totalSegments"]),
        ({"Segment": 0, "TotalSegments": 1_000_001}, ["totalSegments"]),
        ({"Limit": 0}, ["limit"]),
        ({"Select": "SOME"}, ["select"]),
        ({"Select": "ALL_PROJECTED_ATTRIBUTES"}, ["ALL_PROJECTED_ATTRIBUTES"]),
        ({"ExclusiveStartKey": {"x": {"S": "1"}}}, ["start"]),
        ({"ExclusiveStartKey": {"p": {"N": "1"}}}, ["start"]),
        ({"FilterExpression": "n >"}, ["FilterExpression", "Syntax error"]),
        ({"FilterExpression": ""}, ["FilterExpression", "empty"]),
        ({"FilterExpression": "n = :n"}, ["FilterExpression", "not defined", ":n"]),
        ({"FilterExpression": "count = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}},
         ["FilterExpression", "reserved keyword", "count"]),
        ({"IndexName": "no-such-index"}, ["The table does not have the specified index: no-such-index"]),
    ])
def test_a_scan_is_refused(unchecked, scanned, parameters, words):
    with refused("ValidationException", *words):
        unchecked.scan(TableName=scanned.name, **parameters)


def test_a_start_key_belongs_to_its_segment(scanned):
    first = scanned.scan(Segment=0, TotalSegments=2, Limit=1)
    with refused("ValidationException", "segment"):
        scanned.scan(Segment=1, TotalSegments=2, ExclusiveStartKey=first["LastEvaluatedKey"])


def test_a_filter_drops_after_reading(scanned):
    page = scanned.scan(FilterExpression="kind = :k AND n < :n", ExpressionAttributeValues={":k": "odd", ":n": 6})
    assert sorted(numbers([page])) == [1, 3, 5]
    assert (page["Count"], page["ScannedCount"]) == (3, COUNT)


def test_a_filter_of_a_scan_may_name_keys(scanned):
    page = scanned.scan(FilterExpression="p = :p", ExpressionAttributeValues={":p": "item-3"})
    assert numbers([page]) == [3]


def test_a_count_has_no_items(scanned):
    page = scanned.scan(Select="COUNT", FilterExpression="n < :n", ExpressionAttributeValues={":n": 10})
    assert (page["Count"], page["ScannedCount"]) == (10, COUNT)
    assert "Items" not in page


def test_a_projection_selects(scanned):
    page = scanned.scan(ProjectionExpression="#n", ExpressionAttributeNames={"#n": "n"})
    assert all(set(item) == {"n"} for item in page["Items"])


def test_a_scan_may_be_consistent_and_costs_double_then(scanned):
    def units(**parameters):
        return scanned.scan(ReturnConsumedCapacity="TOTAL", **parameters)["ConsumedCapacity"]["CapacityUnits"]

    assert units(ConsistentRead=True) == 2 * units() > 0


def test_a_page_has_at_most_1_mb(dynamodb, resource, make):
    name = make("p:S")
    table = resource.Table(name)
    for i in range(5):
        table.put_item(Item={"p": str(i), "n": i, "a": "x" * 350_000})
    found = list(pages(table))
    assert len(found) >= 2
    assert all(page["Count"] <= 3 for page in found)
    assert sorted(numbers(found)) == list(range(5))
    # What a filter drops counts, too.
    filtered = list(pages(table, FilterExpression="n = :n", ExpressionAttributeValues={":n": 4}))
    assert len(filtered) >= 2 and numbers(filtered) == [4]


def test_an_empty_table_has_an_empty_page(dynamodb, make):
    page = dynamodb.scan(TableName=make("p:S"))
    assert (page["Items"], page["Count"], page["ScannedCount"]) == ([], 0, 0)
    assert "LastEvaluatedKey" not in page
