"""Who may come in: an engine of its own that wants signatures, asked by boto3, botocore's signers and the AWS CLI."""

import datetime
import json
import os
import re
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from unittest import mock
from urllib.parse import urlsplit

import boto3
import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from support import REGION, send_premium_order, unique, until
from test_command_line import program

PROGRAM = os.environ.get("SLUICE_PROGRAM", "")
# The folder of the functions' programs, where they are not beside sluice.
FUNCTIONS = os.environ.get("SLUICE_FUNCTIONS", "")
TEMPLATE = Path(__file__).resolve().parents[2] / "template.yaml"

pytestmark = pytest.mark.skipif(not PROGRAM, reason="SLUICE_PROGRAM is not set: give the path of sluice")


class Engine:
    """`sluice up` on the project's template, or another one, with a credentials file, or without one."""

    # The file of the certificates that clients trust besides the usual ones.
    bundle = None

    def __init__(self, folder, *arguments, template=TEMPLATE, functions=FUNCTIONS, is_signed=True):
        self.folder, self.lines = folder, []
        self.file = str(folder / "keys.json")
        self.admin = self.key("admin") if is_signed else {
            "aws_access_key_id": "anything", "aws_secret_access_key": "anything"}
        functions = ["--functions", functions] if functions else []
        credentials = ["--credentials", self.file] if is_signed else []
        self.process = subprocess.Popen(
            [PROGRAM, "up", "--template", template, "--data", folder / "data", "--port", "0", "--no-console",
             *credentials, *functions, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        threading.Thread(target=self.read, daemon=True).start()
        until(lambda: any(line.startswith("Ready.") for line in self.lines), 60)
        # Warnings may come before it.
        self.url = re.search(r" at (https?)://[^:]+(:\d+),", "\n".join(self.lines)).expand(r"\1://127.0.0.1\2")

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.strip())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def keys(self, *arguments):
        run = subprocess.run(
            [PROGRAM, "keys", *arguments, "--credentials", self.file, "--json"], capture_output=True, text=True, check=True)
        return json.loads(run.stdout)

    def key(self, name, *arguments):
        made = self.keys("create", "--name", name, *arguments)
        return {"aws_access_key_id": made["accessKeyId"], "aws_secret_access_key": made["secretAccessKey"]}

    def client(self, service, key=None, **options):
        config = Config(retries={"total_max_attempts": 1}, **options)
        return boto3.client(
            service, endpoint_url=self.url, region_name=REGION, config=config, verify=self.bundle, **(self.admin if key is None else key))

    def send(self, method, url, headers=(), body=b""):
        address = urlsplit(self.url)
        connection = HTTPConnection(address.hostname, address.port, timeout=20)
        try:
            connection.request(method, url.removeprefix(self.url), body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def sluice(self, *arguments, key=None, **more):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment.update(more)
        if key:
            environment.update({name.upper(): value for name, value in key.items()})
        return subprocess.run(
            [PROGRAM, *arguments, "--endpoint-url", self.url], capture_output=True, text=True, timeout=60, env=environment)


def run(folder):
    # Other machines could reach it: only who signs may come in.
    running = Engine(folder, "--host", "0.0.0.0", "--insecure-plaintext")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """For tests that sign rightly: ten wrong signatures within a minute would make the next ones wait."""
    yield from run(tmp_path_factory.mktemp("access"))


@pytest.fixture
def fresh(tmp_path):
    """For a test that signs wrongly."""
    yield from run(tmp_path)


@contextmanager
def refused(code, status, *words):
    with pytest.raises(ClientError) as caught:
        yield
    response = caught.value.response
    assert response["Error"]["Code"] == code, response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status, response
    for word in words:
        assert word in response["Error"]["Message"], response


CALLS = {
    "dynamodb": lambda client: client.list_tables(),
    "dynamodbstreams": lambda client: client.list_streams(),
    "sqs": lambda client: client.list_queues(),
    "logs": lambda client: client.describe_log_groups(),
    "cloudwatch": lambda client: client.list_metrics(),
    "lambda": lambda client: client.list_functions(),
    "pipes": lambda client: client.list_pipes(),
}
MISMATCH = {service: ("InvalidSignatureException", 400) for service in ("dynamodb", "dynamodbstreams", "logs")} | {
    "sqs": ("SignatureDoesNotMatch", 403), "cloudwatch": ("SignatureDoesNotMatch", 403),
    "lambda": ("InvalidSignatureException", 403), "pipes": ("InvalidSignatureException", 403)}
UNKNOWN = {service: ("UnrecognizedClientException", 400) for service in ("dynamodb", "dynamodbstreams", "logs")} | {
    "sqs": ("InvalidClientTokenId", 403), "cloudwatch": ("InvalidClientTokenId", 403),
    "lambda": ("UnrecognizedClientException", 403), "pipes": ("UnrecognizedClientException", 403)}


@pytest.mark.parametrize("service", CALLS)
def test_the_right_key_is_answered(engine, service):
    CALLS[service](engine.client(service))


def test_a_wrong_secret_is_refused(fresh):
    key = {**fresh.admin, "aws_secret_access_key": "w" * 40}
    for service, call in CALLS.items():
        with refused(*MISMATCH[service], "The request signature we calculated does not match"):
            call(fresh.client(service, key))
    # Who has the right one may go on.
    for service, call in CALLS.items():
        call(fresh.client(service))
    lines = [line for line in fresh.lines if "a request was refused" in line]
    assert len(lines) == len(CALLS)
    for line in lines:
        assert "error=InvalidSignatureException" in line and "client=127.0.0.1" in line
        assert "Signature=" not in line and fresh.admin["aws_secret_access_key"] not in line


def test_an_unknown_key_is_refused(fresh):
    key = {**fresh.admin, "aws_access_key_id": "AKIDOFNOBODY"}
    for service, call in CALLS.items():
        with refused(*UNKNOWN[service], "The security token included in the request is invalid."):
            call(fresh.client(service, key))
    with refused("UnrecognizedClientException", 400, "security token"):
        fresh.client("dynamodb", {**fresh.admin, "aws_session_token": "token"}).list_tables()


def test_a_request_without_a_signature_is_refused(engine):
    target = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}
    status, _, body = engine.send("POST", "/", target, b"{}")
    assert status == 400 and json.loads(body) == {
        "__type": "com.amazon.coral.service#MissingAuthenticationTokenException",
        "message": "Request is missing Authentication Token"}
    status, headers, body = engine.send("GET", "/2015-03-31/functions/")
    assert status == 403 and headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    for path in ("/_sluice/status", "/v1/pipes"):
        assert engine.send("GET", path)[0] == 403
    status, _, body = engine.send("GET", "/")
    assert status == 200 and body.startswith("healthy")
    # A scraper on this machine cannot sign.
    assert engine.send("GET", "/metrics")[0] == 200


@contextmanager
def clock(minutes):
    """Lets botocore's signers think that it is earlier or later."""
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    with mock.patch.object(
            botocore.auth, "get_current_datetime",
            lambda remove_tzinfo=True: now.replace(tzinfo=None) if remove_tzinfo else now):
        yield


@pytest.mark.parametrize("service, minutes, code, words", [
    ("dynamodb", -4, None, ()),
    ("dynamodb", 4, None, ()),
    ("dynamodb", -6, MISMATCH["dynamodb"], ("Signature expired: ", "- 5 min.)")),
    ("dynamodb", 6, MISMATCH["dynamodb"], ("Signature not yet current: ", "+ 5 min.)")),
    ("sqs", -14, None, ()),
    ("sqs", -16, MISMATCH["sqs"], ("Signature expired: ", "- 15 min.)")),
    ("lambda", -6, MISMATCH["lambda"], ("Signature expired: ",)),
])
def test_clocks_may_differ_by_some_minutes(engine, service, minutes, code, words):
    with clock(minutes):
        if code is None:
            CALLS[service](engine.client(service))
        else:
            with refused(*code, *words):
                CALLS[service](engine.client(service))


def presigned(engine, seconds=60, method="GET", path="/2015-03-31/functions/", service="lambda"):
    request = AWSRequest(method, engine.url + path)
    key = Credentials(engine.admin["aws_access_key_id"], engine.admin["aws_secret_access_key"])
    botocore.auth.SigV4QueryAuth(key, service, REGION, expires=seconds).add_auth(request)
    return request.url


def test_a_url_signed_beforehand_is_answered_for_its_time(fresh):
    engine = fresh
    url = presigned(engine)
    status, _, body = engine.send("GET", url)
    assert status == 200 and "Functions" in json.loads(body)
    with clock(-2):
        late = presigned(engine)
    status, headers, body = engine.send("GET", late)
    assert status == 403 and "Signature expired: " in json.loads(body)["message"]
    # Nothing can be made of it but what was signed.
    for changed in (url + "&MaxItems=1", url.replace("Expires=60", "Expires=600"), url.replace("functions/", "functions/x")):
        assert engine.send("GET", changed)[0] == 403
    assert engine.send("DELETE", url)[0] == 403


def test_boto3_makes_such_urls(engine):
    url = engine.client("lambda").generate_presigned_url("list_functions", ExpiresIn=60)
    assert engine.send("GET", url)[0] == 200


def test_a_key_may_do_what_its_rights_say(engine):
    table, index = "arn:aws:dynamodb:*:*:table/Orders", "arn:aws:dynamodb:*:*:table/Orders/index/*"
    shop = engine.key("shop", "--allow", "dynamodb:*Item", "--allow", "dynamodb:Query", "--on", table, "--on", index)
    dynamodb = engine.client("dynamodb", shop)
    item = {"orderId": {"S": unique()}, "timestamp": {"N": "1767225600000"}, "customerId": {"S": "c"}}
    wait_for_the_file()
    dynamodb.put_item(TableName="Orders", Item=item)
    key = {name: item[name] for name in ("orderId", "timestamp")}
    assert dynamodb.get_item(TableName="Orders", Key=key)["Item"] == item
    dynamodb.query(
        TableName="Orders", IndexName="customerId-index", KeyConditionExpression="customerId = :c",
        ExpressionAttributeValues={":c": {"S": "c"}})
    dynamodb.transact_write_items(TransactItems=[{"Delete": {"TableName": "Orders", "Key": key}}])
    user = "User: arn:aws:iam::000000000000:user/shop is not authorized to perform: "
    with refused("AccessDeniedException", 400, user + "dynamodb:Scan on resource: arn:aws:dynamodb:us-east-1:000000000000:table/Orders because no identity-based policy allows the dynamodb:Scan action"):
        dynamodb.scan(TableName="Orders")
    with refused("AccessDeniedException", 400, "dynamodb:GetItem", "table/Customers"):
        dynamodb.get_item(TableName="Customers", Key={"customerId": {"S": "c"}})
    with refused("AccessDeniedException", 400, "dynamodb:BatchWriteItem", "table/Customers"):
        dynamodb.batch_write_item(RequestItems={"Customers": [{"DeleteRequest": {"Key": {"customerId": {"S": "c"}}}}]})
    with refused("AccessDeniedException", 400, "dynamodb:PutItem", "table/Customers"):
        dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": "Customers", "Item": {"customerId": {"S": "c"}}}}])
    with refused("AccessDenied", 403, user + "sqs:listqueues"):
        engine.client("sqs", shop).list_queues()
    with refused("AccessDenied", 403, user + "cloudwatch:ListMetrics"):
        engine.client("cloudwatch", shop).list_metrics()
    with refused("AccessDeniedException", 403, user + "lambda:ListFunctions"):
        engine.client("lambda", shop).list_functions()
    with refused("AccessDeniedException", 403, user + "pipes:ListPipes"):
        engine.client("pipes", shop).list_pipes()


def wait_for_the_file():
    """An engine looks at its credentials file once a second, and each look of ours too early would count against us."""
    time.sleep(1.1)


def test_a_key_comes_and_goes_while_the_engine_runs(fresh):
    engine = fresh
    key = engine.key("guest")
    wait_for_the_file()
    engine.client("dynamodb", key).list_tables()
    engine.keys("revoke", key["aws_access_key_id"])
    wait_for_the_file()
    with refused(*UNKNOWN["sqs"]):
        engine.client("sqs", key).list_queues()
    listed = engine.keys("list")
    assert [entry["name"] for entry in listed if "revoked" in entry] == ["guest"]
    assert not any("secretAccessKey" in entry for entry in listed)


def test_the_functions_have_a_key_of_their_own(engine):
    """The premium function keeps in a table what it has done: no order gets through unless its requests are signed."""
    dynamodb = engine.client("dynamodb")
    send_premium_order(dynamodb)

    names = dynamodb.list_tables()["TableNames"]
    table = next(name for name in names if "dempot" in name)
    until(lambda: dynamodb.scan(TableName=table)["Count"] > 0, 30)

    def is_delivered():
        shown = engine.sluice("pipes", "list", key=engine.admin).stdout
        return re.search(r"PremiumOrderPipe  RUNNING  [1-9]\d* delivered.* 0 dead-lettered", shown)

    until(is_delivered)


def test_the_commands_of_sluice_sign_too(engine):
    run = engine.sluice("pipes", "list")
    assert run.returncode == 1 and "signed requests only" in run.stderr and "AWS_ACCESS_KEY_ID" in run.stderr
    assert engine.sluice("pipes", "list", key=engine.admin).returncode == 0
    run = engine.sluice("orders", "put", unique("A"), "--amount", "5", "--customer", "7", key=engine.admin)
    assert run.returncode == 0, run.stderr


def test_the_command_line_of_aws_signs_rightly_and_wrongly(fresh):
    engine = fresh

    def aws(*arguments, **environment):
        return subprocess.run(
            [program(), "--endpoint-url", engine.url, "--output", "json", *arguments], capture_output=True, text=True,
            timeout=60, env={**os.environ, **{name.upper(): value for name, value in engine.admin.items()}, **environment})

    for arguments in (["dynamodb", "list-tables"], ["sqs", "list-queues"], ["lambda", "list-functions"],
                      ["pipes", "list-pipes"], ["cloudwatch", "list-metrics"], ["logs", "describe-log-groups"]):
        run = aws(*arguments)
        assert run.returncode == 0, (arguments, run.stderr)
    run = aws("dynamodb", "list-tables", AWS_SECRET_ACCESS_KEY="w" * 40)
    assert run.returncode != 0 and "(InvalidSignatureException)" in run.stderr
    run = aws("sqs", "list-queues", AWS_ACCESS_KEY_ID="AKIDOFNOBODY")
    assert run.returncode != 0 and "(InvalidClientTokenId)" in run.stderr


def test_who_fails_again_and_again_waits_and_who_was_right_goes_on(fresh):
    engine = fresh
    engine.client("dynamodb").list_tables()
    stranger = engine.client("dynamodb", {**engine.admin, "aws_access_key_id": "AKIDOFNOBODY"})
    for _ in range(12):
        try:
            stranger.list_tables()
        except ClientError as error:
            code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    assert code == "ThrottlingException" and "try again in" in message
    engine.client("dynamodb").list_tables()


def test_a_file_that_others_may_read_is_refused(tmp_path):
    file = tmp_path / "keys.json"
    file.write_text('{"version": 1, "keys": []}')
    file.chmod(0o644)
    run = subprocess.run(
        [PROGRAM, "up", "--template", TEMPLATE, "--data", tmp_path / "data", "--credentials", file], capture_output=True,
        text=True, timeout=60)
    assert run.returncode == 1 and f"chmod 600 {file}" in run.stderr
    assert not (tmp_path / "data").exists()


def test_beyond_this_machine_nobody_is_let_in_by_accident(tmp_path):
    run = subprocess.run(
        [PROGRAM, "up", "--template", TEMPLATE, "--data", tmp_path / "data", "--host", "0.0.0.0"], capture_output=True,
        text=True, timeout=60)
    assert run.returncode == 1 and "--credentials" in run.stderr and "--insecure-unsigned" in run.stderr


def test_beyond_this_machine_nothing_is_sent_for_all_to_read_by_accident(tmp_path):
    subprocess.run([PROGRAM, "keys", "create", "--credentials", tmp_path / "keys.json", "--name", "a"], check=True)
    for who in (["--credentials", tmp_path / "keys.json"], ["--insecure-unsigned"]):
        run = subprocess.run(
            [PROGRAM, "up", "--template", TEMPLATE, "--data", tmp_path / "data", "--host", "0.0.0.0", *who],
            capture_output=True, text=True, timeout=60)
        assert run.returncode == 1
        for words in ("The address 0.0.0.0", "--tls-certificate", "--tls-development", "--insecure-plaintext"):
            assert words in run.stderr
    assert not (tmp_path / "data").exists()
