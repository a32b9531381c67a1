"""The commands that ask metrics, and list them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, TypeVar

import typer

from kpi.cli_options import DayAfter, FirstDay, Json, asked_period
from kpi.console import described, print_json, print_measurements, print_metrics, row
from kpi.errors import QuestionError, UnknownNameError
from kpi.metrics import (
    METRICS,
    Attribution,
    Compared,
    Measurement,
    Metric,
    Model,
    breakdown,
    compare,
    measure,
    metric_named,
)
from kpi.period import Comparison, Period
from kpi.store import Warehouse
from kpi.terminal import chosen_store

Choice = TypeVar("Choice", bound=StrEnum)


def measure_command(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="METRIC", help="One or more metrics; see: metrics.")],
    start: FirstDay,
    end: DayAfter,
    by: Annotated[str | None, typer.Option(metavar="DIM", help="Break down by this dimension.")] = None,
    where: Annotated[list[str] | None, typer.Option(metavar="DIM=VALUE", help="Keep one value; repeatable.")] = None,
    model: Annotated[str, typer.Option(metavar="MODEL", help="Attribution model: last, first or linear.")] = "last",
    window: Annotated[
        int | None, typer.Option(metavar="DAYS", help="Days before an order in which a touch counts.")
    ] = None,
    comparison: Annotated[
        str | None, typer.Option("--compare", metavar="PERIOD", help="previous or last-year.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure metrics over the days from START to END, END not included."""
    metrics = [metric_named(name) for name in names]
    period = asked_period(start, end)
    filters = _filters(where or [])
    attribution = Attribution(model=_choice("attribution model", Model, model), window_days=window)
    compared = _choice("comparison", Comparison, comparison) if comparison else None
    warehouse = Warehouse(chosen_store(context))
    found: list[Measurement | Compared] = []
    for metric in metrics:
        found += _measured(warehouse, metric, period, by, filters, attribution, compared)
    warehouse.close()
    if as_json:
        print_json([row(one) for one in found])
    else:
        print_measurements(found)


def metrics_command(as_json: Json = False) -> None:
    """List every metric with its definition."""
    if as_json:
        print_json([described(metric) for metric in METRICS.values()])
    else:
        print_metrics()


def _measured(
    warehouse: Warehouse,
    metric: Metric,
    period: Period,
    by: str | None,
    filters: dict[str, list[str]],
    attribution: Attribution,
    comparison: Comparison | None,
) -> Sequence[Measurement | Compared]:
    if comparison:
        return compare(warehouse, metric, period, comparison, by=by, where=filters, attribution=attribution)
    if by:
        return breakdown(warehouse, metric, period, by, where=filters, attribution=attribution)
    return [measure(warehouse, metric, period, where=filters, attribution=attribution)]


def _filters(texts: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise QuestionError(f"The filter “{text}” is not of the form DIM=VALUE, such as country_code=FR.")
        found.setdefault(name, []).append(value)
    return found


def _choice(kind: str, choices: type[Choice], value: str) -> Choice:
    try:
        return choices(value)
    except ValueError as error:
        raise UnknownNameError(kind, value, list(choices)) from error
