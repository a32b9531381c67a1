"""Decisions in words, for the audit log."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kpi.decisions import (
    Annotation,
    Author,
    Known,
    Target,
    read_decisions,
    record_annotation_removed,
    record_annotations,
    record_segment,
    record_segment_changed,
    record_targets,
    record_targets_undone,
    record_view,
    record_view_changed,
    record_view_deleted,
)
from kpi.language import speaking
from kpi.store import Ledger, Store
from kpi.ui import decided

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NINA = Author(name="nina", decides=frozenset({"targets", "annotations"}), address="10.0.0.7")
NO_BREAK = "\N{NO-BREAK SPACE}"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Store(tmp_path / "store").ledger


def told(ledger: Ledger) -> list[str]:
    """Oldest first."""
    return [decided.in_words(entry, "EUR").replace(NO_BREAK, " ") for entry in reversed(ledger.entries())]


def target(value: str, metric: str = "net_revenue", **fields: Any) -> Target:
    return Target(metric=metric, month=date(2026, 11, 1), value=Decimal(value), **fields)


def test_targets(ledger: Ledger) -> None:
    key = target("0").key
    record_targets(ledger, NINA, [target("1200.5", note="a fair")], at=NOON)
    french = target("0.35", "response_rate", segment=("country_code", "FR"))
    record_targets(ledger, NINA, [target("1300"), french], at=NOON)
    record_targets_undone(ledger, NINA, 2, at=NOON, keys=[key])
    record_targets(ledger, Author(name="command line", typist="root", decides=NINA.decides), [], remove=[key], at=NOON)
    several = [target(str(value), name) for value, name in enumerate(("orders", "acts", "new_customers", "mrr_new"))]
    record_targets(ledger, NINA, several, at=NOON, file="plan.csv")
    assert told(ledger) == [
        "Company revenue, November 2026: € 1,200.50 (a fair)",
        "Company revenue, November 2026: from € 1,200.50 to € 1,300.00; "
        "Customers’ response rate, November 2026, country: France: 35.0 %",
        "undoes entry 2; Company revenue, November 2026: from € 1,300.00 to € 1,200.50 (a fair)",
        "by root; Company revenue, November 2026: € 1,200.50 removed",
        "from plan.csv; Orders, November 2026: 0; Acts of advocacy, November 2026: 1; "
        "Customers won, November 2026: 2; 1 more",
    ]
    with speaking("fr"):
        french_words = told(ledger)[3].replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert french_words == "par root ; Chiffre d’affaires de l’entreprise, novembre 2026 : suppression de 1 200,50 €"


def test_annotations(ledger: Ledger) -> None:
    fair = Annotation(first=date(2026, 10, 3), last=date(2026, 10, 5), text="A *fair*")
    record_annotations(ledger, NINA, [fair], at=NOON, pages=[])
    (key,) = read_decisions(ledger).annotations
    record_annotation_removed(ledger, NINA, key, at=NOON, seen=1)
    assert told(ledger) == ["added: “A *fair*” (3 Oct – 5 Oct 2026)", "removed: “A *fair*” (3 Oct – 5 Oct 2026)"]


def test_views(ledger: Ledger) -> None:
    known = Known(pages=["overview"], filters=[], roles=["owner", "sponsor"])
    (saved,) = record_view(ledger, NINA, name="Home", page="overview", query="", at=NOON, known=known)
    assert saved.after is not None
    view = replace(saved.after, name="House", roles=("sponsor", "owner"))
    record_view_changed(ledger, NINA, view, at=NOON, known=known, seen=1)
    record_view_deleted(ledger, NINA, view.key, at=NOON)
    both = "Programme owner and Budget sponsor"
    assert told(ledger) == [
        "added: view “Home”",
        f"view “Home” is now view “House”, shared: {both}",
        f"removed: view “House”, shared: {both}",
    ]


def test_segments(ledger: Ledger) -> None:
    given: dict[str, Any] = {"at": NOON, "all_roles": ["owner", "sponsor"]}
    filters = {"country_code": ["FR", "BE"], "has_posted": ["no"], "acquisition_channel": ["paid_social"]}
    (saved,) = record_segment(ledger, NINA, name="Quiet", filters=filters, **given)
    assert saved.after is not None
    asked = (("is_ambassador", ("yes",)), ("minimum_confidence", ("0.5",)), ("reason", ("reviews", "tenure")))
    segment = replace(saved.after, roles=("owner", "sponsor"), filters=asked)
    record_segment_changed(ledger, NINA, segment, seen=1, **given)
    before = "segment “Quiet” (Who never posted; acquisition channel: Paid social; country: Belgium or France)"
    after = (
        "segment “Quiet” (Ambassadors only; At least half is known; Reason: Reviews or Time as a customer), "
        "shared: Programme owner and Budget sponsor"
    )
    assert told(ledger) == [f"added: {before}", f"{before} is now {after}"]
    with speaking("fr"):
        assert "segment « Quiet » (Qui n’ont jamais publié\N{NARROW NO-BREAK SPACE}; canal" in told(ledger)[0]


def test_a_segment_that_asks_for_everybody_says_so(ledger: Ledger) -> None:
    kept: dict[str, Any] = {"key": "k", "name": "All", "owner": "nina", "filters": [["has_posted", ["no", "yes"]]]}
    ledger.record("segments", actor="nina", at=NOON, changes=[{"from": None, "to": kept}])
    ledger.record("segments", actor="nina", at=NOON, changes=[{"from": kept, "to": kept | {"roles": ["sponsor"]}}])
    shared = "segment “All” (everybody), shared: Budget sponsor"
    assert told(ledger) == ["added: segment “All” (everybody)", f"segment “All” (everybody) is now {shared}"]
    with speaking("fr"):
        assert "(tout le monde)" in told(ledger)[0]


def test_other_entries_and_damaged_ones_are_left_to_others(ledger: Ledger) -> None:
    ledger.record("sign_in", actor="nina", at=NOON)
    ledger.record("targets", actor="nina", at=NOON, changes=1)
    gone = {"metric": "forgotten", "month": "2026-10-01", "value": "1"}
    ledger.record("targets", actor="nina", at=NOON, demo=True, changes=[{"from": None, "to": gone}])
    assert told(ledger) == ["", "", "forgotten, October 2026: 1"]
