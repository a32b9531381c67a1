"""Annotations beside charts: marks, words."""

from collections.abc import Callable
from datetime import date

import pytest

from kpi.decisions import Annotation
from kpi.store import Warehouse
from kpi.ui import annotations
from kpi.ui.page import Page

FAIR = Annotation(key="1", first=date(2026, 10, 3), last=date(2026, 10, 3), text="A <b>fair</b> & [more](x)")
SALE = Annotation(key="2", first=date(2026, 10, 20), last=date(2026, 10, 25), text="An autumn sale with a long name")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A fair", "A fair"),
        ("x" * 22, "x" * 22),
        ("An autumn sale with a long name", "An autumn sale with a…"),
        ("Price change, all of the products", "Price change, all of…"),
        ("x" * 30, "x" * 22 + "…"),
    ],
)
def test_a_mark_has_the_first_words(text: str, shown: str) -> None:
    assert annotations.shortened(text) == shown


def test_a_line_for_a_day_and_a_band_for_several() -> None:
    band, *lines = annotations.shapes([FAIR, SALE], "#5F6970")
    assert (band["type"], band["x0"], band["x1"]) == ("rect", SALE.first, SALE.last)
    assert [(line["type"], line["x0"], line["x1"]) for line in lines] == [
        ("line", FAIR.first, FAIR.first),
        ("line", SALE.first, SALE.first),
    ]
    assert annotations.shapes([], "#5F6970") == []


def test_a_label_turns_inward_and_holds_no_markup(small: Warehouse, open_page: Callable[..., Page]) -> None:
    page = open_page(small)  # 1 to 30 October
    first, second = annotations.labels(page, [FAIR, SALE], "#5F6970")
    assert first["text"] == "A &lt;b&gt;fair&lt;/b&gt; &amp;…"
    assert first["hovertext"] == "3 Oct 2026<br>A &lt;b&gt;fair&lt;/b&gt; &amp; [more](x)"
    assert (first["xanchor"], second["xanchor"]) == ("left", "right")
    assert (first["yshift"], second["yshift"]) == (0, 14)
    assert [annotations.headroom([FAIR] * number) for number in range(5)] == [0, 14, 28, 42, 42]


def test_what_began_before_the_period_is_marked_at_its_start(small: Warehouse, open_page: Callable[..., Page]) -> None:
    page = open_page(small)
    long = Annotation(first=date(2026, 8, 1), last=date(2026, 10, 5), text="A campaign")
    (label,) = annotations.labels(page, [long], "#5F6970")
    assert label["x"] == date(2026, 10, 1)


def test_the_texts_stand_below_as_they_were_written() -> None:
    assert annotations.told([FAIR, SALE]) == (
        "3 Oct 2026: A \\<b\\>fair\\<\\/b\\> \\& \\[more\\]\\(x\\)  \n"
        "20 Oct – 25 Oct 2026: An autumn sale with a long name"
    )
    assert annotations.told([]) == ""
