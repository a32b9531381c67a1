"""The sponsor's report: the month in words and numbers on two or three pages, with nobody's personal data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from kpi.access.roles import RIGHTS, Role
from kpi.access.sessions import Identity
from kpi.decisions import track
from kpi.language import speaking, spoken, translate
from kpi.metrics import HEADLINES, Attribution, Coverage, Metric
from kpi.period import Comparison, Period
from kpi.settings import Settings
from kpi.store import Store, Warehouse
from kpi.ui import answers, crediting, decided, deciding, economics_answers, goals, surveys
from kpi.ui import format as fmt
from kpi.ui.definitions import definitions
from kpi.ui.notes import note, short_label
from kpi.ui.page import Page, Reading
from kpi.ui.presets import against_in_heading
from kpi.ui.report_figures import budget_in_words, channels_drawn, course_drawn, runs
from kpi.ui.segments import segments_in_words
from kpi.ui.typesetting import in_plain_text, legible, typeset

FILE: Final = "ambassade-report.pdf"
PAGE: Final = "economics"
# Whoever asks for it, a report holds what a sponsor may see, who may not see people.
SPONSOR: Final = Identity(
    username="", name="", role=Role.SPONSOR, rights=RIGHTS[Role.SPONSOR], language=None, session=""
)
COMPARISONS: Final = (Comparison.PREVIOUS, Comparison.LAST_YEAR)
SATISFACTION: Final = (
    *surveys.AMBASSADORS,
    surveys.RESPONSE[0],
    *surveys.CUSTOMERS,
    surveys.RESPONSE[1],
)
MOST_NOTES, LONGEST_NOTE = 12, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report is about: the days, and what was chosen of segments and attribution."""

    store: Store
    settings: Settings
    period: Period
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attribution: Attribution = crediting.USUAL


def build_report(warehouse: Warehouse, asked: Asked, *, language: str) -> bytes:
    """The report as a PDF in this language; the same bytes for the same data, decisions and choice."""
    page = _page(warehouse, asked)
    with speaking(language):
        words = report_in_words(page)
    return typeset("report", words, at=_data_date(warehouse))


def explain_no_report(warehouse: Warehouse, period: Period) -> str | None:
    """Why there is nothing to report: the data begins after the period, or ends before it."""
    first = min((first for first, _ in warehouse.table_dates().values()), default=None)
    any_table = Coverage(is_level=False, begins=first, data_end=warehouse.manifest.data_end, ends=())
    return any_table.explain_gap(period)


def report_in_words(page: Page) -> Mapping[str, object]:
    """What the template sets, in the language spoken."""
    period = fmt.days(page.period)
    budget = track(page.warehouse, deciding.decisions(page).budgets.plan(), page.period.last_day.year)[0]
    return {
        "language": spoken(),
        "title": translate("Ambassador programme: {period}", period=period),
        "kind": translate("Report for the budget sponsor"),
        "heading": translate("What the ambassador programme cost and brought"),
        "period": fmt.begin(period),
        "about": _about(page),
        "answers": [runs(answers.programme_health(page)), runs(economics_answers.economics(page))],
        "figures": {"heading": translate("Key figures"), **_figures(page, HEADLINES)},
        "course": course_drawn(page),
        "channels": channels_drawn(page),
        "budget": budget_in_words(page, budget),
        "satisfaction": {"heading": translate("Satisfaction"), **_figures(page, SATISFACTION)},
        "notes": _notes(page),
        "meaning": _meaning(),
        "closing": _closing(page),
    }


def _page(warehouse: Warehouse, asked: Asked) -> Page:
    known: dict[str, Any] = {}

    def remember(question: str, answer: Callable[[], Any]) -> Any:
        if question not in known:
            known[question] = answer()
        return known[question]

    return Page(
        name=PAGE,
        reader=SPONSOR,
        settings=asked.settings,
        store=asked.store,
        warehouse=warehouse,
        period=asked.period,
        comparisons=COMPARISONS,
        filters=asked.filters,
        attribution=asked.attribution,
        remember=remember,
    )


def _about(page: Page) -> list[str]:
    """What the numbers are limited to, where they are."""
    chosen = segments_in_words(page.filters)
    told = [translate("Only {segments}.", segments=in_plain_text(chosen))] if chosen else []
    if not crediting.is_usual(page.attribution):
        told.append(crediting.in_words(page.attribution))
    return told


def _figures(page: Page, metrics: tuple[Metric, ...]) -> dict[str, object]:
    """A table of values with their interval and n, changes, and targets where there are any."""
    rows = [_figure(page, page.read(metric)) for metric in metrics]
    has_targets = any(row["target"] for row in rows)
    against = [fmt.begin(against_in_heading(one)) for one in COMPARISONS]
    return {
        "head": ["", translate("Value"), *against, *([translate("Target")] if has_targets else [])],
        "rows": rows,
    }


def _figure(page: Page, reading: Reading) -> dict[str, object]:
    metric, currency = reading.metric, page.settings.currency
    return {
        "name": short_label(metric),
        "value": fmt.value(metric, reading.current.estimate.value, currency),
        "changes": [_change(reading, currency), _change(reading.second, currency)],
        "target": fmt.begin(goals.in_words(page, reading)),
        "note": note(page, reading),
    }


def _change(reading: Reading | None, currency: str) -> dict[str, object]:
    """The change in words and a caution where it is not clear; a dash where nothing stands beside it."""
    if reading is None or reading.change is None or reading.before is None:
        return {"text": "–", "caution": ""}
    words = fmt.change(reading.metric, reading.change, reading.before.estimate.value, currency)
    is_told = reading.is_clear or fmt.is_no_change(reading.metric, reading.change, currency)
    return {"text": words, "caution": "" if is_told else translate("not clear")}


def _notes(page: Page) -> dict[str, object]:
    found = deciding.decisions(page).annotations.on_page(page.name, page.period)
    lines = [
        {"name": fmt.begin(decided.days_of(one)), "text": legible(one.text, LONGEST_NOTE)} for one in found[:MOST_NOTES]
    ]
    return {"heading": translate("Notes on these days"), "rows": lines}


def _meaning() -> dict[str, object]:
    metrics = {metric.name: metric for metric in (*HEADLINES, *economics_answers.CARDS, *SATISFACTION)}
    rows = [{"name": name, "text": text} for name, text in definitions(metrics.values())]
    return {"heading": translate("What the numbers mean"), "rows": rows}


def _closing(page: Page) -> str:
    """How fresh the numbers are, what they are, and what they lack."""
    end, told = page.manifest.data_end, []
    if end is not None:
        day = fmt.day(end - timedelta(days=1))
        told.append(translate("Data to {day}, version {version}.", day=day, version=page.manifest.version))
        if page.period.end > end:
            told.append(translate("The period is not over: data ends {day}.", day=day))
    told.append(
        translate(
            "Intervals are 95\N{NO-BREAK SPACE}% intervals. Attributed is not incremental: some of it would have come "
            "without the programme."
        )
    )
    return " ".join(told)


def _data_date(warehouse: Warehouse) -> datetime:
    """The last day of the data, which the file carries as the day it was made."""
    end: date | None = warehouse.manifest.data_end
    if end is None:
        return warehouse.manifest.built_at
    return datetime.combine(end - timedelta(days=1), time(), UTC)
