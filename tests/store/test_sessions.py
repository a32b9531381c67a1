"""The table of sessions and attempts: what is kept is found by every thread and process, and read by nobody else."""

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kpi.errors import StoreWriteError
from kpi.store.sessions import Attempts, Session, SessionTable
from tests.store.exports import NOW
from tests.store.processes import finish, start

HOUR = timedelta(hours=1)
NINA = Session(id_hash="n1", username="nina", account_mark="m", created_at=NOW, seen_at=NOW)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[SessionTable]:
    table = SessionTable(tmp_path / "store" / "access.sqlite")
    yield table
    table.close()


def test_only_the_owner_may_read_the_files(table: SessionTable) -> None:
    table.add(NINA)
    assert stat.S_IMODE(table.path.parent.stat().st_mode) == 0o700
    files = list(table.path.parent.iterdir())
    assert {file.name for file in files} == {"access.sqlite", "access.sqlite-shm", "access.sqlite-wal"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_session_is_found_as_it_was_kept_until_it_ends(table: SessionTable) -> None:
    other = replace(NINA, id_hash="n2", seen_at=NOW + timedelta(microseconds=123456))
    table.add(NINA)
    table.add(other)
    assert (table.find("n1"), table.find("n2"), table.find("n3")) == (NINA, other, None)
    table.touch("n1", NOW + HOUR)
    assert table.find("n1") == replace(NINA, seen_at=NOW + HOUR)
    table.remove("n1")
    table.remove("n1")
    assert (table.find("n1"), table.find("n2")) == (None, other)


def test_all_sessions_of_a_person_end_together(table: SessionTable) -> None:
    for id_hash, username in (("n1", "nina"), ("n2", "nina"), ("o1", "omar")):
        table.add(replace(NINA, id_hash=id_hash, username=username))
    assert (table.remove_of("nina"), table.remove_of("nina")) == (2, 0)
    assert [table.find(id_hash) is not None for id_hash in ("n1", "n2", "o1")] == [False, False, True]


def test_what_is_old_is_forgotten(table: SessionTable) -> None:
    table.add(replace(NINA, id_hash="created long ago", created_at=NOW - 2 * HOUR))
    table.add(replace(NINA, id_hash="seen long ago", seen_at=NOW - 2 * HOUR))
    table.add(NINA)
    with table.counting() as counter:
        counter.put("old", Attempts(failures=1, blocked_until=NOW, forgotten_at=NOW - 2 * HOUR))
        counter.put("new", Attempts(failures=1, blocked_until=NOW, forgotten_at=NOW))
    table.remove_old(created_before=NOW - HOUR, seen_before=NOW - HOUR, tried_before=NOW - HOUR)
    assert (table.find("created long ago"), table.find("seen long ago"), table.find("n1")) == (None, None, NINA)
    with table.counting() as counter:
        assert counter.attempts("old") is None
        assert counter.attempts("new") == Attempts(failures=1, blocked_until=NOW, forgotten_at=NOW)


def test_a_subject_begins_anew_with_all_that_begin_with_its_name(table: SessionTable) -> None:
    with table.counting() as counter:
        for subject in ("ab", "ab cd", "ac"):
            counter.put(subject, Attempts(failures=7, blocked_until=NOW + HOUR, forgotten_at=NOW))
        counter.begin_anew("ab")
        found = {subject: counter.attempts(subject) for subject in ("ab", "ab cd", "ac", "a")}
    cleared = Attempts(failures=0, blocked_until=datetime.fromtimestamp(0, UTC), forgotten_at=NOW)
    kept = Attempts(failures=7, blocked_until=NOW + HOUR, forgotten_at=NOW)
    assert found == {"ab": cleared, "ab cd": cleared, "ac": kept, "a": None}


def test_what_fails_half_way_is_not_counted(table: SessionTable) -> None:
    def fail() -> None:
        with table.counting() as counter:
            counter.put("nina", Attempts(failures=1, blocked_until=NOW, forgotten_at=NOW))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with table.counting() as counter:
        assert counter.attempts("nina") is None


COUNT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kpi.store.sessions import Attempts, SessionTable
table, now = SessionTable(Path(sys.argv[1])), datetime(2026, 6, 1, tzinfo=UTC)
for _ in range(50):
    with table.counting() as counter:
        found = counter.attempts("nina")
        failures = (found.failures if found else 0) + 1
        counter.put("nina", Attempts(failures=failures, blocked_until=now, forgotten_at=now))
"""


def test_processes_and_threads_lose_no_count(table: SessionTable) -> None:
    processes = [start("-c", COUNT, table.path) for _ in range(3)]

    def count(_: int) -> None:
        with table.counting() as counter:
            found = counter.attempts("nina")
            failures = (found.failures if found else 0) + 1
            counter.put("nina", Attempts(failures=failures, blocked_until=NOW, forgotten_at=NOW))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(50)))
    assert [finish(process).code for process in processes] == [0, 0, 0]
    with table.counting() as counter:
        found = counter.attempts("nina")
    assert found is not None
    assert found.failures == 200  # 3 processes x 50 and 50 in threads


def test_another_process_sees_a_session_end(table: SessionTable) -> None:
    other = SessionTable(table.path)
    table.add(NINA)
    assert other.find("n1") == NINA
    other.remove("n1")
    assert table.find("n1") is None
    other.close()


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "access.sqlite").write_text("not a database" * 1_000)
    with pytest.raises(StoreWriteError, match=r"access\.sqlite cannot be used .*remove it .*everybody signs in again"):
        SessionTable(tmp_path / "access.sqlite")
    (tmp_path / "folder.sqlite").mkdir()
    with pytest.raises(StoreWriteError, match="cannot be used"):
        SessionTable(tmp_path / "folder.sqlite")


def test_a_table_that_another_process_holds_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpi.store.sessions.BUSY_SECONDS", 0.05)
    table = SessionTable(tmp_path / "access.sqlite")
    holder = sqlite3.connect(table.path, isolation_level=None)
    holder.execute("begin immediate")
    with pytest.raises(StoreWriteError, match="database is locked"):
        table.add(NINA)
    assert table.find("n1") is None  # reading goes on
    holder.close()
    table.close()
