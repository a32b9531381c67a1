"""The phase that asks every metric, without a cache."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from bench.clock import Clock, milliseconds, repeated
from bench.company import END
from kpi.metrics import HEADLINES, METRICS, Metric, breakdown, measure, trend
from kpi.period import Grain, Period
from kpi.store import Store, Warehouse

YEAR = 365
COUNTRY = "country_code"

Question = Callable[[Warehouse, Metric, Period], object]

QUESTIONS: dict[str, Question] = {
    "value": measure,
    "trend by day": lambda warehouse, metric, period: trend(warehouse, metric, period, Grain.DAY),
    "trend by week": lambda warehouse, metric, period: trend(warehouse, metric, period, Grain.WEEK),
    "by country": lambda warehouse, metric, period: breakdown(warehouse, metric, period, COUNTRY),
}


def run(*, store: str, repetitions: int) -> dict[str, object]:
    """Ask each metric about twelve months, each time ending a day earlier, so that no answer can be one kept."""
    clock = Clock()
    warehouse = Warehouse(Store(Path(store)))
    opened = clock.seconds()
    # The first question of a process makes DuckDB load pandas, which has nothing to do with the data.
    clock = Clock()
    measure(warehouse, HEADLINES[0], Period.until(END, days=YEAR))
    first = clock.seconds()
    found = {name: _answers(warehouse, metric, repetitions) for name, metric in METRICS.items()}
    year = Period.until(END, days=YEAR)
    headlines = {metric.name: measure(warehouse, metric, year).estimate.value for metric in HEADLINES}
    warehouse.close()
    return {
        "opening_ms": 1000 * opened,
        "first_question_ms": 1000 * first,
        "metrics": found,
        "headlines": {name: None if value is None else float(value) for name, value in headlines.items()},
    }


def _answers(warehouse: Warehouse, metric: Metric, repetitions: int) -> dict[str, dict[str, float]]:
    return {
        question: milliseconds(repeated(partial(_once, ask, warehouse, metric), repetitions))
        for question, ask in QUESTIONS.items()
        if question != "by country" or COUNTRY in metric.dimensions
    }


def _once(ask: Question, warehouse: Warehouse, metric: Metric, days: int) -> float:
    period = Period.until(END - timedelta(days=days), days=YEAR)
    clock = Clock()
    ask(warehouse, metric, period)
    return clock.seconds()
