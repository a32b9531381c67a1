"""Seeded draws: one generator per table, weighted choices, money and identifiers."""

from collections.abc import Mapping, Sequence
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]

MONEY = pl.Decimal(18, 4)


def generator(seed: int, table: str) -> np.random.Generator:
    """The generator of one table; a change in one table's draws leaves every other table as it was."""
    return np.random.default_rng([seed, crc32(table.encode())])


def choose(draw: np.random.Generator, shares: Mapping[str, float], size: int) -> Texts:
    """`size` of the mapping's names, each as often as its share says (shares need not add up to 1)."""
    return np.array(list(shares))[choose_index(draw, list(shares.values()), size)]


def choose_index(draw: np.random.Generator, weights: Sequence[float] | Floats, size: int) -> Integers:
    """`size` positions, each drawn with a probability in proportion to its weight."""
    cumulated = np.cumsum(np.asarray(weights, dtype=np.float64))
    position: Integers = np.searchsorted(cumulated, draw.random(size) * cumulated[-1], side="right")
    return position


def happens(draw: np.random.Generator, chance: Floats | float, size: int) -> Flags:
    """For each of `size` cases whether it happens, with that chance (one number or one per case)."""
    flags: Flags = draw.random(size) < chance
    return flags


def repeated(counts: Integers) -> Integers:
    """Position i repeated `counts[i]` times: counts 2, 0, 1 give 0, 0, 2."""
    return np.repeat(np.arange(len(counts)), counts)


def numbered(prefix: str, count: int, digits: int, first: int = 1) -> Texts:
    """Identifiers such as O0000001, in order."""
    width = f"0{digits}d"
    return np.array([f"{prefix}{number:{width}}" for number in range(first, first + count)], dtype=np.str_)


def money(cents: Integers) -> pl.Series:
    """Whole cents as exact decimals of the reporting currency."""
    return (pl.Series(cents, dtype=pl.Int64).cast(MONEY) / pl.Series([100], dtype=MONEY)).cast(MONEY)


def known_where(known: Flags, values: pl.Series | Texts | Integers) -> pl.Series:
    """The values where `known`, null elsewhere."""
    return pl.Series(values).set(pl.Series(~known), None)
