"""What a published version was made of."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict


class SourceFile(BaseModel):
    """One imported file: its rows are data rows, header excluded."""

    model_config = ConfigDict(frozen=True)

    table: str
    name: str
    fingerprint: str
    rows: int
    accepted: int
    rejected: int
    imported_at: datetime


class Manifest(BaseModel):
    """One version of the warehouse.

    `base` is the version that it was added to, if any. `landing` names, per table, the landing files in the order in
    which they were accepted; `rows` counts the rows in force after later rows replaced earlier ones; `data_end` is the
    day after the last event known, at most the day of the build; `marks` tell what was built from what, so that a later
    version can reuse it.
    """

    model_config = ConfigDict(frozen=True)

    version: int
    built_at: datetime
    base: int | None = None
    is_demo: bool = False
    data_end: date | None = None
    sources: tuple[SourceFile, ...] = ()
    landing: dict[str, tuple[str, ...]] = {}
    rows: dict[str, int] = {}
    warnings: tuple[str, ...] = ()
    marks: dict[str, str] = {}
    quarantine: tuple[str, ...] = ()

    @property
    def imported_tables(self) -> frozenset[str]:
        """The tables that hold at least one row."""
        return frozenset(table for table, rows in self.rows.items() if rows)

    def knows(self, table: str, fingerprint: str) -> bool:
        """Whether a file with this content was imported into the table already."""
        return any(source.table == table and source.fingerprint == fingerprint for source in self.sources)
