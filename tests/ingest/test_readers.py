"""The same rows through every kind of file, and every kind of file that cannot be read."""

import csv
import json
import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from pyarrow import parquet as pq

from kpi.errors import UnreadableFileError
from kpi.ingest import delimited
from kpi.ingest.readers import fingerprint, open_source

Validate = Callable[[Path], Any]

CUSTOMERS = {
    "customer_id": ["1001", "1002", "1003"],
    "full_name": ["Zoé Martin", 'Jan "Jo" de Wit; Sons', None],
    "sector": ["retail, online", "two\nlines", None],
    "joined_at": ["2026-01-02T10:30:00", "2026-07-02 10:30:15", "2026-07-03"],
    "reach": ["120", None, "0"],
    "contact_consent": ["true", "no", None],
}
# The same as typed values: ids as whole numbers, naive times of Paris, a float with a missing value.
TYPED = pl.DataFrame(
    {
        "customer_id": [1001, 1002, 1003],
        "full_name": CUSTOMERS["full_name"],
        "sector": CUSTOMERS["sector"],
        "joined_at": [datetime(2026, 1, 2, 10, 30), datetime(2026, 7, 2, 10, 30, 15), datetime(2026, 7, 3)],
        "reach": [120.0, None, 0.0],
        "contact_consent": [True, False, None],
    }
)
# 10:30 in Paris is 09:30 UTC in winter and 08:30 in summer; midnight of 3 July is 22:00 the day before.
LANDED = [
    ("1001", "Zoé Martin", "retail, online", datetime(2026, 1, 2, 9, 30, tzinfo=UTC), 120, True),
    ("1002", 'Jan "Jo" de Wit; Sons', "two\nlines", datetime(2026, 7, 2, 8, 30, 15, tzinfo=UTC), None, False),
    ("1003", None, None, datetime(2026, 7, 2, 22, tzinfo=UTC), 0, False),
]


def _rows() -> list[tuple[str | None, ...]]:
    return list(zip(*CUSTOMERS.values(), strict=True))


def _write_csv(path: Path, delimiter: str = ",", encoding: str = "utf-8", line_end: str = "\n") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=line_end)
        writer.writerow(CUSTOMERS)
        writer.writerows(_rows())


def _write_json_lines(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def _write_workbook(path: Path, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, names)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
        workbook.add_worksheet("notes").write(0, 0, "not read")


WRITERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "comma": (".csv", _write_csv),
    "semicolon": (".csv", lambda path: _write_csv(path, delimiter=";")),
    "tab with byte-order mark": (".csv", lambda path: _write_csv(path, delimiter="\t", encoding="utf-8-sig")),
    "carriage returns": (".csv", lambda path: _write_csv(path, line_end="\r\n")),
    "capital ending": (".CSV", _write_csv),
    "typed Parquet": (".parquet", TYPED.write_parquet),
    "nanosecond Parquet": (
        ".parquet",
        lambda path: TYPED.cast({"joined_at": pl.Datetime("ns"), "sector": pl.Categorical}).write_parquet(path),
    ),
    "zoned Parquet": (
        ".parquet",
        lambda path: TYPED.with_columns(pl.col("joined_at").dt.replace_time_zone("Europe/Paris")).write_parquet(path),
    ),
    "text Parquet": (".parquet", lambda path: pl.DataFrame(CUSTOMERS).write_parquet(path)),
    "binary Parquet": (
        ".parquet",
        lambda path: pl.DataFrame(CUSTOMERS).with_columns(pl.col("sector").cast(pl.Binary)).write_parquet(path),
    ),
    "text JSON": (
        ".jsonl",
        lambda path: _write_json_lines(path, [dict(zip(CUSTOMERS, row, strict=True)) for row in _rows()]),
    ),
    "typed JSON": (
        ".jsonl",
        lambda path: _write_json_lines(
            path, TYPED.with_columns(pl.col("joined_at").dt.to_string("iso:strict")).to_dicts()
        ),
    ),
    "text Excel": (".xlsx", lambda path: _write_workbook(path, list(CUSTOMERS), _rows())),
    "typed Excel": (".xlsx", lambda path: _write_workbook(path, TYPED.columns, TYPED.rows())),
}


@pytest.mark.parametrize(("ending", "write"), WRITERS.values(), ids=list(WRITERS))
def test_the_same_rows_land_the_same_from_every_kind_of_file(
    ending: str, write: Callable[[Path], Any], tmp_path: Path, validate: Validate
) -> None:
    path = tmp_path / f"customers-2026{ending}"
    write(path)

    outcome = validate(path)

    assert outcome.violations == []
    assert outcome.accepted.select(list(CUSTOMERS)).rows() == LANDED
    assert outcome.accepted["_row"].to_list() == [1, 2, 3]
    assert outcome.report.fingerprint == fingerprint(path)


def test_decimals_are_exact_from_every_kind_of_file(tmp_path: Path, validate: Validate) -> None:
    # 1.00005 and 0.1 have no exact binary form; both round as they read, half away from zero.
    texts = ["0.1", "1.00005", "-1.00005", "12345678.9", "3"]
    landed = [Decimal(text) for text in ("0.1000", "1.0001", "-1.0001", "12345678.9000", "3.0000")]
    frame = pl.DataFrame({"cost_id": list("abcde"), "amount": texts}).with_columns(
        incurred_on=pl.date(2026, 1, 1), channel=pl.lit("ambassador"), category=pl.lit("other")
    )
    floats = frame.cast({"amount": pl.Float64})
    frame.write_csv(tmp_path / "costs-a.csv")
    floats.write_parquet(tmp_path / "costs-b.parquet")
    frame.cast({"amount": pl.Decimal(20, 6)}).write_parquet(tmp_path / "costs-c.parquet")
    floats.cast({"incurred_on": pl.String}).write_ndjson(tmp_path / "costs-d.jsonl")
    _write_workbook(tmp_path / "costs-e.xlsx", floats.columns, floats.rows())

    frames = [validate(path).accepted for path in sorted(tmp_path.glob("costs-*"))]

    assert len(frames) == 5
    assert frames[0]["amount"].to_list() == landed
    for frame in frames[1:]:
        assert_frame_equal(frame, frames[0])


def test_excel_days_are_days_and_mixed_cells_are_kept(tmp_path: Path, validate: Validate) -> None:
    rows = [
        ["x1", date(2026, 1, 2), "ambassador", "other", 5],
        [2, "2026-01-03", "ambassador", "other", "6.5"],
        ["x3", datetime(2026, 1, 4, 10), "ambassador", "other", 7],
    ]
    _write_workbook(tmp_path / "costs.xlsx", ["cost_id", "incurred_on", "channel", "category", "amount"], rows)

    outcome = validate(tmp_path / "costs.xlsx")

    assert outcome.accepted.select("cost_id", "incurred_on", "amount").rows() == [
        ("x1", date(2026, 1, 2), Decimal(5)),
        ("2", date(2026, 1, 3), Decimal("6.5")),
    ]
    assert outcome.violations == [(3, "incurred_on", "is not a date (YYYY-MM-DD)", "2026-01-04 10:00:00")]


def test_a_failed_excel_formula_is_a_violation_and_blank_rows_at_the_end_are_none(
    tmp_path: Path, validate: Validate
) -> None:
    path = tmp_path / "contributions.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        # The table begins in the third row of the sheet: data row 1 is the sheet's row 4.
        sheet.write_row(2, 0, ["contribution_id", "challenge_id", "customer_id", "occurred_at", "quantity"])
        sheet.write_row(3, 0, ["b1", "g1", "c1", "2026-01-01", 2])
        sheet.write_row(4, 0, ["b2", "g1", "c1", "2026-01-01"])
        sheet.write_formula(4, 4, "=1/0", None, "#DIV/0!")
        sheet.write_row(6, 0, ["  ", "", " "])

    outcome = validate(path)

    assert outcome.accepted.select("contribution_id", "quantity").rows() == [("b1", Decimal(2))]
    assert outcome.violations == [(2, "quantity", "is not a number with a decimal dot, below 10^14", "#ERROR")]
    assert outcome.report.rows == 2


def test_json_lines_may_differ_in_their_names(tmp_path: Path, validate: Validate) -> None:
    campaign = {"campaign_id": "m1", "lever": "email", "name": "Spring", "started_at": "2026-01-01"}
    lines = [campaign | {"tags": ["a"]}, {**campaign, "campaign_id": 2}, {"campaign_id": "m3", "note": {"b": 1}}]
    _write_json_lines(tmp_path / "campaigns.jsonl", lines)

    outcome = validate(tmp_path / "campaigns.jsonl")

    assert outcome.accepted["campaign_id"].to_list() == ["m1", "2"]
    assert [violation[:3] for violation in outcome.violations] == [
        (3, column, "is required") for column in ("lever", "name", "started_at")
    ]
    assert outcome.report.unknown_columns == ("tags", "note")


def test_a_table_without_rows_is_accepted(tmp_path: Path, validate: Validate) -> None:
    header = "campaign_id,lever,name,started_at"
    names = header.split(",")
    (tmp_path / "campaigns-a.csv").write_text(header)
    (tmp_path / "campaigns-b.csv").write_text(header + "\r\n\r\n")
    pl.DataFrame(schema=dict.fromkeys(names, pl.String)).write_parquet(tmp_path / "campaigns-c.parquet")
    _write_workbook(tmp_path / "campaigns-d.xlsx", names, [])

    for path in sorted(tmp_path.glob("campaigns-*")):
        outcome = validate(path)
        assert outcome.report.rows == 0
        assert outcome.accepted.columns == [*names, "_row"]
        assert outcome.rejected.columns == ["file", "row", "column", "rule", "value"]
        assert [(frame.height, frame.columns) for frame in open_source(path).read(names)] == [(0, names)]


def test_batches_keep_the_order_and_the_row_numbers(
    tmp_path: Path, validate: Validate, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Blocks of 4 KB: the 3000 rows of about 20 bytes come in some fifteen batches, with quoted line breaks on the way.
    monkeypatch.setattr(delimited, "_BLOCK_BYTES", 4096)
    monkeypatch.setattr(delimited, "BATCH_ROWS", 1)
    lines = [f'm{number},email,"Spring\n{number}",2026-01-01' for number in range(1, 3001)]
    lines[1999] = "m2000,radio,Spring,2026-01-01"
    path = tmp_path / "campaigns.csv"
    path.write_text("\n".join(["campaign_id,lever,name,started_at", *lines]) + "\n")

    outcome = validate(path)

    assert len(list(open_source(path).read(["campaign_id"]))) > 10
    assert outcome.report.rows == 3000
    assert outcome.violations == [(2000, "lever", "must be one of email, website, app", "radio")]
    assert outcome.accepted.select("campaign_id", "name", "_row").row(-1) == ("m3000", "Spring\n3000", 3000)


@given(
    rows=st.lists(st.tuples(*[st.text(alphabet='a",;\n\t é\u2028\\', max_size=6)] * 3), min_size=1, max_size=6),
    delimiter=st.sampled_from(",;\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_text_comes_out_of_a_csv_file_as_it_went_in(
    rows: list[tuple[str, ...]], delimiter: str, quoting: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("texts") / "campaigns.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator="\n")
        writer.writerows([("a", "b", "c"), *rows])

    (frame,) = open_source(path).read(["a", "b", "c"])

    assert frame.rows() == rows


def test_a_file_of_many_parquet_batches_keeps_its_rows(tmp_path: Path, validate: Validate) -> None:
    count = 450_001
    frame = pl.DataFrame({"campaign_id": pl.int_range(count, eager=True)}).with_columns(
        lever=pl.lit("app"), name=pl.lit("Spring"), started_at=pl.lit(datetime(2026, 1, 1, tzinfo=UTC))
    )
    frame.write_parquet(tmp_path / "campaigns.parquet")

    outcome = validate(tmp_path / "campaigns.parquet")

    assert outcome.accepted["_row"].to_list() == list(range(1, count + 1))
    assert outcome.accepted["campaign_id"].to_list() == [str(number) for number in range(count)]


HEADER = b"campaign_id,lever,name,started_at\n"
ROW = b"m1,email,Spring,2026-01-01\n"
REFUSED_CSV = {
    "empty": (b"", "campaigns.csv is empty."),
    "blank": (b" \n\n", "campaigns.csv has no header."),
    "blank name": (b"campaign_id,,name,started_at\n", "has no name for column 2."),
    "same name twice": (b"campaign_id,lever,name, name\n", "has the column “name” twice."),
    "latin-1": (HEADER + "m1,email,Été,2026-01-01\n".encode("latin-1"), "is not UTF-8 (first in line 2)."),
    "utf-16": ("campaign_id,lever".encode("utf-16"), "is UTF-16, not UTF-8."),
    "parquet inside": (b"PAR1....", "is a Parquet file, not CSV."),
    "excel inside": (b"PK\x03\x04....", "is an Excel or zip file, not CSV."),
    "too many fields": (
        HEADER + ROW + b"m2,email,a,b,2026-01-01\n" + ROW,
        "5 fields where the header has 4, in row 2.",
    ),
    "too few fields": (HEADER + ROW + b"m2,email\n" + ROW, "has 2 fields where the header has 4, in row 2."),
    "quote open in a row": (HEADER + b'm2,email,"Spring,2026-01-01\n' + ROW, "Look for a quote that is not closed."),
    "cut in a row": (HEADER + ROW + b"m2,email", "is cut off: its last row has 2 fields where the header has 4."),
    "cut in a quote": (HEADER + b'm2,email,"Spr', "is cut off: its last row has 3 fields where the header has 4."),
    "cut in the last quote": (HEADER + ROW + b'm2,email,Spring,"2026', "is cut off: a quote is open at its end."),
    "quote never closed": (HEADER + b'm2,email,Spring,"2026-01-01\n' + ROW, "is cut off: a quote is open at its end."),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED_CSV.values(), ids=list(REFUSED_CSV))
def test_a_csv_file_that_cannot_be_read_is_refused(
    content: bytes, reason: str, tmp_path: Path, validate: Validate
) -> None:
    path = tmp_path / "campaigns.csv"
    path.write_bytes(content)

    with pytest.raises(UnreadableFileError) as refusal:
        validate(path)

    assert str(refusal.value).startswith("campaigns.csv ")
    assert reason in str(refusal.value)
    assert list(tmp_path.iterdir()) == [path]


def test_a_last_row_without_line_end_is_read(tmp_path: Path, validate: Validate) -> None:
    for number, ending in enumerate(
        (b"m2,app,Spring,2026-01-01", b'm2,app,Spring,"2026-01-01"', b'm2,app,"a\n",2026-01-01')
    ):
        path = tmp_path / f"campaigns-{number}.csv"
        path.write_bytes(HEADER + ROW + ending)
        assert validate(path).accepted["campaign_id"].to_list() == ["m1", "m2"]


def test_invalid_text_far_into_a_file_names_its_row(tmp_path: Path, validate: Validate) -> None:
    path = tmp_path / "campaigns.csv"
    path.write_bytes(HEADER + ROW * 50_000 + b"m2,email,\xe9t\xe9,2026-01-01\n")

    with pytest.raises(UnreadableFileError, match=r"campaigns\.csv is not UTF-8 in row 50001\. Save it as"):
        validate(path)


def test_a_row_longer_than_a_block_points_at_the_open_quote(tmp_path: Path, validate: Validate) -> None:
    path = tmp_path / "campaigns.csv"
    path.write_bytes(HEADER + b'm2,email,"Spring,2026-01-01\n' + ROW * 400_000)

    with pytest.raises(UnreadableFileError, match=r"more than 4 MB\. Look for a quote that is not closed"):
        validate(path)


REFUSED_OTHERS = {
    "no such ending": ("campaigns.txt", b"x", "has the unknown ending “.txt”."),
    "near ending": ("campaigns.parket", b"x", "Did you mean .parquet?"),
    "old excel": ("campaigns.xls", b"x", "Did you mean .xlsx?"),
    "csv as parquet": ("campaigns.parquet", HEADER + ROW, "is not a Parquet file that can be read"),
    "empty parquet": ("campaigns.parquet", b"", "is empty."),
    "csv as excel": ("campaigns.xlsx", HEADER + ROW, "is not an Excel workbook."),
    "protected excel": ("campaigns.xlsx", b"\xd0\xcf\x11\xe0....", "is an old or a protected Excel file."),
    "zip as excel": ("campaigns.xlsx", b"PK\x03\x04....", "is not a workbook that can be read"),
    "bad json": ("campaigns.jsonl", b'{"campaign_id": "m1"}\n{"campaign_id": \n', "is not JSON in line 2"),
    "json array": ("campaigns.jsonl", b'[{"campaign_id": "m1"}]', "has no JSON object in line 1."),
    "json text": ("campaigns.jsonl", b'{"campaign_id": "\xe9"}', "is not UTF-8 (after line 0)."),
    "blank json": ("campaigns.jsonl", b"\n\n", "has no header."),
}


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED_OTHERS.values(), ids=list(REFUSED_OTHERS))
def test_a_file_that_is_not_what_its_ending_says_is_refused(
    name: str, content: bytes, reason: str, tmp_path: Path, validate: Validate
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadableFileError) as refusal:
        validate(tmp_path / name)

    assert str(refusal.value).startswith(f"{name} ")
    assert reason in str(refusal.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").mkdir()
    with pytest.raises(UnreadableFileError, match=r"^campaigns\.csv does not exist\. Look into "):
        open_source(tmp_path / "campaigns.csv")
    with pytest.raises(UnreadableFileError, match=r"^orders\.csv is a folder\. Give a file\."):
        open_source(tmp_path / "orders.csv")


def test_a_list_in_a_known_column_is_refused_with_its_line(tmp_path: Path, validate: Validate) -> None:
    _write_json_lines(
        tmp_path / "campaigns.jsonl", [{"campaign_id": "m1", "lever": ["email"], "name": "a", "started_at": "b"}]
    )

    with pytest.raises(UnreadableFileError, match="has a list or an object in lever, line 1"):
        validate(tmp_path / "campaigns.jsonl")


def test_half_a_character_in_json_is_refused(tmp_path: Path, validate: Validate) -> None:
    campaign = {"campaign_id": "m1", "lever": "email", "name": "\ud83d", "started_at": "2026-01-01"}
    _write_json_lines(tmp_path / "campaigns.jsonl", [campaign])

    with pytest.raises(UnreadableFileError, match="has half a character in lines 1 to 1"):
        validate(tmp_path / "campaigns.jsonl")


def test_a_parquet_list_is_a_violation_with_its_value(tmp_path: Path, validate: Validate) -> None:
    campaign = {"campaign_id": "m1", "lever": "email", "name": ["a", "b"], "started_at": "2026-01-01"}
    pl.DataFrame([campaign]).write_parquet(tmp_path / "campaigns.parquet")

    assert validate(tmp_path / "campaigns.parquet").violations == [(1, "name", "is not text", "['a', 'b']")]


def test_a_cut_off_parquet_file_is_refused(tmp_path: Path, validate: Validate) -> None:
    path = tmp_path / "customers.parquet"
    TYPED.write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(UnreadableFileError, match=r"customers\.parquet is not a Parquet file that can be read"):
        validate(path)


def test_parquet_text_that_is_not_utf8_is_refused(tmp_path: Path, validate: Validate) -> None:
    path = tmp_path / "customers.parquet"
    table = TYPED.to_arrow().append_column("email", pa.array([b"\xe9", None, None]))
    pq.write_table(table, path)

    with pytest.raises(UnreadableFileError, match=r"customers\.parquet is not a Parquet file that can be read"):
        validate(path)


def test_a_workbook_needs_a_header(tmp_path: Path, validate: Validate) -> None:
    _write_workbook(tmp_path / "campaigns.xlsx", [], [])
    with pytest.raises(UnreadableFileError, match=r"campaigns\.xlsx has no header"):
        validate(tmp_path / "campaigns.xlsx")
    _write_workbook(tmp_path / "campaigns.xlsx", ["campaign_id", "campaign_id"], [])
    with pytest.raises(UnreadableFileError, match="has the column “campaign_id” twice"):
        validate(tmp_path / "campaigns.xlsx")


def _touch(path: Path) -> None:
    later = path.stat().st_mtime + timedelta(seconds=1).total_seconds()
    os.utime(path, (later, later))


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(ROW)


def _replace(path: Path) -> None:
    twin = path.with_suffix(".new")
    twin.write_bytes(path.read_bytes())
    os.utime(twin, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    twin.replace(path)


@pytest.mark.parametrize("change", [_touch, _grow, _replace, Path.unlink])
def test_a_file_that_changes_while_it_is_read_is_refused(change: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "campaigns.csv"
    path.write_bytes(HEADER + ROW)
    frames = open_source(path).read(["campaign_id"])
    assert next(frames).height == 1

    change(path)

    with pytest.raises(UnreadableFileError, match=r"campaigns\.csv changed while it was read"):
        list(frames)


def test_a_change_is_told_before_the_fault_it_causes(tmp_path: Path) -> None:
    path = tmp_path / "campaigns.csv"
    path.write_bytes(HEADER + ROW)
    source = open_source(path)

    path.write_bytes(HEADER + ROW + b"m2,em")

    with pytest.raises(UnreadableFileError, match="changed while it was read"):
        list(source.read(["campaign_id"]))


def test_the_fingerprint_is_the_sha256_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"abc")

    # FIPS 180-2, appendix B.1.
    assert fingerprint(tmp_path / "a.csv") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
