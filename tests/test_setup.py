"""The demo company, built without a screen."""

from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from kpi.errors import StoreBusyError, StoreWriteError
from kpi.settings import Demo, Settings
from kpi.setup import build_demo_company
from kpi.store import Store

TODAY = date(2026, 11, 22)


@pytest.fixture
def settings() -> Settings:
    return Settings(demo=Demo(seed=7, customers=100))


def test_an_empty_store_gets_the_demo_company_once(tmp_path: Path, settings: Settings) -> None:
    store = Store(tmp_path / "store")
    told: list[tuple[str, float]] = []
    manifest = build_demo_company(
        store, settings, today=TODAY, progress=lambda step, share: told.append((step, round(share, 2)))
    )
    assert (manifest.version, manifest.is_demo, manifest.rows["customers"]) == (1, True, 100)
    assert list(dict.fromkeys(step for step, _ in told)) == [
        "Inventing three years of a shop",
        "Checking every row",
        "Building the numbers",
        "Checking the accounts",
    ]
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert told[-1][0] == "Checking the accounts"
    assert 0.95 <= told[-1][1] <= 1
    assert not (store.folder / "demo").exists()
    assert build_demo_company(store, settings, today=TODAY).built_at == manifest.built_at
    assert [entry.actor for entry in store.ledger.entries()] == ["app"]


def test_a_second_builder_is_told_to_wait(tmp_path: Path, settings: Settings) -> None:
    store = Store(tmp_path)
    for lock in ("demo.lock", "import.lock"):
        with FileLock(tmp_path / lock), pytest.raises(StoreBusyError, match="Wait"):
            build_demo_company(store, settings, today=TODAY)
    assert store.published_version() is None
    assert build_demo_company(store, settings, today=TODAY).version == 1


def test_a_store_that_cannot_be_written_is_said_so(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreWriteError, match="Free some space or check the rights"):
        build_demo_company(Store(tmp_path / "file" / "store"), settings, today=TODAY)
