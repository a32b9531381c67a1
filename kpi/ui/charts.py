"""Charts: a figure under its name, with its words for who cannot see it."""

import plotly.graph_objects as go
import streamlit as st

from kpi.metrics import METRICS, Metric
from kpi.period import Grain
from kpi.ui import format as fmt
from kpi.ui.figures import DARK, FEWEST, LIGHT, Palette, is_too_few, movements_figure, trend_figure
from kpi.ui.notes import counted_noun, short_label
from kpi.ui.page import Page
from kpi.ui.presets import against_in_words

GRAINS = {Grain.DAY: "by day", Grain.WEEK: "by week", Grain.MONTH: "by month"}


def trend(page: Page, metric: Metric, *, is_small: bool = False) -> None:
    """Draw a metric over the period beside the comparison period; say why when there is nothing to draw."""
    st.subheader(f"{short_label(metric)}, {GRAINS[page.grain(metric)]}", anchor=False)
    known = [step for step in page.trend(metric) if step.estimate.value is not None]
    if not known:
        st.caption(f"{fmt.NOT_AVAILABLE}: {page.read(metric).current.reason or 'nothing was recorded in this period'}")
        return
    left_out = sum(is_too_few(step) for step in known)
    if left_out < len(known):
        palette = _palette()
        kind = f"figure, {'small' if is_small else 'large'}, {palette.ink}"
        figure = page.recall(kind, metric, lambda: trend_figure(page, metric, palette, is_small=is_small))
        _show(figure, describe_trend(page, metric), key=f"trend-{metric.name}")
    if left_out:
        unit = fmt.number_of(left_out, page.grain(metric).value)
        st.caption(f"{unit} with fewer than {fmt.number_of(FEWEST, counted_noun(metric))} not drawn")


def movements(page: Page) -> None:
    """Draw who arrived, came back and fell silent in the period."""
    st.subheader("Why it changed", anchor=False)
    names = ("new_ambassadors", "resurrected_ambassadors", "lapsed_ambassadors")
    readings = [page.read(METRICS[name]).current for name in names]
    if any(reading.estimate.value is None for reading in readings):
        st.caption(f"{fmt.NOT_AVAILABLE}: {readings[0].reason}")
        return
    new, back, lapsed = (int(reading.estimate.value or 0) for reading in readings)
    words = f"{fmt.count(new)} new, {fmt.count(back)} came back, {fmt.count(lapsed)} fell silent"
    _show(movements_figure((new, back, lapsed), _palette()), words, key="movements")
    net = new + back - lapsed
    st.caption(f"{fmt.points(net) if net else 'No change'} in all, {fmt.days(page.period)}")


def describe_trend(page: Page, metric: Metric) -> str:
    """A trend in words: its first and last value."""
    known = [step for step in page.trend(metric) if step.estimate.value is not None]
    currency = page.settings.currency
    first, last = (fmt.value(metric, step.estimate.value, currency) for step in (known[0], known[-1]))
    words = f"{metric.label}, {GRAINS[page.grain(metric)]}, {fmt.days(page.period)}: from {first} to {last}"
    against = against_in_words(page.period, page.comparison)
    return f"{words}, beside {against}" if page.trend_before(metric) else words


def _palette() -> Palette:
    return DARK if st.context.theme.type == "dark" else LIGHT


def _show(figure: go.Figure, words: str, *, key: str) -> None:
    st.plotly_chart(figure, config={"displayModeBar": False}, alt=words, key=key)
