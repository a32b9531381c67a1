"""The level of active ambassadors and its movements: level at the start + new + returned − silent = at the end."""

from dataclasses import dataclass, replace

from kpi.language import translate
from kpi.metrics import METRICS, Measurement, Metric, measure
from kpi.period import Period
from kpi.ui import cards, places
from kpi.ui import format as fmt
from kpi.ui.page import Page, Reading

ACTIVE = METRICS["active_ambassadors"]
NEW, BACK, SILENT = (METRICS[f"{kind}_ambassadors"] for kind in ("new", "resurrected", "lapsed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Movements:
    """The level when the period began, who came and went in it, and the level at its end."""

    start: int
    new: int
    back: int
    silent: int
    end: int


def level_at_start(page: Page, metric: Metric) -> Measurement:
    """The level at the midnight on which the period begins."""
    return page.recall(
        "level at start", metric, lambda: measure(page.warehouse, metric, _before(page), where=page.filters)
    )


def read_movements(page: Page) -> Movements | None:
    """The five numbers; None when one is n/a."""
    readings = [page.read(metric).current for metric in (ACTIVE, NEW, BACK, SILENT)]
    values = [found.estimate.value for found in (*readings, level_at_start(page, ACTIVE))]
    if None in values:
        return None
    end, new, back, silent, start = (int(value or 0) for value in values)
    return Movements(start=start, new=new, back=back, silent=silent, end=end)


def identity_cards(page: Page) -> tuple[cards.Card, ...]:
    """Five cards that read as a sum; the sign before a label says how it enters."""
    new, back, silent, end = (cards.card(page, metric) for metric in (NEW, BACK, SILENT, ACTIVE))
    before = _before(page).last_day
    start_day = fmt.day(before, year=before.year != page.period.last_day.year)
    value = (
        level_at_start(page, ACTIVE).estimate.value if page.read(ACTIVE).current.estimate.value is not None else None
    )
    start = cards.Card(
        page=replace(page, period=_before(page)),
        metric=ACTIVE,
        label=translate("Active at the start"),
        value=fmt.value(ACTIVE, value, page.settings.currency),
        delta=None,
        arrow="off",
        colour="gray",
        course=(),
        note=translate("on {day}", day=start_day),
        help=end.help,
        reading=Reading(metric=ACTIVE, current=level_at_start(page, ACTIVE)),
    )
    return (
        start,
        replace(new, label=translate("+ new")),
        replace(back, label=translate("+ came back")),
        replace(silent, label=translate("− fell silent")),
        replace(end, label=translate("= active at the end")),
    )


@places.kept(lambda page: cards.sketch(5, lines=1))
def show(page: Page) -> None:
    """Draw the five cards."""
    cards.show(identity_cards(page))


def _before(page: Page) -> Period:
    """The day before the period, at whose end the level at the start is read."""
    return Period.until(page.period.start, days=1)
