"""The typing rules: how a column of a file, text or typed, becomes the contract's type.

Every function takes a column whose empty values are null already and gives null where the value does not follow the
rule; `parse_column` tells such a value from one that was missing.
"""

from datetime import time
from typing import Final

import polars as pl

from kpi.ingest.columns import PRECISION, SCALE

NOT_TYPED: Final[dict[type[pl.DataType], str]] = {
    pl.String: "is not text",
    pl.Int64: "is not a whole number",
    pl.Decimal: f"is not a number with a decimal dot, below 10^{PRECISION - SCALE}",
    pl.Boolean: "is not true or false",
    pl.Date: "is not a date (YYYY-MM-DD)",
    pl.Datetime: "is not a timestamp (YYYY-MM-DD HH:MM:SS) that exists in the business time zone",
}

_NUMBER = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?$"
_FIVE_DECIMALS = r"^([+-]?\d*\.\d{5})\d+$"
_WHOLE = r"^([+-]?\d+)(?:\.0*)?$"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
_SECONDS = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:[0-5]\d$"
_SECONDS_IN_UTC = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:[0-5]\dZ$"
_MOMENT = (
    r"^(?<date>\d{4}-\d{2}-\d{2})[T ](?<time>\d{2}:\d{2})(?::(?<second>[0-5]\d)(?:\.(?<fraction>\d{1,9}))?)?"
    r"(?<zone>Z|[+-]\d{2}(?::?[0-5]\d)?)?$"
)
_YEARS = (1000, 9999)
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
_EXACT_WHOLE_FLOAT = 2.0**53
_SMALLEST_ROUNDED_UP = 5 * 10.0 ** -(SCALE + 1)


def parse_column(values: pl.Series, dtype: pl.DataType, zone: str) -> tuple[pl.Series, pl.Series]:
    """The column as `dtype`, and a mask of the values that do not follow the rule of that type.

    `zone` is the business time zone: a timestamp without an offset is read in it (in the repeated hour of autumn the
    earlier one), a calendar day begins at its midnight.
    """
    values = cleaned(values)
    typed = _typed(values, dtype, zone)
    if dtype.is_temporal():
        typed = typed.set(~typed.dt.year().is_between(*_YEARS), None)
    return typed, typed.is_null() & values.is_not_null()


def cleaned(values: pl.Series) -> pl.Series:
    """Text without surrounding blanks, empty text as null; other types as they are."""
    if values.dtype in (pl.Categorical, pl.Enum):
        values = values.cast(pl.String)
    if values.dtype != pl.String:
        return values
    values = values.str.strip_chars()
    empty = values == ""
    return values.set(empty, None) if empty.any() else values


def _typed(values: pl.Series, dtype: pl.DataType, zone: str) -> pl.Series:
    if values.dtype == pl.Null:
        return values.cast(dtype)
    if values.dtype.is_nested() or values.dtype in (pl.Binary, pl.Object):
        return pl.Series(values.name, [None] * len(values), dtype=dtype)
    if isinstance(dtype, pl.Date):
        return _days(values)
    if isinstance(dtype, pl.Datetime):
        return _moments(values, zone)
    if isinstance(dtype, pl.Decimal):
        return _decimals(values)
    if isinstance(dtype, pl.Int64):
        return _wholes(values)
    if isinstance(dtype, pl.Boolean):
        return _flags(values)
    return as_text(values)


def as_text(values: pl.Series) -> pl.Series:
    """The values as a person would write them: a whole number without “.0”, not-a-number as null."""
    if values.dtype.is_nested() or values.dtype in (pl.Binary, pl.Object):
        texts = [None if value is None else str(value) for value in values.to_list()]
        return pl.Series(values.name, texts, dtype=pl.String)
    if isinstance(values.dtype, pl.Decimal):
        return values.cast(pl.String).str.replace(r"\.?0+$", "") if values.dtype.scale else values.cast(pl.String)
    if not values.dtype.is_float():
        return values.cast(pl.String)
    values = values.set(~values.is_finite(), None)
    whole = (values == values.round()) & (values.abs() < _EXACT_WHOLE_FLOAT)
    return values.cast(pl.Int64, strict=False).cast(pl.String).zip_with(whole.fill_null(True), values.cast(pl.String))


def _decimals(values: pl.Series) -> pl.Series:
    dtype = pl.Decimal(PRECISION, SCALE)
    if values.dtype.is_integer():
        return values.cast(dtype, strict=False)
    if values.dtype.is_decimal():
        return values.round(SCALE, mode="half_away_from_zero").cast(dtype, strict=False)
    if values.dtype.is_float():
        # Through the shortest text, so that 1.00005 rounds as it reads and not as its binary neighbour.
        values = values.set(values.abs() < _SMALLEST_ROUNDED_UP, 0.0).cast(pl.Float64).cast(pl.String)
    if values.dtype != pl.String:
        return values.clear(len(values)).cast(dtype)
    if (values.str.len_bytes() > PRECISION).any():
        # Rounding away from zero looks at the fifth decimal only; cutting the others avoids rounding twice.
        values = values.str.replace(_FIVE_DECIMALS, "$1")
    exact = values.set(~values.str.contains(_NUMBER), None).cast(pl.Decimal(38, 20), strict=False)
    return exact.round(SCALE, mode="half_away_from_zero").cast(dtype, strict=False)


def _wholes(values: pl.Series) -> pl.Series:
    if values.dtype.is_integer():
        return values.cast(pl.Int64, strict=False)
    if values.dtype.is_numeric():
        values = as_text(values)
    if values.dtype != pl.String:
        return values.clear(len(values)).cast(pl.Int64)
    return values.str.extract(_WHOLE).cast(pl.Int64, strict=False)


def _flags(values: pl.Series) -> pl.Series:
    if values.dtype == pl.Boolean:
        return values
    words = as_text(values).str.to_lowercase()
    known = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
    return words.replace_strict(known, default=None, return_dtype=pl.Boolean)


def _days(values: pl.Series) -> pl.Series:
    if values.dtype == pl.Date:
        return values
    if values.dtype == pl.Datetime:
        days = values.cast(pl.Date)
        return days.set(values.dt.time() != time(0), None)
    if values.dtype != pl.String:
        return values.clear(len(values)).cast(pl.Date)
    return values.set(~values.str.contains(_DATE), None).str.to_date("%Y-%m-%d", strict=False)


def _moments(values: pl.Series, zone: str) -> pl.Series:
    if values.dtype == pl.Date:
        return _first_moments(values, zone)
    if isinstance(values.dtype, pl.Datetime):
        moments = values.dt.cast_time_unit("us")
        return _localised(moments, zone) if values.dtype.time_zone is None else moments.dt.convert_time_zone("UTC")
    if values.dtype != pl.String:
        return values.clear(len(values)).cast(pl.Datetime("us", "UTC"))
    return _moments_of_text(values, zone)


def _moments_of_text(values: pl.Series, zone: str) -> pl.Series:
    in_utc = values.str.contains(_SECONDS_IN_UTC)
    if not in_utc.any():
        return _moments_of_business(values, zone)
    moments = values.set(~in_utc, None).str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False, time_unit="us")
    others = values.set(in_utc, None)
    zoned = moments.dt.replace_time_zone("UTC")
    if others.null_count() == len(others):
        return zoned
    return zoned.zip_with(in_utc.fill_null(False), _moments_of_business(others, zone))


def _moments_of_business(values: pl.Series, zone: str) -> pl.Series:
    plain = values.set(~values.str.contains(_SECONDS), None)
    local = plain.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
    if local.null_count() > plain.null_count():
        blank = plain.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
        local = local.zip_with(local.is_not_null(), blank)
    moments = _localised(local, zone)
    if plain.null_count() == values.null_count():
        return moments
    rest = plain.is_null() & values.is_not_null()
    return moments.scatter(rest.arg_true(), _moments_of_any_shape(values.filter(rest), zone))


def _moments_of_any_shape(values: pl.Series, zone: str) -> pl.Series:
    parts = values.str.extract_groups(_MOMENT).struct.unnest()
    text = pl.concat_str("date", pl.lit("T"), "time", pl.lit(":"), pl.col("second").fill_null("00"))
    fraction = pl.col("fraction").str.pad_end(9, "0").str.head(6).cast(pl.Int64).fill_null(0)
    sign = pl.when(pl.col("zone").str.starts_with("-")).then(-1).otherwise(1)
    hours = pl.col("zone").str.slice(1, 2).cast(pl.Int64, strict=False)
    minutes = pl.col("zone").str.extract(r"^...:?(\d\d)$").cast(pl.Int64).fill_null(0)
    frame = parts.select(
        local=text.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
        + pl.duration(microseconds=fraction),
        zoned=pl.col("zone").is_not_null(),
        offset=pl.duration(hours=sign * hours.fill_null(0), minutes=sign * minutes),
    )
    utc = (frame["local"] - frame["offset"]).dt.replace_time_zone("UTC")
    moments = utc.zip_with(frame["zoned"], _localised(frame["local"], zone))
    return moments.zip_with(frame["local"].is_not_null(), _first_moments(_days(values), zone))


def _first_moments(days: pl.Series, zone: str) -> pl.Series:
    midnights = days.cast(pl.Datetime("us"))
    moments = _localised(midnights, zone)
    if moments.null_count() == days.null_count():
        return moments
    # Where the clock springs forward at midnight, the day begins at one o'clock.
    return moments.zip_with(moments.is_not_null(), _localised(midnights.dt.offset_by("1h"), zone))


def _localised(local: pl.Series, zone: str) -> pl.Series:
    return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
