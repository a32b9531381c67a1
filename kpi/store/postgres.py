"""Reading a PostgreSQL database as it stood at one moment, a batch at a time.

Values keep what they say: exact numbers, ids, choices and the like come as text, moments in UTC.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import polars as pl
import pyarrow as pa

from kpi.errors import SourceUnavailableError
from kpi.store.address import Address
from kpi.store.engine import literal, quoted

_SNAPSHOT: Final = "set transaction isolation level repeatable read read only"
_TABLES: Final = """
select n.nspname::text, c.relname::text, a.attname::text,
    format_type(coalesce(nullif(t.typbasetype, 0), t.oid), null)
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type t on t.oid = a.atttypid
where c.relkind in ('r', 'p', 'v', 'm', 'f') and {scope}
order by c.relname, a.attnum
"""
_ON_THE_PATH: Final = (
    "pg_catalog.pg_table_is_visible(c.oid)"
    " and n.nspname = any(current_schemas(false)) and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'"
)
_TEXTS: Final = ("text", "character varying", "character")
_AS_THEY_ARE: Final = ("boolean", "smallint", "integer", "bigint", "real", "double precision")
_DAYS: Final = ("date", "timestamp without time zone", "timestamp with time zone")
_MAY_NOT: Final = "42501"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table or a view: its columns with the types that PostgreSQL gives them; `label` is how messages name it."""

    schema: str
    name: str
    label: str
    columns: Mapping[str, str]


class Snapshot:
    """A database as it stood when this was opened, whatever others write meanwhile."""

    def __init__(self, connection: Any, address: Address, schema: str | None) -> None:
        self._connection = connection
        self._address = address
        with self._told(f"The database at {address.place}"):
            self._run(_SNAPSHOT)
            ((self.database,),) = self._run("select current_database()::text")
            self.relations = self._find_relations(schema)

    def read(self, relation: Relation, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """The rows with these columns, ordered by them from the first to the last; one frame even without rows.

        `SourceUnavailableError` when the connection is lost or the user may not read the table.
        """
        chosen = ", ".join(f"{_expression(name, relation.columns[name])} as {quoted(name)}" for name in columns)
        order = ", ".join(str(position) for position in range(1, len(columns) + 1))
        table = f"{quoted(relation.schema)}.{quoted(relation.name)}"
        with self._told(relation.label), closing(self._connection.cursor()) as cursor:
            cursor.execute(f"select {chosen} from {table} order by {order}")
            reader = cursor.fetch_record_batch()
            yield pl.DataFrame(reader.schema.empty_table())
            for batch in reader:
                batch.validate(full=True)
                yield pl.DataFrame(batch)

    def _find_relations(self, schema: str | None) -> Mapping[str, Relation]:
        scope = _ON_THE_PATH if schema is None else f"n.nspname = {literal(schema)}"
        columns: dict[tuple[str, str], dict[str, str]] = {}
        for schema_name, name, column, kind in self._run(_TABLES.format(scope=scope)):
            columns.setdefault((schema_name, name), {})[column] = kind
        return {
            name: Relation(schema=space, name=name, label=f"{self.database}.{space}.{name}", columns=found)
            for (space, name), found in columns.items()
        }

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(sql)
            return [] if cursor.description is None else cursor.fetchall()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        driver = _driver()
        try:
            yield
        except driver.Error as error:
            if error.sqlstate == _MAY_NOT:
                raise SourceUnavailableError(
                    f"{what} may not be read by this database user. Grant it usage on the schema, select on the table."
                ) from error
            raise self._refusal(what, error) from error
        except (OSError, pa.ArrowException) as error:
            # While rows arrive, what the server says comes through Arrow's reader.
            raise self._refusal(what, error) from error

    def _refusal(self, what: str, error: Exception) -> SourceUnavailableError:
        reason = self._address.without_secrets(_reason(str(error)))
        return SourceUnavailableError(
            f"{what} could not be read to its end ({reason}). Nothing was imported; try again later."
        )


@contextmanager
def open_snapshot(address: Address, schema: str | None = None) -> Iterator[Snapshot]:
    """The tables and views of a schema, or of the schemas on the user's search path, as they stand now.

    A user who may only read is enough: everything happens in one read-only transaction.
    `SourceUnavailableError` when the database cannot be opened.
    """
    driver = _driver()
    try:
        connection = driver.connect(address.url)
    except driver.Error as error:
        reason = address.without_secrets(_reason(str(error)))
        # Not `from error`: a log of its causes would show what the driver says of the address, secrets included.
        raise SourceUnavailableError(
            f"The PostgreSQL database at {address.place} could not be opened ({reason}). "
            "Check host, port, database, user and password, and that the server is running."
        ) from None
    with closing(connection):
        yield Snapshot(connection, address, schema)


def _driver() -> Any:
    # It takes a quarter of a second to load, which those who import files or only look do not pay.
    return import_module("adbc_driver_postgresql.dbapi")


def _expression(name: str, kind: str) -> str:
    column = quoted(name)
    if kind in _AS_THEY_ARE:
        return column
    if kind in _DAYS:
        # Infinity and years that Arrow cannot hold become the year 1, which no rule accepts.
        first, last = (f"'{day}'::{kind}" for day in ("0001-01-01", "9999-12-31"))
        return f"case when {column} not between {first} and {last} then {first} else {column} end"
    text = column if kind in _TEXTS else f"{column}::text"
    # The order of bytes is the same on every server.
    return f'{text} collate "C"'


def _reason(message: str) -> str:
    """What the server says, without the address and the query that the driver puts around it."""
    text = message.rpartition("failed: ")[2] if "connection to server" in message else message
    text = text.partition("Query was:")[0]
    for sign in ("ERROR: ", "FATAL: ", "Failed to connect: ", "[libpq] "):
        text = text.rpartition(sign)[2]
    return text.strip().split("\n")[0]
