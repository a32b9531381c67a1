"""Why a metric changed: what each group of a breakdown adds to it as a waterfall, or why nothing can be laid out."""

from functools import partial

import polars as pl
import streamlit as st

from kpi.language import translate
from kpi.metrics import Contributions, Metric, contributions
from kpi.ui import blocks, charts, places
from kpi.ui import format as fmt
from kpi.ui.gaps import dimension_label
from kpi.ui.kinds import group_label
from kpi.ui.notes import short_label
from kpi.ui.page import Page
from kpi.ui.waterfall import signed, steps_of, waterfall_figure

WATERFALL = 266  # pixels, of seven bars


def explain(page: Page, metric: Metric, by: str) -> Contributions | None:
    """What each group of the breakdown adds to the change; None without a change to lay on groups."""
    if page.comparison is None or page.read(metric).change is None:
        return None
    compared = page.period.compared(page.comparison)
    return page.recall(
        f"contributions by {by}",
        metric,
        lambda: contributions(
            page.warehouse, metric, page.period, compared, by, where=page.filters, attribution=page.attribution
        ),
    )


def unexplained(page: Page, metric: Metric) -> str:
    """Why there is no change to explain."""
    reading = page.read(metric)
    if reading.current.estimate.value is None:
        return translate("n/a: {reason}", reason=reading.current.reason)
    if page.comparison is None:
        return translate("Nothing is compared. Choose a comparison at the left to see what changed.")
    reason = reading.unmatched or (reading.before.reason if reading.before else "")
    return translate("Nothing to compare with: {reason}.", reason=reason)


@places.kept(lambda page, metric, by: st.skeleton(WATERFALL))
def waterfall(page: Page, metric: Metric, by: str) -> None:
    """Draw what each group adds to the change, the few that moved it most first."""
    found = explain(page, metric, by)
    if found is None:
        st.caption(unexplained(page, metric))
        return
    currency = page.settings.currency
    steps = steps_of(metric, found)
    if not steps:
        st.caption(translate("Nothing changed in any group."))
        return
    blocks.note(_block(page, metric, by, found))
    palette = charts.palette()
    figure = page.recall(
        f"waterfall by {by}, {palette.ink}", metric, lambda: waterfall_figure(metric, steps, palette, currency)
    )
    words = ", ".join(f"{step.label} {signed(metric, step.size, currency)}" for step in steps)
    charts.show(figure, words, key="waterfall")


def contributions_frame(found: Contributions) -> pl.DataFrame:
    """Every group with both values and what it adds to the change, exact: group, before, now, change."""
    columns: dict[str, list[float | None]] = {
        "before": [blocks.number(item.compared) for item in found.items],
        "now": [blocks.number(item.current) for item in found.items],
        "change": [float(item.contribution) for item in found.items],
    }
    groups = pl.Series("group", [group_label(found.by, item.group) for item in found.items], dtype=pl.String)
    return pl.DataFrame([groups, *(pl.Series(name, one, dtype=pl.Float64) for name, one in columns.items())])


def _block(page: Page, metric: Metric, by: str, found: Contributions) -> blocks.Block:
    """What the waterfall is drawn of, no group left out."""
    dimension = dimension_label(by)
    return blocks.Block(
        title=translate("{metric} by {dimension}: why it changed", metric=short_label(metric), dimension=dimension),
        rows=len(found.items),
        read=partial(contributions_frame, found),
        labels={
            "group": fmt.begin(dimension),
            "before": translate("Before"),
            "now": translate("Now"),
            "change": translate("Change"),
        },
        units=dict.fromkeys(("before", "now", "change"), metric.unit),
        metrics=(metric,),
    )
