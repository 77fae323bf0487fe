"""Queues through boto3: every operation, and every error that AWS documents for them and that can happen here."""

import hashlib
import json
import time

import pytest

import support
from support import refused, unique, until

ACCOUNT = "000000000000"


@pytest.fixture(scope="session")
def sqs():
    """The SQS client."""
    return support.connect("sqs")


@pytest.fixture
def make_queue(sqs):
    """Makes queues of a test's own: `make_queue(DelaySeconds="1")` gives the URL; `suffix` ends the name."""
    made = []

    def make(suffix="", tags=None, **attributes):
        name = unique("q") + suffix
        if suffix == ".fifo":
            attributes["FifoQueue"] = "true"
        request = {"QueueName": name, "Attributes": attributes}
        if tags:
            request["tags"] = tags
        made.append(sqs.create_queue(**request)["QueueUrl"])
        return made[-1]

    yield make
    for url in made:
        try:
            sqs.delete_queue(QueueUrl=url)
        except sqs.exceptions.QueueDoesNotExist:
            pass


@pytest.fixture
def url(make_queue):
    return make_queue(VisibilityTimeout="1")


@pytest.fixture
def fifo(make_queue):
    return make_queue(".fifo", VisibilityTimeout="1")


def attributes(sqs, url, *names):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names) or ["All"]).get("Attributes", {})


def arn(sqs, url):
    return attributes(sqs, url, "QueueArn")["QueueArn"]


def receive(sqs, url, count=10, **parameters):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=count, **parameters).get("Messages", [])


def counts(sqs, url):
    told = attributes(sqs, url)
    return tuple(int(told["ApproximateNumberOfMessages" + part]) for part in ("", "NotVisible", "Delayed"))


# Queues.


def test_a_queue_is_made_found_listed_and_deleted(sqs):
    name = unique("q")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    assert url == f"{support.ENDPOINT}/{ACCOUNT}/{name}"
    assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == url
    assert sqs.list_queues(QueueNamePrefix=name)["QueueUrls"] == [url]
    sqs.delete_queue(QueueUrl=url)
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName=name)
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix=name)


def test_the_same_queue_may_be_made_twice_and_another_not(sqs, make_queue):
    url = make_queue(DelaySeconds="5")
    name = url.rsplit("/", 1)[1]
    assert sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "5"})["QueueUrl"] == url
    with pytest.raises(sqs.exceptions.QueueNameExists):
        sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "6"})
    with refused("QueueAlreadyExists", "different value for attribute DelaySeconds"):
        sqs.create_queue(QueueName=name, Attributes={"DelaySeconds": "6"})


@pytest.mark.parametrize("name", ["", "a b", "a.b", "q" * 81])
def test_names_have_rules(sqs, name):
    with refused("InvalidParameterValue", "alphanumeric"):
        sqs.create_queue(QueueName=name)


def test_queues_are_listed_page_by_page(sqs):
    prefix = unique("page")
    urls = [sqs.create_queue(QueueName=f"{prefix}-{number}")["QueueUrl"] for number in range(5)]
    pages = list(
        sqs.get_paginator("list_queues").paginate(QueueNamePrefix=prefix, PaginationConfig={"PageSize": 2}))
    assert [len(page["QueueUrls"]) for page in pages] == [2, 2, 1]
    assert [url for page in pages for url in page["QueueUrls"]] == urls
    for url in urls:
        sqs.delete_queue(QueueUrl=url)


def test_all_attributes_are_told_and_some_can_be_changed(sqs, url):
    told = attributes(sqs, url)
    assert told["VisibilityTimeout"] == "1"
    assert told["MaximumMessageSize"] == "1048576"
    assert told["MessageRetentionPeriod"] == "345600"
    assert told["DelaySeconds"] == told["ReceiveMessageWaitTimeSeconds"] == "0"
    assert told["SqsManagedSseEnabled"] == "true"
    assert told["QueueArn"] == f"arn:aws:sqs:{support.REGION}:{ACCOUNT}:{url.rsplit('/', 1)[1]}"
    assert abs(int(told["CreatedTimestamp"]) - time.time()) < 60
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "7", "MaximumMessageSize": "1024"})
    assert attributes(sqs, url, "DelaySeconds", "MaximumMessageSize") == {
        "DelaySeconds": "7", "MaximumMessageSize": "1024"}
    with refused("InvalidParameterValue", "shorter than 1024 bytes"):
        sqs.send_message(QueueUrl=url, MessageBody="x" * 1025)
    with refused("InvalidAttributeName", "Unknown Attribute Size."):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Size": "1"})
    with refused("InvalidAttributeValue"):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "901"})
    with refused("InvalidAttributeName", "Unknown Attribute Size."):
        attributes(sqs, url, "Size")


def test_tags_come_and_go(sqs, make_queue):
    url = make_queue(tags={"a": "1", "b": "2"})
    sqs.tag_queue(QueueUrl=url, Tags={"b": "3", "c": ""})
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "1", "b": "3", "c": ""}
    sqs.untag_queue(QueueUrl=url, TagKeys=["a", "b", "c"])
    assert not sqs.list_queue_tags(QueueUrl=url).get("Tags")


def test_permissions_are_kept(sqs, url):
    sqs.add_permission(QueueUrl=url, Label="l", AWSAccountIds=["111111111111"], Actions=["ReceiveMessage"])
    policy = json.loads(attributes(sqs, url, "Policy")["Policy"])
    assert policy["Statement"][0]["Sid"] == "l"
    assert policy["Statement"][0]["Action"] == "SQS:ReceiveMessage"
    with refused("InvalidParameterValue", "Already exists."):
        sqs.add_permission(QueueUrl=url, Label="l", AWSAccountIds=["111111111111"], Actions=["ReceiveMessage"])
    sqs.remove_permission(QueueUrl=url, Label="l")
    with refused("InvalidParameterValue", "can't find label."):
        sqs.remove_permission(QueueUrl=url, Label="l")
    with pytest.raises(sqs.exceptions.OverLimit):
        sqs.add_permission(QueueUrl=url, Label="m", AWSAccountIds=["1" * 12], Actions=["A"] * 8)


def test_a_queue_is_purged_once_a_minute(sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="a")
    sqs.purge_queue(QueueUrl=url)
    assert counts(sqs, url) == (0, 0, 0)
    with pytest.raises(sqs.exceptions.PurgeQueueInProgress) as caught:
        sqs.purge_queue(QueueUrl=url)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_a_queue_that_is_not_there(sqs):
    url = f"{support.ENDPOINT}/{ACCOUNT}/{unique('nobody')}"
    calls = [
        lambda: sqs.send_message(QueueUrl=url, MessageBody="a"),
        lambda: sqs.receive_message(QueueUrl=url),
        lambda: sqs.delete_message(QueueUrl=url, ReceiptHandle="x"),
        lambda: sqs.purge_queue(QueueUrl=url),
        lambda: sqs.get_queue_attributes(QueueUrl=url),
        lambda: sqs.delete_queue(QueueUrl=url),
        lambda: sqs.list_dead_letter_source_queues(QueueUrl=url),
    ]
    for call in calls:
        with refused("AWS.SimpleQueueService.NonExistentQueue", "does not exist"):
            call()
        with pytest.raises(sqs.exceptions.QueueDoesNotExist):
            call()


# Messages.


def test_a_message_goes_its_way(sqs, url):
    sent = sqs.send_message(QueueUrl=url, MessageBody="grüße 🚚\n")
    # boto3 checks nothing of this itself.
    assert sent["MD5OfMessageBody"] == hashlib.md5("grüße 🚚\n".encode()).hexdigest()
    assert counts(sqs, url) == (1, 0, 0)
    (message,) = receive(sqs, url, AttributeNames=["All"])
    assert message["Body"] == "grüße 🚚\n"
    assert message["MessageId"] == sent["MessageId"]
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    assert message["Attributes"]["SenderId"] == ACCOUNT
    assert abs(int(message["Attributes"]["SentTimestamp"]) / 1000 - time.time()) < 60
    assert counts(sqs, url) == (0, 1, 0)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert counts(sqs, url) == (0, 0, 0)
    assert receive(sqs, url) == []


def test_what_is_not_deleted_comes_back(sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="a")
    (first,) = receive(sqs, url)
    assert receive(sqs, url) == []
    (again,) = receive(sqs, url, WaitTimeSeconds=5, AttributeNames=["ApproximateReceiveCount"])
    assert again["Attributes"] == {"ApproximateReceiveCount": "2"}
    assert again["ReceiptHandle"] != first["ReceiptHandle"]
    # The older receipt deletes nothing.
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    assert sum(counts(sqs, url)) == 1
    with pytest.raises(sqs.exceptions.MessageNotInflight):
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"], VisibilityTimeout=0)


def test_visibility_is_changed(sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="a")
    (message,) = receive(sqs, url, VisibilityTimeout=60)
    handle = message["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    (message,) = receive(sqs, url, VisibilityTimeout=60)
    batch = sqs.change_message_visibility_batch(
        QueueUrl=url,
        Entries=[
            {"Id": "a", "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0},
            {"Id": "b", "ReceiptHandle": "x", "VisibilityTimeout": 0},
        ])
    assert [entry["Id"] for entry in batch["Successful"]] == ["a"]
    assert [(entry["Id"], entry["Code"]) for entry in batch["Failed"]] == [("b", "ReceiptHandleIsInvalid")]
    (message,) = receive(sqs, url)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    with refused("InvalidParameterValue", "Message does not exist"):
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=1)


def test_receipts_must_be_the_queues(sqs, url, make_queue):
    for handle in ("x", "0" * 32):
        with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    other = make_queue()
    sqs.send_message(QueueUrl=other, MessageBody="a")
    (message,) = receive(sqs, other)
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def test_batches_of_ten(sqs, url):
    entries = [{"Id": f"m{number}", "MessageBody": f"body {number}"} for number in range(10)]
    sent = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert [entry["Id"] for entry in sent["Successful"]] == [f"m{number}" for number in range(10)]
    assert not sent.get("Failed")
    messages = receive(sqs, url)
    assert sorted(message["Body"] for message in messages) == sorted(entry["MessageBody"] for entry in entries)
    deleted = sqs.delete_message_batch(
        QueueUrl=url,
        Entries=[{"Id": str(place), "ReceiptHandle": each["ReceiptHandle"]} for place, each in enumerate(messages)])
    assert len(deleted["Successful"]) == 10
    assert counts(sqs, url) == (0, 0, 0)


def test_what_batches_are_refused_for(sqs, url):
    def send(*entries):
        sqs.send_message_batch(QueueUrl=url, Entries=list(entries))

    def entry(name, body="a"):
        return {"Id": name, "MessageBody": body}

    with pytest.raises(sqs.exceptions.EmptyBatchRequest):
        send()
    with pytest.raises(sqs.exceptions.TooManyEntriesInBatchRequest):
        send(*[entry(str(number)) for number in range(11)])
    with pytest.raises(sqs.exceptions.BatchEntryIdsNotDistinct):
        send(entry("a"), entry("a"))
    with pytest.raises(sqs.exceptions.InvalidBatchEntryId):
        send(entry("a:b"))
    with pytest.raises(sqs.exceptions.BatchRequestTooLong):
        send(entry("a", "x" * 600_000), entry("b", "x" * 600_000))
    assert counts(sqs, url) == (0, 0, 0)


def test_the_request_s_trace_goes_along(url):
    client = support.connect("sqs")
    client.meta.events.register(
        "before-call.sqs", lambda params, **_: params["headers"].update({"X-Amzn-Trace-Id": "Root=1-request"}))
    own = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-own"}}
    client.send_message(QueueUrl=url, MessageBody="a")
    client.send_message_batch(
        QueueUrl=url,
        Entries=[{"Id": "b", "MessageBody": "b"}, {"Id": "c", "MessageBody": "c", "MessageSystemAttributes": own}])
    messages = receive(client, url, MessageSystemAttributeNames=["AWSTraceHeader"])
    headers = {message["Body"]: message["Attributes"]["AWSTraceHeader"] for message in messages}
    assert headers == {"a": "Root=1-request", "b": "Root=1-request", "c": "Root=1-own"}


def test_attributes_go_along_and_are_chosen(sqs, url):
    given = {
        "word": {"DataType": "String", "StringValue": "ü"},
        "number.int": {"DataType": "Number.int", "StringValue": "-1.5e3"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    sent = sqs.send_message(
        QueueUrl=url, MessageBody="a", MessageAttributes=given,
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1"}})
    assert sent["MD5OfMessageSystemAttributes"]
    (message,) = receive(
        sqs, url, VisibilityTimeout=0, MessageAttributeNames=["All"], MessageSystemAttributeNames=["AWSTraceHeader"])
    assert message["MessageAttributes"] == given
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    assert message["Attributes"] == {"AWSTraceHeader": "Root=1"}
    (message,) = receive(sqs, url, VisibilityTimeout=0, MessageAttributeNames=["number.*", "nobody"])
    assert list(message["MessageAttributes"]) == ["number.int"]
    (message,) = receive(sqs, url, VisibilityTimeout=0)
    assert "MessageAttributes" not in message


def test_what_messages_are_refused_for(sqs, url):
    with pytest.raises(sqs.exceptions.InvalidMessageContents):
        sqs.send_message(QueueUrl=url, MessageBody="\x00")
    with refused("InvalidParameterValue", "shorter than 1048576 bytes"):
        sqs.send_message(QueueUrl=url, MessageBody="x" * 1_048_577)
    with refused("InvalidParameterValue", "DelaySeconds"):
        sqs.send_message(QueueUrl=url, MessageBody="a", DelaySeconds=901)
    with refused("InvalidParameterValue", "MessageDeduplicationId"):
        sqs.send_message(QueueUrl=url, MessageBody="a", MessageDeduplicationId="x")
    with refused("InvalidParameterValue", "non-empty value"):
        sqs.send_message(
            QueueUrl=url, MessageBody="a", MessageAttributes={"a": {"DataType": "String", "StringValue": ""}})
    with pytest.raises(sqs.exceptions.UnsupportedOperation):
        sqs.send_message(
            QueueUrl=url, MessageBody="a",
            MessageAttributes={"a": {"DataType": "String", "StringListValues": ["x"]}})
    with refused("InvalidParameterValue", "Must be between 1 and 10"):
        receive(sqs, url, 11)
    with refused("InvalidParameterValue", "<= 20"):
        receive(sqs, url, WaitTimeSeconds=21)


def test_a_delayed_message_waits(sqs, url):
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=1)
    assert counts(sqs, url) == (0, 0, 1)
    assert receive(sqs, url) == []
    assert [each["Body"] for each in receive(sqs, url, WaitTimeSeconds=5)] == ["later"]


def test_a_receive_waits_as_long_as_it_says(sqs, url):
    began = time.monotonic()
    assert receive(sqs, url, WaitTimeSeconds=1) == []
    assert 0.9 < time.monotonic() - began < 5


# FIFO queues.


def test_groups_keep_their_order(sqs, fifo):
    for number in range(6):
        sent = sqs.send_message(
            QueueUrl=fifo, MessageBody=str(number), MessageGroupId=f"g{number % 2}", MessageDeduplicationId=str(number))
        assert len(sent["SequenceNumber"]) == 20
    messages = receive(sqs, fifo, 4, AttributeNames=["All"])
    assert [each["Body"] for each in messages] == ["0", "2", "4", "1"]
    assert messages[0]["Attributes"]["MessageGroupId"] == "g0"
    assert messages[0]["Attributes"]["MessageDeduplicationId"] == "0"
    # Both groups wait for what is out.
    assert receive(sqs, fifo) == []
    sqs.delete_message(QueueUrl=fifo, ReceiptHandle=messages[3]["ReceiptHandle"])
    assert [each["Body"] for each in receive(sqs, fifo)] == ["3", "5"]


def test_duplicates_are_stored_once(sqs, fifo):
    def send(body, group="g", **parameters):
        return sqs.send_message(QueueUrl=fifo, MessageBody=body, MessageGroupId=group, **parameters)

    first = send("a", MessageDeduplicationId="x")
    again = send("b", "h", MessageDeduplicationId="x")
    assert (again["MessageId"], again["SequenceNumber"]) == (first["MessageId"], first["SequenceNumber"])
    with refused("InvalidParameterValue", "ContentBasedDeduplication"):
        send("c")
    sqs.set_queue_attributes(QueueUrl=fifo, Attributes={"ContentBasedDeduplication": "true"})
    assert send("c")["MessageId"] == send("c")["MessageId"]
    assert counts(sqs, fifo)[0] == 2
    with refused("MissingParameter", "MessageGroupId"):
        sqs.send_message(QueueUrl=fifo, MessageBody="a")
    with refused("InvalidParameterValue", "MessageGroupId"):
        sqs.send_message_batch(QueueUrl=fifo, Entries=[{"Id": "a", "MessageBody": "a"}])
    with refused("InvalidParameterValue", "not valid for this queue type"):
        send("d", DelaySeconds=2)


def test_an_expired_receipt_is_refused(sqs, fifo):
    sqs.send_message(QueueUrl=fifo, MessageBody="a", MessageGroupId="g", MessageDeduplicationId="a")
    (message,) = receive(sqs, fifo)
    until(lambda: counts(sqs, fifo)[0] == 1)
    with refused("InvalidParameterValue", "The receipt handle has expired."):
        sqs.delete_message(QueueUrl=fifo, ReceiptHandle=message["ReceiptHandle"])


def test_the_name_and_the_attribute_agree(sqs):
    with refused("InvalidParameterValue", ".fifo"):
        sqs.create_queue(QueueName=unique("q"), Attributes={"FifoQueue": "true"})
    with refused("InvalidParameterValue", "alphanumeric"):
        sqs.create_queue(QueueName=unique("q") + ".fifo")


# Dead letters and move tasks.


def dead_letters(sqs, make_queue, count=1):
    """A queue whose messages fail at once, and its dead-letter queue."""
    dead = make_queue()
    policy = json.dumps({"deadLetterTargetArn": arn(sqs, dead), "maxReceiveCount": count})
    return make_queue(VisibilityTimeout="0", RedrivePolicy=policy), dead


def test_what_fails_too_often_moves(sqs, make_queue):
    source, dead = dead_letters(sqs, make_queue, 2)
    sent = sqs.send_message(QueueUrl=source, MessageBody="a")
    for _ in range(2):
        assert len(receive(sqs, source)) == 1
    assert receive(sqs, source) == []
    (message,) = receive(sqs, dead, WaitTimeSeconds=5, AttributeNames=["All"])
    assert message["MessageId"] == sent["MessageId"]
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == arn(sqs, source)
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [source]


def test_policies_are_checked(sqs, url, make_queue, fifo):
    def policy(target, count=1):
        return {"RedrivePolicy": json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": count})}

    for target, words in [("dummy", "deadLetterTargetArn"), (arn(sqs, fifo), "same type")]:
        with refused("InvalidParameterValue", words):
            sqs.set_queue_attributes(QueueUrl=url, Attributes=policy(target))
    closed = make_queue(RedriveAllowPolicy=json.dumps({"redrivePermission": "denyAll"}))
    with refused("InvalidParameterValue", "RedriveAllowPolicy"):
        sqs.set_queue_attributes(QueueUrl=url, Attributes=policy(arn(sqs, closed)))
    with refused("InvalidParameterValue", "maxReceiveCount"):
        sqs.set_queue_attributes(QueueUrl=url, Attributes=policy(arn(sqs, make_queue()), 1001))


def test_dead_letters_move_back(sqs, make_queue):
    source, dead = dead_letters(sqs, make_queue)
    for number in range(3):
        sqs.send_message(QueueUrl=source, MessageBody=str(number))
    for _ in range(3):
        receive(sqs, source)
    until(lambda: counts(sqs, dead)[0] == 3)
    task = sqs.start_message_move_task(SourceArn=arn(sqs, dead))["TaskHandle"]
    assert task

    def ended():
        (entry,) = sqs.list_message_move_tasks(SourceArn=arn(sqs, dead))["Results"]
        return entry if entry["Status"] == "COMPLETED" else None

    entry = until(ended)
    assert entry["ApproximateNumberOfMessagesMoved"] == 3
    assert sorted(each["Body"] for each in receive(sqs, source, VisibilityTimeout=30)) == ["0", "1", "2"]


def test_move_tasks_can_be_cancelled_and_are_one_at_a_time(sqs, make_queue):
    source, dead = dead_letters(sqs, make_queue)
    for number in range(5):
        sqs.send_message(QueueUrl=dead, MessageBody=str(number))
    start = {"SourceArn": arn(sqs, dead), "DestinationArn": arn(sqs, source), "MaxNumberOfMessagesPerSecond": 1}
    task = sqs.start_message_move_task(**start)["TaskHandle"]
    with refused("InvalidParameterValue", "already a task running"):
        sqs.start_message_move_task(**start)
    assert sqs.cancel_message_move_task(TaskHandle=task)["ApproximateNumberOfMessagesMoved"] < 5

    def status():
        return sqs.list_message_move_tasks(SourceArn=arn(sqs, dead))["Results"][0]["Status"]

    until(lambda: status() == "CANCELLED")
    with refused("InvalidParameterValue", "Dead Letter Queue"):
        sqs.start_message_move_task(SourceArn=arn(sqs, source))
    with refused("InvalidParameterValue", "TaskHandle"):
        sqs.cancel_message_move_task(TaskHandle="x")
    with pytest.raises(sqs.exceptions.ResourceNotFoundException):
        sqs.list_message_move_tasks(SourceArn=arn(sqs, dead) + "-nobody")
