"""The demo company at full size, written once."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from kpi.demo import write_demo
from kpi.ingest.contract import TABLES
from kpi.ingest.validation import validate_file
from kpi.settings import Settings

SEED, TODAY = 20261122, date(2026, 11, 22)
Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_demo(tmp_path_factory.mktemp("exports"), seed=SEED, today=TODAY)


@pytest.fixture(scope="session")
def demo(exports: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """Table → its rows as the import accepts them; a test elsewhere makes sure that none was set aside."""
    landing = tmp_path_factory.mktemp("landing")
    for path in exports:
        accepted, rejected = landing / f"{path.stem}.parquet", landing / f"{path.stem}-rejected.parquet"
        validate_file(path, TABLES[path.stem], Settings(), accepted=accepted, rejected=rejected)
    return {path.stem: pl.read_parquet(landing / f"{path.stem}.parquet") for path in exports}
