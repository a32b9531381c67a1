"""The ways to one ambassador's sheet: the search, and those who fell silent. Names only for who may see people."""

from collections.abc import Mapping, Sequence
from html import escape

import polars as pl
import streamlit as st

from kpi.language import translate
from kpi.metrics import SILENCE_MEANS, Person, Silence, Silences, find_people, find_silences, name_ambassadors
from kpi.ui import tables
from kpi.ui.addresses import sheet_address
from kpi.ui.community_answers import silence
from kpi.ui.filters import in_address
from kpi.ui.movements import ACTIVE
from kpi.ui.page import Page

FEWEST_LETTERS = 2
WIDTHS = {"name": 128, "sheet": 58, "silent": 80, "usual": 78}  # these four fit on a telephone
# Many who were found scroll within their box, so that the page below stays where it is.
FOUND = "margin:0;padding:0;list-style:none;font-size:0.95rem;max-height:12.5rem;overflow-y:auto"
ON_ONE_LINE = "overflow:hidden;text-overflow:ellipsis;white-space:nowrap"


def search(page: Page) -> None:
    """A field that finds an ambassador by name, e-mail address or id; absent for who may not see people."""
    if not page.reader.rights.sees_people:
        return
    # Not in the URL: what is typed here is somebody's name, and addresses end up in logs.
    text = st.text_input(
        translate("Find an ambassador"),
        placeholder=translate("Name, e-mail or id"),
        icon=":material/person_search:",
        key="find",
    ).strip()
    if len(text) < FEWEST_LETTERS:
        return
    people = find_people(page.warehouse, text, ambassadors_only=True)
    if people:
        chosen = in_address()
        lines = "".join(_found(person, chosen) for person in people)
        st.html(f'<ul style="{FOUND}">{lines}</ul>')
    else:
        st.caption(translate("Nobody was found. Try a part of the name, of the e-mail address or of the id."))


def silent(page: Page) -> None:
    """List who has been silent for longer than their own usual gap since the period began, the latest first."""
    st.subheader(translate("Fallen silent: to thank, or to ask"), anchor=False)
    found = silences(page)
    since = silent_since(page, found)
    st.markdown(silence(found, len(since)), help=translate(SILENCE_MEANS))
    if not since:
        return
    sees_people = page.reader.rights.sees_people
    names = page.recall(
        f"names of the silent, {sees_people}",
        ACTIVE,
        lambda: name_ambassadors(page.warehouse, [one.ambassador_id for one in since]) if sees_people else {},
    )
    labels = {
        "name": translate("Name"),
        "sheet": translate("Sheet"),
        "silent": translate("Days silent"),
        "usual": translate("Usual gap"),
        "last_act": translate("Last act"),
        "since": translate("Longer than usual since"),
        "consent": translate("May be contacted"),
        "ambassador_id": translate("Id"),
    }
    if "ambassador" not in page.reader.rights.pages:
        labels.pop("sheet")
    tables.show(
        page,
        silences_frame(since, names, in_address()),
        labels,
        name="silent",
        words=translate("Ambassadors silent for longer than their own usual gap, the latest first"),
        people=frozenset({"name"}),
        columns=tables.Columns(links={"sheet": translate("Open")}, widths=WIDTHS),
    )
    st.caption(translate("The latest first, which is no ranking. Write only to those who agreed to be contacted."))


def silences(page: Page) -> Silences:
    """Who is silent for longer than usual at the period's end."""
    return page.recall("silences", ACTIVE, lambda: find_silences(page.warehouse, page.period.end, where=page.filters))


def silent_since(page: Page, found: Silences) -> tuple[Silence, ...]:
    """Those who went beyond their usual gap within the period, the latest first."""
    inside = [one for one in found.items if page.period.start <= one.beyond_since < page.period.end]
    return tuple(sorted(inside, key=lambda one: one.beyond_since, reverse=True))


def silences_frame(
    items: Sequence[Silence], names: Mapping[str, Person], chosen: Sequence[tuple[str, str]] = ()
) -> pl.DataFrame:
    """Silences as they come: name, ambassador_id, last_act, silent, usual, since, consent, sheet."""
    consents = {True: translate("Yes"), False: translate("No"), None: translate("Not recorded")}
    rows = [
        (
            names[one.ambassador_id].full_name if one.ambassador_id in names else None,
            one.ambassador_id,
            one.last_act_date,
            one.days_silent,
            round(one.usual_gap),
            one.beyond_since,
            consents[one.has_contact_consent],
            sheet_address(one.ambassador_id, chosen),
        )
        for one in items
    ]
    schema = {
        "name": pl.String(),
        "ambassador_id": pl.String(),
        "last_act": pl.Date(),
        "silent": pl.Int64(),
        "usual": pl.Int64(),
        "since": pl.Date(),
        "consent": pl.String(),
        "sheet": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def asked_id() -> str:
    """The id in the URL of a sheet; empty without one."""
    return str(st.query_params.get("id", ""))


def _found(person: Person, chosen: Sequence[tuple[str, str]]) -> str:
    """A line with a link for each id under which somebody is or was an ambassador."""
    name = escape(person.full_name or person.email or person.person_id)
    links = ", ".join(
        f'<a href="{escape(sheet_address(one, chosen))}" style="color:inherit">{name} ({escape(one)})</a>'
        for one in person.ambassador_ids
    )
    address = escape(person.email or "")
    return f'<li>{links}<div style="{ON_ONE_LINE}" title="{address}"><small>{address}</small></div></li>'
