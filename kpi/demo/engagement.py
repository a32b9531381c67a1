"""What customers do besides buying: log in, open mail, vote, ask for help."""

import numpy as np
import polars as pl

from kpi.demo.ambassadors import CONTENT, CONTRIBUTION, REFERRAL, Acts, Ambassadors
from kpi.demo.draws import choose, generator, numbered, repeated
from kpi.demo.people import People
from kpi.demo.timeline import YEAR, Timeline

INTERACTIONS_PER_YEAR = 8.8  # of a customer of average engagement
USUAL_KINDS = {
    "login": 41, "email_opened": 38, "email_clicked": 8, "support_ticket": 3.2, "event_attended": 1.6, "webinar": 1.4,
    "call": 1.6,
}  # fmt: skip
ADVOCACY_KINDS = {"feedback": 1.6, "vote": 1.7, "community_post": 1.5, "beta_test": 0.3, "event_spoken": 0.1}


def interactions_table(
    seed: int, timeline: Timeline, people: People, ambassadors: Ambassadors, acts: Acts
) -> pl.DataFrame:
    """The table `interactions`: the ambassadors' acts, and everybody's everyday traces by engagement."""
    draw = generator(seed, "interactions")
    until = np.minimum(people.quits, timeline.end)
    years = (until - people.joined) / YEAR
    everyday = repeated(draw.poisson(INTERACTIONS_PER_YEAR * people.engagement * years))
    everyday_moment = timeline.place(draw, people.joined[everyday], until[everyday])
    kind = choose(draw, USUAL_KINDS | ADVOCACY_KINDS, len(everyday))
    enrolled = (everyday_moment >= people.enrolled[everyday]) & (everyday_moment < people.left[everyday])
    # What an ambassador does as one follows the stretches of activity only, so that silence is silence.
    kind = np.where(enrolled & np.isin(kind, list(ADVOCACY_KINDS)), "login", kind)
    told_here = ~np.isin(acts.kind, [CONTENT, REFERRAL, CONTRIBUTION])
    customer = np.concatenate([ambassadors.customer[acts.ambassador[told_here]], everyday])
    moment = np.concatenate([acts.moment[told_here], everyday_moment])
    kind = np.concatenate([acts.kind[told_here], kind])
    order = np.argsort(moment, kind="stable")
    return pl.DataFrame(
        {
            "interaction_id": numbered("I", len(order), 7),
            "customer_id": people.customer_id[customer[order]],
            "occurred_at": timeline.stamps(moment[order]),
            "kind": kind[order],
        }
    )
