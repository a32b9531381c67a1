"""The phase that writes one day's exports: one row in a hundred again, under new keys."""

from pathlib import Path

import polars as pl

from kpi.ingest.contract import TABLES

ONE_IN = 100


def run(*, source: str, target: str, tables: list[str], prefix: str) -> dict[str, object]:
    """Write the first hundredth of each table's rows, keys changed by `prefix`, to `target`; rows per table."""
    Path(target).mkdir(parents=True)
    rows = {}
    for name in tables:
        (key,) = TABLES[name].key
        file = pl.scan_parquet(Path(source, f"{name}.parquet"))
        total = file.select(pl.len()).collect().item()
        added = file.head(max(1, total // ONE_IN)).with_columns(pl.format(f"{prefix}-{{}}", key).alias(key)).collect()
        added.write_parquet(Path(target, f"{name}.parquet"))
        rows[name] = added.height
    return {"rows": rows}
