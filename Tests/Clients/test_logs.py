"""CloudWatch Logs with boto3 and the AWS CLI: groups of clients, and those that functions and pipes write."""

import json
import os
import shutil
import subprocess
import time
from collections import defaultdict

import pytest

from support import ENDPOINT, connect, refused, unique, until
from test_command_line import aws, done, program

FUNCTION = "OrderProcessorFunction"
FUNCTION_GROUP = f"/aws/lambda/{FUNCTION}"
PIPE_GROUP = "/aws/vendedlogs/pipes/Orders"
ARN = "arn:aws:logs:us-east-1:000000000000:log-group:"


@pytest.fixture(scope="module")
def logs():
    return connect("logs")


@pytest.fixture
def group(logs):
    name = unique("/test")
    logs.create_log_group(logGroupName=name)
    yield name
    logs.delete_log_group(logGroupName=name)


def now():
    return int(time.time() * 1000)


def put(logs, group, stream, *messages, at=None):
    try:
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    except logs.exceptions.ResourceAlreadyExistsException:
        pass
    at = now() if at is None else at
    return logs.put_log_events(
        logGroupName=group, logStreamName=stream,
        logEvents=[{"timestamp": at + i, "message": message} for i, message in enumerate(messages)])


def found(logs, group, **parameters):
    """The events over all pages."""
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, **parameters)
    return [event for page in pages for event in page["events"]]


def messages(events):
    return [event["message"] for event in events]


def call_function(payload=b"[]"):
    connect("lambda").invoke(FunctionName=FUNCTION, Payload=payload)


# Groups and streams of clients


def test_a_group_is_described_set_and_deleted(logs):
    name = unique("/test")
    assert "ResponseMetadata" in logs.create_log_group(logGroupName=name, tags={"team": "orders"})
    with refused("ResourceAlreadyExistsException", "already exists"):
        logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName=name, retentionInDays=14)
    described, = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert described["arn"] == f"{ARN}{name}:*"
    assert described["logGroupArn"] == f"{ARN}{name}"
    assert described["retentionInDays"] == 14
    assert described["storedBytes"] == 0
    assert abs(described["creationTime"] - now()) < 60_000
    logs.delete_retention_policy(logGroupName=name)
    described, = logs.describe_log_groups(logGroupNamePattern=name[5:])["logGroups"]
    assert "retentionInDays" not in described
    logs.tag_resource(resourceArn=f"{ARN}{name}", tags={"stage": "test"})
    logs.untag_resource(resourceArn=f"{ARN}{name}", tagKeys=["team"])
    assert logs.list_tags_for_resource(resourceArn=f"{ARN}{name}")["tags"] == {"stage": "test"}
    logs.tag_log_group(logGroupName=name, tags={"a": "b"})
    logs.untag_log_group(logGroupName=name, tags=["stage"])
    assert logs.list_tags_log_group(logGroupName=name)["tags"] == {"a": "b"}
    logs.delete_log_group(logGroupName=name)
    with refused("ResourceNotFoundException", "the specified log group does not exist"):
        logs.describe_log_streams(logGroupName=name)


def test_lists_come_in_pages(logs, group):
    for number in range(5):
        put(logs, group, f"s{number}", "x", at=now() - 1000 * number)
    pages = logs.get_paginator("describe_log_streams").paginate(logGroupName=group, PaginationConfig={"PageSize": 2})
    assert [s["logStreamName"] for page in pages for s in page["logStreams"]] == ["s0", "s1", "s2", "s3", "s4"]
    pages = logs.get_paginator("describe_log_streams").paginate(
        logGroupName=group, orderBy="LastEventTime", descending=True, PaginationConfig={"PageSize": 2})
    assert [s["logStreamName"] for page in pages for s in page["logStreams"]] == ["s0", "s1", "s2", "s3", "s4"]
    pages = logs.get_paginator("describe_log_groups").paginate(PaginationConfig={"PageSize": 1})
    names = [g["logGroupName"] for page in pages for g in page["logGroups"]]
    assert names == sorted(set(names))
    assert {group, FUNCTION_GROUP, PIPE_GROUP} <= set(names)


def test_events_are_read_forwards_and_backwards(logs, group):
    put(logs, group, "s", *(f"m{number}" for number in range(5)))
    stream = {"logGroupName": group, "logStreamName": "s"}
    page = logs.get_log_events(**stream, startFromHead=True, limit=3)
    assert messages(page["events"]) == ["m0", "m1", "m2"]
    page = logs.get_log_events(**stream, startFromHead=True, nextToken=page["nextForwardToken"])
    assert messages(page["events"]) == ["m3", "m4"]
    end = logs.get_log_events(**stream, startFromHead=True, nextToken=page["nextForwardToken"])
    assert end["events"] == [] and end["nextForwardToken"] == page["nextForwardToken"]
    page = logs.get_log_events(**stream, limit=2)
    assert messages(page["events"]) == ["m3", "m4"]
    page = logs.get_log_events(**stream, limit=2, nextToken=page["nextBackwardToken"])
    assert messages(page["events"]) == ["m1", "m2"]
    assert {"timestamp", "message", "ingestionTime"} == set(page["events"][0])


def test_what_is_out_of_time_is_rejected(logs, group):
    hour = 3_600_000
    stream = {"logGroupName": group, "logStreamName": "s"}
    logs.create_log_stream(**stream)
    answer = logs.put_log_events(**stream, logEvents=[
        {"timestamp": now() - 15 * 24 * hour, "message": "old"}, {"timestamp": now(), "message": "now"},
        {"timestamp": now() + 3 * hour, "message": "new"}])
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2}
    assert messages(found(logs, group)) == ["now"]
    with refused("InvalidParameterException", "chronological order"):
        logs.put_log_events(**stream, logEvents=[
            {"timestamp": now(), "message": "b"}, {"timestamp": now() - 1, "message": "a"}])
    with refused("InvalidParameterException", "cannot span more than 24 hours"):
        logs.put_log_events(**stream, logEvents=[
            {"timestamp": now() - 25 * hour, "message": "a"}, {"timestamp": now(), "message": "b"}])
    with refused("InvalidParameterException", "Upload too large"):
        logs.put_log_events(**stream, logEvents=[{"timestamp": now(), "message": "x" * (1 << 20)}])
    with refused("ResourceNotFoundException", "log stream does not exist"):
        logs.put_log_events(
            logGroupName=group, logStreamName="none", logEvents=[{"timestamp": now(), "message": "x"}])


@pytest.mark.parametrize("pattern, expected", [
    ("ERROR", ["[ERROR] disk full", "[ERROR] timeout"]), ("ERROR -timeout", ["[ERROR] disk full"]),
    ("?full ?started", ["[ERROR] disk full", "[INFO] started"]), ('"disk full"', ["[ERROR] disk full"]),
    ("%\\[[EI]% -ERROR", ["[INFO] started"]), ('{ $.level = "WARN" && $.ms > 5 }', ['{"level": "WARN", "ms": 7}']),
    ("[level=ERROR, w2, w3]", ["[ERROR] disk full"]), ("", None),
])
def test_patterns_find_events(logs, group, pattern, expected):
    all_messages = ["[ERROR] disk full", "[ERROR] timeout", "[INFO] started", '{"level": "WARN", "ms": 7}']
    put(logs, group, "s", *all_messages)
    assert messages(found(logs, group, filterPattern=pattern)) == (all_messages if expected is None else expected)


def test_a_pattern_that_is_none_is_refused(logs, group):
    with refused("InvalidParameterException", "Invalid character(s) in term ':' at character 2", "quotation marks"):
        logs.filter_log_events(logGroupName=group, filterPattern="a:b")


def test_streams_are_interleaved_in_pages(logs, group):
    at = now() - 1000
    for number in range(9):
        put(logs, group, f"s{number % 3}", f"m{number}", at=at + number)
    events, token = [], {}
    while True:
        page = logs.filter_log_events(logGroupName=group, limit=2, **token)
        assert page["searchedLogStreams"] == []
        events += page["events"]
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    assert messages(events) == [f"m{number}" for number in range(9)]
    assert len({event["eventId"] for event in events}) == 9
    assert messages(found(logs, group, logStreamNames=["s1"])) == ["m1", "m4", "m7"]
    assert messages(found(logs, group, startTime=at + 3, endTime=at + 5)) == ["m3", "m4", "m5"]


@pytest.mark.parametrize("operation, parameters", [
    ("start_query", {"startTime": 1, "endTime": 2, "queryString": "x", "logGroupName": "x"}),
    ("put_metric_filter", {
        "logGroupName": "x", "filterName": "x", "filterPattern": "",
        "metricTransformations": [{"metricName": "x", "metricNamespace": "x", "metricValue": "1"}]}),
])
def test_what_is_not_there_says_so(logs, operation, parameters):
    with refused("UnknownOperationException", "does not run here"):
        getattr(logs, operation)(**parameters)


# What the engine writes


def test_a_functions_log_is_a_group(logs):
    before = now()
    call_function(b'{"no": "batch"}')
    described, = logs.describe_log_groups(logGroupNamePrefix=FUNCTION_GROUP)["logGroups"]
    # As the template says.
    assert described["retentionInDays"] == 30
    stream, = logs.describe_log_streams(logGroupName=FUNCTION_GROUP)["logStreams"]
    assert stream["logStreamName"].startswith(time.strftime("%Y/%m/", time.gmtime(stream["creationTime"] / 1000)))
    assert "[$LATEST]" in stream["logStreamName"]
    assert stream["lastEventTimestamp"] >= before
    events = until(lambda: found(logs, FUNCTION_GROUP, startTime=before, filterPattern='"REPORT RequestId"'))
    assert before <= events[-1]["timestamp"] <= now()
    last = logs.get_log_events(logGroupName=FUNCTION_GROUP, logStreamName=stream["logStreamName"], limit=1)
    assert last["events"][0]["message"]
    # To the millisecond: no call ends on a whole second every time.
    call_function()
    assert any(event["timestamp"] % 1000 for event in found(logs, FUNCTION_GROUP, startTime=before))
    with refused("InvalidParameterException", "written by the engine alone"):
        logs.put_log_events(
            logGroupName=FUNCTION_GROUP, logStreamName=stream["logStreamName"],
            logEvents=[{"timestamp": now(), "message": "x"}])


def test_the_pipes_group_has_a_stream_for_each_pipe(logs):
    streams = logs.describe_log_streams(logGroupName=PIPE_GROUP)["logStreams"]
    assert [stream["logStreamName"] for stream in streams] == ["PremiumOrderPipe", "StandardOrderPipe"]


def test_a_deleted_functions_group_comes_back_empty(logs):
    name = "/aws/lambda/PremiumServiceFunction"
    client = connect("lambda")
    client.invoke(FunctionName="PremiumServiceFunction", Payload=b"[]")
    logs.delete_log_group(logGroupName=name)
    deleted = now()
    client.invoke(FunctionName="PremiumServiceFunction", Payload=b"[]")
    events = until(lambda: logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"] and found(logs, name))
    assert all(event["timestamp"] >= deleted - 1 for event in events)


# The AWS CLI


def test_filter_log_events_with_the_cli():
    before = now()
    call_function()
    answer = until(lambda: done(
        "logs", "filter-log-events", "--log-group-name", FUNCTION_GROUP, "--start-time", str(before),
        "--filter-pattern", "REPORT")["events"])
    assert all(event["message"].startswith("REPORT RequestId: ") for event in answer)
    status, _, errors = aws("logs", "filter-log-events", "--log-group-name", "/none")
    assert status != 0 and "ResourceNotFoundException" in errors


def test_a_group_with_the_cli():
    name = unique("/test")
    done("logs", "create-log-group", "--log-group-name", name)
    done("logs", "create-log-stream", "--log-group-name", name, "--log-stream-name", "s")
    done("logs", "put-log-events", "--log-group-name", name, "--log-stream-name", "s",
         "--log-events", json.dumps([{"timestamp": now(), "message": "hello"}]))
    events = done("logs", "get-log-events", "--log-group-name", name, "--log-stream-name", "s")["events"]
    assert messages(events) == ["hello"]
    done("logs", "delete-log-group", "--log-group-name", name)


def following(logs, group, start):
    """What `aws logs tail --follow` asks for, question for question, without its pauses of five seconds."""
    request = {"logGroupName": group, "interleaved": True, "startTime": start}
    seen = defaultdict(set)
    while True:
        page = logs.filter_log_events(**request)
        for event in page["events"]:
            if event["eventId"] not in seen[event["timestamp"]]:
                seen[event["timestamp"]].add(event["eventId"])
                yield event
        if "nextToken" in page:
            request["nextToken"] = page["nextToken"]
        else:
            request.pop("nextToken", None)
            if seen:
                request["startTime"] = max(seen)
            yield None


def test_a_follower_sees_each_line_once_and_soon(logs):
    before = now()
    follower = following(logs, FUNCTION_GROUP, before)
    lines = []

    def look():
        lines.extend(event["message"] for event in iter(lambda: next(follower), None))
        return sum(line.startswith("REPORT") for line in lines)

    for calls in range(1, 6):
        call_function()
        until(lambda: look() >= calls, seconds=2)
    assert lines == messages(found(logs, FUNCTION_GROUP, startTime=before))


def tailing():
    """The AWS CLI of version 2, which alone has `logs tail`; nil where there is none."""
    candidates = [os.environ.get("SLUICE_AWS_CLI_2"), program(), shutil.which("aws"), "/usr/local/bin/aws", "/usr/bin/aws"]
    for candidate in candidates:
        if candidate and os.path.exists(candidate):
            run = subprocess.run([candidate, "logs", "tail"], capture_output=True, text=True, timeout=60, check=False)
            if "group_name" in run.stderr:
                return candidate
    return None


def test_aws_logs_tail_follows(logs, tmp_path):
    cli = tailing()
    if not cli:
        pytest.skip("`aws logs tail` is a command of the AWS CLI of version 2")
    call_function()
    with open(tmp_path / "tail", "w+", encoding="utf-8") as output:
        tail = subprocess.Popen(
            [cli, "--endpoint-url", ENDPOINT, "logs", "tail", FUNCTION_GROUP, "--follow", "--since", "1m",
             "--filter-pattern", "REPORT"], stdout=output, stderr=subprocess.STDOUT)

        def count():
            output.seek(0)
            return output.read().count("REPORT RequestId: ")

        try:
            first = until(count)
            call_function()
            # It asks every five seconds.
            until(lambda: count() > first, seconds=10)
        finally:
            # What starts the tests may have it that milder signals are ignored, and that is inherited.
            tail.kill()
            tail.wait(timeout=10)
