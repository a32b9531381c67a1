"""How answers are spread over the scale: the latest of each person, as the scores count them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kpi.language import translate
from kpi.metrics.coverage import coverage, missing_reason
from kpi.metrics.definitions import Metric, Part, Sums
from kpi.metrics.measure import Filters, read_sums
from kpi.metrics.satisfaction import (
    ambassador_net_promoter_score,
    ambassador_satisfaction,
    count_scores,
    customer_satisfaction,
    net_promoter_score,
)
from kpi.period import Period
from kpi.store import Warehouse

NPS_SCALE, CSAT_SCALE = range(11), range(1, 6)
SCALES: Mapping[str, range] = {
    net_promoter_score.name: NPS_SCALE,
    ambassador_net_promoter_score.name: NPS_SCALE,
    customer_satisfaction.name: CSAT_SCALE,
    ambassador_satisfaction.name: CSAT_SCALE,
}
"""The scale of each score that can be spread, by the name of its metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """How many gave each score of the scale, none included; `reason` says why there is nothing to count."""

    answers: Mapping[int, int]
    reason: str | None

    @property
    def n(self) -> int:
        """How many answered: the n of the metric."""
        return sum(self.answers.values())

    def share(self, score: int) -> float:
        """The share of all answers that gave this score; zero without answers."""
        return self.answers[score] / self.n if self.n else 0.0


def distribution(warehouse: Warehouse, metric: Metric, period: Period, *, where: Filters | None = None) -> Distribution:
    """The answers behind one of the metrics in `SCALES`, by score.

    `QuestionError` for a filter that the metric does not have.
    """
    scale = SCALES[metric.name]
    reason = missing_reason(metric, warehouse.manifest) or coverage(warehouse, metric).explain_gap(period)
    if reason is not None:
        return Distribution(answers=dict.fromkeys(scale, 0), reason=reason)
    counted = replace(metric, parts=(_by_score(metric.parts[0], scale),))
    sums = Sums(read_sums(warehouse, counted, [period], None, where, None).get((0, None), {}))
    answers = {score: sums.count(_component(score)) for score in scale}
    return Distribution(answers=answers, reason=None if any(answers.values()) else translate(metric.absent))


def _by_score(part: Part, scale: range) -> Part:
    conditions = {_component(score): f"score = {score}" for score in scale}
    return count_scores(part, conditions)


def _component(score: int) -> str:
    return f"score_{score}"
