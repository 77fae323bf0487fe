"""What must always hold, how often it was looked at, and how it was broken."""

import threading

BREAKS_KEPT = 20

BALANCE = "read = filtered out + delivered + dead-lettered + dropped + in flight, for each pipe"
COMPLETE = "each pipe has read every change once it is idle"
PRESENT = "every acknowledged order is there, as new as it was acknowledged"
RECORDED = "every acknowledged change of an order left the stream, each on top of the one before"
ORDER = "the changes of an order are sent in the order of their commits"
DELIVERED = "every matching change reached the functions' systems, or a dead letter that was redriven"
FILTERED = "nothing reached a function's system that the filters and the function keep back"
PLACE = "a pipe's settled place goes only forward in a life, and after a kill no record is missing"
TRIMMED = "nothing older than 24 hours is in a stream after a trim"
EXPIRED = "expired orders are removed, by the time to live"
SOUND = "the data folder is sound after a kill"
ORPHANS = "no process is left behind by an engine that has ended"
ENDING = "the engine ends only when it is told to, or by a fault of its disk, and stops cleanly"
ALL = (BALANCE, COMPLETE, PRESENT, RECORDED, ORDER, DELIVERED, FILTERED, PLACE, TRIMMED, EXPIRED, SOUND, ORPHANS, ENDING)


class Laws:
    """Thread safe."""

    def __init__(self, say):
        self.lock = threading.Lock()
        self.checks = dict.fromkeys(ALL, 0)
        self.breaks = {law: [] for law in ALL}
        self.break_counts = dict.fromkeys(ALL, 0)
        self.say = say

    def check(self, law, holds, what="", count=1):
        """- what: of a break; a text, or a function that gives one."""
        with self.lock:
            self.checks[law] += count
            if holds:
                return
            self.break_counts[law] += 1
            if len(self.breaks[law]) >= BREAKS_KEPT:
                return
            what = what() if callable(what) else what
            self.breaks[law].append(what)
        self.say(f"BROKEN: {law}: {what}")

    @property
    def are_broken(self):
        return any(self.break_counts.values())

    def report(self):
        return [
            {"law": law, "checks": self.checks[law], "breakCount": self.break_counts[law], "breaks": self.breaks[law]}
            for law in ALL
        ]
