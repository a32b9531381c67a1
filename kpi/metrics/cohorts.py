"""What became of those who enrolled, or first acted, in the same month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kpi.analysis import Estimate, estimate_proportion
from kpi.language import mark, translate
from kpi.metrics.activity import NEEDS, PEOPLE, SECTION
from kpi.metrics.coverage import coverage, missing_reason
from kpi.metrics.definitions import Better, Metric, Part, Unit, over
from kpi.metrics.measure import Filters, Measurement, measurement, read_sums
from kpi.period import Grain, Period, is_whole, next_edge
from kpi.store import Warehouse

SOURCES_OF_ACTS = ("content", "referrals", "contributions", "interactions")
ACTIVATION_DAYS = (30, 60, 90)
NOT_RECORDED = mark("no act was recorded yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The people of one month and a share for each step of `Cohorts.steps` that has come.

    `is_first_recorded` marks the month in which the recording of acts begins, so that what came before is not known.
    """

    month: date
    size: int
    shares: tuple[Measurement, ...]
    is_first_recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohorts:
    """Cohorts by month, the oldest first; `reason` says why there is none.

    `steps` are days since enrolling or months since the first act. A share that is not `is_complete` may still rise.
    """

    steps: tuple[int, ...]
    cohorts: tuple[Cohort, ...]
    reason: str | None


def _activation(days: int) -> Metric:
    return Metric(
        name=f"activation_within_{days}_days",
        label=f"Activated within {days} days",
        unit=Unit.SHARE,
        better=Better.UP,
        section=SECTION,
        means=f"Share of the ambassadors enrolled in a month who acted for the brand in their first {days} days.",
        formula=f"enrolled with an act in [enrolled, enrolled + {days} days) / enrolled; Wilson interval",
        needs=NEEDS,
        parts=(
            Part(
                mart="fct_activations",
                date="enrolled_date",
                components={
                    "activated": f"count(*) filter (days_to_first_act < {days})",
                    "begun": "count(*)",
                },
                dimensions=PEOPLE,
            ),
        ),
        estimate=lambda sums: estimate_proportion(sums.count("activated"), sums.count("begun")),
        ratio=over("activated", "begun"),
        absent=mark("nobody enrolled"),
    )


ACTIVATION: Mapping[int, Metric] = {days: _activation(days) for days in ACTIVATION_DAYS}

cohort_retention = Metric(
    name="cohort_retention",
    label="Still active",
    unit=Unit.SHARE,
    better=Better.UP,
    section=SECTION,
    means="Share of the ambassadors who first acted in a month who acted in a later one, those who left included.",
    formula="with an act as an ambassador in the month / with their first one in the cohort's month; Wilson interval",
    needs=NEEDS,
    parts=(
        Part(
            mart="fct_active_months",
            date="act_date",
            components={"active": "count(*)"},
            dimensions={**PEOPLE, "first_month": "first_month"},
        ),
    ),
    estimate=lambda sums: estimate_proportion(sums.count("active"), sums.count("begun")),
    ratio=over("active", "begun"),
    absent=mark("nobody acted for the first time"),
)


def activation_by_cohort(warehouse: Warehouse, end: date, *, months: int = 12, where: Filters | None = None) -> Cohorts:
    """The share of each enrolment month who acted within 30, 60 and 90 days, as known at `end`.

    The cohorts are the `months` calendar months up to the day before `end`. Those who left stay in their cohort. A
    share whose days are not over for the last day of the month has no value and is not complete; nor has one of a
    month before acts were recorded.
    """
    periods = months_until(warehouse, end, months)
    first = _first_recorded(warehouse)
    found = {days: _by_month(warehouse, metric, periods, where) for days, metric in ACTIVATION.items()}
    cohorts = []
    for number, period in enumerate(periods):
        cells = [found[days][number] for days in ACTIVATION_DAYS]
        shares = (
            _once_over(cell, days, periods[-1].end, first) for days, cell in zip(ACTIVATION_DAYS, cells, strict=True)
        )
        cohorts.append(_cohort(period, cells[0].estimate.n or 0, shares, first))
    return _answer(warehouse, ACTIVATION_DAYS, cohorts)


def retention_by_cohort(warehouse: Warehouse, end: date, *, months: int = 12, where: Filters | None = None) -> Cohorts:
    """The share of those who first acted as ambassadors in a month who acted in each month since, as known at `end`.

    The cohorts are the `months` calendar months up to the day before `end`; the first step is their own month, hence
    everybody. Those who left stay in their cohort. The last month is not complete while its days are not over.
    """
    periods = months_until(warehouse, end, months)
    first = _first_recorded(warehouse)
    days = coverage(warehouse, cohort_retention)
    sums = read_sums(warehouse, cohort_retention, periods, "first_month", where, None) if periods else {}
    cohorts = []
    for number, period in enumerate(periods):
        name = period.start.isoformat()
        active = [sums.get((later, name), {}).get("active", 0) for later in range(number, len(periods))]
        gap = days.explain_gap(period)
        shares = (
            replace(
                measurement(
                    warehouse,
                    cohort_retention,
                    later,
                    name,
                    {"active": count, "begun": active[0]},
                    days=days,
                    reason=gap,
                ),
                is_complete=is_whole(later, Grain.MONTH),
            )
            for later, count in zip(periods[number:], active, strict=True)
        )
        cohorts.append(_cohort(period, active[0], shares, first))
    return _answer(warehouse, tuple(range(len(periods))), cohorts)


def _by_month(
    warehouse: Warehouse, metric: Metric, months: Sequence[Period], where: Filters | None
) -> list[Measurement]:
    """The metric of each month, of those before acts were recorded too: how many enrolled is known of them."""
    sums = read_sums(warehouse, metric, months, None, where, None)
    return [
        measurement(warehouse, metric, month, None, sums.get((number, None), {})) for number, month in enumerate(months)
    ]


def _once_over(cell: Measurement, days: int, until: date, first_recorded: date | None) -> Measurement:
    """The share where everybody's days are over and were recorded; n/a elsewhere, not the little that is known."""
    month = cell.period.start
    if cell.reason is not None:
        return cell
    if next_edge(month, Grain.MONTH) + timedelta(days=days - 1) > until:
        reason = translate("the first {days} days are not over for all", days=days)
        return replace(cell, estimate=Estimate(value=None, n=cell.estimate.n), reason=reason, is_complete=False)
    if first_recorded is None or month < first_recorded:
        return replace(cell, estimate=Estimate(value=None, n=cell.estimate.n), reason=translate(NOT_RECORDED))
    return cell


def _cohort(period: Period, size: int, shares: Iterable[Measurement], first_recorded: date | None) -> Cohort:
    return Cohort(month=period.start, size=size, shares=tuple(shares), is_first_recorded=period.start == first_recorded)


def _answer(warehouse: Warehouse, steps: tuple[int, ...], cohorts: Sequence[Cohort]) -> Cohorts:
    missing = missing_reason(cohort_retention, warehouse.manifest)
    return Cohorts(steps=steps, cohorts=() if missing else tuple(cohorts), reason=missing)


def months_until(warehouse: Warehouse, end: date, months: int) -> tuple[Period, ...]:
    """The calendar months up to the day before `end`, or before the end of the data; the last may be cut there."""
    data_end = warehouse.manifest.data_end
    if data_end is None:
        return ()
    until = min(end, data_end)
    last = until - timedelta(days=1)
    index = last.year * 12 + last.month - months
    return Period(date(index // 12, index % 12 + 1, 1), until).steps(Grain.MONTH)


def _first_recorded(warehouse: Warehouse) -> date | None:
    """The first day of the month in which the earliest source of acts begins."""
    dates = warehouse.table_dates()
    begun = [dates[table][0] for table in SOURCES_OF_ACTS if table in dates]
    return min(begun).replace(day=1) if begun else None
