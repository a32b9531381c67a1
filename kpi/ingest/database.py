"""Which tables of a PostgreSQL database an import reads, each into one Parquet file of the store's work folder."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from pyarrow import parquet as pq

from kpi.errors import RecipeError, SourceUnavailableError
from kpi.ingest.contract import TABLES, Table
from kpi.ingest.gathering import Delivery, fingerprint_of_recipe, in_order, read_recipe
from kpi.ingest.importing import import_gathered
from kpi.ingest.readers import fingerprint
from kpi.ingest.report import ImportReport, Progress
from kpi.ingest.validation import require_columns
from kpi.settings import Settings
from kpi.store import Store
from kpi.store.address import read_address
from kpi.store.postgres import Relation, Snapshot, open_snapshot


def gather_database(
    url: str, schema: str | None, recipe: Path | None, *, work: Path, progress: Progress
) -> tuple[Delivery, ...]:
    """The deliveries behind a database, all read at one moment: its contract tables, or what a recipe makes of others.

    `url` may name an environment variable (`env:NAME`); without `schema` the user's search path counts. A recipe reads
    the tables of the schema by their own names. `SourceUnavailableError` when the database cannot be read or has none
    of the tables, `UnreadableFileError` for a table without the contract's columns.
    """
    address = read_address(url)
    queries = read_recipe(recipe) if recipe else {}
    work.mkdir(parents=True, exist_ok=True)
    with open_snapshot(address, schema) as snapshot:
        reading = _Reading(snapshot, work, progress)
        return reading.through(queries) if queries else reading.contract_tables(schema)


def import_database(
    store: Store,
    url: str,
    settings: Settings,
    *,
    schema: str | None = None,
    recipe: Path | None = None,
    wait: float = 0,
    now: datetime | None = None,
    progress: Progress = lambda step, done, total: None,
) -> ImportReport:
    """Import the tables of a database and publish the outcome as a new version; see `gather_database`."""
    gathering = partial(_gather_into, url, schema, recipe)
    return import_gathered(store, gathering, settings, wait=wait, now=now, progress=progress)


def _gather_into(
    url: str, schema: str | None, recipe: Path | None, work: Path, progress: Progress
) -> tuple[Delivery, ...]:
    return gather_database(url, schema, recipe, work=work / "database", progress=progress)


class _Reading:
    """One pass over the tables of a snapshot."""

    def __init__(self, snapshot: Snapshot, work: Path, progress: Progress) -> None:
        self._snapshot = snapshot
        self._work = work
        self._progress = progress
        self._relations = snapshot.relations

    def contract_tables(self, schema: str | None) -> tuple[Delivery, ...]:
        """A delivery for each table of the contract that the schema has."""
        found = {name: relation for name, relation in self._relations.items() if name in TABLES}
        if not found:
            raise SourceUnavailableError(
                f"{self._snapshot.database} has no table of the contract in "
                f"{f'the schema {schema}' if schema else 'its search path'} ({self._listed()}). "
                "Name the schema with --schema, or give a recipe with --recipe."
            )
        for name, relation in found.items():
            require_columns(relation.label, tuple(relation.columns), TABLES[name])
        return in_order([self._contract_table(TABLES[name], relation) for name, relation in found.items()])

    def through(self, queries: Mapping[str, str]) -> tuple[Delivery, ...]:
        """A delivery for each query of a recipe, from the tables whose names stand in its text."""
        named = {table: self._named_in(table, sql) for table, sql in queries.items()}
        files = {
            name: self._copy(self._relations[name], list(self._relations[name].columns))
            for name in dict.fromkeys(name for names in named.values() for name in names)
        }
        digests = {file: fingerprint(file) for file in files.values()}
        return in_order(
            [
                Delivery(
                    name=f"{', '.join(self._relations[name].label for name in named[table])} → {table}",
                    table=TABLES[table],
                    fingerprint=fingerprint_of_recipe(sql, [digests[files[name]] for name in named[table]]),
                    sources={files[name]: digests[files[name]] for name in named[table]},
                    recipe=sql,
                    tables={name: (files[name],) for name in named[table]},
                    is_state=True,
                )
                for table, sql in queries.items()
            ]
        )

    def _contract_table(self, table: Table, relation: Relation) -> Delivery:
        others = [name for name in table.columns if name in relation.columns and name not in table.key]
        file = self._copy(relation, [*table.key, *others])
        digest = fingerprint(file)
        return Delivery(
            name=relation.label,
            table=table,
            fingerprint=digest,
            sources={file: digest},
            is_state=True,
            ignored=tuple(name for name in relation.columns if name not in table.columns),
        )

    def _named_in(self, table: str, sql: str) -> Sequence[str]:
        names = [name for name in self._relations if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql)]
        if not names:
            raise RecipeError(
                f"The recipe for {table} names no table of {self._snapshot.database} ({self._listed()}). "
                "With a database, a recipe reads its tables by their own names."
            )
        return names

    def _copy(self, relation: Relation, columns: Sequence[str]) -> Path:
        """Write the rows to a Parquet file, a batch at a time: the same rows always give the same file."""
        target = self._work / f"{len(list(self._work.iterdir())):04d}.parquet"
        frames = self._snapshot.read(relation, columns)
        first = next(frames).to_arrow()
        rows = 0
        with pq.ParquetWriter(target, first.schema, compression="zstd") as writer:
            for frame in frames:
                writer.write_table(frame.to_arrow().cast(first.schema))
                rows += frame.height
                self._progress(f"Reading {relation.label}", rows, 0)
        return target

    def _listed(self) -> str:
        return f"there is: {', '.join(self._relations)}" if self._relations else "there is no table"
