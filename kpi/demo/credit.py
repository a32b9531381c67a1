"""How ambassadors reach buyers: checkout codes, touches and referrals."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from kpi.demo.ambassadors import REFERRAL, Acts, Ambassadors
from kpi.demo.draws import Floats, Integers, choose, choose_index, generator, happens, known_where, numbered, repeated
from kpi.demo.people import People
from kpi.demo.posts import Posts
from kpi.demo.shop import Visits
from kpi.demo.timeline import DAY, FOREVER, Timeline

CREDITED_SHARE_AT_START, CREDITED_SHARE_AT_END = 0.058, 0.075
BROUGHT_FACTOR = 2.5
BY_REFERRAL, BY_CODE, BY_TOUCH, BY_BOTH = range(4)
FIRST_WAYS = (0.36, 0.24, 0.30, 0.10)
REPEAT_WAYS = (0.0, 0.32, 0.50, 0.18)

TOUCH_DAYS, LONGEST_TOUCH_DAYS = 6.0, 28.0
EARLIER_TOUCH_SHARE, EARLIER_TOUCH_DAYS = 0.35, (1, 80)
IDLE_TOUCHES_PER_CUSTOMER = 0.85
LAST_CLICK_CHANCE, DAYS_BETWEEN_CLICKS = 0.55, 1.2  # people come back to the same link
TOUCH_KINDS = {"link": 55, "content": 33, "declared": 12}

QUALIFIED_SHARE, LOST_SHARE = 0.45, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """One entry per order that an ambassador brought: the order's and the ambassador's position, and the way."""

    order: Integers
    ambassador: Integers
    way: Integers
    reached: Integers  # the moment of the touch or referral, at most 28 days before the order


def draw_credit(seed: int, timeline: Timeline, people: People, ambassadors: Ambassadors, visits: Visits) -> Credit:
    """The first orders of those who were brought, and a growing share of later orders."""
    draw = generator(seed, "credit")
    orders = len(visits.moment)
    ramp = CREDITED_SHARE_AT_START + (CREDITED_SHARE_AT_END - CREDITED_SHARE_AT_START) * timeline.ramp(visits.moment)
    brought = people.is_brought[visits.customer]
    chance: Floats = np.where(visits.is_first, brought, ramp * np.where(brought, BROUGHT_FACTOR, 1.0))
    order = np.flatnonzero(happens(draw, chance, orders))
    wait = np.minimum(draw.exponential(TOUCH_DAYS, len(order)), LONGEST_TOUCH_DAYS) * DAY
    reached = visits.moment[order] - 120 - wait.astype(np.int64)
    ambassador = ambassadors.choose(draw, timeline.day_of(reached))
    still = (ambassador >= 0) & (ambassadors.left[ambassador] > visits.moment[order])
    still &= ambassadors.customer[ambassador] != visits.customer[order]
    way = np.where(
        visits.is_first[order],
        choose_index(draw, FIRST_WAYS, len(order)),
        choose_index(draw, REPEAT_WAYS, len(order)),
    )
    return Credit(order=order[still], ambassador=ambassador[still], way=way[still], reached=reached[still])


def checkout_codes(ambassadors: Ambassadors, visits: Visits, credit: Credit) -> pl.Series:
    """For each order the ambassador whose code was used, or null."""
    used = np.full(len(visits.moment), -1)
    with_code = np.isin(credit.way, [BY_CODE, BY_BOTH])
    used[credit.order[with_code]] = credit.ambassador[with_code]
    return known_where(used >= 0, ambassadors.ambassador_id[used])


def touches_table(
    seed: int,
    timeline: Timeline,
    people: People,
    ambassadors: Ambassadors,
    visits: Visits,
    credit: Credit,
    posts: Posts,
) -> pl.DataFrame:
    """The table `touches`: those that led to an order, earlier ones of others, and many that led nowhere."""
    draw = generator(seed, "touches")
    led = np.isin(credit.way, [BY_TOUCH, BY_BOTH])
    customer, moment = _draw_other_touches(draw, timeline, people, ambassadors, visits, credit)
    ambassador = ambassadors.choose(draw, timeline.day_of(moment))
    keep = (ambassador >= 0) & (ambassadors.customer[ambassador] != customer) & (people.joined[customer] < moment)
    customer = np.concatenate([visits.customer[credit.order[led]], customer[keep]])
    moment = np.concatenate([credit.reached[led], moment[keep]])
    ambassador = np.concatenate([credit.ambassador[led], ambassador[keep]])
    seen_before = repeated(draw.geometric(LAST_CLICK_CHANCE, len(moment)) - 1)
    before = draw.exponential(DAYS_BETWEEN_CLICKS, len(seen_before)) * DAY
    earlier_moment = moment[seen_before] - 1 - before.astype(np.int64)
    valid = earlier_moment > ambassadors.enrolled[ambassador[seen_before]]
    entry = np.concatenate([np.arange(len(moment)), seen_before[valid]])
    moment = np.concatenate([moment, earlier_moment[valid]])
    return _touch_rows(draw, timeline, people, ambassadors, posts, ambassador[entry], customer[entry], moment)


def referrals_table(
    seed: int, timeline: Timeline, people: People, ambassadors: Ambassadors, acts: Acts, visits: Visits, credit: Credit
) -> pl.DataFrame:
    """The table `referrals`: those that became a first order, and the acts that have not, or never will."""
    draw = generator(seed, "referrals")
    won = credit.way == BY_REFERRAL
    won_at = visits.moment[credit.order[won]]
    tried = acts.kind == REFERRAL
    count = int(tried.sum())
    qualified_after = draw.exponential(5 * DAY, count).astype(np.int64) + 3_600
    lost_after = qualified_after + draw.exponential(30 * DAY, count).astype(np.int64) + DAY
    qualified = np.where(happens(draw, QUALIFIED_SHARE, count), acts.moment[tried] + qualified_after, FOREVER)
    lost = np.where(happens(draw, LOST_SHARE, count), acts.moment[tried] + lost_after, FOREVER)
    referred = np.concatenate([credit.reached[won], acts.moment[tried]])
    halfway = credit.reached[won] + (won_at - credit.reached[won]) // 2
    ambassador = np.concatenate([credit.ambassador[won], acts.ambassador[tried]])
    is_won = np.arange(len(referred)) < len(won_at)
    customer = people.customer_id[np.concatenate([visits.customer[credit.order[won]], np.zeros(count, dtype=np.int64)])]
    table = pl.DataFrame(
        {
            "ambassador_id": ambassadors.ambassador_id[ambassador],
            "customer_id": known_where(is_won, customer),
            "referred_at": timeline.stamps(referred),
            "qualified_at": timeline.stamps(np.concatenate([halfway, qualified])),
            "converted_at": timeline.stamps(np.concatenate([won_at, np.full(count, FOREVER)])),
            "lost_at": timeline.stamps(np.concatenate([np.full(len(won_at), FOREVER), lost])),
        }
    ).sort("referred_at", "ambassador_id", maintain_order=True)
    return table.select(pl.Series("referral_id", numbered("R", len(table), 5)), pl.all())


def _draw_other_touches(
    draw: np.random.Generator,
    timeline: Timeline,
    people: People,
    ambassadors: Ambassadors,
    visits: Visits,
    credit: Credit,
) -> tuple[Integers, Integers]:
    """Customer and moment of touches earlier on the way to an order, and of touches that had no consequence."""
    earlier = np.flatnonzero(happens(draw, EARLIER_TOUCH_SHARE, len(credit.order)))
    before = draw.uniform(*EARLIER_TOUCH_DAYS, len(earlier)) * DAY
    idle = round(IDLE_TOUCHES_PER_CUSTOMER * people.count)
    idle_day = choose_index(draw, ambassadors.pull_until[:, -1], idle)
    earlier_moment = np.maximum(credit.reached[earlier] - before.astype(np.int64), timeline.first)
    customer = np.concatenate([visits.customer[credit.order[earlier]], draw.integers(0, people.count, idle)])
    return customer, np.concatenate([earlier_moment, timeline.on_days(draw, idle_day)])


def _touch_rows(
    draw: np.random.Generator, timeline: Timeline, people: People, ambassadors: Ambassadors, posts: Posts,
    ambassador: Integers, customer: Integers, moment: Integers,
) -> pl.DataFrame:  # fmt: skip
    """Rows in order of time; a touch by content names the author's latest post, and is a link when there is none."""
    order = np.argsort(moment, kind="stable")
    ambassador, customer, moment = ambassador[order], customer[order], moment[order]
    kind = choose(draw, TOUCH_KINDS, len(order))
    post = posts.latest(ambassadors.customer[ambassador], moment)
    kind = np.where((kind == "content") & (post < 0), "link", kind)
    content = known_where(kind == "content", posts.content_id[np.maximum(post, 0)])
    return pl.DataFrame(
        {
            "touch_id": numbered("T", len(order), 6),
            "ambassador_id": ambassadors.ambassador_id[ambassador],
            "customer_id": people.customer_id[customer],
            "occurred_at": timeline.stamps(moment),
            "kind": kind,
            "content_id": content,
        }
    )
