"""Every table is written, keeps the contract, and comes out the same again."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from kpi.demo import hidden_advocates, write_demo
from kpi.ingest.contract import TABLES
from kpi.ingest.validation import validate_file
from kpi.settings import Settings

SEED, TODAY = 20261122, date(2026, 11, 22)
Frames = dict[str, pl.DataFrame]

VOLUMES = {
    "customers": (20_000, 20_000),
    "products": (60, 60),
    "orders": (60_000, 90_000),
    "order_lines": (120_000, 190_000),
    "ambassadors": (390, 440),
    "interactions": (220_000, 280_000),
    "content": (5_500, 7_000),
    "touches": (25_000, 35_000),
}


def set_aside(path: Path, folder: Path) -> list[dict[str, object]]:
    """The violations that an import finds in a file."""
    rejected = folder / "rejected.parquet"
    report = validate_file(path, TABLES[path.stem], Settings(), accepted=folder / "accepted.parquet", rejected=rejected)
    assert report.unknown_columns == ()
    return pl.read_parquet(rejected).to_dicts()


def assert_keeps_references(frames: Frames) -> None:
    for name, table in TABLES.items():
        assert frames[name].select(table.key).is_duplicated().sum() == 0, name
        for column, target in table.references.items():
            known = frames[target][TABLES[target].key[0]]
            assert set(frames[name][column].drop_nulls()) <= set(known), (name, column)


def test_one_file_per_table_of_the_contract(exports: list[Path]) -> None:
    assert {path.stem for path in exports} == set(TABLES)
    assert {path.stem for path in exports if path.suffix == ".csv"} == {"products", "challenges", "campaigns"}
    assert all(path.exists() for path in exports)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_the_contract_is_written_and_no_row_is_set_aside(
    name: str, exports: list[Path], tmp_path: Path
) -> None:
    path = next(path for path in exports if path.stem == name)
    header = (
        pl.read_parquet_schema(path).keys()
        if path.suffix == ".parquet"
        else path.read_text("utf-8").splitlines()[0].replace(";", ",").split(",")
    )
    assert tuple(header) == TABLES[name].columns
    assert set_aside(path, tmp_path) == []


def test_keys_are_unique_and_references_are_kept(demo: Frames) -> None:
    assert_keeps_references(demo)


@pytest.mark.parametrize(("table", "bounds"), VOLUMES.items())
def test_volumes(demo: Frames, table: str, bounds: tuple[int, int]) -> None:
    assert bounds[0] <= demo[table].height <= bounds[1]


def test_lines_add_up_to_their_order(demo: Frames) -> None:
    lines = demo["order_lines"].group_by("order_id").agg(pl.col("net_amount").sum().alias("of_lines"))
    orders = demo["orders"].join(lines, on="order_id", how="left")
    assert orders.filter(pl.col("net_amount").ne_missing(pl.col("of_lines"))).height == 0
    assert orders.filter(pl.col("net_amount") != pl.col("net_amount").round(2)).height == 0


def test_refunds_stay_within_their_order_and_follow_it(demo: Frames) -> None:
    refunds = demo["refunds"].join(demo["orders"], on="order_id")
    refunded = refunds.group_by("order_id").agg(pl.col("amount").sum(), pl.col("net_amount").first())
    assert refunded.filter(pl.col("amount") > pl.col("net_amount")).height == 0
    assert refunded.filter(pl.col("amount") == pl.col("net_amount")).height > 1_000
    assert refunds["order_id"].is_duplicated().sum() > 1_000
    assert refunds.filter(pl.col("refunded_at") <= pl.col("ordered_at")).height == 0


def test_three_years_that_end_with_yesterday(demo: Frames) -> None:
    midnight = datetime(2026, 11, 22, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
    opening = datetime(2023, 11, 22, tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
    for name, frame in demo.items():
        for column, dtype in frame.schema.items():
            if dtype == pl.Datetime:
                assert frame[column].drop_nulls().is_between(opening, midnight, closed="left").all(), (name, column)
    for name, column in (("orders", "ordered_at"), ("interactions", "occurred_at"), ("content", "posted_at")):
        assert midnight - demo[name][column].max() < timedelta(days=1), name
    assert demo["orders"]["ordered_at"].min() - opening < timedelta(days=1)
    assert demo["costs"]["incurred_on"].max() < TODAY


def test_nothing_comes_before_what_it_needs(demo: Frames) -> None:
    joined = demo["customers"].select("customer_id", "joined_at")
    for name, column in (
        ("orders", "ordered_at"),
        ("content", "posted_at"),
        ("interactions", "occurred_at"),
        ("surveys", "asked_at"),
        ("subscriptions", "effective_at"),
        ("contributions", "occurred_at"),
        ("campaign_events", "occurred_at"),
        ("ambassadors", "enrolled_at"),
    ):
        assert demo[name].join(joined, on="customer_id").filter(pl.col(column) < pl.col("joined_at")).height == 0, name
    enrolled = demo["ambassadors"].select("ambassador_id", "enrolled_at", "left_at")
    for name, column in (("touches", "occurred_at"), ("referrals", "referred_at"), ("orders", "ordered_at")):
        outside = (pl.col(column) < pl.col("enrolled_at")) | (pl.col(column) >= pl.col("left_at"))
        assert demo[name].join(enrolled, on="ambassador_id").filter(outside).height == 0, name
    answers = demo["rewards"].join(demo["content"], on="content_id")
    assert answers.filter(pl.col("granted_at") <= pl.col("posted_at")).height == 0
    assert answers.filter(pl.col("customer_id") != pl.col("customer_id_right")).height == 0


def test_content_touches_name_a_post_of_that_ambassador(demo: Frames) -> None:
    touches = demo["touches"].join(demo["ambassadors"], on="ambassador_id", suffix="_of_ambassador")
    by_content = touches.join(demo["content"], on="content_id", suffix="_of_author")
    assert by_content.height == touches.filter(pl.col("kind") == "content").height
    foreign = pl.col("customer_id_of_author").ne_missing(pl.col("customer_id_of_ambassador"))
    assert by_content.filter(foreign | (pl.col("posted_at") >= pl.col("occurred_at"))).height == 0


def test_contributions_fall_within_their_challenge_and_one_challenge_runs(demo: Frames) -> None:
    local_day = pl.col("occurred_at").dt.convert_time_zone("Europe/Paris").dt.date()
    contributions = demo["contributions"].join(demo["challenges"], on="challenge_id")
    within = local_day.is_between(pl.col("starts_on"), pl.col("ends_on"), closed="left")
    assert contributions.filter(~within).height == 0
    running = demo["challenges"].filter(pl.lit(TODAY).is_between(pl.col("starts_on"), pl.col("ends_on")))
    assert running.height == 1
    done = contributions.group_by("challenge_id").agg(pl.col("quantity").sum() >= pl.col("target").first())
    assert set(done["quantity"]) == {True, False}


def test_the_same_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_demo(tmp_path / "first", seed=7, today=TODAY, customers=300)
    second = write_demo(tmp_path / "second", seed=7, today=TODAY, customers=300)
    other = write_demo(tmp_path / "other", seed=8, today=TODAY, customers=300)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    alike = {one.stem for one, two in zip(first, other, strict=True) if one.read_bytes() == two.read_bytes()}
    assert alike <= {"campaigns", "challenges"}  # their days follow the calendar


@pytest.mark.parametrize(
    ("seed", "today", "customers"),
    [
        (1, date(2026, 11, 22), 100),
        (2, date(2028, 2, 29), 300),
        (3, date(2026, 3, 30), 300),
        (4, date(2025, 1, 1), 900),
    ],
)
def test_small_companies_keep_the_contract_on_any_day(seed: int, today: date, customers: int, tmp_path: Path) -> None:
    paths = write_demo(tmp_path / "exports", seed=seed, today=today, customers=customers)
    frames = {}
    for path in paths:
        assert set_aside(path, tmp_path) == [], path.name
        frames[path.stem] = pl.read_parquet(tmp_path / "accepted.parquet")
        assert frames[path.stem].height > 0, path.name
    assert frames["customers"].height == customers
    assert_keeps_references(frames)
    assert set(hidden_advocates(seed=seed, today=today, customers=customers)) <= set(frames["customers"]["customer_id"])


def test_progress_names_each_table_as_it_is_written(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []

    def listen(table: str, done: int, total: int) -> None:
        told.append((table, done, total))

    paths = write_demo(tmp_path, seed=1, today=TODAY, customers=100, progress=listen)
    assert told == [(path.stem, number, 18) for number, path in enumerate(paths, 1)]
