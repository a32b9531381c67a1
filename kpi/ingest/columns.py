"""The kinds of column that the contract knows, each with the sentence of the rule that it states."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import dataframely as dy
import polars as pl

Default = str | bool | Decimal
Check = dict[str, Callable[[pl.Expr], pl.Expr]]

REQUIRED = "is required"
PRECISION, SCALE = 18, 4


def text(
    *,
    required: bool = False,
    key: bool = False,
    references: str | None = None,
    personal: bool = False,
    default: str | None = None,
) -> dy.String:
    """Text, ids included; `references` names the table in which the value must exist."""
    return dy.String(
        nullable=not required and default is None,
        metadata=_notes(key=key, references=references, personal=personal, default=default),
    )


def one_of(*values: str, required: bool = False, key: bool = False, default: str | None = None) -> dy.String:
    """Text out of a closed list, written exactly so."""
    return dy.String(
        nullable=not required and default is None,
        check={f"must be one of {', '.join(values)}": lambda value: value.is_in(values)},
        metadata=_notes(key=key, default=default),
    )


def capitals(count: int, *, example: str) -> dy.String:
    """A code of `count` capital letters; may be missing."""
    return dy.String(
        nullable=True,
        check={f"must be {count} capital letters, such as {example}": lambda value: value.str.contains(_code(count))},
        metadata=_notes(),
    )


def moment(*, required: bool = False, key: bool = False) -> dy.Datetime:
    """A timestamp, kept in UTC with microseconds."""
    return dy.Datetime(time_unit="us", time_zone="UTC", nullable=not required, metadata=_notes(key=key))


def day(*, required: bool = False) -> dy.Date:
    """A calendar day of the business time zone."""
    return dy.Date(nullable=not required, metadata=_notes())


def number(
    *, required: bool = False, minimum: int | None = None, above: int | None = None, default: Decimal | None = None
) -> dy.Decimal:
    """An exact number with four decimals (money, quantities); at least `minimum`, or more than `above`."""
    return dy.Decimal(
        PRECISION,
        SCALE,
        nullable=not required and default is None,
        check=_range(minimum, above),
        metadata=_notes(default=default),
    )


def whole(*, required: bool = False, key: bool = False, minimum: int | None = None) -> dy.Int64:
    """A whole number; at least `minimum`."""
    return dy.Int64(nullable=not required, check=_range(minimum, None), metadata=_notes(key=key))


def flag(*, default: bool) -> dy.Bool:
    """True or false; `default` where nothing is said."""
    return dy.Bool(nullable=False, metadata=_notes(default=default))


def sentence(rule: str) -> str:
    """What a column's rule says, from dataframely's name of the rule (`nullability`, `check__<sentence>`)."""
    return REQUIRED if rule == "nullability" else rule.removeprefix("check__")


def _notes(
    *, key: bool = False, references: str | None = None, personal: bool = False, default: Default | None = None
) -> dict[str, Any]:
    return {"key": key, "references": references, "personal": personal, "default": default}


def _code(count: int) -> str:
    return f"^[A-Z]{{{count}}}$"


def _range(minimum: int | None, above: int | None) -> Check:
    checks: Check = {}
    if minimum is not None:
        checks[f"must be at least {minimum}"] = lambda value: value >= minimum
    if above is not None:
        checks[f"must be more than {above}"] = lambda value: value > above
    return checks
