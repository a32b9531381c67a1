"""Targets in words on a card, and their line beside a trend; the company is that of conftest."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kpi.decisions import Annotation, Author, Target, attainment, record_annotations, record_targets
from kpi.language import speaking
from kpi.metrics import METRICS, Attribution, Better, Model
from kpi.period import Grain, Period
from kpi.store import Store, Warehouse
from kpi.ui import cards, charts, goals
from kpi.ui.figures import LIGHT, trend_figure
from kpi.ui.page import Page

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NINA = Author(name="nina", decides=frozenset({"targets"}))
OCTOBER = Period(date(2026, 10, 1), date(2026, 11, 1))  # the data ends on the 20th: bob's post
FIRST = Period(date(2026, 10, 1), date(2026, 10, 16))

Targeted = Callable[..., Page]


@pytest.fixture
def targeted(small: Warehouse, open_page: Callable[..., Page], tmp_path: Path) -> Targeted:
    """A page on a store with these targets for October: metric → value."""

    def build(targets: Mapping[str, float], period: Period = OCTOBER, **choice: object) -> Page:
        page = replace(open_page(small, period, **choice), store=Store(tmp_path / "store"))
        wanted = [
            Target(metric=name, month=date(2026, 10, 1), value=Decimal(str(value))) for name, value in targets.items()
        ]
        record_targets(page.store.ledger, NINA, wanted, at=NOON)
        return page

    return build


def words(page: Page, metric: str) -> str:
    told = goals.in_words(page, page.read(METRICS[metric]))
    return told.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


# October: two posts are acts (ann, bob); one order of 100; costs of 20; two active.
@pytest.mark.parametrize(
    ("metric", "target", "told"),
    [
        ("active_ambassadors", 4, "50 % of the target of 4"),
        ("active_ambassadors", 2, "target of 2 reached"),
        ("ambassador_net_promoter_score", -10, "target of −10 reached"),
        ("cost_to_revenue_ratio", 0.25, "within the ceiling of 25.0 %"),
        ("cost_to_revenue_ratio", 0.1, "over the ceiling of 10.0 %"),
    ],
)
def test_a_level_or_a_rate(targeted: Targeted, metric: str, target: float, told: str) -> None:
    page = targeted({metric: target})
    assert words(page, metric) == told


@pytest.mark.parametrize(
    ("metric", "target", "told"),
    [
        # 20 of 100 in percent: 0.2 against a ceiling of 0.1996 or 0.19996
        ("cost_to_revenue_ratio", 0.1996, "20.00 %, just over the ceiling of 19.96 %"),
        ("cost_to_revenue_ratio", 0.19996, "20.000 %, just over the ceiling of 19.996 %"),
        ("cost_to_revenue_ratio", 0.2, "within the ceiling of 20.0 %"),
        # 2 of 2.2 are 91 %, of 2.008 more than 99.5 %
        ("active_ambassadors", 2.2, "2.0, 91 % of the target of 2.2"),
        ("active_ambassadors", 2.008, "2.00, just under the target of 2.01"),
        ("ambassador_net_promoter_score", 50.4, "+50.0, 99 % of the target of +50.4"),
        ("attributed_revenue", 100.4, "€ 100.00, just under the target of € 100.40"),
        ("attributed_revenue", 100.001, "€ 100.00, just under the target of € 100.00"),
    ],
)
def test_a_target_just_missed_is_never_all_of_it(targeted: Targeted, metric: str, target: float, told: str) -> None:
    assert words(targeted({metric: target}), metric).partition(";")[0] == told


def test_what_rounds_to_all_of_a_target_is_just_under_it() -> None:
    # 99,700 of 100,000 are 99.7 %, 9,940 of 10,000 are 99.4 %
    told = [
        goals.attained(METRICS["net_revenue"], attainment(value, target, Better.UP), "EUR")
        for value, target in [(99_700, 100_000), (9_940, 10_000), (100_000, 100_000)]
    ]
    assert [tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in pair) for pair in told] == [
        ("€ 99.7 k", "just under the target of € 100 k"),
        ("€ 9,940", "99 % of the target of € 10.0 k"),
        ("€ 100 k", "target of € 100 k reached"),
    ]


def test_a_sum_in_a_running_month_has_a_pace(targeted: Targeted) -> None:
    # 20 of 31 days are over: 20/31 of 310 are 200 expected, of 62 are 40
    page = targeted({"net_revenue": 310, "programme_cost": 62})
    assert page.manifest.data_end == date(2026, 10, 21)
    assert words(page, "net_revenue") == "32 % of the target of € 310; € 100 behind pace after 20 of 31 days"
    assert words(page, "programme_cost") == "within the ceiling of € 62; € 20 below pace after 20 of 31 days"
    with speaking("fr"):
        told = words(page, "net_revenue")
    assert told == "32 % de l’objectif de 310 € ; 100 € de retard sur le rythme après 20 jours sur 31"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (155, "65 % of the target of € 155; on pace after 20 of 31 days"),
        (124, "81 % of the target of € 124; € 20 ahead of pace after 20 of 31 days"),
        (100, "target of € 100 reached; € 35 ahead of pace after 20 of 31 days"),
    ],
)
def test_ahead_on_and_behind_pace(targeted: Targeted, target: float, told: str) -> None:
    assert words(targeted({"net_revenue": target}), "net_revenue") == told


def test_spending_above_pace(targeted: Targeted) -> None:
    # 20 of 31 days of 24.80 are 16; 20 are spent
    told = words(targeted({"programme_cost": 24.8}), "programme_cost")
    assert told == "within the ceiling of € 25; € 4.00 above pace after 20 of 31 days"


def test_a_part_of_a_month_has_a_part_of_its_target(targeted: Targeted) -> None:
    # 15 of 31 days of 620 are 300; nothing runs any more
    page = targeted({"net_revenue": 620}, FIRST)
    assert words(page, "net_revenue") == "33 % of the target of € 300"


def test_a_month_so_far_is_on_its_way_to_the_whole_months_target(targeted: Targeted) -> None:
    # the data ends on the 20th: the target is still 310, of which 200 were due by now
    page = targeted({"net_revenue": 310}, Period(date(2026, 10, 1), date(2026, 10, 21)))
    assert words(page, "net_revenue") == "32 % of the target of € 310; € 100 behind pace after 20 of 31 days"


def test_distinct_people_have_a_target_in_a_whole_month_only(targeted: Targeted) -> None:
    # ann and bob acted
    assert words(targeted({"acting_customers": 2}), "acting_customers") == "target of 2 reached"
    page = targeted({"acting_customers": 3})
    assert words(page, "acting_customers") == "67 % of the target of 3"
    assert words(targeted({"acting_customers": 3}, FIRST), "acting_customers") == ""


def test_no_verdict_where_rows_are_missing(targeted: Targeted) -> None:
    # costs are booked from October on: of August to October a third is known
    page = targeted({"programme_cost": 62}, Period(date(2026, 8, 1), date(2026, 11, 1)))
    months = [Target(metric="programme_cost", month=date(2026, month, 1), value=Decimal(62)) for month in (8, 9)]
    record_targets(page.store.ledger, NINA, months, at=NOON)
    assert goals.period_target(page, METRICS["programme_cost"]).value == 186
    assert words(page, "programme_cost") == ""


def test_without_a_target_nothing_is_said_but_a_gap_is_named(targeted: Targeted) -> None:
    page = targeted({"net_revenue": 310}, Period(date(2026, 8, 20), date(2026, 10, 16)))
    assert words(page, "orders") == ""
    assert words(page, "net_revenue") == "no target for August 2026 and September 2026"
    assert goals.goal(page, page.read(METRICS["net_revenue"])) is None


def test_a_filter_without_a_target_of_its_own_says_nothing(targeted: Targeted) -> None:
    page = targeted({"net_revenue": 310}, filters={"country_code": ("FR",)})
    assert words(page, "net_revenue") == ""


def test_under_another_attribution_the_card_says_for_which_one_the_target_is(targeted: Targeted) -> None:
    page = targeted({"attributed_revenue": 310, "net_revenue": 310}, attribution=Attribution(model=Model.FIRST))
    assert words(page, "attributed_revenue") == "the target is for last touch, 30 days"
    assert goals.line(page, page.trend(METRICS["attributed_revenue"]), "#B7791F") == []
    assert words(page, "net_revenue") == "32 % of the target of € 310; € 100 behind pace after 20 of 31 days"
    assert words(page, "cost_to_revenue_ratio") == ""  # nobody set one


def test_a_value_that_is_not_available_has_no_goal(targeted: Targeted) -> None:
    page = targeted({"monthly_recurring_revenue": 5})
    assert words(page, "monthly_recurring_revenue") == ""


def test_the_line_of_a_trend_has_each_steps_target(targeted: Targeted) -> None:
    page = targeted({"net_revenue": 310, "active_ambassadors": 4}, FIRST)
    (line,) = goals.line(page, page.trend(METRICS["net_revenue"]), "#B7791F")
    # by day: 310 / 31 each, so one piece from the first day to the last
    assert (list(line.x), list(line.y)) == ([date(2026, 10, 1), date(2026, 10, 16)], [10.0, 10.0])
    assert (line.line.color, line.line.dash) == ("#B7791F", "dash")
    assert line.customdata[0].replace("\N{NO-BREAK SPACE}", " ") == "Target € 10"
    (level,) = goals.line(page, page.trend(METRICS["active_ambassadors"]), "#B7791F")
    assert set(level.y) == {4.0}
    assert goals.line(page, page.trend(METRICS["orders"]), "#B7791F") == []


def test_the_line_steps_and_breaks(targeted: Targeted) -> None:
    page = targeted({"net_revenue": 310}, Period(date(2026, 7, 1), date(2026, 10, 21)))
    months = {7: 70, 8: 310}
    wanted = [
        Target(metric="net_revenue", month=date(2026, month, 1), value=Decimal(value))
        for month, value in months.items()
    ]
    record_targets(page.store.ledger, NINA, wanted, at=NOON)
    assert page.grain(METRICS["net_revenue"]) is Grain.WEEK
    (line,) = goals.line(page, page.trend(METRICS["net_revenue"]), "#B7791F")
    # July has 5 days cut, then weeks of 70 * 7 / 31; August weeks of 70; none in September; October weeks of 70
    heights = [None if height is None else round(height, 2) for height in line.y]
    assert heights[:4] == [11.29, 11.29, 15.81, 15.81]
    assert heights.count(None) == 1
    gap = heights.index(None)
    assert (line.x[gap - 1], line.x[gap + 1]) == (date(2026, 8, 31), date(2026, 10, 5))
    assert heights[gap - 1] == heights[gap + 1] == 70.0


def test_a_card_says_how_far_its_number_is(targeted: Targeted) -> None:
    page = targeted({"active_ambassadors": 4})
    made = cards.card(page, METRICS["active_ambassadors"])
    assert made.goal.replace("\N{NO-BREAK SPACE}", " ") == "50 % of the target of 4"
    assert cards.card(page, METRICS["orders"]).goal == ""


def test_a_figure_is_drawn_anew_only_for_what_is_decided_about_it(targeted: Targeted) -> None:
    page = targeted({"active_ambassadors": 4})
    author = Author(name="nina", decides=frozenset({"annotations", "targets"}))

    def drawn(page: Page, *, is_small: bool = False) -> str:
        return charts.kind_of_trend(page, METRICS["active_ambassadors"], Grain.DAY, LIGHT, is_small=is_small)

    def annotate(text: str, *pages: str) -> None:
        noted = Annotation(first=date(2026, 10, 5), last=date(2026, 10, 5), text=text, pages=pages)
        record_annotations(page.store.ledger, author, [noted], at=NOON, pages=("test", "glossary"))

    def set_target(metric: str, value: int) -> None:
        wanted = Target(metric=metric, month=date(2026, 10, 1), value=Decimal(value))
        record_targets(page.store.ledger, author, [wanted], at=NOON)

    first, small = drawn(page), drawn(page, is_small=True)
    set_target("orders", 9)
    annotate("Fair", "glossary")
    assert drawn(page) == first
    assert drawn(replace(page, name="glossary")) != first  # what is annotated is a page's own
    annotate("Sale")
    second = drawn(page)
    assert (second != first, drawn(page, is_small=True) == small) == (True, True)  # a small one marks nothing
    set_target("active_ambassadors", 5)
    assert (drawn(page) != second, drawn(page, is_small=True) != small) == (True, True)


def test_a_trend_shows_the_target_and_what_was_annotated(targeted: Targeted) -> None:
    page = targeted({"active_ambassadors": 4})
    noted = Annotation(first=date(2026, 10, 5), last=date(2026, 10, 9), text="Spring <b>campaign</b>", pages=())
    author = Author(name="nina", decides=frozenset({"annotations"}))
    record_annotations(page.store.ledger, author, [noted], at=NOON, pages=(page.name,))
    large = trend_figure(page, METRICS["active_ambassadors"], LIGHT)
    (line,) = [trace for trace in large.data if trace.name == "target"]
    assert (set(line.y), line.line.color) == ({4.0}, LIGHT.target)
    # a band over five days and a line on the first; what others wrote is no markup
    assert [(shape.type, shape.x0, shape.x1) for shape in large.layout.shapes] == [
        ("rect", date(2026, 10, 5), date(2026, 10, 10)),
        ("line", date(2026, 10, 5), date(2026, 10, 5)),
    ]
    texts = [label.text for label in large.layout.annotations]
    assert "target" in texts
    assert [text for text in texts if text.startswith("Spring")] == ["Spring &lt;b&gt;campaign&lt;/b&gt;"]
    small = trend_figure(page, METRICS["active_ambassadors"], LIGHT, is_small=True)
    assert "target" in [trace.name for trace in small.data]
    assert not small.layout.shapes
