"""The command that says how much winning a customer may cost, and the highest commission."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Annotated, Any

import typer

from kpi.analysis import Commission
from kpi.analysis.obstacle import Obstacle
from kpi.cli_options import Json
from kpi.console import out, print_json, print_rows
from kpi.errors import QuestionError
from kpi.metrics.affording import Affordability, afford, has_model
from kpi.metrics.assumptions import Assumption, Measured, measure_assumptions
from kpi.metrics.lifetime_definitions import BackTest, Method, Prediction
from kpi.settings import read_settings
from kpi.store import Warehouse
from kpi.terminal import chosen_store


def afford_command(
    context: typer.Context,
    assume: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Assume a value rather than measure it; repeatable."),
    ] = None,
    method: Annotated[
        Method | None,
        typer.Option(help="How customers go on paying: at a constant churn, or by the model; else what did better."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say how much winning a customer may cost, and the highest commission.

    Names: arpa (monthly revenue per customer), margin, churn (monthly), discount (yearly), other_cost (programme cost
    per new customer besides commission), target_ratio, payback (months), floor, horizon (months), first_order, rho.
    """
    assumed = read_assumed(assume or [])
    with closing(Warehouse(chosen_store(context))) as warehouse:
        known = measure_assumptions(warehouse, read_settings())
    found = afford(known, assumed, method)
    other = _other(known, assumed, found)
    if as_json:
        print_json(fields(found, other))
    else:
        _print(found, other)
        if known.period:
            out.print(f"Measured over {known.period.start} to {known.period.last_day}, of customers won.")


def read_assumed(texts: Sequence[str]) -> dict[str, float]:
    """NAME=VALUE as values by name; `QuestionError` for what is no such thing."""
    assumed: dict[str, float] = {}
    for text in texts:
        name, _, written = (part.strip() for part in text.partition("="))
        try:
            value = float(written)
        except ValueError as error:
            raise QuestionError(f"“{text}” is not of the form NAME=VALUE, such as churn=0.05.") from error
        if name in assumed:
            raise QuestionError(f"{name} is assumed twice.")
        assumed[name] = value
    return assumed


def _other(known: Measured, assumed: Mapping[str, float], found: Affordability) -> Affordability | None:
    """The answer by the method that was not chosen; None where there is no other."""
    if not has_model(known, assumed):
        return None
    return afford(known, assumed, Method.FORMULA if found.method is Method.MODEL else Method.MODEL)


def fields(found: Affordability, other: Affordability | None = None) -> dict[str, Any]:
    """What is found as JSON, and by the other method; without a value that is needed, numbers are null."""
    ceiling = found.ceiling
    return {
        "ltv": _worth(found),
        "cap_value": ceiling.cap_value if ceiling else None,
        "cap_payback": ceiling.cap_payback if ceiling else None,
        "max_acquisition_cost": ceiling.max_acquisition_cost if ceiling else None,
        "commission": [_commission(one) for one in found.commissions],
        "assumed": dict(found.assumed),
        "measured": {name: _measured(one) for name, one in found.measured.items()},
        "method": found.method.value,
        "ltv_by_method": {one.method.value: _worth(one) for one in (found, other) if one is not None},
        "curve": _curve(found),
    }


def _worth(found: Affordability) -> float | None:
    return found.ceiling.ltv if found.ceiling else None


def _curve(found: Affordability) -> dict[str, Any] | None:
    """How many times `arpa` a customer pays within the horizon, and how far off that was on the past."""
    curve, basis = found.curve, found.basis
    if curve is None or basis is None:
        return None
    value, low, high = (one.expected_months(months=basis.horizon) for one in (curve.expected, curve.low, curve.high))
    errors = {} if isinstance(curve.test, Obstacle) else curve.test.predictions
    return {
        "months_paid": {"value": value, "low": low, "high": high},
        "off_by": {method.value: one.error for method, one in errors.items() if isinstance(one, Prediction)},
        "tested_on": None if isinstance(curve.test, Obstacle) else curve.test.customers,
    }


def _commission(one: Commission) -> dict[str, Any]:
    told: dict[str, Any] = {"schedule": one.schedule.value}
    if one.rate is not None:
        told["rate"] = one.rate
    if one.amount is not None:
        told["amount"] = one.amount
    slack = {name.value: number for name, number in one.slack.items()}
    binding = one.binding.value if one.binding else None
    return {**told, "binding_constraint": binding, "slack": slack, "reason": one.shortfall and one.shortfall.value}


def _measured(one: Assumption) -> dict[str, Any]:
    estimate = one.estimate
    known = {"value": one.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}
    return {**known, "source": one.source, "reason": one.reason}


def _print(found: Affordability, other: Affordability | None) -> None:
    ceiling = found.ceiling
    if ceiling is None:
        for one in found.missing:
            out.print(f"{one.name} is n/a: {one.reason}. Assume it: --assume {one.name}=VALUE", soft_wrap=True)
        return
    out.print(
        f"Winning a customer may cost {ceiling.max_acquisition_cost:,.2f}: the smaller of value "
        f"{ceiling.cap_value:,.2f} and payback {ceiling.cap_payback:,.2f}; of that, {ceiling.for_commission:,.2f} for "
        "commission.",
        soft_wrap=True,
    )
    for sentence in _of_methods(found, other):
        out.print(sentence, soft_wrap=True)
    print_rows([_row(one) for one in found.commissions])
    print_rows([_basis_row(name, value) for name, value in _basis(found).items()])


def _of_methods(found: Affordability, other: Affordability | None) -> Iterator[str]:
    if other is None or found.ceiling is None or other.ceiling is None:
        return
    worth = (f"{one.ceiling.ltv:,.2f} by the {one.method.value}" for one in (found, other) if one.ceiling)
    yield f"A customer is worth {' and '.join(worth)}; the first counts here."
    curve = found.curve or other.curve
    if curve is not None and isinstance(curve.test, BackTest):
        errors = ", ".join(
            f"the {method.value} was off by {one.error:+.1%}"
            for method, one in curve.test.predictions.items()
            if isinstance(one, Prediction) and one.error is not None
        )
        tested = f"{curve.test.customers:,} customers won, from {curve.test.cutoff} to {curve.test.until}"
        yield f"On the past of {tested}: {errors or 'n/a'}."


def _row(one: Commission) -> dict[str, Any]:
    return {
        "schedule": one.schedule.value,
        "rate": "" if one.rate is None else f"{one.rate:.1%}",
        "amount": "" if one.amount is None else f"{one.amount:,.2f}",
        "binding": one.shortfall.value if one.shortfall else str(one.binding),
    }


def _basis(found: Affordability) -> Mapping[str, tuple[float | None, str]]:
    assumed = {name: (value, "assumed") for name, value in found.assumed.items()}
    known = {name: (one.value, one.source) for name, one in found.measured.items()}
    if found.curve is not None:
        known["churn"] = (None, "counts for nothing along the model's curve")
    return {**assumed, **known}


def _basis_row(name: str, found: tuple[float | None, str]) -> dict[str, Any]:
    value, source = found
    return {"assumption": name, "value": "n/a" if value is None else f"{value:,.4g}", "source": source}
