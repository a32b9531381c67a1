"""The phase that only loads: what building is compared with."""

from pathlib import Path
from statistics import median

from bench.clock import Clock
from kpi.store import Store
from kpi.store.engine import connect, literal

REPETITIONS = 3


def run(*, store: str, target: str) -> dict[str, object]:
    """Load the landing files of every table into a DuckDB file, with the store's own settings; median seconds."""
    held = Store(Path(store))
    seconds = []
    for _ in range(REPETITIONS):
        Path(target).unlink(missing_ok=True)
        clock = Clock()
        with connect(Path(target)) as connection:
            for table, files in held.published().landing.items():
                listed = ", ".join(literal(held.folder / file) for file in files)
                connection.execute(f"create table {table} as select * from read_parquet([{listed}])")
        seconds.append(clock.seconds())
    Path(target).unlink()
    return {"seconds": median(seconds)}
