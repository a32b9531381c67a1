"""From assumptions, measured or made, to the ceiling of an acquisition cost and the commissions it allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kpi.analysis import BOUNDS, Assumptions, Ceiling, Commission, find_ceiling, solve_commissions
from kpi.errors import QuestionError, UnknownNameError
from kpi.language import translate
from kpi.metrics.assumptions import NAMES, Assumption, Measured

OPTIONAL: Final = frozenset({"first_order"})
"""Without it all is known but the share of a first order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affordability:
    """What may be paid, and what that follows from.

    `assumed` are the values made up by whom asks, `measured` all others, those of the settings among them. Without a
    value that is needed, `basis` and `ceiling` are None, there are no `commissions`, and `missing` names what lacks.
    """

    assumed: Mapping[str, float]
    measured: Mapping[str, Assumption]
    basis: Assumptions | None
    ceiling: Ceiling | None
    commissions: tuple[Commission, ...]
    missing: tuple[Assumption, ...]


def afford(measured: Measured, assumed: Mapping[str, float]) -> Affordability:
    """The ceiling and the commissions, a value in `assumed` standing above the one measured.

    `UnknownNameError` and `QuestionError` for an assumption that there is not or that cannot be.
    """
    for name, value in assumed.items():
        require_possible(name, value)
    kept = {name: one for name, one in measured.assumptions.items() if name not in assumed}
    missing = tuple(one for name, one in kept.items() if one.value is None and name not in OPTIONAL)
    values = {**{name: one.value for name, one in kept.items()}, **assumed}
    basis = None if missing else as_basis(values)
    return Affordability(
        assumed=dict(assumed),
        measured=kept,
        basis=basis,
        ceiling=find_ceiling(basis) if basis else None,
        commissions=solve_commissions(basis) if basis else (),
        missing=missing,
    )


def as_basis(values: Mapping[str, float | None]) -> Assumptions:
    """The assumptions of these values by name, all of which can be."""
    numbers: dict[str, Any] = {
        name: int(value) if BOUNDS[name].is_whole else value for name, value in values.items() if value is not None
    }
    return Assumptions(**numbers)


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
