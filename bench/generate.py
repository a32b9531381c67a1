"""Write a company's exports straight to Parquet, a stretch of time after the other, in bounded memory."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
from pyarrow import parquet as pq

from bench import events, people
from bench.clock import Clock
from bench.company import CHUNK_ROWS, Company, draws, identifiers, money

Frames = Iterator[pl.DataFrame]
OTHER_CHANNELS = ("search", "social", "store", "email", "partner")


def generate(folder: Path, company: Company, *, with_lines: bool = False) -> dict[str, int]:
    """Write one Parquet file per table of the contract and return the rows of each.

    Order lines are left out unless asked for. The same company gives the same rows in every run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = {name: _write(folder / f"{name}.parquet", frames()) for name, frames in _tables(company).items()}
    derived: dict[str, Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]] = {"refunds": events.refunds}
    if with_lines:
        derived["order_lines"] = events.order_lines
    for number, (name, derive) in enumerate(derived.items()):
        rows[name] = _write(folder / f"{name}.parquet", _derived(folder / "orders.parquet", derive, number))
    return rows


def run(*, folder: str, customers: int, with_lines: bool) -> dict[str, object]:
    """The phase: write the files of a company of `customers` people."""
    clock = Clock()
    rows = generate(Path(folder), Company(customers), with_lines=with_lines)
    return {"seconds": clock.seconds(), "rows": rows}


def _tables(company: Company) -> dict[str, Callable[[], Frames]]:
    return {
        "customers": lambda: _customers(company),
        "ambassadors": lambda: iter([people.ambassadors(company)]),
        "products": lambda: iter([people.products()]),
        "challenges": lambda: iter([people.challenges()]),
        "costs": lambda: iter([_costs(company)]),
        **{name: partial(_events, company, name, 10 + number) for number, name in enumerate(events.EVENTS)},
    }


def _customers(company: Company) -> Frames:
    for first in range(0, company.customers, CHUNK_ROWS):
        yield people.customers(company, first, min(CHUNK_ROWS, company.customers - first))


def _events(company: Company, name: str, table: int) -> Frames:
    total = company.rows[name]
    chunks = -(-total // CHUNK_ROWS)
    edges = np.linspace(0, total, chunks + 1).astype(np.int64)
    for chunk, (first, last) in enumerate(pairwise(edges)):
        random = draws(table, chunk)
        moments = company.moments(random, chunk, chunks, int(last - first))
        yield events.EVENTS[name](company, random, moments, int(first))


def _derived(orders: Path, derive: Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame], number: int) -> Frames:
    with pq.ParquetFile(orders) as file:
        for chunk in range(file.num_row_groups):
            yield derive(pl.DataFrame(file.read_row_group(chunk)), draws(30 + number, chunk))


def _costs(company: Company) -> pl.DataFrame:
    """What the programme and the other channels cost each day, growing with the company."""
    days = pl.date_range(pl.date(2023, 11, 1), pl.date(2026, 10, 31), "1d", eager=True)
    random = draws(50, 0)
    parts = []
    for channel, category, amount in [
        *(("ambassador", category, 0.001) for category in ("commission", "event", "tooling", "staff", "media")),
        *((channel, "media", 0.003) for channel in OTHER_CHANNELS),
    ]:
        amounts = amount * company.customers * random.uniform(0.5, 1.5, len(days))
        parts.append(
            pl.DataFrame({"incurred_on": days, "channel": channel, "category": category, "amount": money(amounts)})
        )
    costs = pl.concat(parts)
    return costs.insert_column(0, identifiers("x", np.arange(costs.height)).alias("cost_id"))


def _write(path: Path, frames: Frames) -> int:
    first = next(frames)
    table = first.to_arrow()
    rows = 0
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        while table is not None:
            writer.write_table(table)
            rows += len(table)
            following = next(frames, None)
            table = None if following is None else following.to_arrow().cast(writer.schema)
    return rows
