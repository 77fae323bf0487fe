"""DynamoDB Streams: what is recorded, in which order, and how it is read."""

import re
from datetime import datetime, timedelta, timezone

import pytest

from support import (all_records, connect, describe, iterator, read, read_all, refused, settled, shards_of, stream_of,
                     until)


def keyed(p, c=1, **attributes):
    return {"p": {"S": p}, "c": {"N": str(c)}, **attributes}


def n(value):
    return {"N": str(value)}


@pytest.fixture
def own(dynamodb, make):
    """A table with a stream, `own("NEW_IMAGE")`: its name and the stream's ARN."""

    def make_own(view="NEW_AND_OLD_IMAGES"):
        name = make("p:S", "c:N", StreamSpecification=stream_of(view))
        return name, describe(dynamodb, name)["LatestStreamArn"]

    return make_own


@pytest.fixture
def filled(dynamodb, streams, own):
    """A stream with the five records of one item, in order: its table, its ARN, the shard, and the records."""
    name, arn = own()
    for i in range(5):
        dynamodb.put_item(TableName=name, Item=keyed("one", n=n(i)))
    [(shard, records)] = [(s, r) for s, r in read_all(streams, arn, 5).items() if r]
    return name, arn, shard, records


# ------------------------------------------------------------------------------------- records


def test_records_tell_the_life_of_an_item(dynamodb, streams, own):
    name, arn = own()
    before = datetime.now(timezone.utc) - timedelta(seconds=2)
    dynamodb.put_item(TableName=name, Item=keyed("1", a=n(1)))
    dynamodb.update_item(
        TableName=name, Key=keyed("1"), UpdateExpression="SET a = :a", ExpressionAttributeValues={":a": n(2)})
    dynamodb.put_item(TableName=name, Item=keyed("1", b=n(3)))
    dynamodb.delete_item(TableName=name, Key=keyed("1"))
    records = all_records(streams, arn, 4)
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "MODIFY", "REMOVE"]
    images = [(r["dynamodb"].get("OldImage"), r["dynamodb"].get("NewImage")) for r in records]
    assert images == [
        (None, keyed("1", a=n(1))), (keyed("1", a=n(1)), keyed("1", a=n(2))),
        (keyed("1", a=n(2)), keyed("1", b=n(3))), (keyed("1", b=n(3)), None)]
    for record in records:
        assert record["eventSource"] == "aws:dynamodb"
        assert record["eventVersion"] == "1.1"
        assert record["awsRegion"] == "us-east-1"
        assert re.fullmatch("[0-9a-f]{32}", record["eventID"])
        assert "userIdentity" not in record and "eventSourceARN" not in record
        change = record["dynamodb"]
        assert change["Keys"] == keyed("1")
        assert change["StreamViewType"] == "NEW_AND_OLD_IMAGES"
        assert re.fullmatch(r"\d{21,40}", change["SequenceNumber"])
        assert before <= change["ApproximateCreationDateTime"] <= datetime.now(timezone.utc)
    assert len({record["eventID"] for record in records}) == 4
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in records]
    assert numbers == sorted(set(numbers))


def test_the_size_of_a_record_is_that_of_keys_and_images(dynamodb, streams, own):
    name, arn = own()
    dynamodb.put_item(TableName=name, Item=keyed("abc", a={"S": "1234567"}))
    dynamodb.put_item(TableName=name, Item=keyed("abc"))
    sizes = [record["dynamodb"]["SizeBytes"] for record in all_records(streams, arn, 2)]
    # Keys: p 1 + 3, c 1 + 2. The attribute a: 1 + 7.
    assert sizes == [7 + 15, 7 + 15 + 7]


@pytest.mark.parametrize(
    "view, members",
    [("KEYS_ONLY", set()), ("NEW_IMAGE", {"NewImage"}), ("OLD_IMAGE", {"OldImage"}),
     ("NEW_AND_OLD_IMAGES", {"NewImage", "OldImage"})])
def test_the_view_says_which_images_there_are(dynamodb, streams, own, view, members):
    name, arn = own(view)
    dynamodb.put_item(TableName=name, Item=keyed("1", a=n(1)))
    dynamodb.put_item(TableName=name, Item=keyed("1", a=n(2)))
    dynamodb.delete_item(TableName=name, Key=keyed("1"))
    images = {"NewImage", "OldImage"}
    insert, modify, remove = all_records(streams, arn, 3)
    assert set(insert["dynamodb"]) & images == members - {"OldImage"}
    assert set(modify["dynamodb"]) & images == members
    assert set(remove["dynamodb"]) & images == members - {"NewImage"}
    assert modify["dynamodb"]["StreamViewType"] == view
    assert modify["dynamodb"]["Keys"] == keyed("1")


def test_a_write_that_changes_nothing_has_no_record(dynamodb, streams, own):
    name, arn = own()
    item = keyed("1", a={"SS": ["x", "y"]}, m={"M": {"k": n("1.0")}})
    dynamodb.put_item(TableName=name, Item=item)
    dynamodb.put_item(TableName=name, Item=item)
    dynamodb.put_item(TableName=name, Item={**item, "a": {"SS": ["y", "x"]}, "m": {"M": {"k": n(1)}}})
    dynamodb.update_item(TableName=name, Key=keyed("1"), UpdateExpression="REMOVE nope")
    dynamodb.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": item}}]})
    dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": item}}])
    dynamodb.delete_item(TableName=name, Key=keyed("1", 2))
    with refused("ConditionalCheckFailedException"):
        dynamodb.delete_item(TableName=name, Key=keyed("1"), ConditionExpression="attribute_exists(nope)")
    # The last write is the fence: what stands before it is all there is.
    dynamodb.delete_item(TableName=name, Key=keyed("1"))
    assert [record["eventName"] for record in all_records(streams, arn, 2)] == ["INSERT", "REMOVE"]


def test_batches_and_transactions_are_recorded_item_by_item(dynamodb, streams, own):
    name, arn = own()
    dynamodb.batch_write_item(
        RequestItems={name: [{"PutRequest": {"Item": keyed(str(i), a=n(i))}} for i in range(5)]})
    dynamodb.transact_write_items(TransactItems=[
        {"Delete": {"TableName": name, "Key": keyed("0")}},
        {"Update": {"TableName": name, "Key": keyed("1"), "UpdateExpression": "SET a = :a",
                    "ExpressionAttributeValues": {":a": n(9)}}},
        {"ConditionCheck": {"TableName": name, "Key": keyed("2"), "ConditionExpression": "attribute_exists(a)"}},
        {"Put": {"TableName": name, "Item": keyed("new")}}])
    events = sorted(
        (record["dynamodb"]["Keys"]["p"]["S"], record["eventName"]) for record in all_records(streams, arn, 8))
    assert events == sorted(
        [(str(i), "INSERT") for i in range(5)] + [("0", "REMOVE"), ("1", "MODIFY"), ("new", "INSERT")])


def test_all_types_go_through_the_stream(dynamodb, streams, own):
    name, arn = own()
    item = keyed("1", s={"S": "ü\u0000\"🎉"}, b={"B": b"\x00\xff"}, t={"BOOL": True}, z={"NULL": True},
                 l={"L": [n(1), {"M": {}}]}, m={"M": {"k": {"L": []}}}, bs={"BS": [b"x"]}, e={"S": ""})
    dynamodb.put_item(TableName=name, Item=item)
    [record] = all_records(streams, arn, 1)
    assert record["dynamodb"]["NewImage"] == item


# ------------------------------------------------------------------------------------- shards, order


def test_each_item_has_its_order_over_several_shards(dynamodb, streams, own):
    name, arn = own()
    # As many as an on-demand table of AWS has partitions at first.
    assert len(shards_of(streams, arn)) == 4
    rounds, items = 5, 40
    for round_ in range(rounds):
        for start in range(0, items, 20):
            dynamodb.batch_write_item(RequestItems={name: [
                {"PutRequest": {"Item": keyed(f"item-{i}", a=n(round_))}} for i in range(start, start + 20)]})
    by_shard = read_all(streams, arn, rounds * items)
    homes, seen = {}, {}
    for shard, records in by_shard.items():
        numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in records]
        assert numbers == sorted(set(numbers))
        for record in records:
            p = record["dynamodb"]["Keys"]["p"]["S"]
            assert homes.setdefault(p, shard) == shard
            seen.setdefault(p, []).append(int(record["dynamodb"]["NewImage"]["a"]["N"]))
    assert len(set(homes.values())) > 1
    assert seen == {f"item-{i}": list(range(rounds)) for i in range(items)}


def test_a_partition_is_in_one_shard(dynamodb, streams, own):
    name, arn = own()
    dynamodb.batch_write_item(
        RequestItems={name: [{"PutRequest": {"Item": keyed("one", c)}} for c in range(20)]})
    assert len([shard for shard, records in read_all(streams, arn, 20).items() if records]) == 1


def test_a_stream_is_described(dynamodb, streams, own):
    name, arn = own("OLD_IMAGE")
    stream = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert stream["StreamArn"] == arn
    assert arn.endswith("/stream/" + stream["StreamLabel"])
    assert (stream["TableName"], stream["StreamViewType"], stream["StreamStatus"]) == (name, "OLD_IMAGE", "ENABLED")
    assert stream["KeySchema"] == describe(dynamodb, name)["KeySchema"]
    assert isinstance(stream["CreationRequestDateTime"], datetime)
    for shard in stream["Shards"]:
        assert re.fullmatch(r"shardId-\d{20}-[0-9a-f]{8}", shard["ShardId"])
        assert shard["SequenceNumberRange"]["StartingSequenceNumber"].isdigit()
        # An open shard has no end.
        assert "EndingSequenceNumber" not in shard["SequenceNumberRange"]


def test_shards_are_paged(streams, own):
    _, arn = own()
    whole = [shard["ShardId"] for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]]
    paged, start = [], {}
    while True:
        page = streams.describe_stream(StreamArn=arn, Limit=1, **start)["StreamDescription"]
        paged += [shard["ShardId"] for shard in page["Shards"]]
        assert len(page["Shards"]) <= 1
        if "LastEvaluatedShardId" not in page:
            break
        assert page["LastEvaluatedShardId"] == page["Shards"][-1]["ShardId"]
        start = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}
    assert paged == whole and len(set(paged)) == len(paged)


def test_streams_are_listed_by_table_and_in_pages(streams, own):
    name, arn = own()
    _, other_arn = own()
    [stream] = streams.list_streams(TableName=name)["Streams"]
    assert stream == {"StreamArn": arn, "TableName": name, "StreamLabel": arn.rsplit("/", 1)[1]}
    arns, start = [], {}
    while True:
        page = streams.list_streams(Limit=1, **start)
        arns += [stream["StreamArn"] for stream in page["Streams"]]
        if "LastEvaluatedStreamArn" not in page:
            break
        start = {"ExclusiveStartStreamArn": page["LastEvaluatedStreamArn"]}
    assert {arn, other_arn} <= set(arns) and len(set(arns)) == len(arns)


def test_a_table_without_a_stream_has_none_in_the_list(streams, plain_name):
    assert streams.list_streams(TableName=plain_name)["Streams"] == []


# ------------------------------------------------------------------------------------- iterators


def images(records):
    return [int(record["dynamodb"]["NewImage"]["n"]["N"]) for record in records]


def test_trim_horizon_starts_with_the_oldest_record(streams, filled):
    _, arn, shard, _ = filled
    assert images(read(streams, iterator(streams, arn, shard), 5)) == [0, 1, 2, 3, 4]


def test_latest_starts_behind_the_newest_record(dynamodb, streams, filled):
    name, arn, shard, _ = filled
    start = iterator(streams, arn, shard, "LATEST")
    assert streams.get_records(ShardIterator=start)["Records"] == []
    dynamodb.put_item(TableName=name, Item=keyed("one", n=n(5)))
    assert images(read(streams, start, 1)) == [5]


@pytest.mark.parametrize("kind, expected", [("AT_SEQUENCE_NUMBER", [2, 3, 4]), ("AFTER_SEQUENCE_NUMBER", [3, 4])])
def test_a_sequence_number_is_a_start(streams, filled, kind, expected):
    _, arn, shard, records = filled
    start = iterator(streams, arn, shard, kind, SequenceNumber=records[2]["dynamodb"]["SequenceNumber"])
    assert images(read(streams, start, len(expected))) == expected


def test_the_last_sequence_number_is_a_start_for_what_comes(dynamodb, streams, filled):
    name, arn, shard, records = filled
    start = iterator(
        streams, arn, shard, "AFTER_SEQUENCE_NUMBER", SequenceNumber=records[-1]["dynamodb"]["SequenceNumber"])
    dynamodb.put_item(TableName=name, Item=keyed("one", n=n(5)))
    assert images(read(streams, start, 1)) == [5]


def test_records_are_read_in_portions(streams, filled):
    _, arn, shard, _ = filled
    found, position = [], iterator(streams, arn, shard)
    while len(found) < 5:
        answer = streams.get_records(ShardIterator=position, Limit=2)
        assert 0 < len(answer["Records"]) <= 2
        found += images(answer["Records"])
        position = answer["NextShardIterator"]
    assert found == [0, 1, 2, 3, 4]
    # The shard is open: there may always be more.
    assert "NextShardIterator" in streams.get_records(ShardIterator=position)


def test_an_iterator_can_be_used_again(streams, filled):
    _, arn, shard, _ = filled
    start = iterator(streams, arn, shard)
    assert images(read(streams, start, 5)) == images(read(streams, start, 5))


def test_an_answer_has_at_most_1_mb(dynamodb, streams, own):
    name, arn = own("NEW_IMAGE")
    for i in range(5):
        dynamodb.put_item(TableName=name, Item=keyed("one", i, a={"S": "x" * 390_000}))
    [shard] = [shard for shard, records in read_all(streams, arn, 5).items() if records]
    answer = streams.get_records(ShardIterator=iterator(streams, arn, shard))
    assert 1 <= len(answer["Records"]) <= 3


def test_a_stream_that_is_switched_off_is_read_to_its_end(dynamodb, streams, filled):
    name, arn, shard, _ = filled
    dynamodb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    settled(dynamodb, name)

    def closed():
        stream = streams.describe_stream(StreamArn=arn)["StreamDescription"]
        ends = ["EndingSequenceNumber" in shard["SequenceNumberRange"] for shard in stream["Shards"]]
        return stream["StreamStatus"] == "DISABLED" and all(ends)

    until(closed)
    dynamodb.put_item(TableName=name, Item=keyed("one", n=n(99)))
    # The last iterator of a closed shard is none.
    found, position = [], iterator(streams, arn, shard)
    for _ in range(10):
        answer = streams.get_records(ShardIterator=position)
        found += answer["Records"]
        position = answer.get("NextShardIterator")
        if position is None:
            break
    assert position is None
    assert images(found) == [0, 1, 2, 3, 4]


def test_a_stream_that_is_switched_on_again_is_another(dynamodb, streams, filled):
    name, first, _, _ = filled
    dynamodb.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    settled(dynamodb, name)
    dynamodb.update_table(TableName=name, StreamSpecification=stream_of("NEW_IMAGE"))
    second = settled(dynamodb, name)["LatestStreamArn"]
    assert second != first
    dynamodb.put_item(TableName=name, Item=keyed("one", n=n(7)))
    assert images(all_records(streams, second, 1)) == [7]
    arns = {stream["StreamArn"] for stream in streams.list_streams(TableName=name)["Streams"]}
    assert second in arns and first in arns


# ------------------------------------------------------------------------------------- refusals


def test_a_stream_that_is_not_there_is_not_found(streams, streamed):
    gone = re.sub(r"stream/.*", "stream/2001-01-01T00:00:00.000", streamed["LatestStreamArn"])
    with refused("ResourceNotFoundException", "Requested resource not found: Stream:", gone):
        streams.describe_stream(StreamArn=gone)
    with refused("ResourceNotFoundException", "Requested resource not found: Stream:", gone):
        iterator(streams, gone, "shardId-00000000000000000000-00000000")


def test_a_shard_that_is_not_there_is_not_found(streams, streamed):
    with refused("ResourceNotFoundException", "Shard"):
        iterator(streams, streamed["LatestStreamArn"], "shardId-00000000000000000001-deadbeef")


def test_sequence_numbers_must_be_given_where_they_are_needed(streams, streamed):
    arn = streamed["LatestStreamArn"]
    shard = shards_of(streams, arn)[0]["ShardId"]
    for kind in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"):
        with refused("ValidationException", "sequence"):
            iterator(streams, arn, shard, kind)


def test_parameters_of_streams_are_checked(streamed):
    unchecked = connect("dynamodbstreams", parameter_validation=False)
    arn = streamed["LatestStreamArn"]
    shard = shards_of(unchecked, arn)[0]["ShardId"]
    with refused("ValidationException", "shardIteratorType"):
        iterator(unchecked, arn, shard, "NEWEST")
    with refused("ValidationException", "streamArn"):
        unchecked.describe_stream(StreamArn="nonsense")
    with refused("ValidationException", "shardId"):
        iterator(unchecked, arn, "short")
    for limit in (0, 101):
        with refused("ValidationException", "limit"):
            unchecked.list_streams(Limit=limit)
        with refused("ValidationException", "limit"):
            unchecked.describe_stream(StreamArn=arn, Limit=limit)
    for limit in (0, 1001):
        with refused("ValidationException", "limit"):
            unchecked.get_records(ShardIterator=iterator(unchecked, arn, shard), Limit=limit)


@pytest.mark.parametrize("text", ["nonsense", "AAAA", "arn:aws:dynamodb:us-east-1:000000000000:table/x|1|AAAA"])
def test_an_iterator_that_was_not_given_is_refused(streams, text):
    with refused("ValidationException", "ShardIterator"):
        streams.get_records(ShardIterator=text)
