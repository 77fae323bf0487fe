"""The command: options, signals, and how it ends."""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time

from . import run as running
from . import schedule

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def options(arguments):
    parser = argparse.ArgumentParser(
        prog="soak", description="Run the pipeline for long, under load, faults, restarts and time jumps, and judge it.",
        epilog="Exit codes: 0 every law held, 1 something is broken, 2 wrong use, 130 stopped by Ctrl-C with nothing broken.")
    parser.add_argument("--minutes", type=float, default=10, help="how long orders are written (default: 10)")
    parser.add_argument("--rate", type=float, default=300, help="changes of orders a second (default: 300)")
    parser.add_argument("--seed", type=int, help="repeats the schedule of a run (default: a new one, which is printed)")
    parser.add_argument("--program", default=f"{PROJECT}/.build/release/sluice", help="sluice (default: the release build)")
    parser.add_argument("--functions", help="folder of the functions' programs (default: beside sluice)")
    parser.add_argument("--template", default=f"{PROJECT}/template.yaml", help="the template (default: the project's)")
    parser.add_argument("--folder", help="folder for the data, new or empty (default: one of its own)")
    parser.add_argument("--keep", action="store_true", help="keep the folder")
    parser.add_argument("--sample", type=float, default=2, help="seconds between two samples (default: 2)")
    parser.add_argument("--progress", type=float, default=15, help="seconds between two lines of progress (default: 15)")
    parser.add_argument("--schedule", action="store_true", help="print what would be done when, and do nothing")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--sabotage", choices=("lose", "none"), default="none",
        help="lose: take an acknowledged order away behind the engine's back, to see that it is missed")
    given = parser.parse_args(arguments)
    if given.minutes <= 0 or given.rate <= 0 or given.sample <= 0:
        parser.error("--minutes, --rate and --sample must be more than 0")
    if given.seed is None:
        given.seed = random.SystemRandom().randrange(1 << 31)
    if not os.access(given.program, os.X_OK) and not given.schedule:
        parser.error(f"there is no program {given.program}; run `make build`, or name one with --program")
    if given.folder and os.path.isdir(given.folder) and os.listdir(given.folder):
        parser.error(f"the folder {given.folder} is not empty; name another with --folder")
    return given


def main(arguments):
    given = options(arguments)
    if given.schedule:
        print(schedule.text(schedule.make(given.seed, given.minutes * 60)))
        return 0
    begun = time.time()

    def say(text):
        print(f"soak {time.time() - begun:7.1f} s  {text}", file=sys.stderr, flush=True)

    if given.folder:
        os.makedirs(given.folder, exist_ok=True)
    folder = os.path.abspath(given.folder) if given.folder else tempfile.mkdtemp(prefix="sluice-soak-")
    say(f"seed {given.seed}, {given.minutes:g} minutes, {given.rate:g} changes a second, in {folder}")
    run = running.Run(given, folder, say)

    def stop(number, _):
        if run.is_stopping.is_set():
            run.engine.destroy()
            os._exit(128 + number)
        run.is_stopping.set()

    # Whoever starts this may have blocked them, and what is started inherits that.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        run.go()
    finally:
        if given.keep:
            say(f"the folder is {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    report = run.report()
    print(running.dumps(report) if given.json else running.text(report))
    if report["isBroken"]:
        return 1
    return 130 if report["isStopped"] else 0
