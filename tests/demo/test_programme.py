"""The demo programme is alive: levels, credit, cost and satisfaction stay within plausible bounds.

The measures are computed here by the words of the contract, apart from the metric registry.
"""

from datetime import date, timedelta

import polars as pl
import pytest

TODAY = date(2026, 11, 22)
Frames = dict[str, pl.DataFrame]
ADVOCACY = ["event_spoken", "community_post", "feedback", "beta_test", "vote"]


def local_day(column: str) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone("Europe/Paris").dt.date()


@pytest.fixture(scope="module")
def acts(demo: Frames) -> pl.DataFrame:
    """Ambassador and day of every act as an ambassador."""
    by_customer = pl.concat(
        [
            demo["content"]
            .filter((pl.col("origin") != "paid") & pl.col("removed_at").is_null())
            .select("customer_id", at="posted_at"),
            demo["contributions"].select("customer_id", at="occurred_at"),
            demo["interactions"].filter(pl.col("kind").is_in(ADVOCACY)).select("customer_id", at="occurred_at"),
        ]
    )
    members = demo["ambassadors"].select("ambassador_id", "customer_id", "enrolled_at", "left_at")
    own = by_customer.join(members, on="customer_id").select("ambassador_id", "at", "enrolled_at", "left_at")
    referred = demo["referrals"].select("ambassador_id", at="referred_at").join(members, on="ambassador_id")
    done = pl.concat([own, referred.select(own.columns)])
    enrolled = (pl.col("at") >= pl.col("enrolled_at")) & (
        pl.col("left_at").is_null() | (pl.col("at") < pl.col("left_at"))
    )
    return done.filter(enrolled).select("ambassador_id", local_day("at").alias("day"))


@pytest.fixture(scope="module")
def orders(demo: Frames) -> pl.DataFrame:
    """Orders net of refunds, with the day, whether first, and whether an ambassador brought it within 30 days."""
    refunds = demo["refunds"].group_by("order_id").agg(pl.col("amount").sum())
    touches = pl.concat(
        [
            demo["touches"].select("ambassador_id", "customer_id", "occurred_at"),
            demo["referrals"]
            .drop_nulls("customer_id")
            .select("ambassador_id", "customer_id", occurred_at="referred_at"),
        ]
    )
    own = demo["ambassadors"].select("ambassador_id", own_id="customer_id")
    others = touches.join(own, on="ambassador_id").filter(pl.col("customer_id").ne_missing(pl.col("own_id")))
    age = pl.col("ordered_at") - pl.col("occurred_at")
    touched = (
        demo["orders"]
        .join(others, on="customer_id")
        .filter(age.is_between(timedelta(), timedelta(days=30)))["order_id"]
        .unique()
    )
    code = pl.col("ambassador_id").is_not_null()
    return (
        demo["orders"]
        .join(refunds, on="order_id", how="left")
        .select(
            "customer_id",
            local_day("ordered_at").alias("day"),
            (pl.col("net_amount") - pl.col("amount").fill_null(0)).cast(pl.Float64).alias("net"),
            (code | pl.col("order_id").is_in(touched.implode())).alias("credited"),
            (pl.col("ordered_at") == pl.col("ordered_at").min().over("customer_id")).alias("first"),
        )
    )


def active(acts: pl.DataFrame, end: date) -> int:
    within = pl.col("day").is_between(end - timedelta(days=30), end, closed="left")
    return acts.filter(within)["ambassador_id"].n_unique()


def test_active_ambassadors_grow_to_between_120_and_180(acts: pl.DataFrame) -> None:
    recent = [active(acts, TODAY - timedelta(days=days)) for days in (0, 15, 30, 45, 60)]
    assert min(recent) >= 120
    assert max(recent) <= 180
    yearly = [active(acts, TODAY - timedelta(days=days)) for days in (900, 600, 300, 0)]
    assert yearly == sorted(yearly)
    assert yearly[0] < yearly[-1] / 2


def test_some_fall_silent_and_return(acts: pl.DataFrame) -> None:
    gaps = acts.sort("day").select("ambassador_id", gap=pl.col("day").diff().over("ambassador_id"))
    returned = gaps.filter(pl.col("gap") > timedelta(days=30))
    assert returned["ambassador_id"].n_unique() > 100


def test_attributed_revenue_is_a_tenth_to_a_seventh(orders: pl.DataFrame) -> None:
    for begin in (date(2023, 11, 22), date(2025, 11, 22), date(2026, 8, 24)):
        sold = orders.filter(pl.col("day") >= begin)
        assert 0.10 <= sold.filter("credited")["net"].sum() / sold["net"].sum() <= 0.15


@pytest.mark.parametrize("quarter", range(4))
def test_new_customers_and_cost_per_quarter(demo: Frames, orders: pl.DataFrame, quarter: int) -> None:
    end = TODAY - timedelta(days=90 * quarter)
    begin = end - timedelta(days=90)
    credited = orders.filter("credited", pl.col("day").is_between(begin, end, closed="left"))
    assert 60 <= credited.filter("first").height <= 150
    costs = demo["costs"].filter(
        pl.col("channel") == "ambassador", pl.col("incurred_on").is_between(begin, end, closed="left")
    )
    rewards = demo["rewards"].filter(local_day("granted_at").is_between(begin, end, closed="left"))
    cost = float(costs["amount"].sum() + rewards["cost_amount"].sum())
    assert 0.03 <= cost / credited["net"].sum() <= 0.06


def test_other_channels_have_costs_and_customers(demo: Frames) -> None:
    paid = set(demo["costs"]["channel"]) - {"ambassador"}
    assert paid == {"paid_social", "search", "email", "marketplace", "event"}
    assert paid <= set(demo["customers"]["acquisition_channel"])


@pytest.mark.parametrize(("audience", "low", "high"), [("customer", 19, 31), ("ambassador", 34, 46)])
def test_net_promoter_score_and_response(demo: Frames, audience: str, low: float, high: float) -> None:
    asked = demo["surveys"].filter(pl.col("audience") == audience)
    for kind in ("nps", "csat"):
        answered = asked.filter(pl.col("kind") == kind)["answered_at"]
        assert 0.25 <= 1 - answered.null_count() / len(answered) <= 0.45
    recent = asked.filter(pl.col("kind") == "nps", local_day("answered_at") >= TODAY - timedelta(days=365))
    latest = recent.sort("answered_at").group_by("customer_id").last()["score"]
    assert low <= 100 * ((latest >= 9).mean() - (latest <= 6).mean()) <= high


@pytest.mark.parametrize("audience", ["customer", "ambassador"])
def test_comments_enough_to_read(demo: Frames, audience: str) -> None:
    answered = demo["surveys"].filter(pl.col("audience") == audience, pl.col("answered_at").is_not_null())
    assert 0.3 <= 1 - answered["comment"].null_count() / answered.height <= 0.4
    recent = answered.filter(local_day("answered_at") >= TODAY - timedelta(days=90))["comment"].drop_nulls()
    assert len(recent) >= 50
    assert recent.n_unique() >= 15


def test_the_year_has_seasons(orders: pl.DataFrame) -> None:
    """2026: 7-31 January is sales, August is the lull; both are 25 days here."""
    per_day = orders.group_by("day").len()
    sales = per_day.filter(pl.col("day").is_between(date(2026, 1, 7), date(2026, 1, 31)))["len"].sum()
    lull = per_day.filter(pl.col("day").is_between(date(2026, 8, 1), date(2026, 8, 25)))["len"].sum()
    assert sales > 1.5 * lull


def test_consent_countries_and_staff(demo: Frames) -> None:
    customers = demo["customers"]
    assert 0.67 <= customers["contact_consent"].mean() <= 0.73
    assert 2 <= customers["is_staff"].sum() <= 20
    main = customers["country_code"].is_in(["FR", "BE", "CH", "DE", "ES", "IT"]).sum()
    assert main / customers["country_code"].is_not_null().sum() > 0.9
    assert customers["email"].drop_nulls().str.ends_with("@example.com").all()
    assert customers["email"].drop_nulls().is_unique().all()


def test_both_programmes_and_a_few_partners(demo: Frames) -> None:
    ambassadors = demo["ambassadors"]
    assert set(ambassadors["programme"]) == {"recognition", "commission"}
    assert 5 <= ambassadors["customer_id"].null_count() <= 20
    assert 20 <= ambassadors["left_at"].is_not_null().sum() <= 80
