"""Whatever came before, the numbers are those of one clean import, and those of a rebuild."""

import random
import shutil
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kpi.demo import write_demo
from kpi.errors import AmbassadeError, AuditFailedError, TooManyRejectedError
from kpi.ingest import TABLES, import_files, rebuild
from kpi.metrics import METRICS, breakdown, measure
from kpi.period import Period
from kpi.store import Store, Warehouse
from tests.store.exports import settings
from tests.store.processes import finish, start_command

SEED = random.SystemRandom().randrange(10**6)
STRICT = {"rejected_rows_limit": 0.05}
CHOSEN = {"currency": "EUR", "time_zone": "Europe/Paris", "rates": '{"USD": "0.5"}', **STRICT}
MOMENT = datetime.now(UTC)
TODAY = MOMENT.date()
PERIOD = Period.until(TODAY, days=1_100)
BROKEN_DOWN = ("attributed_revenue", "active_ambassadors", "net_revenue", "programme_cost")

Frames = dict[str, pl.DataFrame]
Numbers = dict[tuple[str, str | None, str | None], tuple[Any, ...]]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """Every table of a small company, three years long."""
    files = write_demo(tmp_path_factory.mktemp("demo"), seed=7, today=TODAY, customers=100)
    return {file.stem: _read(file) for file in files}


def _read(file: Path) -> pl.DataFrame:
    if file.suffix == ".parquet":
        return pl.read_parquet(file)
    separator = ";" if ";" in file.read_text().splitlines()[0] else ","
    return pl.read_csv(file, separator=separator, infer_schema=False)


def numbers(store: Store) -> Numbers:
    """Every metric over the period, and each breakdown of a few."""
    warehouse = Warehouse(store)
    found = [(measure(warehouse, metric, PERIOD), None) for metric in METRICS.values()]
    for name in BROKEN_DOWN:
        for dimension in METRICS[name].dimensions:
            found += [(one, dimension) for one in breakdown(warehouse, METRICS[name], PERIOD, dimension)]
    warehouse.close()
    return {
        (one.metric.name, dimension, one.group): (
            *(_rounded(value) for value in (one.estimate.value, one.estimate.low, one.estimate.high)),
            one.estimate.n,
        )
        for one, dimension in found
    }


def _rounded(value: Any) -> Any:
    # Sums of floats depend on their order in the last digit.
    return float(f"{value:.9g}") if isinstance(value, float) else value


def _write(folder: Path, batch: int, frames: Mapping[str, pl.DataFrame]) -> list[Path]:
    folder.mkdir()
    files = []
    for table, frame in frames.items():
        if frame.height:
            files.append(folder / f"{table}-{batch:02d}.parquet")
            frame.write_parquet(files[-1])
    return files


class Batches:
    """Random batches of a company's rows; a row comes only when those that it refers to are there or come with it."""

    def __init__(self, demo: Frames, draw: random.Random) -> None:
        self._demo = demo
        self._draw = draw
        self._there: dict[str, set[Any]] = {table: set() for table in TABLES}
        self._offered: dict[str, set[Any]] = {}

    def keep(self) -> None:
        """The batch drawn last was published."""
        for table, keys in self._offered.items():
            self._there[table] |= keys

    def first(self) -> Frames:
        """What the store begins with: 60 % of everything."""
        self._offered = {}
        return {table: self._new(table, 0.6) for table in TABLES}

    def next(self) -> Frames:
        """New rows, some of the old ones again, corrected or not, a few twice and a few invalid, in a few tables."""
        self._offered = {}
        return {table: self._mixed(table) for table in TABLES if self._draw.random() < 0.6}

    def _new(self, table: str, share: float) -> pl.DataFrame:
        frame = self._demo[table]
        chosen = [self._is_possible(table, row) and self._draw.random() < share for row in frame.iter_rows(named=True)]
        new = frame.filter(pl.Series(chosen, dtype=pl.Boolean))
        self._offered[table] = {_key(table, row) for row in new.iter_rows(named=True)}
        return new

    def _is_possible(self, table: str, row: Mapping[str, Any]) -> bool:
        return _key(table, row) not in self._there[table] and all(
            row.get(column) is None or (row[column],) in self._there[target] | self._offered.get(target, set())
            for column, target in TABLES[table].references.items()
        )

    def _old(self, table: str) -> pl.DataFrame:
        frame = self._demo[table]
        there = [_key(table, row) in self._there[table] for row in frame.iter_rows(named=True)]
        return frame.filter(pl.Series(there, dtype=pl.Boolean))

    def _mixed(self, table: str) -> pl.DataFrame:
        new, old = self._new(table, 0.3), self._some(self._old(table), 0.2)
        corrected = self._corrected(table, self._some(old, 0.7))
        twice = self._some(new, 0.1)
        good = pl.concat([new, old, corrected, twice])
        invalid = self._invalid(table, good.head(int(good.height * 0.05)))
        return pl.concat([good, invalid]).sample(fraction=1, shuffle=True, seed=self._draw.randrange(2**31))

    def _some(self, frame: pl.DataFrame, share: float) -> pl.DataFrame:
        return frame.sample(fraction=share, seed=self._draw.randrange(2**31))

    def _corrected(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """The same keys with other contents, so that no order falls below its refunds."""
        if table in ("orders", "subscriptions"):
            amount = "net_amount" if table == "orders" else "monthly_amount"
            return rows.with_columns((pl.col(amount).cast(pl.Decimal(18, 4)) + Decimal("3.25")).alias(amount))
        changes = {
            "customers": {"country_code": pl.lit("BE"), "is_staff": pl.lit(True)},
            "ambassadors": {"lever": pl.lit("event")},
            "content": {"origin": pl.lit("paid")},
            "costs": {"channel": pl.lit("ambassador")},
            "interactions": {"kind": pl.lit("vote")},
        }
        return rows.with_columns(**changes.get(table, {})).select(rows.columns)

    def _invalid(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """The same rows without something that the contract requires, or in the name of somebody unknown."""
        references = [name for name in TABLES[table].references if name in TABLES[table].required]
        if references and self._draw.random() < 0.5:
            return rows.with_columns(pl.lit("nobody").alias(references[0]))
        required = next(name for name in reversed(TABLES[table].required) if name not in TABLES[table].references)
        return rows.with_columns(pl.lit(None, rows.schema[required]).alias(required))

    def refused(self) -> Frames:
        """More invalid rows than allowed."""
        rows = self._old("customers")
        return {"customers": pl.concat([rows, self._invalid("customers", rows.head(rows.height // 10))])}

    def contradicting(self) -> Frames:
        """An order that falls below what was refunded for it."""
        refunded = self._old("refunds")["order_id"].implode()
        order = self._old("orders").filter(pl.col("order_id").is_in(refunded)).head(1)
        return {"orders": order.with_columns(pl.lit(Decimal(0)).cast(order.schema["net_amount"]).alias("net_amount"))}


def _key(table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column] for column in TABLES[table].key)


def _import_and_kill(store: Store, files: list[Path], delay: float) -> bool:
    """Whether the version was published before the import was killed."""
    before = store.published_version()
    (store.folder / "import.lock").unlink()
    process = start_command(store.folder, "import", *files, **CHOSEN)
    while not (store.folder / "import.lock").exists() and process.poll() is None:
        time.sleep(0.005)
    time.sleep(delay)
    process.kill()
    finish(process)
    return store.published_version() != before


def _survives(store: Store, files: list[Path], *, draw: random.Random, kind: str) -> bool:
    """Import, in the way that its kind asks for; whether the files were published."""
    if kind == "killed":
        return _import_and_kill(store, files, 2 * draw.random())
    expected: dict[str, type[AmbassadeError]] = {"refused": TooManyRejectedError, "contradicting": AuditFailedError}
    if kind in expected:
        with pytest.raises(expected[kind]):
            import_files(store, files, settings(**STRICT), now=MOMENT)
        return False
    return import_files(store, files, settings(**STRICT), now=MOMENT).published


def test_random_batches_with_failures_give_the_numbers_of_one_clean_import(demo: Frames, tmp_path: Path) -> None:
    draw = random.Random(SEED)
    kinds = ["good", "good", "good", "good", "killed", "killed", "refused", "contradicting"]
    draw.shuffle(kinds)
    batches = Batches(demo, draw)
    make = {"refused": batches.refused, "contradicting": batches.contradicting}
    store, surviving = Store(tmp_path / "store"), _write(tmp_path / "batch-00", 0, batches.first())
    import_files(store, surviving, settings(**STRICT), now=MOMENT)
    batches.keep()
    told = []
    for number, kind in enumerate(kinds, start=1):
        files = _write(tmp_path / f"batch-{number:02d}", number, make.get(kind, batches.next)())
        survives = _survives(store, files, draw=draw, kind=kind)
        told.append((kind, survives))
        if survives:
            batches.keep()
            surviving += files
    print(f"seed {SEED}: {told}")
    assert store.published().quarantine, (SEED, told)
    clean = Store(tmp_path / "clean")
    import_files(clean, surviving, settings(**STRICT), now=MOMENT)
    expected = numbers(clean)
    assert _differences(numbers(store), expected) == {}, (SEED, told)
    rebuild(store, settings(), now=MOMENT)
    assert _differences(numbers(store), expected) == {}, (SEED, told)


def _differences(found: Numbers, expected: Numbers) -> dict[Any, Any]:
    keys = found.keys() | expected.keys()
    return {key: (found.get(key), expected.get(key)) for key in keys if found.get(key) != expected.get(key)}


# Late rows


def _late_order(demo: Frames) -> Frames:
    """An order two years ago, with a code, of a customer who had none before it."""
    order = demo["orders"].filter(pl.col("ambassador_id").is_not_null()).head(1)
    day = pl.lit(MOMENT - timedelta(days=730)).cast(order.schema["ordered_at"])
    return {"orders": order.with_columns(order_id=pl.lit("late"), ordered_at=day)}


def _late_refund(demo: Frames) -> Frames:
    refunded = demo["refunds"]["order_id"].implode()
    order = demo["orders"].filter(~pl.col("order_id").is_in(refunded)).sort("ordered_at").row(5, named=True)
    refund = demo["refunds"].head(1)
    changes = {
        "refund_id": "late",
        "order_id": order["order_id"],
        "refunded_at": order["ordered_at"] + timedelta(days=9),
        "amount": Decimal("0.5"),
    }
    return {"refunds": refund.with_columns(**{n: pl.lit(v).cast(refund.schema[n]) for n, v in changes.items()})}


def _changed(table: str, **values: object) -> Callable[[Frames], Frames]:
    """A correction of some rows of a table."""

    def change(demo: Frames) -> Frames:
        rows = demo[table].drop_nulls(list(values)[:1]).slice(5, 10)
        return {table: rows.with_columns(**{n: pl.lit(v).cast(rows.schema[n]) for n, v in values.items()})}

    return change


LATE: dict[str, Callable[[Frames], Frames]] = {
    "an order two years ago": _late_order,
    "a refund of an old order": _late_refund,
    "the amount of old orders": _changed("orders", net_amount=Decimal("999.5")),
    "customers who were staff": _changed("customers", is_staff=True),
    "the lever of ambassadors": _changed("ambassadors", lever="event"),
    "ambassadors enrolled later": _changed("ambassadors", enrolled_at=MOMENT - timedelta(days=200)),
    "posts that were removed": _changed("content", url="gone", removed_at=MOMENT),
    "the category of products": _changed("products", category="Late"),
    "old answers": _changed("surveys", score=None, answered_at=None),
}


def test_late_rows_give_the_numbers_of_a_rebuild(demo: Frames, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    import_files(store, _write(tmp_path / "exports", 0, demo), settings(**STRICT), now=MOMENT)
    before = numbers(store)
    for number, (late, change) in enumerate(LATE.items(), start=1):
        files = _write(tmp_path / f"late-{number}", number, change(demo))
        assert import_files(store, files, settings(rejected_rows_limit=0), now=MOMENT).published, late
        found = numbers(store)
        assert found != before, late
        if number % 3 == 0:
            rebuilt = Store(tmp_path / f"rebuilt-{number}")
            shutil.copytree(store.folder, rebuilt.folder)
            rebuild(rebuilt, settings(), now=MOMENT)
            assert _differences(found, numbers(rebuilt)) == {}, late
        before = found
