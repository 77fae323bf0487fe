"""TLS: an engine of its own that speaks it, asked by boto3, the AWS CLI, curl, the commands of sluice and a browser's requests."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from http.client import HTTPSConnection
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import SSLError

import test_access
from support import send_premium_order, unique, until
from test_access import CALLS, FUNCTIONS, PROGRAM, TEMPLATE, wait_for_the_file
from test_command_line import program

pytestmark = pytest.mark.skipif(not PROGRAM, reason="SLUICE_PROGRAM is not set: give the path of sluice")


class Engine(test_access.Engine):
    """`sluice up` with TLS, a credentials file and the console."""

    def __init__(self, folder, *arguments):
        super().__init__(folder, "--console", "--console-port", "0", *arguments)
        line = next(line for line in self.lines if line.startswith("the console: "))
        self.console = re.search(r"https://[^:]+(:\d+)", line).expand(r"https://127.0.0.1\1")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """With a certificate of its own, where other machines could reach it."""
    folder = tmp_path_factory.mktemp("tls")
    running = Engine(folder, "--host", "0.0.0.0", "--tls-development")
    running.bundle = str(folder / "data/tls/certificate.pem")
    yield running
    assert running.stop() == 0


def environment(engine, **more):
    own = {name.upper(): value for name, value in engine.admin.items()}
    return {**{name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}, **own, **more}


def aws(engine, *arguments, **more):
    return subprocess.run(
        [program(), "--endpoint-url", engine.url, "--output", "json", *arguments], capture_output=True, text=True,
        timeout=60, env=environment(engine, **more))


def curl(*arguments):
    return subprocess.run(["curl", "--silent", "--show-error", *arguments], capture_output=True, text=True, timeout=60)


def test_the_start_tells_what_to_trust(engine):
    assert engine.url.startswith("https://")
    assert f"clients trust it with AWS_CA_BUNDLE={engine.bundle}, aws --ca-bundle or curl --cacert" in engine.lines
    assert os.stat(engine.bundle.replace("certificate.pem", "key.pem")).st_mode & 0o777 == 0o600
    assert "PRIVATE KEY" not in open(engine.bundle).read()


@pytest.mark.parametrize("service", CALLS)
def test_boto3_is_answered(engine, service):
    CALLS[service](engine.client(service))


def test_boto3_does_not_trust_it_by_itself(engine):
    # Not `verify=None`: that takes what AWS_CA_BUNDLE may say.
    bundle, engine.bundle = engine.bundle, True
    try:
        with pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            engine.client("dynamodb").list_tables()
    finally:
        engine.bundle = bundle


def test_the_command_line_of_aws_is_answered(engine):
    for arguments in (["dynamodb", "list-tables"], ["sqs", "list-queues"], ["lambda", "list-functions"],
                      ["pipes", "list-pipes"], ["cloudwatch", "list-metrics"], ["logs", "describe-log-groups"]):
        run = aws(engine, "--ca-bundle", engine.bundle, *arguments)
        assert run.returncode == 0, (arguments, run.stderr)
    assert aws(engine, "dynamodb", "list-tables", AWS_CA_BUNDLE=engine.bundle).returncode == 0
    run = aws(engine, "dynamodb", "list-tables")
    assert run.returncode != 0 and "SSL validation failed" in run.stderr


def test_curl_is_answered(engine):
    # By every name that the certificate has for this machine.
    port = urlsplit(engine.url).port
    for host in ("127.0.0.1", "localhost"):
        run = curl("--cacert", engine.bundle, "--http2", "--write-out", " %{http_version}", f"https://{host}:{port}/")
        assert run.returncode == 0 and run.stdout.startswith("healthy") and run.stdout.endswith(" 1.1"), run.stderr
    key = engine.admin
    run = curl(
        "--cacert", engine.bundle, "--aws-sigv4", "aws:amz:us-east-1:sluice",
        "--user", f"{key['aws_access_key_id']}:{key['aws_secret_access_key']}", f"{engine.url}/_sluice/status")
    assert [pipe["name"] for pipe in json.loads(run.stdout)["pipes"]]
    assert curl(engine.url).returncode == 60, "peer certificate cannot be authenticated"
    assert curl("--cacert", engine.bundle, "--tls-max", "1.1", engine.url).returncode != 0
    # Who forgets the s is told so.
    run = curl(engine.url.replace("https", "http"))
    assert json.loads(run.stdout)["message"] == "This address speaks TLS; begin its URL with https://."


def test_an_order_reaches_its_function_and_what_that_writes_is_there(engine):
    """The functions ask the engine where there is no TLS, with a key of their own: see decision 29."""
    dynamodb = engine.client("dynamodb")
    order_id = send_premium_order(dynamodb)
    table = next(name for name in dynamodb.list_tables()["TableNames"] if "dempot" in name)
    until(lambda: dynamodb.scan(TableName=table)["Count"] > 0, 30)

    def is_delivered():
        shown = engine.sluice("pipes", "list", key=engine.admin, AWS_CA_BUNDLE=engine.bundle).stdout
        return re.search(r"PremiumOrderPipe  RUNNING  [1-9]\d* delivered.* 0 dead-lettered", shown)

    until(is_delivered)
    trace = engine.sluice("orders", "trace", order_id, key=engine.admin, AWS_CA_BUNDLE=engine.bundle)
    assert trace.returncode == 0 and "PremiumOrderPipe" in trace.stdout, trace.stderr


def test_a_queues_url_leads_over_tls(engine):
    sqs = engine.client("sqs")
    url = sqs.create_queue(QueueName=unique("q"))["QueueUrl"]
    assert url.startswith(engine.url + "/")
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"


@pytest.mark.parametrize("arguments", [
    ["pipes", "list"], ["orders", "put", "tls-1", "--amount", "5", "--customer", "7"], ["top", "--count", "1"],
    ["dlq", "list"], ["logs", "show", "OrderProcessorFunction"],
    ["load", "--rate", "50", "--seconds", "1", "--signed", "--settle", "60"],
])
def test_the_commands_of_sluice_trust_the_bundle_and_say_so_without(engine, arguments):
    run = engine.sluice(*arguments, key=engine.admin, AWS_CA_BUNDLE=engine.bundle)
    assert run.returncode == 0, run.stderr
    run = engine.sluice(*arguments, key=engine.admin)
    assert run.returncode == 1 and run.stderr.count("\n") == 1, run.stderr
    assert f"The certificate of {engine.url} is not trusted; name its file" in run.stderr and "AWS_CA_BUNDLE" in run.stderr
    run = engine.sluice(*arguments, key=engine.admin, AWS_CA_BUNDLE="/nowhere.pem")
    assert run.returncode == 1 and "AWS_CA_BUNDLE names /nowhere.pem" in run.stderr


def test_who_never_shakes_hands_keeps_nobody_out(engine):
    address = (urlsplit(engine.url).hostname, urlsplit(engine.url).port)
    silent = [socket.create_connection(address) for _ in range(200)]
    try:
        for number, held in enumerate(silent):
            # A handshake's beginning, a request without TLS, nothing.
            held.sendall([b"\x16\x03\x01\x02", b"GET / HTTP/1.1\r\n", b""][number % 3])
        engine.client("dynamodb").list_tables()
    finally:
        for held in silent:
            held.close()
    engine.client("dynamodb").list_tables()


# The console


class Browser:
    """What a browser sends to the console, with its cookie."""

    def __init__(self, engine):
        self.address = urlsplit(engine.console)
        self.context = ssl.create_default_context(cafile=engine.bundle)
        self.headers = {}

    def send(self, method, path, body=None, **headers):
        connection = HTTPSConnection(self.address.hostname, self.address.port, context=self.context, timeout=20)
        try:
            own = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(
                method, path, None if body is None else json.dumps(body), {**own, **self.headers, **headers})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def enter(self, key):
        status, headers, body = self.send("POST", "/login", {
            "accessKeyId": key["aws_access_key_id"], "secretAccessKey": key["aws_secret_access_key"]})
        if status == 204:
            self.headers["Cookie"] = headers["Set-Cookie"].split(";")[0]
            page = self.send("GET", "/")[2]
            self.headers["X-Sluice-Token"] = re.search(r'sluice-token" content="([0-9a-f]{64})"', page).group(1)
        return status, headers, body


def test_the_console_lets_keys_in_with_their_rights(engine):
    looker = engine.key("looker", "--allow", "sluice:Report", "--on", "*")
    shop = engine.key("shop", "--allow", "dynamodb:*", "--on", "*")
    wait_for_the_file()
    stranger = Browser(engine)
    assert stranger.send("GET", "/")[1]["Location"] == "/login"
    assert stranger.send("GET", "/api/pipes/PremiumOrderPipe")[0] == 401
    status, headers, body = stranger.enter(shop)
    assert status == 403 and "sluice:Report" in body and "Set-Cookie" not in headers
    assert stranger.enter({**looker, "aws_secret_access_key": "w" * 40})[0] == 403

    looks, acts = Browser(engine), Browser(engine)
    status, headers, _ = looks.enter(looker)
    assert status == 204 and "; Secure" in headers["Set-Cookie"] and "HttpOnly; SameSite=Strict" in headers["Set-Cookie"]
    assert acts.enter(engine.admin)[0] == 204
    for browser in (looks, acts):
        assert browser.send("GET", "/api/pipes/PremiumOrderPipe")[0] == 200
        assert browser.send("POST", "/api/tables/Orders/search", {})[0] == 200
    status, _, body = looks.send("POST", "/api/pipes/PremiumOrderPipe/stop", {})
    assert status == 403 and "the key of looker may look and change nothing" in body
    assert acts.send("POST", "/api/pipes/PremiumOrderPipe/stop", {})[0] == 200
    assert acts.send("POST", "/api/pipes/PremiumOrderPipe/start", {})[0] == 200
    # Of a page elsewhere, and of one without TLS.
    for origin in ("https://evil.example", engine.console.replace("https", "http")):
        assert acts.send("POST", "/api/pipes/PremiumOrderPipe/stop", {}, Origin=origin)[0] == 403
    # A key that is taken back takes the session with it.
    engine.keys("revoke", looker["aws_access_key_id"])
    wait_for_the_file()
    assert looks.send("GET", "/api/pipes/PremiumOrderPipe")[0] == 401
    assert any("a login to the console was refused" in line for line in engine.lines)
    assert not any(looker["aws_secret_access_key"] in line or "w" * 40 in line for line in engine.lines)


# Certificates


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not there to make certificates with")
@pytest.mark.parametrize("kind", ["rsa:2048", "ec"])
def test_a_certificate_of_an_authority_is_shown_with_what_leads_there(tmp_path, kind):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True)

    new = ["req", "-newkey", kind, *(["-pkeyopt", "ec_paramgen_curve:P-256"] if kind == "ec" else []), "-nodes"]
    (tmp_path / "ca").write_text("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n")
    (tmp_path / "leaf").write_text("subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n")
    openssl(*new, "-x509", "-subj", "/CN=root", "-keyout", "root.key", "-out", "root.pem", "-days", "2")
    for name, issuer, extensions in (("middle", "root", "ca"), ("server", "middle", "leaf")):
        openssl(*new, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key",
                "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", f"{name}.pem")
    (tmp_path / "chain.pem").write_text((tmp_path / "server.pem").read_text() + (tmp_path / "middle.pem").read_text())
    (tmp_path / "server.key").chmod(0o600)
    engine = Engine(tmp_path, "--tls-certificate", tmp_path / "chain.pem", "--tls-key", tmp_path / "server.key")
    address, engine.url = engine.url, engine.url.replace("127.0.0.1", "localhost")
    try:
        engine.bundle = str(tmp_path / "root.pem")
        assert engine.client("dynamodb").list_tables()["TableNames"]
        assert curl("--cacert", engine.bundle, engine.url).returncode == 0
        assert engine.sluice("pipes", "list", key=engine.admin, AWS_CA_BUNDLE=engine.bundle).returncode == 0
        assert not any("AWS_CA_BUNDLE" in line for line in engine.lines)
        # It is for localhost alone.
        run = subprocess.run(
            [PROGRAM, "pipes", "list", "--endpoint-url", address],
            capture_output=True, text=True, timeout=60, env=environment(engine, AWS_CA_BUNDLE=engine.bundle))
        assert run.returncode == 1 and "is for another name" in run.stderr, run.stderr
    finally:
        assert engine.stop() == 0


def test_the_certificate_stays_over_a_restart(tmp_path):
    contents = []
    for _ in range(2):
        functions = ["--functions", FUNCTIONS] if FUNCTIONS else []
        process = subprocess.Popen(
            [PROGRAM, "up", "--template", TEMPLATE, "--data", tmp_path / "data", "--port", "0", "--no-console",
             "--tls-development", *functions], stdout=subprocess.PIPE, text=True)
        for line in process.stdout:
            if line.startswith("Ready."):
                break
        contents.append((tmp_path / "data/tls/certificate.pem").read_text())
        process.terminate()
        assert process.wait(60) == 0
    assert contents[0] == contents[1]
