"""Cohorts as a heat map with its numbers in the cells."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

import plotly.graph_objects as go
from babel.dates import format_date

from kpi.language import translate
from kpi.metrics import Cohort, Cohorts, Measurement
from kpi.ui import format as fmt
from kpi.ui.figures import FEWEST, Palette, base_layout
from kpi.ui.looks import look

ROW, HEAD = 27, 30  # pixels
AT_LEAST = "≥"


def heatmap_figure(
    cohorts: Cohorts,
    steps: Sequence[str],
    palette: Palette,
    *,
    skipped: int = 0,
    rises: bool = False,
    written: Callable[[Measurement], str] | None = None,
    size: int = 12,
) -> go.Figure:
    """A row per cohort, a column per step; the first `skipped` steps are left out.

    With `rises` a share that is not complete is marked ≥: it may only rise. A cell to come is empty. `written` says
    what stands in a cell in place of the share; `size` is that of the digits in pixels.
    """
    text = written or partial(cell_text, rises=rises)
    rows = [cohort.shares[skipped:] for cohort in cohorts.cohorts]
    heat = go.Heatmap(
        x=list(steps),
        y=[row_label(cohort) for cohort in cohorts.cohorts],
        z=_filled([[_height(cell) for cell in row] for row in rows], len(steps)),
        text=_filled([[text(cell) for cell in row] for row in rows], len(steps), ""),
        customdata=_filled(
            [
                [_hover(cohort, step, cell) for step, cell in zip(steps, row, strict=False)]
                for cohort, row in zip(cohorts.cohorts, rows, strict=True)
            ],
            len(steps),
            "",
        ),
        texttemplate="%{text}",
        textfont={"color": palette.ink, "size": size},
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        colorscale=[[0, palette.low], [1, palette.high]],
        zmin=0,
        zmax=1,
        xgap=2,
        ygap=2,
        showscale=False,
    )
    return go.Figure(data=[heat], layout={**base_layout(palette, HEAD + ROW * len(rows)), **_axes(palette)})


def _axes(palette: Palette) -> dict[str, Any]:
    """Steps above, cohorts from the top down."""
    axis = {"showgrid": False, "zeroline": False, "automargin": True, "ticks": "", "fixedrange": True}
    return {
        "xaxis": {**axis, "side": "top", "type": "category", "tickangle": 0, "tickfont": {"color": palette.soft}},
        "yaxis": {**axis, "autorange": "reversed", "type": "category", "tickfont": {"color": palette.ink, "size": 12}},
    }


def month(day: date) -> str:
    """A month in words: Nov 2026."""
    return format_date(day, "MMM y", locale=look().locale)


def row_label(cohort: Cohort) -> str:
    """A cohort's month, its size beside it; a star where what came before is not known."""
    size = fmt.count(cohort.size)
    shown = translate("{count} (few)", count=size) if cohort.size < FEWEST else size
    return f"{month(cohort.month)}{'*' if cohort.is_first_recorded else ''} · {shown}"


def cell_text(cell: Measurement, *, rises: bool = False) -> str:
    """A share as whole percents without the sign, which the heading gives; empty without a value."""
    value = cell.estimate.value
    if value is None:
        return ""
    number = fmt.count(100 * value)
    return f"{AT_LEAST}{number}" if rises and not cell.is_complete else number


def _filled(rows: Sequence[Sequence[object]], length: int, nothing: str | None = None) -> list[list[object]]:
    """Rows of one length, with nothing for the steps to come."""
    return [[*row, *[nothing] * (length - len(row))] for row in rows]


def _height(cell: Measurement) -> float | None:
    return None if cell.estimate.value is None else float(cell.estimate.value)


def _hover(cohort: Cohort, step: str, cell: Measurement) -> str:
    value = cell.estimate.value
    if value is None:
        return ""
    parts = [f"<b>{fmt.value(cell.metric, value, '')}</b>", f"{month(cohort.month)}, {step}"]
    parts.append(fmt.interval(cell.metric, cell.estimate.low, cell.estimate.high, ""))
    parts.append(translate("n = {count}", count=fmt.count(cohort.size)))
    if not cell.is_complete:
        parts.append(translate("incomplete"))
    return "<br>".join(parts)
