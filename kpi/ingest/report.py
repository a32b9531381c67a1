"""What an import is asked with, and what it says it did."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kpi.ingest.gathering import Delivery

Progress = Callable[[str, int, int], None]
"""Told the step, what is done and the total (0 where it is not known)."""
Gather = Callable[[Path, Progress], Sequence[Delivery]]
"""Finds what to import, given a folder for what has to be copied first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReport:
    """Rows of one table: `rows` = `accepted` + `rejected`; of the accepted, `replaced` gave way to a later twin."""

    rows: int
    accepted: int
    rejected: int
    replaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did.

    `version` is the one published now; `published` is False when every file was known already. `quarantine` has the
    columns file, row, column, rule, value. `notes` are for a person: ignored columns, files known already, warnings.
    `read` are the files and tables that were imported, `known` counts those that had not changed.
    """

    version: int
    published: bool
    tables: Mapping[str, TableReport]
    quarantine: pl.DataFrame
    notes: tuple[str, ...]
    read: tuple[str, ...]
    known: int
