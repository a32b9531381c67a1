"""How many answered each survey, and what those who did not could change at the most."""

from dataclasses import dataclass

import polars as pl
import streamlit as st

from kpi.analysis import Estimate, worst_case_bounds
from kpi.language import translate
from kpi.metrics import Measurement, Metric, Unit
from kpi.ui import blocks, charts, places, tables
from kpi.ui import format as fmt
from kpi.ui.notes import short_label
from kpi.ui.page import Page
from kpi.ui.small_tables import markdown_table
from kpi.ui.surveys import CSAT, NPS, RESPONSE, kind_of, response_to

LOW = 0.3  # of those asked; above it the bounds are still wide, but nobody decides by them
SURVEYS = (*NPS, *CSAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A score, how many answered its kind of survey, and where it would lie at the worst and at the best."""

    score: Measurement
    response: Measurement
    low: float
    high: float


def response(page: Page, metric: Metric) -> Measurement | None:
    """How many answered the surveys that a score is made of; None where none was sent, or it is not known."""
    asked = [one.current for one in page.breakdown(response_to(metric), "kind")]
    known = (one for one in asked if one.group == kind_of(metric) and one.estimate.value is not None)
    return next(known, None)


def bounds(page: Page, metric: Metric) -> Bounds | None:
    """The worst and the best case of a score; None where enough answered, or either is not known."""
    score, answered = page.read(metric).current, response(page, metric)
    if score.estimate.value is None or answered is None:
        return None
    rate = float(answered.estimate.value or 0)
    if rate >= LOW:
        return None
    lowest, highest = (-100, 100) if metric.unit is Unit.POINTS else (0, 1)
    low, high = worst_case_bounds(float(score.estimate.value), rate, lowest=lowest, highest=highest)
    return Bounds(score=score, response=answered, low=low, high=high)


@places.kept(lambda page: places.under(heading(), tables.ROW_HEIGHT * (len(SURVEYS) + 1)))
def show(page: Page) -> None:
    """List the response to each survey, with the bounds of each score that too few stand behind."""
    st.subheader(heading(), anchor=False)
    rows = [row(page, metric) for metric in SURVEYS]
    known = [one for one in rows if one]
    if not known:
        charts.tell_gap(page.read(response_to(NPS[0])).current.reason)
        return
    blocks.note(numbers(page))
    head = [translate("Survey"), translate("Answered"), translate("Result had all answered")]
    st.markdown(markdown_table(head, known))
    st.caption(
        translate(
            "By the day of asking; results are of answers given in the period. Where less than {share} answered: what "
            "the result would be had all others been detractors or not satisfied, or promoters or satisfied. These are "
            "bounds, no interval.",
            share=fmt.share(LOW, decimals=0),
        )
    )


def heading() -> str:
    """What the part is called."""
    return translate("How many answered")


def row(page: Page, metric: Metric) -> tuple[str, ...]:
    """A survey in words: its score's name, how many answered of how many sent, the bounds where they matter.

    Empty where none was sent, or it is not known.
    """
    answered, currency = response(page, metric), page.settings.currency
    if answered is None:
        return ()
    estimate, found = answered.estimate, bounds(page, metric)
    facts = {
        "share": fmt.value(answered.metric, estimate.value, currency),
        "count": fmt.count(estimate.n or 0),
        "interval": fmt.interval(answered.metric, estimate.low, estimate.high, currency),
    }
    few = (estimate.n or 0) < page.settings.few
    return (
        short_label(metric),
        translate("{share} of {count} ({interval}; few)", **facts)
        if few
        else translate("{share} of {count} ({interval})", **facts),
        fmt.interval(metric, found.low, found.high, currency) if found else _why_not(page, metric),
    )


def numbers(page: Page) -> blocks.Block:
    """One row per survey sent as exact numbers: its score, the share that answered with interval and n, both bounds."""
    known = [(metric, found) for metric in SURVEYS if (found := response(page, metric)) is not None]
    rows = [_exact(metric, found.estimate, bounds(page, metric)) for metric, found in known]
    decimals = dict.fromkeys(("value", "low", "high", "worst", "best"), pl.Float64())
    frame = pl.DataFrame(rows, schema={"survey": pl.String(), **decimals, "n": pl.Int64()})
    units = [metric.unit for metric, _ in known]
    return blocks.Block(
        title=heading(),
        rows=frame.height,
        read=lambda: frame,
        labels={
            "survey": translate("Survey"),
            "value": translate("Answered"),
            "worst": translate("Result had all answered, at worst"),
            "best": translate("Result had all answered, at best"),
        },
        units={"value": Unit.SHARE, "worst": units, "best": units},
        metrics=RESPONSE,
    )


def _exact(metric: Metric, answered: Estimate, found: Bounds | None) -> dict[str, str | float | None]:
    return {
        "survey": short_label(metric),
        "value": float(answered.value or 0),
        "low": answered.low,
        "high": answered.high,
        "worst": found.low if found else None,
        "best": found.high if found else None,
        "n": answered.n,
    }


def _why_not(page: Page, metric: Metric) -> str:
    """Why a survey has no bounds: there is no score, or enough answered."""
    is_known = page.read(metric).current.estimate.value is not None
    return translate("enough answered") if is_known else translate("n/a")
