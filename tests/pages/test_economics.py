"""The economics page on the demo company: every number is the registry's, and nobody's name reaches a sponsor."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import RIGHTS, Role
from kpi.decisions import Author, read_decisions, record_subscribed
from kpi.ingest import import_files
from kpi.metrics import (
    METRICS,
    breakdown,
    contributions,
    costs_by_ambassador,
    measure,
    name_ambassadors,
    payback_by_month,
)
from kpi.period import Comparison
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui.economics_answers import CARDS
from kpi.ui.paying_back import paid_back
from kpi.ui.presets import Preset, preset_period

from .conftest import TODAY, OpenApp, find_download

LAST_90 = preset_period(Preset.DAYS_90, TODAY)
COST, WITHOUT_STAFF = METRICS["programme_cost"], METRICS["programme_cost_without_staff"]
READERS = [Role.OWNER, Role.SPONSOR]
FILTERS: list[dict[str, list[str]]] = [{}, {"programme": ["Commission"]}, {"lever": ["Website", "App"]}]
KEPT = {"Commission": "commission", "Website": "website", "App": "app"}


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.title, *app.markdown, *app.caption, *app.subheader))


def table(app: AppTest, column: str) -> dict[str, list[object]]:
    (found,) = (frame.value for frame in app.dataframe if column in frame.value.columns)
    return {name: found[name].to_list() for name in found.columns}


def everything(app: AppTest) -> str:
    """All that reached the browser, tables and figures included."""
    tables = "".join(str(frame.value.to_dict()) for frame in app.dataframe)
    figures = "".join(str(chart.proto) for chart in app.get("plotly_chart"))
    return texts(app) + tables + figures


def in_data(where: dict[str, list[str]]) -> dict[str, list[str]]:
    """Filters as the data has them, from what they are called in the URL."""
    return {name: [KEPT[value] for value in values] for name, values in where.items()}


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("where", FILTERS)
@pytest.mark.parametrize(
    ("against", "comparison"),
    [("Period before", Comparison.PREVIOUS), ("Same days last year", Comparison.LAST_YEAR)],
)
def test_the_cards_are_measured(
    demo: Store,
    demo_warehouse: Warehouse,
    open_app: OpenApp,
    role: Role,
    where: dict[str, list[str]],
    against: str,
    comparison: Comparison,
) -> None:
    app = open_app(demo.folder, "economics", role=role, against=against, **where)
    assert not app.exception
    kept = in_data(where)
    now = [measure(demo_warehouse, metric, LAST_90, where=kept).estimate.value for metric in CARDS]
    before = [
        measure(demo_warehouse, metric, LAST_90.compared(comparison), where=kept).estimate.value for metric in CARDS
    ]
    assert [card.value for card in app.metric] == [
        fmt.value(metric, value, "EUR") for metric, value in zip(CARDS, now, strict=True)
    ]
    assert [card.delta for card in app.metric] == [
        "" if one is None or other is None else fmt.change(metric, float(one) - float(other), other, "EUR")
        for metric, one, other in zip(CARDS, now, before, strict=True)
    ]


def test_categories_are_the_registrys_and_add_up(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    shown = table(open_app(demo.folder, "economics"), "with_staff")
    for metric, column in ((COST, "with_staff"), (WITHOUT_STAFF, "without_staff")):
        amounts = [Decimal() if str(amount) in {"nan", "None"} else Decimal(str(amount)) for amount in shown[column]]
        assert amounts[0] == sum(amounts[1:])
        whole = measure(demo_warehouse, metric, LAST_90).estimate.value
        assert amounts[0] == round(Decimal(whole or 0), 2)
        groups = breakdown(demo_warehouse, metric, LAST_90, "category")
        exact = sorted(Decimal(group.estimate.value or 0) for group in groups)
        drawn = sorted(amount for amount in amounts[1:] if amount)
        assert all(abs(one - other) < Decimal("0.01") for one, other in zip(drawn, exact, strict=True))
    assert shown["category"][0] == "All"
    assert "Staff" in shown["category"]


def test_why_the_cost_changed_adds_up(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "economics")
    found = contributions(demo_warehouse, COST, LAST_90, LAST_90.compared(Comparison.PREVIOUS), "category")
    assert found.change is not None
    assert "Why the cost changed" in texts(app)
    words = next(chart.proto.alt for chart in app.get("plotly_chart") if "Staff" in chart.proto.alt)
    assert fmt.difference(COST, float(abs(found.change)), "EUR") in everything(app)
    assert words.count("€") >= len([item for item in found.items if item.contribution])


def test_every_channel_is_on_the_page(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    shown = table(open_app(demo.folder, "economics"), "channel")
    groups = breakdown(demo_warehouse, METRICS["channel_cac"], LAST_90, "channel")
    assert len(shown["channel"]) == 1 + len(groups)
    own = measure(demo_warehouse, METRICS["acquisition_cost"], LAST_90).estimate
    assert (shown["channel"][0], shown["customers"][0]) == ("Ambassador programme", own.n)
    values = {fmt.value(group.metric, group.estimate.value, "EUR") for group in groups if group.estimate.value}
    assert values <= set(map(str, shown["value"]))
    assert "no cost is recorded" in shown["interval"]


def test_payback_is_the_registrys(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    shown = table(open_app(demo.folder, "economics"), "paid_back")
    found = payback_by_month(demo_warehouse, LAST_90.end)
    assert shown["paid_back"] == [paid_back(item) for item in found.items]
    assert shown["cost"] == [round(item.cost or 0) for item in found.items]
    assert "n/a: the month is not over" in str(shown["paid_back"][-1])


def test_the_owner_sees_what_each_ambassador_cost(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "economics")
    app.session_state["cost-by-ambassador"] = True
    shown = table(app.run(), "commission")
    items = costs_by_ambassador(demo_warehouse, LAST_90).items
    assert shown["ambassador_id"][1:-1] == [item.ambassador_id for item in items[:-1]]
    assert shown["name"][-1] == "Names nobody"
    named = name_ambassadors(demo_warehouse, [item.ambassador_id for item in items if item.ambassador_id])
    assert shown["name"][1] == named[str(items[0].ambassador_id)].full_name
    assert sum(int(str(shown[column][0])) for column in ("commission", "reward", "other")) == pytest.approx(
        float(measure(demo_warehouse, COST, LAST_90).estimate.value or 0), abs=1.5
    )
    assert shown["won"][0] == measure(demo_warehouse, METRICS["new_customers"], LAST_90).estimate.value
    assert str(shown["sheet"][1]).startswith("/ambassador?id=")


def test_a_sponsor_sees_nobody(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "economics", role=Role.SPONSOR)
    assert not app.exception
    assert len(app.dataframe) == 4
    shown = everything(app)
    assert "Left out for your role: it names people." in shown
    ids = [item.ambassador_id for item in costs_by_ambassador(demo_warehouse, LAST_90).items if item.ambassador_id]
    people = name_ambassadors(demo_warehouse, ids)
    assert [one for one in ids if one in shown or str(people[one].full_name) in shown] == []


def files(app: AppTest) -> dict[str, pl.DataFrame]:
    """Every CSV that the page offers, by its name, read back."""
    links = [link.proto for link in app.get("link_button")]
    found = [find_download(link.url) for link in links if link.label == "Download as CSV"]
    assert None not in found
    return {offer.file_name: pl.read_csv(offer.make()) for offer in found if offer is not None}


def test_the_files_hold_the_registrys_numbers(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    closed = open_app(demo.folder, "economics")
    assert "ambassade-cost-by-ambassador.csv" not in files(closed)  # ten thousand people are listed when asked for
    closed.session_state["cost-by-ambassador"] = True
    taken = files(closed.run())
    cost = pytest.approx(float(measure(demo_warehouse, COST, LAST_90).estimate.value or 0))
    categories = taken["ambassade-cost-by-category.csv"]
    assert categories["with_staff"][0] == cost == categories["with_staff"][1:].sum()
    assert categories["without_staff"][0] == pytest.approx(
        float(measure(demo_warehouse, WITHOUT_STAFF, LAST_90).estimate.value or 0)
    )
    people = taken["ambassade-cost-by-ambassador.csv"]
    assert people.select("commission", "reward", "other").row(0) == pytest.approx(
        people[1:].select("commission", "reward", "other").sum().row(0)
    )
    assert sum(people.select("commission", "reward", "other").row(0)) == cost
    assert "sheet" not in people.columns
    own = taken["ambassade-channels.csv"].row(0, named=True)
    estimate = measure(demo_warehouse, METRICS["acquisition_cost"], LAST_90).estimate
    assert (own["value"], own["low"], own["high"], own["customers"]) == (
        pytest.approx(float(estimate.value or 0)),
        pytest.approx(estimate.low),
        pytest.approx(estimate.high),
        estimate.n,
    )
    paid = taken["ambassade-payback.csv"]
    assert paid["paid_back"].to_list() == [item.months for item in payback_by_month(demo_warehouse, LAST_90.end).items]


def test_no_file_of_a_sponsor_holds_people(demo: Store, open_app: OpenApp) -> None:
    taken = files(open_app(demo.folder, "economics", role=Role.SPONSOR))
    assert "ambassade-cost-by-ambassador.csv" not in taken
    assert {column for frame in taken.values() for column in frame.columns}.isdisjoint({"name", "ambassador_id"})


@pytest.mark.parametrize("role", [role for role in Role if role not in READERS])
def test_other_roles_do_not_open_it(demo: Store, open_app: OpenApp, role: Role) -> None:
    app = open_app(demo.folder, "economics", role=role)
    assert [title.value for title in app.title] == ["This page is not for your role"]
    assert "economics" not in RIGHTS[role].pages


def test_a_filter_that_costs_do_not_have_is_said(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "economics", country_code="France")
    assert not app.exception
    assert [card.value for card in app.metric] == ["n/a"] * 4
    assert "What the programme cost is **n/a**: not available by country: costs are not recorded by country." in texts(
        app
    )
    assert len(app.dataframe) == 0


def test_it_speaks_french(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "economics", language=Language.FRENCH)
    assert [title.value for title in app.title] == [
        "Que coûte le programme, et que rapporte-t-il\N{NARROW NO-BREAK SPACE}?"
    ]
    assert "Récompense" in str(table(app, "with_staff")["category"])
    assert "Le programme a coûté" in texts(app)


@pytest.fixture
def two_orders(tmp_path: Path) -> Store:
    """A company of its own with two orders and no costs."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "customers.csv").write_text("customer_id,joined_at\nann,2026-01-01")
    (tmp_path / "exports" / "orders.csv").write_text(
        "order_id,customer_id,ordered_at,net_amount\no-1,ann,2026-11-02,10\no-2,ann,2026-11-20,10"
    )
    store = Store(tmp_path / "store")
    import_files(store, [tmp_path / "exports"], Settings(), now=datetime(2026, 11, 22, 12, tzinfo=UTC))
    return store


def test_a_company_without_costs_is_told_what_to_import(two_orders: Store, open_app: OpenApp) -> None:
    app = open_app(two_orders.folder, "economics")
    assert not app.exception
    said = texts(app)
    assert "What the programme cost is **n/a**: waits for costs or rewards. Import them: `python -m kpi import" in said
    assert [card.value for card in app.metric] == ["n/a"] * 4
    assert said.count("n/a: waits for costs or rewards") >= 6
    assert len(app.dataframe) == 0


def test_the_report_is_asked_for_by_mail_and_ended(demo: Store, open_app: OpenApp, tmp_path: Path) -> None:
    copytree(demo.folder, tmp_path / "store")
    store = Store(tmp_path / "store")

    def click(label: str) -> AppTest:
        app = open_app(store.folder, "economics", role=Role.SPONSOR)
        (button,) = [one for one in app.button if one.label == label]
        return button.click().run()

    app = click("Send me each month’s report by e-mail")
    assert not app.exception
    assert "No mail is sent about the demo company." in texts(app)
    (wanted,) = read_decisions(store.ledger, is_demo=True).report_subscriptions.values()
    assert (wanted.person, wanted.after) == ("sponsor", date(2026, 10, 1))  # data until 21 November
    click("Send me no more reports")
    assert not read_decisions(store.ledger, is_demo=True).report_subscriptions


def test_who_asks_for_the_report_is_told_that_no_server_is_named(two_orders: Store, open_app: OpenApp) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    record_subscribed(two_orders.ledger, Author(name="sponsor"), data_end=date(2026, 11, 21), at=now)
    app = open_app(two_orders.folder, "economics", role=Role.SPONSOR)
    assert "No mail is sent yet" in texts(app)
