"""Charts: a figure under its name, with its words for who cannot see it."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from kpi.language import all_of, mark, mark_plural, spoken, translate, translate_plural
from kpi.metrics import METRICS, Metric
from kpi.period import Grain
from kpi.ui import annotations, blocks, crediting, deciding, filters, places, targets
from kpi.ui import format as fmt
from kpi.ui.bands import CLAIM, Band
from kpi.ui.figures import DARK, FEWEST, HEIGHT, LIGHT, SMALL, Palette, is_too_few, movements_figure, trend_figure
from kpi.ui.notes import short_label
from kpi.ui.page import Page
from kpi.ui.presets import against_in_words

GRAINS = {
    Grain.DAY: mark("by day"),
    Grain.WEEK: mark("by week"),
    Grain.MONTH: mark("by month"),
    Grain.QUARTER: mark("by quarter"),
}
NOT_DRAWN = {
    Grain.DAY: mark_plural(
        "{count} day with fewer than {cases} not drawn", "{count} days with fewer than {cases} not drawn"
    ),
    Grain.WEEK: mark_plural(
        "{count} week with fewer than {cases} not drawn", "{count} weeks with fewer than {cases} not drawn"
    ),
    Grain.MONTH: mark_plural(
        "{count} month with fewer than {cases} not drawn", "{count} months with fewer than {cases} not drawn"
    ),
    Grain.QUARTER: mark_plural(
        "{count} quarter with fewer than {cases} not drawn", "{count} quarters with fewer than {cases} not drawn"
    ),
}


def title(metric: Metric, grain: Grain) -> str:
    """What a trend is called."""
    return translate("{metric}, {by}", metric=short_label(metric), by=translate(GRAINS[grain]))


def _sketch_trend(page: Page, metric: Metric, *, is_small: bool = False, bands: Sequence[Band] = ()) -> None:
    places.under(title(metric, page.grain(metric)), SMALL if is_small else HEIGHT)


@places.kept(_sketch_trend)
def trend(page: Page, metric: Metric, *, is_small: bool = False, bands: Sequence[Band] = ()) -> None:
    """Draw a metric over the period beside the comparison period; say why when there is nothing to draw.

    The step of the large one is the reader's choice, and `bands` of reference may lie behind it, told below.
    """
    line = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    heading = line.container(width="content")
    with line:
        chosen = None if is_small else filters.choose_grain(page.period)
    grain = chosen or page.grain(metric)
    heading.subheader(title(metric, grain), anchor=False)
    known = [step for step in page.trend(metric, grain) if step.estimate.value is not None]
    if not known:
        tell_gap(page.read(metric).current.reason)
        return
    blocks.note_trend(page, metric, grain, title(metric, grain))
    left_out = sum(is_too_few(step) for step in known)
    if left_out < len(known):
        colours = palette()
        kind = kind_of_trend(page, metric, grain, colours, is_small=is_small) + (f", {bands}" if bands else "")
        figure = page.recall(
            kind, metric, lambda: trend_figure(page, metric, colours, grain, is_small=is_small, bands=bands)
        )
        show(figure, describe_trend(page, metric, grain), key=f"trend-{metric.name}")
    rule = crediting.told([metric], page.attribution)
    if rule:
        st.caption(rule)
    if bands:
        st.caption(translate(CLAIM))
    if left_out:
        cases = fmt.number_of(FEWEST, metric.counts)
        st.caption(translate_plural(*NOT_DRAWN[grain], left_out, count=fmt.count(left_out), cases=cases))
    if not is_small:
        _decide(page, metric)


def _decide(page: Page, metric: Metric) -> None:
    """What was annotated, and the way to its editor and that of the metric's targets for who decides on them."""
    noted = annotations.told(annotations.on_page(page))
    if noted:
        st.caption(noted)
    with st.container(horizontal=True):
        if deciding.may_decide(page, "targets") and st.button(
            translate("Targets"), icon=":material/flag:", type="tertiary", key=f"targets-{metric.name}"
        ):
            targets.edit(page, metric)
        if deciding.may_decide(page, "annotations") and st.button(
            translate("Annotate"), icon=":material/edit_note:", type="tertiary", key=f"annotate-{metric.name}"
        ):
            annotations.edit(page)


@places.kept(lambda page: places.under(translate("Why it changed"), SMALL))
def movements(page: Page) -> None:
    """Draw who arrived, came back and fell silent in the period."""
    st.subheader(translate("Why it changed"), anchor=False)
    names = ("new_ambassadors", "resurrected_ambassadors", "lapsed_ambassadors")
    readings = [page.read(METRICS[name]).current for name in names]
    if any(reading.estimate.value is None for reading in readings):
        tell_gap(readings[0].reason)
        return
    entries = [blocks.Entry(label=short_label(found.metric), found=found) for found in readings]
    blocks.note_numbers(translate("Why it changed"), entries)
    new, back, lapsed = (int(reading.estimate.value or 0) for reading in readings)
    words = translate(
        "{new} new, {back} came back, {silent} fell silent",
        new=fmt.count(new),
        back=fmt.count(back),
        silent=fmt.count(lapsed),
    )
    colours = palette()
    kind = f"movements, {colours.ink}"
    figure = page.recall(kind, METRICS[names[0]], lambda: movements_figure((new, back, lapsed), colours))
    show(figure, words, key="movements")
    net, days = new + back - lapsed, fmt.days(page.period)
    st.caption(
        translate("{change} in all, {days}", change=fmt.points(net), days=days)
        if net
        else translate("No change in all, {days}", days=days)
    )


def tell_gap(reason: str | None) -> None:
    """Say in place of a chart why there is none."""
    st.caption(translate("n/a: {reason}", reason=reason or translate("nothing was recorded in this period")))


def kind_of_trend(page: Page, metric: Metric, grain: Grain, colours: Palette, *, is_small: bool) -> str:
    """What a trend's figure is remembered by: how it is drawn, the metric's targets, what is annotated on the page."""
    size = "small" if is_small else "large"
    noted = () if is_small else annotations.on_page(page)
    return f"figure by {grain}, {size}, {colours.ink}, {deciding.decisions(page).targets.of(metric.name)}, {noted}"


def describe_trend(page: Page, metric: Metric, grain: Grain | None = None) -> str:
    """A trend in words: its first and last value."""
    grain = grain or page.grain(metric)
    known = [step for step in page.trend(metric, grain) if step.estimate.value is not None]
    currency = page.settings.currency
    first, last = (fmt.value(metric, step.estimate.value, currency) for step in (known[0], known[-1]))
    facts = {
        "metric": translate(metric.label),
        "by": translate(GRAINS[grain]),
        "days": fmt.days(page.period),
        "first": first,
        "last": last,
    }
    drawn = [comparison for comparison in page.comparisons if page.trend_before(metric, comparison, grain)]
    if not drawn:
        return translate("{metric}, {by}, {days}: from {first} to {last}", **facts)
    against = all_of(against_in_words(page.period, comparison) for comparison in drawn)
    return translate("{metric}, {by}, {days}: from {first} to {last}, beside {against}", against=against, **facts)


def palette() -> Palette:
    """The colours of the theme that the reader has chosen."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def show(figure: go.Figure, words: str, *, key: str) -> None:
    """Draw a figure; `words` say the same to who cannot see it."""
    st.plotly_chart(figure, config=_toolbar(key), alt=words, key=key)


def _toolbar(key: str) -> dict[str, object]:
    """One button, seen under the pointer: the reader’s own browser saves the figure, sharp at any size."""
    return {
        "displayModeBar": "hover",
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "svg", "filename": f"ambassade-{key}"},
        "locale": spoken(),
        "locales": {spoken(): {"dictionary": {"Download plot": translate("Save this chart (SVG)")}}},
    }
