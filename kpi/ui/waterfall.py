"""Why a number changed: the few groups that moved it most, the others together, from no change to all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from math import lcm

import plotly.graph_objects as go

from kpi.language import translate
from kpi.metrics import Better, Contributions, Metric, Unit
from kpi.ui import format as fmt
from kpi.ui.figures import Palette, base_layout
from kpi.ui.kinds import group_label

MOST_GROUPS = 6
ROW, REST = 34, 28  # pixels
UNITS = {Unit.COUNT: Fraction(1), Unit.SHARE: Fraction(1, 1000), Unit.RATIO: Fraction(1, 100), Unit.POINTS: Fraction(1)}
AMOUNTS = ((9_995, 1), (99_950, 100), (999_500, 1_000), (9_995_000, 10_000), (99_950_000, 100_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a group, or several together, add to the change, rounded to what is shown."""

    label: str
    size: Fraction


def steps_of(metric: Metric, found: Contributions) -> tuple[Step, ...]:
    """The groups that moved the metric most and the others in one; what is shown adds up to the change as shown."""
    moved = [item for item in found.items if item.contribution]
    most = MOST_GROUPS if len(moved) > MOST_GROUPS + 1 else len(moved)
    labels = [group_label(found.by, item.group) for item in moved[:most]]
    parts = [item.contribution for item in moved[:most]]
    if moved[most:]:
        labels.append(translate("{count} others", count=fmt.count(len(moved) - most)))
        parts.append(sum((item.contribution for item in moved[most:]), Fraction()))
    sizes = round_together(parts, unit_shown(metric, parts))
    return tuple(Step(label=label, size=size) for label, size in zip(labels, sizes, strict=True))


def round_together(parts: Sequence[Fraction], unit: Fraction) -> list[Fraction]:
    """The parts in whole units that add up to their rounded sum, each at most a unit away (largest remainders)."""
    # In whole numbers of one common part: ten thousand fractions would take a second.
    scale = lcm(unit.denominator, *(part.denominator for part in parts))
    step = unit.numerator * (scale // unit.denominator)
    sizes = [part.numerator * (scale // part.denominator) for part in parts]
    whole, rest = [size // step for size in sizes], [size % step for size in sizes]
    missing = round(Fraction(sum(sizes), step)) - sum(whole)
    up = set(sorted(range(len(parts)), key=lambda number: -rest[number])[:missing])
    return [(units + (number in up)) * unit for number, units in enumerate(whole)]


def signed(metric: Metric, size: Fraction, currency: str) -> str:
    """A part of a change with its arrow and sign: ▲ +14."""
    if not size:
        return fmt.difference(metric, 0.0, currency)
    sign, arrow = (fmt.MINUS, "▼") if size < 0 else ("+", "▲")
    return f"{arrow} {sign}{fmt.difference(metric, float(size), currency)}"


def waterfall_figure(metric: Metric, steps: Sequence[Step], palette: Palette, currency: str) -> go.Figure:
    """Each group's part beginning where the one before ended, and all of it from zero."""
    total = sum((step.size for step in steps), Fraction())
    ends = [sum((step.size for step in steps[:count]), Fraction()) for count in range(len(steps) + 1)]
    sizes = [*(step.size for step in steps), total]
    bars = go.Bar(
        orientation="h",
        y=list(range(len(sizes))),  # not the labels: bars of two groups with the same one would become one
        x=[float(size) for size in sizes],
        base=[*map(float, ends[:-1]), 0.0],
        text=[signed(metric, size, currency) for size in sizes],
        textposition="outside",
        textfont={"color": palette.ink, "size": 13},
        cliponaxis=False,
        marker={"color": [*(_colour(metric, step.size, palette) for step in steps), palette.soft]},
        hoverinfo="skip",
    )
    low, high = _reach(ends, sizes)
    layout = {
        **base_layout(palette, REST + ROW * len(sizes)),
        "bargap": 0.4,
        "yaxis": {
            "autorange": "reversed",
            "automargin": True,
            "tickfont": {"color": palette.ink, "size": 13},
            "tickvals": list(range(len(sizes))),
            "ticktext": [*(escape(step.label, quote=False) for step in steps), translate("In all")],
        },
        "xaxis": {
            "range": [low, high],
            "showticklabels": False,
            "showgrid": False,
            "zeroline": True,
            "zerolinecolor": palette.soft,
            "zerolinewidth": 1,
        },
    }
    return go.Figure(data=[bars], layout=layout)


def _reach(ends: Sequence[Fraction], sizes: Sequence[Fraction]) -> tuple[float, float]:
    """Where the axis begins and ends: what is written beside a bar stands to its right, beside a loss to its left."""
    low, high = float(min(ends)), float(max(ends))
    room = 0.3 * (high - low or 1)
    losses = [float(end) for end, size in zip([*ends[1:], ends[-1]], sizes, strict=True) if size < 0]
    return min([low - 0.02 * room, *(end - room for end in losses)]), high + room


def _colour(metric: Metric, size: Fraction, palette: Palette) -> str:
    if metric.better is Better.NEITHER:
        return palette.faded
    return palette.accent if (size > 0) is (metric.better is Better.UP) else palette.worse


def unit_shown(metric: Metric, parts: Sequence[Fraction]) -> Fraction:
    """What a part is rounded to: the last digit in which the largest of them is written."""
    if metric.unit is not Unit.MONEY:
        return UNITS[metric.unit]
    largest = max((abs(part) for part in (*parts, sum(parts, Fraction()))), default=Fraction())
    return Fraction(next((unit for limit, unit in AMOUNTS if largest < limit), 1_000_000))
