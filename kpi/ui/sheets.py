"""One ambassador on one screen: facts as short tables, and the timeline."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import polars as pl
import streamlit as st

from kpi.language import mark, translate
from kpi.metrics import (
    METRICS,
    Attribution,
    Event,
    EventKind,
    Events,
    Filters,
    Measurement,
    Metric,
    Person,
    Sheet,
    is_ambassador,
    read_person,
    read_sheet,
)
from kpi.ui import cards, crediting, facts, tables
from kpi.ui import format as fmt
from kpi.ui.gaps import HOW_TO_IMPORT
from kpi.ui.kinds import label_of
from kpi.ui.movements import ACTIVE
from kpi.ui.page import Page

HEADLINES = tuple(METRICS[name] for name in ("acts", "new_customers", "attributed_revenue", "programme_cost"))
EVENTS = {
    EventKind.ENROLLED: mark("Enrolled"),
    EventKind.ACT: mark("Act"),
    EventKind.CUSTOMER_WON: mark("Customer won"),
    EventKind.ORDER_CREDITED: mark("Order credited"),
    EventKind.REWARD: mark("Reward"),
    EventKind.ANSWER: mark("Survey answer"),
    EventKind.COMMISSION: mark("Commission booked"),
    EventKind.LEFT: mark("Left"),
}
CENT = Decimal("0.01")


def find(page: Page, ambassador_id: str) -> Sheet | None:
    """The sheet of the period chosen; None for an id that nobody has.

    Its readings are those of its cards, but that it tells revenue under each rule, whichever the page credits by.
    """
    usual = replace(page, attribution=crediting.USUAL)

    def ask(metric: Metric, filters: Filters) -> Measurement:
        return _kept_to(usual, filters).read(metric).current

    # Asked anew each time: ids that are typed and nobody has would push others' answers out of memory.
    if not is_ambassador(page.warehouse, ambassador_id):
        return None
    return page.recall(
        f"sheet of {ambassador_id}",
        ACTIVE,
        lambda: read_sheet(page.warehouse, ambassador_id, page.period, ask=ask),
    )


def nobody(page: Page, ambassador_id: str) -> None:
    """Say that nobody has the id, and how to find who is meant."""
    st.title(translate("Nobody has this id"), anchor=False)
    st.markdown(
        translate(
            "No ambassador has the id “{id}” in version {version}.",
            id=fmt.plain(ambassador_id),
            version=page.manifest.version,
        )
    )
    st.markdown(translate("Look for a name, an e-mail address or an id, or open a sheet from a table."))


def who(page: Page, sheet: Sheet) -> None:
    """The name, for who may see people, or the id; programme, lever and days."""
    person = _person(page, sheet) if page.reader.rights.sees_people else None
    st.title(fmt.plain(name_of(sheet, person)), anchor=False)
    st.markdown(described(sheet, person))
    if page.filters:
        st.caption(translate("The segments chosen do not apply to one person; the period and the comparison do."))


def _person(page: Page, sheet: Sheet) -> Person | None:
    """Who it is, for who may see people."""
    wanted = sheet.ambassador_id
    found: Person | None = page.remember(f"person {wanted}", lambda: read_person(page.warehouse, wanted))
    return found


def name_of(sheet: Sheet, person: Person | None) -> str:
    """What a sheet is headed with."""
    return (person.full_name if person else None) or sheet.ambassador_id


def described(sheet: Sheet, person: Person | None) -> str:
    """Who this is, parted by dots. Markdown."""
    parts = [fmt.plain(sheet.ambassador_id)]
    if person is not None and person.email:
        parts.append(fmt.plain(person.email))
    parts.append(translate("programme {programme}", programme=fmt.plain(label_of(sheet.programme))))
    if sheet.lever:
        parts.append(translate("joined through {lever}", lever=fmt.plain(label_of(sheet.lever))))
    parts.append(translate("enrolled on {day}", day=fmt.day(sheet.enrolled_date)))
    if sheet.left_date is not None:
        parts.append(translate("left on {day}", day=fmt.day(sheet.left_date)))
    if sheet.has_contact_consent is not None and person is not None:
        agreed = sheet.has_contact_consent
        parts.append(translate("agreed to be contacted") if agreed else translate("did not agree to be contacted"))
    if sheet.left_date is None and sheet.active.estimate.value is not None:
        is_active = bool(sheet.active.estimate.value)
        parts.append(translate("**active**") if is_active else translate("no act in the last 30 days of the period"))
    return " · ".join(parts)


def headlines(page: Page, sheet: Sheet) -> None:
    """Acts, people brought, revenue and cost of this person as cards."""
    own = _kept_to(page, {"ambassador_id": (sheet.ambassador_id,)})
    done, *others = (cards.card(own, metric) for metric in HEADLINES)
    cards.show([replace(done, label=translate("Acts")), *others])  # the metric's own name is too long for a telephone


def acts(sheet: Sheet) -> None:
    """Acts by kind, the most frequent first."""
    st.subheader(translate("Acts by kind"), anchor=False)
    if sheet.acts.estimate.value is None:
        _gap(sheet.acts.reason)
        return
    counted = sorted(sheet.acts_by_kind, key=lambda one: -int(one.estimate.value or 0))
    rows = [(label_of(one.group or ""), fmt.count(one.estimate.value or 0)) for one in counted]
    facts.show(rows, translate("No act in this period."))


def revenue(page: Page, sheet: Sheet) -> None:
    """What was credited under each attribution model."""
    st.subheader(translate("Revenue credited"), anchor=False)
    rows = [
        (fmt.begin(crediting.in_short(Attribution(model=model))), _money(page, found))
        for model, found in sheet.revenue.items()
    ]
    facts.show(rows, "")
    st.caption(translate("The same orders under three rules; attributed, not incremental."))


def commission(page: Page, sheet: Sheet) -> None:
    """What was booked, is due and was paid; n/a with its reason."""
    st.subheader(translate("Commission"), anchor=False)
    found = {
        translate("Booked as a cost"): sheet.commission_booked,
        translate("Due"): sheet.commission_due,
        translate("Paid"): sheet.commission_paid,
    }
    facts.show([(name, _money(page, one)) for name, one in found.items()], "")
    gaps = {name: one.reason for name, one in found.items() if one.reason is not None}
    st.caption("  \n".join(translate("{name}: {reason}", name=name, reason=reason) for name, reason in gaps.items()))


def recognition(page: Page, sheet: Sheet) -> None:
    """When they were thanked, and how; without any, why, or what to import."""
    st.subheader(translate("Recognition received"), anchor=False)
    if _told_gap(sheet.recognition):
        if "rewards" not in page.manifest.imported_tables:
            st.caption(translate("Import them: {command}.", command=HOW_TO_IMPORT))
        return
    none = translate("None in this period, as far as the rewards imported say.")
    facts.show([(label_of(one.kind or ""), fmt.day(one.day)) for one in sheet.recognition.items], none)


def rewards(page: Page, sheet: Sheet) -> None:
    """What else they were given, and what all rewards cost."""
    st.subheader(translate("Other rewards"), anchor=False)
    if _told_gap(sheet.rewards):
        return
    rows = [
        (f"{label_of(one.kind or '')} · {label_of(one.detail or '')}", fmt.day(one.day))
        for one in sheet.other_rewards.items
    ]
    facts.show(rows, translate("No other reward in this period."))
    cost = _money(page, sheet.reward_cost)
    st.caption(translate("Cost of all rewards, recognition included: {cost}.", cost=cost))


def answers(sheet: Sheet) -> None:
    """What they answered when asked as an ambassador."""
    st.subheader(translate("Answers"), anchor=False)
    if _told_gap(sheet.answers):
        return
    rows = [
        (_dated(one, label_of(one.kind or "")), "" if one.score is None else fmt.count(one.score))
        for one in sheet.answers.items
    ]
    facts.show(rows, translate("No answer in this period."))


def timeline(page: Page, sheet: Sheet) -> None:
    """Everything that happened in the period, newest first."""
    st.subheader(translate("Timeline"), anchor=False)
    if not sheet.timeline:
        st.caption(translate("Nothing happened in this period. Choose a longer one at the left."))
        return
    labels = {
        "day": translate("Day"),
        "event": translate("What"),
        "kind": translate("Kind"),
        "detail": translate("Where or what for"),
        "amount": translate("Amount, {currency}", currency=page.settings.currency),
        "score": translate("Score"),
    }
    words = translate("What happened in the period, newest first")
    # An answer with its day is personal, so the download counts as one of people.
    shown = page.recall(f"timeline of {sheet.ambassador_id}", ACTIVE, lambda: timeline_frame(sheet.timeline))
    tables.show(page, shown, labels, name="timeline", words=words, people=frozenset({"score"}))


def timeline_frame(events: Sequence[Event]) -> pl.DataFrame:
    """Events as they come: day, event, kind, detail, amount, score."""
    rows = [
        (
            one.day,
            translate(EVENTS[one.event]),
            label_of(one.kind) if one.kind else None,
            label_of(one.detail) if one.detail else None,
            None if one.amount is None else one.amount.quantize(CENT),
            one.score,
        )
        for one in events
    ]
    texts = dict.fromkeys(("event", "kind", "detail"), pl.String())
    schema = {"day": pl.Date(), **texts, "amount": pl.Decimal(18, 2), "score": pl.Int64()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _kept_to(page: Page, filters: Filters) -> Page:
    """The page with these filters in place of those chosen."""
    return replace(page, filters={name: tuple(values) for name, values in filters.items()})


def _dated(event: Event, words: str) -> str:
    return f"{fmt.day(event.day)}, {words}"


def _money(page: Page, found: Measurement) -> str:
    value = found.estimate.value
    return translate(fmt.NOT_AVAILABLE) if value is None else fmt.money(value, page.settings.currency, full=True)


def _told_gap(events: Events) -> bool:
    if events.reason is not None:
        _gap(events.reason)
    return events.reason is not None


def _gap(reason: str | None) -> None:
    st.caption(translate("n/a: {reason}", reason=reason or ""))
