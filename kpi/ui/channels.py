"""What winning a customer costs through ambassadors and through every other channel, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from kpi.language import translate
from kpi.metrics import METRICS, Measurement, Unit
from kpi.metrics import breakdown as by_channel
from kpi.ui import breakdown, charts, places, tables
from kpi.ui import format as fmt
from kpi.ui.axes import ticks
from kpi.ui.figures import Palette, base_layout
from kpi.ui.page import Page, Reading
from kpi.ui.segments import segment_label

OWN, OTHERS = METRICS["acquisition_cost"], METRICS["channel_cac"]
ROW, REST = 38, 60  # pixels
SKETCHED = 7  # channels
VALUES = 96  # pixels beside the points


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel as it is called, and what a customer cost there."""

    label: str
    found: Measurement
    is_programme: bool = False


@places.kept(lambda page: places.under(heading(), REST + SKETCHED * ROW))
def show(page: Page) -> None:
    """Draw each channel's cost per customer with its interval; channels without one say why."""
    st.subheader(heading(), anchor=False)
    lines = channels(page)
    if all(_is_bare(line) for line in lines):
        charts.tell_gap(lines[0].found.reason)
        return
    palette, currency = charts.palette(), page.settings.currency
    figure = page.recall(
        f"channels figure, {palette.ink}", OTHERS, lambda: channels_figure(lines, palette, currency, page.settings.few)
    )
    words = ", ".join(f"{line.label} {value_in_words(line, currency)}" for line in lines)
    charts.show(figure, words, key="channels")
    others = page.read(OTHERS)
    if others.current.estimate.value is None:
        st.caption(translate("Other channels: n/a: {reason}", reason=others.current.reason))
    st.caption(
        translate(
            "Lines are 95\N{NO-BREAK SPACE}% intervals: the fewer customers, the longer. What ambassadors win counts "
            "for no other channel."
        )
    )
    with st.expander(translate("The same as a table"), key="channels-as-table"):
        _table(page, lines)


def heading() -> str:
    """What the part is called."""
    return translate("Cost per new customer, by channel")


def channels(page: Page) -> list[Channel]:
    """The programme first, then every other channel, the dearest first, those without a value and "unknown" last."""
    own = Channel(label=translate("Ambassador programme"), found=page.read(OWN).current, is_programme=True)
    found = breakdown.ordered("channel", _others(page))
    return [
        own,
        *(
            Channel(label=segment_label("acquisition_channel", one.current.group or ""), found=one.current)
            for one in found
        ),
    ]


def _others(page: Page) -> tuple[Reading, ...]:
    """Every other channel, also where all of them together won nobody: then each cost at least something."""
    whole = page.read(OTHERS).current
    if whole.estimate.value is None and whole.reason != translate(OTHERS.absent):
        return ()
    found = page.recall(
        "channels", OTHERS, lambda: by_channel(page.warehouse, OTHERS, page.period, "channel", where=page.filters)
    )
    return tuple(Reading(metric=OTHERS, current=one) for one in found)


def value_in_words(line: Channel, currency: str, few: int = 0) -> str:
    """A channel's value, marked when few customers stand behind it; "at least" or the reason without one."""
    estimate = line.found.estimate
    if estimate.value is not None:
        words = fmt.value(line.found.metric, estimate.value, currency)
        return translate("{counted} (few)", counted=words) if (estimate.n or 0) < few else words
    if estimate.low:
        return fmt.interval(line.found.metric, estimate.low, None, currency)
    return translate("n/a: {reason}", reason=why_none(line))


def why_none(line: Channel) -> str:
    """Why a channel has no value: of two reasons that a metric gives as one, the one that holds here."""
    if line.found.reason != translate(OTHERS.absent):
        return line.found.reason or ""
    return translate("no cost is recorded") if line.found.estimate.n else translate("nobody was won")


def channels_figure(lines: Sequence[Channel], palette: Palette, currency: str, few: int) -> go.Figure:
    """A point with its interval per channel, from zero; without a value an arrow at what it is at least, or words."""
    colours = [palette.accent if line.is_programme else palette.soft for line in lines]
    points = go.Scatter(
        x=[_place(line) for line in lines],
        y=list(range(len(lines))),
        mode="markers",
        marker={
            "size": [0 if _is_bare(line) else 10 for line in lines],
            "symbol": ["circle" if line.found.estimate.value is not None else "triangle-right" for line in lines],
            "color": colours,
        },
        customdata=[_hover(line, currency) for line in lines],
        hovertemplate="%{customdata}<extra></extra>",
        cliponaxis=False,
    )
    begun = base_layout(palette, REST + ROW * len(lines))
    layout = {
        **begun,
        **_axes(lines, palette, currency),
        "margin": {**begun["margin"], "r": VALUES},
        "shapes": [_bar(line, place, colours[place]) for place, line in enumerate(lines) if _has_interval(line)],
        "annotations": [
            _label(line, place, value_in_words(line, currency, few), palette) for place, line in enumerate(lines)
        ],
        "showlegend": False,
    }
    return go.Figure(data=[points], layout=layout)


def _axes(lines: Sequence[Channel], palette: Palette, currency: str) -> dict[str, Any]:
    """Channels from the top down, and amounts from zero to the highest limit."""
    reach = max((line.found.estimate.high or _place(line) for line in lines), default=0.0)
    return {
        "yaxis": {
            "range": [len(lines) - 0.5, -0.5],
            "tickvals": list(range(len(lines))),
            "ticktext": [escape(line.label, quote=False) for line in lines],
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
            "tickfont": {"color": palette.ink, "size": 13},
        },
        "xaxis": {
            **ticks(OWN, currency, (0.0, reach), from_zero=True),
            "range": [0, 1.05 * reach or 1],
            "gridcolor": palette.grid,
            "zeroline": True,
            "zerolinecolor": palette.grid,
            "tickfont": {"color": palette.soft},
            "automargin": True,
        },
    }


def channels_frame(lines: Sequence[Channel], currency: str) -> pl.DataFrame:
    """The channels as they come, in words: channel, value, interval or why there is no value, customers."""
    rows = []
    for line in lines:
        estimate, metric = line.found.estimate, line.found.metric
        if estimate.value is None:
            value, told = None, why_none(line)
        else:
            value = fmt.value(metric, estimate.value, currency)
            told = fmt.interval(metric, estimate.low, estimate.high, currency)
        rows.append((line.label, value, told, estimate.n))
    schema = {"channel": pl.String(), "value": pl.String(), "interval": pl.String(), "customers": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def exact_frame(lines: Sequence[Channel]) -> pl.DataFrame:
    """The same as numbers, to be taken away: channel, value, low, high, customers."""
    rows = [(line.label, _number(line), *_limits(line), line.found.estimate.n) for line in lines]
    kinds = {"value": pl.Float64(), "low": pl.Float64(), "high": pl.Float64()}
    return pl.DataFrame(rows, schema={"channel": pl.String(), **kinds, "customers": pl.Int64()}, orient="row")


def _table(page: Page, lines: Sequence[Channel]) -> None:
    exact = exact_frame(lines)
    labels = {
        "channel": translate("Channel"),
        "value": translate("Cost per new customer"),
        "interval": translate("95\N{NO-BREAK SPACE}% interval"),
        "customers": translate("New customers"),
    }
    tables.show(
        page,
        channels_frame(lines, page.settings.currency),
        labels,
        name="channels",
        words=heading(),
        taken=tables.Taken(rows=exact.height, read=lambda: exact, units={"value": Unit.MONEY}),
        metrics=(OWN, OTHERS),
    )


def _is_bare(line: Channel) -> bool:
    """Whether neither a value nor a limit of it is known."""
    return line.found.estimate.value is None and not line.found.estimate.low


def _number(line: Channel) -> float | None:
    value = line.found.estimate.value
    return None if value is None else float(value)


def _limits(line: Channel) -> tuple[float | None, float | None]:
    return line.found.estimate.low, line.found.estimate.high


def _has_interval(line: Channel) -> bool:
    return line.found.estimate.value is not None and None not in _limits(line)


def _place(line: Channel) -> float:
    """Where a channel's mark stands: at its value, or at what it is at least."""
    return _number(line) or line.found.estimate.low or 0.0


def _bar(line: Channel, place: int, colour: str) -> dict[str, Any]:
    estimate = line.found.estimate
    return {
        "type": "line",
        "x0": estimate.low,
        "x1": estimate.high,
        "y0": place,
        "y1": place,
        "line": {"color": colour, "width": 3},
        "opacity": 0.45,
    }


def _label(line: Channel, row: int, words: str, palette: Palette) -> dict[str, Any]:
    """A value beside the points, and where nothing is drawn the reason in their place."""
    side = (
        {"x": 0, "xanchor": "left", "xshift": 6}
        if _is_bare(line)
        else {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8}
    )
    return {
        **side,
        "text": escape(words, quote=False),
        "y": row,
        "showarrow": False,
        "font": {"size": 13, "color": palette.soft if _is_bare(line) else palette.ink},
    }


def _hover(line: Channel, currency: str) -> str:
    estimate, metric = line.found.estimate, line.found.metric
    if estimate.value is None:
        return escape(f"{line.label}: {value_in_words(line, currency)}", quote=False)
    parts = [f"<b>{fmt.value(metric, estimate.value, currency, full=True)}</b>", escape(line.label, quote=False)]
    parts.append(fmt.interval(metric, estimate.low, estimate.high, currency))
    parts.append(translate("n = {count}", count=fmt.count(estimate.n or 0)))
    return "<br>".join(parts)
