"""What changed most: among headlines and activity, the largest clear changes in whole sentences. Markdown."""

from collections.abc import Iterator, Sequence

import streamlit as st

from kpi.language import translate
from kpi.metrics import HEADLINES, METRICS, Unit
from kpi.ui import crediting, places
from kpi.ui import format as fmt
from kpi.ui.notes import short_label
from kpi.ui.page import Page, Reading
from kpi.ui.presets import against_clause

MOST = 3
LINE = 30  # pixels
ACTIVITY = METRICS["active_ambassadors"].section
CANDIDATES = (
    *HEADLINES,
    *(metric for metric in METRICS.values() if metric.section == ACTIVITY and metric not in HEADLINES),
)
STORIES = (  # which say the same in other numbers: of each, what changed most is told
    frozenset({"active_ambassadors", "active_ambassadors_90d", "activation_rate"}),
    frozenset({"acts", "acting_customers"}),
)


@places.kept(lambda page: places.under(title(page), MOST * LINE))
def show(page: Page) -> None:
    """List what changed most."""
    st.subheader(title(page), anchor=False)
    found = largest_changes(page)
    told = [change_in_words(reading, page.settings.currency) for reading in found]
    st.markdown("\n".join(f"- {sentence}" for sentence in told) if told else why_none(page))
    rule = crediting.told((reading.metric for reading in found), page.attribution)
    if rule:
        st.caption(rule)


def title(page: Page) -> str:
    """What the list is headed with."""
    against = against_clause(page.period, page.comparison)
    return translate("What changed most {against}", against=against) if against else translate("What changed most")


def largest_changes(page: Page) -> list[Reading]:
    """Up to `MOST` readings with a clear change, the largest beside its values first, one per story."""
    found = sorted(_told_apart(page), key=weight, reverse=True)
    stories = [next((story for story in STORIES if one.metric.name in story), one.metric.name) for one in found]
    return [one for rank, one in enumerate(found) if stories.index(stories[rank]) == rank][:MOST]


def change_in_words(reading: Reading, currency: str) -> str:
    """A change as a sentence: **Acquisition cost** rose by € 4 to € 31."""
    change = reading.change or 0
    facts = {
        "metric": short_label(reading.metric),
        "size": fmt.difference(reading.metric, change, currency),
        "value": fmt.value(reading.metric, reading.current.estimate.value, currency),
    }
    if change > 0:
        return translate("**{metric}** rose by {size} to {value}.", **facts)
    return translate("**{metric}** fell by {size} to {value}.", **facts)


def why_none(page: Page) -> str:
    """Why no change is told: nothing compared, nothing there, a period that is not over, or nothing clear."""
    if page.comparison is None:
        return translate("Nothing is compared. Choose a comparison at the left to see what changed.")
    readings = [page.read(metric) for metric in HEADLINES]
    known = [reading for reading in readings if reading.current.estimate.value is not None]
    if not known:
        return translate("n/a: {reason}", reason=readings[0].current.reason)
    if page.manifest.data_end is not None and page.period.end > page.manifest.data_end:
        return translate("The data ends before the period does: what changed is told once the data is there.")
    if all(reading.before is None for reading in known):
        return translate("Nothing to compare with: {reason}.", reason=known[0].unmatched)
    return translate("Nothing changed clearly {against}.", against=against_clause(page.period, page.comparison))


def weight(reading: Reading) -> float:
    """How large a change is beside the larger of its two values; of scores, which run from −100 to 100, beside 100."""
    if reading.before is None or not reading.change:
        return 0.0
    if reading.metric.unit is Unit.POINTS:
        return abs(reading.change) / 100
    return abs(reading.change) / max(_sizes(reading))


def _told_apart(page: Page) -> Iterator[Reading]:
    """Readings whose change is clear, to be seen, of enough cases and of a period that the data covers."""
    for metric in CANDIDATES:
        reading = page.read(metric)
        if reading.change is None or fmt.is_no_change(metric, reading.change, page.settings.currency):
            continue
        is_covered = page.coverage(metric).explain_incomplete(page.period) is None
        if reading.is_clear and is_covered and not _is_few(reading, page.settings.few):
            yield reading


def _is_few(reading: Reading, few: int) -> bool:
    """Whether too few stand behind either value: of a count itself, else of the cases of a rate."""
    if reading.metric.unit is Unit.COUNT:
        return max(_sizes(reading)) < few
    estimates = [reading.current.estimate, *([reading.before.estimate] if reading.before else [])]
    return any(estimate.n is not None and estimate.n < few for estimate in estimates)


def _sizes(reading: Reading) -> Sequence[float]:
    values = [reading.current.estimate.value, reading.before.estimate.value if reading.before else None]
    return [abs(float(value or 0)) for value in values]
