"""The assumptions and the steps of the affordability page as exact numbers, to be taken away."""

from functools import partial

import polars as pl

from kpi.analysis import CURVE, Assumptions, Estimate
from kpi.language import translate
from kpi.metrics import Unit
from kpi.metrics.assumptions import NAMES
from kpi.metrics.won_curve import WonCurve
from kpi.ui import affordability_flow, blocks
from kpi.ui.affordability import Solved
from kpi.ui.assumption_words import AMOUNTS, MONTHS, SHARES, label

Row = tuple[str, Estimate, str, Unit]


def note(solved: Solved) -> None:
    """Keep what was assumed or measured, and what follows, for the page's workbook."""
    blocks.begin(solved.page)
    rows = [*(_assumption(solved, name) for name in NAMES), *_steps(solved)]
    units = [unit for *_, unit in rows]
    blocks.note(
        blocks.Block(
            title=translate("From the margin to the commission"),
            rows=len(rows),
            read=partial(_frame, rows),
            labels={"step": translate("Step"), "value": translate("Value"), "source": translate("Where it comes from")},
            units=dict.fromkeys(("value", "low", "high"), units),
        )
    )


def _unit(name: str) -> Unit:
    if name in SHARES:
        return Unit.SHARE
    if name in AMOUNTS:
        return Unit.MONEY
    return Unit.COUNT if name in MONTHS else Unit.RATIO


def _assumption(solved: Solved, name: str) -> Row:
    unit = _unit(name)
    if name in solved.found.assumed:
        return label(name), Estimate(value=solved.found.assumed[name]), translate("Assumed"), unit
    one = solved.found.measured[name]
    return label(name), one.estimate, one.source if one.value is not None else one.reason or "", unit


def _steps(solved: Solved) -> list[Row]:
    found = solved.found
    along = (
        [(label(CURVE), _months_paid(found.curve, found.basis), "", Unit.COUNT)] if found.curve and found.basis else []
    )
    return [
        *along,
        (translate("Customer value"), solved.value, "", Unit.MONEY),
        (translate("Highest cost"), solved.most, "", Unit.MONEY),
        (translate("For commission"), solved.commission, "", Unit.MONEY),
    ]


def _months_paid(curve: WonCurve, basis: Assumptions) -> Estimate:
    paid, low, high = affordability_flow.months_paid(curve, basis)
    return Estimate(value=paid, low=low, high=high)


def _frame(rows: list[Row]) -> pl.DataFrame:
    def numbers(part: str) -> pl.Series:
        values = [getattr(estimate, part) for _, estimate, *_ in rows]
        return pl.Series(part, [None if one is None else float(one) for one in values], dtype=pl.Float64)

    return pl.DataFrame(
        [
            pl.Series("step", [name for name, *_ in rows], dtype=pl.String),
            *(numbers(part) for part in ("value", "low", "high")),
            pl.Series("n", [estimate.n for _, estimate, *_ in rows], dtype=pl.Int64),
            pl.Series("source", [source for _, _, source, _ in rows], dtype=pl.String),
        ]
    )
