"""An import from end to end: read, check, land, build, audit, publish; or change nothing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import polars as pl

from kpi.errors import AmbassadeError, NothingPublishedError, TooManyRejectedError
from kpi.ingest.contract import TABLES
from kpi.ingest.gathering import Delivery, Staged, fresh, gather, stage_sources, told_as_known
from kpi.ingest.landing import VIOLATION_SCHEMA, write_frame
from kpi.ingest.report import Gather, ImportReport, Progress, TableReport
from kpi.ingest.validation import FileReport
from kpi.settings import Settings
from kpi.store import Assumptions, Earlier, Manifest, SourceFile, Store, build_warehouse, settle


def import_files(
    store: Store,
    paths: Sequence[Path],
    settings: Settings,
    *,
    recipe: Path | None = None,
    is_demo: bool = False,
    actor: str = "command line",
    wait: float = 0,
    now: datetime | None = None,
    progress: Progress = lambda step, done, total: None,
) -> ImportReport:
    """Import contract files, or other exports through a recipe, and publish the outcome as a new version.

    Importing on top of the demo company replaces it. While another process imports, wait for it up to `wait` seconds.
    On any `AmbassadeError` nothing is published and the store is as it was; of a refused import the quarantine can
    still be read.
    """
    deliveries = gather(paths, recipe)
    return import_gathered(
        store,
        lambda work, progress: deliveries,
        settings,
        is_demo=is_demo,
        kind="import",
        actor=actor,
        wait=wait,
        now=now,
        progress=progress,
    )


def import_gathered(
    store: Store,
    gather: Gather,
    settings: Settings,
    *,
    is_demo: bool = False,
    kind: str = "import",
    actor: str = "command line",
    wait: float = 0,
    now: datetime | None = None,
    progress: Progress = lambda step, done, total: None,
) -> ImportReport:
    """Import whatever `gather` brings into the store's work folder; everything else is as in `import_files`."""
    moment = now or datetime.now(UTC)
    with store.writing(wait):
        store.sweep()
        base = _base(store, is_demo=is_demo)
        try:
            deliveries = gather(store.work, progress)
            news = fresh(deliveries, base)
            run = _Import(store, settings, base, moment=moment, progress=progress)
            manifest = base if base and not news else run.publish(news, is_demo=is_demo, kind=kind, actor=actor)
        finally:
            store.sweep()
    known = [told_as_known(delivery, manifest) for delivery in deliveries if delivery not in news]
    return ImportReport(
        version=manifest.version,
        published=manifest is not base,
        tables=run.tables,
        quarantine=run.quarantine,
        notes=(*known, *run.notes, *(map(str, manifest.warnings) if manifest is not base else ())),
        read=tuple(delivery.name for delivery in news),
        known=len(known),
    )


def rebuild(
    store: Store,
    settings: Settings,
    *,
    actor: str = "command line",
    now: datetime | None = None,
    progress: Progress = lambda step, done, total: None,
) -> Manifest:
    """Build the published version again from landing, with today's models and settings, and publish it."""
    moment = now or datetime.now(UTC)
    with store.writing():
        store.sweep()
        published = store.published()
        run = _Import(store, settings, published, moment=moment, progress=progress)
        return run.publish((), is_demo=published.is_demo, kind="rebuild", actor=actor)


def _base(store: Store, *, is_demo: bool) -> Manifest | None:
    """The version to add to: none before the first import, and none when real data replaces the demo company."""
    try:
        published = store.published()
    except NothingPublishedError:
        return None
    return None if published.is_demo != is_demo else published


class _Import:
    """One import under way; nothing it writes counts before it is published."""

    def __init__(
        self, store: Store, settings: Settings, base: Manifest | None, *, moment: datetime, progress: Progress
    ) -> None:
        self.tables: dict[str, TableReport] = {}
        self.quarantine = pl.DataFrame(schema=VIOLATION_SCHEMA)
        self.notes: list[str] = []
        self._store = store
        self._settings = settings
        self._base = base
        self._moment = moment
        self._progress = progress
        self._version = store.next_version()
        self._sources: list[SourceFile] = []
        self._staged: Staged = {}
        self._landing = {
            table: [store.folder / name for name in names] for table, names in (base.landing if base else {}).items()
        }
        self._warehouse = store.work / "warehouse.duckdb"

    def publish(self, deliveries: Sequence[Delivery], *, is_demo: bool, kind: str, actor: str) -> Manifest:
        """Land, build, audit and publish; when anything of it fails, what was written is swept away."""
        store = self._store
        try:
            self._land(deliveries)
            manifest = self._build(is_demo=is_demo, can_reuse=kind != "rebuild")
            files = [delivery.name for delivery in deliveries]
            record = partial(store.ledger.record, kind, actor=actor, at=self._moment, version=self._version)
            store.publish(manifest, self._warehouse, confirm=lambda: record(files=files))
        except (AmbassadeError, OSError):
            store.sweep()
            raise
        store.prune(self._settings.kept_versions)
        return manifest

    def _land(self, deliveries: Sequence[Delivery]) -> None:
        """Check every row of the deliveries and write the landing files of each table."""
        self._store.work.mkdir(parents=True, exist_ok=True)
        self._staged = stage_sources(deliveries, self._store.work)
        for table in dict.fromkeys(delivery.table.name for delivery in deliveries):
            self._land_table(table, [delivery for delivery in deliveries if delivery.table.name == table])
        if self.quarantine.height:
            self._write_quarantine(self._version)

    def _build(self, *, is_demo: bool, can_reuse: bool) -> Manifest:
        """Build and audit the warehouse; the manifest says what it was made of."""
        base = self._base
        built = build_warehouse(
            self._warehouse,
            landing=self._landing,
            tables=TABLES,
            assumptions=Assumptions(
                time_zone=self._settings.time_zone,
                currency=self._settings.currency,
                rates=self._settings.rates,
                default_margin_rate=self._settings.default_margin_rate,
                today=self._today(),
                advocates=self._settings.advocates,
            ),
            progress=self._progress,
            earlier=self._earlier(base) if base and can_reuse else None,
        )
        quarantine = [self._store.quarantine_file(self._version)] if self.quarantine.height else []
        return Manifest(
            version=self._version,
            built_at=self._moment,
            base=base.version if base else None,
            is_demo=is_demo,
            data_end=built.data_end,
            sources=(*(base.sources if base else ()), *self._sources),
            landing={
                table: tuple(str(file.relative_to(self._store.folder)) for file in files)
                for table, files in self._landing.items()
            },
            rows=built.rows,
            warnings=built.warnings,
            marks=built.marks,
            quarantine=(
                *(base.quarantine if base else ()),
                *(str(file.relative_to(self._store.folder)) for file in quarantine),
            ),
        )

    def _earlier(self, base: Manifest) -> Earlier:
        return Earlier(path=self._store.warehouse_file(base.version), marks=base.marks, rows=base.rows)

    def _today(self) -> date:
        return self._moment.astimezone(self._settings.zone).date()

    def _land_table(self, name: str, deliveries: Sequence[Delivery]) -> None:
        reports, validated = [], []
        for number, delivery in enumerate(deliveries):
            validated.append(self._store.work / f"{name}-{number:06d}.parquet")
            reports.append(self._validate(delivery, validated[-1]))
        settled = settle(
            TABLES[name],
            validated,
            self._store.landing_file(name, self._version),
            landing=self._landing,
            tables=TABLES,
            work=self._store.work,
            currency=self._settings.currency,
            rates=self._settings.rates,
        )
        refused = settled.rejected.unique(["source", "row"]).group_by("source").len()
        extra = dict(refused.iter_rows())
        names = {number: delivery.name for number, delivery in enumerate(deliveries)}
        self._set_aside(
            settled.rejected.with_columns(file=pl.col("source").replace_strict(names, return_dtype=pl.String))
        )
        self._landing.setdefault(name, []).append(settled.landed)
        for number, report in enumerate(reports):
            self._sources.append(self._source(deliveries[number], report, extra.get(number, 0)))
        rows = sum(report.rows for report in reports)
        rejected = rows - settled.accepted - settled.replaced
        self.tables[name] = TableReport(
            rows=rows, accepted=rows - rejected, rejected=rejected, replaced=settled.replaced
        )
        self._require_few_rejected(name, [delivery.name for delivery in deliveries])

    def _validate(self, delivery: Delivery, accepted: Path) -> FileReport:
        rejected = accepted.with_suffix(".rejected")
        report = delivery.validate(
            self._settings,
            accepted=accepted,
            rejected=rejected,
            staged=self._staged,
            progress=lambda rows: self._progress(f"Reading {delivery.name}", rows, 0),
        )
        self._set_aside(pl.read_parquet(rejected, glob=False))
        if report.unknown_columns:
            self.notes.append(f"{delivery.name}: ignored columns {', '.join(report.unknown_columns)}")
        return report

    def _source(self, delivery: Delivery, report: FileReport, refused: int) -> SourceFile:
        return SourceFile(
            table=delivery.table.name,
            name=delivery.name,
            fingerprint=delivery.fingerprint,
            rows=report.rows,
            accepted=report.accepted - refused,
            rejected=report.rejected + refused,
            imported_at=self._moment,
        )

    def _set_aside(self, violations: pl.DataFrame) -> None:
        self.quarantine = pl.concat([self.quarantine, violations.select(*VIOLATION_SCHEMA)])

    def _require_few_rejected(self, name: str, files: Sequence[str]) -> None:
        report = self.tables[name]
        limit = self._settings.rejected_rows_limit
        # Of the two ways to compare, a quotient is as exact as the limit's own decimals: 29 of 100 is 0.29.
        if not report.rejected or report.rejected / report.rows <= limit:
            return
        self._write_quarantine(None)
        rules = (
            self.quarantine.filter(pl.col("file").is_in(files))
            .group_by("column", "rule", maintain_order=True)
            .len()
            .sort("len", descending=True, maintain_order=True)
            .head(3)
        )
        told = "; ".join(f"{column} {rule} ({count} times)" for column, rule, count in rules.iter_rows())
        raise TooManyRejectedError(
            f"{name}: {report.rejected} of {report.rows} rows break a rule, more than the {limit * 100:g} % allowed, "
            f"so nothing was imported. Most often: {told}. Every row with its rule is in "
            f"{self._store.quarantine_file(None)}; correct the export, "
            "or raise rejected_rows_limit in data/settings.toml."
        )

    def _write_quarantine(self, version: int | None) -> None:
        target = self._store.quarantine_file(version)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_frame(self.quarantine, target)
