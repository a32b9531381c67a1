"""The pages around the dashboard: plain HTML that needs no script."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from kpi.access.words import LANGUAGES

TEMPLATES: Final = Path(__file__).parent / "templates"


@lru_cache(maxsize=1)
def _style() -> str:
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@lru_cache(maxsize=1)
def content_security_policy() -> str:
    """What these pages may load: their own style, recognised by its hash, and nothing else."""
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


def page(name: str, language: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """The template `name` filled in the language; every value is escaped."""
    words = LANGUAGES[language]
    text = _environment().get_template(f"{name}.html").render(language=language, words=words, style=_style(), **values)
    # An error's page comes from outside the middleware that completes the headers of all others.
    headers = {"content-security-policy": content_security_policy(), "cache-control": "no-store"}
    return HTMLResponse(text, status_code=status, headers={**headers, "x-content-type-options": "nosniff"})


def message(language: str, subject: str, *, status: int, **facts: str) -> HTMLResponse:
    """A page that only says something: the words named `subject`, and `<subject>_text` with the facts in it."""
    words = LANGUAGES[language]
    text = words[f"{subject}_text"].format(**facts)
    return page("message", language, status=status, title=words[subject], text=text)
