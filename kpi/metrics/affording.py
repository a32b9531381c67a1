"""From assumptions, measured or made, to the ceiling of an acquisition cost and the commissions it allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kpi.analysis import BOUNDS, Assumptions, Ceiling, Commission, find_ceiling, solve_commissions
from kpi.analysis.obstacle import Obstacle
from kpi.errors import QuestionError, UnknownNameError
from kpi.language import translate
from kpi.metrics.assumptions import NAMES, Assumption, Measured
from kpi.metrics.lifetime_definitions import OBSTACLES, Method
from kpi.metrics.won_curve import WonCurve

OPTIONAL: Final = frozenset({"first_order"})
"""Without it all is known but the share of a first order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affordability:
    """What may be paid, and what that follows from.

    `assumed` are the values made up by whom asks, `measured` all others, those of the settings among them. Without a
    value that is needed, `basis` and `ceiling` are None, there are no `commissions`, and `missing` names what lacks.
    By the model customers pay along `curve`; by the formula they leave at a constant churn, and it is None.
    """

    assumed: Mapping[str, float]
    measured: Mapping[str, Assumption]
    curve: WonCurve | None
    basis: Assumptions | None
    ceiling: Ceiling | None
    commissions: tuple[Commission, ...]
    missing: tuple[Assumption, ...]

    @property
    def method(self) -> Method:
        """How it was worked out how customers go on paying."""
        return Method.FORMULA if self.curve is None else Method.MODEL


def afford(measured: Measured, assumed: Mapping[str, float], method: Method | None = None) -> Affordability:
    """The ceiling and the commissions, a value in `assumed` standing above the one measured.

    Without a `method` it is the one that did better on the past, or the model where no churn could be measured; a churn
    that is assumed is a constant one.
    `UnknownNameError` and `QuestionError` for an assumption that there is not or that cannot be, and for a model that
    there is not or that knows no churn.
    """
    for name, value in assumed.items():
        require_possible(name, value)
    curve = _chosen(measured, assumed, method)
    kept = {name: one for name, one in measured.assumptions.items() if name not in assumed}
    optional = OPTIONAL if curve is None else OPTIONAL | {"churn"}
    missing = tuple(one for name, one in kept.items() if one.value is None and name not in optional)
    values = {**{name: one.value for name, one in kept.items()}, **assumed}
    basis = None if missing else as_basis(values, curve)
    return Affordability(
        assumed=dict(assumed),
        measured=kept,
        curve=curve,
        basis=basis,
        ceiling=find_ceiling(basis) if basis else None,
        commissions=solve_commissions(basis) if basis else (),
        missing=missing,
    )


def has_model(measured: Measured, assumed: Mapping[str, float]) -> bool:
    """Whether the model can be chosen under these assumptions."""
    return isinstance(measured.curve, WonCurve) and "churn" not in assumed


def _chosen(measured: Measured, assumed: Mapping[str, float], method: Method | None) -> WonCurve | None:
    curve = measured.curve
    if method is Method.MODEL:
        if isinstance(curve, Obstacle):
            raise QuestionError(translate("There is no model: {reason}.", reason=translate(OBSTACLES[curve])))
        if "churn" in assumed:
            raise QuestionError(translate("The model knows no churn: leave the assumption out, or choose the formula."))
        return curve
    if isinstance(curve, Obstacle) or "churn" in assumed or method is Method.FORMULA:
        return None
    is_needed = measured.assumptions["churn"].value is None
    return curve if curve.default is Method.MODEL or is_needed else None


def as_basis(values: Mapping[str, float | None], curve: WonCurve | None = None) -> Assumptions:
    """The assumptions of these values by name, all of which can be; along the curve there need be no churn."""
    numbers: dict[str, Any] = {
        name: int(value) if BOUNDS[name].is_whole else value for name, value in values.items() if value is not None
    }
    return Assumptions(**{"churn": 0.0, **numbers}, curve=curve.expected if curve else None)


def require_possible(name: str, value: float) -> None:
    """`UnknownNameError` for what is no assumption, `QuestionError` for a value that it cannot have."""
    if name not in NAMES:
        raise UnknownNameError("assumption", name, NAMES)
    bounds = BOUNDS[name]
    if bounds.holds(value):
        return
    facts = {"name": name, "low": f"{bounds.low:,.12g}", "high": f"{bounds.high:,.12g}", "value": f"{value:,.12g}"}
    if bounds.is_whole:
        raise QuestionError(translate("{name} is a whole number from {low} to {high}, not {value}.", **facts))
    raise QuestionError(translate("{name} is a number from {low} to {high}, not {value}.", **facts))
