"""The language of a reader whose account has none: what the browser keeps of the choice on the sign-in page."""

from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kpi.access.callers import LANGUAGE_COOKIE
from kpi.access.words import LANGUAGES, NAMES

A_YEAR: Final = 365 * 24 * 3_600  # seconds


def keep(response: Response, language: str, *, https: bool) -> Response:
    """Have the browser keep the language, for the sign-in page and for readers whose account has none."""
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=A_YEAR, secure=https, httponly=True, samesite="lax")
    return response


def keep_choice(request: Request, response: Response, *, https: bool) -> Response:
    """Have the browser keep the language that a link asked for."""
    asked = request.query_params.get("lang", "")
    return keep(response, asked, https=https) if asked in LANGUAGES else response


def other_language(path: str, language: str, target: str) -> dict[str, str]:
    """For a page's template: the other language, and the link from the page to itself in it."""
    other = next(code for code, _ in NAMES if code != language)
    return {"other_language": other, "other_language_link": f"{path}?{urlencode({'lang': other, 'next': target})}"}
