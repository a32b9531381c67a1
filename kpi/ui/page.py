"""What an open page knows: the data, the chosen period and filters, and how to ask for a number once."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from math import inf
from typing import Any, TypeVar

from kpi.access.sessions import Identity
from kpi.analysis import Estimate, estimate_difference
from kpi.metrics import (
    Attribution,
    Better,
    Compared,
    Coverage,
    Measurement,
    Metric,
    coverage,
    measure_periods,
    measure_windows,
    trend,
)
from kpi.period import Comparison, Grain, Period
from kpi.settings import Settings
from kpi.store import Manifest, Store, Warehouse
from kpi.ui import crediting
from kpi.ui.gaps import explain_gap

# How many days a period has at most for a trend in steps of a grain, by what is drawn.
SUMS = {Grain.DAY: 45.0, Grain.WEEK: 200.0, Grain.MONTH: 1_100.0, Grain.QUARTER: inf}
RATES = {Grain.WEEK: 200.0, Grain.MONTH: 1_100.0, Grain.QUARTER: inf}
LEVELS = {Grain.DAY: 100.0, Grain.WEEK: 400.0, Grain.MONTH: inf}

Answer = TypeVar("Answer")
Remember = Callable[[str, Callable[[], Any]], Any]
"""Given a question in words and how to answer it, the answer: an earlier one to the same question, or a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A metric for the chosen period and filters beside the comparison period.

    `before` is None when nothing is compared or the data does not reach back; `unmatched` then says why in words.
    `second` is the same beside the second comparison period, None without one.
    """

    metric: Metric
    current: Measurement
    before: Measurement | None = None
    unmatched: str | None = None
    second: "Reading | None" = None

    @property
    def change(self) -> float | None:
        """Current less before; None when either has no value."""
        return Compared(current=self.current, compared=self.before).change if self.before else None

    @property
    def is_clear(self) -> bool:
        """Whether the change stands out of both intervals; one between counts or amounts of everything always does.

        A rate without an interval, such as one of a single post, says nothing about a change.
        """
        if self.before is None or self.change is None:
            return False
        difference = estimate_difference(self.current.estimate, self.before.estimate)
        if difference.low is None or difference.high is None:
            return self.current.estimate.n is None and self.before.estimate.n is None
        return difference.low > 0 or difference.high < 0

    @property
    def is_good(self) -> bool | None:
        """Whether a clear change is good news; None when it is neither, not clear, or data is still to come."""
        if not self.change or not self.is_clear or self.metric.better is Better.NEITHER:
            return None
        if self.before is None or not (self.current.is_complete and self.before.is_complete):
            return None
        return (self.change > 0) == (self.metric.better is Better.UP)


def ask_anew(question: str, answer: Callable[[], Any]) -> Any:
    """Remember nothing: every question is put to the warehouse."""
    return answer()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An open page; `remember` returns an earlier answer to the same question about the same data.

    Of the comparisons, none to two, answers speak of the first.
    """

    name: str
    reader: Identity
    settings: Settings
    store: Store
    warehouse: Warehouse
    period: Period
    comparisons: tuple[Comparison, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attribution: Attribution = crediting.USUAL
    remember: Remember = ask_anew

    @property
    def manifest(self) -> Manifest:
        """What the published version was made of."""
        return self.warehouse.manifest

    @property
    def comparison(self) -> Comparison | None:
        """The first comparison; None when nothing is compared."""
        return self.comparisons[0] if self.comparisons else None

    def read(self, metric: Metric) -> Reading:
        """The metric's value and change; n/a with its reason when it lacks one of the chosen filters."""
        return self.recall("read", metric, lambda: self._read(metric))

    def breakdown(self, metric: Metric, by: str) -> tuple[Reading, ...]:
        """The same per group of the breakdown `by`, groups of a comparison period only included, "unknown" last.

        Empty when the metric has no value.
        """
        if self.read(metric).current.estimate.value is None:
            return ()
        return self.recall(f"breakdown by {by}", metric, lambda: self._readings(metric, by))

    def trend(self, metric: Metric, grain: Grain | None = None) -> tuple[Measurement, ...]:
        """The metric over the period in steps of `grain`, else of the usual one.

        Empty when the metric lacks one of the chosen filters.
        """
        grain = grain or self.grain(metric)
        return self.recall(f"trend by {grain}", metric, lambda: self._trend(metric, self.period, grain))

    def trend_before(
        self, metric: Metric, comparison: Comparison, grain: Grain | None = None
    ) -> tuple[Measurement, ...]:
        """The same over a comparison period; empty when there is no data that far back."""
        if self._unmatched(metric, comparison):
            return ()
        grain, compared = grain or self.grain(metric), self.period.compared(comparison)
        kind = f"trend {comparison} by {grain}"
        return self.recall(kind, metric, lambda: self._trend(metric, compared, grain))

    def windows(self, metric: Metric) -> dict[int, Measurement]:
        """The metric under every attribution window, in days; empty when it lacks one of the chosen filters."""
        if explain_gap(metric, self.filters):
            return {}
        return self.recall(
            "windows",
            metric,
            lambda: measure_windows(
                self.warehouse, metric, self.period, where=self.filters, model=self.attribution.model
            ),
        )

    def grain(self, metric: Metric) -> Grain:
        """The step of a trend: the finest of which a reader still sees the course.

        Sums: days up to 45 days, weeks up to 200, months up to three years, quarters beyond; rates the same without
        days, of which each holds too few cases; levels, which do not shrink with the step: days up to 100, weeks up to
        400, months beyond.
        """
        limits = LEVELS if metric.is_level else SUMS if metric.is_additive else RATES
        return next(grain for grain, days in limits.items() if self.period.days <= days)

    def coverage(self, metric: Metric) -> Coverage:
        """The days that the published version has data for, of the tables that the metric needs."""
        return coverage(self.warehouse, metric)

    def later(self, read: Callable[[Warehouse], Answer]) -> Callable[[], Answer]:
        """`read` on the version that the page shows, to be called hours after: it is opened for that alone.

        Nothing of it is held open until then; `VersionNotFoundError` once it is no longer kept.
        """
        return partial(_read_version, self.store, self.manifest.version, read)

    def _read(self, metric: Metric) -> Reading:
        gap = explain_gap(metric, self.filters)
        if gap:
            return Reading(metric=metric, current=_unavailable(metric, self.period, gap))
        (reading,) = self._readings(metric, None)
        return reading

    def _readings(self, metric: Metric, by: str | None) -> tuple[Reading, ...]:
        reaching = [one for one in self.comparisons if self._unmatched(metric, one) is None]
        periods = [self.period, *(self.period.compared(comparison) for comparison in reaching)]
        return tuple(
            self._reading(metric, current, dict(zip(reaching, others, strict=True)))
            for current, *others in measure_periods(
                self.warehouse, metric, periods, by=by, where=self.filters, attribution=self.attribution
            )
        )

    def _reading(self, metric: Metric, current: Measurement, before: Mapping[Comparison, Measurement]) -> Reading:
        reading = None
        for comparison in reversed(self.comparisons):
            reading = Reading(
                metric=metric,
                current=current,
                before=before.get(comparison),
                unmatched=self._unmatched(metric, comparison),
                second=reading,
            )
        return reading or Reading(metric=metric, current=current)

    def _trend(self, metric: Metric, period: Period, grain: Grain) -> tuple[Measurement, ...]:
        if explain_gap(metric, self.filters):
            return ()
        steps = trend(self.warehouse, metric, period, grain, where=self.filters, attribution=self.attribution)
        days = self.coverage(metric)
        return tuple(step for step in steps if days.explain_gap(step.period) is None)

    def _unmatched(self, metric: Metric, comparison: Comparison) -> str | None:
        return self.coverage(metric).explain_unmatched(self.period.compared(comparison))

    def recall(self, kind: str, metric: Metric, answer: Callable[[], Answer]) -> Answer:
        """What `kind` of thing was made of this metric, period, comparison, filters and attribution before, or now."""
        days, filters, credit = (self.period.start, self.period.end), sorted(self.filters.items()), self.attribution
        asked = (kind, metric.name, days, self.comparisons, filters, credit.model, credit.window)
        found: Answer = self.remember(repr(asked), answer)
        return found


def _read_version(store: Store, version: int, read: Callable[[Warehouse], Answer]) -> Answer:
    with closing(Warehouse(store, version)) as warehouse:
        return read(warehouse)


def _unavailable(metric: Metric, period: Period, reason: str) -> Measurement:
    return Measurement(
        metric=metric, period=period, group=None, estimate=Estimate(value=None), reason=reason, is_complete=True
    )
