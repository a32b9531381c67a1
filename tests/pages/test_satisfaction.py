"""The satisfaction page on the demo company: the numbers are the registry's, comments reach only who may see them."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import RIGHTS, Role
from kpi.analysis import estimate_difference, worst_case_bounds
from kpi.ingest import import_files
from kpi.metrics import METRICS, breakdown, distribution, find_comments, measure, read_comments, trend
from kpi.period import Comparison, Grain
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui.presets import Preset, preset_period
from kpi.ui.surveys import AMBASSADORS, CUSTOMERS, NPS
from kpi.ui.wave_figure import Wave
from kpi.ui.waves import period_of

from .conftest import TODAY, OpenApp, find_download

YEAR = preset_period(Preset.MONTHS_12, TODAY)
CARDS = (*AMBASSADORS, *CUSTOMERS)
READERS = [Role.OWNER, Role.SPONSOR, Role.COORDINATOR]
LAST_YEAR = {"period": "Last 12 months"}


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


def files(app: AppTest) -> dict[str, pl.DataFrame]:
    """Every CSV that the page offers, by its name, read back."""
    links = [link.proto for link in app.get("link_button")]
    found = [find_download(link.url) for link in links if link.label == "Download as CSV"]
    return {offer.file_name: pl.read_csv(offer.make()) for offer in found if offer is not None}


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize(("where", "kept"), [({}, {}), ({"country_code": ["France"]}, {"country_code": ["FR"]})])
def test_the_cards_are_measured(
    demo: Store,
    demo_warehouse: Warehouse,
    open_app: OpenApp,
    role: Role,
    where: dict[str, list[str]],
    kept: dict[str, list[str]],
) -> None:
    app = open_app(demo.folder, "satisfaction", role=role, **LAST_YEAR, **where)
    assert not app.exception
    found = [measure(demo_warehouse, metric, YEAR, where=kept).estimate for metric in CARDS]
    before = [
        measure(demo_warehouse, metric, YEAR.compared(Comparison.PREVIOUS), where=kept).estimate for metric in CARDS
    ]
    assert [card.value for card in app.metric] == [
        fmt.value(metric, one.value, "EUR") for metric, one in zip(CARDS, found, strict=True)
    ]
    assert [bool(card.delta) for card in app.metric] == [
        one.value is not None and other.value is not None for one, other in zip(found, before, strict=True)
    ]
    said = texts(app)
    for metric, one in zip(CARDS, found, strict=True):
        assert fmt.interval(metric, one.low, one.high, "EUR") in said
        assert fmt.number_of(one.n or 0, "answer") in said


def test_bounds_stand_where_few_answered(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    said = texts(open_app(demo.folder, "satisfaction", **LAST_YEAR))
    score = METRICS["customer_satisfaction"]
    (asked,) = (one for one in breakdown(demo_warehouse, METRICS["response_rate"], YEAR, "kind") if one.group == "csat")
    rate = float(asked.estimate.value or 0)
    value = float(measure(demo_warehouse, score, YEAR).estimate.value or 0)
    low, high = worst_case_bounds(value, rate, lowest=0, highest=1)
    shown = f"{fmt.value(asked.metric, rate, 'EUR')} of {fmt.count(asked.estimate.n or 0)}"
    assert shown in said
    assert (fmt.interval(score, low, high, "EUR") in said) is (rate < 0.3)


def test_answers_and_waves_are_the_registrys(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "satisfaction", **LAST_YEAR)
    taken = files(app)
    for index, audience in enumerate(("ambassadors", "customers")):
        counts = distribution(demo_warehouse, NPS[index], YEAR)
        answers = taken["ambassade-answers-nps.csv"]
        assert answers[audience].to_list() == [counts.answers[score] for score in range(10, -1, -1)]
        assert answers[audience].sum() == measure(demo_warehouse, NPS[index], YEAR).estimate.n
        waves = taken["ambassade-nps-by-quarter.csv"]
        steps = trend(demo_warehouse, NPS[index], period_of(TODAY, Wave.QUARTER), Grain.QUARTER)
        assert waves[f"{audience}_answers"].to_list() == [step.estimate.n for step in reversed(steps)]
    monthly = open_app(demo.folder, "satisfaction", wave="By month", **LAST_YEAR)
    assert files(monthly)["ambassade-nps-by-month.csv"].height == 12


@pytest.mark.parametrize("by", ["rung", "tenure", "programme", "country_code"])
def test_every_group_is_listed(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, by: str) -> None:
    app = open_app(demo.folder, "satisfaction", **LAST_YEAR)
    app.selectbox(key="by").set_value(by).run()
    assert not app.exception
    shown = table(app, by)
    groups = breakdown(demo_warehouse, NPS[0], YEAR, by)
    whole, *listed = (int(str(n)) for n in shown["n"])
    assert whole == measure(demo_warehouse, NPS[0], YEAR).estimate.n == sum(listed)
    # a group of the comparison period alone stands there with nobody
    assert sorted(n for n in listed if n) == sorted(one.estimate.n or 0 for one in groups)


def test_a_score_without_the_chosen_breakdown_takes_another(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "satisfaction", **LAST_YEAR)
    app.selectbox(key="by").set_value("rung").run()
    app.selectbox(key="score").set_value("net_promoter_score").run()
    assert not app.exception
    assert app.selectbox(key="by").value == "country_code"
    assert "France" in table(app, "country_code")["country_code"]


def test_two_groups_are_chosen(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "satisfaction", **LAST_YEAR)
    app.selectbox(key="by").set_value("tenure").run()
    found = {one.group: one for one in breakdown(demo_warehouse, NPS[0], YEAR, "tenure")}
    first, second = (app.selectbox(key=f"{place} {NPS[0].name} tenure") for place in ("first", "second"))
    difference = estimate_difference(found[first.value].estimate, found[second.value].estimate).value
    assert fmt.difference(NPS[0], float(difference or 0), "EUR") in texts(app)
    assert fmt.value(NPS[0], found[second.value].estimate.value, "EUR") in texts(app)
    second.set_value(first.value).run()
    assert "Choose two different groups." in texts(app)


def test_a_chosen_group_may_be_filtered_away(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "satisfaction", **LAST_YEAR)
    app.selectbox(key="score").set_value("net_promoter_score").run()
    app.selectbox(key="by").set_value("country_code").run()
    app.selectbox(key="second net_promoter_score country_code").set_value("FR").run()
    app.multiselect(key="country_code").set_value(["BE", "CH"]).run()
    assert not app.exception
    assert not app.error
    groups = {app.selectbox(key=f"{place} net_promoter_score country_code").value for place in ("first", "second")}
    assert groups == {"BE", "CH"}


def test_few_answers_in_each_wave_are_listed_not_drawn(demo: Store, open_app: OpenApp) -> None:
    # the small company has few ambassadors, and customers are not asked by programme
    app = open_app(demo.folder, "satisfaction", wave="By month", programme=["Recognition"], **LAST_YEAR)
    assert not app.exception
    assert "In no wave 5 or more answered." in texts(app)


def test_a_filter_that_customers_do_not_have(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "satisfaction", programme=["Recognition"], **LAST_YEAR)
    assert not app.exception
    assert [card.value for card in app.metric][2:] == ["n/a", "n/a"]
    assert "Customers’ NPS is **n/a**: not available by programme: answers are not recorded by programme." in texts(app)
    assert set(table(app, "comment")["audience"]) == {"Ambassador"}


def test_comments_are_found_and_taken_away(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "satisfaction", **LAST_YEAR)
    every = read_comments(demo_warehouse, find_comments(YEAR))
    shown = table(app, "comment")
    assert every.height >= 30
    assert shown["comment"] == every["comment"].to_list()
    assert shown["full_name"] == every["full_name"].to_list()
    assert f"{every.height} comments, newest first." in texts(app)
    taken = files(app)["ambassade-comments.csv"]
    assert taken["comment"].to_list() == every["comment"].to_list()
    app.text_input(key="comment-search").set_value("LIVRAISON lente").run()
    found = table(app, "comment")["comment"]
    assert set(found) == {"Bien, livraison un peu lente."}
    assert files(app)["ambassade-comments.csv"]["comment"].to_list() == found
    app.text_input(key="comment-search").set_value("nothing *like* it").run()
    assert "No comment in this period holds “nothing \\*like\\* it”." in texts(app)
    assert not [frame for frame in app.dataframe if "comment" in frame.value.columns]


def test_comments_of_one_audience(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "satisfaction", written="Customers", **LAST_YEAR)
    assert set(table(app, "comment")["audience"]) == {"Customer"}


def test_a_sponsor_sees_no_comment_and_nobody(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "satisfaction", role=Role.SPONSOR, **LAST_YEAR)
    assert not app.exception
    shown = everything(app)
    assert "Left out for your role: what people wrote is personal" in shown
    assert "comment-search" not in [field.key for field in app.text_input]
    every = read_comments(demo_warehouse, find_comments(YEAR))
    known = {str(value) for column in ("comment", "full_name", "customer_id") for value in every[column].drop_nulls()}
    assert [one for one in known if one in shown] == []
    taken = files(app)
    assert "ambassade-comments.csv" not in taken
    assert {column for frame in taken.values() for column in frame.columns}.isdisjoint({"comment", "full_name"})


@pytest.mark.parametrize("role", [role for role in Role if role not in READERS])
def test_it_is_for_its_readers_only(demo: Store, open_app: OpenApp, role: Role) -> None:
    app = open_app(demo.folder, "satisfaction", role=role)
    assert [title.value for title in app.title] == ["This page is not for your role"]
    assert "satisfaction" not in RIGHTS[role].pages


def test_it_speaks_french(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "satisfaction", language=Language.FRENCH)
    app.selectbox(key="by").set_value("rung").run()
    assert not app.exception
    assert [title.value for title in app.title] == [
        "Ambassadeurs et clients sont-ils satisfaits\N{NARROW NO-BREAK SPACE}?"
    ]
    assert "Reconnaissance" in table(app, "rung")["rung"]
    assert "Ambassadeur" in table(app, "comment")["audience"]
    assert "Le NPS ambassadeurs est de" in texts(app)


def test_a_company_without_surveys_is_told_what_to_import(tmp_path: Path, open_app: OpenApp) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "customers.csv").write_text("customer_id,joined_at\nann,2026-01-01")
    (tmp_path / "exports" / "orders.csv").write_text(
        "order_id,customer_id,ordered_at,net_amount\no-1,ann,2026-11-02,10\no-2,ann,2026-11-20,10"
    )
    store = Store(tmp_path / "store")
    import_files(store, [tmp_path / "exports"], Settings(), now=datetime(2026, 11, 22, 12, tzinfo=UTC))
    app = open_app(store.folder, "satisfaction")
    assert not app.exception
    said = texts(app)
    assert "How satisfied people are is **n/a**: waits for surveys. Import a file surveys.csv" in said
    assert [card.value for card in app.metric] == ["n/a"] * 4
    assert said.count("n/a: waits for surveys") == 7
    assert len(app.dataframe) == 0
