"""How old the data is, in words."""

from datetime import UTC, date, datetime

import pytest

from kpi.language import speaking
from kpi.store import Manifest
from kpi.ui.freshness import stale_in_words, version_in_words

TODAY = date(2026, 11, 22)
SOURCES = "Import newer exports, or have the sources read: `python -m kpi refresh`."
ASK = "Ask whoever looks after the imports."


def manifest(data_end: date | None, *, is_demo: bool = False) -> Manifest:
    built_at = datetime(2026, 11, 21, 3, tzinfo=UTC)
    return Manifest(version=12, built_at=built_at, data_end=data_end, is_demo=is_demo)


@pytest.mark.parametrize(
    ("data_end", "mends", "expected"),
    [
        # The end is the day after the last day. 3 November is 19 days before 22 November.
        (date(2026, 11, 4), False, f":small[:orange[Data ends on 3 Nov 2026, 19 days ago.] {ASK}]"),
        (date(2026, 11, 4), True, f":small[:orange[Data ends on 3 Nov 2026, 19 days ago.] {SOURCES}]"),
        (date(2026, 11, 19), False, f":small[:orange[Data ends on 18 Nov 2026, 4 days ago.] {ASK}]"),
        (date(2026, 11, 20), False, None),  # three days ago: up to the limit
        (date(2026, 11, 22), False, None),  # yesterday
        (date(2026, 11, 23), False, None),  # today, half a day of it
        (None, False, None),  # nothing that is dated
    ],
)
def test_stale_data_is_told_with_what_to_do(data_end: date | None, mends: bool, expected: str | None) -> None:
    assert stale_in_words(manifest(data_end), TODAY, 3, mends=mends) == expected


def test_the_limit_is_a_setting() -> None:
    found = manifest(date(2026, 11, 21))  # ends on the 20th, two days ago
    assert stale_in_words(found, TODAY, 2, mends=False) is None
    told = f":small[:orange[Data ends on 20 Nov 2026, 2 days ago.] {ASK}]"
    assert stale_in_words(found, TODAY, 1, mends=False) == told


def test_the_demo_company_is_never_stale() -> None:
    assert stale_in_words(manifest(date(2025, 1, 1), is_demo=True), TODAY, 3, mends=True) is None


def test_stale_data_is_told_in_french() -> None:
    with speaking("fr"):
        told = stale_in_words(manifest(date(2026, 11, 4)), TODAY, 3, mends=False)
    assert told == (
        ":small[:orange[Les données s’arrêtent au 3 nov. 2026, il y a 19 jours.] "
        "Adressez-vous à la personne chargée des imports.]"
    )


def test_the_version_line_names_the_last_day() -> None:
    assert version_in_words(manifest(date(2026, 11, 4)), TODAY) == ":material/schedule: Data to 3 Nov 2026 · version 12"
    assert version_in_words(manifest(None), TODAY) == ":material/schedule: Data to 21 Nov 2026 · version 12"
