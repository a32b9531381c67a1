"""The store's folder: versions side by side, one pointer that says which of them is published.

landing/<table>/<version>.parquet    accepted rows, immutable
quarantine/<version>.parquet         rows set aside, with the rule that each of them breaks
versions/<version>.duckdb, .json     the warehouse and its manifest
versions/<version>.advocates         what was learned from it, until the next import; can be worked out again
ledger.duckdb, ledger.head           what was decided and published, and how far its chain went
secret, credentials.yaml             what the chain and the sessions are keyed with, and the accounts; in no backup
access.sqlite                        who is signed in, and who tried to; in no backup
published                            the published version's number, and the newest one that ever was published

A version exists once `published` names it or a later one: that file is replaced by one atomic rename, and whatever a
killed import wrote before it is swept by the next one.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import ValidationError

from kpi.errors import NothingPublishedError, SecretMissingError, StoreBusyError, StoreWriteError, VersionNotFoundError
from kpi.language import translate
from kpi.store.durable import make_folder, sync, write_durably
from kpi.store.ledger import Ledger
from kpi.store.manifest import Manifest
from kpi.store.secret import Begin, derived_key, read_secret, write_secret

LEDGER: Final = "ledger"


class Store:
    """One company's data in one folder; readers need no lock, writers hold `writing()`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def ledger(self) -> Ledger:
        """What people decided and what was published."""
        return Ledger(self.folder / "ledger.duckdb", self._ledger_key)

    @property
    def credentials_file(self) -> Path:
        """The accounts of those who may sign in."""
        return self.folder / "credentials.yaml"

    @property
    def sessions_file(self) -> Path:
        """Who is signed in, and who tried to."""
        return self.folder / "access.sqlite"

    def key(self, purpose: str) -> bytes:
        """A key for one purpose; `SecretMissingError` before the ledger was begun, or when the secret was lost."""
        return derived_key(read_secret(self.folder), purpose)

    def renew_secret(self, *, actor: str, at: datetime) -> int:
        """Make a new secret and chain the ledger anew with it; return the number of its entries.

        The ledger records it, and how many faults its chain had; null when that could not be told.
        """
        try:
            faults = len(self.ledger.verify())
        except SecretMissingError:
            faults = None
        return self.ledger.reseal(self._renewed_key, actor=actor, at=at, faults=faults)

    def _renewed_key(self) -> bytes:
        return derived_key(write_secret(self.folder), LEDGER)

    def _ledger_key(self, begin: Begin | None) -> bytes:
        # Accounts without the secret are no new store: somebody lost it, or took it away.
        if begin is None or self.credentials_file.exists():
            return derived_key(read_secret(self.folder), LEDGER)
        return derived_key(read_secret(self.folder, lambda secret: begin(derived_key(secret, LEDGER))), LEDGER)

    @property
    def work(self) -> Path:
        """Where an import builds what is not published yet; emptied by the next one."""
        return self.folder / "work"

    def landing_file(self, table: str, version: int) -> Path:
        """The landing file of one table and import."""
        return self.folder / "landing" / table / f"{version:06d}.parquet"

    def quarantine_file(self, version: int | None) -> Path:
        """The rows that an import set aside; those of a refused import have no version."""
        name = "refused" if version is None else f"{version:06d}"
        return self.folder / "quarantine" / f"{name}.parquet"

    def warehouse_file(self, version: int) -> Path:
        """The DuckDB file of one version."""
        return self.folder / "versions" / f"{version:06d}.duckdb"

    def note_file(self, version: int, name: str) -> Path:
        """Where what was worked out from a version is kept; it is no part of the version, and imports sweep it away."""
        return self.warehouse_file(version).with_suffix(f".{name}")

    def _manifest_file(self, version: int) -> Path:
        return self.warehouse_file(version).with_suffix(".json")

    @property
    def _pointer(self) -> Path:
        return self.folder / "published"

    @contextmanager
    def writing(self, wait: float = 0) -> Iterator[None]:
        """Hold the store for an import or a rollback; while another process holds it, wait so many seconds.

        `StoreBusyError` when it is held still; `StoreWriteError` when the disk is full or not writable.
        """
        try:
            make_folder(self.folder)
            with FileLock(self.folder / "import.lock", timeout=wait):
                yield
        except Timeout as error:
            raise StoreBusyError(
                translate("Another import into this store is running. Wait until it has finished, then try again.")
            ) from error
        except OSError as error:
            raise StoreWriteError(
                translate(
                    "The store could not be written ({reason}). "
                    "Free some space or check the folder's rights, then try again; what was published stays.",
                    reason=error.strerror or error,
                )
            ) from error

    def published_version(self) -> int | None:
        """The published version's number, None before the first import; `StoreWriteError` when it is damaged."""
        pointer = self._read_pointer()
        return pointer[0] if pointer else None

    def _read_pointer(self) -> tuple[int, int] | None:
        """The published version, and the newest one ever published: the same unless somebody went back."""
        try:
            published, *newest = (int(number) for number in self._pointer.read_text().split())
            (newest_published,) = newest or [published]
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ValueError as error:
            raise StoreWriteError(
                translate(
                    "{file} is damaged: it must hold the number of a version. Write one of those in {folder} into it.",
                    file=self._pointer,
                    folder=self.folder / "versions",
                )
            ) from error
        return published, max(published, newest_published)

    def published(self) -> Manifest:
        """The published version's manifest; `NothingPublishedError` before the first import."""
        version = self.published_version()
        if version is None:
            raise NothingPublishedError(
                translate(
                    "Nothing is published yet. Import your exports with: python -m kpi import FOLDER "
                    "(or start the app, which builds a demo company)."
                )
            )
        try:
            return self.manifest(version)
        except VersionNotFoundError:
            # Another process may just have published the next version and dropped this one.
            if self.published_version() == version:
                raise
            return self.published()

    def manifest(self, version: int) -> Manifest:
        """The manifest of a kept version; `VersionNotFoundError` otherwise."""
        manifest = _read_manifest(self._manifest_file(version)) if version < self.next_version() else None
        if manifest is None:
            kept = ", ".join(str(manifest.version) for manifest in self.versions()) or "none"
            raise VersionNotFoundError(
                translate("Version {version} is not kept. Kept versions: {kept}.", version=version, kept=kept)
            )
        return manifest

    def versions(self) -> tuple[Manifest, ...]:
        """Every kept version, oldest first."""
        files = sorted((self.folder / "versions").glob("*.json"))
        unpublished = self.next_version()
        found = [_read_manifest(file) for file in files if file.stem.isdigit() and int(file.stem) < unpublished]
        return tuple(manifest for manifest in found if manifest)

    def next_version(self) -> int:
        """A number above every version that ever was."""
        pointer = self._read_pointer()
        return pointer[1] + 1 if pointer else 1

    def publish(self, manifest: Manifest, warehouse: Path, confirm: Callable[[], object] = lambda: None) -> None:
        """Make a built and audited warehouse the one that readers open, by one atomic rename of the pointer.

        `confirm` is called just before, with everything else in place; when it fails, nothing is published.
        """
        target = self.warehouse_file(manifest.version)
        target.parent.mkdir(parents=True, exist_ok=True)
        _require_whole(warehouse)
        os.replace(warehouse, target)
        for name in (name for names in manifest.landing.values() for name in names):
            sync(self.folder / name)
        write_durably(self._manifest_file(manifest.version), manifest.model_dump_json(indent=1))
        self._point_to(manifest.version, confirm)

    def rollback(self, version: int | None = None, confirm: Callable[[Manifest], object] = lambda to: None) -> Manifest:
        """Publish an earlier version again: the one that the published one was added to, or the one named.

        Where that one is not kept, the newest before the published one.

        `confirm` is told which one just before; when it fails, nothing changes.
        """
        published = self.published()
        if version is None:
            earlier = [manifest.version for manifest in self.versions() if manifest.version < published.version]
            if not earlier:
                raise VersionNotFoundError(
                    f"No version before {published.version} is kept: there is nothing to go back to."
                )
            version = published.base if published.base in earlier else earlier[-1]
        manifest = self.manifest(version)
        self._point_to(version, lambda: confirm(manifest))
        return manifest

    def prune(self, kept: int) -> None:
        """Keep the published version and the newest others, `kept` in all; drop what no kept version needs."""
        published = self.published_version()
        others = [manifest.version for manifest in self.versions() if manifest.version != published]
        for version in others[: max(0, len(others) - (kept - 1))]:
            self._manifest_file(version).unlink()
            self.warehouse_file(version).unlink(missing_ok=True)
        self.sweep()

    def sweep(self) -> None:
        """Remove what a killed or refused import left behind and what only dropped versions needed."""
        shutil.rmtree(self.work, ignore_errors=True)
        manifests = self.versions()
        needed = {self.folder / name for manifest in manifests for name in manifest.quarantine}
        needed |= {self.folder / name for m in manifests for names in m.landing.values() for name in names}
        needed |= {self.warehouse_file(manifest.version) for manifest in manifests} | {self.quarantine_file(None)}
        needed |= {self._manifest_file(manifest.version) for manifest in manifests}
        for pattern in ("landing/*/*.parquet", "quarantine/*.parquet", "versions/*.*", "*.new"):
            for file in self.folder.glob(pattern):
                if file not in needed:
                    file.unlink()

    def _point_to(self, version: int, confirm: Callable[[], object]) -> None:
        pointer = self._read_pointer() or (0, 0)
        write_durably(self._pointer, f"{version} {max(version, pointer[1])}\n", confirm)


def _read_manifest(file: Path) -> Manifest | None:
    try:
        return Manifest.model_validate_json(file.read_text())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise StoreWriteError(
            translate(
                "{file} is damaged. Put it back from a backup, or remove it together with the .duckdb file beside it.",
                file=file,
            )
        ) from error


def _require_whole(warehouse: Path) -> None:
    """Refuse a file whose last changes stand in a log beside it: the database could not write them on closing."""
    if warehouse.with_name(warehouse.name + ".wal").exists():
        raise OSError("the new version could not be written to its end")
