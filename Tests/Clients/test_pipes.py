"""The Pipes API with boto3 and the AWS CLI: the template's two pipes, listed, described, stopped and started."""

import json

import pytest

from support import connect, refused
from test_command_line import done


@pytest.fixture(scope="module")
def pipes():
    return connect("pipes")


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


def test_a_pipe_that_is_not_there(pipes):
    with pytest.raises(pipes.exceptions.NotFoundException) as error:
        pipes.describe_pipe(Name="nobody")
    assert error.value.response["Error"]["Message"] == "Pipe nobody does not exist."


def test_pipes_are_made_in_the_template(pipes):
    with refused("ValidationException", "template"):
        pipes.delete_pipe(Name="StandardOrderPipe")


def test_the_cli_lists_pipes():
    assert done("pipes", "list-pipes", "--query", "Pipes[].Name") == ["PremiumOrderPipe", "StandardOrderPipe"]
