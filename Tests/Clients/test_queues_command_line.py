"""Queues through the AWS CLI: the whole way of a message with nothing but it."""

import json

from support import unique
from test_command_line import aws, done


def test_a_message_with_the_cli():
    name = unique("q")
    url = done("sqs", "create-queue", "--queue-name", name, "--attributes", "VisibilityTimeout=60")["QueueUrl"]
    attribute = {"kind": {"DataType": "String", "StringValue": "order"}}
    sent = done(
        "sqs", "send-message", "--queue-url", url, "--message-body", "hello", "--message-attributes",
        json.dumps(attribute))
    received = done(
        "sqs", "receive-message", "--queue-url", url, "--wait-time-seconds", "5", "--attribute-names", "All",
        "--message-attribute-names", "All")["Messages"]
    assert [message["MessageId"] for message in received] == [sent["MessageId"]]
    assert received[0]["MessageAttributes"] == attribute
    told = done("sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "All")["Attributes"]
    assert told["ApproximateNumberOfMessagesNotVisible"] == "1"
    done("sqs", "delete-message", "--queue-url", url, "--receipt-handle", received[0]["ReceiptHandle"])
    done("sqs", "delete-queue", "--queue-url", url)
    status, _, errors = aws("sqs", "receive-message", "--queue-url", url)
    assert status != 0
    assert "AWS.SimpleQueueService.NonExistentQueue" in errors


def test_a_line_of_orders_with_the_cli():
    name = unique("q") + ".fifo"
    url = done(
        "sqs", "create-queue", "--queue-name", name, "--attributes",
        "FifoQueue=true,ContentBasedDeduplication=true")["QueueUrl"]
    for body in ("1", "2", "2"):
        done("sqs", "send-message", "--queue-url", url, "--message-body", body, "--message-group-id", "g")
    received = done("sqs", "receive-message", "--queue-url", url, "--max-number-of-messages", "10")["Messages"]
    assert [message["Body"] for message in received] == ["1", "2"]
    done("sqs", "purge-queue", "--queue-url", url)
    done("sqs", "delete-queue", "--queue-url", url)
