"""Surveys: customers after an order, ambassadors four times a year; many stay unanswered."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import polars as pl

from kpi.demo.ambassadors import Ambassadors
from kpi.demo.draws import Floats, Integers, Texts, choose, generator, happens, known_where, numbered
from kpi.demo.people import LAUNCH_DAY, People
from kpi.demo.shop import Visits
from kpi.demo.timeline import DAY, FOREVER, Timeline

ASKED_AFTER_ORDER = {"nps": 0.15, "csat": 0.17}
DAYS_AFTER_ORDER = {"nps": 14, "csat": 4}
DAYS_BETWEEN_WAVES = 91
WAVE_OFFSET = {"nps": 30, "csat": 75}
HIDDEN_ASKED_WITHIN_DAYS = (20, 330)

ANSWERED_SHARE = {"customer": 0.29, "ambassador": 0.38}
ENGAGEMENT_ANSWERS_MORE = 0.05
HOURS_TO_ANSWER = 30
TRAIT_WEIGHT = 0.6  # of lasting satisfaction in an answer; the rest is the day's mood

# Shares of the scores 0 to 10, and 1 to 5, of a respondent of average satisfaction.
SCORES = {
    ("customer", "nps"): (0.012, 0.010, 0.015, 0.023, 0.035, 0.065, 0.090, 0.150, 0.225, 0.205, 0.170),
    ("ambassador", "nps"): (0.014, 0.010, 0.014, 0.018, 0.030, 0.070, 0.094, 0.155, 0.215, 0.205, 0.175),
    ("customer", "csat"): (0.035, 0.060, 0.125, 0.420, 0.360),
    ("ambassador", "csat"): (0.025, 0.050, 0.115, 0.410, 0.400),
}
LOWEST_SCORE = {"nps": 0, "csat": 1}
PLEASED, DISPLEASED = {"nps": 9, "csat": 5}, {"nps": 6, "csat": 2}

COMMENTED_SHARE = 0.35
GOOD_COMMENTS = (
    "The cut is perfect and it arrived in two days.", "Toujours aussi contente, la qualité tient dans le temps.",
    "Ich habe schon zwei Freundinnen davon erzählt.", "Le conseil en boutique change tout.",
    "Me encanta el tejido, repetiré seguro.", "Consigliato a tutto l'ufficio.",
    "The app saves me an hour with every client.", "On se sent écouté, c'est rare.",
    "Tolle Farben, und die Grösse stimmt endlich.", "Lovely packaging, no plastic.",
)  # fmt: skip
FAIR_COMMENTS = (
    "Good, but the sizes run small.", "Bien, livraison un peu lente.", "Schöne Sachen, leider oft ausverkauft.",
    "Correcto, sin más.", "I would like more colours.", "Bello, ma un po' caro.", "Le site pourrait être plus rapide.",
    "Solid quality, the app needs an offline mode.",
)  # fmt: skip
POOR_COMMENTS = (
    "The parcel came a week late.", "Remboursement trop long.", "Die Naht ging nach zwei Wäschen auf.",
    "Nadie contestó a mi correo.", "La taglia non corrisponde alla tabella.", "Support closed my ticket unanswered.",
    "Trop de courriels.",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """One entry per question asked of one audience with one kind of score."""

    audience: str
    kind: str
    customer: Integers
    asked: Integers


def surveys_table(
    seed: int, timeline: Timeline, people: People, ambassadors: Ambassadors, visits: Visits
) -> pl.DataFrame:
    """The table `surveys`, in order of asking."""
    draw = generator(seed, "surveys")
    answers = [
        _answer(draw, timeline, people, questions)
        for kind in LOWEST_SCORE
        for questions in (
            _ask_after_orders(draw, timeline, people, visits, kind),
            _ask_ambassadors(draw, timeline, ambassadors, kind),
        )
    ]
    table = pl.concat(answers).sort("asked_at", "customer_id", "audience", "kind", maintain_order=True)
    return table.select(pl.Series("response_id", numbered("S", len(table), 6)), pl.all())


def _ask_after_orders(
    draw: np.random.Generator, timeline: Timeline, people: People, visits: Visits, kind: str
) -> Questions:
    asked_about = np.flatnonzero(happens(draw, ASKED_AFTER_ORDER[kind], len(visits.moment)))
    customer, asked = visits.customer[asked_about], visits.moment[asked_about] + DAYS_AFTER_ORDER[kind] * DAY
    if kind == "nps":
        hidden = np.flatnonzero(people.is_hidden_advocate)
        days_ago = draw.integers(*HIDDEN_ASKED_WITHIN_DAYS, len(hidden))
        customer = np.concatenate([customer, hidden])
        asked = np.concatenate([asked, timeline.on_days(draw, timeline.days - days_ago)])
    in_time = asked < timeline.end
    return Questions(audience="customer", kind=kind, customer=customer[in_time], asked=asked[in_time])


def _ask_ambassadors(draw: np.random.Generator, timeline: Timeline, ambassadors: Ambassadors, kind: str) -> Questions:
    customer, asked = [], []
    for day in range(LAUNCH_DAY + WAVE_OFFSET[kind], timeline.days, DAYS_BETWEEN_WAVES):
        begin = timeline.midnights[day]
        members = (ambassadors.enrolled < begin - 14 * DAY) & (ambassadors.left > begin) & (ambassadors.customer >= 0)
        customer.append(ambassadors.customer[members])
        asked.append(timeline.on_days(draw, np.full(members.sum(), day)))
    return Questions(audience="ambassador", kind=kind, customer=np.concatenate(customer), asked=np.concatenate(asked))


def _answer(draw: np.random.Generator, timeline: Timeline, people: People, questions: Questions) -> pl.DataFrame:
    """Scores follow lasting satisfaction; who is more engaged answers more often."""
    count = len(questions.asked)
    hidden = people.is_hidden_advocate[questions.customer]
    leaning = ENGAGEMENT_ANSWERS_MORE * np.log(people.engagement[questions.customer])
    answers = happens(draw, np.where(hidden, 1.0, ANSWERED_SHARE[questions.audience] + leaning), count)
    wait = draw.exponential(HOURS_TO_ANSWER * 3_600, count).astype(np.int64) + 300
    answered = np.where(answers, questions.asked + wait, FOREVER)
    has_answered = answered < timeline.end
    mood = TRAIT_WEIGHT * people.satisfaction[questions.customer]
    mood += np.sqrt(1 - TRAIT_WEIGHT**2) * draw.standard_normal(count)
    score = _score(questions.audience, questions.kind, mood)
    score = np.where(hidden & (questions.kind == "nps"), np.maximum(score, PLEASED["nps"]), score)
    comment = _comment(draw, questions.kind, score)
    return pl.DataFrame(
        {
            "customer_id": people.customer_id[questions.customer],
            "audience": np.full(count, questions.audience),
            "kind": np.full(count, questions.kind),
            "asked_at": timeline.stamps(questions.asked),
            "answered_at": timeline.stamps(answered),
            "score": known_where(has_answered, score),
            "comment": known_where(has_answered & happens(draw, COMMENTED_SHARE, count), comment),
        }
    )


def _score(audience: str, kind: str, mood: Floats) -> Integers:
    """The score whose share of a normal population the mood falls into."""
    shares = SCORES[audience, kind]
    limits = [NormalDist().inv_cdf(share) for share in np.cumsum(shares)[:-1] / sum(shares)]
    return np.searchsorted(limits, mood) + LOWEST_SCORE[kind]


def _comment(draw: np.random.Generator, kind: str, score: Integers) -> Texts:
    good, poor = _pick(draw, GOOD_COMMENTS, score), _pick(draw, POOR_COMMENTS, score)
    return np.where(
        score >= PLEASED[kind], good, np.where(score <= DISPLEASED[kind], poor, _pick(draw, FAIR_COMMENTS, score))
    )


def _pick(draw: np.random.Generator, comments: tuple[str, ...], score: Integers) -> Texts:
    return choose(draw, dict.fromkeys(comments, 1.0), len(score))
