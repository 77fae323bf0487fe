"""What the engine holds of the machine, sampled, and whether it stayed flat."""

import os
from dataclasses import dataclass
from statistics import median

PAGE = os.sysconf("SC_PAGE_SIZE")
MB = 1 << 20

# The first part of a life in which caches fill and processes start.
WARM_UP_SHARE = 1 / 2
# Buffers fill by what is written, however fast: three minutes at the usual rate.
WARM_UP_CHANGES_MAX = 54_000
# No sample of a start.
START_SECONDS = 5.0
# Least samples on each side of a comparison, and in a life for its slope.
SAMPLES_MIN = 8
# Most samples of a life that the slope is made of; it looks at all pairs of them.
SLOPE_SAMPLES_MAX = 300
# Memory and disk are not judged in shorter runs: they grow until buffers and logs have reached their bounds.
BYTES_SECONDS_MIN = 600.0


@dataclass(frozen=True)
class Measure:
    name: str
    unit: str
    # The growth that is allowed: the greater of the two, of which one is a share of the level.
    absolute: float
    share: float
    is_bytes: bool = False


MEASURES = (
    Measure("engine memory (RSS)", "MB", 48, 0.20, True),
    # Of one process: how many there are goes up and down with the load, and is a row of its own.
    Measure("a function's memory (RSS)", "MB", 6, 0.20, True),
    Measure("disk, store", "MB", 64, 0.25, True),
    # A function's log is put aside at 64 MiB, in the place of the one before: that is their bound, reached after an hour or so.
    Measure("disk, logs", "MB", 320, 0.25, True),
    # Each process of a function has some; they come and go. Those of the store's files are a row of their own.
    Measure("file descriptors", "", 48, 0.25),
    Measure("threads", "", 4, 0.10),
    Measure("function processes", "", 6, 0.25),
    Measure("zombies", "", 0, 0),
    # Each start makes some, until they are merged.
    Measure("open files of the store", "", 48, 0.25),
)


@dataclass
class Sample:
    second: float  # of the run
    life: int
    age: float  # of the life, in seconds
    values: tuple  # in the order of MEASURES


# Looking


def processes():
    """Every process: id -> (parent, state)."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="latin-1") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(name)] = (int(fields[1]), fields[0])
    return found


def descendants(process, all_):
    children = {}
    for child, (parent, _) in all_.items():
        children.setdefault(parent, []).append(child)
    found, waiting = [], [process]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            found.append(child)
            waiting.append(child)
    return found


def is_function(process):
    try:
        with open(f"/proc/{process}/environ", "rb") as file:
            return b"AWS_LAMBDA_RUNTIME_API=" in file.read()
    except OSError:
        return False


def memory(process):
    """Bytes that are in memory; 0 of a process that is gone."""
    try:
        with open(f"/proc/{process}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def disk(folder):
    total = 0
    for place, _, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(place, name)).st_blocks * 512
            except OSError:
                pass  # compacted meanwhile
    return total


def descriptor_counts(process, store):
    """Open files, of others and of the store."""
    folder = f"/proc/{process}/fd"
    counts = [0, 0]
    for number in os.listdir(folder):
        try:
            counts[os.readlink(f"{folder}/{number}").startswith(f"{store}/")] += 1
        except FileNotFoundError:
            pass  # closed meanwhile
    return counts


def look(process, data):
    """The values of a sample, and the functions' processes; None when the engine is gone."""
    all_ = processes()
    if process not in all_ or all_[process][1] == "Z":
        return None
    below = descendants(process, all_)
    functions = [child for child in below if is_function(child)]
    try:
        descriptors, store_files = descriptor_counts(process, os.path.realpath(f"{data}/store"))
        threads = len(os.listdir(f"/proc/{process}/task"))
    except OSError:
        return None
    values = (
        memory(process) / MB, sum(map(memory, functions)) / max(len(functions), 1) / MB, disk(f"{data}/store") / MB, disk(f"{data}/logs") / MB,
        descriptors, threads, len(functions), sum(all_[child][1] == "Z" for child in below),
        store_files,
    )
    return values, functions


# Judging


def slope(points):
    """Theil and Sen's: the median of the slopes of all pairs, which single peaks do not move. Units a second."""
    step = max(1, len(points) // SLOPE_SAMPLES_MAX)
    points = points[::step]
    slopes = [
        (second[1] - first[1]) / (second[0] - first[0])
        for index, first in enumerate(points)
        for second in points[index + 1:]
        if second[0] > first[0]
    ]
    return median(slopes) if slopes else 0.0


def judge(samples, is_bytes_judged, changes_per_second):
    """Two tests of each measure, either of which is enough for a break:

    - between lives: the median of the run's last third against the one of its middle third;
    - within lives: the slope of each life behind its warm-up, over the span that it was seen for.

    - changes_per_second: of the orders that were written, over the whole run.
    """
    if not samples:
        return []
    start, end = samples[0].second, samples[-1].second
    third = (end - start) / 3
    results = []
    for place, measure in enumerate(MEASURES):
        warm = [sample for sample in samples if sample.age >= START_SECONDS]
        middle = [s.values[place] for s in warm if start + third <= s.second < start + 2 * third]
        last = [s.values[place] for s in warm if s.second >= start + 2 * third]
        level = median(middle) if middle else 0.0
        allowed = max(measure.absolute, measure.share * level)
        between = median(last) - level if middle and last else 0.0
        within, hourly = 0.0, 0.0
        for life in sorted({sample.life for sample in samples}):
            of_life = [s for s in samples if s.life == life]
            warm_up = min(WARM_UP_CHANGES_MAX / max(changes_per_second, 1), of_life[-1].age * WARM_UP_SHARE)
            points = [(s.age, s.values[place]) for s in of_life if s.age >= warm_up]
            if len(points) < SAMPLES_MIN:
                continue
            rate = slope(points)
            growth = rate * (points[-1][0] - points[0][0])
            if growth > within:
                within, hourly = growth, rate * 3_600
        if measure.name == "zombies":
            # A child that has ended is waited for at once: two looks in a row see none that stays.
            runs = zip(samples, samples[1:], samples[2:])
            within = float(max((min(s.values[place] for s in three) for three in runs), default=0))
            between, hourly = 0.0, 0.0
        is_judged = min(len(middle), len(last)) >= SAMPLES_MIN and (is_bytes_judged or not measure.is_bytes)
        results.append(
            {
                "name": measure.name,
                "unit": measure.unit,
                "lowest": round(min(s.values[place] for s in samples), 1),
                "highest": round(max(s.values[place] for s in samples), 1),
                "middleThird": round(level, 1),
                "lastThird": round(median(last), 1) if last else 0.0,
                "growthBetween": round(between, 1),
                "growthWithin": round(within, 1),
                "slopePerHour": round(hourly, 1),
                "allowed": round(allowed, 1),
                "isJudged": is_judged,
                "isBroken": is_judged and max(between, within) > allowed,
            })
    return results
