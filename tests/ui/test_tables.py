"""Downloads cannot smuggle a formula into a spreadsheet."""

import polars as pl
import pytest

from kpi.ui.tables import to_csv


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_starts_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert pl.read_csv(to_csv(pl.DataFrame({"value": [f"{start}1+1"]})), quote_char='"')["value"][0] == f"'{start}1+1"


def test_other_cells_stay_as_they_are() -> None:
    frame = pl.DataFrame({"value": ["a=1", "", None, "é"], "change": [-1, 2, None, 0]})
    assert to_csv(frame).decode() == 'value,change\na=1,-1\n"",2\n,\né,0\n'
