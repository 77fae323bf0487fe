"""The Pipes API with boto3 and the AWS CLI: the template's two pipes, and pipes that tests make on tables of their own."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from support import ENDPOINT, connect, create, destroy, refused, stream_of, unique, until
from test_command_line import done

ACCOUNT = "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/pipe"
ARN_PATTERN = (
    r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-]+):([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\d{1})?)?:(\d{12})?:(.+)"
)


@pytest.fixture(scope="module")
def pipes():
    return connect("pipes")


@pytest.fixture(scope="module")
def unchecked_pipes():
    """A client that sends what boto3 itself would refuse."""
    return connect("pipes", parameter_validation=False)


@pytest.fixture(scope="module")
def ends(pipes):
    """Where the template's pipes lead to: a function and a queue for dead letters."""
    pipe = pipes.describe_pipe(Name="StandardOrderPipe")
    stream = pipe["SourceParameters"]["DynamoDBStreamParameters"]
    return {"function": pipe["Target"], "queue": stream["DeadLetterConfig"]["Arn"]}


@pytest.fixture
def source(dynamodb):
    """A table with a stream of its own."""
    table = unique("piped")
    yield create(dynamodb, table, "p:S", StreamSpecification=stream_of("NEW_AND_OLD_IMAGES"))
    destroy(dynamodb, table)


def gone(pipes, name):
    try:
        pipes.describe_pipe(Name=name)
        return False
    except pipes.exceptions.NotFoundException:
        return True


@pytest.fixture
def piped(pipes, source, ends):
    """Makes pipes from the table to the template's queue: `piped(pattern)` gives the name."""
    made = []

    def make(*patterns, **parameters):
        made.append(unique("pipe"))
        filters = {"FilterCriteria": {"Filters": [{"Pattern": p} for p in patterns]}} if patterns else {}
        request = {
            "Source": source["LatestStreamArn"],
            "SourceParameters": {
                "DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 10},
                **filters,
            },
            "Target": ends["queue"],
            "RoleArn": ROLE,
            **parameters,
        }
        answer = pipes.create_pipe(Name=made[-1], **request)
        assert answer["CurrentState"] == "CREATING"
        return made[-1]

    yield make
    for name in made:
        if not gone(pipes, name):
            pipes.delete_pipe(Name=name)
            until(lambda: gone(pipes, name))


def is_state(pipes, name, state):
    return pipes.describe_pipe(Name=name)["CurrentState"] == state


def counts(name):
    """A pipe's accounts, from the engine's report."""
    address = urlsplit(ENDPOINT)
    connection = HTTPConnection(address.hostname, address.port, timeout=20)
    try:
        connection.request("GET", f"/_sluice/pipes/{name}")
        return json.loads(connection.getresponse().read())["pipe"]
    finally:
        connection.close()


def settled(name, read):
    """The accounts once so many records are read and settled."""

    def look():
        found = counts(name)
        return found if found["read"] >= read and found["inFlight"] == 0 else None

    return until(look)


def put(dynamodb, source, numbers):
    for number in numbers:
        kind = "even" if number % 2 == 0 else "odd"
        dynamodb.put_item(
            TableName=source["TableName"],
            Item={"p": {"S": f"{number:05}"}, "kind": {"S": kind}},
        )


def of_kind(kind):
    return json.dumps({"dynamodb": {"NewImage": {"kind": {"S": [kind]}}}})


@pytest.fixture(scope="module", autouse=True)
def only_the_templates_pipes(pipes):
    yield
    assert [pipe["Name"] for pipe in pipes.list_pipes()["Pipes"]] == ["PremiumOrderPipe", "StandardOrderPipe"]


# The template's pipes


def test_pipes_are_listed(pipes):
    found = pipes.list_pipes()["Pipes"]
    assert [pipe["Name"] for pipe in found] == ["PremiumOrderPipe", "StandardOrderPipe"]
    assert all(pipe["CurrentState"] == "RUNNING" for pipe in found)
    assert all("/stream/" in pipe["Source"] and ":function:" in pipe["Target"] for pipe in found)


def test_a_list_is_paged(pipes):
    pages = pipes.get_paginator("list_pipes").paginate(PaginationConfig={"PageSize": 1})
    assert [[pipe["Name"] for pipe in page["Pipes"]] for page in pages] == [["PremiumOrderPipe"], ["StandardOrderPipe"]]


def test_a_pipe_is_described(pipes):
    pipe = pipes.describe_pipe(Name="StandardOrderPipe")
    stream = pipe["SourceParameters"]["DynamoDBStreamParameters"]
    assert pipe["Arn"].endswith(":pipe/StandardOrderPipe")
    assert (stream["BatchSize"], stream["ParallelizationFactor"], stream["StartingPosition"]) == (10, 2, "TRIM_HORIZON")
    assert stream["OnPartialBatchItemFailure"] == "AUTOMATIC_BISECT"
    patterns = [json.loads(one["Pattern"]) for one in pipe["SourceParameters"]["FilterCriteria"]["Filters"]]
    assert "NewImage" in patterns[0]["dynamodb"]
    assert pipe["CreationTime"].year >= 2026


def test_a_pipe_is_stopped_and_started(pipes):
    stopped = pipes.stop_pipe(Name="PremiumOrderPipe")
    assert (stopped["DesiredState"], stopped["Name"]) == ("STOPPED", "PremiumOrderPipe")
    assert pipes.list_pipes(DesiredState="STOPPED")["Pipes"][0]["Name"] == "PremiumOrderPipe"
    started = pipes.start_pipe(Name="PremiumOrderPipe")
    assert started["DesiredState"] == "RUNNING"
    assert started["LastModifiedTime"] >= stopped["LastModifiedTime"]
    until(lambda: is_state(pipes, "PremiumOrderPipe", "RUNNING"))


def test_wishes_at_once_leave_the_state_that_was_stored(pipes, piped):
    name = piped()
    with ThreadPoolExecutor(8) as pool:
        wishes = [pool.submit((pipes.stop_pipe if turn % 2 else pipes.start_pipe), Name=name) for turn in range(40)]
    assert {wish.result()["Name"] for wish in wishes} == {name}
    last = pipes.describe_pipe(Name=name)["DesiredState"]
    until(lambda: is_state(pipes, name, last))


# Creating, updating, deleting


def test_a_pipe_is_made_on_a_new_table_and_delivers(pipes, dynamodb, source, piped, ends):
    put(dynamodb, source, range(4))
    name = piped(
        of_kind("even"), Description="even ones", Tags={"team": "orders"},
        TargetParameters={"InputTemplate": '{"of": <$.dynamodb.Keys.p.S>}'})
    put(dynamodb, source, range(4, 10))
    found = settled(name, 10)
    assert (found["delivered"], found["filteredOut"], found["inFlight"]) == (5, 5, 0)
    pipe = pipes.describe_pipe(Name=name)
    assert pipe["Arn"] == f"arn:aws:pipes:us-east-1:{ACCOUNT}:pipe/{name}"
    assert pipe["Source"] == source["LatestStreamArn"]
    assert pipe["Target"] == ends["queue"]
    assert pipe["RoleArn"] == ROLE
    assert pipe["Description"] == "even ones"
    assert pipe["Tags"] == {"team": "orders"}
    assert (pipe["DesiredState"], pipe["CurrentState"]) == ("RUNNING", "RUNNING")
    assert pipe["TargetParameters"] == {"InputTemplate": '{"of": <$.dynamodb.Keys.p.S>}'}
    assert [one["Name"] for one in pipes.list_pipes(NamePrefix="pipe-")["Pipes"]] == [name]


def test_a_pipe_to_a_function(pipes, dynamodb, source, piped, ends):
    stream = {"StartingPosition": "TRIM_HORIZON", "BatchSize": 1, "MaximumRetryAttempts": 0}
    name = piped(Target=ends["function"], SourceParameters={"DynamoDBStreamParameters": stream})
    put(dynamodb, source, range(3))
    # The function knows orders only; what it makes of these is its own affair.
    found = settled(name, 3)
    assert (found["invocations"], found["delivered"] + found["dropped"]) == (3, 3)


def test_latest_begins_behind_what_is_there(dynamodb, source, piped):
    put(dynamodb, source, range(5))
    name = piped(SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 1}})
    pipes = connect("pipes")
    until(lambda: is_state(pipes, name, "RUNNING"))
    until(lambda: counts(name)["behind"] == 0)
    put(dynamodb, source, range(5, 7))
    assert settled(name, 2)["delivered"] == 2


def test_a_pipe_may_begin_stopped(pipes, dynamodb, source, piped):
    name = piped(DesiredState="STOPPED")
    until(lambda: is_state(pipes, name, "STOPPED"))
    put(dynamodb, source, range(3))
    assert counts(name)["read"] == 0
    updated = pipes.update_pipe(Name=name, RoleArn=ROLE, DesiredState="RUNNING")
    assert (updated["DesiredState"], updated["CurrentState"]) == ("RUNNING", "UPDATING")
    assert settled(name, 3)["delivered"] == 3


def test_a_filter_is_updated_while_writes_go_on(pipes, dynamodb, source, piped):
    """What is written after the update is judged by the new filter, and every record is settled once."""
    name = piped(of_kind("even"))
    stop = threading.Event()
    written = []

    def write():
        while not stop.is_set():
            put(dynamodb, source, [len(written)])
            written.append(len(written))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        until(lambda: counts(name)["delivered"] >= 10)
        for turn in range(6):
            seen = len(written)
            kind = ("odd", "even")[turn % 2]
            answer = pipes.update_pipe(
                Name=name, RoleArn=ROLE,
                SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": of_kind(kind)}]}})
            assert answer["CurrentState"] == "UPDATING"
            until(lambda: len(written) > seen + 20)
    finally:
        stop.set()
        writer.join()
    found = settled(name, len(written))
    assert found["read"] == len(written) == found["delivered"] + found["filteredOut"]
    assert found["dropped"] == found["deadLettered"] == found["retried"] == 0
    stream = pipes.describe_pipe(Name=name)["SourceParameters"]["DynamoDBStreamParameters"]
    assert (stream["BatchSize"], stream["StartingPosition"]) == (10, "TRIM_HORIZON")


def test_exactly_the_right_records_pass_after_an_update(pipes, dynamodb, source, piped):
    name = piped(of_kind("even"))
    put(dynamodb, source, range(20))
    assert settled(name, 20)["delivered"] == 10
    pipes.update_pipe(
        Name=name, RoleArn=ROLE,
        SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": json.dumps({"eventName": ["REMOVE"]})}]}})
    put(dynamodb, source, range(20, 30))
    found = settled(name, 30)
    assert (found["delivered"], found["filteredOut"]) == (10, 20)
    pipes.update_pipe(Name=name, RoleArn=ROLE, SourceParameters={"FilterCriteria": {"Filters": []}})
    put(dynamodb, source, range(30, 35))
    found = settled(name, 35)
    assert (found["delivered"], found["filteredOut"]) == (15, 20)
    assert "FilterCriteria" not in pipes.describe_pipe(Name=name)["SourceParameters"]


def test_an_update_replaces_blocks_and_leaves_the_rest(pipes, piped, ends):
    name = piped(of_kind("even"), Description="before", TargetParameters={"InputTemplate": "<$.eventID>"})
    pipes.update_pipe(
        Name=name, RoleArn=ROLE, Target=ends["function"],
        SourceParameters={"DynamoDBStreamParameters": {"ParallelizationFactor": 3}})
    pipe = pipes.describe_pipe(Name=name)
    stream = pipe["SourceParameters"]["DynamoDBStreamParameters"]
    assert pipe["Target"] == ends["function"]
    assert pipe["Description"] == "before"
    assert pipe["TargetParameters"]["InputTemplate"] == "<$.eventID>"
    assert (stream["ParallelizationFactor"], stream["BatchSize"], stream["StartingPosition"]) == (3, 100, "TRIM_HORIZON")
    assert len(pipe["SourceParameters"]["FilterCriteria"]["Filters"]) == 1
    assert pipe["LastModifiedTime"] >= pipe["CreationTime"]


def test_a_pipe_is_deleted_and_made_again(pipes, dynamodb, source, piped, ends):
    name = piped()
    put(dynamodb, source, range(3))
    settled(name, 3)
    deleted = pipes.delete_pipe(Name=name)
    assert (deleted["DesiredState"], deleted["CurrentState"]) == ("DELETED", "DELETING")
    until(lambda: gone(pipes, name))
    put(dynamodb, source, range(3, 5))
    again = pipes.create_pipe(
        Name=name, Source=source["LatestStreamArn"], Target=ends["queue"], RoleArn=ROLE,
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON"}})
    assert again["CurrentState"] == "CREATING"
    # From its own starting position: nothing is left of the pipe that had this name.
    assert settled(name, 5)["delivered"] == 5


# Tags


def test_tags(pipes, piped):
    name = piped(Tags={"team": "orders", "stage": "test"})
    arn = pipes.describe_pipe(Name=name)["Arn"]
    assert pipes.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "orders", "stage": "test"}
    answer = pipes.tag_resource(resourceArn=arn, tags={"stage": "live", "cost": "a b"})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    answer = pipes.untag_resource(resourceArn=arn, tagKeys=["team", "nothing"])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert pipes.describe_pipe(Name=name)["Tags"] == {"stage": "live", "cost": "a b"}
    assert done("pipes", "list-tags-for-resource", "--resource-arn", arn) == {"tags": {"stage": "live", "cost": "a b"}}


def test_at_most_fifty_tags(pipes, piped):
    arn = pipes.describe_pipe(Name=piped(Tags={f"k{n}": "v" for n in range(50)}))["Arn"]
    pipes.tag_resource(resourceArn=arn, tags={"k1": "w"})
    with says("ValidationException", "Number of Tags exceed the current limit for the provided ResourceArn"):
        pipes.tag_resource(resourceArn=arn, tags={"another": "v"})


def test_tags_of_aws(pipes, piped):
    arn = pipes.describe_pipe(Name=piped())["Arn"]
    with says("ValidationException", "Tag Key cannot be prefixed with aws:, Key: aws:x"):
        pipes.tag_resource(resourceArn=arn, tags={"aws:x": "v"})


# Errors


class says:
    """Expects a refusal with exactly this message."""

    def __init__(self, code, message, status=400):
        self.code, self.message, self.status = code, message, status

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        assert kind is not None and issubclass(kind, ClientError), f"no refusal: {error!r}"
        assert error.response["Error"]["Code"] == self.code
        assert error.response["Error"]["Message"] == self.message
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == self.status
        return True


def one_fault(value, place, rule):
    return f"1 validation error detected: Value {value} at '{place}' failed to satisfy constraint: {rule}"


@pytest.mark.parametrize("call", ["describe_pipe", "start_pipe", "stop_pipe", "delete_pipe"])
def test_a_pipe_that_is_not_there(pipes, call):
    with says("NotFoundException", "Pipe nobody does not exist.", 404):
        getattr(pipes, call)(Name="nobody")


def test_updates_and_tags_of_a_pipe_that_is_not_there(pipes):
    with says("NotFoundException", "Pipe nobody does not exist.", 404):
        pipes.update_pipe(Name="nobody", RoleArn=ROLE)
    arn = f"arn:aws:pipes:us-east-1:{ACCOUNT}:pipe/nobody"
    with says("NotFoundException", "Pipe nobody does not exist.", 404):
        pipes.list_tags_for_resource(resourceArn=arn)
    with says("NotFoundException", "Pipe nobody does not exist.", 404):
        pipes.tag_resource(resourceArn=arn, tags={"a": "b"})
    with says("NotFoundException", "Pipe nobody does not exist.", 404):
        pipes.untag_resource(resourceArn=arn, tagKeys=["a"])


def test_a_name_is_taken_once(pipes, source, piped, ends):
    name = piped()
    for taken in (name, "StandardOrderPipe"):
        with pytest.raises(pipes.exceptions.ConflictException) as error:
            pipes.create_pipe(
                Name=taken, Source=source["LatestStreamArn"], Target=ends["queue"], RoleArn=ROLE,
                SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}})
        response = error.value.response
        assert response["Error"]["Message"] == f"Pipe {taken} already exists."
        assert (response["resourceId"], response["resourceType"]) == (taken, "Pipe")
        assert response["ResponseMetadata"]["HTTPStatusCode"] == 409


@pytest.mark.parametrize(
    "change, message",
    [
        (
            {"Name": "a b"},
            one_fault("'a b'", "name", r"Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+"),
        ),
        (
            {"Target": "queue"},
            one_fault("'queue'", "target", f"Member must satisfy regular expression pattern: {ARN_PATTERN}"),
        ),
        ({"RoleArn": None}, one_fault("null", "roleArn", "Member must not be null")),
        (
            {"DesiredState": "PAUSED"},
            one_fault("'PAUSED'", "desiredState", "Member must satisfy enum value set: [RUNNING, STOPPED]"),
        ),
        (
            {"SourceParameters": {"DynamoDBStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 10_001}}},
            one_fault(
                "'10001'", "sourceParameters.dynamoDBStreamParameters.batchSize",
                "Member must have value less than or equal to 10000"),
        ),
        (
            {"Source": f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s"},
            f"Source must be the stream of a table that is here, not arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s",
        ),
        (
            {"Target": f"arn:aws:sqs:us-east-1:{ACCOUNT}:nothing"},
            f"Target must be a function or standard queue that is here, not arn:aws:sqs:us-east-1:{ACCOUNT}:nothing",
        ),
        (
            {"Target": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:m"},
            f"Target is a Step Functions state machine (arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:m), which pipes "
            "here do not lead to; use a function or standard queue that is here",
        ),
        (
            {
                "SourceParameters": {
                    "DynamoDBStreamParameters": {
                        "StartingPosition": "LATEST",
                        "DeadLetterConfig": {"Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:nothing"},
                    }
                }
            },
            f"the dead-letter queue arn:aws:sqs:us-east-1:{ACCOUNT}:nothing is not here; correct its ARN",
        ),
        (
            {"TargetParameters": {"InputTemplate": "<aws.pipes.nope>"}},
            None,
        ),
    ],
)
def test_what_cannot_be_is_refused(unchecked_pipes, source, ends, change, message):
    request = {
        "Name": unique("pipe"),
        "Source": source["LatestStreamArn"],
        "SourceParameters": {"DynamoDBStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 1}},
        "Target": ends["queue"],
        "RoleArn": ROLE,
        **change,
    }
    request = {name: value for name, value in request.items() if value is not None}
    if message is None:
        with refused("ValidationException", "TargetParameters.InputTemplate", "aws.pipes.nope"):
            unchecked_pipes.create_pipe(**request)
    else:
        with says("ValidationException", message):
            unchecked_pipes.create_pipe(**request)
    assert gone(unchecked_pipes, "x" if " " in request["Name"] else request["Name"])


def test_a_filter_that_pipes_do_not_have(pipes, piped):
    name = piped()
    with refused("ValidationException", "Filters[0]", "wildcard"):
        pipes.update_pipe(
            Name=name, RoleArn=ROLE,
            SourceParameters={
                "FilterCriteria": {"Filters": [{"Pattern": json.dumps({"eventName": [{"wildcard": "I*"}]})}]}
            })
    assert "FilterCriteria" not in pipes.describe_pipe(Name=name)["SourceParameters"]


# The AWS CLI


def test_the_cli_lists_pipes():
    assert done("pipes", "list-pipes", "--query", "Pipes[].Name") == ["PremiumOrderPipe", "StandardOrderPipe"]


def test_the_cli_makes_updates_and_deletes_a_pipe(pipes, dynamodb, source, ends):
    name = unique("cli")
    made = done(
        "pipes", "create-pipe", "--name", name, "--source", source["LatestStreamArn"], "--target", ends["queue"],
        "--role-arn", ROLE, "--tags", "team=orders", "--source-parameters",
        '{"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 1}}')
    assert (made["Name"], made["CurrentState"]) == (name, "CREATING")
    put(dynamodb, source, range(2))
    assert settled(name, 2)["delivered"] == 2
    updated = done("pipes", "update-pipe", "--name", name, "--role-arn", ROLE, "--desired-state", "STOPPED")
    assert updated["DesiredState"] == "STOPPED"
    until(lambda: is_state(pipes, name, "STOPPED"))
    assert done("pipes", "describe-pipe", "--name", name, "--query", "Tags") == {"team": "orders"}
    assert done("pipes", "delete-pipe", "--name", name)["DesiredState"] == "DELETED"
    until(lambda: gone(pipes, name))
