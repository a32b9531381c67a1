"""The ledger only grows, in order, whoever writes."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from kpi.errors import StoreWriteError
from kpi.store import Entry, Ledger

PROJECT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.duckdb")


def test_a_ledger_without_entries_is_not_even_a_file(ledger: Ledger) -> None:
    assert ledger.entries() == ()
    assert not ledger.path.exists()


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


def test_moments_are_kept_in_utc_with_microseconds(ledger: Ledger) -> None:
    moment = datetime(2026, 6, 1, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    ledger.record("note", actor="nina", at=moment)
    (entry,) = ledger.entries()
    assert entry.recorded_at.isoformat() == "2026-06-01T12:00:00.123456+00:00"


RECORD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kpi.store import Ledger
for number in range(10):
    Ledger(Path(sys.argv[1])).record("note", actor=sys.argv[2], at=datetime.now(UTC), number=number)
"""


def test_several_processes_lose_nothing(ledger: Ledger) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", RECORD, str(ledger.path), f"writer {number}"], cwd=PROJECT)
        for number in range(3)
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    entries = ledger.entries()
    assert [entry.entry_id for entry in entries] == list(range(30, 0, -1))  # 3 writers x 10
    for number in range(3):
        mine = [entry.details["number"] for entry in reversed(entries) if entry.actor == f"writer {number}"]
        assert mine == list(range(10))


def test_a_damaged_ledger_is_told_and_left_alone(ledger: Ledger) -> None:
    ledger.path.write_text("not a database" * 1_000)
    with pytest.raises(StoreWriteError, match="The store could not be read or written"):
        ledger.record("note", actor="nina", at=NOON)
    assert ledger.path.read_text() == "not a database" * 1_000
