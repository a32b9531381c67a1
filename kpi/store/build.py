"""Build and audit a version of the warehouse from landing files."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from kpi.errors import AuditFailedError
from kpi.settings import PROJECT
from kpi.store.engine import connect, first_line, quoted
from kpi.store.tables import LandedTable, create_landing_view

MODELS = PROJECT / "data" / "models"
LISTED_SUBJECTS = 5

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """The settings that the models read: business time zone, currency, rates to it, default margin, today."""

    time_zone: str
    currency: str
    rates: Mapping[str, Decimal]
    default_margin_rate: Decimal
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A warehouse file that passed its audits: rows in force per table, the day after the last event, warnings."""

    rows: dict[str, int]
    data_end: date | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One SQL file: staging models are views, marts are tables."""

    name: str
    sql: str
    is_mart: bool

    @property
    def grain(self) -> str:
        """What its first line says."""
        return self.sql.splitlines()[0].removeprefix("-- ")


@cache
def read_models() -> tuple[Model, ...]:
    """Every model, each after those it reads from."""
    found = {
        file.stem: Model(name=file.stem, sql=file.read_text(), is_mart=file.parent.name == "marts")
        for folder in ("staging", "marts")
        for file in sorted((MODELS / folder).glob("*.sql"))
    }
    reads = {
        name: {word for word in _words(model.sql) if word in found and word != name} for name, model in found.items()
    }
    return tuple(found[name] for name in TopologicalSorter(reads).static_order())


def _words(sql: str) -> list[str]:
    return re.findall(r"\b(?:stg|dim|fct)_\w+", sql)


def build_warehouse(
    path: Path,
    *,
    landing: Mapping[str, Sequence[Path]],
    tables: Mapping[str, LandedTable],
    assumptions: Assumptions,
    progress: Progress,
) -> Built:
    """Build the warehouse file `path` from the landing files of each table and audit it.

    `AuditFailedError` names each contradiction found and the rows it was found in, or the sum that has no place.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    models = read_models()
    with connect(path) as connection:
        _create_inputs(connection, landing, tables, assumptions)
        try:
            for position, model in enumerate(models):
                progress("Building", position, len(models))
                kind = "table" if model.is_mart else "temp view"
                connection.execute(f"create {kind} {model.name} as {model.sql}")
            progress("Auditing", len(models), len(models))
            warnings = _audit(connection, tables)
        except duckdb.DataError as error:
            raise AuditFailedError(
                "The new version could not be computed and was not published; the last good one stays. "
                f"Look for an amount that is far too large ({first_line(error)})."
            ) from error
        rows = {name: _count(connection, f"landing_{name}") for name in tables}
        last = connection.execute("select max(last_date) from dim_table_dates").fetchall()[0][0]
    return Built(rows=rows, data_end=last + timedelta(days=1) if last else None, warnings=warnings)


def _create_inputs(
    connection: duckdb.DuckDBPyConnection,
    landing: Mapping[str, Sequence[Path]],
    tables: Mapping[str, LandedTable],
    assumptions: Assumptions,
) -> None:
    connection.execute(
        "create table build_settings as select ? as time_zone, ? as currency,"
        " cast(? as decimal(18, 4)) as default_margin_rate, cast(? as date) as today",
        [assumptions.time_zone, assumptions.currency, assumptions.default_margin_rate, assumptions.today],
    )
    connection.execute("create table build_rates (currency varchar, rate decimal(18, 8))")
    for currency, rate in assumptions.rates.items():
        if currency != assumptions.currency:
            connection.execute("insert into build_rates values (?, ?)", [currency, rate])
    for name, table in tables.items():
        create_landing_view(connection, table, landing.get(name, ()))


def _audit(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, LandedTable]) -> tuple[str, ...]:
    errors: list[str] = []
    warnings: list[str] = []
    for severity, message, sql in [*_table_audits(tables), *_written_audits()]:
        subjects = connection.execute(f"select subject from ({sql}) limit {LISTED_SUBJECTS}").fetchall()
        if subjects:
            count = _count(connection, f"({sql})")
            listed = ", ".join(str(subject) for (subject,) in subjects) + (" …" if count > LISTED_SUBJECTS else "")
            (errors if severity == "error" else warnings).append(f"{message}: {count} ({listed})")
    if errors:
        raise AuditFailedError(
            "The new version contradicts itself and was not published; the last good one stays. "
            + "; ".join(errors)
            + ". Correct these rows in the source and import them again."
        )
    return tuple(warnings)


def _table_audits(tables: Mapping[str, LandedTable]) -> list[tuple[str, str, str]]:
    """Keys are unique and references kept, for every table of the contract."""
    audits = []
    for name, table in tables.items():
        key = ", ".join(quoted(column) for column in table.key)
        subject = " || '/' || ".join(f"cast({quoted(column)} as varchar)" for column in table.key)
        audits.append(
            (
                "error",
                f"{name} holds a key twice",
                f"select {subject} as subject from landing_{name} group by {key} having count(*) > 1",
            )
        )
        for column, referred in table.references.items():
            referred_key = quoted(tables[referred].key[0])
            audits.append(
                (
                    "error",
                    f"{name}.{column} names no row of {referred}",
                    f"select {subject} as subject from landing_{name} as rows_of where {quoted(column)} is not null"
                    f" and not exists (select 1 from landing_{referred} as known"
                    f" where known.{referred_key} = rows_of.{quoted(column)})",
                )
            )
    return audits


def _written_audits() -> list[tuple[str, str, str]]:
    audits = []
    for file in sorted((MODELS / "audits").glob("*.sql")):
        sql = file.read_text()
        severity, message = sql.splitlines()[0].removeprefix("-- ").split(": ", 1)
        audits.append((severity, message, sql))
    return audits


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(connection.execute(f"select count(*) from {relation}").fetchall()[0][0])
