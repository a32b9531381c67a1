"""Tables keep personal columns from readers who may not see them, and downloads smuggle no formula."""

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.downloads import DOWNLOADS
from kpi.access.roles import Role
from kpi.language import speaking
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


TAKEN = pl.DataFrame({"value": ["ann@example.org", "=1+1"], "rule": ["a", "b"], "row": [7, 8]})


@pytest.mark.parametrize("role", [Role.OWNER, Role.SPONSOR])
def test_the_file_of_a_table_cut_short_holds_all_its_rows_without_people_for_who_may_not_see_them(
    show: Callable[..., AppTest], role: Role
) -> None:
    app = show(frozenset({"value"}), role=role, taken=tables.Taken(rows=2, read=lambda: TAKEN))
    assert app.dataframe[0].value["row"].to_list() == [7]
    (link,) = app.get("link_button")
    offer = DOWNLOADS.find(f"session of {role}", link.proto.url.removeprefix("/downloads/"))
    assert offer is not None
    assert (offer.rows, offer.has_people) == (2, role is Role.OWNER)
    expected = "value,rule,row\nann@example.org,a,7\n'=1+1,b,8\n" if role is Role.OWNER else "rule,row\na,7\nb,8\n"
    assert offer.make().decode() == expected


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_text_that_starts_like_a_formula_gets_an_apostrophe(start: str) -> None:
    written = tables.to_csv(pl.DataFrame({"value": [f"{start}1+1"]}))
    assert pl.read_csv(written, quote_char='"')["value"][0] == f"'{start}1+1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("late;=1+1", "late;'=1+1"),
        ("late; =1+1;@x", "late; '=1+1;'@x"),
        ('late;"=1+1', "late;\"'=1+1"),
        ("late\n=1+1", "late\n'=1+1"),
        ("late\t+1", "late\t'+1"),
        ("=1;=2", "'=1;'=2"),
        ("late; a=1", "late; a=1"),
    ],
)
def test_so_does_one_within_a_text_where_a_spreadsheet_may_begin_a_cell(text: str, expected: str) -> None:
    assert pl.read_csv(tables.to_csv(pl.DataFrame({"value": [text]})))["value"][0] == expected


def test_other_cells_stay_as_they_are() -> None:
    frame = pl.DataFrame({"value": ["a=1", "", None, "é"], "change": [-1, 2, None, 0]})
    assert tables.to_csv(frame).decode() == 'value,change\na=1,-1\n"",2\n,\né,0\n'


def test_changes_have_their_sign_on_the_page_and_are_numbers_in_the_file() -> None:
    frame = pl.DataFrame({"group": ["a", "b", "c", "d"], "change": [1_200, -4, 0, None]})
    assert tables.signed(frame, {"change"})["change"].to_list() == ["+1,200", "−4", "0", None]
    with speaking("fr"):
        assert tables.signed(frame, {"change"})["change"][0] == "+1\N{NARROW NO-BREAK SPACE}200"
    assert tables.signed(frame, set()).equals(frame)
    assert tables.to_csv(frame).decode() == "group,change\na,1200\nb,-4\nc,0\nd,\n"


def test_exact_numbers_are_taken_away_where_rounded_ones_are_shown(small: Any, open_page: Callable[..., Page]) -> None:
    def script(page, shown, taken) -> None:
        from kpi.metrics import Unit  # noqa: PLC0415
        from kpi.ui import tables  # noqa: PLC0415

        labels = {"value": "Value", "share": "Share"}
        whole = tables.Taken(rows=taken.height, read=lambda: taken)
        columns = tables.Columns(units={"value": Unit.SHARE})
        tables.show(page, shown, labels, name="rows", words="Rows", columns=columns, taken=whole)

    shown = pl.DataFrame({"value": [0.123], "share": [0.5]})
    taken = pl.DataFrame({"value": [0.123456], "share": [0.5]})
    app = AppTest.from_function(script, args=(open_page(small), shown, taken)).run()
    assert app.dataframe[0].value["value"].tolist() == [0.123]
    assert downloaded(app, Role.OWNER) == "value,share\n0.123456,0.5\n"
    columns = json.loads(app.dataframe[0].proto.columns)
    assert columns["value"]["type_config"] == {"type": "number", "format": "percent", "step": 0.001}
    assert columns["share"]["type_config"]["type"] == "progress"
