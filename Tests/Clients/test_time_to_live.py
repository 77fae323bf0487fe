"""TimeToLive: to switch it on and off, and what it does."""

import pytest

from support import all_records, refused, until


def status(dynamodb, name):
    return dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]


def switch(dynamodb, name, on, attribute="expires"):
    return dynamodb.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": on, "AttributeName": attribute})


def test_it_is_off_at_first(dynamodb, plain_name):
    assert status(dynamodb, plain_name) == {"TimeToLiveStatus": "DISABLED"}


def test_it_is_switched_on_for_an_attribute(dynamodb, make):
    name = make("p:S")
    answer = switch(dynamodb, name, True)
    assert answer["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": "expires"}
    until(lambda: status(dynamodb, name) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"})


def test_it_cannot_be_switched_on_twice(dynamodb, make):
    name = make("p:S")
    switch(dynamodb, name, True)
    until(lambda: status(dynamodb, name)["TimeToLiveStatus"] == "ENABLED")
    with refused("ValidationException", "TimeToLive is already enabled"):
        switch(dynamodb, name, True)
    with refused("ValidationException", "TimeToLive is active on a different AttributeName", "expires"):
        switch(dynamodb, name, True, "other")


def test_what_is_off_cannot_be_switched_off(dynamodb, make):
    with refused("ValidationException", "TimeToLive is already disabled"):
        switch(dynamodb, make("p:S"), False)


def test_it_needs_a_table(dynamodb):
    with refused("ResourceNotFoundException", "no-such-table"):
        status(dynamodb, "no-such-table")
    with refused("ResourceNotFoundException", "no-such-table"):
        switch(dynamodb, "no-such-table", True)


def test_an_attribute_name_must_not_be_empty(unchecked, plain_name):
    with refused("ValidationException", "attributeName"):
        switch(unchecked, plain_name, True, "")


@pytest.mark.slow
def test_expired_items_go_within_a_minute_and_the_stream_says_who_did_it(dynamodb, streams, expiring):
    name = expiring["TableName"]

    def left():
        return {item["p"]["S"] for item in dynamodb.scan(TableName=name, ConsistentRead=True)["Items"]}

    until(lambda: "expired" not in left(), seconds=70)
    # What lies in the future, is no number, lies more than five years back, or has no time at all stays.
    assert left() == {"later", "text", "ancient", "never"}
    found = dynamodb.query(
        TableName=name, IndexName="by-g", KeyConditionExpression="g = :g",
        ExpressionAttributeValues={":g": {"S": "g"}})
    assert found["Count"] == 4
    [record] = [r for r in all_records(streams, expiring["LatestStreamArn"], 6) if r["eventName"] == "REMOVE"]
    assert record["userIdentity"] == {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
    assert record["dynamodb"]["Keys"] == {"p": {"S": "expired"}}
    assert record["dynamodb"]["OldImage"]["p"] == {"S": "expired"}
    assert "NewImage" not in record["dynamodb"]
