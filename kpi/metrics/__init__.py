"""The registry: one record per metric, and the ways to ask it."""

from kpi.metrics.definitions import WINDOWS, Better, Metric, Model, Unit
from kpi.metrics.measure import (
    Attribution,
    Compared,
    Filters,
    Measurement,
    breakdown,
    compare,
    measure,
    measure_periods,
    measure_windows,
    missing_tables,
    tables_in_words,
    trend,
)
from kpi.metrics.registry import HEADLINES, METRICS, metric_named

__all__ = [
    "HEADLINES",
    "METRICS",
    "WINDOWS",
    "Attribution",
    "Better",
    "Compared",
    "Filters",
    "Measurement",
    "Metric",
    "Model",
    "Unit",
    "breakdown",
    "compare",
    "measure",
    "measure_periods",
    "measure_windows",
    "metric_named",
    "missing_tables",
    "tables_in_words",
    "trend",
]
