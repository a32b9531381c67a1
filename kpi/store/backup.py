"""A store in one file: the published version with all it is made of, and the ledger.

The file is a plain tar: `manifest.json`, `warehouse.duckdb`, the landing and quarantine files under their names in the
store, `ledger.duckdb` when there is one, and at last `backup.json` with the size and SHA-256 of each.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Literal

from pydantic import BaseModel, ConfigDict

from kpi.errors import StoreWriteError
from kpi.store.durable import PRIVATE
from kpi.store.folder import Store
from kpi.store.manifest import Manifest

INDEX: Final = "backup.json"
MANIFEST: Final = "manifest.json"
WAREHOUSE: Final = "warehouse.duckdb"
LEDGER: Final = "ledger.duckdb"


class Member(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    sha256: str


class Index(BaseModel):
    """What a backup holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["ambassade-backup-1"] = "ambassade-backup-1"
    version: int
    members: dict[str, Member]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A backup that was written: the version in it, the files of that version, and the bytes of the whole."""

    manifest: Manifest
    files: int
    size: int


def write_backup(store: Store, target: Path, *, actor: str, at: datetime, replace: bool = False) -> BackedUp:
    """Write the published version and the ledger into the file `target`, and record it.

    People may read and import meanwhile. `target` appears in one step and whole; one that is there already is replaced
    only when asked to. `StoreWriteError` when it cannot be written, `NothingPublishedError` before the first import.
    """
    if target.exists() and not replace:
        raise StoreWriteError(f"{target} exists already. Choose another name, or replace it with --force.")
    store.published()
    beside = target.with_name(f"{target.name}.{os.getpid()}.new")
    with _cleaned(beside, target):
        manifest, files = _write_consistent(store, beside)
        size = beside.stat().st_size
        store.ledger.record("backup", actor=actor, at=at, version=manifest.version, file=target.name)
        os.replace(beside, target)
    return BackedUp(manifest=manifest, files=files, size=size)


@contextmanager
def _cleaned(beside: Path, target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreWriteError(
            f"The backup {target} could not be written ({error.strerror or error}). "
            "Free some space there or check the folder's rights, then try again."
        ) from error
    finally:
        beside.unlink(missing_ok=True)


def _write_consistent(store: Store, beside: Path) -> tuple[Manifest, int]:
    """Copy the published version; begin again when imports went by so fast that it was dropped meanwhile."""
    while True:
        manifest = store.published()
        try:
            return manifest, _write(store, manifest, beside)
        except FileNotFoundError:
            if not beside.parent.is_dir() or store.published_version() == manifest.version:
                raise


def _write(store: Store, manifest: Manifest, beside: Path) -> int:
    names = [*(name for names in manifest.landing.values() for name in names), *manifest.quarantine]
    members: dict[str, Member] = {}
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
            _add_text(archive, members, MANIFEST, manifest.model_dump_json(indent=1))
            _add_file(archive, members, WAREHOUSE, store.warehouse_file(manifest.version))
            for name in names:
                _add_file(archive, members, name, store.folder / name)
            with store.ledger.at_rest() as ledger:
                if ledger:
                    _add_file(archive, members, LEDGER, ledger)
            index = Index(version=manifest.version, members=dict(members))
            _add_text(archive, members, INDEX, index.model_dump_json(indent=1))
        file.flush()
        os.fsync(file.fileno())
    return len(names) + 1


def _add_text(archive: tarfile.TarFile, members: dict[str, Member], name: str, text: str) -> None:
    content = text.encode()
    _add(archive, members, name, io.BytesIO(content), len(content))


def _add_file(archive: tarfile.TarFile, members: dict[str, Member], name: str, path: Path) -> None:
    with path.open("rb") as file:
        _add(archive, members, name, file, os.fstat(file.fileno()).st_size)


def _add(archive: tarfile.TarFile, members: dict[str, Member], name: str, source: IO[bytes], size: int) -> None:
    header = tarfile.TarInfo(name)
    header.size = size
    header.mode = 0o600
    hashing = Hashing(source)
    archive.addfile(header, hashing)
    members[name] = Member(size=size, sha256=hashing.digest)


class Hashing(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        """The SHA-256 of what was read so far, as hexadecimal digits."""
        return self._hash.hexdigest()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        content = self._source.read(size)
        self._hash.update(content)
        return content
