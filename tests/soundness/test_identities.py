"""What must hold for every metric of the registry, whatever it counts, on a demo company of 3,000 customers."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from kpi.demo import write_demo
from kpi.ingest import import_files
from kpi.metrics import METRICS, WINDOWS, Attribution, Measurement, Metric, Model, breakdown, compare, measure, trend
from kpi.period import Comparison, Grain, Period
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from tests.conftest import NOW

QUARTER = Period(date(2026, 7, 1), date(2026, 10, 1))
ODD = Period(date(2025, 11, 13), date(2026, 10, 26))  # neither months nor weeks; begins and ends around clock changes
ADDITIVE = [metric for metric in METRICS.values() if metric.is_additive]
LEVELS = [metric for metric in METRICS.values() if metric.is_level]
ATTRIBUTED = [metric for metric in METRICS.values() if metric.is_attributed]
# Distinct people of two months together are fewer than those of each month added up.
DISTINCT = {"acting_customers"}
FLOWS = [metric for metric in ADDITIVE if not metric.is_level and metric.name not in DISTINCT]
FEW_GROUPS = 12


def by_name(metric: Metric) -> str:
    return metric.name


def pairs(metrics: list[Metric]) -> list[tuple[Metric, str]]:
    return [(metric, dimension) for metric in metrics for dimension in metric.dimensions]


def named(item: object) -> str:
    return item.name if isinstance(item, Metric) else str(item)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, paris: Settings) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("demo")
    exports = write_demo(folder / "exports", seed=20261122, today=NOW.date(), customers=3_000)
    store = Store(folder / "store")
    import_files(store, exports, paris, is_demo=True, now=NOW)
    warehouse = Warehouse(store)
    yield warehouse
    warehouse.close()


def is_same(one: Measurement, other: Measurement) -> bool:
    """The same to the last digit where it is counted, to rounding where floating sums of squares enter."""

    def close(a: float | Decimal | None, b: float | Decimal | None) -> bool:
        return a == b if a is None or b is None else float(a) == pytest.approx(float(b), rel=1e-9, abs=1e-9)

    first, second = one.estimate, other.estimate
    is_exact = (
        not isinstance(first.value, int | Decimal) or one.metric.name not in ADDITIVE or first.value == second.value
    )
    return (
        is_exact
        and close(first.value, second.value)
        and close(first.low, second.low)
        and close(first.high, second.high)
        and (first.n, one.reason, one.is_complete) == (second.n, other.reason, other.is_complete)
    )


def test_the_company_has_something_to_count(demo: Warehouse) -> None:
    empty = {name for name, metric in METRICS.items() if not measure(demo, metric, ODD).estimate.value}
    assert empty == set()


def test_a_metric_knows_whether_it_adds_up_over_time() -> None:
    assert [metric for metric in METRICS.values() if metric.adds_up_over_time] == FLOWS


@pytest.mark.parametrize(("metric", "dimension"), pairs(ADDITIVE), ids=named)
def test_groups_add_up_to_the_whole(demo: Warehouse, metric: Metric, dimension: str) -> None:
    for period in (QUARTER, ODD):
        groups = breakdown(demo, metric, period, dimension)
        assert sum(group.estimate.value for group in groups) == measure(demo, metric, period).estimate.value


@pytest.mark.parametrize(("metric", "dimension"), pairs(list(METRICS.values())), ids=named)
def test_a_group_is_what_its_filter_keeps(demo: Warehouse, metric: Metric, dimension: str) -> None:
    groups = breakdown(demo, metric, ODD, dimension)
    for group in (*groups[:FEW_GROUPS], *groups[-1:]):
        kept = measure(demo, metric, ODD, where={dimension: [group.group]})
        assert is_same(group, kept), group


@pytest.mark.parametrize(("metric", "dimension"), pairs(ADDITIVE), ids=named)
def test_filters_part_the_whole(demo: Warehouse, metric: Metric, dimension: str) -> None:
    # one half of the groups and the other half, each asked for by one filter of several values
    names = [group.group for group in breakdown(demo, metric, ODD, dimension)]
    halves = [measure(demo, metric, ODD, where={dimension: half}).estimate.value for half in (names[::2], names[1::2])]
    assert sum(halves) == measure(demo, metric, ODD).estimate.value


@pytest.mark.parametrize("metric", [metric for metric in ADDITIVE if len(metric.dimensions) > 1], ids=named)
def test_a_filter_and_a_breakdown_together(demo: Warehouse, metric: Metric) -> None:
    for kept, by in zip(metric.dimensions, (*metric.dimensions[1:], metric.dimensions[0]), strict=True):
        value = breakdown(demo, metric, ODD, kept)[0].group
        groups = breakdown(demo, metric, ODD, by, where={kept: [value]})
        whole = measure(demo, metric, ODD, where={kept: [value]}).estimate.value
        assert sum(group.estimate.value for group in groups) == whole, (kept, by)


@pytest.mark.parametrize("metric", [metric for metric in METRICS.values() if len(metric.dimensions) > 1], ids=named)
def test_a_rollup_says_what_the_rows_behind_it_say(demo: Warehouse, metric: Metric) -> None:
    # one dimension is read from a rollup; a second filter, though it keeps every group, needs the rows behind it
    for by, other in zip(metric.dimensions, (*metric.dimensions[1:], metric.dimensions[0]), strict=True):
        every = [group.group for group in breakdown(demo, metric, ODD, other)]
        # a level names every group that ever was, also those of which nothing is left
        groups = [group for group in breakdown(demo, metric, ODD, by) if group.estimate.value is not None]
        asked = breakdown(demo, metric, ODD, by, where={other: every})
        behind = [group for group in asked if group.estimate.value is not None]
        assert [group.group for group in groups] == [group.group for group in behind], (by, other)
        assert all(is_same(*pair) for pair in zip(groups, behind, strict=True)), (by, other)


@pytest.mark.parametrize("metric", FLOWS, ids=by_name)
def test_disjoint_periods_add_up(demo: Warehouse, metric: Metric) -> None:
    edges = [date(2025, 11, 13), date(2025, 11, 14), date(2026, 2, 28), date(2026, 3, 29), date(2026, 10, 26)]
    parts = [measure(demo, metric, Period(*ends)).estimate.value for ends in pairwise(edges)]
    assert sum(parts) == measure(demo, metric, ODD).estimate.value


@pytest.mark.parametrize("metric", list(METRICS.values()), ids=by_name)
@pytest.mark.parametrize(
    ("grain", "period"),
    [
        (Grain.MONTH, Period(date(2025, 12, 13), date(2026, 11, 20))),
        (Grain.WEEK, Period(date(2026, 3, 1), date(2026, 5, 6))),
        (Grain.DAY, Period(date(2026, 10, 20), date(2026, 10, 30))),
    ],
)
def test_every_step_of_a_trend_is_a_measure_of_its_own(
    demo: Warehouse, metric: Metric, grain: Grain, period: Period
) -> None:
    steps = trend(demo, metric, period, grain)
    assert [step.period for step in steps] == list(period.steps(grain))
    for step in steps:
        assert is_same(step, measure(demo, metric, step.period)), step.period


@pytest.mark.parametrize("metric", list(METRICS.values()), ids=by_name)
def test_a_filtered_trend_too(demo: Warehouse, metric: Metric) -> None:
    dimension = metric.dimensions[0]
    kept = {dimension: [breakdown(demo, metric, ODD, dimension)[0].group]}
    for step in trend(demo, metric, QUARTER, Grain.MONTH, where=kept):
        assert is_same(step, measure(demo, metric, step.period, where=kept)), step.period


@pytest.mark.parametrize("metric", LEVELS, ids=by_name)
def test_a_level_at_the_end_of_a_trend_is_the_periods(demo: Warehouse, metric: Metric) -> None:
    assert is_same(trend(demo, metric, QUARTER, Grain.WEEK)[-1], measure(demo, metric, QUARTER))


@pytest.mark.parametrize("metric", list(METRICS.values()), ids=by_name)
@pytest.mark.parametrize("comparison", list(Comparison))
def test_a_comparison_is_two_measures(demo: Warehouse, metric: Metric, comparison: Comparison) -> None:
    before = QUARTER.compared(comparison)
    (both,) = compare(demo, metric, QUARTER, comparison)
    assert is_same(both.current, measure(demo, metric, QUARTER))
    assert is_same(both.compared, measure(demo, metric, before))
    for dimension in metric.dimensions:
        now = {group.group: group for group in breakdown(demo, metric, QUARTER, dimension)}
        then = {group.group: group for group in breakdown(demo, metric, before, dimension)}
        answer = {pair.current.group: pair for pair in compare(demo, metric, QUARTER, comparison, by=dimension)}
        assert answer.keys() == now.keys() | then.keys(), dimension
        assert all(is_same(answer[group].current, now[group]) for group in now), dimension
        assert all(is_same(answer[group].compared, then[group]) for group in then), dimension


@pytest.mark.parametrize("metric", ATTRIBUTED, ids=by_name)
def test_the_model_moves_credit_and_never_the_total(demo: Warehouse, metric: Metric) -> None:
    for days in WINDOWS:
        values = {
            model: measure(demo, metric, ODD, attribution=Attribution(model=model, window_days=days)).estimate.value
            for model in Model
        }
        assert len(set(values.values())) == 1, (days, values)


@pytest.mark.parametrize("model", list(Model))
@pytest.mark.parametrize("days", WINDOWS)
def test_credit_adds_up_under_every_model_and_window(demo: Warehouse, model: Model, days: int) -> None:
    attribution = Attribution(model=model, window_days=days)
    for metric in ATTRIBUTED:
        if not metric.is_additive:
            continue
        whole = measure(demo, metric, ODD, attribution=attribution).estimate.value
        for dimension in metric.dimensions:
            groups = breakdown(demo, metric, ODD, dimension, attribution=attribution)
            assert sum(group.estimate.value for group in groups) == whole, (metric.name, dimension)


def test_a_wider_window_never_credits_less(demo: Warehouse) -> None:
    metric = METRICS["attributed_revenue"]
    values = [measure(demo, metric, ODD, attribution=Attribution(window_days=days)).estimate.value for days in WINDOWS]
    assert values == sorted(values)
    assert values[-1] < measure(demo, METRICS["net_revenue"], ODD).estimate.value


def test_unknown_is_a_group_of_its_own_and_last(demo: Warehouse) -> None:
    groups = [group.group for group in breakdown(demo, METRICS["net_revenue"], ODD, "sector")]
    assert groups[-1] == "unknown"
    assert groups[:-1] == sorted(groups[:-1])
    assert "unknown" not in groups[:-1]


def test_movements_explain_the_levels(demo: Warehouse) -> None:
    def ask(name: str, period: Period) -> Decimal:
        return Decimal(measure(demo, METRICS[name], period).estimate.value)

    before = Period(date(2025, 1, 1), ODD.start)
    change = sum(ask(f"{kind}_ambassadors", ODD) for kind in ("new", "resurrected")) - ask("lapsed_ambassadors", ODD)
    assert ask("active_ambassadors", ODD) - ask("active_ambassadors", before) == change
    added = sum(ask(f"mrr_{kind}", ODD) for kind in ("new", "expansion", "reactivation"))
    lost = sum(ask(f"mrr_{kind}", ODD) for kind in ("contraction", "churn"))
    recurring = "monthly_recurring_revenue"
    assert ask(recurring, ODD) - ask(recurring, before) == added - lost
