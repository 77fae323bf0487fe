"""The engine's clock over the run: how far it was ahead of the machine's, and when."""

import threading
import time


class Epochs:
    """Turns a time of the engine's clock into the machine's. Between two changes both run alike. Thread safe."""

    def __init__(self):
        self.lock = threading.Lock()
        self.ahead = 0.0
        self.past = []  # (from, to, ahead), in seconds of the machine's clock
        self.since = time.time()

    def begin(self, ahead, since):
        """From here on the clock is ahead by so much. The request for it was sent at `since`."""
        with self.lock:
            self.past.append((self.since, time.time(), self.ahead))
            self.ahead, self.since = ahead, since

    def now(self):
        """The engine's time."""
        with self.lock:
            return time.time() + self.ahead

    def machine_time(self, engine_time):
        """Nil when the engine's clock has shown this time never or more than once."""
        with self.lock:
            epochs = self.past + [(self.since, time.time(), self.ahead)]
        found = {
            round(engine_time - ahead, 3)
            for start, end, ahead in epochs
            if start - 0.05 <= engine_time - ahead <= end + 0.05
        }
        return found.pop() if len(found) == 1 else None
