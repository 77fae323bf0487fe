"""Who uses the engine: writers of orders, readers of the audit, and the systems behind the functions."""

import heapq
import json
import random
import threading
import time

from .client import Refused, Unreachable
from .ledger import Order

PAUSE_WHEN_DOWN = 0.1
STREET = "Hafenstrasse 12, 20457 Hamburg, third floor, please ring twice and leave the parcel with the neighbours"


class Gate:
    """Writers pass while it is open, and it can be waited for until all of them stand in front of it."""

    def __init__(self, count):
        self.condition = threading.Condition()
        self.count, self.standing = count, 0
        self.is_open, self.is_over = False, False

    def open(self):
        with self.condition:
            self.is_open = True
            self.condition.notify_all()

    def close(self):
        with self.condition:
            self.is_open = False

    @property
    def is_still(self):
        """Whether all writers stand in front of it."""
        with self.condition:
            return self.standing == self.count

    def end(self):
        with self.condition:
            self.is_over = True
            self.condition.notify_all()

    def pass_(self, stand):
        """Waits until it is open, having called `stand` when it was not. False when it is over."""
        with self.condition:
            if not self.is_open and not self.is_over:
                stand()
                self.standing += 1
                self.condition.notify_all()
                self.condition.wait_for(lambda: self.is_open or self.is_over)
                self.standing -= 1
            return not self.is_over


class Writer(threading.Thread):
    """Writes orders of its own at a rate: new ones, changed ones, shipped ones; each until it is acknowledged."""

    def __init__(self, number, rate, lifetimes, seed, client, ledger, epochs, gate):
        super().__init__(name=f"writer {number}", daemon=True)
        self.number, self.rate, self.lifetimes = number, rate, lifetimes
        self.random = random.Random(f"{seed}/{number}")
        self.seed = seed
        self.client, self.ledger, self.epochs, self.gate = client, ledger, epochs, gate
        self.due = []  # (moment, order id, version)
        self.items = {}
        self.issued = 0

    def stand(self):
        """Before a long pause nothing is left half done: orders would expire meanwhile."""
        for _, order_id, _ in self.due:
            self.ledger.close(order_id)
        self.due, self.items = [], {}

    def run(self):
        next_ = time.monotonic()
        while self.gate.pass_(self.stand):
            count = self.step()
            next_ = max(next_ + count / self.rate, time.monotonic() - 1)
            pause = next_ - time.monotonic()
            if pause > 0:
                time.sleep(pause)

    def step(self):
        if self.due and self.due[0][0] <= time.monotonic():
            _, order_id, version = heapq.heappop(self.due)
            self.change(order_id, version)
            return 1
        count = 1 if self.random.random() < 0.7 else 5
        self.put([self.new() for _ in range(count)])
        return count

    def new(self):
        self.issued += 1
        order_id = f"soak-{self.seed}-{self.number}-{self.issued}"
        tier, cents = self.random.choices(
            (("upTo100", 4_200), ("over100", 25_000), ("over1000", 180_000)), weights=(15, 70, 15))[0]
        is_test = self.random.random() < 0.05
        customer = None if self.random.random() < 0.1 else f"customer-{self.random.randrange(200)}"
        now = self.epochs.now()
        order = Order(tier, is_test, customer is not None, int(now + self.random.choice(self.lifetimes)))
        domain = "test.com" if is_test else "example.com"
        item = {
            "orderId": {"S": order_id}, "timestamp": {"N": str(int(now * 1_000))}, "status": {"S": "pending"},
            "amount": {"N": f"{cents / 100:.2f}"}, "currency": {"S": "USD"}, "amountTier": {"S": tier},
            "customerEmail": {"S": f"buyer@{domain}"}, "emailDomain": {"S": domain}, "units": {"N": "1"},
            "version": {"N": "1"}, "expiresAt": {"N": str(order.expires)}, "note": {"S": STREET},
        }
        if customer:
            item["customerId"] = {"S": customer}
        self.ledger.attempt(order_id, 1, order)
        self.items[order_id] = item
        return order_id

    def put(self, order_ids):
        if len(order_ids) == 1:
            self.until_done(lambda: self.client.dynamodb("PutItem", TableName="Orders", Item=self.items[order_ids[0]]))
        else:
            requests = [{"PutRequest": {"Item": self.items[order_id]}} for order_id in order_ids]
            self.until_done(lambda: self.batch(requests))
        for order_id in order_ids:
            self.acknowledged(order_id, 1)

    def batch(self, requests):
        while requests:
            answer = self.client.dynamodb("BatchWriteItem", RequestItems={"Orders": requests})
            requests = answer.get("UnprocessedItems", {}).get("Orders", [])

    def change(self, order_id, version):
        item = self.items[order_id]
        item["version"] = {"N": str(version)}
        if version == 2 and self.random.random() < 0.4:
            item["units"] = {"N": "2"}
        else:
            item["status"] = {"S": "shipped"}
        self.ledger.attempt(order_id, version)
        self.until_done(lambda: self.client.dynamodb("PutItem", TableName="Orders", Item=item))
        self.acknowledged(order_id, version)

    def acknowledged(self, order_id, version):
        self.ledger.acknowledge(order_id, version)
        is_shipped = self.items[order_id]["status"]["S"] == "shipped"
        if is_shipped or self.random.random() < 0.15:
            self.ledger.close(order_id)
            del self.items[order_id]
        else:
            heapq.heappush(self.due, (time.monotonic() + self.random.uniform(0.2, 3), order_id, version + 1))

    def until_done(self, request):
        """The same request until it is answered with yes. A program that ends gives it up."""
        pause = 0.01
        while True:
            try:
                return request()
            except Unreachable:
                pause = PAUSE_WHEN_DOWN
            except Refused as refusal:
                if refusal.status < 500 and "Throughput" not in refusal.body:
                    raise
                pause = min(pause * 2, PAUSE_WHEN_DOWN)
            self.ledger.unknown += 1
            if self.gate.is_over:
                raise SystemExit
            time.sleep(pause)


class Receiver(threading.Thread):
    """Receives the messages of a queue, hands each on, and then deletes it."""

    def __init__(self, client, queue, take, stop):
        super().__init__(name=f"receiver of {queue}", daemon=True)
        self.client, self.queue, self.take, self.stop = client, queue, take, stop

    def run(self):
        while not self.stop.is_set():
            try:
                self.receive()
            except (Unreachable, Refused):
                # Down, or made anew: what was received and not deleted comes again.
                self.stop.wait(PAUSE_WHEN_DOWN)

    def receive(self):
        url = self.client.queue_url(self.queue)
        answer = self.client.sqs(
            "ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1,
            MessageSystemAttributeNames=["SentTimestamp"])
        messages = answer.get("Messages", [])
        if not messages:
            return
        for message in messages:
            self.take(json.loads(message["Body"]), int(message["Attributes"]["SentTimestamp"]) / 1_000)
        entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
        self.client.sqs("DeleteMessageBatch", QueueUrl=url, Entries=entries)
