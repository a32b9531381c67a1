"""The phase that writes tables as CSV."""

from pathlib import Path

import polars as pl

from bench.clock import Clock


def run(*, source: str, target: str, tables: list[str]) -> dict[str, object]:
    """Write the same rows as CSV; the bytes of each table."""
    Path(target).mkdir(parents=True, exist_ok=True)
    clock = Clock()
    sizes = {}
    for name in tables:
        file = Path(target, f"{name}.csv")
        pl.scan_parquet(Path(source, f"{name}.parquet")).sink_csv(file, datetime_format="%Y-%m-%dT%H:%M:%SZ")
        sizes[name] = file.stat().st_size
    return {"seconds": clock.seconds(), "bytes": sizes}
