"""The revenue page on the demo company: every number is the registry's, whoever reads, filters, compares or credits."""

import re
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import RIGHTS, Role
from kpi.metrics import (
    METRICS,
    WINDOWS,
    Attribution,
    Compared,
    Metric,
    Model,
    breakdown,
    compare,
    contributions,
    measure,
    measure_finality,
    name_ambassadors,
)
from kpi.period import Comparison, Period
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui.crediting import Credit, Window
from kpi.ui.presets import Against, Preset, preset_period

from .conftest import TODAY, OpenApp
from .test_ambassadors import everything, table, texts

LAST_90 = preset_period(Preset.DAYS_90, TODAY)
REVENUE = METRICS["attributed_revenue"]
CARDS = tuple(
    METRICS[name]
    for name in (
        "attributed_revenue",
        "attributed_revenue_share",
        "attributed_first_order_revenue",
        "attributed_repeat_revenue",
        "attributed_refunds",
        "new_customers",
        "referred_customer_revenue",
        "revenue_per_customer_won",
    )
)
FILTERS: list[dict[str, list[str]]] = [
    {},
    {"programme": ["recognition"]},
    {"country_code": ["FR", "BE"]},
    {"lever": ["email"], "country_code": ["FR"]},
]
CREDITS = [(Credit.LAST, Window.USUAL), (Credit.FIRST, Window.DAYS_7), (Credit.LINEAR, Window.DAYS_90)]


def filtered(app: AppTest, where: dict[str, list[str]]) -> AppTest:
    for name, values in where.items():
        app.multiselect(key=name).set_value(values)
    return app.run()


def shown(metric: Metric, value: float | Decimal | None, *, full: bool = False) -> str:
    return fmt.value(metric, value, "EUR", full=full)


def cells(app: AppTest, head: str) -> list[list[str]]:
    """The cells of the small table whose heading holds this text, without its head and marks."""
    (text,) = [one.value for one in app.markdown if one.value.startswith("|") and head in one.value.splitlines()[0]]
    lines = text.splitlines()[2:]
    return [[cell.strip().replace("**", "") for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("where", FILTERS)
@pytest.mark.parametrize(("credit", "window"), CREDITS)
@pytest.mark.parametrize("against", [Against.PREVIOUS, Against.LAST_YEAR])
def test_cards_are_measured(
    demo: Store,
    demo_warehouse: Warehouse,
    open_app: OpenApp,
    where: dict[str, list[str]],
    credit: Credit,
    window: Window,
    against: Against,
) -> None:
    app = open_app(demo.folder, "revenue", model=credit.value, window=window.value)
    app.selectbox(key="against").set_value(against)
    filtered(app, where)
    assert not app.exception
    attribution = Attribution(model=credit.model, window_days=window.days)
    comparison = Comparison.PREVIOUS if against is Against.PREVIOUS else Comparison.LAST_YEAR
    values, deltas = [], []
    for metric in CARDS:
        if not set(where) <= set(metric.dimensions):
            values.append("n/a")
            deltas.append("")
            continue
        (found,) = compare(demo_warehouse, metric, LAST_90, comparison, where=where, attribution=attribution)
        values.append(shown(metric, found.current.estimate.value))
        deltas.append(delta(metric, found))
    assert [one.value for one in app.metric] == values
    assert [one.delta for one in app.metric] == deltas


def delta(metric: Metric, found: Compared) -> str:
    before = found.compared.estimate.value
    return "" if found.change is None else fmt.change(metric, found.change, before, "EUR")


@pytest.mark.parametrize("filters", [{}, {"programme": "Recognition"}, {"period": "Custom dates", "end": "2019-01-31"}])
def test_nothing_is_left_of_the_skeletons(demo: Store, open_app: OpenApp, filters: dict[str, str]) -> None:
    # Recurring revenue is not recorded by programme, and nothing was in 2019: each part then says so in its place.
    app = open_app(demo.folder, "revenue", **filters)
    assert not app.exception
    assert app.get("skeleton") == []


def test_first_and_repeat_orders_add_up(demo_warehouse: Warehouse) -> None:
    for credit, window in CREDITS:
        attribution = Attribution(model=credit.model, window_days=window.days)
        whole, _, first, repeat, *_ = (
            measure(demo_warehouse, metric, LAST_90, attribution=attribution).estimate.value for metric in CARDS
        )
        assert whole == (first or 0) + (repeat or 0)


@pytest.mark.parametrize("where", FILTERS)
@pytest.mark.parametrize(("credit", "window"), CREDITS)
def test_every_model_and_window_stands_beside_the_chosen_one(
    demo: Store,
    demo_warehouse: Warehouse,
    open_app: OpenApp,
    where: dict[str, list[str]],
    credit: Credit,
    window: Window,
) -> None:
    app = filtered(open_app(demo.folder, "revenue", model=credit.value, window=window.value), where)
    chosen = Attribution(model=credit.model, window_days=window.days)
    expected = []
    for days in WINDOWS:
        line = [f"{days}\N{NO-BREAK SPACE}days"]
        for model in Model:
            attribution = Attribution(model=model, window_days=days)
            found = measure(demo_warehouse, REVENUE, LAST_90, where=where, attribution=attribution)
            is_chosen = (model, days) == (chosen.model, chosen.window)
            line.append(shown(REVENUE, found.estimate.value) + ("\N{NO-BREAK SPACE}✓" if is_chosen else ""))
        expected.append(line)
    assert cells(app, "Last touch") == expected
    assert sum("✓" in cell for line in expected for cell in line) == 1
    # A model moves credit between levers and programmes, never between buyers.
    is_moved = not {"lever", "programme"}.isdisjoint(where)
    assert ("the model only to whom" in texts(app)) is not is_moved


@pytest.mark.parametrize("where", FILTERS)
def test_what_is_refunded_final_and_provisional(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, where: dict[str, list[str]]
) -> None:
    app = filtered(open_app(demo.folder, "revenue"), where)
    parts = measure_finality(demo_warehouse, LAST_90, 30, where=where)
    assert parts.final is not None
    assert parts.provisional is not None
    asked = ("attributed_revenue", "attributed_refunds", "attributed_revenue_ledger")
    whole, refunded, booked = (measure(demo_warehouse, METRICS[name], LAST_90, where=where) for name in asked)
    values = [one.estimate.value for one in (whole, parts.final, parts.provisional, refunded, booked)]
    (refunds,) = [lines for lines in small_tables(app) if any("final" in line[0] for line in lines)]
    assert [line[1] for line in refunds] == [shown(REVENUE, value, full=True) for value in values]
    assert values[0] == (values[1] or 0) + (values[2] or 0)


def small_tables(app: AppTest) -> list[list[list[str]]]:
    found = [one.value.splitlines()[2:] for one in app.markdown if one.value.startswith("|")]
    return [[[cell.strip() for cell in line.strip("|").split("|")] for line in lines] for lines in found]


@pytest.mark.parametrize("by", ["lever", "programme", "country_code", "sector", "category", "product_id"])
@pytest.mark.parametrize(("credit", "window"), CREDITS)
def test_groups_are_measured_and_add_up(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, by: str, credit: Credit, window: Window
) -> None:
    app = open_app(demo.folder, "revenue", model=credit.value, window=window.value)
    app.selectbox(key="by").set_value(by).run()
    assert not app.exception
    attribution = Attribution(model=credit.model, window_days=window.days)
    found = breakdown(demo_warehouse, REVENUE, LAST_90, by, attribution=attribution)
    listed = table(app, by)["value"]
    whole = measure(demo_warehouse, REVENUE, LAST_90, attribution=attribution).estimate.value
    assert listed[0] == round(float(whole or 0))
    known = sorted(round(float(one.estimate.value or 0)) for one in found)
    before = LAST_90.compared(Comparison.PREVIOUS)
    others = {one.group for one in breakdown(demo_warehouse, REVENUE, before, by, attribution=attribution)}
    extra = len(others - {one.group for one in found})  # groups of the days before alone stand there with nothing
    assert sorted(int(str(value)) for value in listed[1:]) == sorted([*known, *[0] * extra])
    assert sum(Decimal(one.estimate.value or 0) for one in found) == whole


def test_the_change_is_laid_on_groups_as_it_is_credited(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp
) -> None:
    before = LAST_90.compared(Comparison.PREVIOUS)
    for credit, window in CREDITS:
        app = open_app(demo.folder, "revenue", model=credit.value, window=window.value)
        attribution = Attribution(model=credit.model, window_days=window.days)
        found = contributions(demo_warehouse, REVENUE, LAST_90, before, "lever", attribution=attribution)
        told = re.search(r"By lever, \*\*(.+?)\*\* moved it most", texts(app))
        assert told is not None
        assert told[1] == fmt.begin(found.items[0].group)


def test_who_brought_what_stands_in_the_order_of_names(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp
) -> None:
    closed = open_app(demo.folder, "revenue")
    names = name_ambassadors(
        demo_warehouse,
        [str(one.group) for one in breakdown(demo_warehouse, REVENUE, LAST_90, "ambassador_id")],
    )
    assert [one.full_name for one in names.values() if str(one.full_name) in everything(closed)] == []
    closed.session_state["by-ambassador"] = True
    listed = table(closed.run(), "first")
    assert listed["name"] == sorted(listed["name"], key=str)
    amounts = {
        one.group: round(Decimal(one.estimate.value or 0), 2)
        for one in breakdown(demo_warehouse, REVENUE, LAST_90, "ambassador_id")
    }
    found = dict(zip(listed["ambassador_id"], listed["revenue"], strict=True))
    assert {one: found[one] for one in amounts} == amounts


def test_a_reader_without_the_right_to_people_is_not_offered_them(
    demo: Store, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    rights = RIGHTS[Role.OWNER]
    blind = type(rights)(reader="may not see people", pages=rights.pages)
    for module in ("accounts", "sessions", "door"):
        monkeypatch.setattr(f"kpi.access.{module}.RIGHTS", {**RIGHTS, Role.SPONSOR: blind}, raising=False)
    app = open_app(demo.folder, "revenue", role=Role.SPONSOR)
    assert not app.exception
    assert len(app.metric) == len(CARDS)
    assert "By ambassador" not in [one.label for one in app.expander]


@pytest.mark.parametrize("role", [role for role in Role if "revenue" not in RIGHTS[role].pages])
def test_the_page_is_for_the_owner(demo: Store, open_app: OpenApp, role: Role) -> None:
    app = open_app(demo.folder, "revenue", role=role)
    assert [title.value for title in app.title] == ["This page is not for your role"]


def test_recurring_revenue_adds_up_as_it_is_shown(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "revenue", period="Last 12 months")
    (bridge,) = [lines for lines in small_tables(app) if lines[0][0] == "MRR at the start"]
    amounts = [Decimal(re.sub(r"[^\d.−]", "", line[1]).replace(fmt.MINUS, "-")) for line in bridge]
    assert sum(amounts[:-1]) == amounts[-1]
    year = preset_period(Preset.MONTHS_12, TODAY)
    level = METRICS["monthly_recurring_revenue"]
    ends = [measure(demo_warehouse, level, days).estimate.value for days in (Period.until(year.start, days=1), year)]
    assert [amounts[0], amounts[-1]] == [round(Decimal(end or 0), 2) for end in ends]


def test_what_customers_keep_is_measured_beside_others(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp
) -> None:
    app = open_app(demo.folder, "revenue", period="Last 12 months")
    lines = cells(app, "Kept")
    year = preset_period(Preset.MONTHS_12, TODAY)
    names = [f"{whose}_{kind}_revenue_retention" for kind in ("net", "gross") for whose in ("referred", "other")]
    found = [measure(demo_warehouse, METRICS[name], year) for name in names]
    assert [line[1] for line in lines if line[0] != "Difference"] == [
        shown(one.metric, one.estimate.value) if one.estimate.value is not None else f"n/a: {one.reason}"
        for one in found
    ]


def test_the_cards_of_customers_won_say_that_they_are_of_the_period(demo: Store, open_app: OpenApp) -> None:
    # The sentence above them counts since the records begin; 90 days to 21 November begin on 24 August.
    told = {
        Language.ENGLISH: "The figures below are of the chosen period alone: 24 Aug – 21 Nov 2026.",
        Language.FRENCH: "Les chiffres ci-dessous ne portent que sur la période choisie : du 24 août au 21 novembre "
        "2026.",
    }
    for language, expected in told.items():
        app = open_app(demo.folder, "revenue", language=language)
        assert expected in [re.sub(r"\s", " ", one.value) for one in app.caption]


def test_the_page_in_french_says_the_same_numbers(demo: Store, open_app: OpenApp) -> None:
    english = [one.value for one in open_app(demo.folder, "revenue").metric]
    french = [one.value for one in open_app(demo.folder, "revenue", language=Language.FRENCH).metric]
    assert [digits(value) for value in french] == [digits(value) for value in english]


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)
