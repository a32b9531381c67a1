"""The calendar of spotlights: a table of weeks from Monday on, what is on each day in words, months stepped through."""

import re
from datetime import date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.credentials import Language
from kpi.access.roles import Role
from kpi.decisions import Channel, Rules, Stage, Step, record_step
from kpi.settings import Settings
from kpi.store import Store

from .conftest import OpenApp
from .led_spotlights import NINA, led, texts

TODAY = datetime.now(Settings().zone).date()


class Table(HTMLParser):
    """The rows of a table as texts, with what is today and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.label = ""
        self.rows: list[list[str]] = []
        self.heads: list[str] = []
        self.today = ""
        self.links: list[str] = []
        self._is_inside = self._is_today = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._is_inside, self.label = True, told["aria-label"]
        if not self._is_inside:
            return
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._is_today = told.get("aria-current") == "date"
            self.heads += [told["abbr"]] if tag == "th" and told["scope"] == "col" else []
        elif tag == "a":
            self.links.append(told["href"])

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "table"

    def handle_data(self, data: str) -> None:
        if not self._is_inside:
            return
        self.rows[-1][-1] += ("|" if self.rows[-1][-1] else "") + data
        self.today += data if self._is_today else ""


def month(app: AppTest) -> Table:
    """The month that is drawn."""
    assert not app.exception
    (body,) = [one.proto.body for one in app.get("html") if 'class="month"' in one.proto.body]
    table = Table()
    table.feed(body)
    return table


def days(table: Table) -> dict[int, str]:
    """What stands on each day of the month."""
    cells = (cell.partition("|") for row in table.rows[1:] for cell in row if cell)
    return {int(re.sub(r"\D", "", number)): text for number, _, text in cells}


@pytest.fixture
def dated(store: Store, rules: Rules, consenting: list[str]) -> str:
    """One published today, one to be asked in two days, one overdue, one scheduled in 40 days, whose key it is."""
    led(store.ledger, rules, consenting[0], "published")
    led(store.ledger, rules, consenting[1], "proposed")
    led(store.ledger, rules, consenting[2], "asked", days_ago=5)
    late = led(store.ledger, rules, consenting[3], "agreed")
    step = Step(
        to=Stage.SCHEDULED, channel=Channel.NEWSLETTER, day=TODAY + timedelta(days=40), due=TODAY + timedelta(days=1)
    )
    record_step(store.ledger, NINA, late.key, step, at=datetime.now(Settings().zone), rules=rules)
    return late.key


def of_month(day: date, found: dict[date, dict[int, str]]) -> str:
    return found[day.replace(day=1)][day.day]


def test_weeks_begin_on_monday_and_each_day_says_what_is_on(
    store: Store, open_app: OpenApp, dated: str, names: list[str]
) -> None:
    shown: dict[date, dict[int, str]] = {}
    first = (TODAY - timedelta(days=3)).replace(day=1)
    while first <= TODAY + timedelta(days=40):
        app = open_app(store.folder, "spotlights", role=Role.COORDINATOR, month=f"{first:%Y-%m}")
        table = month(app)
        assert table.rows[0] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        assert table.heads == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        assert table.label == f"Spotlights in {first:%B %Y}"
        assert {len(row) for row in table.rows} == {7}
        assert table.rows[1][first.weekday()].split("|")[0].startswith("1")
        assert table.today.startswith(f"{TODAY.day}, today" if TODAY.replace(day=1) == first else "")
        shown[first] = days(table)
        first = (first + timedelta(days=31)).replace(day=1)
    assert of_month(TODAY, shown) == f"{names[0]}: published"
    assert of_month(TODAY + timedelta(days=2), shown) == f"Ask {names[1]}"
    assert of_month(TODAY - timedelta(days=3), shown) == f"Hear from {names[2]} (overdue)"
    assert of_month(TODAY + timedelta(days=40), shown) == f"Publish {names[3]} (Newsletter)"
    assert sum(1 for found in shown.values() for text in found.values() if text) == 4


def test_months_are_stepped_and_end_where_nothing_is_left(
    store: Store, open_app: OpenApp, dated: str, names: list[str]
) -> None:
    app = open_app(store.folder, "spotlights", role=Role.COORDINATOR)
    late = TODAY + timedelta(days=40)
    while month(app).label != f"Spotlights in {late:%B %Y}":
        (after,) = [one for one in app.button if one.key == "calendar-right"]
        assert not after.disabled
        app = after.click().run()
    assert app.query_params["month"] == f"{late:%Y-%m}"
    assert days(month(app))[late.day] == f"Publish {names[3]} (Newsletter)"
    assert app.button(key="calendar-right").disabled
    assert not app.button(key="calendar-left").disabled


@pytest.mark.parametrize("asked", ["", "nonsense", "1066-10", "9999-12", "2026-13"])
def test_another_month_than_there_is_leads_to_one_that_there_is(
    store: Store, open_app: OpenApp, dated: str, asked: str
) -> None:
    app = open_app(store.folder, "spotlights", role=Role.COORDINATOR, month=asked)
    ends = {"1066-10": TODAY - timedelta(days=3), "9999-12": TODAY + timedelta(days=40)}
    assert month(app).label == f"Spotlights in {ends.get(asked, TODAY):%B %Y}"


def test_what_is_on_opens_once(store: Store, open_app: OpenApp, dated: str, names: list[str]) -> None:
    late = f"{TODAY + timedelta(days=40):%Y-%m}"
    app = open_app(store.folder, "spotlights", role=Role.COORDINATOR, month=late)
    assert month(app).links == [f"/spotlights?month={late}&open={dated}"]
    app = open_app(store.folder, "spotlights", role=Role.COORDINATOR, month=late, open=dated)
    assert "**Scheduled** since" in texts(app)
    assert dict(app.query_params) == {"month": late}
    again = app.run()
    assert "**Scheduled** since" not in texts(again)
    stranger = open_app(store.folder, "spotlights", role=Role.COORDINATOR, open="nobody")
    assert not stranger.exception


def test_who_may_not_see_people_reads_where_it_stands_and_opens_nothing(
    store: Store, open_app: OpenApp, dated: str, names: list[str]
) -> None:
    app = open_app(store.folder, "spotlights", role=Role.SPONSOR, open=dated)
    table = month(app)
    assert table.links == []
    assert days(table)[TODAY.day] == "Published"
    body = "".join(one.proto.body for one in app.get("html")) + texts(app)
    assert not any(name in body for name in names[:4])
    assert "**Scheduled** since" not in texts(app)


def test_a_crowded_day_is_cut_and_names_are_text(
    store: Store, open_app: OpenApp, rules: Rules, consenting: list[str]
) -> None:
    for name in consenting[:6]:
        led(store.ledger, rules, name, "published")
    cell = days(month(open_app(store.folder, "spotlights", role=Role.COORDINATOR)))[TODAY.day]
    assert cell.count(": published") == 4
    assert cell.endswith("and 2 more")


def test_in_french_weeks_begin_on_monday_too(store: Store, open_app: OpenApp, dated: str, names: list[str]) -> None:
    app = open_app(store.folder, "spotlights", role=Role.COORDINATOR, language=Language.FRENCH)
    table = month(app)
    assert table.rows[0] == ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."]
    assert table.heads[0] == "lundi"
    assert table.today.startswith(f"{TODAY.day}, aujourd’hui")
    assert days(table)[TODAY.day] == f"Publié\N{NO-BREAK SPACE}: {names[0]}"


def test_nothing_dated_is_no_table(store: Store, open_app: OpenApp) -> None:
    app = open_app(store.folder, "spotlights", role=Role.COORDINATOR)
    assert "Nothing is due." in texts(app)
    assert [one for one in app.get("html") if 'class="month"' in one.proto.body] == []
