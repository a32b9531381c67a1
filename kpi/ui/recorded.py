"""Texts that were recorded in English when data was imported, said in the language of who reads them now."""

import re
from functools import cache

from kpi.language import mark, translate

TEMPLATES = (
    # Rules of the data contract, as the quarantine keeps them.
    mark("is not a date (YYYY-MM-DD)"),
    mark("is not a number with a decimal dot, below 10^{power}"),
    mark("is not a timestamp (YYYY-MM-DD HH:MM:SS) that exists in the business time zone"),
    mark("is not a whole number"),
    mark("is not text"),
    mark("is not true or false"),
    mark("is required"),
    mark("must be 0 to 10 for nps, 1 to 5 for csat"),
    mark("must be after starts_on"),
    mark("must be at least {minimum}"),
    mark("must be more than {limit}"),
    mark("must be one of {values}"),
    mark("must be there exactly when answered_at is"),
    mark("must be {count} capital letters, such as {example}"),
    mark("must exist in {table}"),
    mark("an order's refunds must not exceed its net_amount"),
    # Audits that warn, as a version's manifest keeps them; see data/models/audits.
    mark("a customer is enrolled as two ambassadors at the same time; their acts count for both in active ambassadors"),
    mark("the lines of an order do not add up to its net amount (by more than one cent)"),
    mark("an audit of an earlier release found"),
)


def in_words(recorded: str) -> str:
    """The text in the language spoken; as it was recorded when it is none of those known."""
    for template in TEMPLATES:
        found = _pattern(template).fullmatch(recorded)
        if found:
            return translate(template, **found.groupdict())
    return recorded


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """What fits the template, each placeholder a group of its name."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template)), re.DOTALL)
