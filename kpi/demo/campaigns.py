"""Invitations to become an ambassador: by e-mail, on the website, in the app."""

from datetime import date

import numpy as np
import polars as pl

from kpi.demo.ambassadors import Ambassadors
from kpi.demo.draws import Flags, Integers, Texts, generator, happens, numbered
from kpi.demo.people import LAUNCH_DAY, People
from kpi.demo.timeline import DAY, FOREVER, Timeline

# lever: days between two campaigns, share of the customers reached, opened of those, clicked of the openers
LEVERS = {"email": (30, 0.055, 0.36, 0.11), "website": (91, 0.09, 0.30, 0.07), "app": (121, 0.03, 0.45, 0.12)}
NAMES = {"email": "Invitation to the circle", "website": "Programme page", "app": "In-app invitation"}
UNSUBSCRIBED_SHARE, BOUNCED_SHARE = 0.004, 0.012
HOURS_TO_DELIVER = {"email": 2, "website": 240, "app": 160}
HOURS_TO_OPEN, HOURS_TO_CLICK = 20, 3
LONGEST_DAYS_TO_ENROL = 60
STEPS = {"delivered": 0.35, "opened": 0.6, "clicked": 0.85, "enrolled": 1.0}  # along the way to enrolment


def campaigns_table(timeline: Timeline) -> pl.DataFrame:
    """The table `campaigns`, in order of start."""
    rows = sorted((int(day), lever) for lever, (days, *_) in LEVERS.items() for day in _campaign_days(timeline, days))
    days = np.array([day for day, _ in rows])
    return pl.DataFrame(
        {
            "campaign_id": numbered("M", len(rows), 3),
            "lever": [lever for _, lever in rows],
            "name": [_name(lever, timeline.date_of(day)) for day, lever in rows],
            "started_at": timeline.stamps(timeline.midnights[days] + 9 * 3_600),
        }
    )


def campaign_events_table(
    seed: int, timeline: Timeline, people: People, ambassadors: Ambassadors, campaigns: pl.DataFrame
) -> pl.DataFrame:
    """The table `campaign_events`: the many who were invited, and the way of those who enrolled."""
    draw = generator(seed, "campaign events")
    started = campaigns["started_at"].dt.epoch("s").to_numpy()
    levers = campaigns["lever"].to_list()
    ids = campaigns["campaign_id"].to_list()
    tables = [
        _invited(draw, timeline, people, campaign_id, lever, int(moment))
        for campaign_id, lever, moment in zip(ids, levers, started, strict=True)
    ]
    tables += [_enrolled(timeline, people, ambassadors, campaigns, lever) for lever in LEVERS]
    columns = ["campaign_id", "customer_id", "kind", "occurred_at"]
    return pl.concat(tables).drop_nulls("occurred_at").sort("occurred_at", *columns[:3]).select(columns)


def _campaign_days(timeline: Timeline, days_between: int) -> Integers:
    return np.arange(LAUNCH_DAY, timeline.days, days_between)


def _name(lever: str, day: date) -> str:
    return f"{NAMES[lever]}, {day:%Y-%m}"


def _invited(
    draw: np.random.Generator, timeline: Timeline, people: People, campaign_id: str, lever: str, started: int
) -> pl.DataFrame:
    """Those invited who never became ambassadors; mail goes only to people who agreed to be contacted."""
    _, reached, opened_share, clicked_share = LEVERS[lever]
    possible = (people.joined < started) & ~people.is_ambassador
    if lever == "email":
        possible &= people.has_consent
    customer = np.flatnonzero(possible & happens(draw, reached, people.count))
    count = len(customer)
    sent = started + draw.exponential(HOURS_TO_DELIVER[lever] * 3_600, count).astype(np.int64)
    bounced = happens(draw, BOUNCED_SHARE, count) & (lever == "email")
    opens = ~bounced & happens(draw, opened_share, count)
    opened = sent + 60 + draw.exponential(HOURS_TO_OPEN * 3_600, count).astype(np.int64)
    clicks = opens & happens(draw, clicked_share, count)
    clicked = opened + 5 + draw.exponential(HOURS_TO_CLICK * 3_600, count).astype(np.int64)
    leaves = opens & ~clicks & happens(draw, UNSUBSCRIBED_SHARE, count) & (lever == "email")
    steps: dict[str, tuple[Flags, Integers]] = {
        "delivered": (~bounced, sent),
        "bounced": (bounced, sent),
        "opened": (opens, opened),
        "clicked": (clicks, clicked),
        "unsubscribed": (leaves, opened + 30),
    }
    ids = people.customer_id[customer]
    return pl.concat(
        _rows(timeline, np.full(flags.sum(), campaign_id), ids[flags], kind, moments[flags])
        for kind, (flags, moments) in steps.items()
    )


def _enrolled(
    timeline: Timeline, people: People, ambassadors: Ambassadors, campaigns: pl.DataFrame, lever: str
) -> pl.DataFrame:
    """The way of those whom the lever recruited, from the last campaign before they enrolled."""
    of_lever = campaigns.filter(pl.col("lever") == lever)
    starts = of_lever["started_at"].dt.epoch("s").to_numpy()
    ids = of_lever["campaign_id"].to_numpy().astype(np.str_)
    last = np.searchsorted(starts, ambassadors.enrolled) - 1
    gap = np.where(last >= 0, ambassadors.enrolled - starts[last], FOREVER)
    known = (ambassadors.lever == lever) & (ambassadors.customer >= 0) & (gap < LONGEST_DAYS_TO_ENROL * DAY)
    known &= people.joined[ambassadors.customer] < starts[last]
    customer = people.customer_id[ambassadors.customer[known]]
    return pl.concat(
        _rows(timeline, ids[last[known]], customer, kind, starts[last[known]] + (gap[known] * part).astype(np.int64))
        for kind, part in STEPS.items()
    )


def _rows(timeline: Timeline, campaign: Texts, customer: Texts, kind: str, moments: Integers) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "campaign_id": pl.Series(campaign, dtype=pl.String),
            "customer_id": pl.Series(customer, dtype=pl.String),
            "kind": pl.Series([kind], dtype=pl.String).new_from_index(0, len(moments)),
            "occurred_at": timeline.stamps(moments),
        }
    )
