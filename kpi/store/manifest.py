"""What a published version was made of."""

import re
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, model_validator

WRITTEN_OUT = re.compile(r"(?P<message>.*?): (?P<count>\d+) \((?P<subjects>.*)\)", re.DOTALL)
EARLIER_AUDIT = "an audit of an earlier release found"


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


class AuditWarning(BaseModel):
    """A doubt of an audit: what it found, how often, and the first few rows that it found it in.

    `subjects` are ids as they were delivered, which may be personal; `message` is our own and never is.
    """

    model_config = ConfigDict(frozen=True)

    message: str
    count: int
    subjects: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Written out, ids included: for who may see people."""
        more = " …" if self.count > len(self.subjects) else ""
        return f"{self.message}: {self.count} ({', '.join(self.subjects)}{more})"

    @model_validator(mode="before")
    @classmethod
    def _take_apart(cls, found: object) -> object:
        """Manifests used to hold the text written out; what is not of its form is all taken for delivered ids."""
        if not isinstance(found, str):
            return found
        parts = WRITTEN_OUT.fullmatch(found)
        if parts is None:
            return {"message": EARLIER_AUDIT, "count": 1, "subjects": (found,)}
        subjects = parts["subjects"].removesuffix(" …").split(", ")
        return {"message": parts["message"], "count": int(parts["count"]), "subjects": tuple(subjects)}


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
    warnings: tuple[AuditWarning, ...] = ()
    marks: dict[str, str] = {}
    quarantine: tuple[str, ...] = ()

    @property
    def imported_tables(self) -> frozenset[str]:
        """The tables that hold at least one row."""
        return frozenset(table for table, rows in self.rows.items() if rows)

    def knows(self, table: str, fingerprint: str) -> bool:
        """Whether a file with this content was imported into the table already."""
        return any(source.table == table and source.fingerprint == fingerprint for source in self.sources)
