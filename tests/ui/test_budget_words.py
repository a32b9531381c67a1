"""The sentences on a year's budget, from months written out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kpi.analysis import Estimate
from kpi.decisions import Budget, Line, Month, Tracked
from kpi.decisions.budgets import Stage
from kpi.language import speaking
from kpi.metrics import METRICS, Measurement
from kpi.period import Period
from kpi.ui.budget_plan import months_figure
from kpi.ui.budget_words import amount_in_words, change, months_of, year_in_words
from kpi.ui.figures import DARK, LIGHT

SPENDING = METRICS["spending"]
KNOWN = Estimate(value=1200.0, low=1100.0, high=1300.0, n=12)


def month(number: int, amount: int | None, *, planned: int | None = None, is_over: bool = True) -> Month:
    start = date(2026, number, 1)
    end = date(2026, number + 1, 1) if number < 12 else date(2027, 1, 1)
    spent = Measurement(
        metric=SPENDING,
        period=Period(start, end),
        group=None,
        estimate=Estimate(value=None if amount is None else Decimal(amount)),
        reason="no data after 3 Nov 2026" if amount is None else None,
        is_complete=is_over,
    )
    return Month(start=start, planned=None if planned is None else Decimal(planned), spent=spent)


def year(
    *months: Month,
    left: int | None = None,
    planned: int | None = None,
    forecast: Estimate = KNOWN,
    planned_forecast: int | None = None,
) -> Tracked:
    spent = [one.amount for one in months if one.is_over and one.amount is not None]
    return Tracked(
        channel=None,
        category=None,
        months=months,
        planned=None if planned is None else Decimal(planned),
        planned_so_far=None,
        left=None if left is None else Decimal(left),
        spent=sum(spent, Decimal()) if spent else None,
        forecast=forecast,
        planned_forecast=None if planned_forecast is None else Decimal(planned_forecast),
    )


OCTOBER, NOVEMBER = month(10, 900), month(11, 40, is_over=False)


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (None, "Until the end of October 2026, **€ 900** were spent. At the pace"),
        (50, "were spent. Where there is a plan, it was € 50 less than planned."),
        (-120, "were spent. Where there is a plan, it was € 120 more than planned."),
        (0, "were spent. Where there is a plan, it was as much as planned."),
    ],
)
def test_what_was_spent_beside_the_plan(left: int | None, told: str) -> None:
    assert told in plain(year_in_words(year(OCTOBER, NOVEMBER, left=left), 2026, "EUR"))


def test_what_the_year_will_cost() -> None:
    open_end = year(OCTOBER, NOVEMBER, planned=1500)
    assert plain(year_in_words(open_end, 2026, "EUR")).endswith(
        "At the pace of the last months 2026 will cost about **€ 1,200** (€ 1,100 – 1,300). "
        "The plan of the year is € 1,500."
    )
    compared = year(OCTOBER, NOVEMBER, planned=1500, planned_forecast=1000)
    assert plain(year_in_words(compared, 2026, "EUR")).endswith(
        "What has a plan will cost about € 1,000, of € 1,500 planned."
    )
    one_month = year(OCTOBER, NOVEMBER, forecast=Estimate(value=1200.0, n=1))
    assert plain(year_in_words(one_month, 2026, "EUR")).endswith(
        "At the pace of the last month 2026 will cost about **€ 1,200**. Nothing is planned for 2026 yet."
    )


def test_a_year_that_is_over_is_not_forecast() -> None:
    over = year(OCTOBER, month(11, 100), month(12, 0), left=10)
    told = plain(year_in_words(over, 2026, "EUR"))
    assert told == (
        "Until the end of December 2026, **€ 1,000** were spent. Where there is a plan, it was € 10 less than planned."
    )


def test_nothing_is_known() -> None:
    unknown = year(month(12, None, is_over=False), forecast=Estimate(value=None))
    assert year_in_words(unknown, 2026, "EUR") == "What was spent is not known: no data after 3 Nov 2026."
    begun = year(NOVEMBER, forecast=Estimate(value=None))
    assert year_in_words(begun, 2026, "EUR") == "What was spent is not known: no month is over."


def test_in_french() -> None:
    with speaking("fr"):
        told = plain(year_in_words(year(OCTOBER, NOVEMBER, left=-120, planned=1500), 2026, "EUR"))
    assert told.startswith(
        "Jusqu’à fin octobre 2026, **900 €** ont été dépensés. Là où un budget est prévu, c’est 120 €"
    )


def line(number: int, amount: int) -> Line:
    return Line(month=date(2027, number, 1), channel="ambassador", category="reward", amount=Decimal(amount))


SPRING = Budget(key="b", title="Spring", lines=(line(1, 300), line(2, 200)), note="Two evenings")


def test_a_budget_in_words() -> None:
    assert months_of(SPRING) == "January 2027 – February 2027"
    assert plain(amount_in_words(SPRING, "EUR")) == "€ 500.00"
    lowered = replace(SPRING, stage=Stage.APPROVED, approved=(line(1, 300), line(2, 0)), reason="x")
    assert plain(amount_in_words(lowered, "EUR")) == "€ 300.00 of € 500.00"
    assert plain(change(None, SPRING, "EUR")) == "“Spring” waits for an answer: € 500.00 (Two evenings)"
    assert plain(change(SPRING, lowered, "EUR")) == "“Spring” is approved: € 300.00 of € 500.00 (x)"
    assert change(SPRING, None, "EUR") == "removed: “Spring” waits for an answer"


def test_the_figure_draws_the_plan_where_there_is_one() -> None:
    for palette in (LIGHT, DARK):
        bare = months_figure((OCTOBER, NOVEMBER), palette, "EUR")
        assert [trace.name for trace in bare.data] == ["Spent", "Spent so far"]
        assert [list(trace.y) for trace in bare.data] == [[900.0, None], [None, 40.0]]
    planned = months_figure((month(10, 900, planned=800), NOVEMBER), LIGHT, "EUR")
    assert list(planned.data[2].y) == [800.0, None]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
