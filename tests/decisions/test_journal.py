"""Decisions in the ledger: many processes at once, demo readers, damaged entries, how long reading takes."""

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from kpi.access.audit import AuditKind
from kpi.access.roles import RIGHTS, Role
from kpi.decisions import (
    KINDS,
    Annotation,
    Author,
    LatestDecisions,
    Target,
    read_decisions,
    record_annotations,
    record_targets,
)
from kpi.store import Ledger
from kpi.store.engine import connect
from tests.decisions.conftest import NINA

PROJECT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

DECIDE = """
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from kpi.decisions import Author, Target, read_decisions, record_targets
from kpi.errors import ChangedMeanwhileError
from kpi.store import Store
folder, number = Path(sys.argv[1]), int(sys.argv[2])
author = Author(name=f"writer {number}", decides=frozenset({"targets"}))
ledger = Store(folder).ledger
now = datetime.now(UTC)
own = Target(metric="orders", month=date(2000 + number, 1, 1), value=Decimal(number))
record_targets(ledger, author, [own], at=now)
while True:
    decisions = read_decisions(ledger)
    found = decisions.targets.get(("orders", date(2026, 1, 1), None))
    one_more = Target(metric="orders", month=date(2026, 1, 1), value=(found.value if found else 0) + Decimal(1))
    try:
        if record_targets(ledger, author, [one_more], at=now, seen=decisions.entry_id):
            break  # else another one just set the very same number
    except ChangedMeanwhileError:
        continue
"""


def test_twenty_processes_at_once_lose_nothing(ledger: Ledger) -> None:
    command = [sys.executable, "-c", DECIDE, str(ledger.path.parent)]
    writers = [subprocess.Popen([*command, str(number)], cwd=PROJECT) for number in range(1, 21)]
    assert [writer.wait() for writer in writers] == [0] * 20
    targets = read_decisions(ledger).targets
    assert {key[1].year: target.value for key, target in targets.items() if key[1].year != 2026} == {
        2000 + number: number for number in range(1, 21)
    }
    # each read the counter and put one more in its place; who was late looked again
    assert targets["orders", date(2026, 1, 1), None].value == 20
    counted = targets.history(("orders", date(2026, 1, 1), None))
    assert sorted(change.who for change in counted) == sorted(f"writer {number}" for number in range(1, 21))
    assert len(ledger.entries()) == 40
    assert ledger.verify() == ()


def target(value: int, month: int = 11) -> Target:
    return Target(metric="orders", month=date(2026, month, 1), value=Decimal(value))


def test_what_demo_readers_decide_counts_on_demo_data_only(ledger: Ledger) -> None:
    visitor = Author(name="demo:owner", decides=NINA.decides, is_demo=True)
    record_targets(ledger, visitor, [target(5)], at=NOON)
    record_targets(ledger, visitor, [target(6, 12)], at=NOON)
    record_targets(ledger, NINA, [target(7)], at=NOON, seen=0)
    assert [found.value for found in read_decisions(ledger).targets.values()] == [7]
    assert [found.value for found in read_decisions(ledger, is_demo=True).targets.values()] == [5, 6]


def test_a_damaged_entry_hides_no_other(ledger: Ledger) -> None:
    record_targets(ledger, NINA, [target(5)], at=NOON)
    good = {"metric": "orders", "month": "2026-10-01", "value": "1"}
    damaged: list[dict[str, Any]] = [
        {},
        {"changes": None},
        {"changes": [{"from": None}]},
        {"changes": [{"from": None, "to": good}, {"from": None, "to": {"metric": "orders"}}]},
        {"changes": [{"from": None, "to": good | {"value": "much"}}]},
    ]
    for details in damaged:
        ledger.record("targets", actor="omar", at=NOON, **details)
    record_targets(ledger, NINA, [target(6)], at=NOON)
    targets = read_decisions(ledger).targets
    assert [(found.month.month, found.value) for found in targets.values()] == [(11, 6)]
    assert [change.who for change in targets.changes] == ["nina", "nina"]


def test_a_target_of_a_metric_that_is_gone_stays_in_the_history(ledger: Ledger) -> None:
    gone = {"metric": "forgotten", "month": "2026-10-01", "value": "1"}
    ledger.record("targets", actor="omar", at=NOON, changes=[{"from": None, "to": gone}])
    assert [change.who for change in read_decisions(ledger).targets.changes_of("forgotten")] == ["omar"]


def test_an_entry_can_be_read_without_the_others(ledger: Ledger) -> None:
    author = Author(name="command line", typist="root", address="10.0.0.7", decides=NINA.decides)
    record_targets(ledger, author, [target(5)], at=NOON)
    fair = Annotation(first=date(2026, 10, 3), last=date(2026, 10, 3), text="Fair")
    record_annotations(ledger, author, [fair], at=NOON, pages=())
    second, first = ledger.entries()
    assert (first.kind, first.actor) == ("targets", "command line")
    assert first.details == {
        "address": "10.0.0.7",
        "by": "root",
        "changes": [{"from": None, "to": {"metric": "orders", "month": "2026-11-01", "value": "5"}}],
    }
    assert second.kind == "annotations"
    assert [change.who for change in read_decisions(ledger).targets.changes] == ["root (command line)"]


def test_other_entries_are_none_of_its_business(ledger: Ledger) -> None:
    ledger.record("sign_in", actor="nina", at=NOON)
    assert read_decisions(ledger).entry_id == 0
    record_targets(ledger, NINA, [target(5)], at=NOON)
    ledger.record("sign_out", actor="nina", at=NOON)
    assert read_decisions(ledger).entry_id == 2


def test_the_mark_changes_with_every_entry_and_not_by_reading(ledger: Ledger) -> None:
    marks = [ledger.mark]
    for value in range(3):
        record_targets(ledger, NINA, [target(value)], at=NOON)
        marks.append(ledger.mark)
        read_decisions(ledger)
        assert ledger.mark == marks[-1]
    assert len(set(marks)) == 4


def test_the_latest_decisions_are_read_again_after_a_change_only(ledger: Ledger) -> None:
    latest = LatestDecisions(ledger)
    assert latest.now() is latest.now()
    assert latest.now().entry_id == 0
    record_targets(ledger, NINA, [target(5)], at=NOON)
    first = latest.now()
    assert [found.value for found in first.targets.values()] == [5]
    assert latest.now() is first
    ledger.record("targets", actor="demo:owner", at=NOON, demo=True, changes=[])
    assert latest.now().entry_id == 2
    assert first.entry_id == 1  # who holds it still sees what they saw


def test_kinds_have_their_names_in_the_audit_log_and_the_owner_decides() -> None:
    assert set(KINDS) <= set(AuditKind)
    assert {"targets", "annotations"} <= set(RIGHTS[Role.OWNER].decides)


def test_ten_thousand_entries_add_up(ledger: Ledger) -> None:
    record_targets(ledger, NINA, [target(0)], at=NOON)
    # Recorded one by one they would take minutes; their hashes do not matter here.
    written = '{"changes": [{"from": null, "to": {"metric": "orders", "month": "2026-11-01", "value": "%s"}}]}'
    with connect(ledger.path) as connection:
        connection.execute(
            "insert into entries select n, timestamptz '2026-11-22 12:00:00+00', 'omar', 'targets', "
            "replace(?, '%s', n::varchar), null from range(2, 10001) as numbers(n)",
            [written],
        )
    decisions = read_decisions(ledger)
    assert decisions.entry_id == 10_000
    assert [found.value for found in decisions.targets.values()] == [10_000]
    assert len(decisions.targets.history(target(0).key)) == len(decisions.targets.changes) == 10_000
