"""A back-test as rows for people, as Markdown and as JSON."""

from collections.abc import Iterator
from typing import Any

from kpi.advocates import BackTest, Order, Quality
from kpi.advocates.past import HORIZON_DAYS
from kpi.analysis import Estimate


def quality_rows(found: BackTest) -> Iterator[dict[str, object]]:
    """A line per order of all past days together: among the first of each day's list, and over everybody."""
    for order, quality in found.pooled.items():
        yield {
            "order": order.value,
            f"precision at {found.capacity}": with_interval(quality.precision),
            f"lift at {found.capacity}": with_interval(quality.lift),
            "AUC": with_interval(quality.auc),
        }


def with_interval(estimate: Estimate) -> str:
    """A value with its interval in square brackets."""
    if estimate.value is None:
        return "n/a"
    limits = f" [{estimate.low:.2f}, {estimate.high:.2f}]" if estimate.low is not None else ""
    return f"{estimate.value:.2f}{limits}"


def backtest_fields(found: BackTest) -> dict[str, Any]:
    """A back-test as JSON: every estimate with its interval and n, null for n/a."""
    return {
        "as_of": found.as_of.isoformat(),
        "outcome": found.outcome.value,
        "horizon_days": HORIZON_DAYS,
        "capacity": found.capacity,
        "cutoffs": [
            {
                "cutoff": day.cutoff.isoformat(),
                "people": day.people,
                "prevalence": _estimate(day.prevalence),
                "orders": {order.value: _quality(quality) for order, quality in day.orders.items()},
                "learned_auc_gain": _estimate(day.gain) if day.gain else None,
            }
            for day in found.days
        ],
        "pooled": {order.value: _quality(quality) for order, quality in found.pooled.items()},
        "calibration": [
            {"people": part.people, "predicted": part.predicted, "observed": _estimate(part.observed)}
            for part in found.calibration
        ],
        "coefficients": dict(found.potential.coefficients) if found.potential else None,
        "ranked_by": Order.LEARNED.value if found.potential and found.potential.ranks else Order.SCORE.value,
    }


def _quality(quality: Quality) -> dict[str, Any]:
    return {
        "precision": _estimate(quality.precision),
        "lift": _estimate(quality.lift),
        "auc": _estimate(quality.auc),
    }


def _estimate(estimate: Estimate) -> dict[str, Any]:
    return {
        "value": None if estimate.value is None else float(estimate.value),
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
    }


def markdown_table(found: BackTest) -> str:
    """The rows as a Markdown table."""
    rows = list(quality_rows(found))
    if not rows:
        return "Nothing to test on yet."
    lines = [f"| {' | '.join(rows[0])} |", f"|---|{'---:|' * (len(rows[0]) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row.values()))} |" for row in rows)])
