"""The customers: who they are, and the hidden traits that drive everything they do."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from kpi.demo.draws import (
    Flags,
    Floats,
    Integers,
    Texts,
    choose,
    choose_index,
    generator,
    happens,
    known_where,
    numbered,
)
from kpi.demo.names import email_addresses, full_names
from kpi.demo.timeline import DAY, FOREVER, YEAR, Timeline

COUNTRIES = {"FR": 46, "BE": 14, "CH": 10, "DE": 12, "ES": 7, "IT": 7, "LU": 1.5, "NL": 1.5, "PT": 1}
CHANNELS = {
    "search": 27, "paid_social": 26, "direct": 18, "email": 8, "marketplace": 11, "event": 4, "unknown": 6,
}  # fmt: skip
SECTORS = {
    "boutique": 34, "concept store": 14, "bridal": 9, "department store": 7, "personal styling": 16,
    "second hand": 10, "hotel retail": 4, "sportswear": 6,
}  # fmt: skip
SIZES = {"solo": 24, "2-10": 38, "11-50": 22, "51-250": 10, "251-1000": 4, "1000+": 2}

BUSINESS_SHARE = 0.04
STAFF_SHARE = 0.0004
CONSENT_SHARE, AMBASSADOR_CONSENT_SHARE = 0.69, 0.9
MISSING_COUNTRY, MISSING_EMAIL, MISSING_SECTOR, MISSING_SIZE = 0.03, 0.02, 0.12, 0.10
KNOWN_REACH_SHARE = 0.35
LOG_REACH, REACH_BY_ENGAGEMENT = (5.6, 1.2), 0.35  # mean and spread of the logarithm

OPENING_SHARE, OPENING_DAYS = 0.10, 45
YEARLY_JOIN_GROWTH, JOINING_FOLLOWS_SEASON = 0.18, 0.6

ENGAGEMENT_SPREAD, SATISFIED_BY_ENGAGEMENT = 0.8, 0.35
ORDERS_PER_YEAR, PACE_SHAPE = 3.3, 1.6
YEARS_OF_INTEREST = 1.5

HIDDEN_SHARE, HIDDEN_MINIMUM = 0.003, 3
HIDDEN_MINIMUM_TENURE = 300 * DAY
HIDDEN_ENGAGEMENT, HIDDEN_SATISFACTION = (6.0, 10.0), 2.0

AMBASSADOR_SHARE, AMBASSADOR_MINIMUM = 0.0205, 12
LAUNCH_DAY = 60
LAUNCH_SHARE, LAUNCH_DAYS = 0.12, 30
ENROLMENT_GROWTH = 1.35  # 1 is as many every month; the higher, the more of them lately
SATISFACTION_APPEALS = 0.3
MINIMUM_TENURE = 30 * DAY
LEAVING_SHARE = 0.11
DAYS_BEFORE_LEAVING = (120, 260)  # shortest, and mean of what is added to it

FIRST_BROUGHT_DAY = LAUNCH_DAY + 45
BROUGHT_SHARE_AT_START, BROUGHT_SHARE_AT_END = 0.035, 0.068
BROUGHT_AND_SAYS_SO = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One entry per customer, in order of joining; moments in seconds, `FOREVER` for what does not happen."""

    customer_id: Texts
    joined: Integers
    quits: Integers
    engagement: Floats
    satisfaction: Floats
    orders_per_year: Floats
    is_business: Flags
    is_staff: Flags
    has_consent: Flags
    is_hidden_advocate: Flags
    is_brought: Flags
    enrolled: Integers
    left: Integers

    @property
    def count(self) -> int:
        """How many customers there are."""
        return len(self.customer_id)

    @property
    def is_ambassador(self) -> Flags:
        """Who is, was or becomes an ambassador."""
        return self.enrolled < FOREVER


def draw_people(seed: int, timeline: Timeline, customers: int) -> People:
    """Draw everything about the customers that does not stand in one table."""
    draw = generator(seed, "people")
    joined = _draw_joining(draw, timeline, customers)
    mood = draw.standard_normal(customers)
    engagement = np.exp(ENGAGEMENT_SPREAD * mood)
    satisfaction = SATISFIED_BY_ENGAGEMENT * mood
    satisfaction += np.sqrt(1 - SATISFIED_BY_ENGAGEMENT**2) * draw.standard_normal(customers)
    orders_per_year = ORDERS_PER_YEAR * draw.gamma(PACE_SHAPE, 1 / PACE_SHAPE, customers) * engagement**0.5
    quits = joined + (draw.exponential(YEARS_OF_INTEREST * YEAR, customers) * engagement**0.5).astype(np.int64)
    is_staff = np.zeros(customers, dtype=np.bool_)
    is_staff[draw.choice(customers, max(2, round(STAFF_SHARE * customers)), replace=False)] = True
    has_consent = happens(draw, CONSENT_SHARE, customers)
    appeal = np.where(is_staff, 0.0, engagement * orders_per_year * np.exp(SATISFACTION_APPEALS * satisfaction))
    enrolled = _draw_enrolment(draw, timeline, joined, quits, appeal)
    left = _draw_leaving(draw, enrolled)
    hidden = _draw_hidden_advocates(draw, timeline, joined, has_consent & ~is_staff & (enrolled == FOREVER))
    return People(
        customer_id=numbered("C", customers, 6),
        joined=joined,
        quits=np.where(hidden, FOREVER, quits),
        engagement=np.where(hidden, draw.uniform(*HIDDEN_ENGAGEMENT, customers), engagement),
        satisfaction=np.where(hidden, satisfaction + HIDDEN_SATISFACTION, satisfaction),
        orders_per_year=orders_per_year,
        is_business=happens(draw, BUSINESS_SHARE, customers),
        is_staff=is_staff,
        has_consent=has_consent | ((enrolled < FOREVER) & happens(draw, AMBASSADOR_CONSENT_SHARE, customers)),
        is_hidden_advocate=hidden,
        is_brought=_draw_brought(draw, timeline, joined) & ~is_staff,
        enrolled=enrolled,
        left=left,
    )


def customers_table(seed: int, timeline: Timeline, people: People) -> pl.DataFrame:
    """The table `customers`; a business has a sector and a size unless nobody filled them in."""
    draw = generator(seed, "customers")
    count = people.count
    countries = choose(draw, COUNTRIES, count)
    names = full_names(draw, countries)
    told_channel = choose(draw, CHANNELS, count)
    channel = np.where(people.is_brought & happens(draw, BROUGHT_AND_SAYS_SO, count), "ambassador", told_channel)
    reach = np.exp(draw.normal(*LOG_REACH, count) + REACH_BY_ENGAGEMENT * np.log(people.engagement)).astype(np.int64)
    reach_is_known = happens(draw, KNOWN_REACH_SHARE, count) | people.is_ambassador
    return pl.DataFrame(
        {
            "customer_id": people.customer_id,
            "full_name": names,
            "email": known_where(~happens(draw, MISSING_EMAIL, count), email_addresses(names)),
            "country_code": known_where(~happens(draw, MISSING_COUNTRY, count), countries),
            "sector": known_where(
                people.is_business & ~happens(draw, MISSING_SECTOR, count), choose(draw, SECTORS, count)
            ),
            "company_size": known_where(
                people.is_business & ~happens(draw, MISSING_SIZE, count), choose(draw, SIZES, count)
            ),
            "joined_at": timeline.stamps(people.joined),
            "acquisition_channel": channel,
            "reach": known_where(reach_is_known, reach),
            "contact_consent": people.has_consent,
            "is_staff": people.is_staff,
        }
    )


def _draw_joining(draw: np.random.Generator, timeline: Timeline, customers: int) -> Integers:
    numbers = np.arange(timeline.days)
    steady = timeline.season**JOINING_FOLLOWS_SEASON * (1 + YEARLY_JOIN_GROWTH * numbers / 365)
    opening = np.where(numbers < OPENING_DAYS, 1.0, 0.0)
    weights = (1 - OPENING_SHARE) * steady / steady.sum() + OPENING_SHARE * opening / opening.sum()
    return np.sort(timeline.on_days(draw, choose_index(draw, weights, customers)))


def _draw_enrolment(
    draw: np.random.Generator, timeline: Timeline, joined: Integers, quits: Integers, appeal: Floats
) -> Integers:
    """Enrolment goes by appeal among those then interested; it does not look at what they order afterwards."""
    count = max(AMBASSADOR_MINIMUM, round(AMBASSADOR_SHARE * len(joined)))
    at_launch = LAUNCH_DAY + draw.random(round(LAUNCH_SHARE * count)) * LAUNCH_DAYS
    later = LAUNCH_DAY + (timeline.days - LAUNCH_DAY) * draw.power(ENROLMENT_GROWTH, count - len(at_launch))
    moments = np.sort(timeline.on_days(draw, np.concatenate([at_launch, later]).astype(np.int64)))
    enrolled = np.full(len(joined), FOREVER)
    for moment in moments:
        candidates = (joined + MINIMUM_TENURE < moment) & (quits > moment) & (enrolled == FOREVER)
        weights = np.where(candidates, appeal, 0.0)
        if weights.sum() > 0:
            enrolled[choose_index(draw, weights, 1)] = moment
    return enrolled


def _draw_leaving(draw: np.random.Generator, enrolled: Integers) -> Integers:
    leaves = happens(draw, LEAVING_SHARE, len(enrolled)) & (enrolled < FOREVER)
    stay = (DAYS_BEFORE_LEAVING[0] + draw.exponential(DAYS_BEFORE_LEAVING[1], len(enrolled))) * DAY
    return np.where(leaves, enrolled + stay.astype(np.int64), FOREVER)


def _draw_hidden_advocates(draw: np.random.Generator, timeline: Timeline, joined: Integers, possible: Flags) -> Flags:
    candidates = np.flatnonzero(possible & (joined < timeline.end - HIDDEN_MINIMUM_TENURE))
    count = min(len(candidates), max(HIDDEN_MINIMUM, round(HIDDEN_SHARE * len(joined))))
    hidden = np.zeros(len(joined), dtype=np.bool_)
    hidden[draw.choice(candidates, count, replace=False)] = True
    return hidden


def _draw_brought(draw: np.random.Generator, timeline: Timeline, joined: Integers) -> Flags:
    share = BROUGHT_SHARE_AT_START + (BROUGHT_SHARE_AT_END - BROUGHT_SHARE_AT_START) * timeline.ramp(joined)
    return happens(draw, share, len(joined)) & (timeline.day_of(joined) >= FIRST_BROUGHT_DAY)
