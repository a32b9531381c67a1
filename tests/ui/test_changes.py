"""What changed most: which changes are told, in which order, and in which words."""

from datetime import date
from typing import Any

import pytest

from kpi.language import LANGUAGES, speaking
from kpi.metrics import METRICS
from kpi.period import Comparison, Period
from kpi.store import Warehouse
from kpi.ui.changes import CANDIDATES, change_in_words, largest_changes, weight, why_none
from kpi.ui.page import Page
from tests.conftest import Company

from .conftest import OpenPage
from .test_sentences import plain

WHOLE = Period(date(2026, 10, 1), date(2026, 10, 21))  # 20 days; the 20 before are 11 to 30 September
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


def told(page: Page) -> list[str]:
    return [plain(change_in_words(reading, page.settings.currency)) for reading in largest_changes(page)]


@pytest.fixture(scope="module")
def lively(company: Company) -> Warehouse:
    """Forty ambassadors: p-0 to p-9 act in September, all in October, the first thirty twice; 80 after 50 of revenue.

    Costs are 10 in each month, answers are 9 in both.
    """
    names = [f"p-{number}" for number in range(40)]
    days = {"2026-09-20": names[:10], "2026-10-05": names, "2026-10-06": names[:30]}
    months = ["2026-07-15", "2026-08-15", "2026-09-15", "2026-10-15"]
    return company(
        customers=[{"customer_id": name} for name in (*names, "x")],
        ambassadors=[{"ambassador_id": f"amb-{name}", "customer_id": name} for name in names],
        content=[
            {"customer_id": "p-0", "posted_at": "2026-07-01"},
            *({"customer_id": name, "posted_at": day} for day, people in days.items() for name in people),
            {"customer_id": "p-0", "posted_at": "2026-10-30"},
        ],
        orders=[
            {"customer_id": "x", "ordered_at": day, "net_amount": amount, "ambassador_id": "amb-p-0"}
            for day, amount in zip(months, (50, 50, 50, 80), strict=True)
        ],
        costs=[{"incurred_on": day, "amount": 10} for day in months],
    )


def test_the_three_largest_are_told_and_each_story_once(lively: Warehouse, open_page: OpenPage) -> None:
    page = open_page(lively)
    # Active 10, then 40, and so the activation rate; acts 10, then 71; people who acted 10, then 40: the same story as
    # acts. New 9 (p-0 had acted in July), then 30. Revenue 50, then 80; cost to revenue 20 %, then 12.5 %.
    assert told(page) == [
        "**Acts of advocacy** rose by 61 to 71.",
        "**Active ambassadors** rose by 30 to 40.",
        "**New ambassadors** rose by 21 to 30.",
    ]
    weights = [weight(reading) for reading in largest_changes(page)]
    assert weights == [pytest.approx(61 / 71), 0.75, 0.7]


def test_a_fall_and_what_is_left_when_counts_are_too_small(small: Warehouse, open_page: OpenPage) -> None:
    # Counts of one or two are not told, nor is a cost per customer of one; amounts and their shares are.
    # Revenue 100 after 50; cost 20 of 100, after none of the 7 September and 50.
    assert told(open_page(small, WHOLE)) == [
        "**Cost to revenue** rose by 20.0 pt to 20.0 %.",
        "**Attributed revenue** rose by € 50 to € 100.",
    ]
    september = Period(date(2026, 9, 13), date(2026, 9, 21))  # y bought on the 12th
    assert told(open_page(small, september)) == ["**Attributed revenue** fell by € 50 to € 0."]


def test_one_more_is_told_like_many(small: Warehouse, open_page: OpenPage) -> None:
    # With one counting as enough: bob is new, after nobody.
    sentences = [
        plain(change_in_words(reading, "EUR"))
        for reading in largest_changes(open_page(small, WHOLE, few=1))
        if reading.metric.name == "new_ambassadors"
    ]
    assert sentences == ["**New ambassadors** rose by 1 to 1."]


SENTENCES: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "attributed_revenue",
        {"period": WHOLE},
        "**Attributed revenue** rose by € 50 to € 100.",
        "**CA attribué** : en hausse de 50 €, à 100 €.",
    ),
    (
        "ambassador_net_promoter_score",
        {},
        "**Ambassadors’ NPS** fell by 50 pt to +50.",
        "**NPS ambassadeurs** : en baisse de 50 pt, à +50.",
    ),
    (
        "acquisition_cost",
        {},
        "**Acquisition cost** rose by € 10 to € 20.",
        "**Coût d’acquisition** : en hausse de 10 €, à 20 €.",
    ),
]


@pytest.mark.parametrize(("name", "choice", "english", "french"), SENTENCES)
def test_a_change_is_a_whole_sentence(
    small: Warehouse, open_page: OpenPage, name: str, choice: dict[str, Any], english: str, french: str
) -> None:
    for language, expected in zip(LANGUAGES, (english, french), strict=True):
        with speaking(language):
            assert plain(change_in_words(open_page(small, **choice).read(METRICS[name]), "EUR")) == expected


NONE: list[tuple[dict[str, Any], str, str]] = [
    (
        {"comparison": None},
        "Nothing is compared. Choose a comparison at the left to see what changed.",
        "Rien n’est comparé. Choisissez une comparaison à gauche pour voir ce qui a changé.",
    ),
    (
        {"comparison": Comparison.LAST_YEAR, "period": WHOLE},
        "Nothing to compare with: no data before 2 Mar 2026.",
        "Rien à quoi comparer : pas de données avant le 2 mars 2026.",
    ),
    (
        {"period": OCTOBER},  # the data ends on the 20th
        "The data ends before the period does: what changed is told once the data is there.",
        "Les données s’arrêtent avant la fin de la période : ce qui a changé sera indiqué une fois les données "
        "disponibles.",
    ),
    (
        {"period": Period(date(2026, 1, 1), date(2026, 2, 1))},
        "n/a: no data before 2 Mar 2026",
        "n/d : pas de données avant le 2 mars 2026",
    ),
    (
        {"period": Period(date(2026, 10, 17), date(2026, 10, 19))},  # two days like the two before
        "Nothing changed clearly against the 2 days before.",
        "Rien n’a nettement changé par rapport aux 2 jours précédents.",
    ),
]


@pytest.mark.parametrize(("choice", "english", "french"), NONE)
def test_where_nothing_is_told_it_says_why(
    small: Warehouse, open_page: OpenPage, choice: dict[str, Any], english: str, french: str
) -> None:
    for language, expected in zip(LANGUAGES, (english, french), strict=True):
        with speaking(language):
            page = open_page(small, **choice)
            assert largest_changes(page) == []
            assert plain(why_none(page)) == expected


def test_a_change_that_comes_from_missing_data_is_not_told(company: Company, open_page: OpenPage) -> None:
    # Costs end on 15 February, orders go on: 10 for 100 after 10 for 50 is no fall, since what May cost is not known.
    days = ["2025-08-15", "2025-11-15", "2026-02-15", "2026-05-28", "2026-06-28"]
    warehouse = company(
        costs=[{"incurred_on": day, "amount": 10, "channel": "ambassador"} for day in days[:3]],
        orders=[{"customer_id": "x", "ordered_at": day, "net_amount": 50, "ambassador_id": "amb"} for day in days],
    )
    page = open_page(warehouse, Period(date(2026, 2, 1), date(2026, 6, 1)), comparison=Comparison.PREVIOUS)
    ratio = page.read(METRICS["cost_to_revenue_ratio"])
    assert (ratio.change, ratio.is_clear) == (pytest.approx(-0.1), True)
    assert told(page) == ["**Attributed revenue** rose by € 50 to € 100."]


def test_headlines_and_activity_are_looked_at_once() -> None:
    names = [metric.name for metric in CANDIDATES]
    assert len(names) == len(set(names))
    assert {"acquisition_cost", "ambassador_net_promoter_score", "acts", "lapsed_ambassadors"} <= set(names)
    assert "orders" not in names
