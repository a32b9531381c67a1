"""Decisions on spotlights in words, for an audit log whose reader may not know people."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpi.decisions import (
    SetAside,
    Stage,
    record_brought_back,
    record_details,
    record_invitation_undone,
    record_invited,
    record_segment,
    record_set_aside,
    record_step_undone,
)
from kpi.language import speaking
from kpi.store import Ledger, Store
from kpi.ui import decided
from tests.decisions.spotlighting import NINA, NOON, OMAR, lead, no_ambassador, propose, rules


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Store(tmp_path / "store").ledger


def told(ledger: Ledger) -> list[str]:
    """Oldest first."""
    return [decided.in_words(entry, "EUR").replace("\N{NO-BREAK SPACE}", " ") for entry in reversed(ledger.entries())]


def test_each_step_is_told_and_nobody_is_named(ledger: Ledger) -> None:
    lead(ledger, "C1", Stage.ASKED, Stage.ACCEPTED)
    other = propose(ledger, "C2")
    record_details(ledger, OMAR, replace(other, note="By phone to C2"), at=NOON, seen=9)
    record_step_undone(ledger, OMAR, 5, at=NOON, rules=rules())
    record_step_undone(ledger, OMAR, 4, at=NOON, rules=rules())
    aside = SetAside(customer_id="C2", until=date(2026, 12, 24), reason="C2 is away")
    record_set_aside(ledger, NINA, aside, at=NOON, consents=rules().consents)
    record_brought_back(ledger, OMAR, "C2", at=NOON)
    record_invited(ledger, NINA, "C3", at=NOON, consents=rules().consents, is_enrolled=no_ambassador)
    record_invitation_undone(ledger, OMAR, 10, at=NOON)
    words = told(ledger)
    assert words == [
        "a spotlight is proposed",
        "spotlight: from “Proposed” to “Asked”",
        "spotlight: from “Asked” to “Agreed”",
        "a spotlight is proposed",
        "spotlight, still “Proposed”: details changed",
        "undoes entry 5; spotlight, still “Proposed”: details changed",
        "undoes entry 4; a proposed spotlight is taken back",
        "somebody set aside until 24 Dec 2026",
        "somebody set aside is brought back",
        "somebody invited as an ambassador",
        "undoes entry 10; an invitation as an ambassador is taken back",
    ]
    with speaking("fr"):
        french = told(ledger)[:2]
    assert french == [
        "un coup de projecteur est proposé",
        "coup de projecteur : de « Proposé » à « Sollicité »",
    ]


def test_segments_are_told_by_name(ledger: Ledger) -> None:
    given = {"filters": {"sector": ["food"]}, "at": NOON, "all_roles": ("sponsor",)}
    record_segment(ledger, NINA, name="Food", **given)  # type: ignore[arg-type]
    record_segment(ledger, NINA, name="Food", roles=["sponsor"], replaces=True, **given)  # type: ignore[arg-type]
    assert told(ledger) == [
        "added: segment “Food” (sector: Food)",
        "segment “Food” (sector: Food) is now segment “Food” (sector: Food), shared: Budget sponsor",
    ]
