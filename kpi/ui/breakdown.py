"""A metric by group beside its comparisons: the whole first, "unknown" last; a tick on a row filters the page."""

from collections.abc import Mapping, Sequence
from functools import partial

import polars as pl
import streamlit as st

from kpi.language import translate
from kpi.metrics import Measurement, Metric, Unit
from kpi.period import Comparison
from kpi.store import UNKNOWN
from kpi.ui import crediting, filters, places, tables
from kpi.ui import format as fmt
from kpi.ui.charts import tell_gap
from kpi.ui.gaps import dimension_label
from kpi.ui.kinds import group_label
from kpi.ui.notes import note, second_change, short_label
from kpi.ui.page import Page, Reading
from kpi.ui.presets import against_in_heading
from kpi.ui.segments import ORDERS, SEGMENTS, offered_values, segment_values

PEOPLE = frozenset({"ambassador_id"})  # no table ranks people
FRACTIONS = {Unit.SHARE: 3, Unit.RATIO: 2}  # decimals shown; other values are shown whole
CHOOSER = 200  # pixels
IN_SIGHT = 10  # rows; others are scrolled to


@places.kept(lambda page, metric, *, usual: places.under(short_label(metric), tables.ROW_HEIGHT * IN_SIGHT))
def show(page: Page, metric: Metric, *, usual: str) -> None:
    """List the metric by a dimension that the reader chooses, by `usual` until then."""
    line = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    heading = line.container(width="content")
    with line.container(width=CHOOSER):
        by = filters.choose_dimension(offered(metric), usual)
    title = _title(metric, by)
    heading.subheader(title, anchor=False)
    _list(page, metric, by, title)


@places.kept(lambda page, metric, by: places.under(_title(metric, by), tables.ROW_HEIGHT * IN_SIGHT))
def show_by(page: Page, metric: Metric, by: str) -> None:
    """List the metric by a dimension that was chosen elsewhere on the page."""
    st.subheader(_title(metric, by), anchor=False)
    _list(page, metric, by, _title(metric, by))


def list_groups(page: Page, metric: Metric, by: str, words: str, *, called: str = "", is_narrow: bool = False) -> None:
    """List the metric by `by`, or say why there is nothing to list; `words` describe the table.

    Its values stand under the metric's label, or under what it is `called`. A narrow table fits on a telephone beside
    one comparison and in half a page beside two: see `written`.
    """
    whole = page.read(metric)
    if whole.current.estimate.value is None:
        tell_gap(whole.current.reason)
        return
    rows = [whole, *ordered(by, page.breakdown(metric, by))]
    shown, taken = page.recall(
        f"{'narrow' if is_narrow else 'wide'} table by {by}",
        metric,
        lambda: (written(page, rows, by, is_narrow=is_narrow), exact(page, rows, by)),
    )
    labels = {**headings(page, metric, by), **({"value": called} if called else {})}
    tables.show(
        page,
        shown,
        {column: label for column, label in labels.items() if column in shown.columns},
        name=f"{metric.name}-by-{by}{crediting.in_file_name(metric, page.attribution)}",
        words=words,
        columns=tables.Columns(units={"value": metric.unit}, widths=_narrow_widths(page, by) if is_narrow else {}),
        tick=_tick(page, rows, by) if filters_page(page, by) else None,
        taken=tables.Taken(rows=taken.height, read=lambda: taken),
        in_sight=IN_SIGHT,
        metrics=(metric,),
    )


def offered(metric: Metric) -> list[str]:
    """The dimensions of a metric to choose from, those that filter a page first; none that names a person."""
    others = [name for name in metric.dimensions if name not in SEGMENTS and name not in PEOPLE]
    return [*(name for name in SEGMENTS if name in metric.dimensions), *others]


def filters_page(page: Page, by: str) -> bool:
    """Whether a group can be chosen for the whole page: where the data knows one, a filter offers it."""
    return by in SEGMENTS and bool(offered_values(page, by))


def ordered(by: str, groups: Sequence[Reading]) -> list[Reading]:
    """Groups as they are listed: those with an order of their own in it, others by value, the largest first.

    "unknown" stands last.
    """
    known = {reading.current.group or UNKNOWN: reading for reading in groups}
    names = dict.fromkeys([*segment_values(by, known), *known])  # the first leave out an "unknown" that stands alone
    in_order = [known[name] for name in names if name in known]
    return in_order if by in ORDERS else sorted(in_order, key=_rank)


def written(page: Page, rows: Sequence[Reading], by: str, *, is_narrow: bool = False) -> pl.DataFrame:
    """The rows, the whole first, as they are shown: group, value, share, n, interval and changes in words.

    Of share, n, interval and changes those that the metric has: shares of the whole as fractions, values rounded. In a
    narrow table changes go without how large they are beside what was before, and of two comparisons without shares.
    """
    metric, currency = rows[0].metric, page.settings.currency
    values = [reading.current.estimate.value for reading in rows]
    decimals = FRACTIONS.get(metric.unit)
    columns = {
        by: pl.Series([_label(reading, by) for reading in rows], dtype=pl.String),
        "value": pl.Series(
            [value if value is None else round(float(value), decimals) for value in values],
            dtype=pl.Float64 if decimals else pl.Int64,
        ),
        "share": pl.Series(_shares(rows), dtype=pl.Float64).round(3),
        "n": pl.Series([reading.current.estimate.n for reading in rows], dtype=pl.Int64),
        "interval": pl.Series([_interval(page, reading) for reading in rows], dtype=pl.String),
    }
    for comparison in _matched(page, rows[0]):
        beside = [_beside(page, reading, comparison) for reading in rows]
        told = [_change(one, currency, is_relative=not is_narrow) for one in beside]
        columns[f"change_{_key(comparison)}"] = pl.Series(told, dtype=pl.String)
    if is_narrow and len(page.comparisons) > 1:
        del columns["share"]
    return _without_empty(columns)


def exact(page: Page, rows: Sequence[Reading], by: str) -> pl.DataFrame:
    """The same as numbers, to be taken away: values and changes in the metric's unit, shares as fractions."""
    estimates = [reading.current.estimate for reading in rows]
    kind = pl.Int64 if rows[0].metric.unit is Unit.COUNT else pl.Float64
    columns = {
        by: pl.Series([_label(reading, by) for reading in rows], dtype=pl.String),
        "value": pl.Series([_number(reading.current) for reading in rows], dtype=kind),
        "share": pl.Series(_shares(rows), dtype=pl.Float64),
        "n": pl.Series([estimate.n for estimate in estimates], dtype=pl.Int64),
        "low": pl.Series([estimate.low for estimate in estimates], dtype=pl.Float64),
        "high": pl.Series([estimate.high for estimate in estimates], dtype=pl.Float64),
    }
    for comparison in _matched(page, rows[0]):
        beside = [_beside(page, reading, comparison) for reading in rows]
        columns[f"value_{_key(comparison)}"] = pl.Series([_number(one.before) for one in beside], dtype=kind)
        columns[f"change_{_key(comparison)}"] = pl.Series([one.change for one in beside], dtype=pl.Float64).cast(kind)
    return _without_empty(columns)


def headings(page: Page, metric: Metric, by: str) -> dict[str, str]:
    """What each column that `written` may have is called."""
    changes = {
        f"change_{_key(comparison)}": fmt.begin(against_in_heading(comparison))
        if len(page.comparisons) > 1
        else translate("Change")
        for comparison in page.comparisons
    }
    return {
        by: fmt.begin(dimension_label(by)),
        "value": fmt.headed(metric, short_label(metric), page.settings.currency),
        "share": translate("Share"),
        "n": translate("n"),
        "interval": translate("95\N{NO-BREAK SPACE}% interval"),
        **changes,
    }


def _title(metric: Metric, by: str) -> str:
    return translate("{metric} by {dimension}", metric=short_label(metric), dimension=dimension_label(by))


def _list(page: Page, metric: Metric, by: str, title: str) -> None:
    list_groups(page, metric, by, title)
    if page.read(metric).current.estimate.value is not None:
        _say(page, page.read(metric), by)


def _without_empty(columns: Mapping[str, pl.Series]) -> pl.DataFrame:
    return pl.DataFrame({name: column for name, column in columns.items() if column.is_not_null().any()})


def _label(reading: Reading, by: str) -> str:
    group = reading.current.group
    if group is None:
        return translate("All")
    return group_label(by, group)


def _number(found: Measurement | None) -> float | int | None:
    value = found.estimate.value if found else None
    return value if value is None or isinstance(value, int) else float(value)


def _shares(rows: Sequence[Reading]) -> list[float | None]:
    """Each value's share of the whole; none where values do not add up, or some lie below zero."""
    values = [float(reading.current.estimate.value or 0) for reading in rows]
    if not rows[0].metric.is_additive or values[0] <= 0 or min(values) < 0:
        return [None] * len(rows)
    return [value / values[0] for value in values]


def _interval(page: Page, reading: Reading) -> str | None:
    """How sure a rate is, or why it is n/a; None for a census."""
    estimate, currency = reading.current.estimate, page.settings.currency
    if estimate.value is None:
        return translate("n/a: {reason}", reason=reading.current.reason)
    words = fmt.interval(reading.metric, estimate.low, estimate.high, currency)
    if words and estimate.n is not None and estimate.n < page.settings.few:
        return translate("{counted} (few)", counted=words)
    return words or None


def _narrow_widths(page: Page, by: str) -> dict[str, int]:
    """Pixels of columns; the headings of changes are longer where there are two."""
    widths = (82,) if len(page.comparisons) == 1 else (114, 92)
    changes = {f"change_{_key(one)}": width for one, width in zip(page.comparisons, widths, strict=False)}
    return {by: 134, "value": 54, "share": 82, **changes}


def _change(reading: Reading, currency: str, *, is_relative: bool) -> str:
    if reading.change is None or reading.before is None:
        return translate("n/a")
    before = reading.before.estimate.value if is_relative else None
    words = fmt.change_with_arrow(reading.metric, reading.change, before, currency)
    if reading.is_clear or fmt.is_no_change(reading.metric, reading.change, currency):
        return words
    return translate("{change}, not clear", change=words)


def _matched(page: Page, whole: Reading) -> list[Comparison]:
    """The comparisons to which the data reaches back."""
    return [one for one in page.comparisons if _beside(page, whole, one).before is not None]


def _beside(page: Page, reading: Reading, comparison: Comparison) -> Reading:
    """The reading beside this one of the page's comparisons."""
    return reading if comparison is page.comparison or reading.second is None else reading.second


def _key(comparison: Comparison) -> str:
    return comparison.value.replace("-", "_")


def _rank(reading: Reading) -> tuple[bool, bool, float]:
    value = reading.current.estimate.value
    return reading.current.group == UNKNOWN, value is None, -float(value or 0)


def _tick(page: Page, rows: Sequence[Reading], by: str) -> tables.Tick:
    # Another period or filter brings other rows, on which an old tick would mean another group.
    key = f"table-{rows[0].metric.name}-by-{by}-{page.period.start}-{page.period.end}-{sorted(page.filters.items())}"
    return tables.Tick(key=key, act=partial(filters.keep_ticked, key, by, [row.current.group for row in rows]))


def _say(page: Page, whole: Reading, by: str) -> None:
    """The small print below the table: how to filter by it, and what to know of the whole."""
    lines = [note(page, whole)]
    if filters_page(page, by):
        hint = translate("Tick a row to see the page for it alone; tick the first row to see everything again.")
        lines.insert(0, hint)
    if whole.second is not None and whole.second.before is None:
        lines.append(second_change(page, whole))
    st.caption("  \n".join(line for line in lines if line))
