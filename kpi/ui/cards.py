"""Cards: a number, its change, its course, its small print."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import streamlit as st

from kpi.language import translate
from kpi.metrics import Measurement, Metric
from kpi.period import Grain, is_whole
from kpi.ui import blocks, drawer, goals, places
from kpi.ui import format as fmt
from kpi.ui.notes import definition, note, second_change, short_label
from kpi.ui.page import Page, Reading

NARROWEST = 150  # pixels; five cards stand in a row at 1280, two at 390

# Pixels, at the one size of text that Streamlit sets, told beforehand so that nothing moves when a card is drawn: label
# and value, the change, and the sparkline, kept free beside a change without one so that the notes stay on a line.
VALUE, CHANGE, COURSE = 65, 27, 72
GAP, LINE_OF_A_NOTE, BUTTON = 8, 22, 40

Arrow = Literal["up", "down", "off"]
Colour = Literal["green", "red", "gray"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card shows; `delta` is None without a comparison, `second` empty without another one, `goal` without a
    target. `metric` on `page` is what the drawer opens, `reading` what the workbook holds in full.
    """

    page: Page
    metric: Metric
    label: str
    value: str
    delta: str | None
    arrow: Arrow
    colour: Colour
    course: tuple[float, ...]
    note: str
    help: str
    second: str = ""
    goal: str = ""
    reading: Reading | None = None


def sketch(count: int, lines: int) -> None:
    """The skeletons of so many cards, the longest note of which has so many lines."""
    height = VALUE + CHANGE + COURSE + GAP + lines * LINE_OF_A_NOTE + BUTTON
    grid = st.grid(count, min_column_width=NARROWEST, gap="small")
    for _ in range(count):
        with grid.container(border=True, height="stretch", gap="xsmall"):
            st.skeleton(height)


@places.kept(lambda page, *metrics: sketch(len(metrics), lines=5 if len(page.comparisons) < 2 else 7))
def row(page: Page, *metrics: Metric) -> None:
    """One card per metric, of the same height, wrapping evenly."""
    show([card(page, metric) for metric in metrics])


def show(cards: Sequence[Card]) -> None:
    """Draw cards side by side."""
    entries = [_entry(made, made.reading) for made in cards if made.reading is not None]
    blocks.note_numbers(translate("Key figures"), entries)
    grid = st.grid(len(cards), min_column_width=NARROWEST, gap="small")
    for made in cards:
        with grid.container(border=True, height="stretch", gap="xsmall"):
            st.metric(
                made.label,
                made.value,
                made.delta,
                delta_color=made.colour,
                delta_arrow=made.arrow,
                chart_data=made.course or None,
                height=VALUE + (CHANGE if made.delta else 0) + (COURSE if made.delta or made.course else 0),
            )
            *lines, last = [text for text in (made.second, made.goal, made.note) if text] or [""]
            for line in lines:
                st.caption(line)
            # The help stands here and not at the label, which it would cut.
            st.caption(last, help=made.help)
            st.space("stretch")
            drawer.button(made.page, made.metric)


def card(page: Page, metric: Metric) -> Card:
    """The card of a metric, ready to draw."""
    reading = page.read(metric)
    currency = page.settings.currency
    arrow, colour = _arrow(reading, currency)
    return Card(
        page=page,
        metric=metric,
        label=short_label(metric),
        value=fmt.value(metric, reading.current.estimate.value, currency),
        delta=_delta(reading, currency),
        arrow=arrow,
        colour=colour,
        course=course(metric, page.trend(metric), page.grain(metric)),
        second=second_change(page, reading),
        goal=fmt.begin(goals.in_words(page, reading)),
        note=note(page, reading),
        help=definition(metric),
        reading=reading,
    )


def _entry(made: Card, reading: Reading) -> blocks.Entry:
    return blocks.entry(made.label, reading, made.page.comparisons, target=made.goal, note=made.note)


def course(metric: Metric, steps: Sequence[Measurement], grain: Grain) -> tuple[float, ...]:
    """The values of a sparkline: steps with a value, without those that an end of the period cuts short.

    Empty with fewer than three, of which no course can be seen.
    """
    whole = [step for step in steps if step.is_complete and (metric.is_level or is_whole(step.period, grain))]
    values = tuple(float(step.estimate.value) for step in whole if step.estimate.value is not None)
    return values if len(values) >= 3 and all(map(isfinite, values)) else ()


def _delta(reading: Reading, currency: str) -> str | None:
    if reading.change is None or reading.before is None:
        return None
    return fmt.change(reading.metric, reading.change, reading.before.estimate.value, currency)


def _arrow(reading: Reading, currency: str) -> tuple[Arrow, Colour]:
    """The arrow follows the sign, the colour what is better; grey when the change is not clear."""
    if reading.change is None or fmt.is_no_change(reading.metric, reading.change, currency):
        return "off", "gray"
    colour: Colour = "gray" if reading.is_good is None else "green" if reading.is_good else "red"
    return ("up" if reading.change > 0 else "down"), colour
