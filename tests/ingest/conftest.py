"""What the ingest tests share: settings that do not follow the file, and one validation with its two results."""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from kpi.ingest.contract import table_of
from kpi.ingest.validation import FileReport, validate_file
from kpi.settings import Settings


@dataclass(frozen=True)
class Outcome:
    report: FileReport
    accepted: pl.DataFrame
    rejected: pl.DataFrame

    @property
    def violations(self) -> list[tuple[int, str, str, str | None]]:
        return self.rejected.select("row", "column", "rule", "value").rows()


@pytest.fixture
def settings() -> Settings:
    return Settings(time_zone="Europe/Paris", currency="EUR", rates={"USD": Decimal("0.9")})


@pytest.fixture
def validate(tmp_path: Path, settings: Settings) -> Callable[[Path], Outcome]:
    """Validate a file against the table of its name."""

    def run(path: Path) -> Outcome:
        accepted, rejected = tmp_path / "accepted.parquet", tmp_path / "rejected.parquet"
        report = validate_file(path, table_of(path), settings, accepted=accepted, rejected=rejected)
        return Outcome(report, pl.read_parquet(accepted), pl.read_parquet(rejected))

    return run


@pytest.fixture
def validate_rows(tmp_path: Path, validate: Callable[[Path], Outcome]) -> Callable[..., Outcome]:
    """Write rows of text as `<table>.csv` and validate them; a missing column of a row is left empty."""

    def run(table: str, *rows: Mapping[str, str]) -> Outcome:
        path = tmp_path / f"{table}.csv"
        names: Iterable[str] = dict.fromkeys(name for row in rows for name in row)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(names))
            writer.writeheader()
            writer.writerows(rows)
        return validate(path)

    return run
