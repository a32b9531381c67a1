"""Who is left out, counted and one by one."""

from dataclasses import replace
from datetime import date

import pytest

from kpi.advocates import Decided, LeftOut, Question, left_out, why_not
from kpi.errors import QuestionError
from kpi.language import speaking
from kpi.store import Warehouse

DECIDED = Decided(
    planned=frozenset({"buyer", "unhappy"}),
    resting={"quiet": date(2026, 12, 30)},
    set_aside={"promoter": date(2026, 12, 1)},
)


def test_everybody_is_counted_once(club: Warehouse, question: Question) -> None:
    found = left_out(club, question)
    assert found.left_out == {
        LeftOut.STAFF: 1,
        LeftOut.NO_CONSENT: 1,  # and a ticket: the first reason counts
        LeftOut.COMPLAINT: 1,
        LeftOut.DETRACTOR: 1,
        LeftOut.THANKED: 1,
    }
    assert found.eligible == 8  # 13 people - 5
    # of the eight, promoter and happy-again answered, quiet was asked
    assert (found.never_asked, found.never_answered) == (5, 1)
    assert found.sentences == (
        "1 person is left out: staff.",
        "1 candidate cannot be contacted: no consent.",
        "1 candidate waits: asked support for help in the last 30 days.",
        "1 candidate waits: was dissatisfied in the last 180 days.",
        "1 candidate waits: thanked in the last 90 days.",
        "5 candidates cannot be scored on satisfaction: never asked.",
        "1 candidate cannot be scored on satisfaction: asked, without a recent answer.",
        "Referrals and people brought: counts for nobody, since no table tells it.",
    )


def test_what_was_decided_is_counted_too(club: Warehouse, question: Question) -> None:
    found = left_out(club, replace(question, decided=DECIDED))
    assert found.left_out == {
        LeftOut.STAFF: 1,
        LeftOut.NO_CONSENT: 1,
        LeftOut.COMPLAINT: 1,
        LeftOut.DETRACTOR: 1,  # unhappy is planned, but was left out before
        LeftOut.THANKED: 1,
        LeftOut.RESTING: 1,
        LeftOut.PLANNED: 1,
        LeftOut.SET_ASIDE: 1,
    }
    assert found.eligible == 5
    assert found.eligible + sum(found.left_out.values()) == 13
    assert (found.never_asked, found.never_answered) == (4, 0)  # without buyer; without quiet


@pytest.mark.parametrize(
    ("name", "reasons", "sentences"),
    [
        ("poster", (), ()),
        (
            "silent",
            (LeftOut.NO_CONSENT, LeftOut.COMPLAINT),
            ("May not be contacted: no consent.", "Asked support for help in the last 30 days."),
        ),
        ("unhappy", (LeftOut.DETRACTOR,), ("Was dissatisfied in the last 180 days.",)),
        ("thanked", (LeftOut.THANKED,), ("Thanked on 4 Aug 2026: to be proposed again from 2 Nov 2026 on.",)),
        ("thanked-long-ago", (), ()),
        ("employee", (LeftOut.STAFF,), ("Staff: the company does not thank itself.",)),
    ],
)
def test_why_not_this_one(
    club: Warehouse, question: Question, name: str, reasons: tuple[LeftOut, ...], sentences: tuple[str, ...]
) -> None:
    found = why_not(club, name, question)
    assert (found.reasons, found.sentences) == (reasons, sentences)
    assert found.is_eligible == (not reasons)


@pytest.mark.parametrize(
    ("name", "reasons", "sentence"),
    [
        ("buyer", (LeftOut.PLANNED,), "Already planned."),
        ("unhappy", (LeftOut.DETRACTOR, LeftOut.PLANNED), "Already planned."),
        ("quiet", (LeftOut.RESTING,), "Had their turn not long ago: to be proposed again from 30 Dec 2026 on."),
        ("promoter", (LeftOut.SET_ASIDE,), "Set aside until 1 Dec 2026."),
    ],
)
def test_why_not_for_what_was_decided(
    club: Warehouse, question: Question, name: str, reasons: tuple[LeftOut, ...], sentence: str
) -> None:
    found = why_not(club, name, replace(question, decided=DECIDED))
    assert found.reasons == reasons
    assert found.sentences[-1] == sentence


def test_a_day_that_is_over_is_not_named_as_one_to_come(club: Warehouse, question: Question) -> None:
    # Thanked on 4 August: free 90 days later, on 2 November. The last event of the data is of 31 October.
    on_the_eve = why_not(club, "thanked", replace(question, today=date(2026, 11, 1)))
    assert on_the_eve.sentences == ("Thanked on 4 Aug 2026: to be proposed again from 2 Nov 2026 on.",)
    found = why_not(club, "thanked", replace(question, today=date(2026, 11, 2)))
    assert (found.reasons, found.sentences) == (
        (LeftOut.THANKED,),
        (
            "Thanked on 4 Aug 2026. The data ends on 31 Oct 2026, too early to tell whether they may be proposed "
            "again: newer data is needed.",
        ),
    )
    with speaking("fr"):
        assert why_not(club, "thanked", replace(question, today=date(2026, 11, 22))).sentences == (
            "Remercié le 4 août 2026. Les données s’arrêtent le 31 oct. 2026, trop tôt pour savoir si cette personne "
            "peut être proposée de nouveau\N{NO-BREAK SPACE}: il faut des données plus récentes.",
        )


def test_nobody_of_that_id(club: Warehouse, question: Question) -> None:
    with pytest.raises(QuestionError, match="There is no customer “nobody” before 1 Nov 2026"):
        why_not(club, "nobody", question)
    with pytest.raises(QuestionError, match="no customer “newcomer”"):
        why_not(club, "newcomer", replace(question, as_of=date(2026, 10, 1)))


def test_in_french(club: Warehouse, question: Question) -> None:
    with speaking("fr"):
        assert (
            left_out(club, question).sentences[1]
            == "1 candidat ne peut pas être contacté\N{NO-BREAK SPACE}: pas de consentement."
        )
        assert (
            why_not(club, "silent", question).sentences[0]
            == "Ne peut pas être contacté\N{NO-BREAK SPACE}: pas de consentement."
        )
