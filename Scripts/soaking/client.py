"""Requests to the engine: DynamoDB, SQS, Pipes and the engine's own paths, each on a connection of its thread."""

import http.client
import json
import threading

ACCOUNT = "000000000000"


class Unreachable(Exception):
    """The engine does not answer: it may have done what was asked, or not."""


class Refused(Exception):
    """The engine answered with an error."""

    def __init__(self, status, body):
        super().__init__(f"{status} {body[:300]}")
        self.status, self.body = status, body


class Client:
    """Thread safe; each thread has a connection that lives on between requests."""

    def __init__(self, port):
        self.port = port
        self.local = threading.local()
        # Raised when the engine was started anew: connections to the former one are of no use.
        self.generation = 0

    def request(self, method, path, body=None, headers=None, timeout=30.0):
        connection = getattr(self.local, "connection", None)
        kind = (self.generation, timeout)
        if connection is None or self.local.kind != kind:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
            self.local.connection, self.local.kind = connection, kind
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self.local.connection = None
            raise Unreachable(str(error) or type(error).__name__) from error
        if answer.status >= 300:
            raise Refused(answer.status, content.decode(errors="replace"))
        return json.loads(content) if content else {}

    def call(self, target, body, version="1.0", timeout=30.0):
        """An operation of AWS's JSON protocol."""
        headers = {"Content-Type": f"application/x-amz-json-{version}", "X-Amz-Target": target}
        return self.request("POST", "/", json.dumps(body, separators=(",", ":")), headers, timeout)

    def dynamodb(self, operation, **body):
        return self.call(f"DynamoDB_20120810.{operation}", body)

    def streams(self, operation, **body):
        return self.call(f"DynamoDBStreams_20120810.{operation}", body)

    def sqs(self, operation, **body):
        return self.call(f"AmazonSQS.{operation}", body)

    def pipes(self, method, path, body=None):
        text = None if body is None else json.dumps(body)
        return self.request(method, f"/v1/pipes/{path}", text, {"Content-Type": "application/json"})

    def get(self, path, timeout=10.0):
        return self.request("GET", f"/_sluice/{path}", timeout=timeout)

    def post(self, path, body=None, timeout=120.0):
        headers = {"Content-Type": "application/json"}
        return self.request("POST", f"/_sluice/{path}", json.dumps(body or {}), headers, timeout)

    def queue_url(self, name):
        return f"http://127.0.0.1:{self.port}/{ACCOUNT}/{name}"
