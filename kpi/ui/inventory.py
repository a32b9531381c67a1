"""What the data page lists: tables, files, rows set aside, versions, decisions, each as a frame."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from kpi.access.roles import Rights
from kpi.decisions import details_without_people
from kpi.ingest import TABLES
from kpi.language import mark, translate, translate_plural
from kpi.metrics import METRICS, missing_tables
from kpi.store import AuditWarning, Entry, Manifest, Store, read_quarantine
from kpi.ui import format as fmt
from kpi.ui import recorded

KINDS = (
    mark("import"),
    mark("refresh"),
    mark("rebuild"),
    mark("rollback"),
    mark("backup"),
    mark("restore"),
)
"""What the ledger holds about the data; sign-ins and the like are for the audit page."""


COLUMNS = {
    "accepted": mark("Accepted"),
    "actor": mark("Who"),
    "built_at": mark("Built"),
    "column": mark("Column"),
    "details": mark("Details"),
    "file": mark("File"),
    "first_day": mark("First day"),
    "imported_at": mark("Imported"),
    "kind": mark("Kind"),
    "last_day": mark("Last day"),
    "recorded_at": mark("When"),
    "row": mark("Row"),
    "rows": mark("Rows"),
    "rule": mark("Rule"),
    "set_aside": mark("Set aside"),
    "state": mark("State"),
    "table": mark("Table"),
    "value": mark("Value"),
    "version": mark("Version"),
}


def labels(*columns: str, **otherwise: str) -> dict[str, str]:
    """The heads of these columns, as they are named in `COLUMNS` or otherwise here."""
    return {column: otherwise[column] if column in otherwise else translate(COLUMNS[column]) for column in columns}


def data_state(manifest: Manifest, zone: ZoneInfo) -> str:
    """What is published, since when, from how much, and whether anything is amiss. Markdown, numbers bold."""
    return " ".join((_published(manifest, zone), _set_aside(manifest), _audited(manifest)))


def warning_in_words(warning: AuditWarning, rights: Rights) -> str:
    """What an audit found; in which rows only to a reader who sees people, since ids can be personal. Markdown."""
    message, count = fmt.plain(recorded.in_words(warning.message)), fmt.count(warning.count)
    if not rights.sees_people or not warning.subjects:
        return translate("{message}: {count}", message=message, count=count)
    more = " …" if warning.count > len(warning.subjects) else ""
    rows = ", ".join(fmt.plain(subject) for subject in warning.subjects) + more
    return translate("{message}: {count} ({rows})", message=message, count=count, rows=rows)


def list_tables(manifest: Manifest, dates: dict[str, tuple[date, date]]) -> pl.DataFrame:
    """Every table of the data contract: table, rows, first_day, last_day, state; imported ones first."""
    rows = [
        (
            name,
            manifest.rows.get(name, 0),
            *dates.get(name, (None, None)),
            translate("imported") if name in manifest.imported_tables else _waiting(name, manifest),
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


def list_set_aside(store: Store, manifest: Manifest) -> pl.DataFrame:
    """Every row set aside on the way to this version: file, row, column, rule, value."""
    found = read_quarantine(store, manifest)
    rules = {rule: recorded.in_words(rule) for rule in found["rule"].unique().drop_nulls()}
    return found.with_columns(pl.col("rule").replace(rules)) if rules else found


def list_versions(versions: tuple[Manifest, ...], published: int, zone: ZoneInfo) -> pl.DataFrame:
    """The kept versions, newest first: version, built_at, last_day, rows, kind, state."""
    rows = [
        (
            str(manifest.version),
            local(manifest.built_at, zone),
            manifest.data_end - timedelta(days=1) if manifest.data_end else None,
            sum(manifest.rows.values()),
            translate("demo") if manifest.is_demo else translate("imported"),
            translate("shown") if manifest.version == published else "",
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
    rows = [(local(entry.recorded_at, zone), entry.actor, translate(entry.kind), details(entry)) for entry in entries]
    texts = dict.fromkeys(("actor", "kind", "details"), pl.String())
    schema: dict[str, pl.DataType] = {"recorded_at": pl.Datetime("us"), **texts}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _published(manifest: Manifest, zone: ZoneInfo) -> str:
    facts = {
        "version": manifest.version,
        "moment": fmt.moment(manifest.built_at.astimezone(zone)),
        "rows": fmt.number_of(sum(manifest.rows.values()), "row"),
        "files": fmt.number_of(len(manifest.sources), "file"),
    }
    if manifest.data_end is None:
        return translate("Version **{version}** is shown, published on {moment}: **{rows}** from {files}.", **facts)
    return translate(
        "Version **{version}** is shown, published on {moment}: **{rows}** from {files} up to {day}.",
        day=fmt.day(manifest.data_end - timedelta(days=1)),
        **facts,
    )


def _set_aside(manifest: Manifest) -> str:
    rows = sum(source.rejected for source in manifest.sources)
    if not rows:
        return translate("Every row was accepted.")
    return translate_plural(
        "**{count} row** broke a rule and was set aside.",
        "**{count} rows** broke a rule and were set aside.",
        rows,
        count=fmt.count(rows),
    )


def _audited(manifest: Manifest) -> str:
    warnings = len(manifest.warnings)
    if not warnings:
        return translate("All audits hold.")
    return translate_plural(
        "**{count} warning** of the audits below.",
        "**{count} warnings** of the audits below.",
        warnings,
        count=fmt.count(warnings),
    )


def _waiting(table: str, manifest: Manifest) -> str:
    waiting = sum(
        any(table in need.split("|") for need in missing_tables(metric, manifest)) for metric in METRICS.values()
    )
    if waiting:
        return translate_plural(
            "not imported; {count} metric waits for it",
            "not imported; {count} metrics wait for it",
            waiting,
            count=fmt.count(waiting),
        )
    if any(table in need.split("|") for metric in METRICS.values() for need in metric.needs):
        return translate("not imported; other tables serve instead")
    return translate("not imported")


def details(entry: Entry, *, without: str | None = None) -> str:
    """What an entry holds beside who, when and what, but for the detail that has a column of its own."""
    return "; ".join(
        f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in details_without_people(entry).items()
        if name != without
    )


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment on the business time zone's clock."""
    return moment.astimezone(zone).replace(tzinfo=None)
