"""Time from the beginning of a SendMessage to the end of the ReceiveMessage that waited for it, one message at a time."""

import json
import sys
import threading
import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

QUEUE = "http://localhost/000000000000/asked"


class Client:
    def __init__(self, url):
        address = urlsplit(url)
        self.connection = HTTPConnection(address.hostname, address.port, timeout=60)

    def call(self, operation, **members):
        headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS." + operation}
        self.connection.request("POST", "/", json.dumps({"QueueUrl": QUEUE, **members}), headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return json.loads(body)


def main(url, count):
    arrivals = {}
    arrived = threading.Semaphore(0)

    def receive():
        client = Client(url)
        while len(arrivals) < count:
            for message in client.call("ReceiveMessage", MaxNumberOfMessages=10, WaitTimeSeconds=20).get("Messages", []):
                arrivals[message["Body"]] = time.perf_counter()
                arrived.release()
                client.call("DeleteMessage", ReceiptHandle=message["ReceiptHandle"])

    receiver = threading.Thread(target=receive, daemon=True)
    receiver.start()
    sender, sent = Client(url), {}
    for number in range(count):
        # The receiver is to wait when the message comes.
        time.sleep(0.003)
        sent[str(number)] = time.perf_counter()
        sender.call("SendMessage", MessageBody=str(number))
        arrived.acquire(timeout=30)
    times = sorted(arrivals[body] - sent[body] for body in sent)
    p50, p99 = (1_000 * times[int(len(times) * part)] for part in (0.5, 0.99))
    print(f"send to long poll   p50 {p50:.2f} ms  p99 {p99:.2f} ms  most {1_000 * times[-1]:.2f} ms  ({count} messages)")


main(sys.argv[1], int(sys.argv[2]))
