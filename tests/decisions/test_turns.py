"""Whose turn it is not: what ranking people asks of the decisions."""

from datetime import date, timedelta

from kpi.decisions import SetAside, Stage, read_decisions, read_turns, record_set_aside
from kpi.store import Ledger
from tests.decisions.spotlighting import NINA, NOON, TODAY, lead, rules

ALL = rules(dict.fromkeys(("A", "B", "C", "D", "E"), True), cool_down_days=0)
PUBLISHED = (Stage.ASKED, Stage.ACCEPTED, Stage.SCHEDULED, Stage.PUBLISHED)


def test_planned_resting_set_aside_and_featured(ledger: Ledger) -> None:
    asked = lead(ledger, "A", Stage.ASKED, rules=ALL)
    # 22 November 2026 and 90 days: 20 February 2027
    lead(ledger, "B", *PUBLISHED, rules=ALL)
    lead(ledger, "C", Stage.ASKED, Stage.DECLINED, rules=ALL)
    lead(ledger, "D", Stage.WITHDRAWN, rules=ALL)
    record_set_aside(
        ledger, NINA, SetAside(customer_id="E", until=date(2026, 12, 1), reason="Away"), at=NOON, consents=ALL.consents
    )
    decisions = read_decisions(ledger)
    turns = read_turns(decisions, TODAY, cool_down_days=90)
    assert turns.planned == {"A": asked}
    assert turns.resting == {"B": date(2027, 2, 20), "C": date(2027, 2, 20)}
    assert turns.set_aside == {"E": date(2026, 12, 1)}
    assert turns.featured == {"B": TODAY}  # who declined was not
    assert turns.decided.excluded == {"A", "B", "C", "E"}
    assert turns.decided.featured == turns.featured
    # On the day itself they may be proposed again.
    assert read_turns(decisions, date(2026, 12, 1), cool_down_days=9).decided.excluded == {"A"}
    assert read_turns(decisions, date(2026, 11, 30), cool_down_days=9).decided.excluded == {"A", "B", "C", "E"}


def test_the_last_time_counts_and_a_withdrawn_one_was_still_seen(ledger: Ledger) -> None:
    lead(ledger, "A", *PUBLISHED, rules=ALL)
    later = NOON + timedelta(days=10)
    lead(ledger, "A", *PUBLISHED, Stage.WITHDRAWN, rules=ALL, at=later)
    turns = read_turns(read_decisions(ledger), later.date(), cool_down_days=30)
    assert turns.resting == {"A": date(2027, 1, 1)}  # 2 December and 30 days
    assert turns.featured == {"A": TODAY}
    assert turns.planned == {}


def test_nothing_decided_is_nobody(ledger: Ledger) -> None:
    turns = read_turns(read_decisions(ledger), TODAY, cool_down_days=90)
    assert (turns.decided.excluded, turns.featured) == (frozenset(), {})
