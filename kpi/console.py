"""What the command line prints: tables for people, JSON for scripts."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from kpi.ingest import ImportReport
from kpi.metrics import METRICS, Compared, Measurement, Metric
from kpi.store import Manifest

# File and group names are data: square brackets and colons in them are not Rich's.
out = Console(width=None if sys.stdout.isatty() else 160, markup=False, emoji=False)
err = Console(stderr=True, markup=False, emoji=False)

LISTED_VIOLATIONS = 1_000


def row(found: Measurement | Compared) -> dict[str, Any]:
    """A measurement as JSON: rates are fractions, NPS is in points, null is n/a, for the `reason` given.

    The change is value - compared_value.
    """
    if isinstance(found, Compared):
        return {
            **row(found.current),
            "compared_from": found.compared.period.start.isoformat(),
            "compared_to": found.compared.period.end.isoformat(),
            "compared_value": _number(found.compared.estimate.value),
            "compared_reason": found.compared.reason,
            "change": found.change,
        }
    estimate = found.estimate
    return {
        "metric": found.metric.name,
        "from": found.period.start.isoformat(),
        "to": found.period.end.isoformat(),
        "group": found.group,
        "value": _number(estimate.value),
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
        "unit": found.metric.unit.value,
        "reason": found.reason,
    }


def _number(value: Any) -> float | int | None:
    return value if value is None or isinstance(value, int) else float(value)


def described(metric: Metric) -> dict[str, Any]:
    """A metric's record."""
    return {
        "name": metric.name,
        "label": metric.label,
        "unit": metric.unit.value,
        "better": metric.better.value,
        "section": metric.section,
        "means": metric.means,
        "formula": metric.formula,
        "needs": metric.needs,
        "breakdowns": metric.dimensions,
    }


def print_report(report: ImportReport) -> None:
    """What an import did."""
    if report.published:
        out.print(f"Version {report.version} is published.")
        table = Table("Table", "Rows", "Accepted", "Set aside", "Replaced")
        for name, one in report.tables.items():
            table.add_row(name, f"{one.rows:,}", f"{one.accepted:,}", f"{one.rejected:,}", f"{one.replaced:,}")
        out.print(table)
    else:
        out.print(f"Nothing new: version {report.version} stays published.")
    for note in report.notes:
        out.print(note)


def refreshed(report: ImportReport) -> str:
    """What a refresh did, in one line."""
    if not report.published:
        return f"Nothing new in {report.known} files and tables: version {report.version} stays published."
    rows = sum(table.rows for table in report.tables.values())
    rejected = sum(table.rejected for table in report.tables.values())
    return (
        f"Version {report.version} is published: {len(report.read)} of {len(report.read) + report.known} files and "
        f"tables changed ({', '.join(report.read)}), {rows:,} rows read, {rejected:,} set aside."
    )


def print_measurements(found: Sequence[Measurement | Compared]) -> None:
    """Measurements as a table, without the columns that none of them fills, and why a value is n/a."""
    rows = [row(one) for one in found]
    if not rows:
        out.print("No group has a value in this period.")
        return
    told = ("from", "to", "compared_from", "compared_to", "reason", "compared_reason")
    filled = [name for name in rows[0] if name not in told and any(cells[name] is not None for cells in rows)]
    shown = filled if "value" in filled else [*filled, "value"]
    title = f"{rows[0]['from']} to {rows[0]['to']}, end not included"
    if "compared_from" in rows[0]:
        title += f", beside {rows[0]['compared_from']} to {rows[0]['compared_to']}"
    out.print(title)
    table = Table()
    for name in shown:
        is_text = name in ("metric", "group", "unit")
        table.add_column(name, justify="left" if is_text else "right", no_wrap=name in ("metric", "value"))
    for cells in rows:
        table.add_row(*("n/a" if name == "value" and cells[name] is None else _cell(cells[name]) for name in shown))
    out.print(table)
    both = [side for one in found for side in ((one.current, one.compared) if isinstance(one, Compared) else (one,))]
    for reason in dict.fromkeys(f"{one.metric.name}: {one.reason}" for one in both if one.reason):
        out.print(reason)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def print_versions(kept: Sequence[Manifest], published: int | None) -> None:
    """The kept versions, oldest first."""
    table = Table("Version", "Built (UTC)", "Data before", "Rows", "")
    for manifest in kept:
        table.add_row(*_version_cells(manifest, published))
    out.print(table)


def print_rows(rows: Sequence[Mapping[str, object]]) -> None:
    """Rows of the same fields as a table; a moment is UTC."""
    table = Table(*(name.replace("_", " ").capitalize() for name in rows[0])) if rows else Table()
    for cells in rows:
        table.add_row(*(_text(value) for value in cells.values()))
    out.print(table)


def _text(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else _cell(value)


def print_metrics() -> None:
    """The registry."""
    table = Table("Metric", "Unit", "Means", "Breakdowns")
    for metric in METRICS.values():
        table.add_row(metric.name, metric.unit, metric.means, ", ".join(metric.dimensions))
    out.print(table)


def print_status(manifest: Manifest) -> None:
    """What is published, from which files."""
    kind = "demo data" if manifest.is_demo else "imported data"
    last = f"data before {manifest.data_end}" if manifest.data_end else "no dated events"
    out.print(f"Version {manifest.version}, built {manifest.built_at:%Y-%m-%d %H:%M} UTC: {kind}, {last}.")
    table = Table("File", "Table", "Rows", "Accepted", "Set aside")
    for source in manifest.sources:
        table.add_row(source.name, source.table, f"{source.rows:,}", f"{source.accepted:,}", f"{source.rejected:,}")
    out.print(table)
    for warning in manifest.warnings:
        out.print(f"Warning: {warning}")


def report_fields(report: ImportReport) -> dict[str, Any]:
    """An import as JSON: its rows set aside are cut after the first thousand, the store keeps all."""
    return {
        "version": report.version,
        "published": report.published,
        "tables": {
            name: {"rows": table.rows, "accepted": table.accepted, "rejected": table.rejected}
            for name, table in report.tables.items()
        },
        "quarantine": report.quarantine.head(LISTED_VIOLATIONS).to_dicts(),
        "notes": report.notes,
    }


def _version_cells(manifest: Manifest, published: int | None) -> tuple[str, ...]:
    return (
        str(manifest.version),
        f"{manifest.built_at:%Y-%m-%d %H:%M}",
        str(manifest.data_end or ""),
        f"{sum(manifest.rows.values()):,}",
        "published" if manifest.version == published else "",
    )


def print_json(value: object) -> None:
    """Anything as indented JSON."""
    print(json.dumps(value, default=str, ensure_ascii=False, indent=1))


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on the error stream, and the function that moves it."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, disable=quiet, transient=True) as bars:
        task = bars.add_task("Starting", total=None)

        def tell(step: str, done: int, total: int) -> None:
            bars.update(task, description=step, completed=done, total=total or None)

        yield tell
