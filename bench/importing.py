"""The phases that import: reading and checking, landing, building, told apart."""

from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from bench.clock import Clock, timed
from bench.company import END
from kpi.ingest import gathering, import_files, importing
from kpi.settings import read_settings
from kpi.store import Store
from kpi.store.models import read_models

NOW = datetime.combine(END, time(12), tzinfo=UTC)


def run(*, files: list[str], store: str) -> dict[str, object]:
    """Import `files` into `store`; seconds per section, table and mart, rows per second up to landing.

    A staging model is a view and takes no time of its own.
    """
    names = [model.name for model in read_models()]
    models: defaultdict[str, float] = defaultdict(float)
    begun, watch = "preparing", Clock()

    def progress(step: str, done: int, total: int) -> None:
        nonlocal begun
        models[begun] += watch.lap()
        begun = names[done] if step == "Building" else step.lower()

    laps: dict[str, dict[str, float]] = {part: defaultdict(float) for part in ("reading", "landing", "building")}

    def lap(part: str, seconds: float, arguments: tuple[Any, ...]) -> None:
        laps[part][_table(arguments)] += seconds

    with ExitStack() as watches:
        watches.enter_context(timed(gathering.Delivery, "validate", lambda *told: lap("reading", *told)))
        watches.enter_context(timed(importing, "settle", lambda *told: lap("landing", *told)))
        watches.enter_context(timed(importing, "build_warehouse", lambda *told: lap("building", *told)))
        clock = Clock()
        report = import_files(
            Store(Path(store)), [Path(file) for file in files], read_settings(), now=NOW, progress=progress
        )
        seconds = clock.seconds()
    models[begun] += watch.lap()
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
        "models": {name: models[name] for name in (*names, "auditing") if name in models and name[:4] != "stg_"},
        "bytes": Store(Path(store)).warehouse_file(report.version).stat().st_size,
        "notes": list(report.notes),
    }


def _table(arguments: tuple[Any, ...]) -> str:
    """The table that a section was called for: of the delivery or the table given first, if any."""
    given = arguments[0]
    return str(given.table.name if isinstance(given, gathering.Delivery) else getattr(given, "name", ""))
