"""Tables keep personal columns from readers who may not see them, and downloads smuggle no formula."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.downloads import DOWNLOADS
from kpi.access.roles import Role
from kpi.ui import tables
from kpi.ui.page import Page

FRAME = pl.DataFrame({"row": [7], "rule": ["must be known"], "value": ["ann@example.org"]})
LABELS = {"row": "Row", "rule": "Rule", "value": "Value"}


@pytest.fixture
def show(small: Any, open_page: Callable[..., Page]) -> Callable[..., AppTest]:
    """The table above, as a page draws it for a reader."""

    def draw(people: frozenset[str], role: Role = Role.OWNER, **more: object) -> AppTest:
        page = open_page(small, role=role)
        asked = {"name": "rows", "words": "Rows", "people": people, **more}

        # AppTest runs the text of the function's body, which knows no names from outside.
        def script(*arguments, **named) -> None:
            from kpi.ui import tables  # noqa: PLC0415

            tables.show(*arguments, **named)

        return AppTest.from_function(script, args=(page, FRAME, LABELS), kwargs=asked).run()

    return draw


def downloaded(app: AppTest, role: Role) -> str:
    (link,) = app.get("link_button")
    offer = DOWNLOADS.find(f"session of {role}", link.proto.url.removeprefix("/downloads/"))
    assert offer is not None
    return offer.make().decode()


@pytest.mark.parametrize("role", list(Role))
def test_personal_columns_stay_on_the_server(show: Callable[..., AppTest], role: Role) -> None:
    app = show(frozenset({"value"}), role=role)
    sees = role not in {Role.SPONSOR, Role.ADMIN}
    assert ("value" in app.dataframe[0].value.columns) is sees
    assert ("ann@example.org" in downloaded(app, role)) is sees


def test_a_table_without_people_is_for_everybody(show: Callable[..., AppTest]) -> None:
    app = show(frozenset(), role=Role.SPONSOR)
    assert downloaded(app, Role.SPONSOR) == "row,rule,value\n7,must be known,ann@example.org\n"


def test_a_download_serves_the_session_that_it_was_offered_to(show: Callable[..., AppTest]) -> None:
    (link,) = show(frozenset()).get("link_button")
    assert DOWNLOADS.find(f"session of {Role.ADMIN}", link.proto.url.removeprefix("/downloads/")) is None


WHOLE = pl.DataFrame({"value": ["ann@example.org", "=1+1"], "rule": ["a", "b"], "row": [7, 8], "other": [0, 0]})


@pytest.mark.parametrize("role", [Role.OWNER, Role.SPONSOR])
def test_the_file_of_a_table_cut_short_holds_the_same_columns(show: Callable[..., AppTest], role: Role) -> None:
    app = show(frozenset({"value"}), role=role, whole=tables.Whole(rows=2, read=lambda: WHOLE))
    assert app.dataframe[0].value["row"].to_list() == [7]
    (link,) = app.get("link_button")
    offer = DOWNLOADS.find(f"session of {role}", link.proto.url.removeprefix("/downloads/"))
    assert offer is not None
    assert (offer.rows, offer.has_people) == (2, role is Role.OWNER)
    expected = "row,rule,value\n7,a,ann@example.org\n8,b,'=1+1\n" if role is Role.OWNER else "row,rule\n7,a\n8,b\n"
    assert offer.make().decode() == expected


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_starts_like_a_formula_gets_an_apostrophe(start: str) -> None:
    written = tables.to_csv(pl.DataFrame({"value": [f"{start}1+1"]}))
    assert pl.read_csv(written, quote_char='"')["value"][0] == f"'{start}1+1"


def test_other_cells_stay_as_they_are() -> None:
    frame = pl.DataFrame({"value": ["a=1", "", None, "é"], "change": [-1, 2, None, 0]})
    assert tables.to_csv(frame).decode() == 'value,change\na=1,-1\n"",2\n,\né,0\n'
