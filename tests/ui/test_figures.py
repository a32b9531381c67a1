"""What is drawn, mark by mark."""

from datetime import date, timedelta

import plotly.graph_objects as go
import pytest

from kpi.language import speaking
from kpi.metrics import METRICS
from kpi.period import Comparison, Grain, Period
from kpi.store import Warehouse
from kpi.ui import format as fmt
from kpi.ui.charts import describe_trend
from kpi.ui.direct_labels import name_lines
from kpi.ui.figures import DARK, LIGHT, Palette, movements_figure, trend_figure

from .conftest import BOTH, OCTOBER, OpenPage

ACTIVE, REVENUE = METRICS["active_ambassadors"], METRICS["attributed_revenue"]
SCORE = METRICS["ambassador_net_promoter_score"]


def test_a_level_is_a_thick_line_beside_a_dotted_one(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 10, 1), date(2026, 10, 21)))
    now, before = trend_figure(page, ACTIVE, LIGHT).data
    assert (now.type, now.line.width, now.line.dash, now.line.color) == ("scatter", 2.5, None, LIGHT.accent)
    assert (before.line.width, before.line.dash, before.line.color) == (1.5, "dot", LIGHT.soft)
    assert now.y == tuple(float(step.estimate.value or 0) for step in page.trend(ACTIVE))
    # A level stands at its step's last day; the comparison is moved onto the same days.
    assert (now.x[0], now.x[-1]) == (date(2026, 10, 1), date(2026, 10, 20))
    assert (before.x[0], before.x[-1]) == (now.x[0], now.x[-1])


def test_sums_are_bars_from_zero_with_the_cut_ones_apart(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 9, 2), date(2026, 10, 21)), comparison=None)
    whole, cut = trend_figure(page, REVENUE, LIGHT, is_small=True).data
    assert (whole.type, whole.name, whole.y) == ("bar", "this period", (50, 0, 0, 0, 0, 100))
    assert (cut.type, cut.name, cut.y, cut.marker.color) == ("bar", "cut short", (0, 0), LIGHT.faded)
    layout = trend_figure(page, REVENUE, LIGHT, is_small=True).layout
    assert (layout.yaxis.rangemode, layout.showlegend, layout.barmode) == ("tozero", True, "overlay")
    assert (layout.xaxis.showgrid, layout.yaxis.gridcolor) == (False, LIGHT.grid)


def test_a_month_without_its_last_days_is_cut_short(small: Warehouse, open_page: OpenPage) -> None:
    # 2 March to 20 October: 30 days of March, six whole months, 20 days of October.
    page = open_page(small, Period(date(2026, 3, 2), date(2026, 10, 21)), comparison=None)
    whole, cut = trend_figure(page, METRICS["acts"], LIGHT).data
    assert (whole.y, cut.y) == ((0, 0, 0, 0, 0, 2), (1, 2))


def test_an_axis_of_money_is_written_as_money_is(small: Warehouse, open_page: OpenPage) -> None:
    # y's 50 and x's 100 are the highest bars.
    axis = trend_figure(open_page(small, Period(date(2026, 9, 1), date(2026, 10, 21))), REVENUE, LIGHT).layout.yaxis
    assert [text.replace(fmt.GLUE, " ") for text in axis.ticktext] == ["€ 0", "€ 20", "€ 40", "€ 60", "€ 80", "€ 100"]
    assert (axis.tickvals, axis.range) == ((0, 20, 40, 60, 80, 100), None)


def test_nothing_but_zeros_is_drawn_without_cents(small: Warehouse, open_page: OpenPage) -> None:
    # Nobody brought anything from 1 to 10 October.
    page = open_page(small, Period(date(2026, 10, 1), date(2026, 10, 11)), comparison=None)
    axis = trend_figure(page, REVENUE, LIGHT).layout.yaxis
    assert (axis.tickvals, axis.ticktext, axis.range) == ((0,), (f"€{fmt.GLUE}0",), (0, 1))


def test_the_end_without_data_is_dotted(small: Warehouse, open_page: OpenPage) -> None:
    # Weeks of a level up to 24 October, while the data ends with the 20th: the last step is incomplete.
    page = open_page(small, Period(date(2026, 5, 4), date(2026, 10, 25)), comparison=None)
    assert page.grain(ACTIVE) is Grain.WEEK
    now, incomplete = trend_figure(page, ACTIVE, LIGHT).data
    assert (incomplete.name, incomplete.line.dash, len(incomplete.x)) == ("incomplete", "dot", 2)
    assert incomplete.x[0] == now.x[-1]


def test_a_rate_of_too_few_cases_is_not_drawn(small: Warehouse, open_page: OpenPage) -> None:
    # Four answers in the week of 15 October: under five, a rate says nothing.
    page = open_page(small)
    assert [step.estimate.n for step in page.trend(SCORE) if step.estimate.value is not None] == [4]
    assert sum(len(trace.y) for trace in trend_figure(page, SCORE, LIGHT).data) == 0


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_lines_are_named_at_their_ends(small: Warehouse, open_page: OpenPage, palette: Palette) -> None:
    page = open_page(small, Period(date(2026, 10, 1), date(2026, 10, 21)))
    notes = trend_figure(page, ACTIVE, palette).layout.annotations
    assert {note.text for note in notes} == {"this period", "the 20 days<br>before"}
    assert {note.font.color for note in notes} == {palette.accent, palette.soft}
    assert len({note.yshift + note.y for note in notes}) == 2


def test_two_comparisons_are_two_thin_lines_told_apart(two_years: Warehouse, open_page: OpenPage) -> None:
    page = open_page(two_years, Period(date(2026, 10, 1), date(2026, 10, 21)), comparisons=BOTH)
    now, before, year = trend_figure(page, ACTIVE, LIGHT).data
    assert [(line.line.width, line.line.dash) for line in (now, before, year)] == [
        (2.5, None),
        (1.5, "dot"),
        (1.5, "dashdot"),
    ]
    assert {len(line.x) for line in (now, before, year)} == {20}
    assert {(line.x[0], line.x[-1]) for line in (now, before, year)} == {(date(2026, 10, 1), date(2026, 10, 20))}
    names = trend_figure(page, ACTIVE, LIGHT).layout.annotations
    assert {name.text for name in names} == {
        "this period",
        "····\N{NO-BREAK SPACE}before",
        "–·–\N{NO-BREAK SPACE}a year<br>earlier",
    }
    small = trend_figure(page, REVENUE, LIGHT, is_small=True)
    assert [trace.name for trace in small.data] == ["this period", "before", "a year earlier"]
    assert [sum(trace.y) for trace in small.data] == [100, 50, 40]


def test_names_do_not_lie_on_each_other() -> None:
    lines = [go.Scatter(y=[0, end], name=name) for end, name in [(50, "the same days a year earlier"), (51, "now")]]
    lines.append(go.Scatter(y=[100, 52], name="the 90 days before"))
    lines.append(go.Scatter(y=[0, 53], name="incomplete"))
    upper, middle, lower = name_lines(lines, skipped="incomplete")
    places = [note["yshift"] + 2.3 * note["y"] for note in (upper, middle, lower)]  # 230 pixels for 100
    # Two lines of 18 pixels, one, and two: 27 pixels from the middle of a name to that of the next.
    assert places[0] - places[1] == pytest.approx(27, abs=1)
    assert places[1] - places[2] == pytest.approx(27, abs=1)
    assert [note["text"] for note in (upper, middle, lower)] == [
        "the 90 days<br>before",
        "now",
        "the same days<br>a year earlier",
    ]


def test_the_comparison_of_last_year_is_moved_by_a_year(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, comparison=Comparison.LAST_YEAR)
    assert page.trend_before(ACTIVE, Comparison.LAST_YEAR) == ()  # the data begins in 2026
    (only,) = (trace for trace in trend_figure(page, ACTIVE, LIGHT).data if trace.line.dash is None)
    assert only.name == "this period"


def test_hover_says_value_days_and_n(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 9, 1), date(2026, 10, 21)))
    bars = trend_figure(page, REVENUE, LIGHT).data[0]
    assert "<b>€\N{NO-BREAK SPACE}100.00</b><br>12 Oct – 18 Oct 2026" in bars.customdata


@pytest.mark.parametrize(
    ("grain", "days", "english", "french"),
    [
        (Grain.DAY, 90, {"nticks": 7, "tickformat": "%-d %b"}, "%d/%m"),
        (Grain.WEEK, 400, {"nticks": 7, "tickformat": "%-d %b"}, "%d/%m"),
        (Grain.WEEK, 401, {"dtick": "M2", "ticklabelmode": "period", "tickformat": "%b %Y"}, "%m/%Y"),  # 14 months
        (Grain.MONTH, 90, {"dtick": "M1", "ticklabelmode": "period", "tickformat": "%b %Y"}, "%m/%Y"),
        (Grain.QUARTER, 365, {"dtick": "M3", "ticklabelmode": "period", "tickformat": "Q%q %Y"}, "T%q %Y"),
        (Grain.QUARTER, 1_200, {"dtick": "M6", "ticklabelmode": "period", "tickformat": "Q%q %Y"}, "T%q %Y"),
        (Grain.QUARTER, 1_400, {"dtick": "M12", "ticklabelmode": "period", "tickformat": "%Y"}, "%Y"),
        (Grain.MONTH, 36_500, {"dtick": "M120", "ticklabelmode": "period", "tickformat": "%Y"}, "%Y"),
    ],
)
def test_the_axis_names_days_months_quarters_or_years(
    small: Warehouse, open_page: OpenPage, grain: Grain, days: int, english: dict[str, object], french: str
) -> None:
    page = open_page(small, Period.until(date(2026, 10, 21), days=days), comparison=None)
    axis = trend_figure(page, ACTIVE, LIGHT, grain).layout.xaxis.to_plotly_json()
    assert {name: axis.get(name) for name in english} == english
    with speaking("fr"):
        assert trend_figure(page, ACTIVE, LIGHT, grain).layout.xaxis.tickformat == french


def test_quarters_are_bars_of_their_length_with_the_cut_ones_apart(small: Warehouse, open_page: OpenPage) -> None:
    # z buys nothing through an ambassador in May; y in September for 50; x on 12 October for 100.
    page = open_page(small, Period(date(2026, 4, 1), date(2026, 10, 21)), comparison=None)
    whole, cut = trend_figure(page, REVENUE, LIGHT, Grain.QUARTER).data
    assert (whole.y, cut.y) == ((0, 50), (100,))
    assert whole.width == (0.72 * 91 * 86_400_000, 0.72 * 92 * 86_400_000)  # April to June, July to September
    assert whole.x == (date(2026, 5, 16), date(2026, 8, 16))


def test_movements_start_from_one_zero() -> None:
    (bars,) = movements_figure((45, 161, 194), LIGHT).data
    assert (bars.x, bars.text) == ((45, 161, 194), ("+45", "+161", "−194"))
    assert bars.marker.color == (LIGHT.accent, LIGHT.accent, LIGHT.worse)
    assert movements_figure((0, 0, 0), LIGHT).layout.xaxis.range == (0, 1.2)


def test_the_words_for_who_cannot_see_it(small: Warehouse, two_years: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, OCTOBER)
    assert describe_trend(page, ACTIVE) == (
        "Active ambassadors, by day, 1 Oct – 30 Oct 2026: from 2 to 2, beside the 30 days before"
    )
    assert describe_trend(page, ACTIVE, Grain.WEEK).startswith("Active ambassadors, by week, 1 Oct – 30 Oct 2026")
    both = open_page(two_years, OCTOBER, comparisons=BOTH)
    assert describe_trend(both, ACTIVE) == (
        "Active ambassadors, by day, 1 Oct – 30 Oct 2026: from 1 to 2, "
        "beside the 30 days before and the same days a year earlier"
    )
    alone = open_page(small, Period.until(OCTOBER.end - timedelta(days=10), days=5), comparison=None)
    assert describe_trend(alone, ACTIVE) == "Active ambassadors, by day, 16 Oct – 20 Oct 2026: from 1 to 2"
