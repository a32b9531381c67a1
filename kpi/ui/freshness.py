"""How fresh the data of an open page is: its date and version, when it is stale, and a newer version to go to."""

from datetime import UTC, date, datetime, timedelta

import streamlit as st

from kpi.access.sessions import Identity
from kpi.errors import TOLD
from kpi.language import translate, translate_plural
from kpi.settings import Settings
from kpi.store import Manifest, Store
from kpi.ui import format as fmt
from kpi.ui import identity

IMPORTS = "imports"  # what a role decides that looks after them


def show(page: str, reader: Identity, settings: Settings, store: Store, manifest: Manifest) -> None:
    """Say at the sidebar's foot how old the data is, and go on looking for another version while the page is open."""
    today = datetime.now(UTC).astimezone(settings.zone).date()
    with st.sidebar:
        st.caption(version_in_words(manifest, today))
        stale = stale_in_words(manifest, today, settings.stale_after_days, mends=IMPORTS in reader.rights.decides)
        if stale:
            # No caption, whose text is faded, the colour too.
            st.markdown(stale)
        # Anew for each run, since how often it looks is a setting.
        st.fragment(_offer, run_every=settings.look_for_versions_every)(page, store, manifest.version)


def version_in_words(manifest: Manifest, today: date) -> str:
    """The last day of the data and the version's number; without dated rows, today."""
    day = fmt.day((manifest.data_end or today) - timedelta(days=1))
    return translate(":material/schedule: Data to {day} · version {version}", day=day, version=manifest.version)


def stale_in_words(manifest: Manifest, today: date, limit: int, *, mends: bool) -> str | None:
    """When the data ends more than `limit` days ago: since when, and what to do for who can mend it, or cannot.

    The demo company is never stale: nobody imports it.
    """
    if manifest.is_demo or manifest.data_end is None:
        return None
    last = manifest.data_end - timedelta(days=1)
    days = (today - last).days
    if days <= limit:
        return None
    told = translate_plural(
        "Data ends on {day}, {count} day ago.",
        "Data ends on {day}, {count} days ago.",
        days,
        day=fmt.day(last),
        count=fmt.count(days),
    )
    if mends:
        remedy = translate("Import newer exports, or have the sources read: `python -m kpi refresh`.")
    else:
        remedy = translate("Ask whoever looks after the imports.")
    return f":small[:orange[{told}] {remedy}]"


def _offer(page: str, store: Store, shown: int) -> None:
    """Offer the published version when it is not the one shown, and the sign-in page when the session is over.

    Runs by itself from time to time, without the page's guard: it asks for itself who is there.
    """
    reader = identity.visitor()
    if reader is None or page not in reader.rights.pages:
        st.rerun()
    if store.published_version() == shown:
        return
    try:
        newer = store.published()
    except TOLD as error:
        st.caption(fmt.plain(str(error)))
        return
    told = translate("Version {version} is published.", version=newer.version)
    if newer.data_end:
        day = fmt.day(newer.data_end - timedelta(days=1))
        told = translate("Version {version} is published, with data to {day}.", version=newer.version, day=day)
    with st.container(gap="xxsmall"):
        st.caption(told)
        shows = translate("Show version {version}", version=newer.version)
        if st.button(shows, icon=":material/refresh:", type="tertiary"):
            st.rerun()
