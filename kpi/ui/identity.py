"""Who looks at a page: asked of the server's own list of sessions in every run, so that none outlives its end."""

import secrets
from datetime import UTC, datetime
from html import escape
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

from kpi.access.audit import AuditKind
from kpi.access.callers import LANGUAGE_COOKIE, LOOPBACK, cookie_name
from kpi.access.door import Door, open_door
from kpi.access.downloads import DOWNLOADS, Offer
from kpi.access.sessions import Identity
from kpi.access.words import LANGUAGES, NAMES, chosen_language
from kpi.language import spoken, translate, use
from kpi.settings import read_settings

TAB = "tab"


def visitor() -> Identity | None:
    """Who is signed in, as the cookie of this tab's connection says and the server's sessions confirm.

    From here on the run speaks their language: the account's, else the one of the sign-in page, else the browser's.
    """
    # The gate counts visits: a run of the script may have begun by itself.
    identity = _door().find(_session_id(), datetime.now(UTC), is_visit=False)
    chosen = identity.language if identity is not None else None
    use(chosen_language(chosen, st.context.locale or "", st.context.cookies.get(LANGUAGE_COOKIE)))
    return identity


def require(page: str) -> Identity:
    """Who is signed in and may see the page; everybody else is told, and the run ends here."""
    identity = visitor()
    if identity is None or identity.must_change_password:
        _tell_signed_out(page)
    if page not in identity.rights.pages:
        _tell_not_for(identity, page)
    return identity


def allowed_pages() -> tuple[str, ...]:
    """The pages of the navigation, none without a session."""
    identity = visitor()
    return identity.rights.pages if identity is not None else ()


def show_reader(identity: Identity) -> None:
    """Say at the sidebar's foot who is signed in, with the way to the account and out."""
    role = LANGUAGES[spoken()][f"role_{identity.role}"]
    code, other = next((code, name) for code, name in NAMES if code != spoken())
    st.sidebar.html(
        f'<nav aria-label="{translate("Account")}" style="font-size:0.875rem;line-height:1.6">'
        f'<div style="font-weight:600">{escape(identity.name)}</div><div>{role}</div>'
        f"{_link('/account', translate('Account'))} · {_link('/sign-out', translate('Sign out'))} · "
        f'<span lang="{code}">{_link("/account", other)}</span></nav>'
    )


def offer_download(identity: Identity, place: str, offer: Offer) -> str:
    """The address under which this reader, and nobody else, gets the file; one per place of a page and tab."""
    tab: str = st.session_state.setdefault(TAB, secrets.token_urlsafe(8))
    token = DOWNLOADS.offer(identity.session, f"{tab} {place}", offer, now=datetime.now(UTC))
    return f"/downloads/{token}"


def _tell_signed_out(page: str) -> NoReturn:
    st.title(translate("You are signed out"), anchor=False)
    st.markdown(translate("Your session has ended: you signed out, it was too old, or your account changed."))
    query = urlencode([(name, value) for name in st.query_params for value in st.query_params.get_all(name)])
    here = f"/{page}?{query}" if query else f"/{page}"
    st.html(_link(f"/sign-in?{urlencode({'next': here})}", translate("Sign in")))
    st.stop()


def _tell_not_for(identity: Identity, page: str) -> NoReturn:
    at = datetime.now(UTC)
    _door().audit.record(AuditKind.REFUSED_PAGE, actor=identity.username, at=at, address=_address(), page=page)
    st.title(translate("This page is not for your role"), anchor=False)
    st.markdown(translate("Ask an administrator if you need it."))
    st.html(_link("/", translate("Back to the overview")))
    show_reader(identity)
    st.stop()


def _link(address: str, words: str) -> str:
    """A link that stays in the tab, as Markdown's do not."""
    return f'<a href="{escape(address)}" style="color:inherit">{escape(words)}</a>'


def _session_id() -> str | None:
    return st.context.cookies.get(cookie_name(https=read_settings().access.https))


def _address() -> str:
    """Where the tab's connection comes from; Streamlit gives no address for this machine itself."""
    return st.context.ip_address or LOOPBACK


def _door() -> Door:
    return open_door(read_settings(), now=datetime.now(UTC))
