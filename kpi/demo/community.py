"""Collective challenges, what people contribute to them, and how acts are thanked."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from kpi.demo.ambassadors import CONTRIBUTION, Acts, Ambassadors
from kpi.demo.draws import Integers, Texts, choose, choose_index, generator, happens, money, numbered
from kpi.demo.people import LAUNCH_DAY, People
from kpi.demo.posts import INCENTIVISED, PAID, Posts
from kpi.demo.timeline import DAY, Timeline

CHALLENGES = (
    ("One hundred ways to wear a white shirt", "looks"), ("Repair, don't replace", "garments repaired"),
    ("The autumn look book", "looks"), ("A season of honest reviews", "reviews"), ("Wardrobe stories", "stories"),
    ("Swap party across five cities", "garments swapped"), ("Shop windows of the season", "photos"),
    ("Dress a first interview", "outfits given"), ("Winter layers", "looks"), ("Voices of the boutiques", "stories"),
    ("A summer in linen", "photos"), ("Ask me anything about fit", "answers"), ("The colour of the year", "votes"),
)  # fmt: skip
CHALLENGE_DAYS, DAYS_BETWEEN_CHALLENGES, DAYS_INTO_THE_RUNNING_ONE = 60, 84, 21
TARGET_FACTORS = (0.85, 1.2, 0.95, 1.05)
CONTRIBUTIONS_PER_CUSTOMER = 0.0012
ONE_PIECE_CHANCE = 0.55

RECOGNISED_SHARE_AT_START, RECOGNISED_SHARE_AT_END = 0.30, 0.68
HOURS_TO_RECOGNITION_AT_START, HOURS_TO_RECOGNITION_AT_END, HOURS_SPREAD = 46, 17, 0.9
FURTHER_REWARDS = {"access": 0.045, "co_creation": 0.010}
VOUCHER_SHARE = 0.10
# rung: kind, and its lowest and highest cost in cents
REWARD_KINDS = {
    "recognition": {"thank-you note": (0, 350), "featured on the site": (0, 1), "newsletter spotlight": (0, 1)},
    "access": {"preview": (0, 1), "masterclass seat": (600, 1_400), "backstage visit": (900, 2_200)},
    "co_creation": {"co-design session": (2_500, 6_000), "named piece": (3_000, 7_500)},
    "monetary": {"gift card": (2_000, 3_001)},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions:
    """One entry per contribution: the challenge's position, the customer, the moment and the quantity."""

    challenge: Integers
    customer: Integers
    moment: Integers
    quantity: Integers


def challenge_days(timeline: Timeline) -> Integers:
    """The first day of each challenge; the last one still runs on the day before `today`."""
    starts = np.arange(timeline.days - DAYS_INTO_THE_RUNNING_ONE, LAUNCH_DAY, -DAYS_BETWEEN_CHALLENGES)
    return starts[::-1][-len(CHALLENGES) :]


def draw_contributions(
    seed: int, timeline: Timeline, people: People, ambassadors: Ambassadors, acts: Acts
) -> Contributions:
    """The ambassadors' contributions while a challenge runs, and those of a few engaged customers."""
    draw = generator(seed, "contributions")
    starts = challenge_days(timeline)
    act = np.flatnonzero(acts.kind == CONTRIBUTION)
    others = round(CONTRIBUTIONS_PER_CUSTOMER * people.count) * len(starts)
    other = choose_index(draw, people.engagement**1.5, others)
    other_day = np.repeat(starts, others // len(starts)) + draw.integers(0, CHALLENGE_DAYS, others)
    possible = (other_day < timeline.days) & (
        timeline.midnights[np.minimum(other_day, timeline.days)] > people.joined[other]
    )
    customer = np.concatenate([ambassadors.customer[acts.ambassador[act]], other[possible]])
    moment = np.concatenate([acts.moment[act], timeline.on_days(draw, other_day[possible])])
    day = timeline.day_of(moment)
    challenge = np.searchsorted(starts, day, side="right") - 1
    runs = (challenge >= 0) & (day - starts[challenge] < CHALLENGE_DAYS)
    order = np.flatnonzero(runs)[np.argsort(moment[runs], kind="stable")]
    return Contributions(
        challenge=challenge[order],
        customer=customer[order],
        moment=moment[order],
        quantity=draw.geometric(ONE_PIECE_CHANCE, len(order)),
    )


def challenges_table(timeline: Timeline, contributions: Contributions) -> pl.DataFrame:
    """The table `challenges`; some targets were reached, some missed, the running one is open."""
    starts = challenge_days(timeline)
    done = np.bincount(contributions.challenge, weights=contributions.quantity, minlength=len(starts))
    elapsed = np.minimum(timeline.days - starts, CHALLENGE_DAYS)
    factors = np.resize(TARGET_FACTORS, len(starts))
    targets = np.maximum(np.rint(done * CHALLENGE_DAYS / elapsed * factors / 10) * 10, 10)
    first_days = [timeline.date_of(day) for day in starts]
    titles = CHALLENGES[: len(starts)]
    return pl.DataFrame(
        {
            "challenge_id": numbered("H", len(starts), 2),
            "title": [title for title, _ in titles],
            "unit": [unit for _, unit in titles],
            "target": targets.astype(np.int64),
            "starts_on": first_days,
            "ends_on": [day + timedelta(days=CHALLENGE_DAYS) for day in first_days],
        }
    )


def contributions_table(timeline: Timeline, people: People, contributions: Contributions) -> pl.DataFrame:
    """The table `contributions`."""
    count = len(contributions.moment)
    challenge_ids = numbered("H", len(challenge_days(timeline)), 2)
    return pl.DataFrame(
        {
            "contribution_id": numbered("N", count, 5),
            "challenge_id": challenge_ids[contributions.challenge],
            "customer_id": people.customer_id[contributions.customer],
            "occurred_at": timeline.stamps(contributions.moment),
            "quantity": contributions.quantity,
        }
    )


def rewards_table(
    seed: int, timeline: Timeline, people: People, ambassadors: Ambassadors, acts: Acts, posts: Posts
) -> pl.DataFrame:
    """The table `rewards`: thanks for posts (ever more of them, ever sooner), access and co-creation, vouchers."""
    draw = generator(seed, "rewards")
    post = _draw_recognised(draw, timeline, people, posts)
    hours = HOURS_TO_RECOGNITION_AT_START + timeline.ramp(posts.moment[post]) * (
        HOURS_TO_RECOGNITION_AT_END - HOURS_TO_RECOGNITION_AT_START
    )
    recognised = posts.moment[post] + (hours * 3_600 * np.exp(draw.normal(0, HOURS_SPREAD, len(post)))).astype(np.int64)
    tables = [
        _reward_rows(draw, timeline, people, "recognition", posts.author[post], recognised, posts.content_id[post])
    ]
    for rung, share in FURTHER_REWARDS.items():
        by_customer = ambassadors.customer[acts.ambassador] >= 0
        act = np.flatnonzero(by_customer & happens(draw, share, len(acts.moment)))
        granted = acts.moment[act] + draw.integers(4 * DAY, 25 * DAY, len(act))
        customer = ambassadors.customer[acts.ambassador[act]]
        tables.append(_reward_rows(draw, timeline, people, rung, customer, granted, None))
    paid_for = np.flatnonzero((posts.origin == INCENTIVISED) & happens(draw, VOUCHER_SHARE, len(posts.moment)))
    granted = posts.moment[paid_for] + draw.integers(DAY, 10 * DAY, len(paid_for))
    tables.append(
        _reward_rows(draw, timeline, people, "monetary", posts.author[paid_for], granted, posts.content_id[paid_for])
    )
    table = pl.concat(tables).drop_nulls("granted_at").sort("granted_at", "customer_id", maintain_order=True)
    return table.select(pl.Series("reward_id", numbered("W", len(table), 5)), pl.all())


def _draw_recognised(draw: np.random.Generator, timeline: Timeline, people: People, posts: Posts) -> Integers:
    """Nobody has noticed the hidden advocates yet, so none of their posts was thanked."""
    share = RECOGNISED_SHARE_AT_START + timeline.ramp(posts.moment) * (
        RECOGNISED_SHARE_AT_END - RECOGNISED_SHARE_AT_START
    )
    noticed = (posts.origin != PAID) & ~people.is_hidden_advocate[posts.author]
    return np.flatnonzero(noticed & happens(draw, share, len(posts.moment)))


def _reward_rows(
    draw: np.random.Generator, timeline: Timeline, people: People, rung: str, customer: Integers, granted: Integers,
    content_id: Texts | None,
) -> pl.DataFrame:  # fmt: skip
    kinds = REWARD_KINDS[rung]
    kind = choose(draw, dict.fromkeys(kinds, 1.0), len(customer))
    cost = np.zeros(len(customer), dtype=np.int64)
    for name, (low, high) in kinds.items():
        cost[kind == name] = draw.integers(low, high, (kind == name).sum())
    return pl.DataFrame(
        {
            "customer_id": people.customer_id[customer],
            "granted_at": timeline.stamps(granted),
            "rung": np.full(len(customer), rung),
            "kind": kind,
            "cost_amount": money(cost),
            "content_id": pl.Series(content_id if content_id is not None else [None] * len(customer), dtype=pl.String),
        }
    )
