"""Why a number changed: what is shown adds up, in figures and in words."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.metrics import METRICS
from kpi.period import Comparison, Period
from kpi.store import Warehouse
from kpi.ui.explaining import explain, unexplained
from kpi.ui.figures import DARK, LIGHT, Palette
from kpi.ui.movements import ACTIVE
from kpi.ui.waterfall import MOST_GROUPS, Step, round_together, signed, steps_of, waterfall_figure

from .conftest import TWO_YEARS, OpenPage

COST, REVENUE = METRICS["acquisition_cost"], METRICS["attributed_revenue"]
parts = st.lists(st.fractions(min_value=-10_000, max_value=10_000, max_denominator=1_000), max_size=12)


@given(parts, st.sampled_from([Fraction(1), Fraction(1, 1000), Fraction(100)]))
def test_rounded_parts_add_up_to_the_rounded_sum(exact: list[Fraction], unit: Fraction) -> None:
    shown = round_together(exact, unit)
    assert sum(shown, Fraction()) == round(sum(exact, Fraction()) / unit) * unit
    assert all(abs(one - part) < unit and (one / unit).denominator == 1 for one, part in zip(shown, exact, strict=True))


def test_thirds_are_shared_out() -> None:
    # 1/3 + 1/3 + 1/3 = 1: one of them is shown as 1, the others as 0
    assert round_together([Fraction(1, 3)] * 3, Fraction(1)) == [1, 0, 0]


def test_the_groups_of_a_change(small: Warehouse, open_page: OpenPage) -> None:
    # End of September ann and cleo (FR) are active, end of October ann (FR) and bob (BE).
    found = explain(open_page(small), ACTIVE, "country_code")
    assert found is not None
    steps = steps_of(ACTIVE, found)
    assert steps == (Step(label="Belgium", size=Fraction(1)), Step(label="France", size=Fraction(-1)))
    assert [signed(ACTIVE, step.size, "EUR") for step in steps] == ["▲ +1", "▼ −1"]


def test_without_a_comparison_nothing_is_explained(small: Warehouse, open_page: OpenPage) -> None:
    assert explain(open_page(small, comparison=None), ACTIVE, "country_code") is None
    assert explain(open_page(small, comparison=Comparison.LAST_YEAR), ACTIVE, "country_code") is None


def test_where_orders_stopped_the_reason_is_said(company: Callable[..., Warehouse], open_page: OpenPage) -> None:
    # y for 40 in October 2025; the last order is of 12 August 2026, while posts and touches go on to October.
    stopped = [{"customer_id": "z", "ordered_at": "2026-08-12", "net_amount": 50}]
    orders = [order for order in TWO_YEARS["orders"] if order["ordered_at"] < "2026"] + stopped
    page = open_page(company(**{**TWO_YEARS, "orders": orders}), comparison=Comparison.LAST_YEAR)
    before = page.read(REVENUE).before
    assert before is not None
    assert before.estimate.value == 40
    assert explain(page, REVENUE, "country_code") is None
    assert unexplained(page, REVENUE) == "n/a: no orders after 12 Aug 2026"


def test_a_comparison_without_a_value_has_its_reason(small: Warehouse, open_page: OpenPage) -> None:
    # 7 to 20 September: costs of 10, and y won. In the 14 days before nobody was.
    page = open_page(small, Period(date(2026, 9, 7), date(2026, 9, 21)))
    assert page.read(COST).current.estimate.value == 10
    assert unexplained(page, COST) == "Nothing to compare with: no customer was won."


def test_many_groups_are_shown_as_a_few_and_the_others(company: object, open_page: OpenPage) -> None:
    # Nine countries: in October 9 are new in the first, 8 in the second and so on to one.
    assert callable(company)
    countries = ["AT", "BE", "CH", "DE", "ES", "FR", "IT", "NL", "PT"]
    people = [(f"{code}-{number}", code) for rank, code in enumerate(countries) for number in range(9 - rank)]
    warehouse = company(
        customers=[{"customer_id": name, "country_code": code} for name, code in people],
        ambassadors=[{"ambassador_id": f"amb-{name}", "customer_id": name} for name, _ in people],
        content=[{"customer_id": "AT-0", "posted_at": "2026-05-01"}]
        + [{"customer_id": name, "posted_at": "2026-10-20"} for name, _ in people],
    )
    found = explain(open_page(warehouse), ACTIVE, "country_code")
    assert found is not None
    steps = steps_of(ACTIVE, found)
    assert [step.size for step in steps] == [9, 8, 7, 6, 5, 4, 3 + 2 + 1]
    assert (len(steps), steps[-1].label) == (MOST_GROUPS + 1, "3 others")


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_each_bar_begins_where_the_last_ended(palette: Palette) -> None:
    steps = [Step(label="a", size=Fraction(11)), Step(label="b", size=Fraction(-14)), Step(label="c", size=Fraction(5))]
    figure = waterfall_figure(ACTIVE, steps, palette, "EUR")
    (bars,) = figure.data
    assert (bars.base, bars.x) == ((0, 11, -3, 0), (11, -14, 5, 2))
    assert bars.y == figure.layout.yaxis.tickvals == (0, 1, 2, 3)
    assert figure.layout.yaxis.ticktext == ("a", "b", "c", "In all")
    assert bars.text == ("▲ +11", "▼ −14", "▲ +5", "▲ +2")
    assert bars.marker.color == (palette.accent, palette.worse, palette.accent, palette.soft)


def test_more_of_what_should_be_less_is_worse() -> None:
    steps = [Step(label="a", size=Fraction(11)), Step(label="b", size=Fraction(-4))]
    (bars,) = waterfall_figure(COST, steps, LIGHT, "EUR").data
    assert bars.marker.color[:2] == (LIGHT.worse, LIGHT.accent)


def test_groups_with_the_same_label_keep_a_bar_each() -> None:
    # a company may write ES and es, or call a sector what all groups together are called
    steps = [Step(label="Spain", size=Fraction(3)), Step(label="Spain", size=Fraction(2))]
    steps.append(Step(label="In all", size=Fraction(1)))
    figure = waterfall_figure(ACTIVE, steps, LIGHT, "EUR")
    assert figure.layout.yaxis.ticktext == ("Spain", "Spain", "In all", "In all")
    assert len(set(figure.data[0].y)) == 4


def test_a_label_is_text_and_no_markup() -> None:
    figure = waterfall_figure(ACTIVE, [Step(label="<b>R&D</b>", size=Fraction(3))], LIGHT, "EUR")
    assert figure.layout.yaxis.ticktext == ("&lt;b&gt;R&amp;D&lt;/b&gt;", "In all")
