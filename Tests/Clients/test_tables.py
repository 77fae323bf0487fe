"""Tables: to create, describe, list, change and delete them, and what hangs on a table."""

import re
from datetime import datetime

import pytest

from support import (create, definitions, describe, index, is_gone, refused, schema, settled, stream_of, unique, until)

ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}
PROVISIONED = {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 3}}


def test_a_created_table_becomes_active_and_is_described(dynamodb, name):
    answer = dynamodb.create_table(TableName=name, **schema("p:S", "c:N"), **ON_DEMAND)["TableDescription"]
    assert answer["TableName"] == name
    assert answer["TableStatus"] in ("CREATING", "ACTIVE")
    table = settled(dynamodb, name)
    assert table["KeySchema"] == [
        {"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}]
    assert sorted(table["AttributeDefinitions"], key=lambda d: d["AttributeName"]) == definitions("c:N", "p:S")
    assert re.fullmatch(rf"arn:aws:dynamodb:us-east-1:\d{{12}}:table/{name}", table["TableArn"])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", table["TableId"])
    assert isinstance(table["CreationDateTime"], datetime)
    assert (table["ItemCount"], table["TableSizeBytes"]) == (0, 0)
    assert table["DeletionProtectionEnabled"] is False


def test_an_on_demand_table_says_so_and_has_no_throughput(dynamodb, plain_name):
    table = describe(dynamodb, plain_name)
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    throughput = table["ProvisionedThroughput"]
    assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (0, 0)


def test_provisioned_is_the_default_and_its_throughput_is_described(dynamodb, name):
    dynamodb.create_table(TableName=name, **schema("p:S"), **PROVISIONED)
    throughput = settled(dynamodb, name)["ProvisionedThroughput"]
    assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (5, 3)
    assert throughput["NumberOfDecreasesToday"] == 0


def test_indexes_are_described_with_keys_projection_and_arn(dynamodb, indexed_name):
    table = describe(dynamodb, indexed_name)
    local = {i["IndexName"]: i for i in table["LocalSecondaryIndexes"]}
    globally = {i["IndexName"]: i for i in table["GlobalSecondaryIndexes"]}
    assert sorted(local) == ["local-all", "local-include", "local-keys"]
    assert sorted(globally) == ["global-all", "global-include", "global-keys"]
    for name, described in {**local, **globally}.items():
        assert described["IndexArn"] == f"{table['TableArn']}/index/{name}"
    assert local["local-include"]["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]}
    assert globally["global-all"]["KeySchema"] == [
        {"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}]
    assert globally["global-keys"]["IndexStatus"] == "ACTIVE"


def test_a_stream_is_described(dynamodb, streamed):
    assert streamed["StreamSpecification"] == stream_of("NEW_AND_OLD_IMAGES")
    assert streamed["LatestStreamArn"] == f"{streamed['TableArn']}/stream/{streamed['LatestStreamLabel']}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", streamed["LatestStreamLabel"])


def test_a_table_without_a_stream_has_no_stream_members(dynamodb, plain_name):
    table = describe(dynamodb, plain_name)
    assert not {"StreamSpecification", "LatestStreamArn", "LatestStreamLabel"} & set(table)


def test_the_name_of_a_table_can_be_its_arn(dynamodb, plain_name, p):
    arn = describe(dynamodb, plain_name)["TableArn"]
    assert describe(dynamodb, arn)["TableName"] == plain_name
    key = {"p": {"S": p}, "c": {"N": "1"}}
    dynamodb.put_item(TableName=arn, Item=key)
    assert dynamodb.get_item(TableName=plain_name, Key=key)["Item"] == key


def test_a_table_that_exists_cannot_be_created_again(dynamodb, plain_name):
    with refused("ResourceInUseException", "Table already exists", plain_name):
        dynamodb.create_table(TableName=plain_name, **schema("p:S"), **ON_DEMAND)


def test_a_table_that_is_not_there_cannot_be_described(dynamodb):
    with refused("ResourceNotFoundException", "Requested resource not found: Table: no-such-table not found"):
        dynamodb.describe_table(TableName="no-such-table")


@pytest.mark.parametrize("name", ["ab", "a" * 256, "with space", "slash/ed", "ümlaut", "!bang"])
def test_a_table_name_must_have_3_to_255_letters_digits_and_some_signs(unchecked, name):
    with refused("ValidationException", ("tableName", "table/index name", "table name")):
        unchecked.create_table(TableName=name, **schema("p:S"), **ON_DEMAND)


@pytest.mark.parametrize("name", ["a.b", "a_b", "a-b", "0ab", "A.-_"])
def test_a_table_name_may_have_dots_hyphens_and_underscores(dynamodb, name):
    # A longer name, so that runs side by side do not meet.
    full = name + unique()
    try:
        assert create(dynamodb, full, "p:S")["TableName"] == full
    finally:
        dynamodb.delete_table(TableName=full)


BAD_TABLES = {
    "a key that is not defined": (
        {"KeySchema": schema("p:S")["KeySchema"], "AttributeDefinitions": definitions("x:S"), **ON_DEMAND},
        ["AttributeDefinitions"]),
    "a definition that no key uses": ({**schema("p:S"), "AttributeDefinitions": definitions("p:S", "x:S"), **ON_DEMAND},
                                     ["AttributeDefinitions"]),
    "an unknown key type": ({**schema("p:BOOL"), **ON_DEMAND}, ["attributeType"]),
    "a map as key": ({**schema("p:M"), **ON_DEMAND}, ["attributeType"]),
    "the range key first": (
        {"KeySchema": [{"AttributeName": "p", "KeyType": "RANGE"}], "AttributeDefinitions": definitions("p:S"),
         **ON_DEMAND}, ["KeySchema", "HASH"]),
    "two hash keys": (
        {"KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "HASH"}],
         "AttributeDefinitions": definitions("p:S", "c:S"), **ON_DEMAND}, ["KeySchema"]),
    "one attribute as both keys": (
        {"KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "p", "KeyType": "RANGE"}],
         "AttributeDefinitions": definitions("p:S"), **ON_DEMAND}, [("Key", "same name")]),
    "no keys": ({"KeySchema": [], "AttributeDefinitions": definitions("p:S"), **ON_DEMAND}, ["keySchema"]),
    "three keys": (
        {"KeySchema": [{"AttributeName": n, "KeyType": k} for n, k in (("p", "HASH"), ("c", "RANGE"), ("d", "RANGE"))],
         "AttributeDefinitions": definitions("p:S", "c:S", "d:S"), **ON_DEMAND}, ["keySchema"]),
    "throughput for an on-demand table": ({**schema("p:S"), **ON_DEMAND, **PROVISIONED}, ["PAY_PER_REQUEST"]),
    "no throughput for a provisioned table": ({**schema("p:S"), "BillingMode": "PROVISIONED"},
                                              [("ReadCapacityUnits", "provisioned throughput")]),
    "an unknown billing mode": ({**schema("p:S"), "BillingMode": "FREE"}, ["billingMode"]),
    "a stream without a view": ({**schema("p:S"), **ON_DEMAND, "StreamSpecification": {"StreamEnabled": True}},
                                [("StreamViewType", "UpdateViewType")]),
    "an unknown stream view": ({**schema("p:S"), **ON_DEMAND, "StreamSpecification": stream_of("ALL")},
                               ["streamViewType"]),
    "an index by an attribute that is not defined": (
        {**schema("p:S"), **ON_DEMAND, "GlobalSecondaryIndexes": [index("by-x", "x")]}, ["AttributeDefinitions"]),
    "two indexes of one name": (
        {**schema("p:S"), **ON_DEMAND, "AttributeDefinitions": definitions("p:S", "x:S"),
         "GlobalSecondaryIndexes": [index("by-x", "x"), index("by-x", "x", "p")]}, ["Duplicate index name", "by-x"]),
    "an index name of two letters": (
        {**schema("p:S"), **ON_DEMAND, "GlobalSecondaryIndexes": [index("ab", "p")]},
        [("indexName", "table/index name")]),
    "a local index without a range key": (
        {**schema("p:S", "c:N"), **ON_DEMAND, "LocalSecondaryIndexes": [index("local", "p")]}, ["range key"]),
    "a local index on a table without a range key": (
        {**schema("p:S"), **ON_DEMAND, "AttributeDefinitions": definitions("p:S", "x:S"),
         "LocalSecondaryIndexes": [index("local", "p", "x")]}, ["range key"]),
    "a local index with another hash key": (
        {**schema("p:S", "c:N"), **ON_DEMAND, "LocalSecondaryIndexes": [index("local", "c", "p")]}, ["hash key"]),
    "INCLUDE without attributes": (
        {**schema("p:S"), **ON_DEMAND, "GlobalSecondaryIndexes": [index("by-p", "p", projection="INCLUDE")]},
        ["NonKeyAttributes"]),
    "KEYS_ONLY with attributes": (
        {**schema("p:S"), **ON_DEMAND,
         "GlobalSecondaryIndexes": [index("by-p", "p", projection="KEYS_ONLY", attributes=["x"])]},
        ["NonKeyAttributes"]),
    "an unknown projection": (
        {**schema("p:S"), **ON_DEMAND, "GlobalSecondaryIndexes": [index("by-p", "p", projection="SOME")]},
        ["projectionType"]),
    "an empty list of indexes": ({**schema("p:S"), **ON_DEMAND, "GlobalSecondaryIndexes": []},
                                 ["GlobalSecondaryIndexes", "empty"]),
    "six local indexes": (
        {**schema("p:S", "c:N"), **ON_DEMAND,
         "LocalSecondaryIndexes": [index(f"local-{i}", "p", "c") for i in range(6)]},
        [("LocalSecondaryIndex", "index")]),
    "21 global indexes": (
        {**schema("p:S"), **ON_DEMAND, "GlobalSecondaryIndexes": [index(f"by-p-{i}", "p") for i in range(21)]},
        [("GlobalSecondaryIndex", "index")]),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_table_is_not_created_with(unchecked, name, case):
    request, words = BAD_TABLES[case]
    with refused("ValidationException", *words):
        unchecked.create_table(TableName=name, **request)
    assert is_gone(unchecked, name)


def test_tables_are_listed_in_order_and_page_by_page(dynamodb, plain_name, simple_name, indexed_name):
    names, start = [], {}
    while True:
        page = dynamodb.list_tables(Limit=2, **start)
        assert len(page["TableNames"]) <= 2
        names += page["TableNames"]
        if "LastEvaluatedTableName" not in page:
            break
        assert page["LastEvaluatedTableName"] == page["TableNames"][-1]
        start = {"ExclusiveStartTableName": page["LastEvaluatedTableName"]}
    assert {plain_name, simple_name, indexed_name} <= set(names)
    assert names == sorted(names)
    assert names == dynamodb.list_tables()["TableNames"]


def test_listing_starts_behind_a_name_that_need_not_exist(dynamodb, plain_name):
    page = dynamodb.list_tables(ExclusiveStartTableName=plain_name[:-1], Limit=1)
    assert page["TableNames"] == [plain_name]


@pytest.mark.parametrize("limit", [0, 101, -1])
def test_listing_takes_a_limit_of_1_to_100(unchecked, limit):
    with refused("ValidationException", "limit"):
        unchecked.list_tables(Limit=limit)


def test_a_deleted_table_is_gone_with_its_items_and_its_name_is_free(dynamodb, name):
    create(dynamodb, name, "p:S")
    dynamodb.put_item(TableName=name, Item={"p": {"S": "1"}})
    answer = dynamodb.delete_table(TableName=name)["TableDescription"]
    assert (answer["TableName"], answer["TableStatus"]) == (name, "DELETING")
    until(lambda: is_gone(dynamodb, name))
    with refused("ResourceNotFoundException", "Requested resource not found"):
        dynamodb.get_item(TableName=name, Key={"p": {"S": "1"}})
    assert name not in dynamodb.list_tables(ExclusiveStartTableName=name[:-1])["TableNames"]
    create(dynamodb, name, "p:S")
    assert dynamodb.scan(TableName=name)["Count"] == 0


def test_a_table_that_is_not_there_cannot_be_deleted(dynamodb):
    with refused("ResourceNotFoundException", "Requested resource not found: Table: no-such-table not found"):
        dynamodb.delete_table(TableName="no-such-table")


def test_a_protected_table_is_not_deleted_until_the_protection_is_off(dynamodb, make):
    name = make("p:S", DeletionProtectionEnabled=True)
    assert describe(dynamodb, name)["DeletionProtectionEnabled"] is True
    with refused("ValidationException", "deletion"):
        dynamodb.delete_table(TableName=name)
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    assert settled(dynamodb, name)["DeletionProtectionEnabled"] is False
    dynamodb.delete_table(TableName=name)
    until(lambda: is_gone(dynamodb, name))


# ------------------------------------------------------------------------------------- UpdateTable


def test_an_update_must_change_something(dynamodb, plain_name):
    with refused("ValidationException", "At least one of"):
        dynamodb.update_table(TableName=plain_name)


def test_a_table_that_is_not_there_cannot_be_updated(dynamodb):
    with refused("ResourceNotFoundException", "no-such-table"):
        dynamodb.update_table(TableName="no-such-table", BillingMode="PAY_PER_REQUEST")


def test_the_billing_mode_can_be_changed(dynamodb, make):
    name = make("p:S")
    dynamodb.update_table(TableName=name, BillingMode="PROVISIONED", **PROVISIONED)
    table = settled(dynamodb, name)
    assert table["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 3
    dynamodb.update_table(TableName=name, BillingMode="PAY_PER_REQUEST")
    table = settled(dynamodb, name)
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 0


def test_throughput_can_be_changed(dynamodb, make):
    name = make("p:S", BillingMode="PROVISIONED", **PROVISIONED)
    dynamodb.update_table(
        TableName=name, ProvisionedThroughput={"ReadCapacityUnits": 7, "WriteCapacityUnits": 8})
    throughput = settled(dynamodb, name)["ProvisionedThroughput"]
    assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (7, 8)


def test_an_index_can_be_added_and_shows_what_was_there_before(dynamodb, resource, make):
    name = make("p:S")
    table = resource.Table(name)
    for i in range(10):
        table.put_item(Item={"p": str(i), "g": "even" if i % 2 == 0 else "odd", "n": i})
    table.put_item(Item={"p": "without"})
    dynamodb.update_table(
        TableName=name, AttributeDefinitions=definitions("p:S", "g:S", "n:N"),
        GlobalSecondaryIndexUpdates=[{"Create": index("by-g", "g", "n")}])
    description = settled(dynamodb, name)
    assert [i["IndexName"] for i in description["GlobalSecondaryIndexes"]] == ["by-g"]
    assert len(description["AttributeDefinitions"]) == 3
    table.put_item(Item={"p": "10", "g": "even", "n": 10})
    found = table.query(IndexName="by-g", KeyConditionExpression="g = :g", ExpressionAttributeValues={":g": "even"})
    assert [item["n"] for item in found["Items"]] == [0, 2, 4, 6, 8, 10]


def test_an_index_can_be_removed(dynamodb, make):
    name = make("p:S", more=["g:S"], GlobalSecondaryIndexes=[index("by-g", "g")])
    dynamodb.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-g"}}])
    until(lambda: "GlobalSecondaryIndexes" not in describe(dynamodb, name))
    with refused("ValidationException", "by-g"):
        dynamodb.query(
            TableName=name, IndexName="by-g", KeyConditionExpression="g = :g",
            ExpressionAttributeValues={":g": {"S": "1"}})


def test_an_index_cannot_be_added_twice(dynamodb, indexed_name):
    with refused("ValidationException", "already exists"):
        dynamodb.update_table(
            TableName=indexed_name, AttributeDefinitions=definitions("p:S", "c:N", "l:S", "g:S"),
            GlobalSecondaryIndexUpdates=[{"Create": index("global-all", "g", "c")}])


def test_an_index_that_is_not_there_cannot_be_removed(dynamodb, plain_name):
    with refused("ResourceNotFoundException"):
        dynamodb.update_table(TableName=plain_name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "nope"}}])


def test_an_index_needs_the_definitions_of_its_keys(dynamodb, plain_name):
    with refused("ValidationException", "AttributeDefinitions"):
        dynamodb.update_table(
            TableName=plain_name, AttributeDefinitions=definitions("p:S", "c:N"),
            GlobalSecondaryIndexUpdates=[{"Create": index("by-g", "g")}])


def test_only_one_index_can_be_added_at_a_time(dynamodb, plain_name):
    with refused("LimitExceededException", "index"):
        dynamodb.update_table(
            TableName=plain_name, AttributeDefinitions=definitions("p:S", "c:N", "g:S"),
            GlobalSecondaryIndexUpdates=[{"Create": index("by-g1", "g")}, {"Create": index("by-g2", "g")}])


def test_a_stream_can_be_switched_on_and_off_and_on_again_with_a_new_arn(dynamodb, make):
    name = make("p:S")
    dynamodb.update_table(TableName=name, StreamSpecification=stream_of("NEW_IMAGE"))
    first = settled(dynamodb, name)
    assert first["StreamSpecification"] == stream_of("NEW_IMAGE")
    with refused("ValidationException", "already has an enabled stream"):
        dynamodb.update_table(TableName=name, StreamSpecification=stream_of("OLD_IMAGE"))
    dynamodb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    assert "StreamSpecification" not in settled(dynamodb, name)
    with refused("ValidationException", "stream"):
        dynamodb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    dynamodb.update_table(TableName=name, StreamSpecification=stream_of("KEYS_ONLY"))
    second = settled(dynamodb, name)
    assert second["StreamSpecification"] == stream_of("KEYS_ONLY")
    assert second["LatestStreamArn"] != first["LatestStreamArn"]


# ------------------------------------------------------------------------------------- limits, endpoints, tags


def test_limits_are_described(dynamodb):
    limits = dynamodb.describe_limits()
    for member in ("AccountMaxReadCapacityUnits", "AccountMaxWriteCapacityUnits", "TableMaxReadCapacityUnits",
                   "TableMaxWriteCapacityUnits"):
        assert limits[member] > 0


def test_endpoints_are_described(dynamodb):
    [endpoint] = dynamodb.describe_endpoints()["Endpoints"]
    assert endpoint["Address"] and "://" not in endpoint["Address"]
    assert endpoint["CachePeriodInMinutes"] > 0


def tags_of(dynamodb, arn):
    answer = dynamodb.list_tags_of_resource(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}


def test_tags_are_added_overwritten_and_removed(dynamodb, make):
    arn = describe(dynamodb, make("p:S", Tags=[{"Key": "team", "Value": "orders"}]))["TableArn"]
    assert tags_of(dynamodb, arn) == {"team": "orders"}
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "shop"}, {"Key": "stage", "Value": ""}])
    assert tags_of(dynamodb, arn) == {"team": "shop", "stage": ""}
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["team", "not-there"])
    assert tags_of(dynamodb, arn) == {"stage": ""}


def test_a_table_without_tags_has_an_empty_list_of_them(dynamodb, plain_name):
    assert tags_of(dynamodb, describe(dynamodb, plain_name)["TableArn"]) == {}


def test_what_is_not_there_has_no_tags(dynamodb, plain_name):
    arn = describe(dynamodb, plain_name)["TableArn"] + "-not"
    with refused("ResourceNotFoundException"):
        dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])


@pytest.mark.parametrize("arn", ["nonsense", "arn:aws:s3:::bucket"])
def test_tags_need_the_arn_of_a_table(dynamodb, arn):
    with refused("ValidationException", "arn"):
        dynamodb.list_tags_of_resource(ResourceArn=arn)


# ------------------------------------------------------------------------------------- backups


def recovery_of(dynamodb, name):
    described = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert described["ContinuousBackupsStatus"] == "ENABLED"
    return described["PointInTimeRecoveryDescription"]


def test_point_in_time_recovery_is_off_until_it_is_switched_on(dynamodb, make):
    name = make("p:S")
    assert recovery_of(dynamodb, name)["PointInTimeRecoveryStatus"] == "DISABLED"
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    recovery = recovery_of(dynamodb, name)
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    assert recovery["EarliestRestorableDateTime"] <= recovery["LatestRestorableDateTime"]
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False})
    assert recovery_of(dynamodb, name) == {"PointInTimeRecoveryStatus": "DISABLED"}


def test_a_table_that_is_not_there_has_no_backups(dynamodb):
    with refused("TableNotFoundException", "no-such-table"):
        dynamodb.describe_continuous_backups(TableName="no-such-table")
    with refused("TableNotFoundException", "no-such-table"):
        dynamodb.update_continuous_backups(
            TableName="no-such-table", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
