"""A refresh: every source that the settings name is looked at again, and what changed becomes one new version."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from glob import glob
from pathlib import Path

from kpi.errors import AmbassadeError, SettingsError, SourceUnavailableError, UnreadableFileError
from kpi.ingest.database import gather_database
from kpi.ingest.gathering import Delivery, gather, in_counting_order, in_order
from kpi.ingest.importing import import_gathered
from kpi.ingest.report import ImportReport, Progress
from kpi.settings import PROJECT, DatabaseSource, FileSource, Settings
from kpi.store import Store


def refresh(
    store: Store,
    settings: Settings,
    *,
    wait: float = 0,
    now: datetime | None = None,
    progress: Progress = lambda step, done, total: None,
) -> ImportReport:
    """Import what changed in the sources of the settings as one new version; without a change nothing happens.

    All or nothing: a row is set aside when the row it refers to is missing, and a file is never read twice. To import
    the orders of a file while the database with their customers is away would lose those orders for good.
    `SettingsError` when no source is named; `SourceUnavailableError` names every source that could not be read.
    """
    if not settings.sources:
        raise SettingsError(
            "The settings name no source to refresh from. Add one to data/settings.toml: [[sources]], "
            'kind = "files" with a path, or kind = "postgres" with a url.'
        )
    gathering = partial(_gather_all, settings.sources)
    return import_gathered(store, gathering, settings, kind="refresh", wait=wait, now=now, progress=progress)


def _gather_all(sources: Sequence[FileSource | DatabaseSource], work: Path, progress: Progress) -> tuple[Delivery, ...]:
    found: dict[tuple[str, str], Delivery] = {}
    faults = []
    for number, source in enumerate(sources):
        try:
            for delivery in _gather(source, work / f"{number:04d}", progress):
                # Two sources may name the same file.
                found.setdefault((delivery.table.name, delivery.fingerprint), delivery)
        except AmbassadeError as error:
            faults.append(str(error))
    if faults:
        raise SourceUnavailableError(
            f"{len(faults)} of {len(sources)} sources could not be read, so nothing was imported. {' '.join(faults)}"
        )
    return in_order(list(found.values()))


def _gather(source: FileSource | DatabaseSource, work: Path, progress: Progress) -> Sequence[Delivery]:
    recipe = PROJECT / source.recipe if source.recipe else None
    if isinstance(source, DatabaseSource):
        return gather_database(source.url.get_secret_value(), source.schema_name, recipe, work=work, progress=progress)
    try:
        return gather(_paths(source.path), recipe)
    except OSError as error:
        raise UnreadableFileError(
            f"{source.path} cannot be read ({error.strerror or error}). Check its rights and its disk."
        ) from error


def _paths(pattern: str) -> list[Path]:
    """The files and folders that a pattern names, in counting order; a name is also taken as it is."""
    whole = PROJECT / pattern
    if whole.exists():
        return [whole]
    found = sorted((Path(path) for path in glob(str(whole), recursive=True)), key=in_counting_order)
    if not found:
        raise UnreadableFileError(f"{pattern} names no file. Correct the path of this source in data/settings.toml.")
    return found
