"""What a post drew beside what is usual: the multiple to a tenth, in both languages."""

from typing import Any

import pytest

from kpi.advocates.components import COMPONENTS
from kpi.advocates.reasons import reasons_of
from kpi.language import speaking


def facts(engagements: int, posts: int, usual: float) -> dict[str, Any]:
    """Somebody whose only points come from what their posts drew."""
    none = {component.points: 0 for component in COMPONENTS.values()}
    drew = COMPONENTS["content_response"]
    told = {"engagements": engagements, "measured_posts": posts, "usual_response": usual, "window_days": 365}
    return {**none, **told, drew.points: 4, drew.share: 0.9}


@pytest.mark.parametrize(
    ("engagements", "posts", "usual", "english", "french"),
    [
        (12, 2, 4.0, "1.5", "1,5"),  # 6 per post beside 4
        (99, 5, 10.0, "2", "2"),  # 19.8 beside 10: 1.98
        (124, 5, 10.0, "2.5", "2,5"),  # 24.8 beside 10: 2.48
        (9_000, 1, 4.0, "2,250", "2\N{NARROW NO-BREAK SPACE}250"),
    ],
)
def test_times_the_usual_response(engagements: int, posts: int, usual: float, english: str, french: str) -> None:
    (reason,) = reasons_of(facts(engagements, posts, usual))
    assert reason.sentence == f"Each post drew {english} times the usual response."
    with speaking("fr"):
        (reason,) = reasons_of(facts(engagements, posts, usual))
    assert reason.sentence == f"Chaque publication a suscité {french} fois les réactions habituelles."


def test_less_than_one_and_a_half_times_is_not_worth_a_word() -> None:
    (reason,) = reasons_of(facts(149, 10, 10.0))  # 14.9 beside 10: 1.49
    assert reason.sentence == "149 reactions to posts in 365 days."
