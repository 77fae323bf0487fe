"""BatchGetItem and BatchWriteItem."""

from support import refused, unique


def keys(p, count):
    return [{"p": {"S": p}, "c": {"N": str(c)}} for c in range(count)]


def put(item):
    return {"PutRequest": {"Item": item}}


def delete(key):
    return {"DeleteRequest": {"Key": key}}


def write(client, table, requests, **parameters):
    answer = client.batch_write_item(RequestItems={table: requests}, **parameters)
    assert answer["UnprocessedItems"] == {}
    return answer


def test_items_are_written_and_read_in_batches(dynamodb, plain_name, p):
    write(dynamodb, plain_name, [put({**key, "a": key["c"]}) for key in keys(p, 25)])
    answer = dynamodb.batch_get_item(RequestItems={plain_name: {"Keys": keys(p, 100)}})
    assert answer["UnprocessedKeys"] == {}
    found = answer["Responses"][plain_name]
    assert sorted(int(item["a"]["N"]) for item in found) == list(range(25))


def test_a_batch_deletes_and_puts_in_several_tables(dynamodb, plain_name, simple_name, p):
    [first, second] = keys(p, 2)
    write(dynamodb, plain_name, [put(first)])
    dynamodb.batch_write_item(
        RequestItems={plain_name: [delete(first), put(second)], simple_name: [put({"p": {"S": p}})]})
    answer = dynamodb.batch_get_item(
        RequestItems={plain_name: {"Keys": [first, second], "ConsistentRead": True},
                      simple_name: {"Keys": [{"p": {"S": p}}]}})
    assert answer["Responses"] == {plain_name: [second], simple_name: [{"p": {"S": p}}]}


def test_a_batch_puts_whole_items(dynamodb, plain_name, p):
    [key] = keys(p, 1)
    write(dynamodb, plain_name, [put({**key, "a": {"N": "1"}})])
    write(dynamodb, plain_name, [put({**key, "b": {"N": "1"}})])
    assert dynamodb.get_item(TableName=plain_name, Key=key)["Item"] == {**key, "b": {"N": "1"}}


def test_what_is_not_there_is_left_out_of_the_answer(dynamodb, plain_name, p):
    answer = dynamodb.batch_get_item(RequestItems={plain_name: {"Keys": keys(p, 3)}})
    assert answer["Responses"] == {plain_name: []}


def test_a_batch_of_gets_takes_a_projection(dynamodb, plain_name, p):
    [key] = keys(p, 1)
    write(dynamodb, plain_name, [put({**key, "a": {"N": "1"}, "status": {"S": "x"}})])
    answer = dynamodb.batch_get_item(
        RequestItems={plain_name: {"Keys": [key], "ProjectionExpression": "a, #s",
                                   "ExpressionAttributeNames": {"#s": "status"}}})
    assert answer["Responses"][plain_name] == [{"a": {"N": "1"}, "status": {"S": "x"}}]


def test_what_does_not_fit_into_16_mb_is_left_for_the_next_request(dynamodb, make):
    name = make("p:S")
    # 45 items of 400 KB are more than 16 MB.
    items = [{"p": {"S": str(i)}, "a": {"S": "x" * 399_000}} for i in range(45)]
    for i in range(0, 45, 15):
        write(dynamodb, name, [put(item) for item in items[i:i + 15]])
    wanted = {name: {"Keys": [{"p": item["p"]} for item in items]}}
    found, requests = [], 0
    while wanted:
        answer = dynamodb.batch_get_item(RequestItems=wanted)
        found += answer["Responses"].get(name, [])
        wanted = answer["UnprocessedKeys"]
        requests += 1
        assert requests < 10
    assert requests == 2
    assert sorted(int(item["p"]["S"]) for item in found) == list(range(45))


def test_capacity_is_told_per_table(dynamodb, plain_name, simple_name, p):
    [key] = keys(p, 1)
    answer = dynamodb.batch_write_item(
        RequestItems={plain_name: [put(key)], simple_name: [put({"p": {"S": p}}), put({"p": {"S": p + "2"}})]},
        ReturnConsumedCapacity="TOTAL")
    assert {c["TableName"]: c["CapacityUnits"] for c in answer["ConsumedCapacity"]} == {plain_name: 1, simple_name: 2}
    answer = dynamodb.batch_get_item(
        RequestItems={plain_name: {"Keys": [key], "ConsistentRead": True}, simple_name: {"Keys": [{"p": {"S": p}}]}},
        ReturnConsumedCapacity="INDEXES")
    capacity = {c["TableName"]: c for c in answer["ConsumedCapacity"]}
    assert capacity[plain_name]["Table"] == {"CapacityUnits": 1}
    assert capacity[simple_name]["CapacityUnits"] == 0.5


def test_item_collections_are_measured_per_table(dynamodb, indexed_name, p):
    answer = write(dynamodb, indexed_name, [put(key) for key in keys(p, 2)], ReturnItemCollectionMetrics="SIZE")
    metrics = answer["ItemCollectionMetrics"][indexed_name]
    assert {m["ItemCollectionKey"]["p"]["S"] for m in metrics} == {p}


def test_a_batch_keeps_indexes(dynamodb, indexed_name, p):
    g = unique("g")
    items = [{**key, "g": {"S": g}} for key in keys(p, 5)]
    write(dynamodb, indexed_name, [put(item) for item in items])

    def count():
        return dynamodb.query(
            TableName=indexed_name, IndexName="global-all", KeyConditionExpression="g = :g",
            ExpressionAttributeValues={":g": {"S": g}})["Count"]

    assert count() == 5
    write(dynamodb, indexed_name, [delete(key) for key in keys(p, 4)])
    assert count() == 1


# ------------------------------------------------------------------------------------- refusals


def test_a_batch_write_has_1_to_25_requests(unchecked, plain_name, p):
    with refused("ValidationException", ("25", "BatchWriteItem")):
        unchecked.batch_write_item(RequestItems={plain_name: [put(key) for key in keys(p, 26)]})
    with refused("ValidationException", ("requestItems", "BatchWriteItem")):
        unchecked.batch_write_item(RequestItems={})
    with refused("ValidationException", ("requestItems", "BatchWriteItem")):
        unchecked.batch_write_item(RequestItems={plain_name: []})


def test_a_batch_get_has_1_to_100_keys(unchecked, plain_name, p):
    with refused("ValidationException", ("100", "BatchGetItem")):
        unchecked.batch_get_item(RequestItems={plain_name: {"Keys": keys(p, 101)}})
    with refused("ValidationException", ("requestItems", "BatchGetItem")):
        unchecked.batch_get_item(RequestItems={})
    with refused("ValidationException", ("keys", "BatchGetItem")):
        unchecked.batch_get_item(RequestItems={plain_name: {"Keys": []}})


def test_a_batch_names_an_item_once(dynamodb, plain_name, p):
    [key] = keys(p, 1)
    again = {"p": key["p"], "c": {"N": "0.0"}}
    with refused("ValidationException", "Provided list of item keys contains duplicates"):
        dynamodb.batch_get_item(RequestItems={plain_name: {"Keys": [key, again]}})
    with refused("ValidationException", "Provided list of item keys contains duplicates"):
        dynamodb.batch_write_item(RequestItems={plain_name: [put(key), delete(again)]})


def test_a_batch_of_which_a_part_is_wrong_writes_nothing(dynamodb, plain_name, p):
    good, bad = keys(p, 2)
    for wrong in (put({"p": bad["p"]}), put({**bad, "a": {"N": "x"}}), delete({"p": bad["p"]})):
        with refused("ValidationException"):
            dynamodb.batch_write_item(RequestItems={plain_name: [put(good), wrong]})
    with refused("ResourceNotFoundException"):
        dynamodb.batch_write_item(RequestItems={plain_name: [put(good)], "no-such-table": [put(good)]})
    assert "Item" not in dynamodb.get_item(TableName=plain_name, Key=good)


def test_a_batch_get_needs_whole_keys_and_tables_that_exist(dynamodb, plain_name, p):
    with refused("ValidationException", "The provided key element does not match the schema"):
        dynamodb.batch_get_item(RequestItems={plain_name: {"Keys": [{"p": {"S": p}}]}})
    with refused("ResourceNotFoundException"):
        dynamodb.batch_get_item(RequestItems={"no-such-table": {"Keys": keys(p, 1)}})


def test_a_request_of_a_batch_is_a_put_or_a_delete(unchecked, plain_name, p):
    [key] = keys(p, 1)
    for wrong in ({}, {**put(key), **delete(key)}):
        with refused("ValidationException"):
            unchecked.batch_write_item(RequestItems={plain_name: [wrong]})


def test_an_item_of_a_batch_has_at_most_400_kb(dynamodb, plain_name, p):
    [key] = keys(p, 1)
    with refused("ValidationException", "Item size has exceeded the maximum allowed size"):
        dynamodb.batch_write_item(RequestItems={plain_name: [put({**key, "a": {"S": "x" * 409_600}})]})
