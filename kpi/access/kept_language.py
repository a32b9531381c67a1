"""The language of a reader whose account has none: what the browser keeps of the choice on the sign-in page."""

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kpi.access.credentials import Language
from kpi.access.sessions import Identity
from kpi.access.words import LANGUAGES, NAMES

LANGUAGE_COOKIE: Final = "ambassade-language"
A_YEAR: Final = 365 * 24 * 3_600  # seconds


def with_kept_language(identity: Identity, kept: str | None) -> Identity:
    """The reader in the language of their account, else in the one that their browser keeps, if it is one of ours."""
    if identity.language is not None or kept not in list(Language):
        return identity
    return replace(identity, language=Language(kept))


def keep_choice(request: Request, response: Response, *, https: bool) -> Response:
    """Have the browser keep the language that a link asked for."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, asked, max_age=A_YEAR, secure=https, httponly=True, samesite="lax")
    return response


def other_language(path: str, language: str, target: str) -> dict[str, str]:
    """For a page's template: the other language, and the link from the page to itself in it."""
    other = next(code for code, _ in NAMES if code != language)
    return {"other_language": other, "other_language_link": f"{path}?{urlencode({'lang': other, 'next': target})}"}
