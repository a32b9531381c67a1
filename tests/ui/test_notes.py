"""The small print under a number."""

from datetime import date

import pytest

from kpi.metrics import METRICS, Metric
from kpi.period import Period
from kpi.store import Warehouse
from kpi.ui import format as fmt
from kpi.ui.notes import definition, note, short_label
from kpi.ui.page import Page
from tests.conftest import Company

from .conftest import OpenPage


def said(page: Page, name: str) -> str:
    return note(page, page.read(METRICS[name])).replace(fmt.GLUE, " ")


def test_a_rate_says_its_interval_and_how_few_stand_behind_it(small: Warehouse, open_page: OpenPage) -> None:
    enough = said(open_page(small, few=4), "ambassador_net_promoter_score")
    assert enough == "−34 to +91 · 4 answers · incomplete: data ends 20 Oct 2026"
    # Garwood limits of one event are 0.0253 and 5.5716: 20 / 5.5716 = 3.59 and 20 / 0.0253 = 790.
    assert said(open_page(small), "acquisition_cost").startswith("€ 4 – 790 · 1 customer (few)")


@pytest.mark.parametrize("metric", list(METRICS.values()), ids=lambda metric: metric.name)
def test_what_n_counts_has_its_words(metric: Metric) -> None:
    assert metric.counts in fmt.NOUNS


def test_clicks_that_resemble_each_other_are_few(company: Company, open_page: OpenPage) -> None:
    # 301 orders of 2,010 clicks, but all but one of them came of one post of three: p = 0.14975; residuals
    # 300 - 149.75 = 150.25, -149.75 and 1 - 1.50 = -0.50; 3/2 × 45,000 = 67,501 / 2010² = 0.016708; the plain variance
    # p (1 - p) / 2010 = 0.00006335 is a 264th of that: 2010 / 263.7 = 7.6 clicks that know nothing of each other.
    warehouse = company(
        content=[
            {"customer_id": "c", "posted_at": "2026-10-05", "clicks": clicks, "orders": orders}
            for clicks, orders in ((1000, 300), (1000, 0), (10, 1))
        ]
    )
    page = open_page(warehouse, Period(date(2026, 10, 5), date(2026, 10, 6)), comparison=None)
    assert said(page, "content_conversion_rate").endswith(" · 7 effective clicks (few)")
    alone = company(content=[{"customer_id": "c", "posted_at": "2026-10-05", "clicks": 2000, "orders": 300}])
    page = open_page(alone, Period(date(2026, 10, 5), date(2026, 10, 6)), comparison=None)
    assert said(page, "content_conversion_rate") == "1 effective click (few)"


def test_attributed_revenue_says_how_much_it_depends_on_the_window(small: Warehouse, open_page: OpenPage) -> None:
    assert said(open_page(small), "attributed_revenue").startswith(
        "the same € 100 over windows of 7 to 90 days; attributed, not incremental"
    )


def test_cost_to_revenue_carries_the_return_and_its_reference(small: Warehouse, open_page: OpenPage) -> None:
    # Margin 100 × 0.5 = 50; (50 - 20) / 20 = 150 %.
    assert said(open_page(small), "cost_to_revenue_ratio").startswith(
        "return +150 %; reference bands 3 % and 15–25 % (one consultant’s claim)"
    )


def test_a_level_says_its_day(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 10, 1), date(2026, 10, 21)))
    assert said(page, "active_ambassadors") == "on 20 Oct"


def test_a_period_longer_than_the_data_is_marked(small: Warehouse, open_page: OpenPage) -> None:
    assert said(open_page(small), "programme_cost") == "incomplete: data ends 20 Oct 2026"
    early = open_page(small, Period(date(2026, 7, 1), date(2026, 10, 1)), comparison=None)
    assert said(early, "programme_cost") == "incomplete: data begins 3 Aug 2026"


def test_costs_without_an_ambassador_are_said_to_be_left_out(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 10, 1), date(2026, 10, 21)), filters={"programme": ("recognition",)})
    assert said(page, "programme_cost") == "shared costs left out"
    assert "shared costs" not in said(page, "attributed_revenue")


def test_costs_without_an_ambassador_are_those_of_an_unknown_lever(small: Warehouse, open_page: OpenPage) -> None:
    # The 20 of October name nobody: they are what a lever that is not known cost.
    october = Period(date(2026, 10, 1), date(2026, 10, 21))
    page = open_page(small, october, filters={"lever": ("unknown",)})
    assert page.read(METRICS["programme_cost"]).current.estimate.value == 20
    assert said(page, "programme_cost") == ""
    both = open_page(small, october, filters={"lever": ("unknown",), "programme": ("recognition",)})
    assert said(both, "programme_cost") == "shared costs left out"


def test_no_value_says_why(small: Warehouse, open_page: OpenPage) -> None:
    page = open_page(small, Period(date(2026, 8, 4), date(2026, 9, 1)), comparison=None)
    assert said(page, "cost_to_revenue_ratio") == "no revenue is attributed"
    assert said(page, "monthly_recurring_revenue") == "waits for subscriptions"


def test_the_help_holds_the_record() -> None:
    metric = METRICS["acquisition_cost"]
    assert short_label(metric) == "Acquisition cost"
    text = definition(metric)
    assert all(part in text for part in (metric.label, metric.means, metric.formula, "costs or rewards, orders"))
