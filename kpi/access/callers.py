"""Who sends a request, from where, and where it may lead: what the gate and the routes read from it."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from kpi.access.sessions import Identity
from kpi.access.words import LANGUAGES, chosen_language

IDENTITY: Final = "ambassade.identity"
"""The scope's key under which the gate leaves who is signed in; a request cannot set it."""

LANGUAGE_COOKIE: Final = "ambassade-language"
"""The language of the sign-in page, for readers whose account has none."""

LOOPBACK: Final = "127.0.0.1"
CLAIMED: Final = "claimed"
LONGEST_TARGET: Final = 2_000


def cookie_name(*, https: bool) -> str:
    """The session cookie's name; with HTTPS browsers take it from this very host only, and never without HTTPS."""
    return "__Host-ambassade" if https else "ambassade"


def cookie_of(scope: Scope, name: str) -> str | None:
    """The value of a cookie of the request."""
    return cookie_parser(Headers(scope=scope).get("cookie", "")).get(name)


def identity_of(scope: Scope) -> Identity | None:
    """Who is signed in, as the gate found."""
    found: Identity | None = scope.get(IDENTITY)
    return found


def language_of(scope: Scope, asked: str | None = None) -> str:
    """The language to answer in: the one asked for, else the account’s, the one kept, the browser’s first known one."""
    identity = identity_of(scope)
    known = asked if asked in LANGUAGES or identity is None else identity.language
    return chosen_language(known, Headers(scope=scope).get("accept-language", ""), cookie_of(scope, LANGUAGE_COOKIE))


def page_language_of(scope: Scope) -> str:
    """The language of the dashboard: as `language_of`, but of the browser's languages only the first counts.

    Streamlit's script knows no other one, and the page must call itself what it then shows.
    """
    identity = identity_of(scope)
    first = Headers(scope=scope).get("accept-language", "").split(",")[0]
    return chosen_language(identity.language if identity else None, first, cookie_of(scope, LANGUAGE_COOKIE))


def address_of(scope: Scope, *, behind_proxy: bool) -> str:
    """The network address that a request comes from.

    Behind a proxy it is the last one of X-Forwarded-For, which the proxy wrote. Without one the header is the sender's
    own words, but uvicorn believes them from the machine itself. It writes port 0, which nobody can send from, after a
    bare address; one that stands there with a port may be true or not, so that all of those count as one.
    """
    forwarded = [part.strip() for part in ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")]
    host, port = scope.get("client") or ("unknown", None)
    if behind_proxy:
        return forwarded[-1][:64] or host
    if port == 0:
        return LOOPBACK
    is_claimed = any(part.startswith((f"{host}:", f"[{host}]:")) for part in forwarded)
    return CLAIMED if is_claimed else host


def is_from_here(scope: Scope, *, https: bool) -> bool:
    """Whether the browser says that the request was sent by a page of this very host."""
    headers = Headers(scope=scope)
    origin, host = headers.get("origin"), headers.get("host")
    ours = {f"https://{host}"} if https else {f"https://{host}", f"http://{host}"}
    return bool(host) and origin in ours


def local_target(wanted: str | None) -> str:
    """Where to go after signing in: a path of this host, else its front page.

    Browsers drop tabs and line ends and read a backslash as a slash, so a path with any of them is refused.
    """
    if wanted is None or len(wanted) > LONGEST_TARGET or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    if "\\" in wanted or any(ord(sign) < 0x21 or ord(sign) == 0x7F for sign in wanted):
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    is_loop = parts.path.rstrip("/") in {"/sign-in", "/sign-out"}
    return "/" if parts.scheme or parts.netloc or is_loop else wanted
