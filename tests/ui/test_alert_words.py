"""Rules, alerts, answers and mails in words, in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kpi.alerts import Verdict
from kpi.decisions.alert_mails import Mail, Stage
from kpi.decisions.alert_rules import Rule, Span, When
from kpi.decisions.alerts import Alert, Answer
from kpi.language import speaking
from kpi.period import Comparison
from kpi.ui import alert_words

FRANCE = (("country_code", ("FR", "BE")), ("programme", ("recognition",)))


def rule(metric: str, when: When, limit: str | None = None, **changes: object) -> Rule:
    given: dict[str, object] = {"key": "r", "name": "Watch", "metric": metric, "when": when, "told": ("olga",)}
    return Rule(**given | {"limit": None if limit is None else Decimal(limit)} | changes)  # type: ignore[arg-type]


def alert(given: Rule, value: str, **found: str) -> Alert:
    return Alert(
        rule=given,
        version=7,
        data_end=date(2026, 11, 22),
        start=date(2026, 10, 25),
        end=date(2026, 11, 22),
        value=Decimal(value),
        **{name: Decimal(number) for name, number in found.items()},  # type: ignore[arg-type]
    )


AGO = Comparison.LAST_YEAR
DAYS, GLUE = "25 Oct – 21 Nov 2026", "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            alert(rule("orders", When.ABOVE, "4"), "5", high="4"),
            "Orders: 5 (25 Oct – 21 Nov 2026), above the limit of 4.",
        ),
        # a level stands on its last day
        (
            alert(rule("active_ambassadors", When.BELOW, "30"), "21", low="30"),
            "Active ambassadors: 21 (21 Nov 2026), below the limit of 30.",
        ),
        # 4.1 % is not said to be above 4.1 %
        (
            alert(rule("cost_to_revenue_ratio", When.ABOVE, "0.041"), "0.0412", high="0.041"),
            f"Cost to revenue: 4.12{GLUE}% ({DAYS}), above the limit of 4.10{GLUE}%.",
        ),
        (
            alert(rule("orders", When.RISES, "0.25", against=AGO), "130", high="125", compared="100"),
            "Orders: up from 100 to 130 (25 Oct – 21 Nov 2026), by more than 25\N{NO-BREAK SPACE}%.",
        ),
        (
            alert(rule("activation_rate", When.FALLS, "0.05", against=AGO), "0.5", low="0.55", compared="0.6"),
            f"Activation rate: down from 60.0{GLUE}% to 50.0{GLUE}% (21 Nov 2026), by more than 5.0{GLUE}pt.",
        ),
        (
            alert(rule("orders", When.MISSES), "80", low="100"),
            "Orders: 80 (25 Oct – 21 Nov 2026), which misses the target of 100.",
        ),
        (
            alert(rule("programme_cost", When.MISSES), "800", high="700"),
            "Programme cost: €\N{NO-BREAK SPACE}800 (25 Oct – 21 Nov 2026), which misses the target of"
            " €\N{NO-BREAK SPACE}700.",
        ),
        (
            alert(rule("orders", When.UNUSUAL), "5", low="0", high="4.4"),
            "Orders: 5 (25 Oct – 21 Nov 2026), outside the usual range of 0 to 4.",
        ),
        (
            alert(rule("orders", When.STALE, "3"), "4", high="3"),
            "The data of “Orders” is 4 days old; the limit is 3 days.",
        ),
        (alert(rule("gone", When.STALE, "1"), "2", high="1"), "The data of “gone” is 2 days old; the limit is 1 day."),
    ],
)
def test_what_an_alert_found(found: Alert, told: str) -> None:
    assert alert_words.sentence(found, "EUR") == told


def test_the_same_in_french() -> None:
    fell = alert(rule("orders", When.FALLS, "0.125", against=AGO), "80", low="87.5", compared="100")
    with speaking("fr"):
        assert alert_words.sentence(fell, "EUR") == (
            "Commandes\N{NO-BREAK SPACE}: de 100 à 80 (du 25 octobre au 21 novembre 2026), une baisse de plus de"
            " 12,5\N{NO-BREAK SPACE}%."
        )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (rule("orders", When.BELOW, "100"), "Orders below 100"),
        (rule("net_revenue", When.ABOVE, "1250.5"), "above €\N{NO-BREAK SPACE}1,250.50"),
        (
            rule("orders", When.FALLS, "0.1", against=AGO),
            "down by more than 10\N{NO-BREAK SPACE}%, against the same days last year",
        ),
        (rule("orders", When.UNUSUAL, span=Span.WEEK), "Orders outside its usual range"),
        (rule("orders", When.STALE, "3"), "Data of Orders older than 3 days"),
        (rule("gone", When.BELOW, "3"), "gone below 3"),
    ],
)
def test_what_a_rule_waits_for(given: Rule, told: str) -> None:
    assert alert_words.condition(given, "EUR").endswith(told)


def test_the_segments_of_a_rule() -> None:
    assert alert_words.where(rule("orders", When.MISSES)) == ""
    told = "country: France or Belgium; programme: Recognition"
    assert alert_words.where(rule("orders", When.MISSES, filters=FRANCE)) == told


def test_what_a_rule_finds_now() -> None:
    watch = rule("orders", When.BELOW, "100")
    value = {"rule": watch, "value": Decimal(80), "low": Decimal(100)}
    assert alert_words.verdict(Verdict(**value, holds=True), "EUR") == "It holds: 80"  # type: ignore[arg-type]
    assert alert_words.verdict(Verdict(**value, holds=False), "EUR") == "All is well: 80"  # type: ignore[arg-type]
    assert alert_words.verdict(Verdict(rule=watch, reason="no data"), "EUR") == "Cannot be judged: no data"
    old = Verdict(rule=rule("orders", When.STALE, "3"), value=Decimal(1), high=Decimal(3), holds=False)
    assert alert_words.verdict(old, "EUR") == "All is well: 1 day"


def test_changes_for_the_log() -> None:
    watch = rule("orders", When.BELOW, "100")
    quiet = rule("orders", When.BELOW, "90", quiet_until=date(2026, 12, 1))
    raised = alert(watch, "80", low="100")
    until, note = (
        Answer(alert="r 7", name="Watch", until=date(2026, 12, 1)),
        Answer(alert="r 7", name="Watch", note="A fair"),
    )
    failed = Mail(person="olga", version=7, stage=Stage.FAILED, reason="451 later", not_before=datetime.now(UTC))
    assert [
        alert_words.change(before, after, "EUR")
        for before, after in [
            (None, watch),
            (watch, quiet),
            (quiet, None),
            (None, raised),
            (None, until),
            (until, note),
            (note, None),
            (None, failed),
        ]
    ] == [
        "added: rule “Watch” (Orders below 100)",
        "rule “Watch” (Orders below 100) is now rule “Watch” (Orders below 90), quiet until 1 Dec 2026",
        "removed: rule “Watch” (Orders below 90), quiet until 1 Dec 2026",
        "raised “Watch”: Orders: 80 (25 Oct – 21 Nov 2026), below the limit of 100.",
        "“Watch” snoozed until 1 Dec 2026",
        "“Watch” acknowledged (A fair)",
        "“Watch” waits again",
        "mail to olga about version 7: Failed, is tried again (451 later)",
    ]
