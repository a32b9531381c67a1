"""The customers of CDNOW (Fader and Hardie 2001), from the raw file where it is."""

import polars as pl
import pytest

from bench.cdnow import read_customers
from kpi.settings import PROJECT

FILE = PROJECT.parent / "shared" / "references" / "cdnow" / "CDNOW_sample.txt"


def customers() -> pl.DataFrame:
    """A row per customer; skips the test, by name, where the file is not."""
    if not FILE.exists():
        pytest.skip(f"../shared/references/cdnow/{FILE.name} is not here")
    return read_customers(FILE)
