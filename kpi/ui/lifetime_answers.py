"""What the lifetime page says first. Whole sentences, never put together from parts."""

import streamlit as st

from kpi.analysis.obstacle import Obstacle
from kpi.language import translate
from kpi.metrics.lifetime_definitions import Value
from kpi.metrics.retention import Kind
from kpi.ui import format as fmt
from kpi.ui import lifetimes
from kpi.ui.gaps import HOW_TO_IMPORT
from kpi.ui.page import Page

YEAR, HORIZON = 12, 24  # months


def answer(page: Page) -> str:
    """How long customers stay and what a new one is worth, of the shop and of subscriptions. Markdown."""
    with st.spinner(translate("Working out how long customers stay and what one is worth")):
        told = [sentences(page, kind) for kind in lifetimes.kinds(page)]
    if told:
        return " ".join(told)
    return translate(
        "How long customers stay is **n/a**: {reason}. Import orders or subscriptions: {command}.",
        reason=lifetimes.reason(Obstacle.NOBODY),
        command=HOW_TO_IMPORT,
    )


def sentences(page: Page, kind: Kind) -> str:
    """How many of a kind are still there after a year, and what a new one is worth within two."""
    stays = lifetimes.retention(page, kind).curve.estimate_at(YEAR)
    worth = _worth(page, kind)
    facts = {"share": "" if stays.value is None else fmt.share(stays.value, decimals=0)}
    if isinstance(worth, Obstacle):
        facts["reason"] = lifetimes.reason(worth)
        return _without_worth(kind, facts)
    facts["worth"] = fmt.money(worth.contribution.value or 0, page.settings.currency)
    interval = lifetimes.limits_in_words(worth.contribution, page.settings.currency)
    facts["interval"] = interval or translate("no interval")
    return _with_worth(kind, facts)


def _worth(page: Page, kind: Kind) -> Value | Obstacle:
    """By the default method, or why it has no answer."""
    found = lifetimes.value_of(page, kind)
    return found if isinstance(found, Obstacle) else found.values[HORIZON][found.default]


def _with_worth(kind: Kind, facts: dict[str, str]) -> str:
    if kind is Kind.BUYERS:
        if not facts["share"]:
            return translate(
                "A new customer of the shop is worth **{worth}** in contribution within 24 months ({interval}); how "
                "many are still customers after 12 months cannot be told yet.",
                **facts,
            )
        return translate(
            "Of the buyers of the shop **{share}** are still customers after 12 months; a new one is worth "
            "**{worth}** in contribution within 24 months ({interval}).",
            **facts,
        )
    if not facts["share"]:
        return translate(
            "A new subscriber is worth **{worth}** in contribution within 24 months ({interval}); how many are still "
            "there after 12 months cannot be told yet.",
            **facts,
        )
    return translate(
        "Of the subscribers **{share}** are still there after 12 months; a new one is worth **{worth}** in "
        "contribution within 24 months ({interval}).",
        **facts,
    )


def _without_worth(kind: Kind, facts: dict[str, str]) -> str:
    if kind is Kind.BUYERS:
        if not facts["share"]:
            return translate("What a new customer of the shop is worth is **n/a**: {reason}.", **facts)
        return translate(
            "Of the buyers of the shop **{share}** are still customers after 12 months; what a new one is worth is "
            "**n/a**: {reason}.",
            **facts,
        )
    if not facts["share"]:
        return translate("What a new subscriber is worth is **n/a**: {reason}.", **facts)
    return translate(
        "Of the subscribers **{share}** are still there after 12 months; what a new one is worth is **n/a**: {reason}.",
        **facts,
    )
