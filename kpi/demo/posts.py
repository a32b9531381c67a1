"""Content: what ambassadors and customers post of their own accord, for a reward, or for a fee."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from kpi.demo.ambassadors import CONTENT, Acts, Ambassadors
from kpi.demo.draws import Floats, Integers, Texts, choose, generator, happens, known_where, numbered, repeated
from kpi.demo.people import LAUNCH_DAY, People
from kpi.demo.timeline import DAY, FOREVER, YEAR, Timeline

ORGANIC, INCENTIVISED, PAID = "organic", "incentivised", "paid"
CONVERSION = {ORGANIC: 0.070, INCENTIVISED: 0.042, PAID: 0.021}
CONVERSION_EVENNESS = 80  # the higher, the more alike the posts of one origin
MEDIAN_REACH = {ORGANIC: 650, INCENTIVISED: 800, PAID: 4_200}
ENGAGED_SHARE = {ORGANIC: 0.062, INCENTIVISED: 0.041, PAID: 0.019}
CLICKED_SHARE = {ORGANIC: 0.020, INCENTIVISED: 0.018, PAID: 0.014}

INCENTIVISED_SHARE_RECOGNITION, INCENTIVISED_SHARE_COMMISSION = 0.12, 0.45
CUSTOMER_POSTS_PER_YEAR = 0.055  # of a customer of average engagement
HIDDEN_POSTS_PER_YEAR = 8.0
PAID_POSTS_PER_CUSTOMER = 0.055
PAID_AUTHOR_SHARE = 0.004

PLATFORMS = {"instagram": 40, "tiktok": 20, "youtube": 8, "pinterest": 9, "facebook": 10, "blog": 5, "website": 8}
KINDS = {"post": 18, "photo": 30, "video": 17, "story": 13, "review": 12, "testimonial": 6, "article": 3, "podcast": 1}
BUSINESS_PLATFORMS = {"linkedin": 60, "blog": 25, "website": 15}
BUSINESS_KINDS = {"post": 40, "case_study": 25, "testimonial": 25, "article": 10}
REMOVED_SHARE, UNMEASURED_SHARE = 0.02, 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """One entry per post, in order of time; `author` is a customer's position."""

    content_id: Texts
    author: Integers
    moment: Integers
    origin: Texts

    def latest(self, authors: Integers, moments: Integers) -> Integers:
        """The position of each author's latest post before the moment, -1 where there is none."""
        asked = pl.DataFrame({"author": authors, "moment": moments}).with_row_index("row").sort("moment")
        posts = pl.DataFrame({"author": self.author, "moment": self.moment}).with_row_index("post")
        found = asked.join_asof(
            posts, on="moment", by="author", strategy="backward", allow_exact_matches=False, check_sortedness=False
        )
        return found.sort("row")["post"].cast(pl.Int64).fill_null(-1).to_numpy()


def draw_posts(seed: int, timeline: Timeline, people: People, ambassadors: Ambassadors, acts: Acts) -> Posts:
    """Posts of ambassadors, of engaged customers, of the hidden advocates, and paid ones."""
    draw = generator(seed, "posts")
    act = np.flatnonzero(acts.kind == CONTENT)
    by_commission = ambassadors.is_commission[acts.ambassador[act]]
    incentive = np.where(by_commission, INCENTIVISED_SHARE_COMMISSION, INCENTIVISED_SHARE_RECOGNITION)
    act_origin = np.where(happens(draw, incentive, len(act)), INCENTIVISED, ORGANIC)
    free_author, free_moment = _draw_free_posts(draw, timeline, people)
    paid_author, paid_moment = _draw_paid_posts(draw, timeline, people)
    author = np.concatenate([ambassadors.customer[acts.ambassador[act]], free_author, paid_author])
    moment = np.concatenate([acts.moment[act], free_moment, paid_moment])
    origin = np.concatenate([act_origin, np.full(len(free_author), ORGANIC), np.full(len(paid_author), PAID)])
    order = np.argsort(moment, kind="stable")
    return Posts(
        content_id=numbered("K", len(order), 5), author=author[order], moment=moment[order], origin=origin[order]
    )


def content_table(seed: int, timeline: Timeline, people: People, posts: Posts) -> pl.DataFrame:
    """The table `content`; orders per click depend on the origin, and vary from post to post."""
    draw = generator(seed, "content")
    count = len(posts.moment)
    reach = (_by_origin(MEDIAN_REACH, posts) * np.exp(draw.normal(0.0, 0.9, count))).astype(np.int64)
    clicks = draw.binomial(reach, _by_origin(CLICKED_SHARE, posts) * draw.uniform(0.5, 1.5, count))
    mean = _by_origin(CONVERSION, posts)
    orders = draw.binomial(clicks, draw.beta(CONVERSION_EVENNESS * mean, CONVERSION_EVENNESS * (1 - mean)))
    removed = posts.moment + draw.exponential(40 * DAY, count).astype(np.int64) + 3_600
    for_business = people.is_business[posts.author] & happens(draw, 0.6, count)
    return pl.DataFrame(
        {
            "content_id": posts.content_id,
            "customer_id": people.customer_id[posts.author],
            "posted_at": timeline.stamps(posts.moment),
            "platform": np.where(for_business, choose(draw, BUSINESS_PLATFORMS, count), choose(draw, PLATFORMS, count)),
            "kind": np.where(for_business, choose(draw, BUSINESS_KINDS, count), choose(draw, KINDS, count)),
            "origin": posts.origin,
            "reach": known_where(~happens(draw, UNMEASURED_SHARE, count), reach),
            "engagements": draw.binomial(reach, _by_origin(ENGAGED_SHARE, posts) * draw.uniform(0.4, 1.6, count)),
            "clicks": clicks,
            "orders": orders,
            "url": [f"https://posts.example.com/{content_id.lower()}" for content_id in posts.content_id],
            "removed_at": timeline.stamps(np.where(happens(draw, REMOVED_SHARE, count), removed, FOREVER)),
        }
    )


def _by_origin(values: dict[str, float] | dict[str, int], posts: Posts) -> Floats:
    names = np.array(sorted(values))
    return np.array([float(values[name]) for name in names])[np.searchsorted(names, posts.origin)]


def _draw_free_posts(draw: np.random.Generator, timeline: Timeline, people: People) -> tuple[Integers, Integers]:
    """Posts of their own accord by customers who are not ambassadors at that moment."""
    until = np.minimum(np.minimum(people.quits, people.enrolled), timeline.end)
    pace = np.where(people.is_hidden_advocate, HIDDEN_POSTS_PER_YEAR, CUSTOMER_POSTS_PER_YEAR * people.engagement**1.4)
    years = np.maximum(until - people.joined, 0) / YEAR
    author = repeated(draw.poisson(pace * years))
    return author, timeline.place(draw, people.joined[author], until[author])


def _draw_paid_posts(draw: np.random.Generator, timeline: Timeline, people: People) -> tuple[Integers, Integers]:
    """Posts for a fee by a few creators, since the launch of the programme."""
    joined_early = np.flatnonzero((people.joined < timeline.midnights[timeline.days // 2]) & ~people.is_hidden_advocate)
    creators = draw.choice(
        joined_early, min(len(joined_early), max(3, round(PAID_AUTHOR_SHARE * people.count))), replace=False
    )
    author = draw.choice(creators, round(PAID_POSTS_PER_CUSTOMER * people.count))
    low = np.maximum(people.joined[author], timeline.midnights[LAUNCH_DAY])
    moment = timeline.place(draw, low, np.full(len(author), timeline.end))
    return author, moment
