"""Which files an import reads, each for which table, directly or through a recipe."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path

from kpi.errors import RecipeError, UnknownNameError, UnreadableFileError
from kpi.ingest.contract import TABLES, Table, table_of
from kpi.ingest.landing import write_frame
from kpi.ingest.readers import fingerprint, open_source
from kpi.ingest.validation import FileReport, Progress, validate_batches, validate_file
from kpi.settings import Settings
from kpi.store import Manifest, run_recipe

ENDINGS = (".csv", ".parquet", ".jsonl", ".xlsx")

Staged = Mapping[Path, Sequence[Path]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Rows for one table: a contract file as it is, or `sources` seen through the SQL of a recipe.

    `sources` are files with their fingerprints when they were gathered; `fingerprint` tells this delivery from others.
    `recipe` reads `tables`, each made of some of the sources. `ignored` are columns of the origin that were left there.
    `is_state`: the origin is a table that changes, not a batch that is written once.
    """

    name: str
    table: Table
    fingerprint: str
    sources: Mapping[Path, str]
    recipe: str | None = None
    tables: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    is_state: bool = False

    def is_known_to(self, version: Manifest, *, beside: Collection[str], beside_news: bool) -> bool:
        """Whether a version holds these rows, and no others of their name came after them.

        A batch is known under any name; one put back to what it was before is not, since what came in between counts,
        unless that is delivered `beside` it (fingerprints), as two folders do that hold files of one name. Rows of a
        state that were set aside may find what they lacked in the news beside it: then it is read again.
        """
        earlier = [one for one in version.sources if (one.table, one.name) == (self.table.name, self.name)]
        if not self.is_state:
            if not earlier:
                return version.knows(self.table.name, self.fingerprint)
            later = takewhile(lambda other: other != self.fingerprint, (one.fingerprint for one in reversed(earlier)))
            return any(one.fingerprint == self.fingerprint for one in earlier) and set(later) <= set(beside)
        return (
            bool(earlier) and earlier[-1].fingerprint == self.fingerprint and not (beside_news and earlier[-1].rejected)
        )

    def validate(
        self, settings: Settings, *, accepted: Path, rejected: Path, staged: Staged, progress: Progress
    ) -> FileReport:
        """Read and check the rows; see `validate_file`. `staged`: see `stage_sources`."""
        if self.recipe is None:
            (file,) = self.sources
            report = validate_file(
                file, self.table, settings, accepted=accepted, rejected=rejected, name=self.name, progress=progress
            )
            _require_same(file, report.fingerprint, self.sources[file])
            return replace(report, unknown_columns=(*report.unknown_columns, *self.ignored))
        tables = {name: [part for file in files for part in staged[file]] for name, files in self.tables.items()}
        return validate_batches(
            run_recipe(self.recipe, tables),
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
    return in_order(deliveries)


def in_order(deliveries: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """The deliveries in the order in which they can be imported: tables that others refer to first."""
    order = list(TABLES)
    return tuple(sorted(deliveries, key=lambda delivery: order.index(delivery.table.name)))


def told_as_known(delivery: Delivery, version: Manifest) -> str:
    """What a person is told of a delivery that was passed over."""
    found = [
        one for one in version.sources if (one.table, one.fingerprint) == (delivery.table.name, delivery.fingerprint)
    ]
    aside = found[-1].rejected if found else 0
    stay = f"; {aside} of its rows stay set aside, correct them in the export" if aside else ""
    return f"{delivery.name} was imported before: nothing changes{stay}"


def fresh(deliveries: Sequence[Delivery], base: Manifest | None) -> Sequence[Delivery]:
    """The deliveries that the version to add to does not hold."""
    if base is None:
        return deliveries
    beside = {delivery.fingerprint for delivery in deliveries}
    has_news = any(not delivery.is_known_to(base, beside=beside, beside_news=False) for delivery in deliveries)
    return [delivery for delivery in deliveries if not delivery.is_known_to(base, beside=beside, beside_news=has_news)]


def stage_sources(deliveries: Sequence[Delivery], work: Path) -> Staged:
    """Put the files that recipes read into `work` as Parquet, and tell by file what they became.

    Files that stand in `work` already are Parquet and are taken as they are.
    """
    files = {file: digest for one in deliveries if one.recipe for file, digest in one.sources.items()}
    staged: dict[Path, list[Path]] = {}
    for number, (file, digest) in enumerate(files.items()):
        if file.is_relative_to(work):
            staged[file] = [file]
            continue
        source = open_source(file)
        for part, frame in enumerate(source.read(source.columns)):
            staged.setdefault(file, []).append(work / f"source-{number:04d}-{part:06d}.parquet")
            write_frame(frame, staged[file][-1])
        _require_same(file, fingerprint(file), digest)
    return staged


def _require_same(file: Path, found: str, gathered: str) -> None:
    if found != gathered:
        raise UnreadableFileError(f"{file.name} changed while it was read. Wait until it is written, then try again.")


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        open_source(path)
        yield path
        return
    listed = (file for file in path.iterdir() if file.suffix.lower() in ENDINGS or _is_table(file))
    found = sorted(listed, key=in_counting_order)
    if not found:
        raise UnreadableFileError(
            f"{path} holds no file that ends in {', '.join(ENDINGS)}. Give the folder of your exports."
        )
    for file in found:
        open_source(file)
        yield file


def in_counting_order(file: Path) -> tuple[tuple[tuple[str | int, ...], ...], str]:
    """What files are ordered by, since a later row counts: orders-2 comes before orders-10."""
    parts = tuple(
        tuple(int(piece) if piece.isdecimal() else piece for piece in re.split(r"(\d+)", part)) for part in file.parts
    )
    return parts, str(file)


def _is_table(file: Path) -> bool:
    """Whether a file is named after a table: with an ending that nobody reads it is refused, not passed over."""
    return file.is_file() and re.split(r"[-.]", file.name, maxsplit=1)[0] in TABLES


def _through(recipe: Path, files: Mapping[Path, str]) -> Iterator[Delivery]:
    for table, sql in read_recipe(recipe).items():
        yield Delivery(
            name=f"{', '.join(file.name for file in files)} → {table}",
            table=TABLES[table],
            fingerprint=fingerprint_of_recipe(sql, files.values()),
            sources=files,
            recipe=sql,
            tables={"source": tuple(files)},
        )


def fingerprint_of_recipe(sql: str, digests: Iterable[str]) -> str:
    """What tells a recipe's outcome from others: its text and the fingerprints of what it reads."""
    return hashlib.sha256("".join((sql, *digests)).encode()).hexdigest()


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
