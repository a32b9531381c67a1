"""Whose turn it is not: what ranking people asks of the decisions."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kpi.decisions import SetAside, Stage, read_decisions, read_turns, record_set_aside
from kpi.errors import DecisionError
from kpi.store import Ledger
from tests.decisions.spotlighting import NINA, NOON, TODAY, lead, propose, rules, take

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
    turns = read_turns(decisions, TODAY, cool_down_days=90, zone=UTC)
    assert turns.planned == {"A": asked}
    assert turns.resting == {"B": date(2027, 2, 20), "C": date(2027, 2, 20)}
    assert turns.set_aside == {"E": date(2026, 12, 1)}
    assert turns.featured == {"B": TODAY}  # who declined was not
    assert turns.decided.excluded == {"A", "B", "C", "E"}
    assert turns.decided.featured == turns.featured
    # On the day itself they may be proposed again.
    assert read_turns(decisions, date(2026, 12, 1), cool_down_days=9, zone=UTC).decided.excluded == {"A"}
    assert read_turns(decisions, date(2026, 11, 30), cool_down_days=9, zone=UTC).decided.excluded == {
        "A",
        "B",
        "C",
        "E",
    }


def test_the_last_time_counts_and_a_withdrawn_one_was_still_seen(ledger: Ledger) -> None:
    lead(ledger, "A", *PUBLISHED, rules=ALL)
    later = NOON + timedelta(days=10)
    lead(ledger, "A", *PUBLISHED, Stage.WITHDRAWN, rules=ALL, at=later)
    turns = read_turns(read_decisions(ledger), later.date(), cool_down_days=30, zone=UTC)
    assert turns.resting == {"A": date(2027, 1, 1)}  # 2 December and 30 days
    assert turns.featured == {"A": TODAY}
    assert turns.planned == {}


def test_who_declined_rests_from_the_day_of_the_company_on(ledger: Ledger) -> None:
    # 0:30 on 2 November in Brussels is 23:30 on 1 November in UTC. 2 November and 90 days: 31 January.
    brussels = ZoneInfo("Europe/Brussels")
    declined = datetime(2026, 11, 2, 0, 30, tzinfo=brussels)
    lead(ledger, "A", Stage.ASKED, Stage.DECLINED, rules=ALL, at=declined)
    decisions = read_decisions(ledger)
    assert read_turns(decisions, date(2027, 1, 30), cool_down_days=90, zone=brussels).resting == {
        "A": date(2027, 1, 31)
    }
    assert read_turns(decisions, date(2027, 1, 31), cool_down_days=90, zone=brussels).resting == {}
    refused = datetime(2027, 1, 30, 12, tzinfo=brussels)
    with pytest.raises(DecisionError, match="had their turn on 2 Nov 2026: propose them again from 31 Jan 2027 on"):
        propose(ledger, "A", at=refused, rules=replace(ALL, cool_down_days=90))
    key = lead(ledger, "A", *PUBLISHED[:3], at=refused, rules=ALL).key
    with pytest.raises(DecisionError, match="had their turn on 2 Nov 2026: publish this one from 31 Jan 2027 on"):
        take(ledger, key, Stage.PUBLISHED, at=refused, rules=replace(ALL, cool_down_days=90))
    take(ledger, key, Stage.WITHDRAWN, at=refused, rules=ALL)
    propose(ledger, "A", at=refused + timedelta(days=1), rules=replace(ALL, cool_down_days=90))


def test_nothing_decided_is_nobody(ledger: Ledger) -> None:
    turns = read_turns(read_decisions(ledger), TODAY, cool_down_days=90, zone=UTC)
    assert (turns.decided.excluded, turns.featured) == (frozenset(), {})
