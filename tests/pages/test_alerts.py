"""The alerts page: a rule made, changed, deleted, brought back; an alert answered; who sees what; mails to settle."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import Role
from kpi.alerts import raise_alerts
from kpi.decisions import Author, Decisions, read_decisions
from kpi.decisions.alert_mails import Mail, Stage, record_claimed, record_outcome
from kpi.decisions.alert_rules import Rule, Span, When, record_rule
from kpi.decisions.alerts import Alert
from kpi.settings import read_settings
from kpi.store import Store

from .conftest import OpenApp

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OWNER = Author(name="owner", decides=frozenset({"alerts"}), is_demo=True)
SILENT = Rule(
    key="few",
    name="Too few orders",
    metric="orders",
    when=When.BELOW,
    limit=Decimal(10**6),
    told=("owner",),
)
# A rerun closes a dialog unless the script opens it each time.
OPEN = 'from kpi.ui import alert_list, alert_outbox, alert_rules, frame\npage = frame.open("alerts")\n'

Draw = Callable[..., AppTest]


@pytest.fixture
def draw(store: Store, open_app: OpenApp, tmp_path: Path) -> Draw:
    def run(code: str, role: Role = Role.OWNER) -> AppTest:
        script = tmp_path / "script.py"
        script.write_text(OPEN + code)
        app = open_app(store.folder, script=script, role=role)
        assert not app.exception
        return app

    return run


def decided(store: Store) -> Decisions:
    return read_decisions(store.ledger, is_demo=True)


def make(store: Store, *rules: Rule) -> None:
    for rule in rules:
        record_rule(store.ledger, OWNER, rule, at=NOW, people={"owner", "sponsor"})


def raised(store: Store, *rules: Rule) -> tuple[Alert, ...]:
    make(store, *rules)
    return raise_alerts(store, read_settings(), now=NOW).alerts


def click(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    done = button.click().run()
    assert not done.exception
    return done


def field(app: AppTest, kind: str, label: str) -> object:
    (found,) = [one for one in getattr(app, kind) if one.label == label]
    return found


def texts(app: AppTest) -> str:
    """What stands there, as it reads."""
    shown = "\n".join(element.value for element in (*app.title, *app.markdown, *app.caption, *app.subheader))
    return shown.replace("\\", "").replace("\N{WORD JOINER}", "")


def errors(app: AppTest) -> list[str]:
    """What went wrong, as it reads."""
    return [error.value.replace("\\", "") for error in app.error]


def test_the_owner_makes_a_rule(draw: Draw, store: Store) -> None:
    app = draw("alert_rules.edit(page)")
    field(app, "text_input", "Name").set_value(" Cost  too high ")  # type: ignore[attr-defined]
    field(app, "selectbox", "Metric").set_value("cost_to_revenue_ratio")  # type: ignore[attr-defined]
    app = field(app, "selectbox", "Tell when").set_value(When.ABOVE).run()  # type: ignore[attr-defined]
    field(app, "text_input", "Limit in percent").set_value("1.5 %")  # type: ignore[attr-defined]
    field(app, "selectbox", "Over").set_value(Span.QUARTER)  # type: ignore[attr-defined]
    app = field(app, "multiselect", "Programme").set_value(["recognition"]).run()  # type: ignore[attr-defined]
    assert not app.error
    click(app, "Save")
    (rule,) = decided(store).alert_rules.listed()
    assert (rule.name, rule.metric, rule.when, rule.limit) == (
        "Cost too high",
        "cost_to_revenue_ratio",
        When.ABOVE,
        Decimal("0.015"),
    )
    assert (rule.span, rule.told, rule.filters) == (Span.QUARTER, ("owner",), (("programme", ("recognition",)),))


@pytest.mark.parametrize(
    ("metric", "when", "label", "typed", "limit"),
    [
        ("orders", When.RISES, "Percent", "12.5", "0.125"),
        ("activation_rate", When.FALLS, "Points", "2", "0.02"),
        ("net_promoter_score", When.FALLS, "Points", "2", "2"),
        ("net_revenue", When.BELOW, "Limit in EUR", "1,250.5", "1250.5"),
        ("orders", When.STALE, "Days", "3", "3"),
    ],
)
def test_a_limit_is_typed_as_the_metric_is_read(
    draw: Draw, store: Store, metric: str, when: When, label: str, typed: str, limit: str
) -> None:
    app = draw("alert_rules.edit(page)")
    field(app, "text_input", "Name").set_value("Watch")  # type: ignore[attr-defined]
    app = field(app, "selectbox", "Metric").set_value(metric).run()  # type: ignore[attr-defined]
    app = field(app, "selectbox", "Tell when").set_value(when).run()  # type: ignore[attr-defined]
    field(app, "text_input", label).set_value(typed)  # type: ignore[attr-defined]
    click(app, "Save")
    (rule,) = decided(store).alert_rules.listed()
    assert (rule.metric, rule.when, rule.limit) == (metric, when, Decimal(limit))


def test_what_cannot_be_a_rule_is_said(draw: Draw, store: Store) -> None:
    app = draw("alert_rules.edit(page)")
    app = click(app, "Save")
    assert errors(app) == ["Give the rule a name of at most 80 characters."]
    app = field(app, "text_input", "Limit").set_value("many").run()  # type: ignore[attr-defined]
    assert [error.value for error in app.error] == ["“many” is not a number\\."]
    assert decided(store).alert_rules.listed() == ()


def test_a_rule_is_changed_deleted_and_brought_back(draw: Draw, store: Store) -> None:
    make(store, SILENT)
    app = draw(f'alert_rules.edit(page, "{SILENT.key}")')
    assert field(app, "text_input", "Limit").value == "1,000,000"  # type: ignore[attr-defined]
    field(app, "text_input", "Limit").set_value("5")  # type: ignore[attr-defined]
    click(app, "Save")
    assert decided(store).alert_rules["few"] == replace(SILENT, limit=Decimal(5))
    click(draw(f'alert_rules.edit(page, "{SILENT.key}")'), "Delete")
    assert decided(store).alert_rules.listed() == ()
    click(draw("alert_rules.show(page)"), "Undo the last change")
    assert decided(store).alert_rules["few"] == replace(SILENT, limit=Decimal(5))


def test_a_segment_that_the_data_has_no_more_is_not_dropped_unseen(draw: Draw, store: Store) -> None:
    gone = replace(SILENT, filters=(("country_code", ("FR", "XX")),))
    make(store, gone)
    app = draw(f'alert_rules.edit(page, "{gone.key}")')
    assert field(app, "multiselect", "Country").value == ["FR", "XX"]  # type: ignore[attr-defined]
    app = click(app, "Save")
    assert errors(app) == ["There is no country_code “XX” in the data."]
    field(app, "multiselect", "Country").set_value(["FR"])  # type: ignore[attr-defined]
    click(app, "Save")
    assert decided(store).alert_rules["few"].filters == (("country_code", ("FR",)),)


def test_the_age_of_data_is_of_no_segment(draw: Draw, store: Store) -> None:
    make(store, replace(SILENT, when=When.STALE, limit=Decimal(3), filters=(("country_code", ("FR",)),)))
    app = draw(f'alert_rules.edit(page, "{SILENT.key}")')
    assert [one.label for one in app.multiselect if one.label in ("Country", "Who is told")] == ["Who is told"]
    click(app, "Save")
    assert decided(store).alert_rules["few"].filters == ()


def test_the_rules_say_what_they_find_now(draw: Draw, store: Store) -> None:
    waits = replace(SILENT, key="costs", name="Costs", metric="monthly_recurring_revenue", when=When.MISSES, limit=None)
    quiet = replace(SILENT, key="quiet", name="Quiet", quiet_until=date(2100, 1, 1))
    make(store, SILENT, waits, quiet)
    (table,) = draw("alert_rules.show(page)").dataframe
    rows = table.value
    assert list(rows["rule"]) == ["Costs", "Quiet", "Too few orders"]
    assert rows["condition"][2] == "Orders below 1,000,000 · 28 days"
    assert (rows["now"][0], rows["now"][1]) == (
        "Cannot be judged: these days have no target",
        "Quiet until 1 Jan 2100",
    )
    assert rows["now"][2].startswith("It holds: ")


def test_an_alert_is_noted_undone_and_snoozed(draw: Draw, store: Store) -> None:
    (alert,) = raised(store, SILENT)
    opened = f'alert_list.open_alert(page, "{alert.key}")'
    app = draw(opened)
    field(app, "text_area", "Note").set_value("A  fair")  # type: ignore[attr-defined]
    click(app, "Take note")
    answer = decided(store).alert_answers[alert.key]
    assert (answer.note, answer.until) == ("A fair", None)
    app = draw(opened)
    assert "Acknowledged (A fair), owner, " in texts(app)
    click(app, "Undo the last answer")
    assert alert.key not in decided(store).alert_answers
    app = click(draw(opened), "Snooze")
    assert errors(app) == ["Choose the day until which to snooze it."]
    app = draw(opened)
    day = date.today() + timedelta(days=9)
    field(app, "date_input", "Snooze until").set_value(day)  # type: ignore[attr-defined]
    click(app, "Snooze")
    assert decided(store).alert_answers[alert.key].until == day


def test_the_page_shows_what_waits_and_the_log(store: Store, open_app: OpenApp) -> None:
    raised(store, SILENT)
    app = open_app(store.folder, "alerts")
    assert not app.exception
    assert "**1 alert** waits for somebody to take note of it." in texts(app)
    assert "below the limit of 1,000,000" in texts(app)
    assert "/revenue?period=Custom+dates&start=2026-10-25&end=2026-11-21" in texts(app)
    _, log = app.dataframe
    assert list(log.value["answer"]) == ["Waits"]
    overview = open_app(store.folder)
    assert "**1 alert** waits: “Too few orders”. [See the alerts](/alerts)" in texts(overview)


def test_only_who_was_told_sees_an_alert_and_only_the_owner_rules(store: Store, open_app: OpenApp) -> None:
    shared = replace(SILENT, key="shared", name="Shared", told=("owner", "sponsor"))
    raised(store, SILENT, shared)
    app = open_app(store.folder, "alerts", role=Role.SPONSOR)
    assert not app.exception
    assert "**Shared**" in texts(app)
    assert "Too few orders" not in texts(app)
    # orders stand on the revenue page, which a sponsor may not open
    assert "/glossary?period=Custom+dates" in texts(app)
    assert "/revenue" not in texts(app)
    assert [button.label for button in app.button if "rule" in button.label.lower()] == []
    assert len(app.dataframe) == 1
    app = open_app(store.folder, "alerts", role=Role.DATA)
    assert "Nothing waits." in texts(app)
    assert len(app.dataframe) == 0


def test_a_mail_that_nobody_knows_of_is_settled_by_a_person(draw: Draw, store: Store) -> None:
    (alert,) = raised(store, SILENT)
    owed = Mail(person="owner", version=1)
    claimed = record_claimed(store.ledger, owed, [alert], "<1@example.org>", at=NOW, is_demo=True)
    assert claimed
    record_outcome(store.ledger, claimed, Stage.UNKNOWN, at=NOW, reason="gone", is_demo=True)
    assert "**The mail to Ada Martin about version 1**  \nUnknown whether it arrived  \nWhy: gone" in texts(
        draw("alert_outbox.show(page)")
    )
    app = draw('alert_outbox.settle(page, "1/owner")')
    assert [code.value for code in app.code] == ["<1@example.org>"]
    click(app, "Send it again")
    assert decided(store).alert_mails["1/owner"].stage is Stage.QUEUED
    assert "Why: this account has no e-mail address" in texts(draw("alert_outbox.show(page)"))


def test_the_page_speaks_french(store: Store, open_app: OpenApp) -> None:
    raised(store, SILENT)
    app = open_app(store.folder, "alerts", language=Language.FRENCH)
    assert [title.value for title in app.title] == ["Qu’est-ce qui demande votre attention\N{NARROW NO-BREAK SPACE}?"]
    assert "au-dessous de la limite de" in texts(app)
    assert "period=Dates+au+choix" in texts(app)


def test_a_link_names_values_as_the_data_does(store: Store, open_app: OpenApp) -> None:
    app = open_app(
        store.folder, "revenue", country_code="FR", period="Custom dates", start="2026-10-25", end="2026-11-21"
    )
    assert not app.exception
    assert app.query_params["country_code"] == "France"
    assert "Only country: France" in texts(app)
