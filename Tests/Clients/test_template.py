"""The table that the template made: to a client it is a table like any other. SLUICE_TABLE names it."""

import os
from decimal import Decimal

import pytest

from support import describe, refused, stream_of

NAME = os.environ.get("SLUICE_TABLE")
pytestmark = pytest.mark.skipif(not NAME, reason="SLUICE_TABLE names no table of a template")


def test_it_is_as_the_template_says(dynamodb):
    table = describe(dynamodb, NAME)
    assert table["TableStatus"] == "ACTIVE"
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [
        ("orderId", "HASH"), ("timestamp", "RANGE")]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["StreamSpecification"] == stream_of("NEW_AND_OLD_IMAGES")
    [index] = table["GlobalSecondaryIndexes"]
    assert (index["IndexName"], index["Projection"]) == ("customerId-index", {"ProjectionType": "ALL"})
    assert NAME in dynamodb.list_tables()["TableNames"]


def test_orders_are_written_read_and_found(resource, p):
    table = resource.Table(NAME)
    key = {"orderId": p, "timestamp": 1}
    table.put_item(Item={**key, "customerId": p, "amount": Decimal("1500.50"), "tags": {"x", "y"}})
    item = table.get_item(Key=key, ConsistentRead=True)["Item"]
    assert (item["amount"], item["tags"]) == (Decimal("1500.5"), {"x", "y"})
    new = table.update_item(
        Key=key, UpdateExpression="SET #s = :s", ConditionExpression="attribute_exists(amount)",
        ExpressionAttributeNames={"#s": "status"}, ExpressionAttributeValues={":s": "shipped"},
        ReturnValues="ALL_NEW")["Attributes"]
    assert new == {**item, "status": "shipped"}
    with refused("ConditionalCheckFailedException", "The conditional request failed"):
        table.put_item(Item=key, ConditionExpression="attribute_not_exists(orderId)")
    for where in ({"KeyConditionExpression": "orderId = :id"},
                  {"KeyConditionExpression": "customerId = :id", "IndexName": "customerId-index"}):
        assert table.query(ExpressionAttributeValues={":id": p}, **where)["Items"] == [new]
    table.delete_item(Key=key)
    assert "Item" not in table.get_item(Key=key)
