"""What a statement says to its ambassador in whole sentences: a thank-you, and what its numbers mean."""

from typing import Final

from kpi.language import mark, translate, translate_plural
from kpi.metrics import Sheet
from kpi.ui import format as fmt

MEANINGS: Final = (  # the terms of a statement, to its ambassador
    (
        mark("Acts"),
        mark(
            "What you did for us while you were an ambassador: posts, reviews, referrals, talks, contributions, "
            "feedback, tests, votes and the like. Paid posts, purchases and opened e-mails do not count."
        ),
    ),
    (
        mark("Customers brought"),
        mark(
            "People whose first order followed a step of yours (a link, a code, a post or a referral) within {days} "
            "days, with no other ambassador’s step in between. Only their number is given here."
        ),
    ),
    (
        mark("Revenue credited"),
        mark(
            "The net amount of all orders that followed such a step, less what was refunded. It says what came after "
            "your step, not what would have been missing without it."
        ),
    ),
    (
        mark("Rewards"),
        mark(
            "What was granted to you. Recognition is a thank-you that is said or shown; the others are access, a part "
            "in our work, or money."
        ),
    ),
    (
        mark("Commission"),
        mark(
            "Booked is the cost of your commissions in our books in these days; due is what was agreed on, paid what "
            "was sent to you."
        ),
    ),
    (
        mark("Answers"),
        mark(
            "What you answered when we asked you as an ambassador. NPS is how likely you are to recommend us, from 0 "
            "to 10; CSAT how satisfied you are, from 1 to 5."
        ),
    ),
)


def thanks(sheet: Sheet) -> str:
    """A thank-you for what was done and brought in the period, else for being there."""
    acts, people = (int(found.estimate.value or 0) for found in (sheet.acts, sheet.people_brought))
    times = translate_plural("once", "{count} times", acts, count=fmt.count(acts))
    if acts and people:
        return translate_plural(
            "Thank you. You gave us your time and your voice {times}, and {count} customer came to us through you.",
            "Thank you. You gave us your time and your voice {times}, and {count} customers came to us through you.",
            people,
            times=times,
            count=fmt.count(people),
        )
    if acts:
        return translate("Thank you. You gave us your time and your voice {times}, and we are grateful.", times=times)
    if people:
        return translate_plural(
            "Thank you. {count} customer came to us through you.",
            "Thank you. {count} customers came to us through you.",
            people,
            count=fmt.count(people),
        )
    if sheet.left_date is not None:
        return translate("Thank you for the time in which you were one of our ambassadors.")
    return translate("Thank you for being one of our ambassadors. It is good to have you with us.")
