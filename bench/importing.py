"""The phases that import: reading and checking, landing, building, told apart."""

from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from bench.clock import Clock, timed
from bench.company import END
from kpi.ingest import gathering, import_files, importing
from kpi.ingest.report import ImportReport
from kpi.settings import read_settings
from kpi.store import Store
from kpi.store.models import read_models

NOW = datetime.combine(END, time(12), tzinfo=UTC)

Laps = dict[str, dict[str, float]]
"""Seconds by part of an import and table."""


def run(*, files: list[str], store: str) -> dict[str, object]:
    """Import `files` into `store`; seconds per section, table and mart, rows per second up to landing."""
    laps: Laps = {part: defaultdict(float) for part in ("reading", "landing", "building")}
    steps = _Steps()

    def lap(part: str, seconds: float, arguments: tuple[Any, ...]) -> None:
        laps[part][_table(arguments)] += seconds

    with ExitStack() as watches:
        watches.enter_context(timed(gathering.Delivery, "validate", lambda *told: lap("reading", *told)))
        watches.enter_context(timed(importing, "settle", lambda *told: lap("landing", *told)))
        watches.enter_context(timed(importing, "build_warehouse", lambda *told: lap("building", *told)))
        clock = Clock()
        report = import_files(
            Store(Path(store)), [Path(file) for file in files], read_settings(), now=NOW, progress=steps.tell
        )
        seconds = clock.seconds()
    return {
        **_speeds(report, laps, seconds),
        "models": steps.models(),
        "bytes": Store(Path(store)).warehouse_file(report.version).stat().st_size,
        "notes": list(report.notes),
    }


class _Steps:
    """How long each model of a build took, from what the import tells of its progress."""

    def __init__(self) -> None:
        self._names = [model.name for model in read_models()]
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._begun, self._watch = "preparing", Clock()

    def tell(self, step: str, done: int, total: int) -> None:
        """A step begins, and the one before it is over."""
        self._seconds[self._begun] += self._watch.lap()
        self._begun = self._names[done] if step == "Building" else step.lower()

    def models(self) -> dict[str, float]:
        """Seconds of each mart and of the audits; a staging model is a view and takes no time of its own."""
        self._seconds[self._begun] += self._watch.lap()
        kept = (name for name in (*self._names, "auditing") if not name.startswith("stg_"))
        return {name: self._seconds[name] for name in kept if name in self._seconds}


def _speeds(report: ImportReport, laps: Laps, seconds: float) -> dict[str, object]:
    sections = {part: sum(tables.values()) for part, tables in laps.items()}
    rows = sum(table.rows for table in report.tables.values())
    return {
        "seconds": seconds,
        "rows": rows,
        "set_aside": report.quarantine.height,
        **{f"{part}_seconds": total for part, total in sections.items()},
        "other_seconds": seconds - sum(sections.values()),
        "rows_per_second": rows / (seconds - sections["building"]),
        "tables": {
            name: {
                "rows": table.rows,
                "reading_seconds": laps["reading"][name],
                "landing_seconds": laps["landing"][name],
                "rows_per_second": table.rows / (laps["reading"][name] + laps["landing"][name]),
            }
            for name, table in report.tables.items()
        },
    }


def _table(arguments: tuple[Any, ...]) -> str:
    """The table that a section was called for: of the delivery or the table given first, if any."""
    given = arguments[0]
    return str(given.table.name if isinstance(given, gathering.Delivery) else getattr(given, "name", ""))
