"""How answers are spread over the scale, ambassadors beside customers: a figure and its table."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from kpi.language import each_of, translate
from kpi.metrics import Distribution, Metric, distribution
from kpi.ui import charts, places, tables
from kpi.ui import format as fmt
from kpi.ui.figures import SMALL, Palette, base_layout
from kpi.ui.gaps import explain_gap
from kpi.ui.page import Page
from kpi.ui.surveys import NPS, answers, audiences

Pair = tuple[Metric, Metric]
ROOM = 1.18  # of the highest bar, for the names above
COLUMNS = ("ambassadors", "customers")


def heading(metrics: Pair) -> str:
    """What the part is called."""
    return translate("Answers from 0 to 10 (NPS)") if metrics == NPS else translate("Answers from 1 to 5 (CSAT)")


@places.kept(lambda page, metrics: places.under(heading(metrics), SMALL))
def show(page: Page, metrics: Pair) -> None:
    """Draw which share of the ambassadors and of the customers gave each answer; why not, where nobody did."""
    st.subheader(heading(metrics), anchor=False)
    found = [read(page, metric) for metric in metrics]
    known = [one for one in found if one.reason is None]
    if not known:
        charts.tell_gap(found[0].reason)
        return
    palette, names = charts.palette(), audiences()
    figure = page.recall(
        f"spread of {metrics[1].name}, {palette.ink}", metrics[0], lambda: spread_figure(metrics, found, palette)
    )
    charts.show(figure, in_words(found), key=f"spread-{metrics[0].name}")
    told = [
        translate("{audience}: {answers}", audience=name, answers=answers(page, page.read(metric).current))
        if one.reason is None
        else translate("{audience}: n/a: {reason}", audience=name, reason=one.reason)
        for name, metric, one in zip(names, metrics, found, strict=True)
    ]
    st.caption(
        "  \n".join([*told, translate("Shares of those who answered; the latest answer of each person counts.")])
    )
    with st.expander(translate("The same as a table"), key=f"spread-of-{metrics[0].name}-as-table"):
        _table(page, metrics, found)


def read(page: Page, metric: Metric) -> Distribution:
    """The answers behind a score under the page's filters; why there are none, where it lacks one of them."""
    gap = explain_gap(metric, page.filters)
    if gap:
        return Distribution(answers={}, reason=gap)
    return page.recall(
        "distribution", metric, lambda: distribution(page.warehouse, metric, page.period, where=page.filters)
    )


def in_words(found: Sequence[Distribution]) -> str:
    """The figure for who cannot see it: the answer that most gave."""
    told = []
    for name, one in zip(audiences(), found, strict=True):
        if one.reason is None:
            score = max(one.answers, key=lambda score: (one.answers[score], score))
            share = fmt.share(one.share(score), decimals=0)
            told.append(
                translate(
                    "{audience}: most often {score}, {share} of the answers", audience=name, score=score, share=share
                )
            )
    return each_of(told)


def spread_figure(metrics: Pair, found: Sequence[Distribution], palette: Palette) -> go.Figure:
    """Two bars per answer, from zero, in shares; what answers count as stands above them."""
    bars = [
        go.Bar(
            x=list(one.answers),
            y=[one.share(score) for score in one.answers],
            name=name,
            marker={"color": colour},
            customdata=[
                f"<b>{fmt.share(one.share(score))}</b><br>{fmt.number_of(count, 'answer')}"
                for score, count in one.answers.items()
            ],
            hovertemplate=f"{name}, %{{x}}<br>%{{customdata}}<extra></extra>",
        )
        for name, one, colour in zip(audiences(), found, (palette.accent, palette.soft), strict=True)
        if one.reason is None
    ]
    return go.Figure(data=bars, layout=_layout(metrics, found, palette))


def _layout(metrics: Pair, found: Sequence[Distribution], palette: Palette) -> dict[str, Any]:
    top = ROOM * max(one.share(score) for one in found for score in one.answers)
    scale = next(list(one.answers) for one in found if one.answers)
    zones = _zones(metrics)
    begun = base_layout(palette, SMALL)
    return {
        **begun,
        "margin": {**begun["margin"], "t": 30},
        "barmode": "group",
        "bargap": 0.25,
        "bargroupgap": 0.05,
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top", "font": {"size": 12}},
        "xaxis": {
            "range": [scale[0] - 0.5, scale[-1] + 0.5],
            "tickvals": scale,
            "ticktext": [fmt.count(score) for score in scale],
            "showgrid": False,
            "tickfont": {"color": palette.ink, "size": 13},
        },
        "yaxis": {
            "range": [0, top],
            "tickformat": "~%",
            "nticks": 5,
            "gridcolor": palette.grid,
            "zeroline": False,
            "automargin": True,
            "tickfont": {"color": palette.soft},
        },
        "shapes": [
            {"type": "line", "x0": edge - 0.5, "x1": edge - 0.5, "y0": 0, "y1": top, "line": _edge(palette)}
            for edge, _ in zones[1:]
        ],
        "annotations": [_zone(name, place, top, palette) for place, name in _places(zones, scale[-1])],
    }


def _zones(metrics: Pair) -> list[tuple[int, str]]:
    """From which answer on it counts as what."""
    if metrics == NPS:
        return [(0, translate("Detractors")), (7, translate("Passives")), (9, translate("Promoters"))]
    return [(1, translate("Not satisfied")), (4, translate("Satisfied"))]


def _places(zones: Sequence[tuple[int, str]], last: int) -> list[tuple[float, str]]:
    """The name of each zone with the middle of it."""
    ends = [*(start for start, _ in zones[1:]), last + 1]
    return [((start + end - 1) / 2, name) for (start, name), end in zip(zones, ends, strict=True)]


def _zone(name: str, place: float, top: float, palette: Palette) -> dict[str, Any]:
    return {
        "x": place,
        "y": top,
        "text": name,
        "showarrow": False,
        "yanchor": "top",
        "font": {"size": 12, "color": palette.soft},
    }


def _edge(palette: Palette) -> dict[str, Any]:
    return {"color": palette.grid, "width": 1.5}


def spread_frame(found: Sequence[Distribution]) -> pl.DataFrame:
    """One row per answer of the scale, the highest first: score, then count and share of each audience with answers."""
    scale = sorted(next(one.answers for one in found if one.answers), reverse=True)
    columns = {"score": pl.Series(scale, dtype=pl.Int64)}
    for name, one in zip(COLUMNS, found, strict=True):
        if one.reason is None:
            columns[name] = pl.Series([one.answers[score] for score in scale], dtype=pl.Int64)
            columns[f"share_of_{name}"] = pl.Series([one.share(score) for score in scale], dtype=pl.Float64)
    return pl.DataFrame(columns)


def _table(page: Page, metrics: Pair, found: Sequence[Distribution]) -> None:
    exact = spread_frame(found)
    labels, named = {"score": translate("Answer")}, {}
    for column, name in zip(COLUMNS, audiences(), strict=True):
        labels |= {column: name, f"share_of_{column}": translate("Share")}
        named[f"share_of_{column}"] = translate("{audience}: share of the answers", audience=name)
    tables.show(
        page,
        exact.with_columns(pl.col(pl.Float64).round(3)),
        {column: label for column, label in labels.items() if column in exact.columns},
        name="answers-nps" if metrics == NPS else "answers-csat",
        words=heading(metrics),
        taken=tables.Taken(rows=exact.height, read=lambda: exact, labels=named),
        metrics=metrics,
    )
