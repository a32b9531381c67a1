"""Texts that others wrote, made fit for paper."""

import pytest

from kpi.ui.typesetting import legible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ann  Martin\n", "Ann Martin"),
        ("Ann\tMartin\x00\x07", "Ann Martin"),
        ("Zoë 🎉🏽 Roy ❤\ufe0f", "Zoë Roy"),
        ("\u202eevil\u2066", "evil"),
        ("عبد\u200cالله", "عبد\u200cالله"),  # a joiner parts letters of its script
        ("Café ® №5 €", "Café ® №5 €"),
        ("", ""),
        ("🎉", ""),
        ("x" * 11, "x" * 9 + "…"),
        ("x" * 10, "x" * 10),
    ],
)
def test_a_text_is_legible(text: str, shown: str) -> None:
    assert legible(text, 10 if set(text) == {"x"} else 40) == shown
