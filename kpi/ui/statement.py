"""One ambassador's statement, to be sent to them: their own numbers in words, and no other person's data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from kpi.language import speaking, spoken, translate, translate_plural
from kpi.metrics import (
    METRICS,
    Attribution,
    Coverage,
    Event,
    Events,
    Measurement,
    Model,
    Sheet,
    coverage,
    read_person,
    read_sheet,
    require_ambassador,
)
from kpi.period import Period
from kpi.store import Manifest, Warehouse
from kpi.ui import format as fmt
from kpi.ui.kinds import label_of
from kpi.ui.statement_texts import MEANINGS, thanks
from kpi.ui.typesetting import legible, typeset

MOST_LISTED = 6  # recognition, other rewards and answers each, so that a busy year fits on one page
LONGEST_NAME, LONGEST_LABEL = 200, 60  # letters
LINES_OF_A_HEADING = 2
HIGHEST_SCORES = {"nps": 10, "csat": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a section: its name, what is said of it in small print, and its value at the right."""

    name: str
    detail: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines under a heading, and what is said below them."""

    heading: str
    rows: Sequence[Row] = ()
    notes: Sequence[str] = ()


def build_statement(warehouse: Warehouse, ambassador_id: str, period: Period, *, language: str, currency: str) -> bytes:
    """The statement as a PDF of one page, seldom two, in this language; the same bytes for the same data.

    `QuestionError` for an id that no ambassador has. For callers whose reader may take data of people away.
    """
    require_ambassador(warehouse, ambassador_id)
    person = read_person(warehouse, ambassador_id)
    with speaking(language):
        sheet = read_sheet(warehouse, ambassador_id, period)
        name = person.full_name if person else None
        words = statement_in_words(sheet, name, warehouse, currency)
    return typeset("statement", words, at=_data_date(warehouse.manifest))


def explain_no_statement(warehouse: Warehouse, period: Period) -> str | None:
    """Why there is nothing to state: the data begins after the period, or ends before it."""
    first = min((first for first, _ in warehouse.table_dates().values()), default=None)
    any_table = Coverage(is_level=False, begins=first, data_end=warehouse.manifest.data_end, ends=())
    return any_table.explain_gap(period)


def statement_in_words(sheet: Sheet, name: str | None, warehouse: Warehouse, currency: str) -> Mapping[str, object]:
    """What the template sets, in the language spoken; `name` is the ambassador's, without one the id stands there."""
    called = legible(name or "", LONGEST_NAME) or legible(sheet.ambassador_id, LONGEST_NAME)
    period = fmt.days(sheet.period)
    days = Attribution().window
    return {
        "language": spoken(),
        "title": translate("Ambassador statement: {name}, {period}", name=called, period=period),
        "kind": translate("Ambassador statement"),
        "period": fmt.begin(period),
        "name": called,
        "about": _about(sheet),
        "thanks": thanks(sheet),
        "figures": _figures(sheet, currency),
        "columns": [[asdict(section) for section in sections] for sections in _columns(sheet, currency)],
        "meaning": {
            "heading": translate("What the numbers mean"),
            "rows": [{"name": translate(term), "text": translate(text, days=days)} for term, text in MEANINGS],
        },
        "closing": _closing(sheet, warehouse),
    }


def _columns(sheet: Sheet, currency: str) -> tuple[list[Section], list[Section]]:
    """What they did and answered beside what they were given; the commission goes where there is more room."""
    done, given = [_acts(sheet), _answers(sheet)], [*_rewards(sheet, currency)]
    min(done, given, key=_lines).append(_commission(sheet, currency))
    return done, given


def _lines(sections: Sequence[Section]) -> int:
    return sum(len(section.rows) + len(section.notes) + LINES_OF_A_HEADING for section in sections)


def _about(sheet: Sheet) -> str:
    parts = [
        legible(sheet.ambassador_id, LONGEST_NAME),
        translate("programme {programme}", programme=_label(sheet.programme)),
        translate("enrolled on {day}", day=fmt.day(sheet.enrolled_date)),
    ]
    if sheet.left_date is not None:
        parts.append(translate("left on {day}", day=fmt.day(sheet.left_date)))
    return " · ".join(parts)


def _figures(sheet: Sheet, currency: str) -> list[dict[str, str]]:
    counted = {
        translate("Acts"): (_count(sheet.acts), sheet.acts.reason),
        translate("Customers brought"): (_count(sheet.people_brought), sheet.people_brought.reason),
        translate("Revenue credited"): (_money(sheet.revenue[Model.LAST], currency), sheet.revenue[Model.LAST].reason),
    }
    figures = [{"label": label, "value": value, "note": reason or ""} for label, (value, reason) in counted.items()]
    return [*figures, _rewards_figure(sheet)]


def _rewards_figure(sheet: Sheet) -> dict[str, str]:
    label = translate("Rewards")
    if sheet.rewards.reason is not None:
        return {"label": label, "value": translate(fmt.NOT_AVAILABLE), "note": sheet.rewards.reason}
    recognition = len(sheet.recognition.items)
    note = translate_plural(
        "{count} of them recognition", "{count} of them recognition", recognition, count=fmt.count(recognition)
    )
    given = len(sheet.rewards.items)
    return {"label": label, "value": fmt.count(given), "note": note if recognition else ""}


def _acts(sheet: Sheet) -> Section:
    heading = translate("Acts by kind")
    if sheet.acts.estimate.value is None:
        return _gap(heading, sheet.acts.reason)
    counted = sorted(sheet.acts_by_kind, key=lambda one: -int(one.estimate.value or 0))
    rows = [Row(name=_label(one.group or ""), value=_count(one)) for one in counted]
    return Section(heading=heading, rows=rows, notes=[] if rows else [translate("No act in this period.")])


def _answers(sheet: Sheet) -> Section:
    def row(one: Event) -> Row:
        return Row(name=_label(one.kind or ""), detail=fmt.day(one.day), value=_score(one))

    none = translate("No answer in this period.")
    return _listed(translate("Your answers"), sheet.answers, row, none)


def _rewards(sheet: Sheet, currency: str) -> tuple[Section, ...]:
    """What was said or shown, and what else was given."""

    def row(one: Event) -> Row:
        is_money = one.detail == "monetary" and one.amount is not None
        amount = fmt.money(one.amount or 0, currency, full=True) if is_money else ""
        return Row(name=_label(one.kind or ""), detail=amount, value=fmt.day(one.day))

    if not sheet.rewards.items:
        none = translate("Nothing was given in this period.")
        return (_listed(translate("Rewards and recognition"), sheet.rewards, row, none),)
    none, nothing = translate("No recognition in this period."), translate("No other reward in this period.")
    return (
        _listed(translate("Recognition received"), sheet.recognition, row, none),
        _listed(translate("Other rewards"), sheet.other_rewards, row, nothing),
    )


def _commission(sheet: Sheet, currency: str) -> Section:
    found = {
        translate("Booked"): sheet.commission_booked,
        translate("Due"): sheet.commission_due,
        translate("Paid"): sheet.commission_paid,
    }
    return Section(
        heading=translate("Commission"),
        rows=[Row(name=name, value=_money(one, currency)) for name, one in found.items()],
        notes=[
            translate("{name}: {reason}", name=name, reason=one.reason) for name, one in found.items() if one.reason
        ],
    )


def _listed(heading: str, events: Events, row: Callable[[Event], Row], nothing: str) -> Section:
    """The latest events, how many more there are, and why there is none."""
    if events.reason is not None:
        return _gap(heading, events.reason)
    more = len(events.items) - MOST_LISTED
    notes = [] if events.items else [nothing]
    if more > 0:
        notes = [translate_plural("and {count} earlier one", "and {count} earlier ones", more, count=fmt.count(more))]
    return Section(heading=heading, rows=[row(one) for one in events.items[:MOST_LISTED]], notes=notes)


def _gap(heading: str, reason: str | None) -> Section:
    return Section(heading=heading, notes=[translate("n/a: {reason}", reason=reason or "")])


def _closing(sheet: Sheet, warehouse: Warehouse) -> str:
    """How fresh the numbers are, what they lack, and where to ask."""
    end = warehouse.manifest.data_end
    said = [translate("This statement is about you alone. If something is missing or wrong, tell who sent it to you.")]
    if end is not None:
        day = fmt.day(end - timedelta(days=1))
        said.append(translate("Data to {day}, version {version}.", day=day, version=warehouse.manifest.version))
        if sheet.period.end > end:
            said.append(translate("The period is not over: data ends {day}.", day=day))
        said.extend(_cautions(sheet, warehouse, end))
    return " ".join(said)


def _cautions(sheet: Sheet, warehouse: Warehouse, data_end: date) -> list[str]:
    """What the values lack of the days that the data has, a sentence per reason; one that is n/a says why itself."""
    found = {
        translate("Acts"): sheet.acts,
        translate("Customers brought"): sheet.people_brought,
        translate("Revenue credited"): sheet.revenue[Model.LAST],
        translate("Commission"): sheet.commission_booked,
    }
    names: dict[str, list[str]] = {}
    for name, one in found.items():
        if one.estimate.value is not None:
            days = replace(sheet.period, end=min(sheet.period.end, data_end))
            reason = coverage(warehouse, one.metric).explain_incomplete(days)
            if reason is not None:
                names.setdefault(reason, []).append(name)
    return [
        translate("To be read with care: {names} ({reason}).", names=", ".join(some), reason=reason)
        for reason, some in names.items()
    ]


def _data_date(manifest: Manifest) -> datetime:
    """The last day of the data, which the file carries as the day it was made."""
    if manifest.data_end is None:
        return manifest.built_at
    return datetime.combine(manifest.data_end - timedelta(days=1), time(), UTC)


def _count(found: Measurement) -> str:
    return fmt.value(METRICS["acts"], found.estimate.value, "")


def _money(found: Measurement, currency: str) -> str:
    return fmt.value(METRICS["attributed_revenue"], found.estimate.value, currency, full=True)


def _score(one: Event) -> str:
    if one.score is None:
        return ""
    highest = HIGHEST_SCORES.get(one.kind or "")
    if highest is None:
        return fmt.count(one.score)
    return translate("{score} of {highest}", score=fmt.count(one.score), highest=fmt.count(highest))


def _label(value: str) -> str:
    return legible(label_of(value), LONGEST_LABEL)
