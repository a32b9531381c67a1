"""The parts of the ambassadors page, each under its heading; a part without data says why and what to import."""

from collections.abc import Sequence
from functools import partial

import polars as pl
import streamlit as st

from kpi.language import translate
from kpi.metrics import (
    METRICS,
    Cohorts,
    Concentration,
    Measurement,
    Unit,
    activation_by_cohort,
    concentration,
    retention_by_cohort,
)
from kpi.ui import blocks, breakdown, charts, filters, places, tables
from kpi.ui import format as fmt
from kpi.ui.curve import curve_figure, tenth_of
from kpi.ui.explaining import explain
from kpi.ui.gaps import dimension_label
from kpi.ui.heatmap import heatmap_figure, month
from kpi.ui.movements import ACTIVE
from kpi.ui.page import Page
from kpi.ui.segments import SEGMENTS, segment_label

ACTS, TOP = METRICS["acts"], METRICS["top_decile_share"]
CHANGES = frozenset({"change"})
COHORTS = 354  # pixels, of a year's months
BREAKDOWNS = [name for name in SEGMENTS if name in ACTIVE.dimensions]


def choose_breakdown() -> str:
    """Let the reader choose by what the change is laid out."""
    return filters.choose_dimension(BREAKDOWNS, BREAKDOWNS[0], label_visibility="visible")


def contributions_table(page: Page, by: str) -> None:
    """List every group with both levels and what it adds to the change."""
    found = explain(page, ACTIVE, by)
    if found is None or not found.items:
        return
    frame = page.recall(
        f"contributions table by {by}",
        ACTIVE,
        lambda: pl.DataFrame(
            {
                "group": [segment_label(by, item.group) for item in found.items],
                "before": [int(item.compared.estimate.value or 0) for item in found.items],
                "now": [int(item.current.estimate.value or 0) for item in found.items],
                "change": [int(item.contribution) for item in found.items],
            }
        ),
    )
    labels = {
        "group": fmt.begin(dimension_label(by)),
        "before": translate("Before"),
        "now": translate("Now"),
        "change": translate("Change"),
    }
    words = translate("What each group adds to the change of active ambassadors")
    columns = tables.Columns(changes=CHANGES)
    tables.show(page, frame, labels, name="contributions", words=words, columns=columns)


@places.kept(lambda page: places.under(translate("First act after enrolling, in %"), COHORTS))
def activation(page: Page) -> None:
    """Draw how many of each enrolment month acted within 30, 60 and 90 days."""
    st.subheader(translate("First act after enrolling, in %"), anchor=False)
    found = page.recall(
        "activation", ACTIVE, lambda: activation_by_cohort(page.warehouse, page.period.end, where=page.filters)
    )
    steps = [translate("{days} days", days=fmt.count(days)) for days in found.steps]
    _cohorts(page, found, steps, "activation", translate("First act after enrolling, in %"), skipped=0)
    if found.cohorts:
        st.caption(
            translate("Month of enrolment and how many enrolled. A cell stays empty until everybody’s days are over.")
        )


@places.kept(lambda page: places.under(translate("Still acting, in %"), COHORTS))
def retention(page: Page) -> None:
    """Draw how many of those who first acted in a month acted in each month since."""
    st.subheader(translate("Still acting, in %"), anchor=False)
    found = page.recall(
        "retention", ACTIVE, lambda: retention_by_cohort(page.warehouse, page.period.end, where=page.filters)
    )
    steps = [fmt.count(step) for step in found.steps]
    _cohorts(page, found, steps, "retention", translate("Still acting, in %"), skipped=1)
    if found.cohorts:
        st.caption(
            translate(
                "Month of the first act, how many began, and months since. ≥ marks a month that is not over: its "
                "share may still rise."
            )
        )


def _cohorts(page: Page, found: Cohorts, steps: Sequence[str], name: str, words: str, *, skipped: int) -> None:
    if found.reason or not any(cohort.size for cohort in found.cohorts):
        charts.tell_gap(found.reason)
        return
    palette = charts.palette()
    figure = page.recall(
        f"{name} figure, {palette.ink}",
        ACTIVE,
        lambda: heatmap_figure(found, steps[skipped:], palette, skipped=skipped, rises=skipped > 0),
    )
    charts.show(figure, translate("Shares by month, also in the table below"), key=f"{name}-map")
    if any(cohort.is_first_recorded for cohort in found.cohorts):
        st.caption(translate("* The recording of acts begins in this month: who acted before is not known."))
    table = st.expander(translate("The same as a table"), key=f"{name}-as-table", on_change="rerun")
    labels = {"month": translate("Month"), "size": translate("People")}
    labels |= {f"step_{step}": text for step, text in zip(found.steps, steps, strict=True)}
    rows, read = len(found.cohorts), partial(exact_cohorts_frame, found)
    units = {f"step_{step}": Unit.SHARE for step in found.steps}
    if not table.open:
        blocks.note(blocks.Block(title=words, rows=rows, read=read, labels=labels, units=units))
        return
    with table:
        frame = page.recall(f"{name} table", ACTIVE, lambda: cohorts_frame(found))
        taken = tables.Taken(rows=rows, read=read, units=units)
        tables.show(page, frame, labels, name=name, words=words, taken=taken)


def cohorts_frame(found: Cohorts) -> pl.DataFrame:
    """Cohorts with a column per step, in words: month, size, step_<step>."""
    columns: dict[str, list[object]] = {
        "month": [month(cohort.month) for cohort in found.cohorts],
        "size": [cohort.size for cohort in found.cohorts],
    }
    for number, step in enumerate(found.steps):
        columns[f"step_{step}"] = [
            _in_words(cohort.shares[number]) if number < len(cohort.shares) else None for cohort in found.cohorts
        ]
    schema = {name: pl.Int64() if name == "size" else pl.String() for name in columns}
    return pl.DataFrame(columns, schema=schema)


def exact_cohorts_frame(found: Cohorts) -> pl.DataFrame:
    """The same as numbers, to be taken away: month, size, step_<step> as fractions."""
    columns = [
        pl.Series("month", [cohort.month for cohort in found.cohorts], dtype=pl.Date),
        pl.Series("size", [cohort.size for cohort in found.cohorts], dtype=pl.Int64),
    ]
    for number, step in enumerate(found.steps):
        shares = [cohort.shares[number] if number < len(cohort.shares) else None for cohort in found.cohorts]
        columns.append(pl.Series(f"step_{step}", [blocks.number(share) for share in shares], dtype=pl.Float64))
    return pl.DataFrame(columns)


def _in_words(cell: Measurement) -> str | None:
    return None if cell.estimate.value is None else fmt.share(cell.estimate.value)


def acts_by(page: Page, by: str) -> None:
    """List the acts of advocacy by kind or origin."""
    words = {
        "kind": translate("Acts of advocacy by kind"),
        "origin": translate("Acts of advocacy by origin"),
    }[by]
    breakdown.list_groups(page, ACTS, by, words, called=translate("Acts"), is_narrow=True)


def carried(page: Page) -> None:
    """Draw how much of all acts the most active carry."""
    st.subheader(translate("How much the few carry"), anchor=False)
    found = page.recall(
        "concentration", TOP, lambda: concentration(page.warehouse, page.period.end, where=page.filters)
    )
    if found.top.estimate.value is None:
        charts.tell_gap(found.top.reason)
        return
    _, acts = tenth_of(found)
    people = fmt.number_of(found.top.estimate.n or 0, "ambassador")
    st.markdown(
        translate(
            "The most active tenth of {people} did **{acts}** of their acts in the 30 days to {day}.",
            people=people,
            acts=fmt.share(acts),
            day=fmt.day(found.top.period.last_day),
        )
    )
    palette = charts.palette()
    figure = page.recall(f"curve, {palette.ink}", TOP, lambda: curve_figure(found, palette))
    blocks.note(_curve_block(found))
    charts.show(figure, translate("A curve from none to all acts, the most active first"), key="curve")


def _curve_block(found: Concentration) -> blocks.Block:
    ambassadors, acts = "share_of_ambassadors", "share_of_acts"
    points = [(point.share_of_ambassadors, point.share_of_acts) for point in found.points]
    return blocks.Block(
        title=translate("How much the few carry"),
        rows=len(points),
        read=lambda: pl.DataFrame(points, schema={ambassadors: pl.Float64, acts: pl.Float64}, orient="row"),
        labels={
            ambassadors: translate("Share of the ambassadors, the most active first"),
            acts: translate("Share of the acts"),
        },
        units={ambassadors: Unit.SHARE, acts: Unit.SHARE},
        metrics=(TOP,),
    )
