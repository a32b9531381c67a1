"""The styling app: boutiques that subscribe, grow, shrink, leave and come back."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from kpi.demo.catalogue import PLANS, plan_index, product_ids
from kpi.demo.draws import Flags, Floats, Integers, choose_index, generator, happens, money, numbered
from kpi.demo.people import People
from kpi.demo.timeline import DAY, Timeline

SUBSCRIBING_SHARE = 0.78
PLAN_SHARES = (0.52, 0.34, 0.14)
YEARLY_SHARE, YEARLY_DISCOUNT = 0.25, 10 / 12
DAYS_TO_SUBSCRIBE = 40
MONTH = 30 * DAY
MONTHLY_UPGRADE, MONTHLY_DOWNGRADE, MONTHLY_CHURN, MONTHLY_RETURN = 0.016, 0.007, 0.021, 0.035


@dataclass(slots=True, kw_only=True)
class Changes:
    """What happened to whom, collected month by month."""

    subscription: list[Integers] = field(default_factory=list)
    moment: list[Integers] = field(default_factory=list)
    plan: list[Integers] = field(default_factory=list)
    is_over: list[Flags] = field(default_factory=list)

    def note(self, changed: Flags, moment: Integers, plan: Integers, over: Flags) -> None:
        """Keep the state of those who changed."""
        self.subscription.append(np.flatnonzero(changed))
        self.moment.append(moment[changed])
        self.plan.append(plan[changed])
        self.is_over.append(over[changed])


def subscriptions_table(seed: int, timeline: Timeline, people: People) -> pl.DataFrame:
    """The table `subscriptions`: a row whenever the monthly amount changes, 0 when it ends."""
    draw = generator(seed, "subscriptions")
    customer = np.flatnonzero(people.is_business)
    customer = customer[happens(draw, SUBSCRIBING_SHARE, len(customer))]
    wait = draw.exponential(DAYS_TO_SUBSCRIBE * DAY, len(customer)).astype(np.int64)
    begin = people.joined[customer] + wait + 3_600
    customer, begin = customer[begin < timeline.end], begin[begin < timeline.end]
    is_yearly = happens(draw, YEARLY_SHARE, len(customer))
    changes = _draw_changes(draw, timeline, begin)
    subscription, plan = np.concatenate(changes.subscription), np.concatenate(changes.plan)
    over, moment = np.concatenate(changes.is_over), np.concatenate(changes.moment)
    amount = _monthly_cents()[plan] * np.where(is_yearly[subscription], YEARLY_DISCOUNT, 1.0)
    table = pl.DataFrame(
        {
            "subscription_id": numbered("B", len(customer), 4)[subscription],
            "effective_at": timeline.stamps(moment),
            "customer_id": people.customer_id[customer[subscription]],
            "product_id": product_ids()[plan_index(plan, is_yearly[subscription].astype(np.int64))],
            "monthly_amount": money(np.where(over, 0, np.rint(amount)).astype(np.int64)),
        }
    )
    return table.drop_nulls("effective_at").sort("subscription_id", "effective_at")


def _monthly_cents() -> Floats:
    return np.array([price * 100.0 for price, _ in PLANS.values()])


def _draw_changes(draw: np.random.Generator, timeline: Timeline, begin: Integers) -> Changes:
    """Month after month a few move up or down a plan, a few end, and some of these come back."""
    count = len(begin)
    plan = choose_index(draw, PLAN_SHARES, count)
    over = np.zeros(count, dtype=np.bool_)
    changes = Changes()
    changes.note(np.ones(count, dtype=np.bool_), begin, plan, over)
    for month in range(1, timeline.days // 30 + 1):
        moment = begin + month * MONTH
        fate = np.where(moment < timeline.end, draw.random(count), 1.0)
        up = ~over & (fate < MONTHLY_UPGRADE) & (plan < len(PLANS) - 1)
        down = ~over & ~up & (fate < MONTHLY_UPGRADE + MONTHLY_DOWNGRADE) & (plan > 0)
        ends = ~over & (fate > 1 - MONTHLY_CHURN) & (fate < 1)
        returns = over & (fate < MONTHLY_RETURN)
        plan = plan + up - down
        over = (over | ends) & ~returns
        changes.note(up | down | ends | returns, moment, plan, over)
    return changes
