"""Rows that imports set aside, for a person to look at."""

import polars as pl

from kpi.store.folder import Store
from kpi.store.manifest import Manifest

COLUMNS = ("file", "row", "column", "rule", "value")


def read_quarantine(store: Store, manifest: Manifest) -> pl.DataFrame:
    """Every row set aside on the way to this version: file, row, column, rule, value; empty without any."""
    frames = [pl.read_parquet(store.folder / name, columns=list(COLUMNS)) for name in manifest.quarantine]
    empty = {name: pl.Int64() if name == "row" else pl.String() for name in COLUMNS}
    return pl.concat(frames) if frames else pl.DataFrame(schema=empty)
