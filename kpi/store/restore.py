"""Bringing a backup back: all of it is checked before anything is replaced."""

import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from typing import Final

from pydantic import ValidationError

from kpi.errors import AmbassadeError, UnreadableFileError
from kpi.store.backup import INDEX, LEDGER, MANIFEST, WAREHOUSE, Hashing, Index
from kpi.store.engine import open_connection
from kpi.store.entries import read_entries
from kpi.store.folder import Store
from kpi.store.manifest import Manifest

_TEXT_BYTES: Final = 64 * 2**20
_DATA: Final = re.compile(r"(landing/[a-z_]+|quarantine)/[0-9-]+\.parquet")


def restore_backup(store: Store, backup: Path, *, actor: str, at: datetime, wait: float = 0) -> Manifest:
    """Publish the version in the file `backup` as the newest of `store`, which may be empty; return its manifest.

    Versions that are there stay, and a rollback reaches them. Of two ledgers, the one that continues the other stays;
    when neither does, the backup's takes its place and the other is kept beside it. `UnreadableFileError` when the file
    is no backup or not whole; then nothing has changed. `StoreBusyError` while another process imports.
    """
    with _opened(backup) as archive:
        index = _read_index(backup, archive)
        manifest = _read_manifest(backup, archive, index)
        with store.writing(wait):
            store.sweep()
            try:
                return _install(store, backup, archive, index, manifest, actor=actor, at=at)
            except (AmbassadeError, OSError):
                store.sweep()
                raise


@contextmanager
def _opened(backup: Path) -> Iterator[tarfile.TarFile]:
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(tarfile.open(backup, mode="r:"))
        except (OSError, tarfile.TarError, EOFError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not a backup"
            raise _refusal(backup, reason) from error
        yield archive


def _refusal(backup: Path, reason: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{backup} cannot be restored: {reason}. Give a whole file that `python -m kpi backup` wrote; "
        "nothing was changed."
    )


def _members(backup: Path, archive: tarfile.TarFile) -> Mapping[str, tarfile.TarInfo]:
    try:
        found = archive.getmembers()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise _refusal(backup, "it is cut off or damaged") from error
    members = {member.name: member for member in found if member.isreg()}
    if len(members) < len(found):
        raise _refusal(backup, "it holds a link, a folder or a name twice")
    return members


def _read_index(backup: Path, archive: tarfile.TarFile) -> Index:
    members = _members(backup, archive)
    if MANIFEST in members and INDEX not in members:
        raise _refusal(backup, "it is cut off")
    text = _text(backup, archive, INDEX) if INDEX in members else None
    try:
        index = Index.model_validate_json(text or "")
    except ValidationError as error:
        raise _refusal(backup, "it is not a backup") from error
    sizes = {name: member.size for name, member in members.items() if name != INDEX}
    if sizes != {name: member.size for name, member in index.members.items()}:
        raise _refusal(backup, "it does not hold the files that it lists")
    return index


def _read_manifest(backup: Path, archive: tarfile.TarFile, index: Index) -> Manifest:
    """The manifest, which must name the very files that are there: none is written under a name of its own choice."""
    try:
        manifest = Manifest.model_validate_json(_text(backup, archive, MANIFEST) if MANIFEST in index.members else "")
    except ValidationError as error:
        raise _refusal(backup, "its manifest is damaged") from error
    names = {*manifest.quarantine, *(name for names in manifest.landing.values() for name in names)}
    if {*index.members} - {LEDGER} != {*names, MANIFEST, WAREHOUSE} or manifest.version != index.version:
        raise _refusal(backup, "it does not hold the files that its manifest names")
    strange = [name for name in names if not _DATA.fullmatch(name)]
    if strange:
        raise _refusal(backup, f"it names a file outside of its place ({strange[0]})")
    return manifest


def _text(backup: Path, archive: tarfile.TarFile, name: str) -> str:
    member = archive.getmember(name)
    file = archive.extractfile(member)
    if file is None or member.size > _TEXT_BYTES:
        raise _refusal(backup, f"its {name} is damaged")
    try:
        return file.read().decode()
    except (UnicodeDecodeError, tarfile.TarError) as error:
        raise _refusal(backup, f"its {name} is damaged") from error


def _install(
    store: Store,
    backup: Path,
    archive: tarfile.TarFile,
    index: Index,
    manifest: Manifest,
    *,
    actor: str,
    at: datetime,
) -> Manifest:
    work = store.work
    for position, (name, member) in enumerate(index.members.items()):
        _extract(backup, archive, name, work / f"{position}", member.sha256)
    extracted = {name: work / f"{position}" for position, name in enumerate(index.members)}
    _require_readable(backup, extracted)
    version = max(store.next_version(), manifest.version)
    restored, moves = _renamed(manifest, version, base=store.published_version())
    for name, target in moves.items():
        (store.folder / target).parent.mkdir(parents=True, exist_ok=True)
        os.replace(extracted[name], store.folder / target)

    def confirm() -> None:
        details: dict[str, object] = {"version": version, "file": backup.name, "backed_up_version": manifest.version}
        if LEDGER in extracted:
            aside = store.folder / f"ledger-before-{at:%Y%m%dT%H%M%S}.duckdb"
            store.ledger.begin(at=at)
            details |= store.ledger.take_over(extracted[LEDGER], aside)
        store.ledger.record("restore", actor=actor, at=at, **details)

    store.publish(restored, extracted[WAREHOUSE], confirm=confirm)
    store.sweep()
    return restored


def _extract(backup: Path, archive: tarfile.TarFile, name: str, target: Path, sha256: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source = archive.extractfile(name)
    assert source is not None, "only regular files pass the check of the members"
    hashing = Hashing(source)
    with target.open("wb") as file:
        try:
            copyfileobj(hashing, file)
        except tarfile.ReadError as error:
            raise _refusal(backup, "it is cut off") from error
    if hashing.digest != sha256:
        raise _refusal(backup, f"its {name} is damaged")


def _require_readable(backup: Path, extracted: Mapping[str, Path]) -> None:
    """A file that is whole may still be of a database that this program cannot open."""
    try:
        open_connection(extracted[WAREHOUSE], read_only=True).close()
        if LEDGER in extracted:
            read_entries(extracted[LEDGER], "limit 1")
    except AmbassadeError as error:
        raise _refusal(backup, f"its data cannot be opened here ({error})") from error


def _renamed(manifest: Manifest, version: int, *, base: int | None) -> tuple[Manifest, dict[str, str]]:
    """The manifest with names that no other version has, and old name → new one; later files sort after earlier ones.

    Without marks, which speak of the old names; a rollback leads to `base`, what is published now.
    """
    moves = {
        name: f"{name.rpartition('/')[0]}/{version:06d}-{position:06d}.parquet"
        for names in (*manifest.landing.values(), manifest.quarantine)
        for position, name in enumerate(names, start=1)
    }
    changes = {
        "version": version,
        "base": base,
        "landing": {table: tuple(moves[name] for name in names) for table, names in manifest.landing.items()},
        "quarantine": tuple(moves[name] for name in manifest.quarantine),
        "marks": {},
    }
    return manifest.model_copy(update=changes), moves
