"""The rows behind a number, opened from its card: which, what they add up to, and what of them each role sees."""

import gc
import re
from datetime import date
from html import unescape
from io import BytesIO
from types import FunctionType, ModuleType

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from kpi.access.credentials import Language
from kpi.access.downloads import DOWNLOADS, Offer
from kpi.access.roles import Role
from kpi.metrics import HEADLINES, METRICS, Metric, find_evidence, find_people, measure, name_ambassadors
from kpi.period import Period
from kpi.store import Store, Warehouse
from kpi.ui import format as fmt
from kpi.ui.drawer import MOST_SHOWN
from kpi.ui.notes import short_label
from kpi.ui.page import Page
from kpi.ui.presets import Preset, preset_period

from .conftest import TODAY, OpenApp
from .test_french import english

LAST_90, MONTHS_12 = preset_period(Preset.DAYS_90, TODAY), preset_period(Preset.MONTHS_12, TODAY)
BLIND = [Role.SPONSOR, Role.ADMIN]  # roles that see no people
PERSONAL = {"full_name", "ambassador_id", "customer_id", "person_id", "sheet"}
TRACES = {"order_id", "content_id", "touch_id"}
OF_PEOPLE = {"country_code", "sector", "company_size", "programme", "lever"}  # segments: all six fit few people


def open_drawer(app: AppTest, metric: Metric, end: date = LAST_90.end) -> Block:
    app.button(key=f"rows-{metric.name}-{end}").click().run()
    assert not app.exception
    drawer = app._tree[2]
    assert isinstance(drawer, Block)
    return drawer


def told(drawer: Block) -> str:
    return "\n".join((*(element.value for element in (*drawer.markdown, *drawer.caption)), *headings(drawer)))


def headings(drawer: Block) -> list[str]:
    """What each table is headed with."""
    return [
        unescape(re.sub("<.*?>", "", element.proto.body))
        for element in drawer.get("html")
        if "<h3" in element.proto.body
    ]


def offers(drawer: Block) -> list[Offer]:
    """What the drawer's links serve, found as the download route finds it."""
    tokens = [link.proto.url.removeprefix("/downloads/") for link in drawer.get("link_button")]
    shelves = [shelf.offers.values() for shelf in DOWNLOADS._shelves.values()]
    known = {token: offer for shelf in shelves for token, offer in shelf}
    return [known[token] for token in tokens]


def files(drawer: Block) -> list[pl.DataFrame]:
    return [pl.read_csv(BytesIO(offer.make()), infer_schema_length=None) for offer in offers(drawer)]


@pytest.mark.parametrize("page", ["overview", "glossary"])
def test_who_hears_the_buttons_knows_whose_rows_each_opens(demo: Store, open_app: OpenApp, page: str) -> None:
    app = open_app(demo.folder, page)
    labels = [button.label for button in app.button if (button.key or "").startswith("rows-")]
    shown = HEADLINES if page == "overview" else tuple(METRICS.values())
    assert sorted(labels) == sorted(f"Show the rows: {short_label(metric)}" for metric in shown)
    assert len(set(labels)) == len(shown)


@pytest.mark.parametrize("metric", HEADLINES, ids=lambda metric: metric.name)
def test_a_card_opens_the_rows_behind_it(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, metric: Metric
) -> None:
    drawer = open_drawer(open_app(demo.folder), metric)
    found = measure(demo_warehouse, metric, LAST_90)
    assert [shown.value for shown in drawer.metric] == [fmt.value(metric, found.estimate.value, "EUR", full=True)]
    for said in (metric.means, metric.formula, "Data to 21 Nov 2026 · version 1"):
        assert said in told(drawer)
    assert ("On 21 Nov 2026" if metric.is_level else "24 Aug – 21 Nov 2026") in told(drawer)
    assert ("Credit goes to the last touch in the 30 days before an order." in told(drawer)) is metric.is_attributed
    evidence = find_evidence(demo_warehouse, metric, LAST_90)
    assert headings(drawer) == [one.rows.label for one in evidence]
    assert [table.value.shape[0] for table in drawer.dataframe] == [min(one.count, MOST_SHOWN) for one in evidence]
    assert [file.height for file in files(drawer)] == [one.count for one in evidence]


def test_the_rows_follow_period_and_filters(demo: Store, demo_warehouse: Warehouse, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    app.selectbox(key="period").set_value(Preset.MONTHS_12)
    app.multiselect(key="programme").set_value(["recognition"]).run()
    metric = METRICS["attributed_revenue"]
    drawer = open_drawer(app, metric)
    assert "Only programme: Recognition" in told(drawer)
    (file,) = files(drawer)
    assert file["programme"].unique().to_list() == ["recognition"]
    found = measure(demo_warehouse, metric, MONTHS_12, where={"programme": ["recognition"]}).estimate.value
    # to the cent, since a file read as floats is no longer exact
    assert round(file["revenue_amount"].sum(), 2) == round(float(found or 0), 2)
    assert f"together **{fmt.money(found or 0, 'EUR', full=True)}**" in told(drawer)
    # the file says what the data says, the table what a reader reads
    assert drawer.dataframe[0].value["programme"].unique().tolist() == ["Recognition"]


def test_a_long_table_is_cut_on_the_screen_and_whole_in_the_file(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "glossary", period=Preset.CUSTOM.value, start="2023-01-01", end="2026-11-21")
    drawer = open_drawer(app, METRICS["orders"])
    (offer,) = offers(drawer)
    assert offer.rows > MOST_SHOWN
    assert drawer.dataframe[0].value.shape[0] == MOST_SHOWN
    assert f"**{fmt.count(offer.rows)} rows**, newest first. The first 1,000 are shown." in told(drawer)
    (file,) = files(drawer)
    assert file.height == offer.rows
    days = file["ordered_date"].to_list()
    assert days == sorted(days, reverse=True)


def test_what_is_offered_holds_neither_page_nor_version(demo: Store, open_app: OpenApp) -> None:
    # an offer stays for hours, and an open version would keep its file from going
    (offer,) = offers(open_drawer(open_app(demo.folder), METRICS["active_ambassadors"]))
    seen: dict[int, object] = {}
    left: list[object] = [offer.make]
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, type | ModuleType):
            continue
        seen[id(one)] = one
        # what a function can reach by its globals, it does not hold
        cells = one.__closure__ or () if isinstance(one, FunctionType) else None
        left += gc.get_referents(one) if cells is None else [cell.cell_contents for cell in cells]
    assert [one for one in seen.values() if isinstance(one, Page | Warehouse)] == []
    assert offer.make().count(b"\n") == offer.rows + 1


@pytest.mark.parametrize("role", [Role.OWNER, Role.DATA, *BLIND])
def test_people_stay_on_the_server_for_who_may_not_see_them(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, role: Role
) -> None:
    drawer = open_drawer(open_app(demo.folder, role=role), METRICS["active_ambassadors"])
    columns = set(drawer.dataframe[0].value.columns)
    (offer,) = offers(drawer)
    written = offer.make().decode()
    assert offer.has_people is (role not in BLIND)
    assert ("Left out for your role" in told(drawer)) is (role in BLIND)
    (active,) = find_evidence(demo_warehouse, METRICS["active_ambassadors"], LAST_90)
    ids = demo_warehouse.frame(active.listing)["ambassador_id"].to_list()
    names = [person.full_name or "" for person in name_ambassadors(demo_warehouse, ids).values()]
    if role in BLIND:
        assert columns == {"last_act_date", "acts"}
        assert [one for one in (*ids, *names) if one in written] == []
    else:
        # the data role has no page of one ambassador to go to
        assert columns & PERSONAL == {"full_name", "ambassador_id"} | ({"sheet"} if role is Role.OWNER else set())
        assert [one for one in (*ids, *names) if one not in written] == []
        assert "sheet" not in written.splitlines()[0]


def test_nobody_is_singled_out_by_a_row_without_names(demo: Store, open_app: OpenApp) -> None:
    # country, sector, size, channel, programme and lever together fit few people, and an order's id only one
    drawer = open_drawer(open_app(demo.folder, role=Role.SPONSOR), METRICS["attributed_revenue"])
    (file,) = files(drawer)
    assert file.columns == ["credit_date", "revenue_amount", "credit_share"]
    assert drawer.dataframe[0].value.columns.tolist() == file.columns
    assert "Left out for your role: names, ids and segments of people, and ids of what they did." in told(drawer)
    (whole,) = files(open_drawer(open_app(demo.folder), METRICS["attributed_revenue"]))
    assert TRACES - {"content_id"} | OF_PEOPLE <= set(whole.columns)


@pytest.mark.parametrize("role", BLIND)
def test_no_entry_of_the_glossary_tells_people_to_who_may_not_see_them(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp, role: Role
) -> None:
    app = open_app(demo.folder, "glossary", role=role, period=Preset.MONTHS_12.value)
    seen = 0
    for metric in METRICS.values():
        drawer = open_drawer(app, metric)
        shown = [set(table.value.columns) for table in drawer.dataframe] + [set(file.columns) for file in files(drawer)]
        hidden = PERSONAL | TRACES | OF_PEOPLE
        assert [columns & hidden for columns in shown if columns & hidden] == []
        assert [offer.has_people for offer in offers(drawer) if offer.has_people] == []
        seen += len(shown) > 0
    assert seen > 40


def test_a_number_that_a_filter_leaves_without_value_says_why(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    app.multiselect(key="country_code").set_value(["FR"]).run()
    drawer = open_drawer(app, METRICS["acquisition_cost"])
    assert drawer.metric[0].value == "n/a"
    assert "costs are not recorded by country" in told(drawer)
    assert len(drawer.dataframe) == 0


def test_a_ratio_without_anything_below_shows_what_stands_above(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp
) -> None:
    # some day with a cost and no customer won
    metric = METRICS["acquisition_cost"]
    costs = demo_warehouse.frame(find_evidence(demo_warehouse, metric, MONTHS_12)[0].listing)["incurred_date"]
    day = next(
        day
        for day in costs.unique().sort()
        if measure(demo_warehouse, METRICS["new_customers"], _day(day)).estimate.value == 0
    )
    app = open_app(demo.folder, period=Preset.CUSTOM.value, start=day.isoformat(), end=day.isoformat())
    drawer = open_drawer(app, metric, _day(day).end)
    assert (drawer.metric[0].value, len(drawer.dataframe)) == ("n/a", 1)
    assert "There is none for these days and filters." in told(drawer)


def _day(day: date) -> Period:
    return Period.until(date.fromordinal(day.toordinal() + 1), days=1)


def test_the_level_at_the_start_shows_who_was_active_then(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp
) -> None:
    metric = METRICS["active_ambassadors"]
    drawer = open_drawer(open_app(demo.folder, "ambassadors"), metric, LAST_90.start)
    before = measure(demo_warehouse, metric, Period.until(LAST_90.start, days=1)).estimate.value
    assert (drawer.metric[0].value, drawer.dataframe[0].value.shape[0]) == (fmt.count(before or 0), before)
    assert "On 23 Aug 2026" in told(drawer)


def test_a_sheet_shows_the_rows_of_its_ambassador_only(
    demo: Store, demo_warehouse: Warehouse, open_app: OpenApp
) -> None:
    acts = demo_warehouse.frame(find_evidence(demo_warehouse, METRICS["acts"], LAST_90)[0].listing)
    (somebody,) = acts["ambassador_id"].drop_nulls().mode().sort().head(1)
    app = open_app(demo.folder, "ambassador", id=somebody)
    drawer = open_drawer(app, METRICS["acts"])
    assert drawer.dataframe[0].value["ambassador_id"].unique().tolist() == [somebody]
    assert f"Only ambassador {fmt.plain(somebody)}" in told(drawer)
    (person,) = find_people(demo_warehouse, somebody, limit=1)
    assert drawer.dataframe[0].value["full_name"].unique().tolist() == [person.full_name]


def test_the_drawer_closes_with_the_next_question(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder)
    assert len(open_drawer(app, HEADLINES[0]).metric) == 1
    app.selectbox(key="period").set_value(Preset.DAYS_30).run()
    assert [one.type for one in app._tree[2].children.values() if one.type != "html"] == []
    assert len(open_drawer(app, HEADLINES[1]).metric) == 1


def test_every_drawer_speaks_french(demo: Store, open_app: OpenApp) -> None:
    app = open_app(demo.folder, "glossary", language=Language.FRENCH, period=Preset.MONTHS_12.value)
    for metric in METRICS.values():
        drawer = open_drawer(app, metric)
        shown = [told(drawer), *headings(drawer)]
        for table in drawer.dataframe:
            shown += [str(value) for column in table.value.columns for value in table.value[column].unique()]
            shown += [table.proto.alt, table.proto.columns]
        assert english(shown) == [], metric.name
