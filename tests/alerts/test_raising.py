"""Raised once: asked again, by two processes at once, quiet, snoozed, and after a publish that stands."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kpi.alerts import raise_alerts
from kpi.decisions import read_decisions
from kpi.decisions.alert_rules import (
    Rule,
    Span,
    When,
    record_rule,
    record_rule_deleted,
    record_rule_undone,
)
from kpi.decisions.alerts import Answer, record_answer, record_answer_undone, waiting
from kpi.errors import ChangedMeanwhileError, DecisionError, NotAllowedError
from kpi.period import Comparison
from kpi.settings import Settings
from kpi.store import Store
from kpi.ui import alerting

from .conftest import NOW, OLGA, PEOPLE, SAM, TODAY, make, publish, rule, weekly_orders

PROJECT = Path(__file__).resolve().parents[2]
LATER = NOW + timedelta(days=1)


def test_an_alert_keeps_what_raised_it_and_is_raised_once(shop: Store, paris: Settings) -> None:
    make(shop, rule(When.ABOVE, "4"), rule(When.ABOVE, "9", key="other", name="Many orders"))
    raised = raise_alerts(shop, paris, now=NOW)
    (alert,) = raised.alerts
    assert (alert.value, alert.high, alert.version, alert.data_end) == (5, 4, 1, TODAY)
    assert (alert.start, alert.end, alert.is_mailed) == (date(2026, 11, 15), TODAY, False)
    assert (raised.judged, raised.unjudged) == (2, ())
    assert raise_alerts(shop, paris, now=LATER).alerts == ()
    decisions = read_decisions(shop.ledger)
    assert decisions.alerts.listed() == (alert,)
    # what is read back is what was raised, rule and numbers
    assert decisions.alerts[alert.key] == alert


def test_the_next_publish_raises_anew(shop: Store, paris: Settings, tmp_path: Path) -> None:
    make(shop, rule(When.ABOVE, "4"))
    raise_alerts(shop, paris, now=NOW)
    more = [*weekly_orders(), {"order_id": "late", "customer_id": "fr", "ordered_at": "2026-11-21", "net_amount": 1}]
    publish(shop, tmp_path / "second", paris, more)
    (alert,) = raise_alerts(shop, paris, now=LATER).alerts
    assert (alert.version, alert.value) == (2, 6)
    decisions = read_decisions(shop.ledger)
    assert [one.version for one in decisions.alerts.listed()] == [2, 1]
    # of one rule the newest alert waits
    assert list(waiting(decisions.alerts, decisions.alert_answers, TODAY)) == [alert]


RAISE = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from kpi.alerts import raise_alerts
from kpi.settings import Settings
from kpi.store import Store

store = Store(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
raised = [
    alert.key
    for _ in range(5)
    for alert in raise_alerts(store, Settings(), now=datetime(2026, 11, 22, 12, tzinfo=UTC)).alerts
]
print(json.dumps(raised))
"""


def test_two_processes_that_look_at_once_raise_each_alert_once(shop: Store) -> None:
    make(shop, *(rule(When.ABOVE, "4", key=f"rule-{number}") for number in range(6)))
    running = [
        subprocess.Popen(
            [sys.executable, "-c", RAISE, str(shop.folder)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in running:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    answers = [json.loads(process.communicate("go\n", timeout=300)[0]) for process in running]
    keys = [f"rule-{number} 1" for number in range(6)]
    assert sorted(answers[0] + answers[1]) == keys
    assert sorted(alert.key for alert in read_decisions(shop.ledger).alerts.listed()) == keys
    assert len(read_decisions(shop.ledger).alerts.changes) == len(keys)
    assert shop.ledger.verify() == ()


def test_a_quiet_rule_raises_nothing_until_its_day(shop: Store, paris: Settings) -> None:
    make(shop, rule(When.ABOVE, "4", quiet_until=TODAY + timedelta(days=1)))
    assert raise_alerts(shop, paris, now=NOW).alerts == ()
    assert len(raise_alerts(shop, paris, now=LATER).alerts) == 1


def test_a_snoozed_alert_silences_its_rule_until_the_day_and_then_waits_again(
    shop: Store, paris: Settings, tmp_path: Path
) -> None:
    make(shop, rule(When.ABOVE, "4", told=("sam",)))
    (alert,) = raise_alerts(shop, paris, now=NOW).alerts
    monday = TODAY + timedelta(days=1)
    record_answer(shop.ledger, SAM, alert, Answer(until=monday, note="A fair"), at=NOW, today=TODAY)
    decisions = read_decisions(shop.ledger)
    assert list(waiting(decisions.alerts, decisions.alert_answers, TODAY)) == []
    assert list(waiting(decisions.alerts, decisions.alert_answers, monday)) == [alert]
    more = [*weekly_orders(), {"order_id": "late", "customer_id": "fr", "ordered_at": "2026-11-21", "net_amount": 1}]
    publish(shop, tmp_path / "second", paris, more)
    assert raise_alerts(shop, paris, now=NOW).alerts == ()
    assert [one.version for one in raise_alerts(shop, paris, now=LATER).alerts] == [2]


def test_an_alert_that_a_newer_overtook_silences_its_rule_too_and_no_other(
    shop: Store, paris: Settings, tmp_path: Path
) -> None:
    make(shop, rule(When.ABOVE, "4"), rule(When.ABOVE, "4", key="other", name="Others"))
    first = raise_alerts(shop, paris, now=NOW).alerts
    more = [*weekly_orders(), {"order_id": "late", "customer_id": "fr", "ordered_at": "2026-11-21", "net_amount": 1}]
    publish(shop, tmp_path / "second", paris, more)
    newer = raise_alerts(shop, paris, now=NOW).alerts
    assert [one.version for one in newer] == [2, 2]
    (overtaken,) = [one for one in first if one.rule.key == "orders-rule"]
    answer = Answer(until=TODAY + timedelta(days=1))
    record_answer(shop.ledger, OLGA, overtaken, answer, at=NOW, today=TODAY)  # in a dialog opened before
    decisions = read_decisions(shop.ledger)
    assert set(waiting(decisions.alerts, decisions.alert_answers, TODAY)) == set(newer)
    publish(shop, tmp_path / "third", paris, [*more, more[-1] | {"order_id": "later"}])
    assert [one.rule.key for one in raise_alerts(shop, paris, now=NOW).alerts] == ["other"]


def test_an_answer_is_named_dated_and_undone(shop: Store, paris: Settings) -> None:
    make(shop, rule(When.ABOVE, "4"))
    (alert,) = raise_alerts(shop, paris, now=NOW).alerts
    seen = read_decisions(shop.ledger).entry_id
    (change,) = record_answer(shop.ledger, OLGA, alert, Answer(note="Seen"), at=LATER, today=TODAY, seen=seen)
    assert (change.who, change.recorded_at) == ("olga", LATER)
    with pytest.raises(ChangedMeanwhileError):
        record_answer(shop.ledger, OLGA, alert, Answer(note="Me too"), at=LATER, today=TODAY, seen=seen)
    with pytest.raises(NotAllowedError):
        record_answer(shop.ledger, SAM, alert, Answer(), at=LATER, today=TODAY)
    with pytest.raises(DecisionError, match="Choose a later day"):
        record_answer(shop.ledger, OLGA, alert, Answer(until=TODAY), at=LATER, today=TODAY)
    with pytest.raises(NotAllowedError):
        record_answer_undone(shop.ledger, SAM, alert, change.entry_id, at=LATER)
    record_answer_undone(shop.ledger, OLGA, alert, change.entry_id, at=LATER)
    decisions = read_decisions(shop.ledger)
    assert list(waiting(decisions.alerts, decisions.alert_answers, TODAY)) == [alert]


def test_a_rule_is_changed_deleted_and_brought_back(shop: Store) -> None:
    first = rule(When.ABOVE, "4", filters=(("country_code", ("FR",)),))
    make(shop, first)
    make(shop, replace(first, limit=Decimal(7)))
    (gone,) = record_rule_deleted(shop.ledger, OLGA, first.key, at=NOW)
    assert read_decisions(shop.ledger).alert_rules.listed() == ()
    record_rule_undone(shop.ledger, OLGA, gone.entry_id, at=NOW)
    rules = read_decisions(shop.ledger).alert_rules
    assert rules[first.key] == replace(first, limit=Decimal(7))
    assert [change.who for change in rules.history(first.key)] == ["olga"] * 4
    with pytest.raises(NotAllowedError):
        record_rule_deleted(shop.ledger, SAM, first.key, at=NOW)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (rule(When.ABOVE), "Give the limit."),
        (rule(When.ABOVE, "1e15"), "A limit is a number below 10^15."),
        (rule(When.RISES, "0.1"), "Choose what to compare with."),
        (rule(When.RISES, "-0.1", against=Comparison.PREVIOUS), "A change and an age are not below 0."),
        (rule(When.STALE, "1.5"), "An age is in whole days."),
        (rule(When.UNUSUAL, span=Span.MONTH), "Months differ in length"),
        (rule(When.MISSES, told=()), "Choose at least one person"),
        (rule(When.MISSES, told=("mallory",)), "“mallory” has no page that shows this metric"),
        (rule(When.MISSES, name="One\r\nBcc: all"), "Give the rule a name"),
        (rule(When.MISSES, metric="order"), "There is no metric “order”."),
        (rule(When.MISSES, filters=(("ambassador_id", ("a",)),)), "has no breakdown “ambassador_id”"),
        (rule(When.MISSES, filters=(("country_code", ("XX",)),)), "There is no country_code “XX” in the data."),
    ],
)
def test_a_rule_that_cannot_be(shop: Store, given: Rule, fault: str) -> None:
    with pytest.raises(DecisionError, match=fault.replace("^", r"\^")):
        record_rule(shop.ledger, OLGA, given, at=NOW, people=PEOPLE, values=lambda dimension: {"FR", "BE"})
    assert read_decisions(shop.ledger).alert_rules.listed() == ()


def test_what_goes_wrong_after_a_publish_is_told_and_leaves_it_published(shop: Store, paris: Settings) -> None:
    make(shop, rule(When.ABOVE, "4"))
    shop.ledger.path.write_bytes(b"not a ledger")
    (line,) = alerting.after_publish(shop, paris, now=NOW)
    assert line.startswith("The data is published, but the alerts could not be seen to (")
    assert shop.published_version() == 1


def test_what_was_raised_is_told_in_a_line_each(shop: Store, paris: Settings) -> None:
    make(shop, rule(When.ABOVE, "4"), rule(When.UNUSUAL, key="cost", name="Cost", metric="programme_cost"))
    assert alerting.after_publish(shop, paris, now=NOW) == (
        "Version 1: 1 new alert.",
        "“Orders”: Orders: 5 (15 Nov – 21 Nov 2026), above the limit of 4.",
        "“Cost” could not be judged: waits for costs or rewards.",
    )
    assert alerting.after_publish(shop, paris, now=NOW) == ()
