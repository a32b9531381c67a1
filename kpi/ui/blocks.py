"""What a page shows, block by block: cards, tables and what charts are drawn of, kept to be taken away together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from kpi.language import translate
from kpi.metrics import Compared, Measurement, Metric, Unit
from kpi.period import Comparison, Grain
from kpi.ui import format as fmt
from kpi.ui.definitions import UNITS
from kpi.ui.notes import short_label
from kpi.ui.page import Page, Reading
from kpi.ui.presets import against_in_short

Units = Mapping[str, Unit | Sequence[Unit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Something that a page shows: `read` brings its `rows` as exact numbers when they are asked for.

    `labels` name columns of it, `units` tell what their numbers are, of a column as a whole or row by row, `metrics`
    whose definitions explain it. `has_people` where it holds personal data.
    """

    title: str
    rows: int
    read: Callable[[], pl.DataFrame]
    labels: Mapping[str, str] = field(default_factory=dict)
    units: Units = field(default_factory=dict)
    metrics: tuple[Metric, ...] = ()
    has_people: bool = False


@dataclass(slots=True)
class Shown:
    """What the run of a page has shown so far; `left_out` are titles of what its reader may not take away."""

    page: Page | None = None
    blocks: list[Block] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A number with its name; `before` what it was for each of the page's comparisons that the data reaches back to."""

    label: str
    found: Measurement
    before: Mapping[Comparison, Measurement] = field(default_factory=dict)
    target: str = ""
    note: str = ""


# What the run under way has shown; None outside of one, as in a dialog's own runs.
_shown: ContextVar[Shown | None] = ContextVar("shown", default=None)


@contextmanager
def gathering() -> Iterator[Shown]:
    """Keep what is shown within the block."""
    shown = Shown()
    token = _shown.set(shown)
    try:
        yield shown
    finally:
        _shown.reset(token)


@contextmanager
def apart() -> Iterator[None]:
    """Keep nothing of what is shown within the block, such as a dialog over the page."""
    token = _shown.set(None)
    try:
        yield
    finally:
        _shown.reset(token)


def begin(page: Page) -> None:
    """Keep which page it is that is being shown."""
    shown = _shown.get()
    if shown is not None:
        shown.page = page


def note(block: Block) -> None:
    """Keep a block; nothing outside of the run of a page."""
    shown = _shown.get()
    if shown is not None:
        shown.blocks.append(block)


def leave_out(title: str) -> None:
    """Keep that a block is shown which its reader may not take away."""
    shown = _shown.get()
    if shown is not None:
        shown.left_out.append(title)


def note_numbers(title: str, entries: Sequence[Entry]) -> None:
    """Keep numbers that stand for themselves, each in its own unit."""
    if entries:
        note(numbers_block(title, entries))


def numbers_block(title: str, entries: Sequence[Entry]) -> Block:
    """Numbers with their names as a block: metric, value, low, high, n, value and change for each comparison, unit,
    target, note; of these the columns that hold anything.
    """
    units = [entry.found.metric.unit for entry in entries]
    compared = [f"{kind}_{key(one)}" for one in Comparison for kind in ("value", "change")]
    return Block(
        title=title,
        rows=len(entries),
        read=partial(_numbers, entries),
        labels={"metric": translate("Metric"), "value": translate("Value")},
        units=dict.fromkeys(("value", "low", "high", *compared), units),
        metrics=tuple({entry.found.metric.name: entry.found.metric for entry in entries}.values()),
    )


def entry(
    label: str, reading: Reading, comparisons: Sequence[Comparison], *, target: str = "", note: str = ""
) -> Entry:
    """A reading under the page's comparisons as a number with its name."""
    beside = (reading, reading.second)
    before = {
        comparison: one.before
        for comparison, one in zip(comparisons, beside, strict=False)
        if one is not None and one.before is not None
    }
    return Entry(label=label, found=reading.current, before=before, target=target, note=note)


def note_trend(page: Page, metric: Metric, grain: Grain, title: str) -> None:
    """Keep the steps of a trend and of those beside it: series, days, value, interval, n, whether it is complete."""
    series = [(fmt.begin(translate("this period")), page.trend(metric, grain))]
    series += [(fmt.begin(against_in_short(one)), page.trend_before(metric, one, grain)) for one in page.comparisons]
    label = fmt.headed(metric, short_label(metric), page.settings.currency)
    note(
        Block(
            title=title,
            rows=sum(len(steps) for _, steps in series),
            read=partial(_steps, series),
            labels={"value": label},
            units=dict.fromkeys(("value", "low", "high"), metric.unit),
            metrics=(metric,),
        )
    )


def key(comparison: Comparison) -> str:
    """What a comparison is called in the name of a column."""
    return comparison.value.replace("-", "_")


def number(found: Measurement | None) -> float | None:
    """A measured value as it is written into a file; None without one."""
    value = found.estimate.value if found else None
    return None if value is None else float(value)


def _numbers(entries: Sequence[Entry]) -> pl.DataFrame:
    estimates = [entry.found.estimate for entry in entries]
    columns = {
        "metric": pl.Series([entry.label for entry in entries], dtype=pl.String),
        "value": pl.Series([number(entry.found) for entry in entries], dtype=pl.Float64),
        "low": pl.Series([estimate.low for estimate in estimates], dtype=pl.Float64),
        "high": pl.Series([estimate.high for estimate in estimates], dtype=pl.Float64),
        "n": pl.Series([estimate.n for estimate in estimates], dtype=pl.Int64),
    }
    for one in Comparison:
        before = [entry.before.get(one) for entry in entries]
        columns[f"value_{key(one)}"] = pl.Series([number(found) for found in before], dtype=pl.Float64)
        changes = [
            None if found is None else Compared(current=entry.found, compared=found).change
            for entry, found in zip(entries, before, strict=True)
        ]
        columns[f"change_{key(one)}"] = pl.Series(changes, dtype=pl.Float64)
    columns["unit"] = pl.Series([translate(UNITS[entry.found.metric.unit]) for entry in entries], dtype=pl.String)
    columns["target"] = pl.Series([entry.target or None for entry in entries], dtype=pl.String)
    columns["note"] = pl.Series([entry.note or entry.found.reason for entry in entries], dtype=pl.String)
    always = {"metric", "value", "unit"}
    return pl.DataFrame({name: one for name, one in columns.items() if name in always or one.is_not_null().any()})


def _steps(series: Sequence[tuple[str, Sequence[Measurement]]]) -> pl.DataFrame:
    rows = [
        (
            name,
            step.period.start,
            step.period.last_day,
            number(step),
            step.estimate.low,
            step.estimate.high,
            step.estimate.n,
            step.is_complete,
        )
        for name, steps in series
        for step in steps
    ]
    numbers = dict.fromkeys(("value", "low", "high"), pl.Float64())
    days = {"first_day": pl.Date(), "last_day": pl.Date()}
    schema = {"series": pl.String(), **days, **numbers, "n": pl.Int64(), "is_complete": pl.Boolean()}
    return pl.DataFrame(rows, schema=schema, orient="row")
