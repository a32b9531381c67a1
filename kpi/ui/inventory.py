"""What the data page lists: tables, files, rows set aside, versions, decisions, each as a frame."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from kpi.access.roles import Rights
from kpi.ingest import TABLES
from kpi.metrics import METRICS
from kpi.store import AuditWarning, Entry, Manifest
from kpi.ui import format as fmt

KINDS = ("import", "refresh", "rebuild", "rollback", "backup", "restore")
"""What the ledger holds about the data; sign-ins and the like are for the audit page."""


def data_state(manifest: Manifest, zone: ZoneInfo) -> str:
    """What is published, since when, from how much, and whether anything is amiss. Markdown, numbers bold."""
    built = fmt.moment(manifest.built_at.astimezone(zone))
    rows, files = sum(manifest.rows.values()), len(manifest.sources)
    last = f" up to {fmt.day(manifest.data_end - timedelta(days=1))}" if manifest.data_end else ""
    aside = sum(source.rejected for source in manifest.sources)
    told = [
        f"Version **{manifest.version}** is shown, published on {built}: **{fmt.number_of(rows, 'row')}** from "
        f"{fmt.number_of(files, 'file')}{last}.",
        f"**{fmt.number_of(aside, 'row')}** broke a rule and {'was' if aside == 1 else 'were'} set aside."
        if aside
        else "Every row was accepted.",
    ]
    warnings = len(manifest.warnings)
    told.append(f"**{fmt.number_of(warnings, 'warning')}** of the audits below." if warnings else "All audits hold.")
    return " ".join(told)


def warning_in_words(warning: AuditWarning, rights: Rights) -> str:
    """What an audit found; in which rows only to a reader who sees people, since ids can be personal. Markdown."""
    if not rights.sees_people:
        return f"{fmt.plain(warning.message)}: {fmt.count(warning.count)}"
    return fmt.plain(str(warning))


def list_tables(manifest: Manifest, dates: dict[str, tuple[date, date]]) -> pl.DataFrame:
    """Every table of the data contract: table, rows, first_day, last_day, state; imported ones first."""
    rows = [
        (
            name,
            manifest.rows.get(name, 0),
            *dates.get(name, (None, None)),
            "imported" if name in manifest.imported_tables else _waiting(name, manifest),
        )
        for name in TABLES
    ]
    schema: dict[str, pl.DataType] = {
        "table": pl.String(),
        "rows": pl.Int64(),
        "first_day": pl.Date(),
        "last_day": pl.Date(),
        "state": pl.String(),
    }
    return pl.DataFrame(sorted(rows, key=lambda row: row[1] == 0), schema=schema, orient="row")


def list_files(manifest: Manifest, zone: ZoneInfo) -> pl.DataFrame:
    """Every imported file, newest first: file, table, rows, accepted, set_aside, imported_at."""
    rows = [
        (source.name, source.table, source.rows, source.accepted, source.rejected, local(source.imported_at, zone))
        for source in reversed(manifest.sources)
    ]
    schema: dict[str, pl.DataType] = {
        "file": pl.String(),
        "table": pl.String(),
        "rows": pl.Int64(),
        "accepted": pl.Int64(),
        "set_aside": pl.Int64(),
        "imported_at": pl.Datetime("us"),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def list_versions(versions: tuple[Manifest, ...], published: int, zone: ZoneInfo) -> pl.DataFrame:
    """The kept versions, newest first: version, built_at, last_day, rows, kind, state."""
    rows = [
        (
            str(manifest.version),
            local(manifest.built_at, zone),
            manifest.data_end - timedelta(days=1) if manifest.data_end else None,
            sum(manifest.rows.values()),
            "demo" if manifest.is_demo else "imported",
            "shown" if manifest.version == published else "",
        )
        for manifest in reversed(versions)
    ]
    schema: dict[str, pl.DataType] = {
        "version": pl.String(),
        "built_at": pl.Datetime("us"),
        "last_day": pl.Date(),
        "rows": pl.Int64(),
        "kind": pl.String(),
        "state": pl.String(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def list_entries(entries: tuple[Entry, ...], zone: ZoneInfo) -> pl.DataFrame:
    """Ledger entries as they come: recorded_at, actor, kind, details."""
    rows = [(local(entry.recorded_at, zone), entry.actor, entry.kind, details(entry)) for entry in entries]
    texts = dict.fromkeys(("actor", "kind", "details"), pl.String())
    schema: dict[str, pl.DataType] = {"recorded_at": pl.Datetime("us"), **texts}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _waiting(table: str, manifest: Manifest) -> str:
    imported = manifest.imported_tables
    needs = [need.split("|") for metric in METRICS.values() for need in metric.needs]
    waiting = sum(
        any(table in need.split("|") and imported.isdisjoint(need.split("|")) for need in metric.needs)
        for metric in METRICS.values()
    )
    if waiting:
        return f"not imported; {fmt.number_of(waiting, 'metric')} {'waits' if waiting == 1 else 'wait'} for it"
    return "not imported; other tables serve instead" if any(table in need for need in needs) else "not imported"


def details(entry: Entry, *, without: str | None = None) -> str:
    """What an entry holds beside who, when and what, but for the detail that has a column of its own."""
    return "; ".join(
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in entry.details.items()
        if name != without
    )


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment on the business time zone's clock."""
    return moment.astimezone(zone).replace(tzinfo=None)
