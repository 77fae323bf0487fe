"""Scripts/soak's own judgement: what is flat, what grows, what is lost, late or out of order. No engine is asked."""

import os
import sys
import time

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Scripts"))

from soaking import laws, resources, schedule  # noqa: E402
from soaking.epochs import Epochs  # noqa: E402
from soaking.laws import Laws  # noqa: E402
from soaking.ledger import Ledger, Order  # noqa: E402

FLAT = (100.0, 23.0, 300.0, 20.0, 90.0, 12.0, 6.0, 0.0, 25.0)


def samples(value, lives=3, seconds=600):
    """A sample each two seconds; `value` gives each from the second, the life's age and its number."""
    found = []
    for second in range(0, lives * seconds, 2):
        life, age = divmod(second, seconds)
        found.append(resources.Sample(second, life + 1, age, tuple(value(second, age, life))))
    return found


def broken(found, is_bytes_judged=True, rate=300):
    return [row["name"] for row in resources.judge(found, is_bytes_judged, rate) if row["isBroken"]]


def test_what_stays_or_swings_is_flat():
    assert broken(samples(lambda *_: FLAT)) == []
    # Caches that fill after each start, and logs of writes that come and go.
    assert broken(samples(lambda s, age, _: [min(180, 80 + age)] + [v + (s // 2 % 30) for v in FLAT[1:4]] + list(FLAT[4:]))) == []


def test_buffers_fill_by_what_is_written_so_that_it_takes_longer_at_a_lower_rate():
    filling = samples(lambda s, age, _: (80 + min(age, 450) / 3,) + FLAT[1:], lives=1, seconds=900)
    assert broken(filling, rate=300) == ["engine memory (RSS)"]
    assert broken(filling, rate=120) == []


def test_what_grows_in_a_life_is_found_although_restarts_hide_it():
    assert broken(samples(lambda s, age, _: (100 + age / 6,) + FLAT[1:])) == ["engine memory (RSS)"]
    assert broken(samples(lambda s, age, _: FLAT[:4] + (90 + age // 4,) + FLAT[5:])) == ["file descriptors"]


def test_what_grows_from_life_to_life_is_found():
    assert broken(samples(lambda s, age, life: FLAT[:2] + (300 + 130 * life,) + FLAT[3:])) == ["disk, store"]
    assert broken(samples(lambda s, age, life: FLAT[:5] + (12 + 6 * life,) + FLAT[6:])) == ["threads"]
    assert broken(samples(lambda s, age, life: FLAT[:8] + (25 + 49 * life,))) == ["open files of the store"]
    assert broken(samples(lambda s, age, life: FLAT[:1] + (23 + 7 * life,) + FLAT[2:])) == ["a function's memory (RSS)"]


def test_a_life_that_its_disk_has_ended_early_goes_on_in_another():
    life = next(life for life in schedule.make(7, 3_600) if life.ending == "disk")
    rest = life.rest(100.04)
    assert (rest.seconds, rest.ending) == (round(life.seconds - 100.04, 1), "term")
    assert [(e.kind, e.second + 100.04) for e in rest.events] == [
        (e.kind, pytest.approx(e.second, abs=0.1)) for e in life.events if e.second >= 100.04]
    assert len(rest.faults) == len(life.faults) - 1 and "StandardOrderPipe" not in rest.faults_file


def test_short_runs_say_nothing_of_memory():
    growing = samples(lambda s, age, _: (100 + age / 6,) + FLAT[1:])
    assert broken(growing, is_bytes_judged=False) == []
    assert broken(samples(lambda *_: FLAT, lives=1, seconds=10)) == []


def test_a_zombie_that_stays_is_found_and_one_that_goes_is_none():
    assert broken(samples(lambda s, *_: FLAT[:7] + (1.0 if s == 100 else 0.0,) + FLAT[8:])) == []
    assert broken(samples(lambda s, *_: FLAT[:7] + (1.0 if 100 <= s < 110 else 0.0,) + FLAT[8:])) == ["zombies"]


# The ledger


@pytest.fixture
def book():
    ledger = Ledger(Laws(lambda _: None), Epochs())
    ledger.begun = time.time() - 100
    ledger.epochs.since = ledger.begun
    return ledger


def write(ledger, order_id, versions, tier="over1000", is_test=False):
    ledger.attempt(order_id, 1, Order(tier, is_test, True, 0))
    for version in versions:
        ledger.attempt(order_id, version)
        ledger.acknowledge(order_id, version)
    ledger.close(order_id)


def record(order_id, sequence, old, new, event=None, by="dynamodb.amazonaws.com"):
    def image(version):
        return {"version": {"N": str(version)}, "status": {"S": "shipped" if version == 2 else "pending"}}

    change = {"Keys": {"orderId": {"S": order_id}}, "SequenceNumber": str(sequence)}
    change |= {"OldImage": image(old)} if old else {}
    change |= {"NewImage": image(new)} if new else {}
    name = "REMOVE" if not new else "MODIFY" if old else "INSERT"
    return {"eventID": event or f"e{sequence}", "eventName": name, "dynamodb": change, "userIdentity": {"principalId": by}}


def tell(ledger, order_id, *names):
    for name in names:
        system, action = name.split(".")
        ledger.message(system, {"action": action, "order": {"orderId": order_id}})


FIRST, SECOND = ("inventory.reserve", "payment.authorise"), ("payment.capture", "fulfillment.ship")
PREMIUM = ("fulfillment.prioritise", "vipCare.openCase")


def broken_laws(ledger):
    ledger.judge(is_removal_due=True)
    return [law for law, count in ledger.laws.break_counts.items() if count]


def went_well(ledger, order_id="a"):
    write(ledger, order_id, [1, 2])
    for place, (old, new) in enumerate(((None, 1), (1, 2), (2, None))):
        ledger.audit(record(order_id, place, old, new), ledger.begun + place)
    tell(ledger, order_id, *FIRST, *SECOND, *PREMIUM)


def test_an_order_that_went_well_is_forgotten_and_repetitions_do_not_matter(book):
    went_well(book)
    assert book.orders == {} and book.forgotten == 1
    book.audit(record("a", 0, None, 1), book.begun + 9)
    tell(book, "a", "payment.authorise")
    assert broken_laws(book) == []
    assert book.repeated == 1


def test_a_repetition_that_is_received_first_is_no_break(book):
    write(book, "a", [1, 2])
    book.audit(record("a", 0, None, 1), book.begun + 7)  # sent again after a kill
    book.audit(record("a", 1, 1, 2), book.begun + 1)
    book.audit(record("a", 2, 2, None), book.begun + 8)
    tell(book, "a", *FIRST, *SECOND, *PREMIUM)
    assert "a" in book.orders
    book.audit(record("a", 0, None, 1), book.begun)
    assert book.orders == {}
    assert broken_laws(book) == []


def test_a_change_that_was_sent_before_its_forerunner_is_found(book):
    write(book, "a", [1, 2])
    for place, (old, new), sent in ((0, (None, 1), 5), (1, (1, 2), 1), (2, (2, None), 8)):
        book.audit(record("a", place, old, new), book.begun + sent)
    tell(book, "a", *FIRST, *SECOND, *PREMIUM)
    assert broken_laws(book) == [laws.ORDER]


def test_a_record_that_is_missing_is_found(book):
    write(book, "a", [1, 2])
    book.audit(record("a", 0, None, 1), book.begun)
    book.audit(record("a", 2, 2, None), book.begun + 1)
    tell(book, "a", *FIRST)
    assert laws.RECORDED in broken_laws(book)


def test_an_acknowledged_change_that_never_came_is_found(book):
    write(book, "a", [1, 2])
    book.audit(record("a", 0, None, 1), book.begun)
    book.audit(record("a", 1, 1, None), book.begun + 1)
    tell(book, "a", *FIRST)
    assert broken_laws(book) == [laws.RECORDED]


def test_a_message_that_is_missing_is_found(book):
    write(book, "a", [1, 2])
    for place, (old, new) in enumerate(((None, 1), (1, 2), (2, None))):
        book.audit(record("a", place, old, new), book.begun + place)
    tell(book, "a", *FIRST, *SECOND, PREMIUM[0])
    assert broken_laws(book) == [laws.DELIVERED]


def test_a_message_that_the_filters_keep_back_is_found(book):
    write(book, "a", [1], tier="upTo100")
    book.audit(record("a", 0, None, 1), book.begun)
    book.audit(record("a", 1, 1, None), book.begun + 1)
    assert book.orders == {}
    write(book, "b", [1], is_test=True)
    tell(book, "b", "payment.authorise")
    book.audit(record("b", 2, None, 1), book.begun)
    book.audit(record("b", 3, 1, None), book.begun + 1)
    assert broken_laws(book) == [laws.FILTERED]


def test_systems_that_hear_the_second_change_first_are_found_unless_a_dead_letter_explains_it(book):
    for order_id in ("a", "b"):
        write(book, order_id, [1, 2])
        for place, (old, new) in enumerate(((None, 1), (1, 2), (2, None))):
            book.audit(record(order_id, place, old, new, event=f"{order_id}{place}"), book.begun + place)
        tell(book, order_id, *SECOND, *FIRST, *PREMIUM)
    book.dead_letter(["b"])
    assert broken_laws(book) == [laws.ORDER]
    assert book.laws.break_counts[laws.ORDER] == 1


def test_an_order_that_somebody_else_removed_or_nobody_is_found(book):
    went_well(book)
    write(book, "b", [1], tier="upTo100")
    book.audit(record("b", 5, None, 1), book.begun)
    assert broken_laws(book) == [laws.EXPIRED]
    write(book, "c", [1], tier="upTo100")
    book.audit(record("c", 6, None, 1), book.begun)
    book.audit(record("c", 7, 1, None, by="somebody"), book.begun + 1)
    assert book.laws.break_counts[laws.EXPIRED] == 2


# The clock and the schedule


def test_times_of_the_engine_become_the_machines_unless_two_fit():
    epochs = Epochs()
    now = time.time()
    epochs.since = now - 100
    epochs.past = [(now - 200, now - 150, 0.0), (now - 150, now - 100, 3_600.0)]
    epochs.ahead = 90_000.0
    assert epochs.machine_time(now - 180) == pytest.approx(now - 180, abs=0.01)
    assert epochs.machine_time(now - 120 + 3_600) == pytest.approx(now - 120, abs=0.01)
    assert epochs.machine_time(now - 10 + 90_000) == pytest.approx(now - 10, abs=0.01)
    assert epochs.machine_time(now - 1_000) is None
    epochs.past.append((now - 100, now, 0.0))
    epochs.past.append((now - 100, now, 10.0))
    assert epochs.machine_time(now - 50) is None


@pytest.mark.parametrize("seed", range(30))
def test_every_schedule_has_all_that_may_happen_and_ends_in_time(seed):
    lives = schedule.make(seed, 3_600)
    assert abs(sum(life.seconds for life in lives) - 3_600) < 1
    assert {life.ending for life in lives} == {"term", "kill", "disk"}
    assert lives[0].ending != "disk" and lives[-1].ending == "term"
    assert {event.kind for life in lives for event in life.events} == {"jump", "pause", "redrive", "trim"}
    assert schedule.text(lives) == schedule.text(schedule.make(seed, 3_600))
