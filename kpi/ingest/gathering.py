"""Which files an import reads, each for which table, directly or through a recipe."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpi.errors import RecipeError, UnknownNameError, UnreadableFileError
from kpi.ingest.contract import TABLES, Table, table_of
from kpi.ingest.readers import fingerprint, open_source
from kpi.ingest.validation import FileReport, Progress, validate_batches, validate_file
from kpi.settings import Settings
from kpi.store import run_recipe

ENDINGS = (".csv", ".parquet", ".jsonl", ".xlsx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Rows for one table: a contract file as it is, or `sources` seen through the SQL of a recipe.

    `sources` are files with their fingerprints when they were gathered; `fingerprint` tells this delivery from others.
    """

    name: str
    table: Table
    fingerprint: str
    sources: Mapping[Path, str]
    recipe: str | None = None

    def validate(
        self, settings: Settings, *, accepted: Path, rejected: Path, work: Path, progress: Progress
    ) -> FileReport:
        """Read and check the rows; see `validate_file`."""
        if self.recipe is None:
            (file,) = self.sources
            report = validate_file(file, self.table, settings, accepted=accepted, rejected=rejected, progress=progress)
            _require_same(file, report.fingerprint, self.sources[file])
            return report
        return validate_batches(
            run_recipe(self.recipe, work / "source-*.parquet"),
            self.table,
            settings,
            name=self.name,
            accepted=accepted,
            rejected=rejected,
            progress=progress,
        )


def gather(paths: Sequence[Path], recipe: Path | None) -> tuple[Delivery, ...]:
    """The deliveries behind files and folders, tables that others refer to first.

    `UnreadableFileError` for a path without contract files, `RecipeError` for a recipe without a known table.
    """
    files = {file: fingerprint(file) for path in paths for file in _files(path)}
    if recipe is None:
        deliveries = [
            Delivery(name=file.name, table=table_of(file), fingerprint=digest, sources={file: digest})
            for file, digest in files.items()
        ]
    else:
        deliveries = list(_through(recipe, files))
    order = list(TABLES)
    return tuple(sorted(deliveries, key=lambda delivery: order.index(delivery.table.name)))


def stage_sources(deliveries: Sequence[Delivery], work: Path) -> None:
    """Put the files that recipes read into `work` as Parquet, `source-<file>-<part>.parquet`."""
    files = {file: digest for one in deliveries if one.recipe for file, digest in one.sources.items()}
    for number, (file, digest) in enumerate(files.items()):
        source = open_source(file)
        for part, frame in enumerate(source.read(source.columns)):
            frame.write_parquet(work / f"source-{number:04d}-{part:06d}.parquet")
        _require_same(file, fingerprint(file), digest)


def _require_same(file: Path, found: str, gathered: str) -> None:
    if found != gathered:
        raise UnreadableFileError(f"{file.name} changed while it was read. Wait until it is written, then try again.")


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        open_source(path)
        yield path
        return
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in ENDINGS)
    if not found:
        raise UnreadableFileError(
            f"{path} holds no file that ends in {', '.join(ENDINGS)}. Give the folder of your exports."
        )
    for file in found:
        open_source(file)
        yield file


def _through(recipe: Path, files: Mapping[Path, str]) -> Iterator[Delivery]:
    for table, sql in read_recipe(recipe).items():
        digest = hashlib.sha256(sql.encode())
        for file_digest in files.values():
            digest.update(file_digest.encode())
        yield Delivery(
            name=f"{', '.join(file.name for file in files)} → {table}",
            table=TABLES[table],
            fingerprint=digest.hexdigest(),
            sources=files,
            recipe=sql,
        )


def read_recipe(folder: Path) -> Mapping[str, str]:
    """The SQL of a recipe by target table."""
    files = sorted(folder.glob("*.sql"))
    if not files:
        raise RecipeError(f"{folder} holds no recipe: give a folder with one .sql file per table of the contract.")
    queries = {}
    for file in files:
        if file.stem not in TABLES:
            raise UnknownNameError("table", file.stem, TABLES)
        try:
            queries[file.stem] = file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise RecipeError(f"{file} is not UTF-8. Save it as UTF-8.") from error
    return queries
