"""The data contract as the program uses it: which tables there are, and which one a file belongs to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import dataframely as dy
import polars as pl

from kpi.errors import UnreadableFileError
from kpi.ingest import tables
from kpi.ingest.columns import Default

ROW = "_row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the contract.

    `key`: the columns that name a row; a later row with the same key replaces the earlier one.
    `references`: column → the table in which its value must exist. `personal`: columns shown only to those who may.
    `defaults`: column → the value where a file says nothing. `landing`: `schema` and the row number `_row`.
    """

    name: str
    schema: type[dy.Schema]
    landing: type[dy.Schema]
    key: tuple[str, ...]
    references: Mapping[str, str]
    personal: frozenset[str]
    defaults: Mapping[str, Default]

    @property
    def columns(self) -> tuple[str, ...]:
        """The column names in the contract's order."""
        return tuple(self.schema.column_names())

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that every file must have and every row must fill."""
        return tuple(
            name for name, column in self.schema.columns().items() if not column.nullable and name not in self.defaults
        )

    @property
    def polars_schema(self) -> dict[str, pl.DataType]:
        """Column → Polars type of the landed file, without `_row`."""
        return {name: column.dtype for name, column in self.schema.columns().items()}


def _table(name: str, schema: type[dy.Schema]) -> Table:
    notes = {column: definition.metadata or {} for column, definition in schema.columns().items()}
    return Table(
        name=name,
        schema=schema,
        landing=type(f"Landed{schema.__name__}", (schema,), {ROW: dy.Int64()}),
        key=tuple(column for column, note in notes.items() if note["key"]),
        references={column: note["references"] for column, note in notes.items() if note["references"]},
        personal=frozenset(column for column, note in notes.items() if note["personal"]),
        defaults={column: note["default"] for column, note in notes.items() if note["default"] is not None},
    )


TABLES: Mapping[str, Table] = {
    name: _table(name, schema)
    for name, schema in {
        "customers": tables.Customers,
        "products": tables.Products,
        "ambassadors": tables.Ambassadors,
        "orders": tables.Orders,
        "order_lines": tables.OrderLines,
        "refunds": tables.Refunds,
        "subscriptions": tables.Subscriptions,
        "content": tables.Content,
        "touches": tables.Touches,
        "referrals": tables.Referrals,
        "interactions": tables.Interactions,
        "surveys": tables.Surveys,
        "costs": tables.Costs,
        "rewards": tables.Rewards,
        "challenges": tables.Challenges,
        "contributions": tables.Contributions,
        "campaigns": tables.Campaigns,
        "campaign_events": tables.CampaignEvents,
    }.items()
}
"""Every table by name; a table that is referred to comes before the tables that refer to it."""


def table_of(path: Path) -> Table:
    """The table a file belongs to: its name up to the first `-` or `.`, the rest being a batch label.

    `UnreadableFileError` names the nearest table when there is none of that name.
    """
    name = re.split(r"[-.]", path.name, maxsplit=1)[0]
    if name in TABLES:
        return TABLES[name]
    near = get_close_matches(name.lower(), TABLES, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}{path.suffix}?" if near else f"Known: {', '.join(TABLES)}."
    raise UnreadableFileError(f"{path.name}: the contract has no table “{name}”. {hint} Rename the file.")
