"""What was acknowledged, and what came out of it."""

import threading
from dataclasses import dataclass, field

from . import laws


@dataclass
class Order:
    tier: str
    is_test: bool
    has_customer: bool
    expires: int  # seconds of the engine's clock
    acknowledged: int = 0  # the newest version that the table answered for
    attempted: int = 0
    is_closed: bool = False  # nobody writes it any more
    # What the audit has seen: event id -> [sequence, old version, new version, first sent]
    records: dict = field(default_factory=dict)
    expected: set = field(default_factory=set)  # messages that the functions must send
    received: set = field(default_factory=set)
    was_dead: bool = False  # in a dead letter at some time
    first_messages: list = field(default_factory=list)
    is_doubtful: bool = False  # seems to be sent out of order, by what has been received so far

    def chain(self):
        """The records by sequence, as far as each continues the one before: (records, whether that is all)."""
        ordered = sorted(self.records.values())
        version = None
        for place, (_, old, new, _) in enumerate(ordered):
            if old != version:
                return ordered[:place], False
            version = new
        return ordered, True


class Ledger:
    """Thread safe."""

    def __init__(self, laws_, epochs):
        self.lock = threading.Lock()
        self.laws, self.epochs = laws_, epochs
        self.orders = {}
        self.written = self.acknowledged = self.unknown = self.audited = self.messages = self.repeated = 0
        self.forgotten = 0
        self.expired = 0

    # Writers

    def attempt(self, order_id, version, order=None):
        with self.lock:
            if order is not None:
                self.orders[order_id] = order
            entry = self.orders[order_id]
            if version > entry.attempted:
                entry.attempted = version
                self.written += 1

    def acknowledge(self, order_id, version):
        with self.lock:
            entry = self.orders[order_id]
            entry.acknowledged = max(entry.acknowledged, version)
            self.acknowledged += 1

    def close(self, order_id):
        with self.lock:
            self.orders[order_id].is_closed = True

    def living(self, until):
        """Orders that must be in the table until this time of the engine's clock: id -> least version."""
        with self.lock:
            return {
                order_id: entry.acknowledged
                for order_id, entry in self.orders.items()
                if entry.acknowledged and entry.expires > until
            }

    def expiry(self, order_id):
        with self.lock:
            entry = self.orders.get(order_id)
            return entry.expires if entry else None

    # The audit: every record of the stream

    def audit(self, record, sent):
        """- sent: when its message was, in seconds of the engine's clock."""
        change = record["dynamodb"]
        order_id = change["Keys"]["orderId"]["S"]
        old, new = version_of(change.get("OldImage")), version_of(change.get("NewImage"))
        sent = self.epochs.machine_time(sent)
        with self.lock:
            self.audited += 1
            entry = self.orders.get(order_id)
            if entry is None:
                self.repeated += 1  # of an order that is done with
                return
            known = entry.records.get(record["eventID"])
            if known:
                self.repeated += 1
                if sent is not None and known[3] is not None:
                    known[3] = min(known[3], sent)
            else:
                entry.records[record["eventID"]] = [int(change["SequenceNumber"]), old, new, sent]
                self._expect(entry, record, change)
            if new is None:
                self.expired += 1
                identity = record.get("userIdentity") or {}
                is_by_time = identity.get("principalId") == "dynamodb.amazonaws.com"
                self.laws.check(laws.EXPIRED, is_by_time, lambda: f"{order_id} was removed by {identity or 'a client'}")
            else:
                self.laws.check(
                    laws.RECORDED, new <= entry.attempted,
                    lambda: f"{order_id} has version {new}, and {entry.attempted} was the last that was written")
            self._settle(order_id, entry)

    @staticmethod
    def _expect(entry, record, change):
        """Follows the functions' rules: OrderProcessing and PremiumService."""
        image = change.get("NewImage")
        if image is None or entry.is_test or entry.tier == "upTo100":
            return
        status, before = image["status"]["S"], change.get("OldImage", {}).get("status", {}).get("S")
        if status == "pending" and record["eventName"] == "INSERT":
            entry.expected |= {"inventory.reserve", "payment.authorise"}
        elif status == "shipped" and before == "pending":
            entry.expected |= {"payment.capture", "fulfillment.ship"}
            if entry.tier == "over1000":
                entry.expected.add("fulfillment.prioritise")
                if entry.has_customer:
                    entry.expected.add("vipCare.openCase")
        elif status == "shipped" and record["eventName"] == "INSERT":
            entry.expected |= {"payment.capture", "fulfillment.ship"}

    def _settle(self, order_id, entry):
        """Forgets an order that is closed, removed, and has had all of its messages."""
        if not entry.is_closed or not entry.expected <= entry.received:
            return
        chain, is_whole = entry.chain()
        if not is_whole or not chain or chain[-1][2] is not None:
            return
        if max((record[2] or 0) for record in chain) < entry.acknowledged:
            return
        if not self._is_in_order(chain):
            # A repetition may have been received before the first: judged again with what comes, and at the end.
            entry.is_doubtful = True
            return
        if self._is_early(entry):
            return
        self.laws.check(laws.ORDER, True, count=len(chain))
        self.laws.check(laws.RECORDED, True, count=len(chain))
        self.laws.check(laws.DELIVERED, True, count=len(entry.expected))
        self.forgotten += 1
        # Kept no longer: a run of days would fill the memory.
        del self.orders[order_id]

    @staticmethod
    def _is_in_order(chain):
        times = [record[3] for record in chain if record[3] is not None]
        # Times are of a millisecond.
        return all(first <= second + 0.001 for first, second in zip(times, times[1:]))

    @staticmethod
    def _is_early(entry):
        """Whether a system heard of the second change before the first, with no dead letter to explain it."""
        firsts = entry.first_messages
        return (
            not entry.was_dead
            and "payment.capture" in firsts
            and "payment.authorise" in firsts
            and firsts.index("payment.capture") < firsts.index("payment.authorise")
        )

    # The systems behind the functions

    def message(self, system, body):
        name = f"{system}.{body['action']}"
        order_id = body["order"]["orderId"]
        with self.lock:
            self.messages += 1
            entry = self.orders.get(order_id)
            if entry is None:
                return
            is_kept_back = entry.is_test or entry.tier == "upTo100" or (
                name in ("fulfillment.prioritise", "vipCare.openCase") and entry.tier != "over1000")
            self.laws.check(laws.FILTERED, not is_kept_back, lambda: f"{name} of {order_id} ({entry.tier})")
            if name not in entry.received:
                entry.first_messages.append(name)
            entry.received.add(name)
            self._settle(order_id, entry)

    def dead_letter(self, order_ids):
        with self.lock:
            for order_id in order_ids:
                if order_id in self.orders:
                    self.orders[order_id].was_dead = True

    # The end

    def waiting(self):
        """Orders that are not done with, by what they wait for."""
        with self.lock:
            found = {"records": 0, "messages": 0, "removal": 0}
            for entry in self.orders.values():
                chain, is_whole = entry.chain()
                newest = max((record[2] or 0 for record in chain), default=0)
                if not is_whole or newest < entry.acknowledged:
                    found["records"] += 1
                elif not entry.expected <= entry.received:
                    found["messages"] += 1
                elif chain and chain[-1][2] is not None:
                    found["removal"] += 1
            return found

    def judge(self, is_removal_due):
        """What is left at the end, once everything has been delivered and received."""
        with self.lock:
            for order_id, entry in self.orders.items():
                chain, is_whole = entry.chain()
                newest = max((record[2] or 0 for record in chain), default=0)
                self.laws.check(
                    laws.RECORDED, is_whole and newest >= entry.acknowledged,
                    lambda: f"{order_id} was acknowledged up to version {entry.acknowledged}; the stream gave "
                    f"{[record[1:3] for record in sorted(entry.records.values())]}")
                missing = sorted(entry.expected - entry.received)
                self.laws.check(laws.DELIVERED, not missing, lambda: f"{order_id} misses {', '.join(missing)}")
                self.laws.check(
                    laws.ORDER, self._is_in_order(chain) and not self._is_early(entry),
                    lambda: f"{order_id}: sent {[record[3] for record in chain]}, systems heard {entry.first_messages}")
                if is_removal_due and entry.acknowledged:
                    self.laws.check(
                        laws.EXPIRED, bool(chain) and chain[-1][2] is None, f"{order_id} has expired and is not removed")


def version_of(image):
    return int(image["version"]["N"]) if image else None
