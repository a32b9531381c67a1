"""What the store tests share: a store of its own, and versions published without building a warehouse."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kpi.store import Manifest, Store
from tests.store.exports import NOW


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def publish(store: Store) -> Callable[..., Manifest]:
    """Publish a version whose files hold nothing but their name; `landing` are the versions it is made of."""

    def run(version: int, *landing: int) -> Manifest:
        files = [store.landing_file("orders", number) for number in landing]
        store.work.mkdir(parents=True, exist_ok=True)
        for file in [*files, store.work / "warehouse.duckdb"]:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(file.name)
        names = tuple(file.relative_to(store.folder).as_posix() for file in files)
        manifest = Manifest(version=version, built_at=NOW, landing={"orders": names})
        store.publish(manifest, store.work / "warehouse.duckdb")
        return manifest

    return run
