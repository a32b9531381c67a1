"""Where there is nothing to count with, there is no number: a reason instead, and never a 0."""

import re

import pytest

from kpi.errors import QuestionError
from kpi.metrics import METRICS, Attribution, Metric, breakdown, compare, measure, trend
from kpi.period import Comparison, Grain
from kpi.store import Warehouse
from tests.conftest import Company, Row
from tests.soundness.asking import groups, measured, period, value

YEAR = ("2026-01-01", "2026-11-01")
AFTER = ("2026-10-01", "2026-10-08")

# One row of each table, in January: nothing of it is near October.
EVERYTHING: dict[str, list[Row]] = {
    "customers": [{"customer_id": "c"}],
    "ambassadors": [{"ambassador_id": "A", "enrolled_at": "2026-01-01", "left_at": "2026-02-01"}],
    "orders": [{"customer_id": "c", "ordered_at": "2026-01-10", "net_amount": 10}],
    "referrals": [{"ambassador_id": "A", "referred_at": "2026-01-10"}],
    "content": [{"customer_id": "c", "posted_at": "2026-01-10"}],
    "subscriptions": [
        {"subscription_id": "s", "customer_id": "c", "effective_at": "2026-01-10", "monthly_amount": 5},
        {"subscription_id": "s", "customer_id": "c", "effective_at": "2026-01-20", "monthly_amount": 0},
    ],
    "surveys": [{"customer_id": "c", "asked_at": "2026-01-10"}],
    "costs": [{"incurred_on": "2026-01-10", "amount": 1}],
}


class TestMissingTables:
    @pytest.fixture(scope="class")
    @classmethod
    def customers_only(cls, company: Company) -> Warehouse:
        return company(customers=[{"customer_id": "c"}])

    @pytest.mark.parametrize("metric", list(METRICS.values()), ids=lambda metric: metric.name)
    def test_no_metric_gives_a_number_without_its_tables(self, customers_only: Warehouse, metric: Metric) -> None:
        whole = measure(customers_only, metric, period(*YEAR))
        answers = [
            whole,
            *trend(customers_only, metric, period(*YEAR), Grain.MONTH),
            *breakdown(customers_only, metric, period(*YEAR), metric.dimensions[0]),
            *(pair.current for pair in compare(customers_only, metric, period(*YEAR), Comparison.PREVIOUS)),
        ]
        for answer in answers:
            estimate = answer.estimate
            assert (estimate.value, estimate.low, estimate.high, answer.is_complete) == (None, None, None, False)
            assert answer.reason == whole.reason
        assert re.match("waits for [a-z]+", whole.reason or "")

    @pytest.mark.parametrize(
        ("absent", "metric", "reason"),
        [
            ("orders", "attributed_revenue", "waits for orders"),
            ("orders", "net_revenue", "waits for orders"),
            ("orders", "acquisition_cost", "waits for orders"),
            ("costs", "programme_cost", "waits for costs or rewards"),
            ("costs", "acquisition_cost", "waits for costs or rewards"),
            ("costs", "return_on_investment", "waits for costs or rewards"),
            ("costs", "channel_cac", "waits for costs"),
            ("subscriptions", "monthly_recurring_revenue", "waits for subscriptions"),
            ("surveys", "net_promoter_score", "waits for surveys"),
            ("content", "organic_share", "waits for content"),
        ],
    )
    def test_the_reason_names_the_table(self, company: Company, absent: str, metric: str, reason: str) -> None:
        built = company(**{table: rows for table, rows in EVERYTHING.items() if table != absent})
        answer = measured(built, metric, *YEAR)
        assert (answer.estimate.value, answer.reason) == (None, reason)

    def test_without_ambassadors(self, company: Company) -> None:
        built = company(**{name: rows for name, rows in EVERYTHING.items() if name not in ("ambassadors", "referrals")})
        for metric in ("active_ambassadors", "enrolled_ambassadors", "attributed_revenue", "new_customers"):
            assert value(built, metric, *YEAR) is None, metric
        assert value(built, "net_revenue", *YEAR) == 10
        assert value(built, "acts", *YEAR) == 1

    def test_any_one_source_of_acts_is_enough(self, company: Company) -> None:
        built = company(interactions=[{"customer_id": "c", "occurred_at": "2026-01-10"}])
        assert value(built, "acts", *YEAR) == 1
        assert measured(built, "active_ambassadors", *YEAR).reason == "waits for ambassadors"

    def test_rewards_alone_are_a_cost(self, company: Company) -> None:
        built = company(rewards=[{"customer_id": "c", "granted_at": "2026-01-10", "cost_amount": 3}])
        assert value(built, "programme_cost", *YEAR) == 3


class TestNothingInThePeriod:
    """The tables are there; in the first week of October nothing happened and nobody is enrolled or paying."""

    @pytest.fixture(scope="class")
    @classmethod
    def quiet(cls, company: Company) -> Warehouse:
        return company(**EVERYTHING)

    @pytest.mark.parametrize("metric", list(METRICS.values()), ids=lambda metric: metric.name)
    def test_sums_are_zero_and_ratios_are_not_there(self, quiet: Warehouse, metric: Metric) -> None:
        answer = measure(quiet, metric, period(*AFTER))
        if metric.is_additive:
            assert (answer.estimate.value, answer.reason) == (0, None)
        else:
            assert (answer.estimate.value, answer.estimate.high) == (None, None)
            assert answer.reason == metric.absent != ""

    @pytest.mark.parametrize("metric", list(METRICS.values()), ids=lambda metric: metric.name)
    def test_no_group_is_made_up(self, quiet: Warehouse, metric: Metric) -> None:
        # a level knows the groups that once were, at nothing; the others know none
        for dimension in metric.dimensions:
            for answer in breakdown(quiet, metric, period(*AFTER), dimension):
                assert metric.is_level or "retention" in metric.name, answer
                assert not answer.estimate.value


class TestQuestions:
    @pytest.fixture(scope="class")
    @classmethod
    def asked(cls, company: Company) -> Warehouse:
        return company(**EVERYTHING)

    def test_an_unknown_breakdown_names_the_nearest(self, asked: Warehouse) -> None:
        with pytest.raises(
            QuestionError, match=r"no breakdown of attributed_revenue named “programe”.+Did you mean programme"
        ):
            groups(asked, "attributed_revenue", *YEAR, "programe")

    def test_an_unknown_filter_too(self, asked: Warehouse) -> None:
        with pytest.raises(QuestionError, match="Did you mean country_code"):
            value(asked, "net_revenue", *YEAR, countrycode="FR")

    @pytest.mark.parametrize(
        ("metric", "dimension"),
        [
            ("net_revenue", "ambassador_id"),
            ("orders", "category"),
            ("programme_cost", "country_code"),
            ("acquisition_cost", "category"),
            ("cost_to_revenue_ratio", "category"),  # of a cost and of a product: not the same thing
            ("acting_customers", "ambassador_id"),
            ("net_promoter_score", "programme"),
            ("net_revenue", "revenue_amount"),
        ],
    )
    def test_a_breakdown_without_meaning_is_refused(self, asked: Warehouse, metric: str, dimension: str) -> None:
        with pytest.raises(QuestionError):
            groups(asked, metric, *YEAR, dimension)
        with pytest.raises(QuestionError):
            value(asked, metric, *YEAR, **{dimension: "x"})

    def test_a_value_that_nobody_has_keeps_nothing(self, asked: Warehouse) -> None:
        assert value(asked, "net_revenue", *YEAR, country_code="' or 1=1 --") == 0

    @pytest.mark.parametrize("days", [0, -1, 1, 29, 31, 365])
    def test_a_window_that_is_not_kept(self, days: int) -> None:
        with pytest.raises(QuestionError, match="Choose one of"):
            Attribution(window_days=days)

    @pytest.mark.parametrize("end", ["2026-01-01", "2025-12-31"])
    def test_a_period_without_a_day(self, end: str) -> None:
        with pytest.raises(QuestionError):
            period("2026-01-01", end)
