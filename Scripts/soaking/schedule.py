"""What happens when: all of it from the seed, so that the same seed, length and rate give the same schedule."""

import random
from dataclasses import dataclass, field, replace

PIPES = ("StandardOrderPipe", "PremiumOrderPipe", "AuditPipe")

FUNCTION_FAULTS = ("throttle", "error", "slow", "crash", "lostAnswer", "duplicateDelivery")
TABLE_FAULTS = ("throttle", "error", "slow", "lostAnswer", "storageError")
QUEUE_FAULTS = ("throttle", "error")


LIFE_SECONDS_MIN = 4.0


@dataclass
class Event:
    """Something that is done to the engine while it runs."""

    second: float  # of its life
    kind: str  # jump, trim, pause, redrive
    parameters: dict = field(default_factory=dict)

    def __str__(self):
        words = " ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.second:7.1f} s  {self.kind} {words}".rstrip()


@dataclass
class Life:
    """From a start of the engine to its end."""

    seconds: float
    ending: str  # term, kill, disk
    faults: list
    events: list

    def rest(self, lived):
        """What a life, ended by a fault of its disk after some seconds, had left: another one, on a disk without faults."""
        events = [replace(event, second=round(event.second - lived, 1)) for event in self.events if event.second >= lived]
        return Life(round(self.seconds - lived, 1), "term", without_disk_fault(self.faults), events)

    @property
    def faults_file(self):
        """As `sluice up --faults` reads it."""
        lines = [f"seed: {self.faults[0]}", "faults:"]
        for rule in self.faults[1:]:
            lines.append("  - {" + ", ".join(f"{name}: {value}" for name, value in rule.items()) + "}")
        return "\n".join(lines) + "\n"


def without_disk_fault(faults):
    return [rule for rule in faults if not (isinstance(rule, dict) and rule["resource"] == "StandardOrderPipe")]


def faults_of(random_, ending, seconds):
    """A seed and rules: every resource fails now and then."""
    rules = []
    for function in ("OrderProcessorFunction", "PremiumServiceFunction"):
        for fault in random_.sample(FUNCTION_FAULTS, 3):
            # A crash costs a start of a process, which is tens of calls' worth.
            rate = random_.choice((0.001, 0.002)) if fault == "crash" else random_.choice((0.002, 0.005, 0.01))
            rule = {"resource": function, "fault": fault, "rate": rate}
            if fault == "slow":
                rule["delay"] = random_.choice(("20ms", "100ms", "400ms"))
            rules.append(rule)
        # Long enough to make dead letters, at a place that another seed moves.
        rules.append({"resource": function, "fault": "error", "after": random_.randrange(20, 200), "count": 12})
    for fault in random_.sample(TABLE_FAULTS, 3):
        rule = {"resource": "OrdersTable", "fault": fault, "rate": random_.choice((0.001, 0.003))}
        if fault == "slow":
            rule["delay"] = random_.choice(("20ms", "100ms"))
        rules.append(rule)
    rules.append({"resource": "OrderProcessingDLQ", "fault": random_.choice(QUEUE_FAULTS), "rate": 0.2})
    if ending == "disk":
        # About five places of a pipe are saved each second.
        rules.append({"resource": "StandardOrderPipe", "fault": "storageError", "count": 1, "after": int(seconds * 3)})
    return [random_.randrange(1 << 31)] + rules


def events_of(random_, seconds):
    """What is done in a life, in the order of time; never two at once."""
    events = []
    step = max(2.0, min(20.0, seconds / 6))
    second = step * random_.uniform(0.5, 1)
    kinds = ["pause", "jump", "redrive", "trim"]
    bag = []
    while second < seconds - 1:
        if not bag:
            # Each kind comes as often as the others.
            bag = random_.sample(kinds, len(kinds))
        kind = bag.pop()
        if kind == "jump":
            parameters = {"minutes": random_.randrange(1, 60)}
        elif kind == "pause":
            parameters = {"pipe": random_.choice(PIPES), "seconds": round(random_.uniform(0.5, min(8, step)), 1)}
        elif kind == "trim":
            parameters = {"hours": random_.randrange(25, 31)}
        else:
            parameters = {}
        events.append(Event(round(second, 1), kind, parameters))
        second += step * random_.uniform(0.7, 1.3)
    return events


def make(seed, seconds):
    """The lives of a run of this many seconds."""
    random_ = random.Random(seed)
    lives, left = [], seconds
    # The first three are one of each; after that a kill is as likely as all else.
    # The engine of the first life is made ready by hand and must live: no fault of the disk there.
    endings = random_.sample(("term", "kill", "disk"), 3)
    if endings[-1] == "disk":
        endings.reverse()
    while left > 0:
        length = seconds * random_.uniform(0.15, 0.35)
        length = max(LIFE_SECONDS_MIN, min(length, 1_200.0))
        if left - length < LIFE_SECONDS_MIN:
            length = left
        ending = endings.pop() if endings else random_.choice(("term", "kill", "kill", "disk"))
        lives.append(Life(round(length, 1), ending, faults_of(random_, ending, length), events_of(random_, length)))
        left -= length
    # The last one ends as a user ends it, after everything is settled.
    lives[-1].ending = "term"
    lives[-1].faults = without_disk_fault(lives[-1].faults)
    return lives


def text(lives):
    lines = []
    for number, life in enumerate(lives, 1):
        lines.append(f"life {number}: {life.seconds:.1f} s, ends by {life.ending}, {len(life.faults) - 1} faults")
        lines += [f"  {event}" for event in life.events]
    return "\n".join(lines)
