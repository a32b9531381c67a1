"""The affordability page: each number is the command's, what is assumed stands in the URL, scenarios are compared."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.roles import Role
from kpi.cli_afford import fields
from kpi.decisions import read_decisions
from kpi.metrics import METRICS, measure
from kpi.metrics.affording import afford
from kpi.metrics.assumptions import measure_assumptions
from kpi.settings import read_settings
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui.assumption_fields import KEYS, read_query
from tests.documents import spaced, text_of

from .conftest import OpenApp, find_download

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def store(demo: Store, tmp_path: Path) -> Store:
    """The demo company in a store that may be written."""
    copytree(demo.folder, tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture
def ask(demo_warehouse: Warehouse) -> Ask:
    """The JSON of the command on the same company under assumptions."""
    known = measure_assumptions(demo_warehouse, read_settings())
    return lambda **assumed: fields(afford(known, assumed))


def said(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.caption, *app.info))


def steps(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def highest(app: AppTest) -> dict[str, str]:
    frame = next(table.value for table in app.dataframe if "schedule" in table.value.columns)
    return dict(zip(frame["schedule"], frame["commission"], strict=True))


def euros(value: object) -> str:
    return fmt.money(float(str(value)), "EUR", full=True)


def check(app: AppTest, found: dict[str, Any]) -> None:
    """Every number of the command stands on the page."""
    assert steps(app)["Customer value"] == euros(found["ltv"])
    assert steps(app)["Highest cost"] == euros(found["max_acquisition_cost"])
    by_schedule = {one["schedule"]: one for one in found["commission"]}
    shown = highest(app)
    assert shown["One-off amount"] == steps(app)["For commission"] == euros(by_schedule["one_off"]["amount"])
    for label, name in (
        ("Share of the first order", "first_order_share"),
        ("Share, 12 months", "recurring_12_months"),
        ("Share, as long as they stay", "recurring_lifetime"),
        ("Share, 12 months, then 12 at half", "degressive"),
        ("Share, less each month", "geometric"),
    ):
        assert shown[label] == fmt.share(by_schedule[name]["rate"])
    hybrid = by_schedule["hybrid"]
    assert shown["Amount and share, 12 months"] == f"{euros(hybrid['amount'])} and {fmt.share(hybrid['rate'])}"


def test_each_number_is_the_commands(demo: Store, open_app: OpenApp, ask: Ask) -> None:
    app = open_app(demo.folder, "affordability", role=Role.SPONSOR)
    assert not app.exception
    check(app, ask())


def test_what_the_address_assumes_counts_and_is_marked(demo: Store, open_app: OpenApp, ask: Ask) -> None:
    app = open_app(demo.folder, "affordability", role=Role.SPONSOR, churn_percent="5", target_ratio="2")
    assert not app.exception
    check(app, ask(churn=0.05, target_ratio=2))
    assert steps(app)["Lost each month"] == "5.0\N{NO-BREAK SPACE}%"
    assert "Assumed rather than measured: Lost each month, Value over cost." in said(app)
    assert "Assumed, instead of 3 : 1" in said(app)


def test_an_assumption_is_made_in_its_field_and_undone(demo: Store, open_app: OpenApp, ask: Ask) -> None:
    app = open_app(demo.folder, "affordability", role=Role.OWNER)
    before = steps(app)
    app.number_input(key="margin_percent").set_value(80.0).run()
    assert not app.exception
    check(app, ask(margin=0.8))
    app.button(key="back-margin").click().run()
    assert steps(app) == before
    app.number_input(key="other_cost").set_value(10_000.0).run()
    assert "**No commission** can be paid: the programme’s other cost uses up the ceiling." in said(app)
    app.button(key="assume-nothing").click().run()
    assert steps(app) == before


@pytest.mark.parametrize("assumed", [{"margin_percent": "-50"}, {"churn_percent": "100"}, {"churn_percent": "0"}])
def test_the_edges_have_an_answer(demo: Store, open_app: OpenApp, assumed: dict[str, str]) -> None:
    app = open_app(demo.folder, "affordability", role=Role.OWNER, arpa="10", **assumed)
    assert not app.exception
    assert not app.error
    assert "nan" not in said(app).casefold()


def test_free_customers_have_an_answer(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "affordability", role=Role.OWNER, arpa="0", first_order="0")
    assert not app.exception
    assert "**No commission** can be paid: customers bring no revenue." in said(app)


def test_a_scenario_is_saved_and_compared(store: Store, open_app: OpenApp, ask: Ask) -> None:
    app = open_app(store.folder, "affordability", role=Role.SPONSOR, churn_percent="5")
    name = next(field for field in app.text_input if field.label == "Save these assumptions as")
    name.set_value("Careful")
    save = [button for button in app.button if button.label == "Save"]
    save[0].click().run()
    assert not app.exception
    (view,) = read_decisions(store.ledger, is_demo=True).views.values()
    assert (view.name, view.page, view.query) == ("Careful", "affordability", "churn_percent=5")
    app = open_app(store.folder, "affordability", role=Role.SPONSOR, scenarios="Careful")
    assert not app.exception
    frame = next(table.value for table in app.dataframe if "scenario_1" in table.value.columns)
    careful = dict(zip(frame["what"], frame["scenario_1"], strict=True))
    found = ask(churn=0.05)
    assert careful["Highest cost"] == euros(found["max_acquisition_cost"])
    assert careful["Lost each month"] == "5.0\N{NO-BREAK SPACE}%"
    # the discount is the same in both
    assert "Discount a year" not in careful


def test_a_saved_query_holds_what_can_be() -> None:
    assert read_query("churn_percent=5&payback=18&rho_percent=x&margin_percent=300&period=year") == {
        "churn": 0.05,
        "payback": 18,
    }
    assert KEYS["arpa"] == "arpa"


def test_the_budget_takes_up_what_is_suggested(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "budget", role=Role.OWNER, suggested="3531")
    assert "Suggested by what winning a customer may cost: € 3,531.00 a month." in said(app).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    app = open_app(demo.folder, "budget", role=Role.OWNER, suggested="a lot")
    assert not app.exception
    assert not app.info


def test_the_page_is_taken_away_as_a_pdf(demo: Store, open_app: OpenApp, ask: Ask) -> None:
    app = open_app(demo.folder, "affordability", role=Role.SPONSOR, churn_percent="5")
    (link,) = [one.proto for one in app.get("link_button") if one.proto.label == "This page as a PDF"]
    offer = find_download(link.url)
    assert offer is not None
    assert (offer.file_name, offer.has_people) == ("ambassade-affordability.pdf", False)
    text = text_of(offer.make())
    found = ask(churn=0.05)
    for name in ("ltv", "cap_payback", "max_acquisition_cost"):
        assert spaced(euros(found[name])) in text
    for one in found["commission"]:
        if one.get("rate") is not None:
            assert spaced(fmt.share(one["rate"])) in text
    assert "Assumed rather than measured: Lost each month." in text
    assert "Data to 21 Nov 2026, version 1." in text
    assert offer.make() == offer.make()


def test_it_says_what_a_customer_costs_at_present(demo: Store, open_app: OpenApp, demo_warehouse: Warehouse) -> None:
    app = open_app(demo.folder, "affordability", role=Role.SPONSOR)
    known = measure_assumptions(demo_warehouse, read_settings())
    assert known.period is not None
    cost = measure(demo_warehouse, METRICS["acquisition_cost"], known.period).estimate.value
    assert cost is not None
    (told,) = [one.value for one in app.markdown if one.value.startswith("At present one costs")]
    assert f"At present one costs **{fmt.money(cost, 'EUR', full=True)}**" in told
    worth = afford(known, {}).ceiling
    assert worth is not None
    assert f"is **{fmt.count(worth.ltv / float(cost), decimals=1)}** (" in told


def test_commissions_by_product_stand_beside_what_each_can_bear(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "affordability", role=Role.SPONSOR)
    (table,) = [one.value for one in app.dataframe if "highest" in one.value.columns]
    assert len(table) > 1
    known = table.dropna(subset=["highest", "rate"])
    assert ((known["highest"] - known["rate"] - known["room"]).abs() < 0.002).all()
