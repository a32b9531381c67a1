"""Pure statistics on plain numbers: every estimate carries its interval, its n and how it was made."""

from kpi.analysis.affordability import (
    BOUNDS,
    Assumptions,
    Bounds,
    Ceiling,
    Constraint,
    Shortfall,
    find_ceiling,
    lifetime_value,
)
from kpi.analysis.commissions import Commission, Schedule, solve_commission, solve_commissions
from kpi.analysis.decomposition import RatioShare, decompose_ratio
from kpi.analysis.estimate import Estimate
from kpi.analysis.intervals import (
    effective_sample_size,
    estimate_clustered_proportion,
    estimate_cost_per_event,
    estimate_difference,
    estimate_difference_of_proportions,
    estimate_mean,
    estimate_net_promoter_score,
    estimate_proportion,
    estimate_ratio_of_sums,
    garwood_limits,
)
from kpi.analysis.margins import MarginShare, Sold, decompose_margin
from kpi.analysis.monthly_curve import MonthlyCurve, expected_months
from kpi.analysis.response import worst_case_bounds
from kpi.analysis.run_rate import forecast_sum
from kpi.analysis.sensitivity import CURVE, Swing, find_swings, product_of, range_of
from kpi.analysis.usual_range import estimate_usual_range, is_usual
from kpi.analysis.waiting import Remaining, estimate_median_time, product_limit

__all__ = [
    "BOUNDS",
    "CURVE",
    "Assumptions",
    "Bounds",
    "Ceiling",
    "Commission",
    "Constraint",
    "Estimate",
    "MarginShare",
    "MonthlyCurve",
    "RatioShare",
    "Remaining",
    "Schedule",
    "Shortfall",
    "Sold",
    "Swing",
    "decompose_margin",
    "decompose_ratio",
    "effective_sample_size",
    "estimate_clustered_proportion",
    "estimate_cost_per_event",
    "estimate_difference",
    "estimate_difference_of_proportions",
    "estimate_mean",
    "estimate_median_time",
    "estimate_net_promoter_score",
    "estimate_proportion",
    "estimate_ratio_of_sums",
    "estimate_usual_range",
    "expected_months",
    "find_ceiling",
    "find_swings",
    "forecast_sum",
    "garwood_limits",
    "is_usual",
    "lifetime_value",
    "product_limit",
    "product_of",
    "range_of",
    "solve_commission",
    "solve_commissions",
    "whole_payback_months",
    "worst_case_bounds",
]
