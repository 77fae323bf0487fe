"""A run: lives one after the other, what is done in each, and the checks."""

import json
import random
import threading
import time

from . import laws, resources, schedule
from .client import Refused, Unreachable
from .engine import Engine
from .epochs import Epochs
from .laws import Laws
from .ledger import Ledger
from .traffic import Gate, Receiver, Writer

WRITERS = 4
AUDIT_QUEUE, AUDIT_PIPE = "AuditQueue", "AuditPipe"
SYSTEMS = {
    "InventoryQueue.fifo": "inventory", "PaymentQueue.fifo": "payment", "FulfillmentQueue.fifo": "fulfillment",
    "VipQueue.fifo": "vipCare",
}
SYSTEM_DEAD_LETTERS = ("InventoryDLQ.fifo", "PaymentDLQ.fifo", "FulfillmentDLQ.fifo", "VipDLQ.fifo")
# Most orders that are read back at a time.
PRESENCE_ORDERS_MAX = 5_000
# Longest that a busy machine may take to settle what waits, beside the length of a run.
SETTLE_SECONDS = 90.0
SETTLE_LAST_SECONDS = 240.0
# How long an order lives, in seconds of the engine's clock: until soon, or until the next trim whatever jumps come before.
ORDER_SECONDS = (90, 86_400)
# A trim comes at least every ten minutes of the clock.
TRIM_SLACK = 700
DAY = 86_400


class Stopped(Exception):
    """Somebody has asked for the end."""


class Run:
    def __init__(self, options, folder, say):
        self.options, self.folder, self.say = options, folder, say
        self.seconds = options.minutes * 60
        self.lives = schedule.make(options.seed, self.seconds)
        self.laws = Laws(say)
        self.epochs = Epochs()
        self.ledger = Ledger(self.laws, self.epochs)
        self.engine = Engine(options.program, options.template, options.functions, folder, self.laws, self.epochs)
        self.client = self.engine.client
        self.gate = Gate(WRITERS)
        self.writers = [
            Writer(n, options.rate / WRITERS, ORDER_SECONDS, options.seed, self.client, self.ledger, self.epochs, self.gate)
            for n in range(WRITERS)
        ]
        self.stop_receivers = threading.Event()
        self.receivers = [
            Receiver(self.client, AUDIT_QUEUE, self.ledger.audit, self.stop_receivers) for _ in range(2)
        ] + [
            Receiver(self.client, queue, lambda body, _, system=system: self.ledger.message(system, body), self.stop_receivers)
            for queue, system in list(SYSTEMS.items()) + [(q, s) for q, s in zip(SYSTEM_DEAD_LETTERS, SYSTEMS.values())]
        ]
        self.samples = []
        self.places = {}
        self.counts = dict.fromkeys(
            ("jumps", "trims", "pauses", "redrives", "redriven", "terms", "kills", "diskFaults", "continuations", "readBack"), 0)
        self.start_seconds = []
        self.injected = 0
        self.last_injected = 0
        self.random = random.Random(options.seed)
        self.is_stopping = threading.Event()
        self.is_settled = self.is_sabotaged = False
        self.begun = time.time()
        self.next_progress = 0.0
        self.sampler = threading.Thread(target=self.sample_on, name="sampler", daemon=True)
        self.sampling = threading.Event()

    # Samples, and what holds at any moment

    def sample_on(self):
        while not self.sampling.wait(self.options.sample):
            try:
                self.sample()
            except Exception as error:  # a sampler that dies unseen would leave a run that proves nothing
                self.laws.check(laws.ENDING, False, f"the sampler failed: {type(error).__name__}: {error}")

    def sample(self):
        engine, life, started = self.engine, self.engine.life, self.engine.started
        values = engine.look()
        now = time.time()
        if values and started and now > started:
            self.samples.append(resources.Sample(now - self.begun, life, now - started, values))
        status = engine.status()
        if status is None or engine.life != life:
            return
        self.check_balance(status)
        self.check_places(life)
        if status.get("faults"):
            self.last_injected = sum(fault["injected"] for fault in status["faults"]["faults"])
        if now >= self.next_progress:
            self.next_progress = now + self.options.progress
            self.progress(status, values)

    def check_balance(self, status):
        for pipe in status["pipes"]:
            parts = [pipe[name] for name in ("filteredOut", "delivered", "deadLettered", "dropped", "inFlight")]
            self.laws.check(
                laws.BALANCE, pipe["read"] == sum(parts) and min(parts) >= 0,
                lambda: f"{pipe['name']}: {pipe['read']} read, {parts}")
            # No rule of this pipeline drops anything.
            self.laws.check(laws.BALANCE, pipe["dropped"] == 0, lambda: f"{pipe['name']} dropped {pipe['dropped']}")

    def check_places(self, life):
        for name in schedule.PIPES:
            try:
                detail = self.client.get(f"pipes/{name}")
            except (Unreachable, Refused):
                continue
            if self.engine.life != life:
                return
            for shard in detail["shards"]:
                key = (life, name, shard["shardId"])
                place = int(shard["settledSequenceNumber"])
                self.laws.check(
                    laws.PLACE, place >= self.places.get(key, 0),
                    lambda: f"{name} in {shard['shardId']} went from {self.places[key]} to {place}")
                self.places[key] = place
        for key in [key for key in self.places if key[0] < life]:
            del self.places[key]

    def progress(self, status, values):
        left = max(0, self.seconds - (time.time() - self.begun))
        pipes = ", ".join(f"{p['name'].removesuffix('Pipe').removesuffix('Order')} +{p['behind']}" for p in status["pipes"])
        memory = f", {values[0]:.0f} MB" if values else ""
        self.say(
            f"life {self.engine.life}/{len(self.lives)}, {left:.0f} s left: {self.ledger.acknowledged} changes acknowledged, "
            f"{self.ledger.audited} audited, behind: {pipes}{memory}")

    # Doing

    def set_up(self):
        """The audit: a pipe without a filter to a queue of its own, and a time to live for orders."""
        self.client.sqs("CreateQueue", QueueName=AUDIT_QUEUE, Attributes={"MessageRetentionPeriod": "1209600"})
        table = self.client.dynamodb("DescribeTable", TableName="Orders")["Table"]
        self.client.dynamodb(
            "UpdateTimeToLive", TableName="Orders",
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "expiresAt"})
        self.client.pipes(
            "POST", AUDIT_PIPE,
            {
                "Source": table["LatestStreamArn"],
                "SourceParameters": {"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 10}},
                "Target": f"arn:aws:sqs:us-east-1:000000000000:{AUDIT_QUEUE}",
                "RoleArn": "arn:aws:iam::000000000000:role/pipe",
            })
        if not self.wait(20, "the audit's pipe does not run", self.are_running):
            raise RuntimeError(f"the run cannot be made ready: {self.engine.tail()}")
        self.stream = table["LatestStreamArn"]

    def are_running(self):
        status = self.engine.status()
        names = {pipe["name"] for pipe in status["pipes"] if pipe["currentState"] == "RUNNING"} if status else set()
        return names >= set(schedule.PIPES)

    def wait(self, seconds, what, look):
        """Whether it came. Asks four times a second; ends with the engine, and when somebody wants to stop."""
        deadline = time.time() + seconds
        while True:
            if look():
                return True
            if not self.engine.is_working:
                return False
            if self.is_stopping.is_set():
                raise Stopped
            if time.time() > deadline:
                self.say(f"{what}, for {seconds:.0f} s")
                return False
            time.sleep(0.25)

    def drain(self, seconds):
        """Writers stand still, pipes run, and everything is read and settled. False when it did not come to that."""
        self.gate.close()
        if not self.wait(seconds, "writers wait for answers", lambda: self.gate.is_still):
            if self.engine.is_working:
                self.laws.check(laws.COMPLETE, False, "a write was not answered")
            return False
        for name in schedule.PIPES:
            self.start_pipe(name)
        last = {}

        def is_idle():
            status = self.engine.status()
            if status is None:
                return False
            changes = next(table["changes"] for table in status["tables"] if table["name"] == "Orders")
            last.update({p["name"]: (p["read"], p["behind"], p["inFlight"], changes) for p in status["pipes"]})
            return all(p["read"] == changes and p["behind"] == 0 and p["inFlight"] == 0 for p in status["pipes"])

        is_done = self.wait(seconds, "the pipes are not idle", is_idle)
        if is_done or self.engine.is_working:
            self.laws.check(
                laws.COMPLETE, is_done,
                lambda: f"(read, behind, in flight, changes of the table) is {last} after {seconds:.0f} s", count=len(last))
        if not is_done:
            return False
        return self.wait(seconds, "records have not reached the audit", lambda: not self.ledger.waiting()["records"])

    def start_pipe(self, name):
        try:
            self.client.pipes("POST", f"{name}/start")
        except Refused as refusal:
            if refusal.status != 409:  # it runs
                raise

    def perform(self, event):
        getattr(self, f"do_{event.kind}")(**event.parameters)

    def do_jump(self, minutes):
        self.engine.advance(minutes * 60)
        self.counts["jumps"] += 1

    def do_pause(self, pipe, seconds):
        self.client.pipes("POST", f"{pipe}/stop")
        self.sleep(seconds)
        self.start_pipe(pipe)
        self.counts["pauses"] += 1

    def do_trim(self, hours):
        """A day passes: what is in the stream goes, and so do the orders. Nothing may wait in it then."""
        if not self.drain(SETTLE_SECONDS):
            self.gate.open()
            return
        try:
            self.redrive()
            self.engine.advance(hours * 3_600)
            self.counts["trims"] += 1
        finally:
            self.gate.open()
        oldest = []

        def is_trimmed():
            try:
                oldest[:] = self.oldest_records()
            except Refused:
                return False  # a shard that went meanwhile
            return all(moment > self.epochs.now() - DAY - TRIM_SLACK for moment in oldest)

        is_done = self.wait(30, "the stream is not trimmed", is_trimmed)
        if is_done or self.engine.is_working:
            self.laws.check(
                laws.TRIMMED, is_done,
                lambda: f"the oldest record is {self.epochs.now() - min(oldest, default=0):.0f} s old",
                count=max(1, len(oldest)))

    def oldest_records(self):
        """When the first record of each shard was made, in seconds of the engine's clock."""
        found, start = [], {}
        while True:
            page = self.client.streams("DescribeStream", StreamArn=self.stream, **start)["StreamDescription"]
            for shard in page["Shards"]:
                iterator = self.client.streams(
                    "GetShardIterator", StreamArn=self.stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
                records = self.client.streams("GetRecords", ShardIterator=iterator["ShardIterator"], Limit=1)["Records"]
                found += [record["dynamodb"]["ApproximateCreationDateTime"] for record in records]
            if "LastEvaluatedShardId" not in page:
                return found
            start = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}

    def do_redrive(self):
        self.redrive()

    def redrive(self):
        """All dead letters once; those that fail again stay, or come back. Returns how many there were."""
        letters, start = {}, {}
        while start is not None:
            page = self.client.post("dlq/page", {"limit": 10_000} | start)
            # A page begins anew when the letter that it should follow is gone.
            letters |= {letter["id"]: letter["keys"] for letter in page["letters"]}
            start = {"after": page["next"]} if "next" in page else None
        # "orderId=A-1 timestamp=1"
        self.ledger.dead_letter(
            part.removeprefix("orderId=") for keys in letters.values() for key in keys for part in key.split()
            if part.startswith("orderId="))
        ids = list(letters)
        for place in range(0, len(ids), 20):
            results = self.client.post("dlq/redrive", {"ids": ids[place:place + 20], "force": True})
            self.counts["redriven"] += sum(result["outcome"] == "redriven" for result in results)
        self.counts["redrives"] += 1
        return len(ids)

    def check_presence(self):
        """Reads orders back that must be there: acknowledged before, and not expired for a while yet."""
        # What happens meanwhile may only make them newer.
        living = self.ledger.living(self.epochs.now() + 30)
        ids = list(living)
        if len(ids) > PRESENCE_ORDERS_MAX:
            ids = self.random.sample(ids, PRESENCE_ORDERS_MAX)
        for order_id in ids:
            # Items have the order's time in their key, which only its writer knows: asked for by the order alone.
            answer = self.ask(
                "Query", TableName="Orders", ConsistentRead=True, KeyConditionExpression="orderId = :o",
                ExpressionAttributeValues={":o": {"S": order_id}}, ProjectionExpression="version")
            version = max((int(item["version"]["N"]) for item in answer["Items"]), default=0)
            expires = self.ledger.expiry(order_id)
            if version < living[order_id] and (expires is None or expires <= self.epochs.now()):
                continue
            self.laws.check(
                laws.PRESENT, version >= living[order_id],
                f"{order_id} was acknowledged with version {living[order_id]} and has {version}")
        self.counts["readBack"] += len(ids)

    def ask(self, operation, **parameters):
        """A request for items, again until no injected fault of the table befalls it."""
        while True:
            try:
                return self.client.dynamodb(operation, **parameters)
            except Refused as refusal:
                if refusal.status < 500 and "Throughput" not in refusal.body:
                    raise
                time.sleep(0.01)

    def sleep(self, seconds):
        """Until then, or the end of the engine."""
        deadline = time.time() + seconds
        while (left := deadline - time.time()) > 0 and self.engine.is_working:
            if self.is_stopping.is_set():
                raise Stopped
            time.sleep(min(left, 0.2))

    # Lives

    def start(self, life):
        self.start_seconds.append(self.engine.start(life.faults_file))
        if self.engine.life == 1:
            self.set_up()
            for thread in self.writers + self.receivers + [self.sampler]:
                thread.start()
        else:
            # One that was to be started when the engine ended.
            for name in schedule.PIPES:
                self.start_pipe(name)
        self.gate.open()
        if self.engine.life > 1:
            self.check_presence()

    def live(self, life):
        began = time.time()
        for event in life.events:
            self.sleep(began + event.second - time.time())
            if not self.engine.is_working:
                return
            if self.options.sabotage == "lose" and not self.is_sabotaged:
                self.lose_an_order()
            self.guard(str(event), lambda event=event: self.perform(event))
        self.sleep(began + life.seconds - time.time())

    def guard(self, what, work):
        """An engine that a fault has ended cannot answer; one that runs must."""
        try:
            work()
        except (Unreachable, Refused) as error:
            time.sleep(0.5)
            if self.engine.is_working:
                self.laws.check(laws.ENDING, False, f"{what}: {type(error).__name__}: {error}")

    def lose_an_order(self):
        """What the laws must notice: an order is gone, and nobody who writes knows of it."""
        item = self.ask("Scan", TableName="Orders", Limit=1)["Items"][0]
        key = {name: item[name] for name in ("orderId", "timestamp")}
        self.ask("DeleteItem", TableName="Orders", Key=key)
        self.is_sabotaged = True

    def end(self, life):
        self.injected += self.last_injected
        self.last_injected = 0
        if not self.engine.is_working:
            is_fault = self.engine.ended()
            self.counts["diskFaults"] += is_fault
            return
        ending = life.ending
        if ending == "disk":
            ending = "term"
        self.counts[f"{ending}s"] += 1
        is_fault = self.engine.end(ending)
        self.counts["diskFaults"] += is_fault
        if ending == "kill":
            self.engine.check_data()

    def settle(self):
        """The end of the last life: everything is delivered, orders expire, and nothing may be missing."""
        seconds = SETTLE_LAST_SECONDS
        if not self.drain(seconds):
            return
        deadline = time.time() + seconds
        # Faults go on: a dead letter may become one again.
        while self.redrive() and time.time() < deadline:
            if self.is_stopping.is_set():
                raise Stopped
        self.wait(
            seconds, "messages have not reached the functions' systems", lambda: not self.ledger.waiting()["messages"])
        self.check_presence()
        self.engine.advance(25 * 3_600)
        self.wait(60, "orders are not removed", lambda: not any(self.ledger.waiting().values()))
        self.drain(seconds)
        self.is_settled = True

    def go(self):
        """The whole run. What was found is in the laws and samples whatever happens."""
        try:
            while self.engine.life < len(self.lives):
                life = self.lives[self.engine.life]
                self.say(f"life {self.engine.life + 1}/{len(self.lives)}: {life.seconds:.0f} s, to be ended by {life.ending}")
                if self.engine.life == 0:
                    # Without it there is nothing to look at.
                    self.start(life)
                else:
                    self.guard(f"the start of life {self.engine.life + 1}", lambda life=life: self.start(life))
                began = time.time()
                self.live(life)
                lived = time.time() - began
                if life is self.lives[-1] and self.engine.is_working:
                    self.guard("the end", self.settle)
                self.end(life)
                # A fault of the disk comes when it comes; orders are written for as long as was asked.
                if life.ending == "disk" and (rest := life.rest(lived)).seconds >= schedule.LIFE_SECONDS_MIN:
                    self.lives.insert(self.engine.life, rest)
                    self.counts["continuations"] += 1
        except Stopped:
            self.say("stopping; once more ends at once")
            self.injected += self.last_injected
            if self.engine.is_running:
                self.engine.end("term")
        finally:
            self.gate.end()
            self.stop_receivers.set()
            self.sampling.set()
            self.engine.destroy()
            for thread in self.writers + self.receivers + [self.sampler]:
                if thread.is_alive():
                    thread.join(5)
        if self.is_settled:
            self.ledger.judge(is_removal_due=True)

    # The report

    def report(self):
        seconds = time.time() - self.begun
        measures = resources.judge(
            self.samples, seconds >= resources.BYTES_SECONDS_MIN, self.ledger.acknowledged / seconds)
        is_complete = self.is_settled or self.is_stopping.is_set()
        return {
            "seed": self.options.seed,
            "minutes": self.options.minutes,
            "rate": self.options.rate,
            "seconds": round(seconds, 1),
            "isStopped": self.is_stopping.is_set(),
            "isSettled": self.is_settled,
            "isBroken": self.laws.are_broken or any(m["isBroken"] for m in measures) or not is_complete,
            "lives": self.engine.life,
            "startSecondsMax": round(max(self.start_seconds, default=0), 2),
            **self.counts,
            "faultsInjected": self.injected,
            "changesWritten": self.ledger.written,
            "changesAcknowledged": self.ledger.acknowledged,
            "answersMissing": self.ledger.unknown,
            "recordsAudited": self.ledger.audited,
            "recordsRepeated": self.ledger.repeated,
            "ordersRemoved": self.ledger.expired,
            "messagesReceived": self.ledger.messages,
            "laws": self.laws.report(),
            "resources": measures,
            "samples": len(self.samples),
        }


def text(report):
    """The report for people."""
    lines = [
        f"{report['seconds']:.0f} s with seed {report['seed']}: {report['lives']} lives "
        f"({report['terms']} ended by SIGTERM, {report['kills']} by kill -9, {report['diskFaults']} by a fault of the disk), "
        f"slowest start {report['startSecondsMax']} s",
        f"  {report['jumps']} time jumps, {report['trims']} trims of the stream, {report['pauses']} pipes stopped and started, "
        f"{report['redrives']} redrives of {report['redriven']} dead letters, {report['faultsInjected']} faults injected",
        f"  {report['changesAcknowledged']} changes acknowledged, {report['answersMissing']} answers missing, "
        f"{report['recordsAudited']} records audited ({report['recordsRepeated']} repeated), "
        f"{report['messagesReceived']} messages received, {report['ordersRemoved']} orders expired, {report['readBack']} read back",
        "",
        f"{'checks':>10}  {'broken':>6}  law",
    ]
    for law in report["laws"]:
        lines.append(f"{law['checks']:>10}  {law['breakCount']:>6}  {law['law']}")
        lines += [f"{'':20}{what}" for what in law["breaks"][:5]]
    lines += ["", f"{'resource':26} {'lowest':>8} {'highest':>8} {'middle':>8} {'last':>8} {'between':>8} {'within':>8} {'allowed':>8}"]
    for row in report["resources"]:
        verdict = "BROKEN" if row["isBroken"] else "flat" if row["isJudged"] else "too short to judge"
        name = f"{row['name']}{', ' + row['unit'] if row['unit'] else ''}"
        lines.append(
            f"{name:26} {row['lowest']:>8} {row['highest']:>8} {row['middleThird']:>8} {row['lastThird']:>8} "
            f"{row['growthBetween']:>8} {row['growthWithin']:>8} {row['allowed']:>8}  {verdict}")
    lines.append("")
    if report["isStopped"]:
        lines.append("Stopped before its end: what needs the end was not judged.")
    elif not report["isSettled"]:
        lines.append("BROKEN: it did not come to rest at the end.")
    lines.append(
        f"Something is broken; the same schedule again: Scripts/soak --minutes {report['minutes']:g} --rate {report['rate']:g} --seed {report['seed']} --keep"
        if report["isBroken"] else "Every law held.")
    return "\n".join(lines)


def dumps(report):
    return json.dumps(report, indent=2, sort_keys=True)
