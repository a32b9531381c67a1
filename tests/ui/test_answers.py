"""The answer in words under the overview's title."""

from datetime import date

import pytest

from kpi.period import Comparison, Period
from kpi.store import Warehouse
from kpi.ui import format as fmt
from kpi.ui.answers import programme_health
from kpi.ui.page import Page

from .conftest import ROWS, OpenPage


def said(page: Page) -> str:
    return programme_health(page).replace(fmt.GLUE, " ")


def test_no_change_against_the_period_before(small: Warehouse, open_page: OpenPage) -> None:
    assert said(open_page(small)) == (
        "Active ambassadors are **unchanged at 2** against the 30 days before: 1 arrived or came back, 1 fell silent. "
        "They brought **€ 100** at **20.0 %** of that revenue in cost. "
        "Their NPS of **+50** shows **no clear change** from +100 (4 answers). "
        "Read this with care (incomplete: data ends 20 Oct 2026)."
    )


def test_a_rise_is_explained_by_its_movements(small: Warehouse, open_page: OpenPage) -> None:
    # On 31 August nobody is active; in September ann comes back and cleo arrives.
    page = open_page(small, Period(date(2026, 9, 1), date(2026, 10, 1)))
    assert said(page).startswith(
        "Active ambassadors **rose by 2 to 2** against the 30 days before: 2 arrived or came back, none fell silent."
    )


def test_a_fall_and_a_single_one_left(small: Warehouse, open_page: OpenPage) -> None:
    # On 10 October cleo (5 September) has fallen silent, ann is active through her post of the 10th, bob not yet.
    page = open_page(small, Period(date(2026, 10, 1), date(2026, 10, 11)))
    assert said(page).startswith(
        "Active ambassadors **fell by 1 to 1** against the 10 days before: none arrived or came back, 1 fell silent."
    )
    alone = open_page(small, Period(date(2026, 10, 1), date(2026, 10, 11)), comparison=None)
    assert said(alone).startswith("**1** ambassador is active: none arrived or came back, 1 fell silent.")


def test_another_comparison_is_not_explained_by_this_periods_movements(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, comparison=Comparison.LAST_YEAR)
    assert said(page).startswith("**2** ambassadors are active (no data before 2 Mar 2026 to compare with): 1 arrived")


def test_costs_that_a_filter_hides_are_said_to_be_unknown(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, filters={"country_code": ("FR",)})
    assert (
        "They brought **€ 100**; what that cost is **n/a**: "
        "not available by country: costs are not recorded by country." in said(page)
    )


@pytest.mark.parametrize("missing", ["ambassadors", "surveys", "costs"])
def test_each_table_may_be_missing(company: object, open_page: OpenPage, missing: str) -> None:
    assert callable(company)
    rows = {name: rows for name, rows in ROWS.items() if name != missing}
    if missing == "ambassadors":
        rows.pop("touches")
    text = said(open_page(company(**rows)))
    assert f"waits for {'costs or rewards' if missing == 'costs' else missing}" in text
    assert "€ 0" not in text
