"""A filter that a metric lacks makes it n/a and says why; it is never ignored."""

import pytest

from kpi.metrics import METRICS
from kpi.ui.gaps import explain_gap, missing_filters


@pytest.mark.parametrize(
    ("metric", "filters", "reason"),
    [
        ("attributed_revenue", ["country_code", "programme"], None),
        ("acquisition_cost", ["programme"], None),
        ("acquisition_cost", [], None),
        ("acquisition_cost", ["country_code"], "not available by country: costs are not recorded by country"),
        (
            "cost_to_revenue_ratio",
            ["sector", "programme", "country_code"],
            "not available by sector and country: costs are not recorded by sector and country",
        ),
        ("net_promoter_score", ["lever"], "not available by lever: answers are not recorded by lever"),
        ("orders", ["programme"], "not available by programme: orders are not recorded by programme"),
        ("channel_cac", ["programme"], "not available by programme: it has no such breakdown"),
    ],
)
def test_why_a_metric_lacks_a_filter(metric: str, filters: list[str], reason: str | None) -> None:
    assert explain_gap(METRICS[metric], filters) == reason


@pytest.mark.parametrize("name", METRICS)
def test_every_gap_of_every_metric_is_explained(name: str) -> None:
    for dimension in ("country_code", "sector", "company_size", "acquisition_channel", "programme", "lever"):
        gap = explain_gap(METRICS[name], [dimension])
        assert (gap is None) == (dimension in METRICS[name].dimensions)
        assert missing_filters(METRICS[name], [dimension]) == (() if gap is None else (dimension,))
