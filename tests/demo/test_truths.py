"""What is planted in the demo company can be found again in its tables."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest

from kpi.demo import hidden_advocates
from kpi.demo.timeline import Timeline

SEED, TODAY = 20261122, date(2026, 11, 22)
A_YEAR_AGO = datetime(2025, 11, 21, 23, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, 23, tzinfo=UTC)
HALF_A_YEAR = timedelta(days=180)
Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def hidden() -> list[str]:
    return hidden_advocates(seed=SEED, today=TODAY)


def test_organic_content_converts_best_and_paid_worst(demo: Frames) -> None:
    by_origin = demo["content"].group_by("origin").agg(pl.col("orders").sum() / pl.col("clicks").sum())
    rates = dict(by_origin.iter_rows())
    assert rates["organic"] == pytest.approx(0.070, abs=0.006)
    assert rates["incentivised"] == pytest.approx(0.042, abs=0.006)
    assert rates["paid"] == pytest.approx(0.021, abs=0.004)


def test_sixty_hidden_advocates_are_engaged_consenting_and_unnoticed(demo: Frames, hidden: list[str]) -> None:
    customers = demo["customers"].filter(pl.col("customer_id").is_in(hidden))
    assert customers.height == len(hidden) == 60
    assert customers["contact_consent"].all()
    assert not customers["is_staff"].any()
    assert customers["joined_at"].max() < MIDNIGHT - timedelta(days=300)
    assert demo["ambassadors"]["customer_id"].is_in(hidden).sum() == 0
    assert demo["rewards"]["customer_id"].is_in(hidden).sum() == 0


def test_hidden_advocates_stand_out_by_what_they_do(demo: Frames, hidden: list[str]) -> None:
    recent = demo["interactions"].filter(pl.col("occurred_at") >= A_YEAR_AGO)
    each = recent.group_by("customer_id").len().with_columns(pl.col("customer_id").is_in(hidden).alias("hidden"))
    assert each.filter("hidden")["len"].median() > 5 * each.filter(~pl.col("hidden"))["len"].median()
    posts = demo["content"].filter(pl.col("posted_at") >= A_YEAR_AGO, pl.col("customer_id").is_in(hidden))
    assert 6 <= posts.height / 60 <= 10
    assert set(posts["origin"]) == {"organic"}
    scores = demo["surveys"].filter(
        pl.col("customer_id").is_in(hidden), pl.col("kind") == "nps", pl.col("answered_at") >= A_YEAR_AGO
    )
    assert set(scores["score"]) == {9, 10}
    assert scores["customer_id"].n_unique() == 60


def test_no_column_tells_the_hidden_advocates_apart(demo: Frames, hidden: list[str]) -> None:
    """Their numbers are spread over the early joiners: neither first, nor last, nor side by side."""
    numbers = sorted(int(customer_id[1:]) for customer_id in hidden)
    assert numbers[0] < 2_000
    assert numbers[-1] > 12_000
    assert sum(later - earlier == 1 for earlier, later in pairwise(numbers)) <= 2
    customers = demo["customers"].with_columns(pl.col("customer_id").is_in(hidden).alias("hidden"))
    for column in ("country_code", "acquisition_channel"):
        assert customers.filter("hidden")[column].n_unique() >= 4


def test_ambassadors_already_ordered_more_before_they_enrolled(demo: Frames) -> None:
    """Orders in the 180 days before enrolment, against everyone else with that tenure at the same moment."""
    orders = demo["orders"].select("customer_id", "ordered_at")
    members = demo["ambassadors"].drop_nulls("customer_id").join(demo["customers"], on="customer_id")
    settled = members.filter(pl.col("enrolled_at") - pl.col("joined_at") >= HALF_A_YEAR)
    others = demo["customers"].join(members, on="customer_id", how="anti")
    own, usual = 0, 0.0
    for customer_id, moment in settled.select("customer_id", "enrolled_at").iter_rows():
        before = orders.filter(pl.col("ordered_at").is_between(moment - HALF_A_YEAR, moment, closed="left"))
        own += before.filter(pl.col("customer_id") == customer_id).height
        peers = others.filter(pl.col("joined_at") <= moment - HALF_A_YEAR)
        usual += before.join(peers, on="customer_id", how="semi").height / peers.height
    assert own / usual == pytest.approx(4.5, abs=0.7)


def test_enrolment_adds_about_a_fifth_to_a_persons_own_pace(demo: Frames) -> None:
    """Repeat orders of the 180 days after enrolling against all those before, each per seasonal day at risk."""
    timeline = Timeline.until(TODAY)
    orders = demo["orders"].select("customer_id", "ordered_at")
    first = orders.group_by("customer_id").agg(pl.col("ordered_at").min().alias("first"))
    members = demo["ambassadors"].join(first, on="customer_id")
    members = members.with_columns(
        begin=pl.max_horizontal("first", "enrolled_at"),
        end=pl.min_horizontal("left_at", pl.col("enrolled_at") + HALF_A_YEAR, pl.lit(MIDNIGHT)),
    )
    repeat = orders.join(members, on="customer_id").filter(pl.col("ordered_at") > pl.col("first"))
    moments = {name: members[name].dt.epoch("s").to_numpy() for name in ("first", "enrolled_at", "begin", "end")}
    days_before = timeline.season_between(moments["first"], moments["enrolled_at"]).sum()
    days_after = timeline.season_between(moments["begin"], moments["end"]).sum()
    before = repeat.filter(pl.col("ordered_at") < pl.col("enrolled_at")).height / days_before
    after = repeat.filter(pl.col("ordered_at").is_between("begin", "end", closed="left")).height / days_after
    assert after / before == pytest.approx(1.2, abs=0.1)


def test_two_garments_lose_money_once_overhead_is_counted(demo: Frames) -> None:
    products = demo["products"]
    margin = pl.col("unit_price") - pl.col("unit_cost") - pl.col("unit_overhead")
    assert set(products.filter(margin < 0)["name"]) == {"Fjord coat", "Brume shoes"}
    assert products.filter(pl.col("unit_price") <= pl.col("unit_cost")).height == 0
