"""Build and audit a version of the warehouse from landing files, reusing what an earlier version already holds."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

from kpi.errors import AuditFailedError
from kpi.settings import Advocates
from kpi.store.engine import connect, first_line, quoted
from kpi.store.manifest import AuditWarning
from kpi.store.models import Audit, mark_all, read_audits, read_models
from kpi.store.tables import LandedTable, create_landing_view

LISTED_SUBJECTS = 5

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """The settings that the models read: business time zone, currency, rates to it, default margin, scoring, today."""

    time_zone: str
    currency: str
    rates: Mapping[str, Decimal]
    default_margin_rate: Decimal
    today: date
    advocates: Advocates = field(default_factory=Advocates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A warehouse file that passed its audits.

    `rows` are the rows in force per table, `data_end` is the day after the last event, at most today, which is not
    over. `marks` tell what was built from what, audits that found nothing included; `reused` names what was taken over
    from the earlier version.
    """

    rows: dict[str, int]
    data_end: date | None
    warnings: tuple[AuditWarning, ...]
    marks: dict[str, str]
    reused: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A version whose marts, audits and counts stand where nothing behind them changed."""

    path: Path
    marks: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)


def build_warehouse(
    path: Path,
    *,
    landing: Mapping[str, Sequence[Path]],
    tables: Mapping[str, LandedTable],
    assumptions: Assumptions,
    progress: Progress,
    earlier: Earlier | None = None,
) -> Built:
    """Build the warehouse file `path` from the landing files of each table and audit it.

    With an `earlier` version, only what depends on a changed table, setting or model is computed again.
    `AuditFailedError` names each contradiction found and the rows it was found in, or the sum that has no place.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    audits = read_audits(tables)
    marks = mark_all(_inputs(landing, tables, assumptions), audits)
    known = {name for name, mark in marks.items() if earlier and earlier.marks.get(name) == mark}
    reused = frozenset(model.name for model in read_models() if model.is_kept and model.name in known)
    if earlier and reused:
        _start_from(earlier, path, reused)
    with connect(path) as connection:
        _create_inputs(connection, landing, tables, assumptions)
        with _sums_have_a_place():
            _create_models(connection, reused, progress)
            warnings = _audit(connection, [audit for audit in audits if audit.name not in known], progress)
        rows = {
            name: earlier.rows[name]
            if earlier and f"landing_{name}" in known
            else _count(connection, f"landing_{name}")
            for name in tables
        }
        last = connection.execute("select max(last_date) from dim_table_dates").fetchall()[0][0]
    return Built(
        rows=rows,
        data_end=min(last + timedelta(days=1), assumptions.today) if last else None,
        warnings=tuple(warnings.values()),
        marks={name: mark for name, mark in marks.items() if name not in warnings},
        reused=reused,
    )


@contextmanager
def _sums_have_a_place() -> Iterator[None]:
    try:
        yield
    except duckdb.DataError as error:
        raise AuditFailedError(
            "The new version could not be computed and was not published; the last good one stays. "
            f"Look for an amount that is far too large ({first_line(error)})."
        ) from error


def _inputs(
    landing: Mapping[str, Sequence[Path]], tables: Mapping[str, LandedTable], assumptions: Assumptions
) -> dict[str, str]:
    """What stands behind each input's name: landing files never change, so that their names stand for their rows."""
    inputs = {
        f"landing_{name}": " ".join((str(table.polars_schema), *(file.name for file in landing.get(name, ()))))
        for name, table in tables.items()
    }
    settings = (assumptions.time_zone, assumptions.currency, assumptions.default_margin_rate.normalize())
    rates = sorted((currency, rate.normalize()) for currency, rate in assumptions.rates.items())
    return {
        **inputs,
        "build_settings": str(settings),
        "build_rates": str(rates),
        "build_day": str(assumptions.today),
        "build_advocates": str(_scoring_rules(assumptions.advocates)),
        "build_weights": str(assumptions.advocates.weights),
    }


def _scoring_rules(advocates: Advocates) -> dict[str, object]:
    """What the models read of the settings for scores, weights apart."""
    return advocates.model_dump(
        include={
            "segment_by",
            "smallest_segment",
            "window_days",
            "reach_cap",
            "cool_down_days",
            "complaint_days",
            "detractor_days",
        }
    )


def _create_inputs(
    connection: duckdb.DuckDBPyConnection,
    landing: Mapping[str, Sequence[Path]],
    tables: Mapping[str, LandedTable],
    assumptions: Assumptions,
) -> None:
    connection.execute(
        "create table build_settings as select ? as time_zone, ? as currency,"
        " cast(? as decimal(18, 4)) as default_margin_rate",
        [assumptions.time_zone, assumptions.currency, assumptions.default_margin_rate],
    )
    connection.execute("create table build_day as select cast(? as date) as today", [assumptions.today])
    connection.execute("create table build_rates (currency varchar, rate decimal(18, 8))")
    for currency, rate in assumptions.rates.items():
        if currency != assumptions.currency:
            connection.execute("insert into build_rates values (?, ?)", [currency, rate])
    rules = _scoring_rules(assumptions.advocates)
    connection.execute(
        f"create table build_advocates as select {', '.join(f'? as {quoted(name)}' for name in rules)}",
        list(rules.values()),
    )
    connection.execute("create table build_weights (component varchar, weight double)")
    connection.executemany(
        "insert into build_weights values (?, ?)", list(assumptions.advocates.weights.model_dump().items())
    )
    for name, table in tables.items():
        create_landing_view(connection, table, landing.get(name, ()))


def _start_from(earlier: Earlier, path: Path, reused: frozenset[str]) -> None:
    """Copy the earlier version's file and drop what has to be computed again."""
    shutil.copyfile(earlier.path, path)
    with connect(path) as connection:
        found = connection.execute("select table_name, table_type from information_schema.tables").fetchall()
        for name, kind in found:
            if name not in reused:
                connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {quoted(name)}")


def _create_models(connection: duckdb.DuckDBPyConnection, reused: frozenset[str], progress: Progress) -> None:
    """Create staging models, and the marts and views that are not there yet."""
    models = read_models()
    for position, model in enumerate(models):
        progress("Building", position, len(models))
        if model.name not in reused:
            connection.execute(model.create)


def _audit(
    connection: duckdb.DuckDBPyConnection, audits: Sequence[Audit], progress: Progress
) -> dict[str, AuditWarning]:
    """The warnings by audit; `AuditFailedError` when an audit that may not fail found rows."""
    found: dict[bool, dict[str, AuditWarning]] = {True: {}, False: {}}
    for position, audit in enumerate(audits):
        progress("Auditing", position, len(audits))
        subjects = connection.execute(f"select subject from ({audit.sql}) limit {LISTED_SUBJECTS}").fetchall()
        if subjects:
            count = _count(connection, f"({audit.sql})")
            listed = tuple(str(subject) for (subject,) in subjects)
            found[audit.is_error][audit.name] = AuditWarning(message=audit.message, count=count, subjects=listed)
    if found[True]:
        raise AuditFailedError(
            "The new version contradicts itself and was not published; the last good one stays. "
            + "; ".join(map(str, found[True].values()))
            + ". Correct these rows in the source and import them again."
        )
    return found[False]


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(connection.execute(f"select count(*) from {relation}").fetchall()[0][0])
