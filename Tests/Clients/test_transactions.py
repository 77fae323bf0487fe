"""TransactWriteItems and TransactGetItems: all or nothing, reasons, tokens."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from support import refused, unique


@pytest.fixture
def key(p):
    """The key of the test's item `i`."""
    return lambda i: {"p": {"S": p}, "c": {"N": str(i)}}


@pytest.fixture
def bank(dynamodb, plain_name, key):
    """Puts, reads and transacts on the test's items."""

    class Bank:
        def put(self, i, n):
            return {"Put": {"TableName": plain_name, "Item": {**key(i), "n": {"N": str(n)}}}}

        def update(self, i, by, **parameters):
            return {"Update": {
                "TableName": plain_name, "Key": key(i), "UpdateExpression": "ADD n :n",
                "ExpressionAttributeValues": {":n": {"N": str(by)}}, **parameters}}

        def delete(self, i, **parameters):
            return {"Delete": {"TableName": plain_name, "Key": key(i), **parameters}}

        def check(self, i, condition, **parameters):
            return {"ConditionCheck": {
                "TableName": plain_name, "Key": key(i), "ConditionExpression": condition, **parameters}}

        def write(self, *actions, **parameters):
            return dynamodb.transact_write_items(TransactItems=list(actions), **parameters)

        def get(self, *numbers, **parameters):
            items = [{"Get": {"TableName": plain_name, "Key": key(i)}} for i in numbers]
            answer = dynamodb.transact_get_items(TransactItems=items, **parameters)
            return [response.get("Item") for response in answer["Responses"]]

        def amounts(self, *numbers):
            return [item and int(item["n"]["N"]) for item in self.get(*numbers)]

    return Bank()


def reasons(caught):
    return [reason["Code"] for reason in caught.value.response["CancellationReasons"]]


def test_all_actions_of_a_transaction_are_done(bank):
    bank.write(bank.put(1, 10), bank.put(2, 20), bank.put(3, 30))
    bank.write(
        bank.update(1, 5), bank.delete(2), bank.check(3, "attribute_exists(n)"), bank.put(4, 40))
    assert bank.amounts(1, 2, 3, 4) == [15, None, 30, 40]


def test_gets_answer_in_the_order_asked(bank):
    bank.write(*(bank.put(i, i) for i in range(10)))
    assert bank.amounts(7, 11, 3, 0) == [7, None, 3, 0]


def test_a_get_takes_a_projection(bank, dynamodb, plain_name, key):
    bank.write(bank.put(1, 1))
    answer = dynamodb.transact_get_items(TransactItems=[{"Get": {
        "TableName": plain_name, "Key": key(1), "ProjectionExpression": "#n",
        "ExpressionAttributeNames": {"#n": "n"}}}])
    assert answer["Responses"] == [{"Item": {"n": {"N": "1"}}}]


def test_a_failed_condition_cancels_all_and_says_which(bank):
    bank.write(bank.put(1, 10))
    message = "Transaction cancelled, please refer cancellation reasons for specific reasons "
    with refused("TransactionCanceledException", message + "[None, ConditionalCheckFailed, None]") as caught:
        bank.write(bank.update(1, 5), bank.check(2, "attribute_exists(n)"), bank.put(3, 30))
    assert caught.value.response["CancellationReasons"] == [
        {"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"},
        {"Code": "None"}]
    assert bank.amounts(1, 2, 3) == [10, None, None]


def test_every_failed_condition_is_told(bank):
    with refused("TransactionCanceledException") as caught:
        bank.write(
            bank.check(1, "attribute_exists(p)"), bank.delete(2, ConditionExpression="attribute_exists(p)"),
            bank.put(3, 3), bank.update(4, 1, ConditionExpression="attribute_exists(p)"))
    assert reasons(caught) == ["ConditionalCheckFailed", "ConditionalCheckFailed", "None", "ConditionalCheckFailed"]


def test_a_reason_holds_the_item_when_asked(bank, key):
    bank.write(bank.put(1, 10), bank.put(2, 20))
    fails = {"ConditionExpression": "attribute_not_exists(p)"}
    with refused("TransactionCanceledException") as caught:
        bank.write(
            bank.delete(1, ReturnValuesOnConditionCheckFailure="ALL_OLD", **fails), bank.delete(2, **fails),
            bank.check(3, "attribute_exists(p)", ReturnValuesOnConditionCheckFailure="ALL_OLD"))
    first, second, third = caught.value.response["CancellationReasons"]
    assert first["Item"] == {**key(1), "n": {"N": "10"}}
    assert "Item" not in second and "Item" not in third


def test_an_update_that_cannot_be_done_cancels(bank, dynamodb, plain_name, key):
    bank.write(bank.put(1, 1))
    text = {"Put": {"TableName": plain_name, "Item": {**key(2), "n": {"S": "text"}}}}
    bank.write(text)
    with refused("TransactionCanceledException") as caught:
        bank.write(bank.update(1, 1), bank.update(2, 1))
    assert reasons(caught) == ["None", "ValidationError"]
    assert bank.amounts(1) == [1]


def test_an_item_that_grows_too_large_cancels(bank, plain_name, key):
    bank.write(bank.put(1, 1))
    grow = {"Update": {
        "TableName": plain_name, "Key": key(1), "UpdateExpression": "SET a = :a",
        "ExpressionAttributeValues": {":a": {"S": "x" * 409_600}}}}
    with pytest.raises(ClientError) as caught:
        bank.write(grow, bank.put(2, 2))
    # A value that is too large alone may be refused before the transaction begins.
    assert caught.value.response["Error"]["Code"] in ("TransactionCanceledException", "ValidationException")
    assert "size" in str(caught.value).lower() or reasons(caught)[0] == "ValidationError"
    assert bank.amounts(1, 2) == [1, None]


def test_a_transaction_keeps_indexes(dynamodb, indexed_name, p):
    g = unique("g")
    item = {"p": {"S": p}, "c": {"N": "1"}, "g": {"S": g}}

    def count():
        return dynamodb.query(
            TableName=indexed_name, IndexName="global-all", KeyConditionExpression="g = :g",
            ExpressionAttributeValues={":g": {"S": g}})["Count"]

    dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": indexed_name, "Item": item}}])
    assert count() == 1
    key = {"p": item["p"], "c": item["c"]}
    dynamodb.transact_write_items(TransactItems=[{"Delete": {"TableName": indexed_name, "Key": key}}])
    assert count() == 0


def test_a_transaction_reaches_over_tables(dynamodb, plain_name, simple_name, key, p):
    dynamodb.transact_write_items(TransactItems=[
        {"Put": {"TableName": plain_name, "Item": key(1)}},
        {"Put": {"TableName": simple_name, "Item": {"p": {"S": p}}}}])
    answer = dynamodb.transact_get_items(TransactItems=[
        {"Get": {"TableName": simple_name, "Key": {"p": {"S": p}}}}, {"Get": {"TableName": plain_name, "Key": key(1)}}])
    assert answer["Responses"] == [{"Item": {"p": {"S": p}}}, {"Item": key(1)}]


def test_money_is_neither_made_nor_lost_by_transfers_side_by_side(bank):
    accounts = range(4)
    bank.write(*(bank.put(i, 100) for i in accounts))

    def transfer(n):
        source, target = n % 4, (n * 7 + 1) % 4
        if source == target:
            return
        enough = "n >= :least"
        try:
            bank.write(
                bank.update(
                    source, -10, ConditionExpression=enough,
                    ExpressionAttributeValues={":n": {"N": "-10"}, ":least": {"N": "10"}}),
                bank.update(target, 10))
        except ClientError as error:
            # For lack of money or because of a conflict: nothing was moved.
            assert error.response["Error"]["Code"] == "TransactionCanceledException"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(transfer, range(60)))
    amounts = bank.amounts(*accounts)
    assert sum(amounts) == 400 and min(amounts) >= 0


# ------------------------------------------------------------------------------------- tokens


def test_a_token_makes_a_transaction_happen_once(bank):
    token = str(uuid.uuid4())
    for _ in range(3):
        bank.write(bank.update(1, 5), ClientRequestToken=token)
    assert bank.amounts(1) == [5]


def test_a_token_with_other_actions_is_refused(bank):
    token = str(uuid.uuid4())
    bank.write(bank.update(1, 5), ClientRequestToken=token)
    with refused("IdempotentParameterMismatchException"):
        bank.write(bank.update(1, 6), ClientRequestToken=token)
    assert bank.amounts(1) == [5]


def test_other_tokens_are_other_transactions(bank):
    for _ in range(2):
        bank.write(bank.update(1, 5), ClientRequestToken=str(uuid.uuid4()))
    assert bank.amounts(1) == [10]


def test_a_cancelled_transaction_may_be_sent_again_with_its_token(bank):
    token = str(uuid.uuid4())
    action = bank.update(1, 5, ConditionExpression="attribute_exists(p)")
    with refused("TransactionCanceledException"):
        bank.write(action, ClientRequestToken=token)
    bank.write(bank.put(1, 1))
    bank.write(action, ClientRequestToken=token)
    assert bank.amounts(1) == [6]


def test_a_token_has_at_most_36_letters(unchecked, bank, plain_name):
    with refused("ValidationException", "clientRequestToken"):
        unchecked.transact_write_items(TransactItems=[bank.put(1, 1)], ClientRequestToken="x" * 37)


# ------------------------------------------------------------------------------------- capacity


def units(answer):
    return sum(c["CapacityUnits"] for c in answer["ConsumedCapacity"])


def test_transactions_cost_double(bank, dynamodb, plain_name, key):
    assert units(bank.write(bank.put(1, 1), bank.put(2, 2), ReturnConsumedCapacity="TOTAL")) == 4
    answer = dynamodb.transact_get_items(
        TransactItems=[{"Get": {"TableName": plain_name, "Key": key(i)}} for i in (1, 2)],
        ReturnConsumedCapacity="TOTAL")
    assert units(answer) == 4


def test_a_repeated_token_costs_reads_only(bank):
    token = str(uuid.uuid4())
    first = bank.write(bank.update(1, 1), ClientRequestToken=token, ReturnConsumedCapacity="INDEXES")
    assert first["ConsumedCapacity"][0]["WriteCapacityUnits"] == 2
    again = bank.write(bank.update(1, 1), ClientRequestToken=token, ReturnConsumedCapacity="INDEXES")
    assert again["ConsumedCapacity"][0]["ReadCapacityUnits"] == 2
    assert not again["ConsumedCapacity"][0].get("WriteCapacityUnits")


def test_item_collections_are_measured(dynamodb, indexed_name, p):
    answer = dynamodb.transact_write_items(
        TransactItems=[{"Put": {"TableName": indexed_name, "Item": {"p": {"S": p}, "c": {"N": "1"}}}}],
        ReturnItemCollectionMetrics="SIZE")
    [metrics] = answer["ItemCollectionMetrics"][indexed_name]
    assert metrics["ItemCollectionKey"] == {"p": {"S": p}}


# ------------------------------------------------------------------------------------- refusals


def test_an_item_is_named_once(bank):
    with refused("ValidationException", "Transaction request cannot include multiple operations on one item"):
        bank.write(bank.put(1, 1), bank.check(1, "attribute_not_exists(p)"))


def test_a_transaction_has_at_most_100_actions(unchecked, bank, plain_name, key):
    bank.write(*(bank.put(i, i) for i in range(100)))
    assert bank.amounts(99) == [99]
    with refused("ValidationException", "transactItems", "100"):
        unchecked.transact_write_items(TransactItems=[bank.put(i, i) for i in range(101)])
    with refused("ValidationException", "transactItems", "100"):
        unchecked.transact_get_items(
            TransactItems=[{"Get": {"TableName": plain_name, "Key": key(i)}} for i in range(101)])


def test_a_transaction_has_actions(unchecked):
    with refused("ValidationException", "transactItems"):
        unchecked.transact_write_items(TransactItems=[])
    with refused("ValidationException", "transactItems"):
        unchecked.transact_get_items(TransactItems=[])


def test_an_action_is_one_of_four(unchecked, bank):
    for wrong in ({}, {**bank.put(1, 1), **bank.delete(2)}):
        with refused("ValidationException", ("TransactItems", "TransactWriteRequest")):
            unchecked.transact_write_items(TransactItems=[wrong])


def test_tables_must_exist(bank, dynamodb, p):
    with refused("ResourceNotFoundException"):
        bank.write(bank.put(1, 1), {"Put": {"TableName": "no-such-table", "Item": {"p": {"S": p}}}})
    assert bank.amounts(1) == [None]
    with refused("ResourceNotFoundException"):
        dynamodb.transact_get_items(TransactItems=[{"Get": {"TableName": "no-such-table", "Key": {"p": {"S": p}}}}])


def test_a_wrong_expression_refuses_the_transaction(bank):
    with refused("ValidationException", "ConditionExpression", "Syntax error"):
        bank.write(bank.put(1, 1), bank.check(2, "n ="))
    assert bank.amounts(1) == [None]


def test_transactions_have_no_legacy_parameters_and_need_conditions_to_check(unchecked, plain_name, key):
    with refused("ValidationException", "conditionExpression"):
        unchecked.transact_write_items(
            TransactItems=[{"ConditionCheck": {"TableName": plain_name, "Key": key(1)}}])
    with refused("ValidationException", "updateExpression"):
        unchecked.transact_write_items(TransactItems=[{"Update": {"TableName": plain_name, "Key": key(1)}}])
