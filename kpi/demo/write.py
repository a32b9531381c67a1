"""Write the demo company as export files, as a shop, a CRM and a survey tool would."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from kpi.demo.company import draw_company, table_builders
from kpi.demo.people import draw_people
from kpi.demo.timeline import Timeline

CSV_TABLES = {"products": ",", "challenges": ";", "campaigns": ","}  # with the separator of each
STAMP = "%Y-%m-%dT%H:%M:%S%:z"

Progress = Callable[[str, int, int], None]


def write_demo(
    folder: Path, *, seed: int, today: date, customers: int = 20_000, progress: Progress | None = None
) -> list[Path]:
    """Write one file per table into `folder` and return their paths.

    The three years end with the day before `today`. `progress` is told each table's name, how many are written, and
    how many there are. The same arguments give the same bytes. A folder that cannot be written to raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    builders = table_builders(draw_company(seed, today, customers))
    paths: list[Path] = []
    for table, build in builders.items():
        paths.append(_write(folder, table, build()))
        if progress is not None:
            progress(table, len(paths), len(builders))
    return paths


def hidden_advocates(*, seed: int, today: date, customers: int = 20_000) -> list[str]:
    """The customer_ids of the engaged customers whom nobody has asked to become ambassadors, for tests to look for."""
    people = draw_people(seed, Timeline.until(today), customers)
    return [str(customer_id) for customer_id in people.customer_id[people.is_hidden_advocate]]


def _write(folder: Path, table: str, frame: pl.DataFrame) -> Path:
    if table in CSV_TABLES:
        path = folder / f"{table}.csv"
        frame.write_csv(path, separator=CSV_TABLES[table], datetime_format=STAMP)
    else:
        path = folder / f"{table}.parquet"
        frame.write_parquet(path)
    return path
