"""The registry: one record per metric, and the ways to ask it."""

from kpi.metrics.ambassador_costs import AmbassadorCost, AmbassadorCosts, costs_by_ambassador
from kpi.metrics.cohorts import Cohort, Cohorts, activation_by_cohort, retention_by_cohort
from kpi.metrics.concentration import Concentration, CurvePoint, concentration
from kpi.metrics.contributions import Contribution, Contributions, contributions
from kpi.metrics.coverage import Coverage, coverage, missing_tables, tables_in_words
from kpi.metrics.definitions import WINDOWS, Better, Metric, Model, RowSet, Unit
from kpi.metrics.derived import DERIVED, Derived
from kpi.metrics.distribution import SCALES, Distribution, distribution
from kpi.metrics.evidence import NAME, PERSONAL, Evidence, add_up, find_evidence, read_rows
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
    trend,
)
from kpi.metrics.payback import Payback, Paybacks, payback_by_month
from kpi.metrics.people import Person, find_people, name_ambassadors, name_customers, read_person
from kpi.metrics.provisional import Finality, measure_finality, part_by_finality
from kpi.metrics.registry import HEADLINES, METRICS, metric_named
from kpi.metrics.sheet import Event, EventKind, Events, Sheet, is_ambassador, read_sheet, require_ambassador
from kpi.metrics.silence import SILENCE_MEANS, Silence, Silences, find_silences
from kpi.metrics.verbatims import COMMENT, count_comments, find_comments, read_comments

__all__ = [
    "COMMENT",
    "DERIVED",
    "HEADLINES",
    "METRICS",
    "NAME",
    "PERSONAL",
    "SCALES",
    "SILENCE_MEANS",
    "WINDOWS",
    "AmbassadorCost",
    "AmbassadorCosts",
    "Attribution",
    "Better",
    "Cohort",
    "Cohorts",
    "Compared",
    "Concentration",
    "Contribution",
    "Contributions",
    "Coverage",
    "CurvePoint",
    "Derived",
    "Distribution",
    "Event",
    "EventKind",
    "Events",
    "Evidence",
    "Filters",
    "Finality",
    "Measurement",
    "Metric",
    "Model",
    "Payback",
    "Paybacks",
    "Person",
    "RowSet",
    "Sheet",
    "Silence",
    "Silences",
    "Unit",
    "activation_by_cohort",
    "add_up",
    "breakdown",
    "compare",
    "concentration",
    "contributions",
    "costs_by_ambassador",
    "count_comments",
    "coverage",
    "distribution",
    "find_comments",
    "find_evidence",
    "find_people",
    "find_silences",
    "is_ambassador",
    "measure",
    "measure_finality",
    "measure_periods",
    "measure_windows",
    "metric_named",
    "missing_tables",
    "name_ambassadors",
    "name_customers",
    "part_by_finality",
    "payback_by_month",
    "read_comments",
    "read_person",
    "read_rows",
    "read_sheet",
    "require_ambassador",
    "retention_by_cohort",
    "tables_in_words",
    "trend",
]
