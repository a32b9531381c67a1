"""A workbook holds exact numbers with their formats, and what the data says stays text."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook

from kpi.language import speaking
from kpi.metrics import METRICS, Unit
from kpi.period import Comparison
from kpi.ui import blocks
from kpi.ui.blocks import Block
from kpi.ui.page import Page
from kpi.ui.workbook import Contents, build_workbook, sheet_names

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def written(*found: Block, about: tuple[tuple[str, str], ...] = (), left_out: tuple[str, ...] = ()) -> Workbook:
    contents = Contents(title="Overview", about=about, blocks=found, left_out=left_out)
    return load_workbook(BytesIO(build_workbook(contents, by="Ada Martin", at=AT)))


def block_of(frame: pl.DataFrame, **more: Any) -> Block:
    return Block(title="Rows", rows=frame.height, read=lambda: frame, **more)


def rows_of(sheet: Any) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


class TestCells:
    @pytest.mark.parametrize(
        "text",
        ["=1+1", "http://x", "https://example.org", "mailto:a@b", "@x", "+1", "-1", "internal:A1", "1", "{=1}", ""],
    )
    def test_what_the_data_says_stays_text(self, text: str) -> None:
        sheet = written(block_of(pl.DataFrame({text or "empty": [text, "a"]})))["Rows"]
        head, cell = sheet["A1"], sheet["A2"]
        assert (head.value, head.data_type, head.hyperlink) == (text or "empty", "s", None)
        assert (cell.value or "", cell.hyperlink) == (text, None)
        assert cell.data_type == "s" or text == ""

    def test_numbers_are_numbers_in_the_format_of_their_unit(self) -> None:
        frame = pl.DataFrame(
            {
                "label": ["a", "b"],
                "value": [0.123456789, None],
                "low": [0.1, None],
                "change_previous": [-0.02, None],
                "amount": [Decimal("1234.56"), Decimal("0.10")],
                "people": [12, 3],
                "day": [date(2026, 10, 1), None],
                "at": [datetime(2026, 10, 1, 6, 10, tzinfo=UTC), None],
                "is_over": [True, False],
            }
        )
        labels = {"value": "Share of revenue", "low": ""}
        sheet = written(block_of(frame, labels=labels, units={"value": Unit.SHARE}))["Rows"]
        assert [cell.value for cell in sheet[1]][:4] == [
            "label",
            "Share of revenue",
            "Interval from",
            "Change on the period before",
        ]
        assert [cell.value for cell in sheet[2]] == [
            "a",
            0.123456789,
            0.1,
            -0.02,
            1234.56,
            12,
            datetime(2026, 10, 1),
            datetime(2026, 10, 1, 6, 10),
            True,
        ]
        assert [cell.number_format for cell in sheet[2]] == [
            "General",
            "0.0%",
            "0.0%",
            "0.0%",
            "#,##0.00",
            "#,##0",
            "yyyy-mm-dd",
            "yyyy-mm-dd hh:mm",
            "General",
        ]
        assert [cell.value for cell in sheet[3]] == ["b", None, None, None, 0.1, 3, None, None, False]

    def test_rows_may_have_units_of_their_own(self) -> None:
        frame = pl.DataFrame({"value": [3.0, 0.5, 38.0]})
        sheet = written(block_of(frame, units={"value": [Unit.COUNT, Unit.RATIO, Unit.POINTS]}))["Rows"]
        assert [sheet.cell(row, 1).number_format for row in (2, 3, 4)] == ["#,##0", "0.0%", "+0.0;-0.0;0.0"]

    def test_what_is_no_number_stays_empty(self) -> None:
        sheet = written(block_of(pl.DataFrame({"value": [float("nan"), float("inf"), 1.0]})))["Rows"]
        assert [row[0] for row in rows_of(sheet)] == ["value", None, None, 1]

    def test_headings_stay_in_sight_and_columns_are_wide_enough(self) -> None:
        sheet = written(block_of(pl.DataFrame({"a": ["x" * 30], "b": ["y" * 500]})))["Rows"]
        assert sheet.freeze_panes == "A2"
        assert sheet.column_dimensions["A"].width > 30
        assert sheet.column_dimensions["B"].width < 64

    def test_a_text_longer_than_a_cell_is_cut(self) -> None:
        sheet = written(block_of(pl.DataFrame({"a": ["x" * 40_000]})))["Rows"]
        assert len(sheet["A2"].value) == 32_767

    def test_rows_that_a_sheet_cannot_hold_are_left_out_and_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kpi.ui.workbook.MOST_ROWS", 2)
        book = written(block_of(pl.DataFrame({"a": [1, 2, 3]})))
        assert rows_of(book["Rows"]) == [("a",), (1,), (2,)]
        assert ("Rows", "Rows (the first rows: a sheet holds no more)", 3) in rows_of(book["About"])


class TestSheets:
    def test_the_first_sheet_says_what_the_numbers_are(self) -> None:
        block = block_of(pl.DataFrame({"value": [1, 2]}), metrics=(METRICS["return_on_investment"],))
        book = written(block, block, about=(("Period", "1 – 31 Oct 2026"),), left_out=("People",))
        assert book.sheetnames == ["About", "Rows", "Rows 2"]
        rows = rows_of(book["About"])
        assert rows[0][0] == "Overview"
        assert ("Period", "1 – 31 Oct 2026", None) in rows
        assert ("Rows", "Rows", 2) in rows
        assert ("Rows 2", "Rows", 2) in rows
        assert ("Left out for your role", "People", None) in rows
        (meaning,) = [text for name, text, _ in rows if name == "Return on investment"]
        assert "Formula: " in meaning
        assert book.properties.creator == "Ada Martin"
        assert book.properties.created == datetime(2026, 11, 22, 9, 30)

    def test_in_french(self) -> None:
        with speaking("fr"):
            book = written(block_of(pl.DataFrame({"n": [1]})))
        assert book.sheetnames == ["À propos", "Rows"]
        assert "Feuille" in [row[0] for row in rows_of(book["À propos"])]

    def test_names_are_what_every_program_takes(self) -> None:
        long = "What the programme cost by category, with and without staff"
        assert sheet_names([long, long.upper(), "a/b: [c]*?", "A b c", "''", "x" * 40]) == [
            "What the programme cost by…",
            "WHAT THE PROGRAMME COST BY… 2",
            "a b c",
            "A b c 2",
            "-",
            "x" * 30 + "…",
        ]
        assert all(len(name) <= 31 for name in sheet_names([long] * 12))
        assert len(set(sheet_names([long] * 12))) == 12


class TestBlocks:
    def test_readings_are_kept_in_full(self, two_years: Any, open_page: Callable[..., Page]) -> None:
        page = open_page(two_years, comparisons=(Comparison.PREVIOUS, Comparison.LAST_YEAR))
        reading = page.read(METRICS["cost_to_revenue_ratio"])
        revenue = page.read(METRICS["attributed_revenue"])
        entries = [blocks.entry(one.metric.name, one, page.comparisons, note="said") for one in (revenue, reading)]
        frame = blocks.numbers_block("Numbers", entries).read()
        # October 2026: 20 for 100; September: 10 for 50; October 2025: 40, but no cost is known before the 5th
        assert frame["value"].to_list() == [100, 0.2]
        assert frame["value_previous"].to_list() == [50, 0.2]
        assert frame["change_previous"].to_list() == [50, 0]
        assert frame["value_last_year"].to_list() == [40, None]
        assert frame["change_last_year"].to_list() == [60, None]
        assert frame["unit"].to_list() == ["money", "a share of 100"]
        assert frame["note"].to_list() == ["said", "said"]
        assert "target" not in frame.columns

    def test_a_number_that_is_not_available_says_why(self, small: Any, open_page: Callable[..., Page]) -> None:
        reading = open_page(small).read(METRICS["customer_satisfaction"])
        frame = blocks.numbers_block("Numbers", [blocks.entry("NPS", reading, ())]).read()
        assert frame.row(0, named=True) == {
            "metric": "NPS",
            "value": None,
            "n": 0,
            "unit": "a share of 100",
            "note": "nobody answered",
        }

    def test_nothing_is_kept_outside_of_a_page(self) -> None:
        blocks.note(block_of(pl.DataFrame({"a": [1]})))
        with blocks.gathering() as shown:
            blocks.note_numbers("None", [])
            assert shown.blocks == []
            blocks.note(block_of(pl.DataFrame({"a": [1]})))
            assert [block.title for block in shown.blocks] == ["Rows"]
            with blocks.apart():
                blocks.note(block_of(pl.DataFrame({"a": [1]})))
            assert len(shown.blocks) == 1
        blocks.leave_out("People")
        assert shown.left_out == []
