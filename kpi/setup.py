"""A store's first data: the demo company, written and imported until somebody imports their own."""

import shutil
from collections.abc import Callable
from datetime import date

from filelock import FileLock, Timeout

from kpi.demo import write_demo
from kpi.errors import StoreBusyError, StoreWriteError
from kpi.ingest import TABLES, import_files
from kpi.language import translate
from kpi.settings import Settings
from kpi.store import Manifest, Store
from kpi.store.durable import make_folder

Progress = Callable[[str, float], None]
"""Told the step in words and how much of the whole is done, between 0 and 1."""

# How much is done once the exports are written, once they are read, and once the warehouse is built.
WRITTEN, READ, BUILT = 0.35, 0.7, 0.95


def build_demo_company(
    store: Store, settings: Settings, *, today: date, progress: Progress = lambda step, share: None
) -> Manifest:
    """Publish the demo company in a store where nothing is published, and return what is published then.

    Does nothing when something is published already. `StoreBusyError` while another process builds or imports;
    `StoreWriteError` when the disk is full or not writable.
    """
    folder = store.folder / "demo"
    try:
        make_folder(store.folder)
        with FileLock(store.folder / "demo.lock", timeout=0):
            if store.published_version() is None:
                shutil.rmtree(folder, ignore_errors=True)
                try:
                    _write_and_import(store, settings, today=today, progress=progress)
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
    except Timeout as error:
        raise StoreBusyError(translate("The demo company is being built already. Wait until it is there.")) from error
    except OSError as error:
        raise StoreWriteError(
            translate(
                "The demo company could not be written ({reason}). "
                "Free some space or check the rights of the store's folder, then try again.",
                reason=error.strerror or error,
            )
        ) from error
    return store.published()


def _write_and_import(store: Store, settings: Settings, *, today: date, progress: Progress) -> None:
    folder = store.folder / "demo"
    write_demo(
        folder,
        seed=settings.demo.seed,
        today=today,
        customers=settings.demo.customers,
        progress=lambda table, done, total: progress(
            translate("Inventing three years of a shop"), WRITTEN * done / total
        ),
    )
    seen: set[str] = set()

    def tell(step: str, done: int, total: int) -> None:
        if total == 0:
            seen.add(step)
            progress(translate("Checking every row"), WRITTEN + (READ - WRITTEN) * min(1.0, len(seen) / len(TABLES)))
        elif step == "Auditing":
            progress(translate("Checking the accounts"), BUILT + (1 - BUILT) * done / total)
        else:
            progress(translate("Building the numbers"), READ + (BUILT - READ) * done / total)

    import_files(store, [folder], settings, is_demo=True, actor="app", progress=tell)
