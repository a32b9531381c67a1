"""Recurring revenue: the bridge from its level at the start to that at the end, and how much of it is kept."""

from dataclasses import dataclass, replace
from fractions import Fraction

import streamlit as st

from kpi.analysis import Estimate, estimate_difference
from kpi.language import mark, translate
from kpi.metrics import METRICS, Measurement, Metric
from kpi.ui import blocks, charts, places
from kpi.ui import format as fmt
from kpi.ui.looks import GLUE
from kpi.ui.movements import level_at_start
from kpi.ui.page import Page
from kpi.ui.small_tables import markdown_table
from kpi.ui.waterfall import Step, round_together, signed, unit_shown, waterfall_figure

MRR = METRICS["monthly_recurring_revenue"]
MOVEMENTS = (  # with the sign by which each enters
    (METRICS["mrr_new"], 1),
    (METRICS["mrr_expansion"], 1),
    (METRICS["mrr_reactivation"], 1),
    (METRICS["mrr_contraction"], -1),
    (METRICS["mrr_churn"], -1),
)
KEPT = tuple(  # by customers won and by all others, net and gross
    (METRICS[f"referred_{kind}_revenue_retention"], METRICS[f"other_{kind}_revenue_retention"])
    for kind in ("net", "gross")
)
LABELS = {
    "referred_net_revenue_retention": mark("Net, customers won"),
    "other_net_revenue_retention": mark("Net, others"),
    "referred_gross_revenue_retention": mark("Gross, customers won"),
    "other_gross_revenue_retention": mark("Gross, others"),
}
BRIDGE, CENT = 232, Fraction(1, 100)  # pixels, of six bars


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """The level at the start, what moved it with its sign, and the level at the end: the first two make the third."""

    start: Fraction
    parts: dict[str, Fraction]
    end: Fraction


def read_bridge(page: Page) -> Bridge | str:
    """The bridge over the period, or why there is none."""
    end, *moved = (page.read(metric).current for metric in (MRR, *(metric for metric, _ in MOVEMENTS)))
    gap = next((found for found in (end, *moved) if found.estimate.value is None), None)
    # Asked for last: what lacks one of the chosen filters has no level to ask for.
    start = gap or level_at_start(page, MRR)
    if start.estimate.value is None:
        return start.reason or ""
    return Bridge(
        start=Fraction(start.estimate.value),
        parts={
            translate(metric.label): sign * Fraction(found.estimate.value or 0)
            for (metric, sign), found in zip(MOVEMENTS, moved, strict=True)
        },
        end=Fraction(end.estimate.value or 0),
    )


def recurring(page: Page) -> str:
    """Where recurring revenue stands, and what moved it. Markdown."""
    bridge, currency = read_bridge(page), page.settings.currency
    if isinstance(bridge, str):
        return _without_bridge(page, bridge)
    change = float(bridge.end - bridge.start)
    facts = {
        "start": fmt.value(MRR, float(bridge.start), currency),
        "end": fmt.value(MRR, float(bridge.end), currency),
        "size": fmt.difference(MRR, change, currency),
    }
    if fmt.is_no_change(MRR, change, currency):
        return translate("Recurring revenue stands **unchanged at {end}** a month since the period began.", **facts)
    if change > 0:
        return translate("Recurring revenue **rose by {size}**, from {start} to **{end}** a month.", **facts)
    return translate("Recurring revenue **fell by {size}**, from {start} to **{end}** a month.", **facts)


def _without_bridge(page: Page, reason: str) -> str:
    end = page.read(MRR).current.estimate.value
    if end is None:
        return translate("Recurring revenue is **n/a**: {reason}.", reason=reason)
    return translate(
        "Recurring revenue stands at **{end}** a month; what it was at the start is **n/a**: {reason}.",
        end=fmt.value(MRR, end, page.settings.currency),
        reason=reason,
    )


@places.kept(lambda page: st.skeleton(BRIDGE))
def bridge_chart(page: Page) -> None:
    """Draw what moved recurring revenue, each part beginning where the one before ended."""
    bridge = read_bridge(page)
    if isinstance(bridge, str):
        charts.tell_gap(bridge)
        return
    parts = list(bridge.parts.values())
    sizes = round_together(parts, unit_shown(MRR, parts))
    steps = [Step(label=label, size=size) for label, size in zip(bridge.parts, sizes, strict=True)]
    palette, currency = charts.palette(), page.settings.currency
    figure = page.recall(f"bridge, {palette.ink}", MRR, lambda: waterfall_figure(MRR, steps, palette, currency))
    charts.show(figure, ", ".join(f"{step.label} {signed(MRR, step.size, currency)}" for step in steps), key="bridge")


@places.kept(lambda page: st.skeleton(BRIDGE))
def bridge_table(page: Page) -> None:
    """List the levels and what lies between them, to the cent: what is shown adds up."""
    bridge = read_bridge(page)
    if isinstance(bridge, str):
        st.empty()  # in place of the skeleton: the chart beside it says why there is none
        return
    _note_bridge(page, bridge)
    head = ["", translate("Amount, {currency}", currency=page.settings.currency)]
    st.markdown(markdown_table(head, bridge_rows(bridge, page.settings.currency)))


def _note_bridge(page: Page, bridge: Bridge) -> None:
    end = page.read(MRR).current
    amounts = {translate("MRR at the start"): bridge.start, **bridge.parts, translate("MRR at the end"): bridge.end}
    entries = [
        blocks.Entry(label=label, found=replace(end, estimate=Estimate(value=float(amount))))
        for label, amount in amounts.items()
    ]
    blocks.note_numbers(translate("Recurring revenue"), entries)


def bridge_rows(bridge: Bridge, currency: str) -> list[list[str]]:
    """The level at the start, each movement with its sign, the level at the end."""
    start, *sizes = round_together([bridge.start, *bridge.parts.values()], CENT)
    end = start + sum(sizes, Fraction())
    moved = [
        [label, f"{fmt.MINUS if size < 0 else '+'}{GLUE}{fmt.money(float(abs(size)), currency, full=True)}"]
        for label, size in zip(bridge.parts, sizes, strict=True)
    ]
    return [
        [translate("MRR at the start"), fmt.money(float(start), currency, full=True)],
        *moved,
        [f"**{translate('MRR at the end')}**", f"**{fmt.money(float(end), currency, full=True)}**"],
    ]


@places.kept(lambda page: st.skeleton(BRIDGE))
def retention(page: Page) -> None:
    """Set what customers won keep paying beside what all others do, with the difference and its interval."""
    won, others = (page.read(metric).current for metric in KEPT[0])
    if won.estimate.value is None and others.estimate.value is None:
        charts.tell_gap(won.reason)
        return
    entries = [entry for metrics in KEPT for entry in _entries(page, *metrics)]
    blocks.note_numbers(translate("What customers keep paying"), entries)
    rows = [row for metrics in KEPT for row in _kept(page, *metrics)]
    head = ["", translate("Kept"), translate("95\N{NO-BREAK SPACE}% interval"), translate("Customers")]
    st.markdown(markdown_table(head, rows))
    st.caption(
        translate(
            "Share of what was paid each month at the start that is still paid at the end, net with what the same "
            "customers added and gross without, with its 95\N{NO-BREAK SPACE}% interval and the number of customers "
            "who paid at the start. Customers choose themselves whether to follow an ambassador: a difference is no "
            "effect."
        )
    )


def kept(page: Page) -> str:
    """Whether customers won keep paying more of what they paid than others do. Markdown."""
    of_won, of_others = KEPT[0]
    won, others = page.read(of_won).current, page.read(of_others).current
    for found in (won, others):
        if found.estimate.value is None:
            return translate("What customers won keep paying is **n/a** beside others: {reason}.", reason=found.reason)
    currency, few = page.settings.currency, page.settings.few
    facts = {
        "won": fmt.value(of_won, won.estimate.value, currency),
        "others": fmt.value(of_others, others.estimate.value, currency),
        "count": fmt.count(won.estimate.n or 0),
        "other_count": fmt.count(others.estimate.n or 0),
    }
    difference = estimate_difference(won.estimate, others.estimate)
    if difference.n is not None and difference.n < few:
        return translate(
            "Customers won keep **{won}** of what they paid each month, others {others}: too few to compare "
            "(n = {count} and {other_count}).",
            **facts,
        )
    if difference.low is not None and difference.low > 0:
        return translate(
            "Customers won keep **{won}** of what they paid each month, **more** than others with {others}.", **facts
        )
    if difference.high is not None and difference.high < 0:
        return translate(
            "Customers won keep **{won}** of what they paid each month, **less** than others with {others}.", **facts
        )
    return translate(
        "Customers won keep **{won}** of what they paid each month, others {others}: **no clear difference**.", **facts
    )


def _kept(page: Page, of_won: Metric, of_others: Metric) -> list[list[str]]:
    """A row for each group, and one for the first less the second."""
    won, others = page.read(of_won).current, page.read(of_others).current
    difference = estimate_difference(won.estimate, others.estimate)
    return [_share(page, won), _share(page, others), _difference(page, of_won, difference)]


def _entries(page: Page, of_won: Metric, of_others: Metric) -> list[blocks.Entry]:
    won, others = page.read(of_won).current, page.read(of_others).current
    difference = replace(won, estimate=estimate_difference(won.estimate, others.estimate))
    labels = [translate(LABELS[of_won.name]), translate(LABELS[of_others.name]), translate("Difference")]
    named = zip(labels, (won, others, difference), strict=True)
    return [blocks.Entry(label=label, found=found) for label, found in named]


def _share(page: Page, found: Measurement) -> list[str]:
    estimate, currency = found.estimate, page.settings.currency
    label = translate(LABELS[found.metric.name])
    if estimate.value is None:
        return [label, translate("n/a: {reason}", reason=found.reason), "", ""]
    counted = fmt.count(estimate.n or 0)
    if (estimate.n or 0) < page.settings.few:
        counted = translate("{counted} (few)", counted=counted)
    interval = fmt.interval(found.metric, estimate.low, estimate.high, currency)
    return [label, f"**{fmt.value(found.metric, estimate.value, currency)}**", interval, counted]


def _difference(page: Page, metric: Metric, found: Estimate) -> list[str]:
    label, currency = translate("Difference"), page.settings.currency
    if found.value is None:
        return [label, translate("n/a"), "", ""]
    words = f"**{fmt.change(metric, found.value, None, currency)}**"
    if found.low is None or found.high is None:
        return [label, words, "", ""]
    low, high = (fmt.change(metric, limit, None, currency) for limit in (found.low, found.high))
    return [label, words, translate("{first} to {last}", first=low, last=high), ""]
