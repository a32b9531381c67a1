"""Pure statistics on plain numbers: every estimate carries its interval, its n and how it was made."""

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
from kpi.analysis.run_rate import forecast_sum
from kpi.analysis.usual_range import estimate_usual_range, is_usual
from kpi.analysis.waiting import Remaining, estimate_median_time, product_limit

__all__ = [
    "Estimate",
    "RatioShare",
    "Remaining",
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
    "forecast_sum",
    "garwood_limits",
    "is_usual",
    "product_limit",
]
