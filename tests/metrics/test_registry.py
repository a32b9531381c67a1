"""A metric's name is what answers are remembered by: no two metrics share one."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

import kpi.metrics
from kpi.metrics import Metric


def everywhere() -> Iterator[tuple[str, Metric]]:
    """Every metric that a module names, or keeps in a mapping, with its module."""
    for module in iter_modules(kpi.metrics.__path__):
        for value in vars(import_module(f"kpi.metrics.{module.name}")).values():
            for one in value.values() if isinstance(value, Mapping) else [value]:
                if isinstance(one, Metric):
                    yield module.name, one


def test_no_two_metrics_share_a_name() -> None:
    metrics = {id(one): one.name for _, one in everywhere()}
    names = list(metrics.values())
    assert {"programme_cost", "commission_cost", "activation_within_30_days"} <= set(names)
    assert [name for name in names if names.count(name) > 1] == []
