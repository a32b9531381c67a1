"""Another attribution model and window: chosen in the sidebar, in the URL, and in every number that they change."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Caption, Metric

from kpi.access.credentials import Language
from kpi.decisions import Author, Target, record_targets
from kpi.metrics import HEADLINES, METRICS, Attribution, Model, breakdown, measure
from kpi.settings import PROJECT
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui.crediting import Credit, Window, caution, chosen
from kpi.ui.presets import Preset, preset_period

from .conftest import TODAY, OpenApp, find_download

REVENUE = METRICS["attributed_revenue"]
LAST_90 = preset_period(Preset.DAYS_90, TODAY)
NINA = Author(name="nina", decides=frozenset({"targets"}), is_demo=True)


def test_each_choice_names_a_model_and_a_window_that_the_marts_hold() -> None:
    rules = [chosen(credit, window) for credit in Credit for window in Window]
    assert {rule.model for rule in rules} == set(Model)
    # each model with its usual window, 30, 90 and 90 days, and with the four
    assert [rule.window for rule in rules] == [30, 7, 30, 60, 90, 90, 7, 30, 60, 90, 90, 7, 30, 60, 90]


def test_only_what_is_credited_by_another_rule_is_cautioned() -> None:
    first = Attribution(model=Model.FIRST)
    assert caution(REVENUE, first) == "first touch, 90 days"
    assert caution(METRICS["orders"], first) == ""
    # the usual window, asked for or not, is the usual rule
    assert caution(REVENUE, Attribution(window_days=30)) == caution(REVENUE, Attribution()) == ""


@pytest.mark.parametrize(
    ("credit", "window"), [(Credit.FIRST, Window.USUAL), (Credit.LINEAR, Window.DAYS_7), (Credit.LAST, Window.DAYS_90)]
)
def test_the_cards_credit_by_the_rule_chosen(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, credit: Credit, window: Window
) -> None:
    app = open_app(demo.folder, model=credit.value, window=window.value)
    assert (app.selectbox(key="model").value, app.selectbox(key="window").value) == (credit, window)
    rule = chosen(credit, window)
    for card, metric in zip(app.metric, HEADLINES, strict=True):
        found = measure(demo_warehouse, metric, LAST_90, attribution=rule).estimate.value
        assert card.value == fmt.value(metric, found, "EUR")
    usual, other = (measure(demo_warehouse, REVENUE, LAST_90, attribution=one) for one in (None, rule))
    assert usual.estimate.value != other.estimate.value
    said = [any(caution(REVENUE, rule) in one.value for one in card.caption) for card in cards_of(app)]
    assert said == [metric.is_attributed for metric in HEADLINES]
    assert sum(said) == 2  # attributed revenue and the cost in percent of it


def test_a_rule_is_said_with_trends_changes_and_files(demo: Store, open_app: OpenApp) -> None:
    told = "Attribution: first touch, 7 days."
    usual = open_app(demo.folder)
    assert [one.value for one in usual.caption if "Attribution" in one.value] == []
    app = open_app(demo.folder, model=Credit.FIRST.value, window=Window.DAYS_7.value)
    # below the trends of attributed revenue and of the cost in percent of it, and below what changed most
    places = [[one.value for one in block.subheader] for block in blocks(app.main) if told in own_captions(block)]
    assert [heading for (heading,) in places] == [
        "What changed most against the 90 days before",
        "Attributed revenue, by week",
        "Cost to revenue, by week",
    ]
    files = [find_download(link.proto.url) for link in app.get("link_button")]
    assert [offer.file_name for offer in files if offer] == [
        "ambassade-attributed_revenue-by-lever-first-7-days.csv",
        "ambassade-overview.xlsx",  # whose first sheet names the rule
    ]
    app.button(key=f"rows-attributed_revenue-{LAST_90.end}").click().run()
    names = [offer.file_name for link in app.get("link_button") if (offer := find_download(link.proto.url))]
    assert "ambassade-rows-attributed_revenue-first-7-days.csv" in names


def blocks(block: Block) -> Iterator[Block]:
    for child in block.children.values():
        if isinstance(child, Block):
            yield child
            yield from blocks(child)


def own_captions(block: Block) -> list[str]:
    return [child.value for child in block.children.values() if isinstance(child, Caption)]


def cards_of(app: AppTest) -> list[Block]:
    return [block for block in blocks(app.main) if any(isinstance(child, Metric) for child in block.children.values())]


def test_what_was_chosen_before_stands_open_on_the_next_page_at_once(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    assert opened(app) == {"Segments": False, "Attribution": False}
    app.selectbox(key="model").set_value(Credit.LINEAR)
    app.multiselect(key="programme").set_value(["recognition"]).run()
    assert opened(app) == {"Segments": True, "Attribution": True}
    app.query_params.clear()  # the browser goes to the other page's own address
    app.switch_page(PROJECT / "pages" / "ambassadors.py").run()
    assert opened(app) == {"Segments": True, "Attribution": True}


def opened(app: AppTest) -> dict[str, bool]:
    return {one.label: one.proto.expanded for one in app.sidebar.expander if one.label in {"Segments", "Attribution"}}


def test_reset_takes_the_rule_back(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    before = [metric.value for metric in app.metric]
    app.selectbox(key="model").set_value(Credit.LINEAR)
    app.selectbox(key="window").set_value(Window.DAYS_7).run()
    assert [metric.value for metric in app.metric] != before
    next(button for button in app.sidebar.button if button.label == "Reset").click().run()
    assert [metric.value for metric in app.metric] == before


def test_a_link_with_a_rule_is_understood_in_french(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, language=Language.FRENCH, model="First touch", window="60 days")
    assert (app.selectbox(key="model").value, app.selectbox(key="window").value) == (Credit.FIRST, Window.DAYS_60)
    assert any("premier contact, 60 jours" in caption.value for caption in app.caption)


def test_a_target_is_not_held_against_another_rule(demo: Store, open_app: OpenApp, tmp_path: Path) -> None:
    store = Store(copytree(demo.folder, tmp_path / "store"))
    month = Target(metric="attributed_revenue", month=date(2026, 10, 1), value=Decimal(1_000))
    record_targets(store.ledger, NINA, [month], at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    usual = open_app(store.folder, period="Last month")
    other = open_app(store.folder, period="Last month", model="First touch")
    assert [any("arget of " in one.value for one in app.caption) for app in (usual, other)] == [True, False]


def test_one_ambassador_keeps_every_rule_in_sight(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    amounts = [
        {
            one.group: one.estimate.value
            for one in breakdown(demo_warehouse, REVENUE, LAST_90, "ambassador_id", attribution=rule)
        }
        for rule in (Attribution(), Attribution(model=Model.LINEAR))
    ]
    somebody = next(one for one in amounts[0] if one and amounts[0][one] != amounts[1].get(one))
    last, shared = (credited.get(somebody, 0) or 0 for credited in amounts)
    app = open_app(demo.folder, "ambassador", id=somebody, model="Shared by all touches", window="Usual of the model")
    assert app.metric[2].value == fmt.value(REVENUE, shared, "EUR") != fmt.value(REVENUE, last, "EUR")
    facts = "".join(html.proto.body for html in app.get("html"))
    for rule, amount in (("Last touch, 30 days", last), ("Shared by all touches, 90 days", shared)):
        assert re.search(f"{rule}<.*?>{re.escape(fmt.money(amount, 'EUR', full=True))}<", facts)
