"""Pages of people to propose: who, in which order, why, under which filters."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kpi.advocates import COMPONENTS, Decided, Potential, Question, Wanted, candidates, listed_among
from kpi.errors import UnknownNameError
from kpi.language import speaking
from kpi.store import Warehouse
from tests.advocates.conftest import DAY

ELIGIBLE = {
    "poster", "promoter", "buyer", "quiet", "newcomer", "asked-long-ago", "happy-again", "thanked-long-ago",
}  # fmt: skip


def ids(warehouse: Warehouse, question: Question, wanted: Wanted | None = None, **page: int) -> list[str]:
    return [one.customer_id for one in candidates(warehouse, wanted, question=question, **page).items]


def test_only_who_may_be_proposed_is_listed(club: Warehouse, question: Question) -> None:
    found = candidates(club, question=question)
    assert {one.customer_id for one in found.items} == ELIGIBLE
    assert (found.total, found.cutoff) == (8, DAY)


def test_the_highest_score_comes_first_and_of_equals_the_lower_id(club: Warehouse, question: Question) -> None:
    found = candidates(club, question=question).items
    assert [one.customer_id for one in found][:1] == ["poster"]
    assert [(-one.engagement_score, one.customer_id) for one in found] == sorted(
        (-one.engagement_score, one.customer_id) for one in found
    )


def test_points_add_up_to_the_score_and_the_strongest_come_first(club: Warehouse, question: Question) -> None:
    for one in candidates(club, question=question).items:
        assert sum(reason.points for reason in one.reasons) == one.engagement_score
        known = [reason.points for reason in one.reasons if reason.is_known]
        assert known == sorted(known, reverse=True)
        assert [reason.points for reason in one.strongest] == known[:3]


def test_reasons_are_whole_sentences_in_both_languages(club: Warehouse, question: Question) -> None:
    def said(name: str) -> dict[str, str]:
        (one,) = candidates(club, Wanted(text=name), question=question).items
        return {reason.component: reason.sentence for reason in one.reasons}

    # the first of three posts on 2 September, 60 days before; reviews drew nothing: 30 of 3 against 30 of 4 posts
    assert said("poster")["organic_content"] == "3 organic posts in 60 days."
    assert said("poster")["content_response"] == "30 reactions to posts in 365 days."
    assert said("promoter")["satisfaction"] == "Promoter in March 2026: 10 out of 10."
    assert said("buyer")["repeat_purchases"] == "2 repeat orders in 214 days."  # after the first, 1 April
    assert said("buyer")["satisfaction"] == "Satisfaction is not known: never asked."
    with speaking("fr"):
        assert said("poster")["organic_content"] == "3 publications spontanées en 60 jours."
        assert said("promoter")["satisfaction"] == "Promoteur en mars 2026\N{NO-BREAK SPACE}: 10 sur 10."


def test_what_is_missing_is_named_and_lowers_confidence(club: Warehouse, question: Question) -> None:
    found = {one.customer_id: one for one in candidates(club, question=question).items}
    assert found["promoter"].missing == ()
    assert found["quiet"].missing == (
        "Satisfaction is not known: asked, without an answer in 365 days.",
        "Reach is not known.",
    )
    assert found["quiet"].confidence == pytest.approx(found["promoter"].confidence - 0.12 - 0.02)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(has_posted=True), {"poster", "promoter", "buyer"}),
        (Wanted(has_posted=False), {"quiet", "newcomer", "asked-long-ago", "happy-again", "thanked-long-ago"}),
        (Wanted(is_ambassador=True), {"poster"}),
        (Wanted(where={"segment": ["BE"]}), {"buyer", "quiet"}),
        (Wanted(where={"segment": ["BE", "unknown"]}), {"buyer", "quiet", "newcomer"}),
        (Wanted(reasons=["organic_content"]), {"poster"}),
        (Wanted(reasons=["organic_content", "repeat_purchases"]), {"poster", "buyer"}),
        (Wanted(text="eloise"), {"poster"}),
        (Wanted(text="PETIT élo"), {"poster"}),
        (Wanted(text="paul@"), set()),
        (Wanted(text="long-ago"), {"asked-long-ago", "thanked-long-ago"}),
        (Wanted(text="employee"), set()),
        (Wanted(least_confidence=0.91), {"promoter"}),
        (Wanted(where={"segment": ["FR"]}, has_posted=True, is_ambassador=False), {"promoter"}),
    ],
)
def test_filters(club: Warehouse, question: Question, wanted: Wanted, expected: set[str]) -> None:
    found = candidates(club, wanted, question=question)
    assert {one.customer_id for one in found.items} == expected
    assert found.total == len(expected)


def test_a_reason_or_a_segment_that_there_is_none_of(club: Warehouse, question: Question) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean reviews"):
        candidates(club, Wanted(reasons=["review"]), question=question)
    with pytest.raises(UnknownNameError, match="Did you mean sector"):
        candidates(club, Wanted(where={"sectors": ["bridal"]}), question=question)


def test_pages_hold_everybody_once(club: Warehouse, question: Question) -> None:
    whole = ids(club, question)
    assert [name for page in range(3) for name in ids(club, question, page=page, size=3)] == whole
    assert ids(club, question, page=3, size=3) == []


def test_some_are_drawn_at_random_and_nobody_comes_twice(club: Warehouse, question: Question) -> None:
    drawing = replace(question, rules=question.rules.model_copy(update={"drawn_share": 0.25}))
    first = candidates(club, question=drawing, size=4)
    assert [one.is_drawn for one in first.items] == [False, False, False, True]
    assert [one.customer_id for one in first.items[:3]] == ids(club, question)[:3]
    again = candidates(club, question=drawing, size=4)
    assert again == first  # the day decides
    everybody = [name for page in range(3) for name in ids(club, drawing, page=page, size=4)]
    assert sorted(everybody) == sorted(ELIGIBLE)


def test_another_day_draws_others(club: Warehouse, question: Question) -> None:
    drawing = replace(question, rules=question.rules.model_copy(update={"drawn_share": 0.5}))
    days = [date(2026, month, 1) for month in range(3, 11)]
    drawn = set()
    for day in days:
        found = candidates(club, question=replace(drawing, as_of=day), size=2).items
        drawn |= {one.customer_id for one in found if one.is_drawn}
    assert len(drawn) >= 2


def test_what_was_decided_counts_at_once(club: Warehouse, question: Question) -> None:
    decided = Decided(
        planned=frozenset({"poster", "buyer"}),
        resting={"quiet": date(2026, 11, 2)},
        set_aside={"promoter": date(2026, 11, 2)},
    )
    found = candidates(club, question=replace(question, decided=decided))
    assert {one.customer_id for one in found.items} == ELIGIBLE - {"poster", "buyer", "quiet", "promoter"}
    assert found.total == len(found.items)


def test_as_of_an_earlier_day_nothing_later_is_known(club: Warehouse, question: Question) -> None:
    found = candidates(club, question=replace(question, as_of=date(2026, 9, 3)))
    (poster,) = [one for one in found.items if one.customer_id == "poster"]
    assert poster.reasons[0].sentence == "1 organic post in 2 days."
    assert "newcomer" not in {one.customer_id for one in found.items}
    assert found.cutoff == date(2026, 9, 3)


def test_what_was_learned_stands_beside_the_score_and_ranks_only_where_it_may(
    club: Warehouse, question: Question
) -> None:
    # who buys again is all that counts: ln odds -2 + 3 · share
    learned = Potential(intercept=-2.0, coefficients={**dict.fromkeys(COMPONENTS, 0.0), "repeat_purchases": 3.0})
    beside = candidates(club, question=replace(question, potential=learned)).items
    assert [one.customer_id for one in beside] == ids(club, question)
    potential = {one.customer_id: one.referral_potential for one in beside}
    assert potential["buyer"] == pytest.approx(0.731059, abs=1e-6)  # 1 / (1 + exp(-1))
    assert potential["poster"] == pytest.approx(0.119203, abs=1e-6)  # 1 / (1 + exp(2))
    ranking = replace(question, potential=replace(learned, ranks=True))
    assert ids(club, ranking)[0] == "buyer"
    assert candidates(club, question=question).items[0].referral_potential is None


def test_no_score_passes_a_hundred(club: Warehouse, question: Question) -> None:
    assert all(0 <= one.engagement_score <= Decimal(100) for one in candidates(club, question=question).items)


def test_who_of_some_is_in_the_list(club: Warehouse, question: Question) -> None:
    some = ["poster", "thanked", "nobody", "buyer"]
    assert listed_among(club, some, Wanted(), question) == {"poster", "buyer"}
    planned = replace(question, decided=Decided(planned=frozenset({"buyer"})))
    assert listed_among(club, some, Wanted(), planned) == {"poster"}
    # Both posted at some time; what was looked for does not count.
    assert listed_among(club, some, Wanted(has_posted=True, text="buyer"), question) == {"poster", "buyer"}
    assert listed_among(club, some, Wanted(has_posted=False), question) == frozenset()
    assert listed_among(club, [], Wanted(), question) == frozenset()
