"""Functions made, changed and deleted with boto3 and the AWS CLI."""

import base64
import importlib.util
import io
import json
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from support import connect, unique, until
from test_command_line import done

ROLE = "arn:aws:iam::000000000000:role/any"

# The Runtime API in a few lines: answers with what `answer(event)` gives.
LOOP = """#!/usr/bin/env python3
import json, os, urllib.request
base = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
def answer(event):
    return %s
while True:
    with urllib.request.urlopen(base + "next") as response:
        request, event = response.headers["Lambda-Runtime-Aws-Request-Id"], json.loads(response.read())
    urllib.request.urlopen(base + request + "/response", data=json.dumps(answer(event)).encode()).close()
"""


def package(files):
    """A zip of `name: text`; all are executable."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o100755 << 16
            archive.writestr(info, text)
    return buffer.getvalue()


def bootstrap(expression):
    return package({"bootstrap": LOOP % expression})


@pytest.fixture(scope="module")
def functions():
    return connect("lambda")


@pytest.fixture
def name(functions):
    free = unique("f")
    yield free
    if free in [function["FunctionName"] for function in functions.list_functions()["Functions"]]:
        functions.delete_function(FunctionName=free)


@pytest.fixture
def make(functions, name):
    def make_function(zip_file, runtime="provided.al2023", handler="bootstrap", **settings):
        return functions.create_function(
            FunctionName=name, Runtime=runtime, Role=ROLE, Handler=handler, Code={"ZipFile": zip_file}, **settings)

    return make_function


def call(functions, name, event=None):
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(event))
    assert "FunctionError" not in answer, answer["Payload"].read()
    return json.loads(answer["Payload"].read())


def code(error):
    return error.value.response["Error"]["Code"], error.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_function_is_made_called_and_deleted(functions, make, name):
    zip_file = bootstrap("[event, os.environ['STAGE'], os.environ['AWS_ENDPOINT_URL'], os.environ['AWS_REGION']]")
    made = make(
        zip_file, Timeout=7, MemorySize=192, Description="for a test", Environment={"Variables": {"STAGE": "test"}})
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert made["FunctionArn"] == f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
    assert made["CodeSize"] == len(zip_file)
    assert (made["Timeout"], made["MemorySize"], made["Description"]) == (7, 192, "for a test")
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    assert call(functions, name, {"a": 1}) == [{"a": 1}, "test", functions.meta.endpoint_url, "us-east-1"]
    assert functions.get_function(FunctionName=name)["Configuration"]["CodeSha256"] == made["CodeSha256"]
    assert functions.delete_function(FunctionName=name)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(ClientError) as error:
        functions.invoke(FunctionName=name)
    assert code(error) == ("ResourceNotFoundException", 404)


def test_new_code_takes_over(functions, make, name):
    make(bootstrap("'first'"))
    assert call(functions, name) == "first"
    zip_file = bootstrap("'second'")
    dry = functions.update_function_code(FunctionName=name, ZipFile=zip_file, DryRun=True)
    assert call(functions, name) == "first"
    updated = functions.update_function_code(FunctionName=name, ZipFile=zip_file)
    assert updated["CodeSha256"] != dry["CodeSha256"]
    functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    assert call(functions, name) == "second"


def test_new_settings_take_over_and_others_stay(functions, make, name):
    make(bootstrap("[os.environ.get('STAGE'), os.environ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']]"), Timeout=9)
    assert call(functions, name) == [None, "128"]
    updated = functions.update_function_configuration(
        FunctionName=name, MemorySize=256, Environment={"Variables": {"STAGE": "b"}})
    assert (updated["Timeout"], updated["MemorySize"]) == (9, 256)
    assert call(functions, name) == ["b", "256"]


def test_a_call_that_runs_is_finished_by_the_code_that_took_it(functions, make, name, tmp_path):
    started, go = tmp_path / "started", tmp_path / "go"
    until_go = f"[__import__('time').sleep(0.01) for _ in iter(lambda: os.path.exists('{go}'), True)]"
    make(bootstrap(f"(open('{started}', 'w').close(), {until_go}, 'first')[-1]"), Timeout=30)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(call, connect("lambda"), name)
        until(started.exists)
        functions.update_function_code(FunctionName=name, ZipFile=bootstrap("'second'"))
        assert call(functions, name) == "second"
        go.touch()
        assert running.result(20) == "first"


def test_python_functions_run_with_awss_runtime_client(functions, make, name):
    if importlib.util.find_spec("awslambdaric") is None:
        pytest.fail("awslambdaric is missing: run `make setup`")
    source = """
import os

def handler(event, context):
    print("handling", flush=True)
    if event == "fail":
        raise ValueError("no")
    return [event, context.function_name, context.memory_limit_in_mb, os.getcwd() == os.environ["LAMBDA_TASK_ROOT"]]
"""
    make(package({"app.py": source}), runtime=f"python3.{sys.version_info.minor}", handler="app.handler", Timeout=20)
    assert call(functions, name, {"a": 1}) == [{"a": 1}, name, "128", True]
    answer = functions.invoke(FunctionName=name, Payload=b'"fail"', LogType="Tail")
    assert answer["FunctionError"] == "Unhandled"
    failure = json.loads(answer["Payload"].read())
    assert (failure["errorType"], failure["errorMessage"]) == ("ValueError", "no")
    assert "handling" in base64.b64decode(answer["LogResult"]).decode()


def test_a_function_that_was_made_can_be_a_pipes_target(functions, make, name, dynamodb, tmp_path):
    table = unique("t")
    described = dynamodb.create_table(
        TableName=table, KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})["TableDescription"]
    seen = tmp_path / "seen"
    made = make(bootstrap(f"open('{seen}', 'a').write('x' * len(event)) and None"))
    pipes = connect("pipes")
    pipes.create_pipe(
        Name=name, RoleArn=ROLE, Source=described["LatestStreamArn"], Target=made["FunctionArn"],
        SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON"}})
    for number in range(5):
        dynamodb.put_item(TableName=table, Item={"p": {"S": str(number)}})
    until(lambda: seen.exists() and len(seen.read_text()) == 5)
    pipes.delete_pipe(Name=name)
    dynamodb.delete_table(TableName=table)


def test_what_cannot_be_is_refused(functions, make, name):
    good = bootstrap("1")
    make(good)
    with pytest.raises(ClientError) as error:
        make(good)
    assert code(error) == ("ResourceConflictException", 409)
    functions.delete_function(FunctionName=name)
    for settings, words in [
        ({"zip_file": b"no zip"}, "cannot be unpacked"),
        ({"zip_file": package({"other": "x"})}, "bootstrap"),
        ({"zip_file": good, "runtime": "nodejs22.x"}, "does not run here"),
        ({"zip_file": good, "Environment": {"Variables": {"LONG": "x" * 5_000}}}, "4KB"),
        ({"zip_file": good, "Layers": ["arn:aws:lambda:us-east-1:1:layer:a:1"]}, "Layers"),
        ({"zip_file": good, "Publish": True}, "versions"),
    ]:
        with pytest.raises(ClientError) as error:
            make(**settings)
        assert code(error) == ("InvalidParameterValueException", 400), settings
        assert words in str(error.value)
    with pytest.raises(ClientError) as error:
        functions.create_function(
            FunctionName=name, Runtime="provided.al2023", Role=ROLE, Handler="bootstrap",
            Code={"S3Bucket": "bucket", "S3Key": "key"})
    assert "ZipFile" in str(error.value)
    with pytest.raises(ClientError) as error:
        make(good, Timeout=901)
    assert code(error) == ("ValidationException", 400)
    # Nothing of all this is left.
    assert name not in [function["FunctionName"] for function in functions.list_functions()["Functions"]]


def test_a_function_with_the_cli(functions, name, tmp_path):
    first, second, answer = tmp_path / "first.zip", tmp_path / "second.zip", tmp_path / "answer.json"
    first.write_bytes(bootstrap("'first'"))
    second.write_bytes(bootstrap("'second'"))
    made = done(
        "lambda", "create-function", "--function-name", name, "--runtime", "provided.al2023", "--role", ROLE,
        "--handler", "bootstrap", "--zip-file", f"fileb://{first}")
    assert made["State"] == "Active"
    done("lambda", "update-function-code", "--function-name", name, "--zip-file", f"fileb://{second}")
    changed = done("lambda", "update-function-configuration", "--function-name", name, "--timeout", "5")
    assert changed["Timeout"] == 5
    done("lambda", "invoke", "--function-name", name, str(answer))
    assert json.loads(answer.read_text()) == "second"
    done("lambda", "delete-function", "--function-name", name)
    assert name not in done("lambda", "list-functions", "--query", "Functions[].FunctionName")
