"""What waits for somebody: targets to set, people to thank, rows to look at. Markdown, whole sentences with a link."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlencode

import streamlit as st

from kpi.decisions import Target, Targets, whole_month
from kpi.language import translate, translate_plural
from kpi.metrics import METRICS
from kpi.store import Manifest
from kpi.ui import deciding, people, places, reminders
from kpi.ui import format as fmt
from kpi.ui.filters import in_address
from kpi.ui.notes import short_label
from kpi.ui.page import Page
from kpi.ui.presets import Preset, preset_period

LINE = 30  # pixels
EARLY = 7  # days before a month in which its targets are asked for
LOOKED_BACK = 3  # months
MOST_NAMED = 3


@places.kept(lambda page: places.under(translate("What waits for you"), 2 * LINE))
def show(page: Page) -> None:
    """List what waits for the reader's role."""
    st.subheader(translate("What waits for you"), anchor=False)
    told = list(sentences(page))
    st.markdown("\n".join(f"- {one}" for one in told) if told else translate("Nothing waits."))


def sentences(page: Page) -> Iterator[str]:
    """Each thing that waits, as far as the reader's role sees or decides it."""
    rights = page.reader.rights
    yield from reminders.sentences(page)
    if "targets" in rights.decides:
        yield from _targets(page)
    if "ambassadors" in rights.pages:
        yield from _silent(page)
    if "imports" in rights.decides:
        yield from rows_in_words(page.manifest)


def without_target(targets: Targets, data_end: date) -> dict[date, list[str]]:
    """Per month that is running or near the metrics without a target of the whole, but with one in the months before.

    It is near from `EARLY` days before its first day; of the months before, `LOOKED_BACK` count.
    """
    months = dict.fromkeys(whole_month(data_end + timedelta(days=days)).start for days in (0, EARLY - 1))
    found = {month: {one.metric for one in targets.values() if _was_for(one, month)} for month in months}
    return {
        month: sorted(metric for metric in metrics if (metric, month, None) not in targets)
        for month, metrics in found.items()
    }


def _was_for(target: Target, month: date) -> bool:
    """Whether a target is of the whole, in one of the months looked back to."""
    behind = 12 * (month.year - target.month.year) + month.month - target.month.month
    return target.segment is None and 0 < behind <= LOOKED_BACK


def rows_in_words(manifest: Manifest) -> Iterator[str]:
    """Rows of the last import that were set aside, and warnings of the audits."""
    last = max((source.imported_at for source in manifest.sources), default=None)
    rows = sum(source.rejected for source in manifest.sources if source.imported_at == last)
    if rows:
        yield translate_plural(
            "**{count} row** of the last import was set aside: [see why]({address}).",
            "**{count} rows** of the last import were set aside: [see why]({address}).",
            rows,
            count=fmt.count(rows),
            address=_address("data"),
        )
    warnings = len(manifest.warnings)
    if warnings:
        yield translate_plural(
            "The audits have **{count} warning**: [look at it]({address}).",
            "The audits have **{count} warnings**: [look at them]({address}).",
            warnings,
            count=fmt.count(warnings),
            address=_address("data"),
        )


def _targets(page: Page) -> Iterator[str]:
    if page.manifest.data_end is None:
        return
    found = without_target(deciding.decisions(page).targets, page.manifest.data_end)
    for month, metrics in found.items():
        if not metrics:
            continue
        names = [f"**{short_label(METRICS[name])}**" for name in metrics[:MOST_NAMED]]
        more = len(metrics) - MOST_NAMED
        if more > 0:
            names.append(translate_plural("{count} other", "{count} others", more, count=fmt.count(more)))
        yield translate("No target for {month} yet: {metrics}.", month=fmt.month(month), metrics=", ".join(names))


def _silent(page: Page) -> Iterator[str]:
    """Ambassadors beyond their usual gap at the data's end, to be thanked or asked, whichever period is chosen.

    They are those whom a page lists that is opened without a period.
    """
    if page.manifest.data_end is None:
        return
    latest = replace(page, period=preset_period(Preset.DAYS_90, page.manifest.data_end))
    count = len(people.silent_since(latest, people.silences(latest)))
    if count:
        yield translate_plural(
            "**{count}** ambassador fell silent in the last {days} days, for longer than usual for them: "
            "[to thank, or to ask]({address}).",
            "**{count}** ambassadors fell silent in the last {days} days, for longer than usual for them: "
            "[to thank, or to ask]({address}).",
            count,
            count=fmt.count(count),
            days=fmt.count(latest.period.days),
            address=_address("ambassadors", without=("period", "start", "end")),
        )


def _address(page: str, *, without: Collection[str] = ()) -> str:
    query = urlencode([(key, value) for key, value in in_address() if key not in without])
    return f"/{page}?{query}" if query else f"/{page}"
