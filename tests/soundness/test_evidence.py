"""The rows shown behind a number make that number: for every metric, filter, period, attribution model and window."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from kpi.analysis import Estimate
from kpi.demo import write_demo
from kpi.errors import QuestionError
from kpi.ingest import import_files
from kpi.metrics import (
    METRICS,
    NAME,
    WINDOWS,
    Attribution,
    Metric,
    Model,
    add_up,
    breakdown,
    find_evidence,
    measure,
    name_ambassadors,
    read_rows,
)
from kpi.period import Period
from kpi.settings import Settings
from kpi.store import UNKNOWN, Store, Warehouse
from tests.conftest import NOW, Company

PERIODS = (
    Period(date(2026, 7, 20), date(2026, 10, 18)),
    Period(date(2026, 2, 1), date(2026, 3, 1)),
    Period(date(2024, 1, 1), date(2026, 10, 18)),
    Period(date(2026, 9, 14), date(2026, 9, 15)),
    Period(date(2019, 1, 1), date(2019, 2, 1)),  # before anything happened
)
MOST_GROUPS = 3  # of a breakdown, beside those without a value


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, paris: Settings) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("demo")
    exports = write_demo(folder / "exports", seed=20261122, today=NOW.date(), customers=1_000)
    store = Store(folder / "store")
    import_files(store, exports, paris, is_demo=True, now=NOW)
    warehouse = Warehouse(store)
    yield warehouse
    warehouse.close()


def close(one: float | Decimal | None, other: float | Decimal | None) -> bool:
    return one == other or (one is not None and other is not None and float(one) == pytest.approx(float(other)))


def differing(found: Estimate, expected: Estimate) -> bool:
    """Whether two estimates differ; sums are the same to the last digit, floats may be added in another order."""
    exact = isinstance(expected.value, int | Decimal) and found.value != expected.value
    return (
        exact
        or found.n != expected.n
        or not all(close(getattr(found, part), getattr(expected, part)) for part in ("value", "low", "high"))
    )


def filters_of(warehouse: Warehouse, metric: Metric) -> Iterator[dict[str, list[str]]]:
    """No filter; the first groups of each breakdown and what has no value there; two breakdowns at once."""
    yield {}
    firsts: dict[str, list[str]] = {}
    for by in metric.dimensions:
        groups = [one.group for one in breakdown(warehouse, metric, PERIODS[2], by)]
        named = [group for group in groups if group not in {None, UNKNOWN}]
        firsts[by] = [str(group) for group in named[:MOST_GROUPS]]
        yield {by: firsts[by]}
        if UNKNOWN in groups:
            yield {by: [UNKNOWN]}
            yield {by: [*firsts[by], UNKNOWN]}
    for one, other in zip(metric.dimensions, metric.dimensions[1:], strict=False):
        yield {one: firsts[one], other: firsts[other]}


def faults(
    warehouse: Warehouse, metric: Metric, attribution: Attribution, filters: Iterable[dict[str, list[str]]]
) -> Iterator[str]:
    for where in filters:
        for period in PERIODS:
            measured = measure(warehouse, metric, period, where=where, attribution=attribution)
            expected = measured.estimate
            if measured.reason not in {None, metric.absent}:
                continue  # nothing is said of days before the data, or of a segment that no cost names
            evidence = find_evidence(warehouse, metric, period, where=where, attribution=attribution)
            found = add_up(metric, evidence)
            if differing(found, expected):
                yield f"{metric.name} {period.start}–{period.end} {where} {attribution}: {found}, not {expected}"


@pytest.mark.parametrize("name", METRICS)
def test_the_rows_make_the_number(demo: Warehouse, name: str) -> None:
    metric = METRICS[name]
    assert list(faults(demo, metric, Attribution(), filters_of(demo, metric))) == []


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_names_its_rows(demo: Warehouse, name: str) -> None:
    metric = METRICS[name]
    components = {component for part in metric.parts for component in part.components}
    assert {total for rows in metric.rows for total in rows.sums} == components
    # the demo company leaves no number without rows in all periods, so that the test above has something to compare
    counts = [[found.count for found in find_evidence(demo, metric, period)] for period in PERIODS]
    assert [max(both) > 0 for both in zip(*counts, strict=True)] == [True] * len(metric.rows)


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.is_attributed])
def test_the_credits_are_those_of_the_model_and_window(demo: Warehouse, name: str) -> None:
    segment = {"programme": ["recognition"]} if "programme" in METRICS[name].dimensions else {"country_code": ["FR"]}
    filters: list[dict[str, list[str]]] = [{}, segment]
    for attribution in (Attribution(model=model, window_days=days) for model in Model for days in WINDOWS):
        assert list(faults(demo, METRICS[name], attribution, filters)) == []


@pytest.mark.parametrize("name", METRICS)
def test_the_rows_listed_are_those_counted(demo: Warehouse, name: str) -> None:
    for found in find_evidence(demo, METRICS[name], PERIODS[0]):
        frame = read_rows(demo, found, most=1_000_000, with_names=False)
        assert frame.height == found.count
        if found.rows.total is not None and found.count:
            summed = re.fullmatch(r"sum\((?:abs\()?(\w+)\)+", found.rows.sums[found.rows.total])
            assert summed is not None
            assert abs(frame[summed[1]].sum()) == found.sums[found.rows.total]
        # the newest first, and the first ones are the same
        day = frame.to_series(0)
        assert (day.dtype, day.is_sorted(descending=True)) == (pl.Date, True)
        assert read_rows(demo, found, most=5, with_names=False).equals(frame.head(5))


def test_names_come_with_the_rows_of_ambassadors_only_when_asked_for(demo: Warehouse) -> None:
    (active,) = find_evidence(demo, METRICS["active_ambassadors"], PERIODS[0])
    without = read_rows(demo, active, most=1_000, with_names=False)
    named = read_rows(demo, active, most=1_000, with_names=True)
    assert NAME not in without.columns
    assert named.drop(NAME).equals(without)
    people = name_ambassadors(demo, without["ambassador_id"].to_list())
    assert named[NAME].to_list() == [people[one].full_name for one in without["ambassador_id"]]
    (orders,) = find_evidence(demo, METRICS["orders"], PERIODS[0])
    assert NAME not in read_rows(demo, orders, most=10, with_names=True).columns


def test_a_filter_that_the_metric_lacks_is_refused(demo: Warehouse) -> None:
    with pytest.raises(QuestionError, match="programme"):
        find_evidence(demo, METRICS["orders"], PERIODS[0], where={"programme": ["recognition"]})


def test_rows_by_hand(company: Company) -> None:
    """Ann acts on 1 and 9 October, Bob on 2 October, Cleo in August; the period is October up to the 11th."""
    programme = company(
        ambassadors=[{"ambassador_id": f"amb-{name}", "customer_id": name} for name in ("ann", "bob", "cleo")],
        content=[
            {"customer_id": name, "posted_at": day}
            for name, day in [
                ("ann", "2026-10-01"),
                ("ann", "2026-10-09"),
                ("bob", "2026-10-02"),
                ("cleo", "2026-08-20"),
            ]
        ],
    )
    october = Period(date(2026, 10, 1), date(2026, 10, 12))

    def told(name: str) -> list[tuple[object, ...]]:
        (found,) = find_evidence(programme, METRICS[name], october)
        return [row[:3] for row in read_rows(programme, found, most=10, with_names=False).rows()]

    assert told("active_ambassadors") == [
        (date(2026, 10, 9), "amb-ann", 2),
        (date(2026, 10, 2), "amb-bob", 1),
    ]
    # Cleo's act of 20 August counts for the 30 boundaries up to 19 September
    assert told("lapsed_ambassadors") == []
    assert [row[:2] for row in told("new_ambassadors")] == [
        (date(2026, 10, 2), "amb-bob"),
        (date(2026, 10, 1), "amb-ann"),
    ]
    assert [row[0] for row in told("acts")] == [date(2026, 10, 9), date(2026, 10, 2), date(2026, 10, 1)]
    # a person counts on the first day on which they acted
    assert [row[:2] for row in told("acting_customers")] == [
        (date(2026, 10, 2), "customer:bob"),
        (date(2026, 10, 1), "customer:ann"),
    ]


OCTOBER = Period(date(2026, 10, 2), date(2026, 10, 12))


def who(warehouse: Warehouse, name: str, column: str) -> list[str]:
    """Whose rows stand behind a number of the ten days from 2 October, which those rows must make."""
    (found,) = find_evidence(warehouse, METRICS[name], OCTOBER)
    assert not differing(add_up(METRICS[name], [found]), measure(warehouse, METRICS[name], OCTOBER).estimate)
    return sorted(read_rows(warehouse, found, most=10, with_names=False)[column])


def test_the_edges_of_activity(company: Company) -> None:
    # the 30 days before 12 October begin on 12 September; the 12th itself is outside, and who left before it is gone
    acts = {"first": "2026-09-12", "early": "2026-09-11", "last": "2026-10-11", "late": "2026-10-12"}
    left = {"gone": "2026-10-10", "going": "2026-10-12", "never": "2019-12-31"}
    programme = company(
        ambassadors=[
            *({"ambassador_id": name, "customer_id": name} for name in acts),
            *({"ambassador_id": name, "customer_id": name, "left_at": day} for name, day in left.items()),
        ],
        content=[
            *({"customer_id": name, "posted_at": day} for name, day in acts.items()),
            *({"customer_id": name, "posted_at": "2026-10-09"} for name in left),
        ],
    )
    assert who(programme, "active_ambassadors", "ambassador_id") == ["first", "going", "last"]
    assert who(programme, "top_decile_share", "ambassador_id") == ["first", "going", "last"]
    assert who(programme, "enrolled_ambassadors", "ambassador_id") == ["early", "first", "going", "last", "late"]
    # early is silent from 11 October on, gone from the day of leaving; gone, going and last began in these days
    assert who(programme, "lapsed_ambassadors", "ambassador_id") == ["early", "gone"]
    assert who(programme, "new_ambassadors", "ambassador_id") == ["going", "gone", "last"]


def test_the_edges_of_recurring_revenue(company: Company) -> None:
    # paying when the period begins: stays, grows, goes; begins on its last day; the day of its end is outside
    amounts = [
        ("stays", "2026-09-01", 10),
        ("grows", "2026-09-01", 10),
        ("grows", "2026-10-05", 15),
        ("goes", "2026-10-01", 10),
        ("goes", "2026-10-11", 0),
        ("begins", "2026-10-11", 10),
        ("later", "2026-10-12", 10),
        ("went", "2026-09-01", 10),
        ("went", "2026-10-01", 0),
    ]
    shop = company(
        subscriptions=[
            {"subscription_id": name, "customer_id": name, "effective_at": day, "monthly_amount": amount}
            for name, day, amount in amounts
        ]
    )
    assert who(shop, "monthly_recurring_revenue", "customer_id") == ["begins", "grows", "stays"]
    assert who(shop, "average_revenue_per_account", "customer_id") == ["begins", "grows", "stays"]
    assert who(shop, "net_revenue_retention", "customer_id") == ["goes", "grows", "stays"]
    assert who(shop, "gross_revenue_retention", "customer_id") == ["goes", "grows", "stays"]
    assert who(shop, "mrr_new", "customer_id") == ["begins"]
    assert who(shop, "mrr_churn", "customer_id") == ["goes"]


def test_a_post_of_which_not_all_is_known_is_no_part_of_conversion(company: Company) -> None:
    posts = [("both", 10, 1), ("clicks", 10, None), ("orders", None, 1), ("neither", None, None)]
    shop = company(
        content=[
            {"content_id": name, "customer_id": "x", "posted_at": "2026-10-05", "clicks": clicks, "orders": orders}
            for name, clicks, orders in posts
        ]
    )
    assert who(shop, "content_conversion_rate", "content_id") == ["both"]
    assert who(shop, "organic_share", "content_id") == ["both", "clicks", "neither", "orders"]


def test_a_metric_that_waits_for_a_table_has_no_rows(company: Company) -> None:
    shop = company(orders=[{"customer_id": "x", "ordered_at": "2026-10-12", "net_amount": 100}])
    assert find_evidence(shop, METRICS["active_ambassadors"], PERIODS[0]) == ()
    assert [found.count for found in find_evidence(shop, METRICS["orders"], PERIODS[0])] == [1]
