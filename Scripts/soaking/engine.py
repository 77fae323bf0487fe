"""One engine after the other on the same data folder and port."""

import os
import signal
import socket
import subprocess
import time

from . import laws, resources
from .client import Client, Refused, Unreachable

START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 60.0
ORPHAN_SECONDS_MAX = 15.0
INJECTED_STORAGE_ERROR = "The fault storageError"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Engine:
    def __init__(self, program, template, functions, folder, laws_, epochs):
        self.program, self.template, self.functions, self.folder = program, template, functions, folder
        self.laws, self.epochs = laws_, epochs
        self.data = f"{folder}/data"
        self.port = free_port()
        self.client = Client(self.port)
        self.process = None
        self.life = 0
        self.started = 0.0
        # How far its clock is ahead of the machine's, in seconds; the next life begins with it.
        self.ahead = 0.0
        # Functions' processes that this life has been seen with.
        self.seen_functions = set()

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    @property
    def is_working(self):
        """Whether it runs and takes requests: one whose disk has failed only waits for its functions any more."""
        return self.is_running and b"so the engine stops" not in self.output("err")

    def log(self, name):
        return f"{self.folder}/{name}-{self.life}.log"

    def start(self, faults):
        """Starts it, with its clock where it was. Returns the seconds until it was ready."""
        self.life += 1
        self.started = 0.0
        self.seen_functions = set()
        with open(f"{self.folder}/faults-{self.life}.yaml", "w", encoding="utf-8") as file:
            file.write(faults)
        arguments = [
            self.program, "up", "--template", self.template, "--data", self.data, "--port", str(self.port),
            "--console-port", "0", "--test-clock", "--clock-ahead", f"{int(self.ahead * 1_000)}ms", "--faults", file.name,
        ]
        if self.functions:
            arguments += ["--functions", self.functions]
        begun = time.time()
        with open(self.log("out"), "wb") as out, open(self.log("err"), "wb") as err:
            # In a session of its own: Ctrl-C is for this program, which stops the engine in order.
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
        while b"Ready." not in self.output("out"):
            if not self.is_running or time.time() - begun > START_SECONDS_MAX:
                self.laws.check(laws.ENDING, False, f"life {self.life} did not start: {self.tail()}")
                raise RuntimeError(f"the engine did not start: {self.tail()}")
            time.sleep(0.02)
        self.started = time.time()
        self.client.generation += 1
        return self.started - begun

    def output(self, name):
        try:
            with open(self.log(name), "rb") as file:
                return file.read()
        except OSError:
            return b""

    def tail(self):
        text = (self.output("out") + self.output("err")).decode(errors="replace").strip()
        return " | ".join(text.splitlines()[-3:])[-600:]

    def advance(self, seconds):
        since = time.time()
        clock = self.client.post("clock/advance", {"duration": f"{int(seconds * 1_000)}ms"})
        self.ahead = clock["aheadMilliseconds"] / 1_000
        self.epochs.begin(self.ahead, since)

    def end(self, ending):
        """Ends a life: by term or kill."""
        self.look()
        if self.is_running:
            self.process.send_signal(signal.SIGKILL if ending == "kill" else signal.SIGTERM)
        return self.ended(ending == "kill")

    def ended(self, is_killed=False):
        """Waits for the end, and judges it. Returns whether it ended by an injected fault of the disk."""
        try:
            status = self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.laws.check(laws.ENDING, False, f"life {self.life} has not ended {STOP_SECONDS_MAX:.0f} s after SIGTERM")
            self.process.kill()
            status = self.process.wait()
        is_fault = status == 1 and INJECTED_STORAGE_ERROR in self.output("err").decode(errors="replace")
        expected = -signal.SIGKILL if is_killed else 0
        self.laws.check(
            laws.ENDING, status == expected or is_fault,
            lambda: f"life {self.life} ended with {status}: {self.tail()}")
        self._check_orphans()
        return is_fault

    def _check_orphans(self):
        deadline = time.time() + ORPHAN_SECONDS_MAX
        left = self.seen_functions
        while left and time.time() < deadline:
            left = {process for process in left if self._is_ours(process)}
            if left:
                time.sleep(0.05)
        self.laws.check(laws.ORPHANS, not left, f"life {self.life} left the processes {sorted(left)}")

    @staticmethod
    def _is_ours(process):
        try:
            with open(f"/proc/{process}/stat", encoding="latin-1") as file:
                # Whoever has lost its parent may be a zombie for want of somebody who collects it.
                return file.read().rpartition(")")[2].split()[0] != "Z" and resources.is_function(process)
        except OSError:
            return False

    def look(self):
        """The values of a sample; None when it is not running."""
        if not self.is_running:
            return None
        seen = resources.look(self.process.pid, self.data)
        if seen is None:
            return None
        self.seen_functions.update(seen[1])
        return seen[0]

    def status(self):
        """The engine's report; None when it does not answer."""
        try:
            return self.client.get("status")
        except (Unreachable, Refused):
            return None

    def check_data(self):
        """What `sluice data check` says of the folder of an engine that was killed."""
        done = subprocess.run(
            [self.program, "data", "check", "--data", self.data], capture_output=True, text=True, check=False)
        self.laws.check(
            laws.SOUND, done.returncode == 0, lambda: f"after life {self.life}: {(done.stdout + done.stderr)[-600:]}")

    def destroy(self):
        """Whatever happens: nothing of it stays."""
        if self.is_running:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
