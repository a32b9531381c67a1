"""What happens: one frame per table and stretch of time, obeying the data contract."""

from collections.abc import Callable

import numpy as np
import polars as pl

from bench.company import Company, Whole, identifiers, later, money, picked, timestamps, where
from bench.people import CHALLENGES, PRODUCTS

Events = Callable[[Company, np.random.Generator, Whole, int], pl.DataFrame]

INTERACTIONS: dict[str | None, float] = {
    "login": 40, "email_opened": 25, "email_clicked": 8, "community_post": 6, "support_ticket": 5, "vote": 4,
    "feedback": 3, "event_attended": 3, "webinar": 3, "call": 2, "beta_test": 0.7, "event_spoken": 0.3,
}  # fmt: skip
PLATFORMS: dict[str | None, float] = {"instagram": 40, "linkedin": 20, "youtube": 15, "tiktok": 15, "blog": 10}
POSTS: dict[str | None, float] = {"post": 30, "photo": 25, "review": 20, "video": 15, "story": 8, "case_study": 2}
ORIGINS: dict[str | None, float] = {"organic": 75, "incentivised": 15, "paid": 10}
KINDS: dict[str | None, float] = {"link": 55, "content": 35, "declared": 10}
RUNGS: dict[str | None, float] = {"recognition": 60, "access": 25, "co_creation": 10, "monetary": 5}


def orders(company: Company, random: np.random.Generator, moments: Whole, first: int) -> pl.DataFrame:
    """Orders; one in fifty with an ambassador's code, one in five without its cost."""
    rows = len(moments)
    amounts = np.exp(random.normal(3.8, 0.7, rows)) + 1
    return pl.DataFrame(
        {
            "order_id": identifiers("o", first + np.arange(rows)),
            "customer_id": identifiers("c", company.people(random, moments)),
            "ordered_at": timestamps(moments),
            "net_amount": money(amounts),
            "discount_amount": money(amounts * 0.1 * (random.random(rows) < 0.2)),
            "cost_amount": where(money(amounts * random.uniform(0.4, 0.6, rows)), random.random(rows) < 0.8),
            "ambassador_id": where(identifiers("a", company.promoters(random, moments)), random.random(rows) < 0.02),
        }
    )


def refunds(orders: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """One order in twenty is refunded within a month, half of them in full."""
    refunded = orders.filter(pl.Series(random.random(orders.height) < 0.05))
    rows = refunded.height
    days = later(refunded["ordered_at"].dt.epoch("s").to_numpy(), 30 * random.random(rows), kept=np.full(rows, True))
    share = np.where(random.random(rows) < 0.5, 1, random.uniform(0.1, 0.9, rows))
    return pl.DataFrame(
        {
            "refund_id": "r" + refunded["order_id"],
            "order_id": refunded["order_id"],
            "refunded_at": days,
            "amount": money(refunded["net_amount"].cast(pl.Float64).to_numpy() * share),
        }
    ).drop_nulls()


def order_lines(orders: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Two lines for each order, which add up to it."""
    first = (orders["net_amount"].cast(pl.Float64) * 0.6).round(2).cast(pl.Decimal(12, 2))
    lines = [
        pl.DataFrame(
            {
                "order_id": orders["order_id"],
                "line_no": number,
                "product_id": identifiers("p", random.integers(0, PRODUCTS, orders.height)),
                "quantity": 1,
                "net_amount": amounts,
            }
        )
        for number, amounts in ((1, first), (2, orders["net_amount"] - first))
    ]
    return pl.concat(lines)


def touches(company: Company, random: np.random.Generator, moments: Whole, first: int) -> pl.DataFrame:
    """Ambassadors reach every second customer, so that about one order in ten has a touch in the 30 days before."""
    rows = len(moments)
    return pl.DataFrame(
        {
            "touch_id": identifiers("t", first + np.arange(rows)),
            "ambassador_id": identifiers("a", company.promoters(random, moments)),
            "customer_id": identifiers("c", company.people(random, moments) // 2 * 2),
            "occurred_at": timestamps(moments),
            "kind": picked(random, rows, KINDS),
        }
    )


def referrals(company: Company, random: np.random.Generator, moments: Whole, first: int) -> pl.DataFrame:
    """Four in ten referrals lead to a known customer."""
    rows = len(moments)
    is_known = random.random(rows) < 0.4
    return pl.DataFrame(
        {
            "referral_id": identifiers("f", first + np.arange(rows)),
            "ambassador_id": identifiers("a", company.promoters(random, moments)),
            "customer_id": where(identifiers("c", company.people(random, moments)), is_known),
            "referred_at": timestamps(moments),
            "converted_at": later(moments, 20 * random.random(rows), kept=is_known),
        }
    )


def content(company: Company, random: np.random.Generator, moments: Whole, first: int) -> pl.DataFrame:
    """Posts, one in five by an ambassador; a few are removed, and clicks are known for two in three."""
    rows = len(moments)
    reach = random.integers(20, 20_000, rows)
    clicks = random.binomial(reach, 0.02)
    is_measured = random.random(rows) < 0.67
    return pl.DataFrame(
        {
            "content_id": identifiers("n", first + np.arange(rows)),
            "customer_id": identifiers("c", _authors(company, random, moments, 0.2)),
            "posted_at": timestamps(moments),
            "platform": picked(random, rows, PLATFORMS),
            "kind": picked(random, rows, POSTS),
            "origin": picked(random, rows, ORIGINS),
            "reach": reach,
            "engagements": random.binomial(reach, 0.05),
            "clicks": where(pl.Series(clicks), is_measured),
            "orders": where(pl.Series(random.binomial(clicks, 0.03)), is_measured),
            "removed_at": later(moments, 90 * random.random(rows), kept=random.random(rows) < 0.02),
        }
    )


def interactions(company: Company, random: np.random.Generator, moments: Whole, first: int) -> pl.DataFrame:
    """Logins, mails opened, votes, …; about one in seven is an act of advocacy."""
    rows = len(moments)
    return pl.DataFrame(
        {
            "interaction_id": identifiers("i", first + np.arange(rows)),
            "customer_id": identifiers("c", _authors(company, random, moments, 0.03)),
            "occurred_at": timestamps(moments),
            "kind": picked(random, rows, INTERACTIONS),
        }
    )


def contributions(company: Company, random: np.random.Generator, moments: Whole, first: int) -> pl.DataFrame:
    """Contributions to the challenges."""
    rows = len(moments)
    return pl.DataFrame(
        {
            "contribution_id": identifiers("k", first + np.arange(rows)),
            "challenge_id": identifiers("g", random.integers(0, CHALLENGES, rows)),
            "customer_id": identifiers("c", _authors(company, random, moments, 0.1)),
            "occurred_at": timestamps(moments),
            "quantity": 1,
        }
    )


def surveys(company: Company, random: np.random.Generator, moments: Whole, first: int) -> pl.DataFrame:
    """Seven in ten ask for a recommendation, one in ten goes to an ambassador; four in ten are answered."""
    rows = len(moments)
    is_ambassador = random.random(rows) < 0.1
    is_nps = random.random(rows) < 0.7
    answered = later(moments, 7 * random.random(rows), kept=random.random(rows) < 0.4)
    scores = np.where(is_nps, random.binomial(10, 0.83, rows), 1 + random.binomial(4, 0.8, rows))
    people = np.where(is_ambassador, 100 * company.promoters(random, moments), company.people(random, moments))
    return pl.DataFrame(
        {
            "response_id": identifiers("s", first + np.arange(rows)),
            "customer_id": identifiers("c", people),
            "audience": pl.Series(["customer", "ambassador"]).gather(is_ambassador.astype(np.int64)),
            "kind": pl.Series(["csat", "nps"]).gather(is_nps.astype(np.int64)),
            "asked_at": timestamps(moments),
            "answered_at": answered,
            "score": where(pl.Series(scores), answered.is_not_null().to_numpy()),
        }
    )


def subscriptions(company: Company, random: np.random.Generator, moments: Whole, first: int) -> pl.DataFrame:
    """Changes of monthly amounts; a subscription belongs to one customer, one change in eight ends it."""
    rows = len(moments)
    people = company.people(random, moments)
    return pl.DataFrame(
        {
            "subscription_id": identifiers("b", people),
            "effective_at": timestamps(moments, apart=True),
            "customer_id": identifiers("c", people),
            "monthly_amount": money((10 + 90 * random.random(rows)) * (random.random(rows) > 0.125)),
        }
    )


def rewards(company: Company, random: np.random.Generator, moments: Whole, first: int) -> pl.DataFrame:
    """Rewards of ambassadors."""
    rows = len(moments)
    return pl.DataFrame(
        {
            "reward_id": identifiers("w", first + np.arange(rows)),
            "customer_id": identifiers("c", 100 * company.promoters(random, moments)),
            "granted_at": timestamps(moments),
            "rung": picked(random, rows, RUNGS),
            "kind": "thanks",
            "cost_amount": money(8 * random.random(rows)),
        }
    )


def _authors(company: Company, random: np.random.Generator, moments: Whole, share: float) -> Whole:
    """Customers, a `share` of them ambassadors."""
    is_ambassador = random.random(len(moments)) < share
    return np.where(is_ambassador, 100 * company.promoters(random, moments), company.people(random, moments))


EVENTS: dict[str, Events] = {
    "orders": orders,
    "touches": touches,
    "content": content,
    "interactions": interactions,
    "referrals": referrals,
    "contributions": contributions,
    "surveys": surveys,
    "subscriptions": subscriptions,
    "rewards": rewards,
}
