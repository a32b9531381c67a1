"""Values of a filter, in order and in words."""

import pytest
from streamlit.testing.v1 import AppTest

from kpi.language import LANGUAGES, speaking
from kpi.ui.segments import segment_label, segment_values, segments_in_words


@pytest.mark.parametrize(
    ("name", "found", "values"),
    [
        ("country_code", ("BE", "DE", "FR", "CH"), ("BE", "FR", "DE", "CH", "unknown")),  # as Belgium, France, …
        ("company_size", ("1000+", "11-50", "solo"), ("solo", "11-50", "1000+", "unknown")),
        ("programme", ("recognition", "commission"), ("commission", "recognition")),
        ("acquisition_channel", ("unknown", "direct"), ("direct", "unknown")),
        ("rung", ("access", "unknown", "no_reward", "recognition"), ("no_reward", "recognition", "access", "unknown")),
        ("tenure", ("over_2_years", "3_to_6_months"), ("3_to_6_months", "over_2_years", "unknown")),
        ("sector", (), ()),
    ],
)
def test_values_are_offered_in_a_readers_order(name: str, found: tuple[str, ...], values: tuple[str, ...]) -> None:
    assert segment_values(name, found) == values


def test_values_in_words() -> None:
    values = [("country_code", "FR"), ("acquisition_channel", "paid_social"), ("company_size", "51-250")]
    assert [segment_label(*value) for value in values] == ["France", "Paid social", "51-250"]
    chosen = {"country_code": ("FR", "BE"), "programme": ("recognition",)}
    assert segments_in_words(chosen) == "country: France or Belgium; programme: Recognition"
    assert segments_in_words({}) == ""


def test_a_segment_is_told_as_text() -> None:
    # Sectors, channels and programmes are whatever the company's exports say.
    assert segments_in_words({"sector": ["[here](/x)"]}) == "sector: \\[here\\]\\(\\/x\\)"


@pytest.mark.parametrize(
    ("name", "value", "english", "french"),
    [
        ("country_code", "CI", "Côte d’Ivoire", "Côte d’Ivoire"),
        ("country_code", "SN", "Senegal", "Sénégal"),
        ("country_code", "ZZ", "ZZ", "ZZ"),  # stands for no country
        ("sector", "IT", "IT", "IT"),  # a trade, not Italy
        ("sector", "data", "Data", "Data"),  # not the page of that name
        ("sector", "unknown", "Unknown", "Inconnu"),
        ("acquisition_channel", "search", "Search", "Recherche"),
    ],
)
def test_only_what_is_known_is_translated(name: str, value: str, english: str, french: str) -> None:
    told = []
    for language in LANGUAGES:
        with speaking(language):
            told.append(segment_label(name, value))
    assert told == [english, french]


# The sidebar of a company that writes its channels in two ways.
CONTROLS = """
from datetime import date
import streamlit as st
from kpi.ui import filters

groups = {
    "acquisition_channel": ("Email", "email", "paid social", "paid_social", "search"),
    "sector": ("IT", "Unknown", "unknown"),
}
choice = filters.choose(date(2026, 11, 22), lambda name: groups.get(name, ()))
st.text(repr(choice.filters))
"""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("acquisition_channel", "Email"),
        ("acquisition_channel", "email"),
        ("acquisition_channel", "paid_social"),
        ("sector", "Unknown"),
        ("sector", "unknown"),  # rows without a sector
    ],
)
def test_of_two_values_with_one_name_the_chosen_one_is_kept(name: str, value: str) -> None:
    app = AppTest.from_string(CONTROLS).run()
    app.multiselect(key=name).set_value([value]).run()
    assert app.text[0].value == repr({name: (value,)})


def test_values_with_one_name_are_told_apart() -> None:
    app = AppTest.from_string(CONTROLS).run()
    assert app.multiselect(key="acquisition_channel").options == [
        "Email (Email)",
        "Email (email)",
        "Paid social (paid social)",
        "Paid social (paid_social)",
        "Search",
    ]
