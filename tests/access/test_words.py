"""The words are there in every language, and every template finds its own."""

import re

import pytest

from kpi.access.html import page
from kpi.access.passwords import PasswordFault
from kpi.access.roles import RIGHTS, Role
from kpi.access.words import ENGLISH, LANGUAGES, chosen_language, pages_in_words


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_language_says_everything(language: str) -> None:
    words = LANGUAGES[language]
    assert list(words) == list(ENGLISH)
    assert [name for name, text in words.items() if not text.strip()] == []
    assert {f"role_{role}" for role in Role} <= set(words)
    assert {f"page_{name}" for rights in RIGHTS.values() for name in rights.pages} <= set(words)
    assert {f"password_{fault}" for fault in PasswordFault} <= set(words)


def test_french_parts_a_sign_from_its_word_without_a_line_end() -> None:
    """By a whole space before a colon, by a narrow one before the other signs."""
    for name, text in LANGUAGES["fr"].items():
        spaced = re.sub(r"{\w+}", "x", text)
        assert re.findall(r"(?<!\N{NO-BREAK SPACE}):", spaced) == [], name
        assert re.findall(r"(?<!\N{NARROW NO-BREAK SPACE})[;!?]", spaced) == [], name


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, "", "en"),
        (None, "fr", "fr"),
        (None, "fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        (None, "de-DE, fr;q=0.5, en;q=0.3", "fr"),
        (None, "de", "en"),
        ("fr", "en", "fr"),
        ("xx", "fr", "fr"),
        ("", "en-GB", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_browsers(asked: str | None, accepted: str, language: str) -> None:
    assert chosen_language(asked, accepted) == language


def test_the_language_remembered_stands_between_the_one_asked_for_and_the_browsers() -> None:
    assert chosen_language(None, "en", "fr") == "fr"
    assert chosen_language("en", "en", "fr") == "en"
    assert chosen_language(None, "fr", "xx") == "fr"


def test_pages_in_a_sentence() -> None:
    assert pages_in_words("fr", ("overview", "audit")) == "vue d’ensemble, journal d’audit"
    assert pages_in_words("en", ()) == "no page"


def test_a_value_is_escaped() -> None:
    shown = page("message", "en", title="<b>", text="&")
    assert b"&lt;b&gt;" in shown.body
    assert b"<b>" not in shown.body
