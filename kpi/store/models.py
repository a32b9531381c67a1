"""The SQL models and audits, the order in which they are built, and the marks that tell whether one changed."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter

from kpi.errors import UnknownNameError
from kpi.settings import PROJECT
from kpi.store.engine import quoted
from kpi.store.tables import LandedTable

MODELS = PROJECT / "data" / "models"
CUTOFFS = "dim_cutoffs"
NAMES = re.compile(r"\b(?:stg|dim|fct|landing|build)_\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One SQL file: staging models stand while a version is built, marts are its tables, views read only marts."""

    name: str
    sql: str
    folder: str

    @property
    def is_kept(self) -> bool:
        """Whether a version holds it: staging models read landing files, and go with the build."""
        return self.folder != "staging"

    @property
    def create(self) -> str:
        """The statement that makes it."""
        kind = {"staging": "temp view", "marts": "table", "views": "view"}[self.folder]
        return f"create {kind} {self.name} as {self.sql}"

    @property
    def grain(self) -> str:
        """What its first line says."""
        return self.sql.splitlines()[0].removeprefix("-- ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One question whose answer should be no row; each row's `subject` names what contradicts itself."""

    name: str
    message: str
    sql: str
    is_error: bool


@cache
def read_models() -> tuple[Model, ...]:
    """Every model, each after those it reads from."""
    found = {
        file.stem: Model(name=file.stem, sql=file.read_text(), folder=folder)
        for folder in ("staging", "marts", "views")
        for file in sorted((MODELS / folder).glob("*.sql"))
    }
    reads = {name: set(NAMES.findall(model.sql)) & found.keys() - {name} for name, model in found.items()}
    return tuple(found[name] for name in TopologicalSorter(reads).static_order())


@cache
def _models_of_a_day() -> dict[str, Model]:
    """The marts and views that look at people as of a day, each after those that it reads."""
    found: dict[str, Model] = {}
    for model in read_models():
        if set(NAMES.findall(model.sql)) & {CUTOFFS, *found} - {model.name}:
            found[model.name] = model
    return found


def sql_at(name: str, *, cutoff: str) -> str:
    """What stands before a query of the mart `name` to have it as of a day: the same models, built for this query.

    `cutoff` is the SQL of the day. `UnknownNameError` for a mart that does not look at people as of a day.
    """
    models = _models_of_a_day()
    if name not in models:
        raise UnknownNameError("mart as of a day", name, models)
    steps = [f"{CUTOFFS} as (select cast({cutoff} as date) as cutoff_date)"]
    # As in a build, each is computed once however often it is read.
    steps += [f"{model.name} as materialized ({model.sql})" for model in models.values()]
    return f"with {', '.join(steps)} "


def read_audits(tables: Mapping[str, LandedTable]) -> tuple[Audit, ...]:
    """Keys are unique and references kept, for every table; then the audits written as SQL files."""
    audits = [audit for table in tables.values() for audit in _table_audits(table, tables)]
    for file in sorted((MODELS / "audits").glob("*.sql")):
        sql = file.read_text()
        severity, message = sql.splitlines()[0].removeprefix("-- ").split(": ", 1)
        audits.append(Audit(name=f"audit {file.stem}", message=message, sql=sql, is_error=severity == "error"))
    return tuple(audits)


def mark_all(inputs: Mapping[str, str], audits: tuple[Audit, ...]) -> dict[str, str]:
    """A mark per input, model and audit: the same mark means the same text over the same data, hence the same rows.

    `inputs` says what stands behind each `landing_…` and `build_…` name.
    """
    marks = {name: _digest(text) for name, text in inputs.items()}
    for model in read_models():
        marks[model.name] = _mark(model.sql, marks)
    for audit in audits:
        marks[audit.name] = _mark(audit.sql, marks)
    return marks


def _mark(sql: str, marks: Mapping[str, str]) -> str:
    return _digest(sql, *(f"{name} {marks[name]}" for name in sorted(set(NAMES.findall(sql))) if name in marks))


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _table_audits(table: LandedTable, tables: Mapping[str, LandedTable]) -> list[Audit]:
    name = table.name
    key = ", ".join(quoted(column) for column in table.key)
    subject = " || '/' || ".join(f"cast({quoted(column)} as varchar)" for column in table.key)
    audits = [
        Audit(
            name=f"audit {name} key",
            message=f"{name} holds a key twice",
            sql=f"select {subject} as subject from landing_{name} group by {key} having count(*) > 1",
            is_error=True,
        )
    ]
    for column, referred in table.references.items():
        referred_key = quoted(tables[referred].key[0])
        audits.append(
            Audit(
                name=f"audit {name}.{column}",
                message=f"{name}.{column} names no row of {referred}",
                sql=f"select {subject} as subject from landing_{name} as rows_of where {quoted(column)} is not null"
                f" and not exists (select 1 from landing_{referred} as known"
                f" where known.{referred_key} = rows_of.{quoted(column)})",
                is_error=True,
            )
        )
    return audits
