"""What a card shows before it is drawn."""

from datetime import date

import pytest

from kpi.metrics import METRICS
from kpi.period import Comparison, Grain, Period
from kpi.store import Warehouse
from kpi.ui import format as fmt
from kpi.ui.cards import card, course

from .conftest import BOTH, OpenPage

WHOLE = Period(date(2026, 10, 1), date(2026, 10, 21))


def test_a_card_with_everything(small: Warehouse, open_page: OpenPage) -> None:
    made = card(open_page(small, WHOLE), METRICS["attributed_revenue"])
    # The 20 days before, 11 to 30 September, hold y's order of 50.
    assert (made.label, made.value.replace(fmt.GLUE, " ")) == ("Attributed revenue", "€ 100")
    assert (made.delta or "").replace(fmt.GLUE, " ") == "+€ 50 · 100 %"
    assert (made.arrow, made.colour) == ("up", "green")
    assert sum(made.course) == 100
    assert len(made.course) == 20


@pytest.mark.parametrize(
    ("name", "arrow", "colour"),
    [
        ("programme_cost", "up", "red"),  # a rise that is bad news
        ("acquisition_cost", "up", "gray"),  # one customer each: not clear
        ("ambassador_net_promoter_score", "down", "gray"),
        ("active_ambassadors", "off", "gray"),  # ann and cleo, then ann and bob
    ],
)
def test_the_colour_says_what_is_better_and_only_when_it_is_clear(
    small: Warehouse, open_page: OpenPage, name: str, arrow: str, colour: str
) -> None:
    made = card(open_page(small, Period(date(2026, 9, 21), date(2026, 10, 21))), METRICS[name])
    assert (made.arrow, made.colour) == (arrow, colour)


def test_a_change_of_an_unfinished_period_is_neither_good_nor_bad(small: Warehouse, open_page: OpenPage) -> None:
    # 20 after 10, of an October of which 20 days are known.
    made = card(open_page(small), METRICS["programme_cost"])
    assert (made.arrow, made.colour) == ("up", "gray")


def test_no_value_is_never_zero(small: Warehouse, open_page: OpenPage) -> None:
    made = card(open_page(small, WHOLE, filters={"country_code": ("FR",)}), METRICS["acquisition_cost"])
    assert (made.value, made.delta, made.arrow, made.course) == ("n/a", None, "off", ())
    assert made.note == "not available by country: costs are not recorded by country"


def test_without_a_comparison_there_is_no_change(small: Warehouse, open_page: OpenPage) -> None:
    made = card(open_page(small, WHOLE, comparison=None), METRICS["attributed_revenue"])
    assert (made.delta, made.arrow, made.colour, made.second) == (None, "off", "gray", "")


def test_the_second_comparison_stands_in_words_below(two_years: Warehouse, open_page: OpenPage) -> None:
    made = card(open_page(two_years, WHOLE, comparisons=BOTH), METRICS["attributed_revenue"])
    # The 20 days before, 11 to 30 September, hold z's 50; 1 to 20 October 2025 y's 40.
    assert (made.delta or "").replace(fmt.GLUE, " ") == "+€ 50 · 100 %"
    assert made.second.replace(fmt.GLUE, " ") == "Up € 60 (150 %) on a year earlier"
    assert "year" not in made.note
    alone = card(open_page(two_years, WHOLE, comparison=Comparison.LAST_YEAR), METRICS["attributed_revenue"])
    assert ((alone.delta or "").replace(fmt.GLUE, " "), alone.second) == ("+€ 60 · 150 %", "")


def test_a_course_leaves_out_the_weeks_that_the_period_cuts(small: Warehouse, open_page: OpenPage) -> None:
    # Wednesday 2 September to Tuesday 20 October: five days, six weeks, two days.
    page = open_page(small, Period(date(2026, 9, 2), date(2026, 10, 21)))
    steps = page.trend(METRICS["attributed_revenue"])
    assert [step.period.days for step in steps] == [5, 7, 7, 7, 7, 7, 7, 2]
    assert course(METRICS["attributed_revenue"], steps, Grain.WEEK) == (50, 0, 0, 0, 0, 100)


def test_two_steps_are_no_course(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 10, 12), date(2026, 10, 14)))
    assert course(METRICS["attributed_revenue"], page.trend(METRICS["attributed_revenue"]), Grain.DAY) == ()


def test_a_month_without_its_last_days_is_no_month(small: Warehouse, open_page: OpenPage) -> None:
    # 2 March to 20 October: March lacks a day of 31; 30 of them are no whole month, though April has no more.
    metric = METRICS["acts"]
    steps = open_page(small, Period(date(2026, 3, 2), date(2026, 10, 21))).trend(metric)
    assert [step.period.days for step in steps] == [30, 30, 31, 30, 31, 31, 30, 20]
    # ann's post of 2 March, the two of 5 and 10 September, those of 10 and 20 October
    assert [step.estimate.value for step in steps] == [1, 0, 0, 0, 0, 0, 2, 2]
    assert course(metric, steps, Grain.MONTH) == (0, 0, 0, 0, 0, 2)
