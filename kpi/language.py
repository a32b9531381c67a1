"""The language of what is shown: texts stand in the source in English and are translated when they are shown.

`translate` is for a text that is shown at once, `mark` for one that a record keeps until then. Both take a literal, so
that `python -m kpi.catalogue` finds it and brings it to the catalogue.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, reduce
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "fr")
LOCALE: Final = Path(__file__).parent / "locale"

Plural = tuple[str, str]
"""A text for one and for many, in English."""

# Of one run of the script, which has a thread of its own; the command line and cron speak English.
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def use(language: str) -> None:
    """From here on, texts are in this language; in English when it is none of `LANGUAGES`."""
    _spoken.set(language if language in LANGUAGES else ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Texts within the block are in this language."""
    before = spoken()
    use(language)
    try:
        yield
    finally:
        use(before)


def spoken() -> str:
    """The language of texts now."""
    return _spoken.get()


def mark(text: str) -> str:
    """The text itself; it is translated when it is shown."""
    return text


def mark_plural(one: str, many: str) -> Plural:
    """Both texts themselves; one of them is translated when it is shown, by `translate_plural`."""
    return one, many


def translate(text: str, /, **values: object) -> str:
    """The text in the language spoken, or as it is; `values` fill its placeholders."""
    found = _catalogue(spoken()).gettext(text) if text else ""
    return found.format(**values) if values else found


def translate_plural(one: str, many: str, number: int, /, **values: object) -> str:
    """The form that goes with the number; `values` fill its placeholders, the number itself too, as it is written."""
    return _catalogue(spoken()).ngettext(one, many, number).format(**values)


def all_of(texts: Iterable[str]) -> str:
    """Texts in one: a and b and c."""
    return reduce(lambda some, last: translate("{some} and {last}", some=some, last=last), texts)


def any_of(texts: Iterable[str]) -> str:
    """Texts in one: a or b or c."""
    return reduce(lambda some, last: translate("{some} or {last}", some=some, last=last), texts)


def each_of(texts: Iterable[str]) -> str:
    """Texts in one: a; b; c."""
    return reduce(lambda some, last: translate("{some}; {last}", some=some, last=last), texts)


def catalogue_file(language: str) -> Path:
    """Where the translations into a language stand."""
    return LOCALE / language / "LC_MESSAGES" / "ambassade.po"


@cache
def _catalogue(language: str) -> NullTranslations:
    """The texts of a language, read once; in English they are what stands in the source."""
    if language == ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with catalogue_file(language).open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    return GNUTranslations(BytesIO(compiled.getvalue()))
