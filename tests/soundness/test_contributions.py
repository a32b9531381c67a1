"""Why a metric changed: the parts by group against sums by hand, and that they add up for every metric and period."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.demo import write_demo
from kpi.errors import QuestionError
from kpi.ingest import import_files
from kpi.metrics import (
    METRICS,
    Attribution,
    Contributions,
    Metric,
    Model,
    breakdown,
    contributions,
    coverage,
    measure,
    metric_named,
)
from kpi.period import Period
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from tests.conftest import NOW, Company
from tests.soundness.asking import period

FIRST, LAST = date(2025, 6, 1), date(2026, 11, 20)
DIVISIBLE = [metric for metric in METRICS.values() if not metric.indivisible]
QUESTIONS = [(metric, by) for metric in DIVISIBLE for by in metric.dimensions]

MARCH, APRIL, MAY = ("2026-03-01", "2026-04-01"), ("2026-04-01", "2026-05-01"), ("2026-05-01", "2026-06-01")
LATER = ("2026-09-01", "2026-10-01")


def asked(
    warehouse: Warehouse,
    metric: str,
    now: tuple[str, str],
    then: tuple[str, str],
    by: str,
    **where: str,
) -> Contributions:
    filters = {name: [value] for name, value in where.items()}
    return contributions(warehouse, metric_named(metric), period(*now), period(*then), by, where=filters)


def added(answer: Contributions) -> Fraction:
    return sum((item.contribution for item in answer.items), Fraction())


def of_items(answer: Contributions) -> dict[str, Fraction]:
    return {item.group: item.contribution for item in answer.items}


def parts(answer: Contributions) -> dict[str, tuple[Fraction | None, Fraction | None]]:
    return {item.group: (item.mix, item.rate) for item in answer.items}


def values(answer: Contributions) -> dict[str, tuple[object, object]]:
    return {item.group: (item.current.estimate.value, item.compared.estimate.value) for item in answer.items}


class TestSums:
    """Orders of two countries and of nobody's: Germany is new in April, Belgium gone."""

    @pytest.fixture(scope="class")
    @classmethod
    def shop(cls, company: Company) -> Warehouse:
        return company(
            customers=[
                {"customer_id": "fr", "country_code": "FR"},
                {"customer_id": "be", "country_code": "BE"},
                {"customer_id": "de", "country_code": "DE"},
                {"customer_id": "nowhere"},
            ],
            orders=[
                {"customer_id": customer, "ordered_at": day, "net_amount": amount}
                for customer, day, amount in [
                    ("fr", "2026-03-02", "100.10"),
                    ("be", "2026-03-02", "40.3333"),
                    ("nowhere", "2026-03-02", "1"),
                    ("fr", "2026-04-02", "70"),
                    ("de", "2026-04-02", "0.0001"),
                    ("nowhere", "2026-04-02", "1"),
                ]
            ],
        )

    def test_each_group_brings_its_difference(self, shop: Warehouse) -> None:
        # FR 70 - 100.10 = -30.10; BE 0 - 40.3333; DE 0.0001 - 0; unknown 0; whole 71.0001 - 141.4333 = -70.4332
        answer = asked(shop, "net_revenue", APRIL, MARCH, "country_code")
        assert of_items(answer) == {
            "BE": Fraction("-40.3333"),
            "FR": Fraction("-30.10"),
            "DE": Fraction("0.0001"),
            "unknown": 0,
        }
        assert answer.change == added(answer) == Fraction("-70.4332")
        assert (answer.current.estimate.value, answer.compared.estimate.value) == (
            Decimal("71.0001"),
            Decimal("141.4333"),
        )

    def test_the_largest_part_comes_first_in_either_direction(self, shop: Warehouse) -> None:
        answer = asked(shop, "net_revenue", APRIL, MARCH, "country_code")
        assert [item.group for item in answer.items] == ["BE", "FR", "DE", "unknown"]
        # the same change seen from the other side
        back = asked(shop, "net_revenue", MARCH, APRIL, "country_code")
        assert [(item.group, -item.contribution) for item in back.items] == list(of_items(answer).items())

    def test_a_sum_has_neither_mix_nor_rate(self, shop: Warehouse) -> None:
        assert set(parts(asked(shop, "orders", APRIL, MARCH, "country_code")).values()) == {(None, None)}

    def test_a_filter_leaves_the_rest_out(self, shop: Warehouse) -> None:
        answer = asked(shop, "net_revenue", APRIL, MARCH, "acquisition_channel", country_code="FR")
        assert of_items(answer) == {"unknown": Fraction("-30.10")}

    def test_without_a_row_nothing_changed(self, shop: Warehouse) -> None:
        answer = asked(shop, "net_revenue", LATER, MAY, "country_code")
        assert (answer.change, answer.reason, answer.items) == (0, None, ())

    def test_a_missing_table_is_a_reason(self, shop: Warehouse) -> None:
        answer = asked(shop, "active_ambassadors", APRIL, MARCH, "country_code")
        assert (answer.change, answer.items) == (None, ())
        assert answer.reason == "waits for ambassadors, content or referrals or contributions or interactions"

    def test_a_breakdown_that_the_metric_has_not(self, shop: Warehouse) -> None:
        with pytest.raises(QuestionError, match="Did you mean country_code"):
            asked(shop, "net_revenue", APRIL, MARCH, "countrycode")


class TestRatios:
    """Answers to the satisfaction survey, and costs with the customers won."""

    @pytest.fixture(scope="class")
    @classmethod
    def programme(cls, company: Company) -> Warehouse:
        answers = [
            # March: 2 of 4 in FR, 1 of 1 in DE; April: 1 of 1 in FR, 3 of 4 in DE
            *(("2026-03-05", "FR", score) for score in (5, 4, 1, 2)),
            ("2026-03-05", "DE", 5),
            ("2026-04-05", "FR", 5),
            *(("2026-04-05", "DE", score) for score in (5, 5, 4, 1)),
        ]
        people = [{"customer_id": f"p{number}", "country_code": land} for number, (_, land, _) in enumerate(answers)]
        buyers = ["b1", "b2", "b3", "b4"]
        return company(
            customers=[*people, *({"customer_id": name} for name in buyers)],
            ambassadors=[
                {"ambassador_id": "A", "programme": "recognition"},
                {"ambassador_id": "B", "programme": "affiliate"},
            ],
            surveys=[
                {"customer_id": f"p{number}", "kind": "csat", "asked_at": day, "answered_at": day, "score": score}
                for number, (day, _, score) in enumerate(answers)
            ],
            orders=[
                {"customer_id": "b1", "ordered_at": "2026-03-10", "net_amount": 10, "ambassador_id": "A"},
                {"customer_id": "b2", "ordered_at": "2026-04-10", "net_amount": 10, "ambassador_id": "A"},
                {"customer_id": "b3", "ordered_at": "2026-04-10", "net_amount": 10, "ambassador_id": "A"},
                {"customer_id": "b4", "ordered_at": "2026-04-10", "net_amount": 10, "ambassador_id": "A"},
            ],
            costs=[
                {"incurred_on": "2026-03-10", "amount": 20, "ambassador_id": "A"},
                {"incurred_on": "2026-03-10", "amount": 5, "ambassador_id": "B"},
                {"incurred_on": "2026-03-10", "amount": 100, "category": "tooling"},
                {"incurred_on": "2026-04-10", "amount": 30, "ambassador_id": "A"},
                {"incurred_on": "2026-04-10", "amount": 100, "category": "tooling"},
                {"incurred_on": "2026-05-10", "amount": 100, "category": "tooling"},
            ],
        )

    def test_a_share_by_mix_and_rate(self, programme: Warehouse) -> None:
        # March 3/5, April 4/5: change 1/5, R̄ 7/10
        # FR: w 4/5 → 1/5, r 1/2 → 1: rate 1/2 · 1/2 = 1/4; mix -3/5 · (3/4 - 7/10) = -3/100
        # DE: w 1/5 → 4/5, r 1 → 3/4: rate 1/2 · -1/4 = -1/8; mix 3/5 · (7/8 - 7/10) = 21/200
        # 1/4 - 3/100 - 1/8 + 21/200 = 1/5
        answer = asked(programme, "customer_satisfaction", APRIL, MARCH, "country_code")
        assert parts(answer) == {
            "FR": (Fraction(-3, 100), Fraction(1, 4)),
            "DE": (Fraction(21, 200), Fraction(-1, 8)),
        }
        assert answer.change == added(answer) == Fraction(1, 5)
        assert values(answer) == {"FR": (1.0, 0.5), "DE": (0.75, 1.0)}

    def test_a_cost_that_won_nobody_still_counts(self, programme: Warehouse) -> None:
        # March (20 + 5 + 100) / 1 = 125, April (30 + 100) / 3 = 130/3; every customer won is A's: no mix at all
        # recognition 30/3 - 20/1 = -10; affiliate 0 - 5/1 = -5; tooling, nobody's: 100/3 - 100/1 = -200/3
        answer = asked(programme, "acquisition_cost", APRIL, MARCH, "programme")
        assert parts(answer) == {
            "unknown": (0, Fraction(-200, 3)),
            "recognition": (0, Fraction(-10)),
            "affiliate": (0, Fraction(-5)),
        }
        assert answer.change == Fraction(130, 3) - 125
        # a group that won nobody has no cost per customer of its own, and is still a part
        assert values(answer)["unknown"] == (None, None)

    @pytest.mark.parametrize(("now", "then"), [(MAY, APRIL), (APRIL, MAY), (MAY, LATER)])
    def test_no_parts_of_what_is_na(self, programme: Warehouse, now: tuple[str, str], then: tuple[str, str]) -> None:
        # nobody was won in May, nor later
        answer = asked(programme, "acquisition_cost", now, then, "programme")
        assert (answer.change, answer.reason, answer.items) == (None, "no customer was won", ())

    def test_a_filter_may_leave_no_denominator(self, programme: Warehouse) -> None:
        # no cost names anybody of affiliate, whose customers are none either: its cost is not known, and not zero
        answer = asked(programme, "acquisition_cost", APRIL, MARCH, "lever", programme="affiliate")
        assert (answer.change, answer.reason) == (None, "no cost names an ambassador of this segment")

    def test_the_share_of_the_few_has_no_parts(self, programme: Warehouse) -> None:
        answer = asked(programme, "top_decile_share", APRIL, MARCH, "programme")
        assert (answer.change, answer.items) == (None, ())
        assert answer.reason == "the most active tenth of all is not made up of each group’s own tenth"


def test_an_attribution_model_moves_the_parts_and_not_the_change(company: Company) -> None:
    # an order of 100 in April, touched by A and then by B (programme affiliate); nothing in March
    built = company(
        ambassadors=[{"ambassador_id": "A"}, {"ambassador_id": "B", "programme": "affiliate"}],
        touches=[
            {"ambassador_id": "A", "customer_id": "c", "occurred_at": "2026-04-01"},
            {"ambassador_id": "B", "customer_id": "c", "occurred_at": "2026-04-02"},
        ],
        orders=[{"customer_id": "c", "ordered_at": "2026-04-03", "net_amount": 100}],
    )
    found = {
        model: contributions(
            built,
            metric_named("attributed_revenue"),
            period(*APRIL),
            period(*MARCH),
            "programme",
            attribution=Attribution(model=model),
        )
        for model in Model
    }
    assert {model: of_items(answer) for model, answer in found.items()} == {
        Model.LAST: {"affiliate": 100},
        Model.FIRST: {"recognition": 100},
        Model.LINEAR: {"affiliate": 50, "recognition": 50},
    }
    assert {answer.change for answer in found.values()} == {100}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, paris: Settings) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("demo")
    exports = write_demo(folder / "exports", seed=7, today=NOW.date(), customers=1_500)
    store = Store(folder / "store")
    import_files(store, exports, paris, is_demo=True, now=NOW)
    warehouse = Warehouse(store)
    yield warehouse
    warehouse.close()


def named(item: object) -> str:
    return item.name if isinstance(item, Metric) else str(item)


@pytest.mark.parametrize("metric", list(METRICS.values()), ids=named)
def test_a_metric_says_in_one_way_how_its_change_is_laid_on_groups(metric: Metric) -> None:
    assert [metric.is_additive, metric.ratio is not None, bool(metric.indivisible)].count(True) == 1


@pytest.mark.parametrize("metric", [metric for metric in METRICS.values() if metric.ratio], ids=named)
def test_a_ratio_is_of_the_components_that_its_parts_have(metric: Metric) -> None:
    components = {name for part in metric.parts for name in part.components}
    assert metric.ratio is not None
    assert {*metric.ratio.above, *metric.ratio.below} <= components


QUARTERS = (Period(date(2026, 7, 1), date(2026, 10, 1)), Period(date(2026, 4, 1), date(2026, 7, 1)))


@pytest.mark.parametrize(("metric", "by"), QUESTIONS, ids=named)
def test_parts_add_up_to_the_change_of_the_whole(demo: Warehouse, metric: Metric, by: str) -> None:
    now, then = QUARTERS
    answer = contributions(demo, metric, now, then, by)
    whole = [measure(demo, metric, one).estimate.value for one in (now, then)]
    assert answer.reason is None, answer.reason
    assert added(answer) == answer.change
    expected = Fraction(whole[0] or 0) - Fraction(whole[1] or 0)
    # the estimate of a ratio is rounded to the last digit of a float, its parts are not
    scale = max(1.0, *(abs(float(value or 0)) for value in whole))
    tolerance = 0 if metric.is_additive else 1e-12 * scale
    assert abs((answer.change or 0) - expected) <= tolerance
    assert [answer.current.estimate.value, answer.compared.estimate.value] == whole


@pytest.mark.parametrize(("metric", "by"), QUESTIONS, ids=named)
def test_a_groups_own_values_are_those_of_the_breakdown(demo: Warehouse, metric: Metric, by: str) -> None:
    now, then = QUARTERS
    answer = contributions(demo, metric, now, then, by)
    found = {item.group: item for item in answer.items}
    current, compared = ({one.group: one for one in breakdown(demo, metric, side, by)} for side in (now, then))
    assert found.keys() == current.keys() | compared.keys()
    for group, item in found.items():
        if group in current:
            assert item.current.estimate.value == current[group].estimate.value
        if group in compared:
            assert item.compared.estimate.value == compared[group].estimate.value
        if metric.ratio is not None:
            assert (item.mix or 0) + (item.rate or 0) == item.contribution


DAYS = st.dates(FIRST, LAST)
PERIODS = st.tuples(DAYS, DAYS).filter(lambda edges: edges[0] < edges[1]).map(lambda edges: Period(*edges))


@settings(max_examples=80, deadline=None)
@given(question=st.sampled_from(QUESTIONS), now=PERIODS, then=PERIODS, data=st.data())
def test_parts_add_up_for_any_periods_and_filter(
    demo: Warehouse, question: tuple[Metric, str], now: Period, then: Period, data: st.DataObject
) -> None:
    metric, by = question
    other = data.draw(st.sampled_from(metric.dimensions))
    groups = [one.group for one in breakdown(demo, metric, now, other)]
    kept = data.draw(st.lists(st.sampled_from(groups), max_size=3)) if groups else []
    where = {other: [str(group) for group in kept]} if kept else {}
    answer = contributions(demo, metric, now, then, by, where=where)
    sides = [measure(demo, metric, one, where=where) for one in (now, then)]
    whole = [side.estimate.value for side in sides]
    unmatched = coverage(demo, metric).explain_unmatched(then)
    if unmatched or None in whole:
        assert (answer.change, answer.items) == (None, ())
        assert answer.reason == (sides[0].reason or unmatched or sides[1].reason)
        return
    assert added(answer) == answer.change
    change = Fraction(whole[0] or 0) - Fraction(whole[1] or 0)
    scale = max(1.0, *(abs(float(value or 0)) for value in whole))
    assert abs((answer.change or 0) - change) <= (0 if metric.is_additive else 1e-12 * scale)
