"""The company as a whole: one drawing of people and events, read by all tables."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

from kpi.demo import campaigns, catalogue, community, costs, credit, engagement, posts, shop, subscriptions, surveys
from kpi.demo.ambassadors import Acts, Ambassadors, ambassadors_table, draw_acts, draw_ambassadors
from kpi.demo.people import People, customers_table, draw_people
from kpi.demo.timeline import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Everything that happened, before it is cut into tables."""

    seed: int
    timeline: Timeline
    people: People
    ambassadors: Ambassadors
    acts: Acts
    posts: posts.Posts
    visits: shop.Visits
    baskets: shop.Baskets
    credit: credit.Credit
    contributions: community.Contributions
    customers: pl.DataFrame
    products: pl.DataFrame
    campaigns: pl.DataFrame


def draw_company(seed: int, today: date, customers: int) -> Company:
    """Draw the company from its seed; the same arguments give the same company."""
    timeline = Timeline.until(today)
    people = draw_people(seed, timeline, customers)
    ambassadors = draw_ambassadors(seed, timeline, people)
    acts = draw_acts(seed, timeline, ambassadors)
    products = catalogue.products_table(seed)
    visits = shop.draw_visits(seed, timeline, people)
    return Company(
        seed=seed,
        timeline=timeline,
        people=people,
        ambassadors=ambassadors,
        acts=acts,
        posts=posts.draw_posts(seed, timeline, people, ambassadors, acts),
        visits=visits,
        baskets=shop.draw_baskets(seed, timeline, people, visits, products),
        credit=credit.draw_credit(seed, timeline, people, ambassadors, visits),
        contributions=community.draw_contributions(seed, timeline, people, ambassadors, acts),
        customers=customers_table(seed, timeline, people),
        products=products,
        campaigns=campaigns.campaigns_table(timeline),
    )


def table_builders(company: Company) -> dict[str, Callable[[], pl.DataFrame]]:
    """For each of the contract's 18 tables the function that cuts it out of the company."""
    seed, timeline, people = company.seed, company.timeline, company.people
    ambassadors, acts, written = company.ambassadors, company.acts, company.posts
    visits, baskets, brought = company.visits, company.baskets, company.credit
    contributed = company.contributions
    codes = credit.checkout_codes(ambassadors, visits, brought)
    return {
        "customers": lambda: company.customers,
        "products": lambda: company.products,
        "orders": partial(shop.orders_table, seed, timeline, people, visits, baskets, codes),
        "order_lines": partial(shop.order_lines_table, visits, baskets),
        "refunds": partial(shop.refunds_table, seed, timeline, visits, baskets),
        "subscriptions": partial(subscriptions.subscriptions_table, seed, timeline, people),
        "ambassadors": partial(ambassadors_table, seed, timeline, ambassadors, company.customers),
        "touches": partial(credit.touches_table, seed, timeline, people, ambassadors, visits, brought, written),
        "referrals": partial(credit.referrals_table, seed, timeline, people, ambassadors, acts, visits, brought),
        "content": partial(posts.content_table, seed, timeline, people, written),
        "interactions": partial(engagement.interactions_table, seed, timeline, people, ambassadors, acts),
        "surveys": partial(surveys.surveys_table, seed, timeline, people, ambassadors, visits),
        "costs": partial(costs.costs_table, seed, timeline, ambassadors, visits, baskets, brought),
        "rewards": partial(community.rewards_table, seed, timeline, people, ambassadors, acts, written),
        "challenges": partial(community.challenges_table, timeline, contributed),
        "contributions": partial(community.contributions_table, timeline, people, contributed),
        "campaigns": lambda: company.campaigns,
        "campaign_events": partial(
            campaigns.campaign_events_table, seed, timeline, people, ambassadors, company.campaigns
        ),
    }
