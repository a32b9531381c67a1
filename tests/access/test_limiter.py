"""Tries slow down, for every name and address alike, and the slowness ends by itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kpi.access.limiter import Limiter
from kpi.store.sessions import SessionTable
from tests.access.conftest import HERE, NOW
from tests.store.processes import finish, start

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[SessionTable]:
    table = SessionTable(tmp_path / "access.sqlite")
    yield table
    table.close()


@pytest.fixture
def limiter(table: SessionTable) -> Limiter:
    return Limiter(table, lambda: b"key")


def _try(limiter: Limiter, username: str, address: str, now: datetime) -> datetime:
    """Try as soon as may be; the moment of that try, to the second."""
    while not limiter.admit(username, address, now):
        now += SECOND
    return now


def _fail(limiter: Limiter, times: int, username: str, address: str, now: datetime) -> datetime:
    """Fail so often, each time as soon as may be; the moment of the last try."""
    for _ in range(times):
        now = _try(limiter, username, address, now)
    return now


def test_the_delay_of_a_name_doubles_from_the_fifth_failure_on(limiter: Limiter) -> None:
    now, waits = NOW, []
    for number in range(22):
        admitted = _try(limiter, "nina", f"192.0.2.{number}", now)
        waits.append((admitted - now) // SECOND)
        now = admitted
    # Waits before each try: 2 ** (failures - 5), at most 900. One failure is forgotten every 600 seconds: one more when
    # 1023, 1535, 2047, 2559 and 3071 have gone by, none at 3583, so that 14 stay 14 and then are 15.
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 512, 512, 512, 512, 512, 900, 512]


@pytest.mark.parametrize("username", ["nobody", "NINA ", "a" * 10_000, "\udc80", ""])
def test_any_name_counts_the_same(limiter: Limiter, username: str) -> None:
    now = _fail(limiter, 5, username, HERE, NOW)
    assert not limiter.admit(username, "192.0.2.99", now)
    assert limiter.admit(username, "192.0.2.99", now + SECOND)


def test_capitals_and_spaces_are_no_way_around(limiter: Limiter) -> None:
    now = _fail(limiter, 5, "nina", HERE, NOW)
    assert not limiter.admit(" NINA", HERE, now)


def test_other_names_and_addresses_go_on(limiter: Limiter) -> None:
    now = _fail(limiter, 12, "nina", HERE, NOW)
    assert not limiter.admit("nina", "198.51.100.1", now)
    assert limiter.admit("omar", HERE, now)


def test_a_stranger_shuts_nobody_out_at_a_place_where_they_signed_in(limiter: Limiter) -> None:
    assert limiter.admit("nina", HERE, NOW)
    limiter.succeed("nina", HERE, NOW)
    now = _fail(limiter, 14, "nina", "203.0.113.9", NOW)
    for _ in range(10):  # more than an hour in which a stranger tries as soon as may be
        now = _try(limiter, "nina", "203.0.113.9", now)
        assert not limiter.admit("nina", "198.51.100.1", now)  # elsewhere she waits with the stranger
        assert limiter.admit("nina", HERE, now)
        limiter.succeed("nina", HERE, now)


def test_at_a_known_place_failures_count_as_elsewhere(limiter: Limiter) -> None:
    assert limiter.admit("nina", HERE, NOW)
    limiter.succeed("nina", HERE, NOW)
    now = _fail(limiter, 5, "nina", HERE, NOW)
    assert not limiter.admit("nina", HERE, now)
    # The place is known for this name only, and what was counted there does not count elsewhere.
    assert limiter.admit("omar", HERE, now)
    now = _fail(limiter, 5, "nina", "198.51.100.1", now)
    assert not limiter.admit("nina", "198.51.100.2", now)


def test_another_password_begins_anew_everywhere(limiter: Limiter) -> None:
    assert limiter.admit("nina", HERE, NOW)
    limiter.succeed("nina", HERE, NOW)
    now = max(_fail(limiter, 9, "nina", address, NOW) for address in (HERE, "203.0.113.9"))
    assert not limiter.admit("nina", HERE, now)
    assert not limiter.admit("nina", "198.51.100.1", now)
    limiter.begin_anew(" NINA")
    assert limiter.admit("nina", HERE, now)
    assert limiter.admit("nina", "198.51.100.1", now)
    # The place is known still: the stranger who goes on does not shut her out.
    now = _fail(limiter, 9, "nina", "203.0.113.9", now)
    assert limiter.admit("nina", HERE, now)


def test_demo_readers_come_in_a_hundred_times_before_they_wait(limiter: Limiter) -> None:
    assert [limiter.admit_demo(HERE, NOW) for _ in range(101)] == [*[True] * 100, False]
    assert limiter.admit_demo(HERE, NOW + SECOND)
    assert not limiter.admit_demo(HERE, NOW + SECOND)
    assert limiter.admit_demo("198.51.100.1", NOW)
    assert limiter.admit("nina", HERE, NOW)  # who has a password does not wait for them


def test_an_address_that_tries_many_names_is_slowed_down(limiter: Limiter) -> None:
    for number in range(20):
        assert limiter.admit(f"name{number}", HERE, NOW)
    assert not limiter.admit("name20", HERE, NOW)
    assert limiter.admit("name20", "192.0.2.8", NOW)
    assert limiter.admit("name20", HERE, NOW + SECOND)


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),  # one visitor has a whole /64
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("testclient", "testclient", True),
    ],
)
def test_which_addresses_are_one(limiter: Limiter, first: str, second: str, is_same: bool) -> None:
    for number in range(20):
        limiter.admit(f"name{number}", first, NOW)
    assert limiter.admit("other", second, NOW) is not is_same


def test_a_try_that_must_wait_is_not_counted(limiter: Limiter) -> None:
    now = _fail(limiter, 5, "nina", HERE, NOW)
    assert [limiter.admit("nina", HERE, now) for _ in range(100)] == [False] * 100
    assert limiter.admit("nina", HERE, now + SECOND)


def test_success_clears_the_name_but_not_the_address(limiter: Limiter) -> None:
    now = _fail(limiter, 4, "nina", HERE, NOW)
    assert limiter.admit("nina", HERE, now)
    limiter.succeed("nina", HERE, now)
    for _ in range(4):
        assert limiter.admit("nina", HERE, now)
    # 4 + 4 failures of the address; twelve more make twenty, and an own account in between does not help.
    for number in range(12):
        assert limiter.admit(f"name{number}", HERE, now)
    assert not limiter.admit("mallory", HERE, now)
    now += SECOND
    assert limiter.admit("mallory", HERE, now)
    limiter.succeed("mallory", HERE, now)
    assert limiter.admit("nora", HERE, now)
    assert not limiter.admit("nora", HERE, now + SECOND)
    assert limiter.admit("nora", HERE, now + 2 * SECOND)  # 20 + 1


def test_a_failure_is_forgotten_every_ten_minutes(limiter: Limiter) -> None:
    now = _fail(limiter, 9, "nina", HERE, NOW)
    later = now + 60 * MINUTE  # six of nine are forgotten
    assert limiter.admit("nina", HERE, later)
    assert limiter.admit("nina", HERE, later)
    assert not limiter.admit("nina", HERE, later)


def test_failures_are_forgotten_while_somebody_is_active(limiter: Limiter) -> None:
    for number in range(19):
        limiter.admit(f"name{number}", "198.51.100.1", NOW)
    now = NOW
    for _ in range(22):  # each nine minutes somebody signs in there: 198 minutes, nineteen failures are forgotten
        now += 9 * MINUTE
        assert limiter.admit("nina", "198.51.100.1", now)
        limiter.succeed("nina", "198.51.100.1", now)
    tries = [limiter.admit(f"later{number}", "198.51.100.1", now) for number in range(21)]
    assert tries == [*[True] * 20, False]


def test_a_clock_that_is_set_back_shuts_nobody_out_for_long(limiter: Limiter) -> None:
    _fail(limiter, 15, "nina", HERE, NOW + timedelta(days=365))
    assert limiter.admit("nina", HERE, NOW)
    assert not limiter.admit("nina", HERE, NOW)
    # What failed in the time to come is forgotten from now on.
    later = NOW + 15 * 10 * MINUTE
    assert [limiter.admit("nina", HERE, later) for _ in range(6)] == [*[True] * 5, False]


def test_tries_at_the_same_time_are_all_counted(limiter: Limiter) -> None:
    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(lambda number: limiter.admit("nina", f"192.0.2.{number}", NOW), range(40)))
    assert admitted.count(True) == 5


TRY = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kpi.access.limiter import Limiter
from kpi.store.sessions import SessionTable
limiter = Limiter(SessionTable(Path(sys.argv[1])), lambda: b"key")
now = datetime(2026, 11, 22, 12, tzinfo=UTC)
print(sum(limiter.admit("nina", f"192.0.2.{sys.argv[2]}", now) for _ in range(10)))
"""


def test_processes_count_together(table: SessionTable) -> None:
    processes = [start("-c", TRY, table.path, number) for number in range(3)]
    assert sum(int(finish(process).out) for process in processes) == 5


def test_names_are_not_to_be_read_in_the_table(limiter: Limiter, table: SessionTable) -> None:
    limiter.admit("my secret password", HERE, NOW)
    files = b"".join(file.read_bytes() for file in table.path.parent.iterdir())
    assert b"my secret password" not in files
    assert HERE.encode() not in files
