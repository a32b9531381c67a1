"""The typing rules, value by value; a null in the expectation is a value that breaks the rule."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.ingest.parsing import parse_column

MOMENT = pl.Datetime("us", "UTC")
NUMBER = pl.Decimal(18, 4)
PARIS = "Europe/Paris"


def _parse(values: pl.Series | list[Any], dtype: pl.DataType, zone: str = PARIS) -> tuple[list[Any], list[bool]]:
    typed, faulty = parse_column(pl.Series(values), dtype, zone)
    assert typed.dtype == dtype
    return typed.to_list(), faulty.to_list()


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


MOMENTS = {
    # Paris is one hour ahead of UTC in winter, two in summer.
    "2026-01-01T10:00:00": _utc(2026, 1, 1, 9),
    " 2026-07-01 10:00:00 ": _utc(2026, 7, 1, 8),
    "2026-01-01 10:00": _utc(2026, 1, 1, 9),
    "2026-01-01T10:00:00.5": _utc(2026, 1, 1, 9, 0, 0, 500_000),
    "2026-01-01T10:00:00.123456789": _utc(2026, 1, 1, 9, 0, 0, 123_456),
    "2026-01-01T10:00:00Z": _utc(2026, 1, 1, 10),
    "2026-01-01 10:00Z": _utc(2026, 1, 1, 10),
    "2026-01-01T10:00:00+02:00": _utc(2026, 1, 1, 8),
    "2026-01-01T10:00:00-0230": _utc(2026, 1, 1, 12, 30),
    "2026-01-01 10:00:00.25+02": _utc(2026, 1, 1, 8, 0, 0, 250_000),
    "2026-07-01": _utc(2026, 6, 30, 22),
    "9999-12-31": _utc(9999, 12, 30, 23),
    # 29 March: from 02:00 to 03:00 the clock does not show; 25 October: from 02:00 to 03:00 it shows twice.
    "2026-03-29 01:59:59": _utc(2026, 3, 29, 0, 59, 59),
    "2026-03-29 02:00:00": None,
    "2026-03-29 02:30": None,
    "2026-03-29 02:30:00Z": _utc(2026, 3, 29, 2, 30),
    "2026-03-29 03:00:00": _utc(2026, 3, 29, 1),
    "2026-10-25 02:30:00": _utc(2026, 10, 25, 0, 30),
    "2026-10-25 03:00:00": _utc(2026, 10, 25, 2),
    "2026-1-1": None,
    "01/02/2026": None,
    "2026-02-30": None,
    "2026-01-01T24:00:00": None,
    "2026-01-01T10:00:60": None,
    "2026-01-01T10": None,
    "20260101": None,
    "2026-01-01T10:00:00,5": None,
    "2026-01-01T10:00:00 UTC": None,
    "9999-12-31T23:59:59-02:00": None,
    "0000-01-01": None,
    "1767258000": None,
}
DAYS = {
    "2026-01-01": date(2026, 1, 1),
    "2024-02-29": date(2024, 2, 29),
    "2026-02-29": None,
    "2026-1-1": None,
    "2026-01-01 00:00:00": None,
    "2026-01-01T00:00:00Z": None,
    "46023": None,
}
NUMBERS = {
    "1": "1.0000",
    "+1": "1.0000",
    "-0.5": "-0.5000",
    ".5": "0.5000",
    "1.": "1.0000",
    "1e3": "1000.0000",
    "1.5E-3": "0.0015",
    # Half away from zero at the fourth decimal, and no rounding of a rounding.
    "0.00005": "0.0001",
    "-0.00005": "-0.0001",
    "1.00015": "1.0002",
    "1.00025": "1.0003",
    "0.0000499999999999999999999999": "0.0000",
    "1.000049999999999999999999999999": "1.0000",
    "99999999999999.99994": "99999999999999.9999",
    "99999999999999.99995": None,
    "100000000000000": None,
    "1,5": None,
    "1 000": None,
    "1_000": None,
    "€5": None,
    "5%": None,
    "0x1F": None,
    "NaN": None,
    "inf": None,
    "-": None,
    ".": None,
    "1e": None,
}
WHOLES = {
    "3": 3,
    "-3": -3,
    "+3": 3,
    "3.0": 3,
    "3.": 3,
    "3.5": None,
    "1e3": None,
    "9223372036854775808": None,
    "x": None,
}
FLAGS = {
    "true": True,
    "TRUE": True,
    "Yes": True,
    "1": True,
    "false": False,
    "no": False,
    "0": False,
    "oui": None,
    "2": None,
}


@pytest.mark.parametrize(
    ("texts", "dtype"),
    [
        (MOMENTS, MOMENT),
        (DAYS, pl.Date()),
        ({text: value and Decimal(value) for text, value in NUMBERS.items()}, NUMBER),
        (WHOLES, pl.Int64()),
        (FLAGS, pl.Boolean()),
    ],
    ids=["moments", "days", "numbers", "wholes", "flags"],
)
def test_a_text_is_read_by_the_rules_alone_and_among_others(texts: dict[str, Any], dtype: pl.DataType) -> None:
    expected = list(texts.values())
    assert _parse(list(texts), dtype) == (expected, [value is None for value in expected])
    for text, value in texts.items():
        assert _parse([text], dtype) == ([value], [value is None]), text


@pytest.mark.parametrize("dtype", [MOMENT, pl.Date(), NUMBER, pl.Int64(), pl.Boolean(), pl.String()], ids=str)
def test_empty_text_is_missing_and_no_fault(dtype: pl.DataType) -> None:
    missing = ([None] * 4, [False] * 4)
    assert _parse(["", "  ", "\t\u00a0", None], dtype) == missing
    assert _parse(pl.Series([None] * 4, dtype=pl.Null), dtype) == missing


def test_naive_typed_times_are_of_the_business_zone() -> None:
    naive = [datetime(2026, 7, 1, 10), datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30), None]
    expected = [_utc(2026, 7, 1, 8), None, _utc(2026, 10, 25, 0, 30), None]

    assert _parse(naive, MOMENT) == (expected, [False, True, False, False])


def test_zoned_typed_times_keep_their_moment() -> None:
    noon = pl.Series([datetime(2026, 1, 1, 12)], dtype=pl.Datetime("ns")).dt.replace_time_zone("Asia/Tokyo")

    assert _parse(noon, MOMENT) == ([_utc(2026, 1, 1, 3)], [False])


def test_a_day_as_a_time_is_its_first_moment() -> None:
    assert _parse([date(2026, 7, 1)], MOMENT) == ([_utc(2026, 6, 30, 22)], [False])
    # In Cairo the clock went from 00:00 to 01:00 on 26 April 2024: the day began at 01:00, 22:00 UTC the day before.
    assert _parse(["2024-04-26"], MOMENT, "Africa/Cairo") == ([_utc(2024, 4, 25, 22)], [False])


def test_a_typed_midnight_is_a_day_and_another_time_is_not() -> None:
    assert _parse([datetime(2026, 1, 1), datetime(2026, 1, 1, 1)], pl.Date()) == (
        [date(2026, 1, 1), None],
        [False, True],
    )
    assert _parse([date(2026, 1, 1)], pl.Date()) == ([date(2026, 1, 1)], [False])


def test_floats_round_as_they_read() -> None:
    # 4.9999999999999996e-05 is the float below one half of the last decimal; 1.4999…e-4 is 0.00015 as a float.
    floats = [
        1.00005,
        -1.00005,
        2.675,
        4.9999999999999996e-05,
        5e-05,
        1e-30,
        12345678901.5,
        float("nan"),
        float("inf"),
        1e15,
    ]
    numbers = ["1.0001", "-1.0001", "2.675", "0", "0.0001", "0", "12345678901.5"]

    assert _parse(floats, NUMBER) == ([*map(Decimal, numbers), None, None, None], [False] * 7 + [True] * 3)


def test_typed_numbers_are_read_by_the_same_rules() -> None:
    assert _parse([1, 2**62], NUMBER) == ([Decimal(1), None], [False, True])
    assert _parse([Decimal("1.00005"), Decimal("-1.00004")], NUMBER) == (
        [Decimal("1.0001"), Decimal(-1)],
        [False, False],
    )
    assert _parse([3.0, 3.5, float("nan")], pl.Int64()) == ([3, None, None], [False, True, True])
    assert _parse([Decimal("3.00"), Decimal("3.10")], pl.Int64()) == ([3, None], [False, True])
    assert _parse([0, 1, 2], pl.Boolean()) == ([False, True, None], [False, False, True])
    assert _parse([0.0, 1.0, float("nan")], pl.Boolean()) == ([False, True, None], [False, False, True])


def test_numbers_become_text_without_a_useless_fraction() -> None:
    assert _parse([12.0, 12.5, 1e16, float("nan"), None], pl.String()) == (
        ["12", "12.5", "1e+16", None, None],
        [False, False, False, True, False],
    )
    assert _parse([Decimal("120.00"), Decimal("1.50"), Decimal("0.00")], pl.String())[0] == ["120", "1.5", "0"]
    assert _parse([120, 3], pl.String())[0] == ["120", "3"]
    assert _parse([True], pl.String())[0] == ["true"]
    assert _parse(pl.Series([" a ", None], dtype=pl.Categorical), pl.String())[0] == ["a", None]


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([[1]], pl.String()),
        ([{"a": 1}], NUMBER),
        ([b"a"], pl.String()),
        ([1], MOMENT),
        ([1.5], pl.Date()),
        ([True], NUMBER),
        ([True], pl.Int64()),
        ([timedelta(hours=1)], MOMENT),
        ([date(2026, 1, 1)], NUMBER),
        ([date(2026, 1, 1)], pl.Boolean()),
    ],
)
def test_a_column_of_another_kind_is_all_faults(values: list[Any], dtype: pl.DataType) -> None:
    assert _parse([*values, None], dtype) == ([None, None], [True, False])


@given(st.lists(st.decimals(-(10**13), 10**13, allow_nan=False, places=7), max_size=20))
def test_any_written_decimal_rounds_half_away_from_zero(numbers: list[Decimal]) -> None:
    expected = [number.quantize(Decimal("0.0001"), rounding="ROUND_HALF_UP") for number in numbers]

    assert _parse(pl.Series([f"{number:f}" for number in numbers], dtype=pl.String), NUMBER)[0] == expected


@given(st.lists(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)), max_size=20))
def test_any_local_time_is_read_as_the_standard_library_reads_it(moments: list[datetime]) -> None:
    paris = ZoneInfo(PARIS)
    expected = [moment.replace(tzinfo=paris).astimezone(UTC) for moment in moments]
    exists = [
        utc.astimezone(paris).replace(tzinfo=None) == moment for utc, moment in zip(expected, moments, strict=True)
    ]
    texts = pl.Series([moment.isoformat() for moment in moments], dtype=pl.String)

    assert _parse(texts, MOMENT)[0] == [utc if there else None for utc, there in zip(expected, exists, strict=True)]
