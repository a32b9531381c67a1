"""The ambassadors: enrolment, stretches of activity and silence, and every act inside a stretch."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from kpi.demo.draws import Flags, Floats, Integers, Texts, choose, generator, happens, known_where, numbered, repeated
from kpi.demo.names import email_addresses, full_names, plain
from kpi.demo.people import COUNTRIES, LAUNCH_DAY, People
from kpi.demo.timeline import FOREVER, Timeline

COMMISSION_SHARE = 0.30
PARTNER_SHARE, PARTNER_MINIMUM = 0.03, 1
LEVERS = {"email": 34, "website": 26, "app": 14, "event": 11, "sales": 8, "other": 7}

NEVER_ACTIVE_SHARE = 0.16
DAYS_TO_FIRST_ACT = 9
ACTIVE_DAYS, SILENT_DAYS = (18, 62), (25, 102)  # shortest, and mean of what is added to it
ACTS_PER_ACTIVE_DAY, ACT_SPREAD = 0.10, 0.55
SILENT_INFLUENCE = 0.2

CONTENT, REFERRAL, CONTRIBUTION = "content", "referral", "contribution"
ACT_KINDS = {
    CONTENT: 30, REFERRAL: 9, CONTRIBUTION: 12, "community_post": 22, "feedback": 9, "vote": 11, "beta_test": 5,
    "event_spoken": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambassadors:
    """One entry per ambassador, in order of enrolment; `customer` is -1 for a partner who is no customer."""

    ambassador_id: Texts
    customer: Integers
    enrolled: Integers
    left: Integers
    is_commission: Flags
    lever: Texts
    is_active: Flags  # shape (ambassadors, days): within a stretch of activity that day
    pull_until: Floats  # shape (days, ambassadors): cumulated influence of those enrolled that day

    @property
    def count(self) -> int:
        """How many ambassadors there are."""
        return len(self.ambassador_id)

    def choose(self, draw: np.random.Generator, days: Integers) -> Integers:
        """For each day the position of an ambassador enrolled then, by influence; -1 on a day without any."""
        cumulated = self.pull_until[days]
        chosen = (cumulated <= (draw.random(len(days)) * cumulated[:, -1])[:, None]).sum(axis=1)
        return np.where(cumulated[:, -1] > 0, chosen, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What ambassadors did as ambassadors, one entry per act, in order of time."""

    ambassador: Integers
    moment: Integers
    kind: Texts


def draw_ambassadors(seed: int, timeline: Timeline, people: People) -> Ambassadors:
    """Enrolled customers and a few partners, with their stretches of activity."""
    draw = generator(seed, "ambassadors")
    customers = np.flatnonzero(people.is_ambassador)
    partners = max(PARTNER_MINIMUM, round(PARTNER_SHARE * len(customers)))
    partner_days = draw.integers(LAUNCH_DAY + 20, timeline.days - 60, partners)
    customer = np.concatenate([customers, np.full(partners, -1)])
    enrolled = np.concatenate([people.enrolled[customers], timeline.on_days(draw, partner_days)])
    left = np.concatenate([people.left[customers], np.full(partners, FOREVER)])
    order = np.argsort(enrolled, kind="stable")
    customer, enrolled, left = customer[order], enrolled[order], left[order]
    is_active = _draw_stretches(draw, timeline, enrolled, left)
    influence = np.exp(draw.normal(0.0, 0.8, len(customer)))
    pull = influence * np.where(is_active.T, 1.0, SILENT_INFLUENCE) * _is_enrolled(timeline, enrolled, left).T
    return Ambassadors(
        ambassador_id=numbered("A", len(customer), 4),
        customer=customer,
        enrolled=enrolled,
        left=left,
        is_commission=happens(draw, COMMISSION_SHARE, len(customer)) | (customer < 0),
        lever=choose(draw, LEVERS, len(customer)),
        is_active=is_active,
        pull_until=np.cumsum(pull, axis=1),
    )


def draw_acts(seed: int, timeline: Timeline, ambassadors: Ambassadors) -> Acts:
    """Acts fall at random within a person's active stretches; a partner only refers."""
    draw = generator(seed, "acts")
    eagerness = ACTS_PER_ACTIVE_DAY * np.exp(draw.normal(0.0, ACT_SPREAD, ambassadors.count))
    counts = draw.poisson(eagerness[:, None] * ambassadors.is_active)
    cells = repeated(counts.ravel().astype(np.int64))
    ambassador, day = cells // timeline.days, cells % timeline.days
    moment = timeline.on_days(draw, day)
    kind = choose(draw, ACT_KINDS, len(cells))
    kind[ambassadors.customer[ambassador] < 0] = REFERRAL
    order = np.argsort(moment, kind="stable")
    return Acts(ambassador=ambassador[order], moment=moment[order], kind=kind[order])


def ambassadors_table(seed: int, timeline: Timeline, ambassadors: Ambassadors, customers: pl.DataFrame) -> pl.DataFrame:
    """The table `ambassadors`; names and addresses are those of the customer."""
    draw = generator(seed, "ambassadors table")
    is_partner = ambassadors.customer < 0
    own = customers.select("customer_id", "full_name", "email")[np.maximum(ambassadors.customer, 0)]
    partner_names = full_names(draw, choose(draw, COUNTRIES, ambassadors.count))
    partner_emails = email_addresses(partner_names, first_number=len(customers) + 1)
    partner = pl.Series(is_partner)
    names = own["full_name"].zip_with(~partner, pl.Series(partner_names))
    codes = [f"{plain(name.split()[0]).upper()}{number}" for number, name in enumerate(names, 100)]
    return pl.DataFrame(
        {
            "ambassador_id": ambassadors.ambassador_id,
            "customer_id": known_where(~is_partner, own["customer_id"]),
            "full_name": names,
            "email": own["email"].zip_with(~partner, pl.Series(partner_emails)),
            "enrolled_at": timeline.stamps(ambassadors.enrolled),
            "left_at": timeline.stamps(ambassadors.left),
            "programme": np.where(ambassadors.is_commission, "commission", "recognition"),
            "referral_code": codes,
            "lever": ambassadors.lever,
        }
    )


def _is_enrolled(timeline: Timeline, enrolled: Integers, left: Integers) -> Flags:
    """Shape (ambassadors, days): the whole day lies between enrolment and leaving."""
    begin, end = timeline.midnights[:-1], timeline.midnights[1:]
    flags: Flags = (enrolled[:, None] <= begin) & (left[:, None] >= end)
    return flags


def _draw_stretches(draw: np.random.Generator, timeline: Timeline, enrolled: Integers, left: Integers) -> Flags:
    """Shape (ambassadors, days): activity and silence take turns from shortly after enrolment."""
    count = len(enrolled)
    is_active = np.zeros((count, timeline.days), dtype=np.bool_)
    begin = timeline.day_of(enrolled) + 1.0 + draw.exponential(DAYS_TO_FIRST_ACT, count)
    begin[happens(draw, NEVER_ACTIVE_SHARE, count)] = timeline.days
    days = np.arange(timeline.days)
    while (begin < timeline.days).any():
        end = begin + ACTIVE_DAYS[0] + draw.exponential(ACTIVE_DAYS[1], count)
        is_active |= (days >= begin[:, None]) & (days < end[:, None])
        begin = end + SILENT_DAYS[0] + draw.exponential(SILENT_DAYS[1], count)
    return is_active & _is_enrolled(timeline, enrolled, left)
