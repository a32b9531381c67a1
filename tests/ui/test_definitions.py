"""The registry in words."""

import pytest

from kpi.metrics import METRICS, Better, Unit
from kpi.ui.definitions import DIRECTIONS, UNITS, find_metrics, small_print


def test_everything_is_found_without_a_search() -> None:
    found = find_metrics("")
    assert sum(len(metrics) for metrics in found.values()) == len(METRICS)
    assert next(iter(found)) == "Activity"


@pytest.mark.parametrize(
    ("search", "name"),
    [("CAC", "acquisition_cost"), ("fallen silent", "lapsed_ambassadors"), ("mrr_churn", "mrr_churn")],
)
def test_a_search_reads_labels_names_and_definitions(search: str, name: str) -> None:
    assert METRICS[name] in [metric for metrics in find_metrics(search).values() for metric in metrics]


def test_every_word_must_be_found() -> None:
    assert find_metrics("cost unicorn") == {}


def test_units_and_directions_all_have_words() -> None:
    assert set(UNITS) == set(Unit)
    assert set(DIRECTIONS) == set(Better)


def test_the_small_print_of_a_metric() -> None:
    assert small_print(METRICS["active_ambassadors"]).split("  \n") == [
        "*Formula:* distinct enrolled ambassadors with an act in \\[end - 30 days, end)",
        "*Unit:* a count; better: higher",
        "*Needs:* ambassadors, content or referrals or contributions or interactions",
        "*Breaks down by:* acquisition channel, ambassador id, company size, country, lever, programme, sector",
    ]
