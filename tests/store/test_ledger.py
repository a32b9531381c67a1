"""The ledger only grows, in order, whoever writes."""

import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from kpi.errors import StoreWriteError
from kpi.store import Entry, Ledger, Store

PROJECT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Store(tmp_path).ledger


def test_a_ledger_without_entries_is_not_even_a_file(ledger: Ledger) -> None:
    assert ledger.entries() == ledger.kinds() == ledger.actors() == ledger.verify() == ()
    assert list(ledger.path.parent.iterdir()) == []


def test_entries_come_newest_first_as_they_were_recorded(ledger: Ledger) -> None:
    ledger.record("target", actor="nina", at=NOON, metric="orders", goal=12.5, note="l'été “œuvre”")
    ledger.record("import", actor="omar", at=NOON - timedelta(days=1), files=["a.csv"])
    assert ledger.entries() == (
        Entry(
            entry_id=2, recorded_at=NOON - timedelta(days=1), actor="omar", kind="import", details={"files": ["a.csv"]}
        ),
        Entry(
            entry_id=1,
            recorded_at=NOON,
            actor="nina",
            kind="target",
            details={"metric": "orders", "goal": 12.5, "note": "l'été “œuvre”"},
        ),
    )


def test_only_the_newest_are_given(ledger: Ledger) -> None:
    for number in range(4):
        ledger.record("note", actor="nina", at=NOON, number=number)
    assert [entry.details["number"] for entry in ledger.entries(newest=2)] == [3, 2]


def test_entries_are_chosen_by_kind_actor_and_moment(ledger: Ledger) -> None:
    for number, (kind, actor) in enumerate(
        [("export", "nina"), ("import", "omar"), ("export", "omar"), ("note", "l'ami")]
    ):
        ledger.record(kind, actor=actor, at=NOON + timedelta(hours=number), number=number)

    def chosen(**filters: Any) -> list[object]:
        return [entry.details["number"] for entry in ledger.entries(**filters)]

    assert chosen() == chosen(newest=None) == [3, 2, 1, 0]
    assert chosen(kinds=["export"]) == [2, 0]
    assert chosen(kinds=["export", "note"], actors=["omar", "l'ami"]) == [3, 2]
    assert chosen(actors=["omar"], newest=1) == [2]
    assert chosen(since=NOON + timedelta(hours=1), until=NOON + timedelta(hours=3)) == [2, 1]
    assert chosen(since=datetime(2026, 6, 1, 15, tzinfo=timezone(timedelta(hours=2)))) == [3, 2, 1]
    assert chosen(kinds=["' or true --"]) == []
    assert ledger.kinds() == ("export", "import", "note")
    assert ledger.actors() == ("l'ami", "nina", "omar")


def test_moments_are_kept_in_utc_with_microseconds(ledger: Ledger) -> None:
    moment = datetime(2026, 6, 1, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    ledger.record("note", actor="nina", at=moment)
    (entry,) = ledger.entries()
    assert entry.recorded_at.isoformat() == "2026-06-01T12:00:00.123456+00:00"


RECORD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kpi.store import Store
for number in range(10):
    Store(Path(sys.argv[1])).ledger.record("note", actor=sys.argv[2], at=datetime.now(UTC), number=number)
"""


def test_several_processes_lose_nothing(ledger: Ledger) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", RECORD, str(ledger.path.parent), f"writer {number}"], cwd=PROJECT)
        for number in range(3)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    entries = ledger.entries()
    assert [entry.entry_id for entry in entries] == list(range(30, 0, -1))  # 3 writers x 10
    for number in range(3):
        mine = [entry.details["number"] for entry in reversed(entries) if entry.actor == f"writer {number}"]
        assert mine == list(range(10))
    assert ledger.verify() == ()


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    ledger = Store(tmp_path / "store").ledger
    ledger.record("note", actor="nina", at=NOON)
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(ledger.path.parent.stat().st_mode) == 0o700


def test_a_damaged_ledger_is_told_and_left_alone(ledger: Ledger) -> None:
    ledger.path.write_text("not a database" * 1_000)
    with pytest.raises(StoreWriteError, match="The store could not be read or written"):
        ledger.record("note", actor="nina", at=NOON)
    assert ledger.path.read_text() == "not a database" * 1_000
