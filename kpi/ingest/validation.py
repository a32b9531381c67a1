"""Validating a file against its table: good rows go on, typed; a row that breaks a rule is set aside, and why."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import polars as pl

from kpi.errors import UnreadableFileError
from kpi.ingest.columns import sentence
from kpi.ingest.contract import ROW, Table
from kpi.ingest.landing import VIOLATION_SCHEMA, Landing
from kpi.ingest.parsing import NOT_TYPED, as_text, cleaned, parse_column
from kpi.ingest.readers import fingerprint, open_source
from kpi.ingest.tables import ROW_RULES
from kpi.settings import Settings

Progress = Callable[[int], None]

NO_RATE: Final = "has no rate for this currency"
_FAULT_SCHEMA: Final = {ROW: pl.Int64, "column": pl.String, "rule": pl.String}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file: `rows` read = `accepted` + `rejected` rows; columns that the contract does not know.

    `fingerprint` is the SHA-256 of the file, empty for rows that did not come from a file.
    """

    file: str
    table: str
    rows: int
    accepted: int
    rejected: int
    unknown_columns: tuple[str, ...]
    fingerprint: str


def validate_file(
    path: Path,
    table: Table,
    settings: Settings,
    *,
    accepted: Path,
    rejected: Path,
    name: str | None = None,
    progress: Progress | None = None,
) -> FileReport:
    """Read `path` in batches; write its good rows, typed, to `accepted` and each broken rule to `rejected` (Parquet).

    `accepted` has the table's columns and the row number `_row` (1 = first row under the header); `rejected` has file,
    row, column, rule and value, one line per broken rule, under the file's name unless `name` stands for it. `progress`
    is told the rows read so far.
    `UnreadableFileError` when the file as a whole cannot be read; then neither file is left.
    """
    source = open_source(path)
    name = name or path.name
    require_columns(name, source.columns, table)
    digest = fingerprint(path)
    validation = _Validation(name, table, settings, columns=source.columns, fingerprint=digest)
    with closing(source.read(table.columns)) as batches:
        return validation.run(batches, accepted=accepted, rejected=rejected, progress=progress)


def validate_batches(
    batches: Iterable[pl.DataFrame],
    table: Table,
    settings: Settings,
    *,
    name: str,
    accepted: Path,
    rejected: Path,
    progress: Progress | None = None,
) -> FileReport:
    """The same for frames that come from elsewhere, such as a recipe; `name` stands for the file.

    Every frame has the columns of the first; `UnreadableFileError` when a required one is missing.
    """
    frames = iter(batches)
    first = next(frames, pl.DataFrame())
    require_columns(name, first.columns, table)
    validation = _Validation(name, table, settings, columns=first.columns, fingerprint="")
    return validation.run(_chain(first, frames), accepted=accepted, rejected=rejected, progress=progress)


def _chain(first: pl.DataFrame, others: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    yield first
    yield from others


def require_columns(name: str, columns: Sequence[str], table: Table) -> None:
    """Refuse, with `UnreadableFileError`, a source that lacks a column which every row must fill."""
    missing = [column for column in table.required if column not in columns]
    if not missing:
        return
    others = [column for column in columns if column not in table.columns]
    near = get_close_matches(missing[0], others, n=1, cutoff=0.5)
    hint = f"Did you mean its column “{near[0]}”?" if near else f"Its columns are {', '.join(columns)}."
    raise UnreadableFileError(f"{name} has no column {', '.join(missing)}, which {table.name} requires. {hint}")


class _Validation:
    """One pass over the rows of one table."""

    def __init__(
        self, name: str, table: Table, settings: Settings, *, columns: Sequence[str], fingerprint: str
    ) -> None:
        self._name = name
        self._table = table
        self._settings = settings
        self._fingerprint = fingerprint
        self._columns = dict.fromkeys(columns)
        self._rows = 0
        self._accepted = 0

    def run(
        self, batches: Iterator[pl.DataFrame], *, accepted: Path, rejected: Path, progress: Progress | None
    ) -> FileReport:
        """Validate every batch and write both files."""
        with Landing(self._table, accepted=accepted, rejected=rejected) as landing:
            for batch in batches:
                self._columns |= dict.fromkeys(batch.columns)
                good, violations = self._validate(batch)
                landing.write(good, violations)
                self._rows += batch.height
                self._accepted += good.height
                if progress is not None:
                    progress(self._rows)
        return FileReport(
            file=self._name,
            table=self._table.name,
            rows=self._rows,
            accepted=self._accepted,
            rejected=self._rows - self._accepted,
            unknown_columns=tuple(name for name in self._columns if name not in self._table.columns),
            fingerprint=self._fingerprint,
        )

    def _validate(self, batch: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        typed, mistyped = self._typed(batch)
        valid, failure = self._table.landing.filter(typed)
        good: pl.DataFrame = valid
        faults = [mistyped, *self._broken_rules(failure.details(), failure.counts(), mistyped)]
        faults.append(self._without_rate(good))
        found = pl.concat(faults)
        if found.height:
            good = good.join(found, on=ROW, how="anti", maintain_order="left")
        return good, self._violations(found, batch)

    def _typed(self, batch: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The batch with the contract's columns and types, and the values that are not of their type."""
        rows = pl.int_range(self._rows + 1, self._rows + batch.height + 1, dtype=pl.Int64, eager=True).alias(ROW)
        columns, faults = [], [pl.DataFrame(schema=_FAULT_SCHEMA)]
        for name, dtype in self._table.polars_schema.items():
            values = batch[name] if name in batch.columns else pl.Series(name, [None] * batch.height, dtype=pl.Null)
            typed, faulty = parse_column(values, dtype, self._settings.time_zone)
            if faulty.any():
                faults.append(_faults(rows.filter(faulty), name, NOT_TYPED[type(dtype)]))
            if name in self._table.defaults and typed.null_count():
                # A value of the wrong type is a fault all the same; the default only fills what was not said.
                typed = typed.fill_null(pl.lit(self._table.defaults[name], dtype=dtype))
            columns.append(typed.alias(name))
        return pl.DataFrame([*columns, rows]), pl.concat(faults)

    def _broken_rules(
        self, details: pl.DataFrame, counts: dict[str, int], mistyped: pl.DataFrame
    ) -> Iterator[pl.DataFrame]:
        for name in counts:
            rows = details.filter(pl.col(name) == "invalid")[ROW]
            column, _, rule = name.partition("|")
            row_rule = ROW_RULES.get(name)
            columns = row_rule.columns if row_rule else (column,)
            said = row_rule.sentence if row_rule else sentence(rule)
            # A value of the wrong type is one fault, not also a missing value or a broken comparison.
            excused = mistyped.filter(pl.col("column").is_in(columns))[ROW]
            yield _faults(rows.filter(~rows.is_in(excused.implode())), columns[0], said)

    def _without_rate(self, good: pl.DataFrame) -> pl.DataFrame:
        if "currency" not in good.columns:
            return pl.DataFrame(schema=_FAULT_SCHEMA)
        known = [self._settings.currency, *self._settings.rates]
        return _faults(good.filter(~pl.col("currency").is_in(known))[ROW], "currency", NO_RATE)

    def _violations(self, faults: pl.DataFrame, batch: pl.DataFrame) -> pl.DataFrame:
        """The faults with the file's name and the value as it stands in the file."""
        parts = []
        for (column,), group in faults.group_by("column", maintain_order=True):
            name = str(column)
            positions = group[ROW] - self._rows - 1
            values = (
                as_text(cleaned(batch[name].gather(positions))) if name in batch.columns else pl.lit(None, pl.String)
            )
            parts.append(group.with_columns(values.alias("value")))
        if not parts:
            return pl.DataFrame(schema=VIOLATION_SCHEMA)
        found = pl.concat(parts).sort(ROW, maintain_order=True)
        return found.select(file=pl.lit(self._name), row=ROW, column="column", rule="rule", value="value")


def _faults(rows: pl.Series, column: str, rule: str) -> pl.DataFrame:
    return pl.DataFrame([rows.alias(ROW)]).with_columns(column=pl.lit(column), rule=pl.lit(rule))
