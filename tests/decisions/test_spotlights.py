"""A spotlight's life: every step named, dated and kept; what cannot be says what comes first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kpi.access.audit import AuditKind
from kpi.access.roles import RIGHTS, Role
from kpi.decisions import (
    KINDS,
    Author,
    Channel,
    SetAside,
    Spotlight,
    Stage,
    consents_in,
    enrolments_in,
    read_decisions,
    record_brought_back,
    record_details,
    record_invitation_undone,
    record_invited,
    record_set_aside,
    record_set_aside_undone,
    record_step_undone,
    visible,
)
from kpi.errors import AlreadyDecidedError, ChangedMeanwhileError, DecisionError, NotAllowedError, NotEligibleError
from kpi.language import speaking
from kpi.store import Ledger, Warehouse
from tests.decisions.spotlighting import (
    CONSENTS,
    NINA,
    NOON,
    OMAR,
    SAM,
    TODAY,
    lead,
    no_ambassador,
    propose,
    rules,
    take,
)

TO_PUBLISHED = (Stage.ASKED, Stage.ACCEPTED, Stage.SCHEDULED, Stage.PUBLISHED)


def test_a_whole_life_is_kept_step_by_step(ledger: Ledger) -> None:
    due, day = date(2026, 11, 25), date(2026, 12, 1)
    key = propose(ledger, "C1", due=due, earned_by="content:P1", note="Wrote a review").key
    take(ledger, key, Stage.ASKED, OMAR, due=date(2026, 11, 30))
    take(ledger, key, Stage.ACCEPTED, quote="Happy to")
    take(ledger, key, Stage.SCHEDULED, channel=Channel.NEWSLETTER, day=day)
    later = NOON + timedelta(days=9)
    take(ledger, key, Stage.PUBLISHED, at=later, link="https://example.org/ann")
    take(ledger, key, Stage.ANSWERED, at=later, note="Shared it")
    spotlights = read_decisions(ledger).spotlights
    assert spotlights[key] == Spotlight(
        key=key,
        customer_id="C1",
        stage=Stage.ANSWERED,
        owner="nina",
        earned_by="content:P1",
        channel=Channel.NEWSLETTER,
        day=day,
        published_on=day,
        note="Shared it",
        quote="Happy to",
        link="https://example.org/ann",
    )
    steps = {stage: (change.who, change.recorded_at) for stage, change in spotlights.steps(key).items()}
    assert steps == {
        Stage.PROPOSED: ("nina", NOON),
        Stage.ASKED: ("omar", NOON),
        Stage.ACCEPTED: ("nina", NOON),
        Stage.SCHEDULED: ("nina", NOON),
        Stage.PUBLISHED: ("nina", later),
        Stage.ANSWERED: ("nina", later),
    }
    # What comes next is due on a day of its own, a scheduled one on the day of publication.
    assert [change.after.due for change in spotlights.history(key) if change.after] == [
        due,
        date(2026, 11, 30),
        None,
        day,
        None,
        None,
    ]
    entries = ledger.entries()
    assert [(entry.kind, entry.actor) for entry in entries] == [
        ("spotlights", name) for name in ("nina", "nina", "nina", "nina", "omar", "nina")
    ]
    assert entries[-1].details["address"] == "10.0.0.7"
    assert ledger.verify() == ()


@pytest.mark.parametrize(
    ("stages", "to", "told"),
    [
        ((), Stage.ACCEPTED, "They have not been asked yet: ask for their consent first"),
        ((), Stage.SCHEDULED, "They have not been asked yet"),
        ((), Stage.PUBLISHED, "They have not been asked yet"),
        ((Stage.ASKED,), Stage.PUBLISHED, "Their answer is awaited: record that they accept or decline"),
        ((Stage.ASKED,), Stage.SCHEDULED, "Their answer is awaited"),
        ((Stage.ASKED, Stage.ACCEPTED), Stage.PUBLISHED, "They agreed: choose a channel and a day first"),
        ((Stage.ASKED, Stage.ACCEPTED), Stage.DECLINED, "They agreed"),
        ((Stage.ASKED, Stage.DECLINED), Stage.ACCEPTED, "They declined: propose a new spotlight another time."),
        ((Stage.ASKED, Stage.ACCEPTED, Stage.SCHEDULED), Stage.ANSWERED, "It is scheduled: publish it first"),
        (TO_PUBLISHED, Stage.SCHEDULED, "It is published: record what they answered, or withdraw it."),
        ((*TO_PUBLISHED, Stage.ANSWERED), Stage.PUBLISHED, "It is published and answered"),
        ((Stage.WITHDRAWN,), Stage.ASKED, "It was withdrawn: propose a new spotlight."),
    ],
)
def test_a_step_that_cannot_be_says_what_comes_first(
    ledger: Ledger, stages: tuple[Stage, ...], to: Stage, told: str
) -> None:
    key = lead(ledger, "C1", *stages).key
    number = len(ledger.entries())
    with pytest.raises(DecisionError, match=told):
        take(ledger, key, to)
    assert len(ledger.entries()) == number


def test_who_is_picked_by_another_is_told_by_whom_and_when(ledger: Ledger) -> None:
    mine = propose(ledger, "C1")
    with pytest.raises(AlreadyDecidedError) as refused:
        propose(ledger, "C1", OMAR, at=NOON + timedelta(seconds=1))
    assert str(refused.value) == (
        "nina was first, on 22 Nov 2026 at 12:00 UTC: C1 proposed. Look at it, or choose somebody else."
    )
    assert refused.value.change == read_decisions(ledger).spotlights.proposal(mine.key)
    take(ledger, mine.key, Stage.ASKED)
    with pytest.raises(AlreadyDecidedError, match="nina was first, on 22 Nov 2026 at 12:00 UTC: C1 proposed"):
        propose(ledger, "C1", OMAR)
    with pytest.raises(AlreadyDecidedError, match="nina was first, on 22 Nov 2026 at 12:00 UTC: C1 asked"):
        take(ledger, mine.key, Stage.ASKED, OMAR)
    with speaking("fr"), pytest.raises(AlreadyDecidedError, match="12:00 UTC"):
        take(ledger, mine.key, Stage.ASKED, OMAR)
    assert len(ledger.entries()) == 2


def test_who_looked_too_long_ago_looks_again(ledger: Ledger) -> None:
    key = lead(ledger, "C1", *TO_PUBLISHED[:3]).key
    seen = read_decisions(ledger).entry_id
    take(ledger, key, Stage.PUBLISHED, OMAR, seen=seen)
    # It could be withdrawn, but not by somebody who does not know that it is out.
    with pytest.raises(ChangedMeanwhileError, match="omar changed this meanwhile"):
        take(ledger, key, Stage.WITHDRAWN, seen=seen)
    take(ledger, key, Stage.WITHDRAWN, seen=read_decisions(ledger).entry_id, reason="They changed their mind")
    withdrawn = read_decisions(ledger).spotlights[key]
    assert (withdrawn.stage, withdrawn.published_on) == (Stage.WITHDRAWN, TODAY)


def test_a_published_one_needs_consent_to_the_end(ledger: Ledger) -> None:
    with pytest.raises(DecisionError, match="“C9” has not agreed to be contacted"):
        propose(ledger, "C9")
    with pytest.raises(DecisionError, match="There is no customer “C7” in the data"):
        propose(ledger, "C7")
    key = lead(ledger, "C1", *TO_PUBLISHED[:3]).key
    with pytest.raises(DecisionError, match="“C1” has not agreed to be contacted"):
        take(ledger, key, Stage.PUBLISHED, rules=rules({"C1": False}))
    with pytest.raises(DecisionError, match="There is no customer “C1” in the data"):
        take(ledger, key, Stage.PUBLISHED, rules=rules({}))
    take(ledger, key, Stage.WITHDRAWN, rules=rules({}))
    assert read_decisions(ledger).spotlights.live("C1") is None


def test_who_had_their_turn_rests(ledger: Ledger) -> None:
    lead(ledger, "C1", *TO_PUBLISHED)
    lead(ledger, "C2", Stage.ASKED, Stage.DECLINED)
    lead(ledger, "C3", Stage.WITHDRAWN)
    # 22 November and 90 days: 20 February.
    for name in ("C1", "C2"):
        with pytest.raises(
            DecisionError, match=f"“{name}” had their turn on 22 Nov 2026: .* again from 20 Feb 2027 on"
        ):
            propose(ledger, name, at=NOON + timedelta(days=89))
        propose(ledger, name, at=NOON + timedelta(days=90))
    propose(ledger, "C3")


@pytest.mark.parametrize(
    ("stages", "step", "told"),
    [
        ((Stage.ASKED, Stage.ACCEPTED), {"to": Stage.SCHEDULED, "day": None}, "Choose a channel and a day."),
        ((Stage.ASKED, Stage.ACCEPTED), {"to": Stage.SCHEDULED, "channel": None}, "Choose a channel and a day."),
        ((Stage.ASKED, Stage.ACCEPTED), {"to": Stage.SCHEDULED, "day": date(2026, 11, 21)}, "This day is over"),
        (TO_PUBLISHED[:3], {"to": Stage.PUBLISHED, "day": date(2026, 11, 23)}, "This day is still to come"),
        ((), {"to": Stage.ASKED, "link": "javascript:alert(1)"}, "A link begins with https://"),
        ((), {"to": Stage.ASKED, "link": "https://"}, "A link begins with https://"),
        ((), {"to": Stage.ASKED, "link": "https://[x"}, "A link begins with https://"),
        ((), {"to": Stage.ASKED, "note": "x" * 501}, "A text is too long: at most 500 characters here."),
        ((), {"to": Stage.ASKED, "quote": "a\x00b"}, "A text holds signs that cannot be shown."),
    ],
)
def test_a_day_or_text_that_cannot_be_is_refused(
    ledger: Ledger, stages: tuple[Stage, ...], step: dict[str, Any], told: str
) -> None:
    key = lead(ledger, "C1", *stages).key
    with pytest.raises(DecisionError, match=told):
        take(ledger, key, **step)
    assert len(ledger.entries()) == 1 + len(stages)


def test_nothing_was_published_before_they_agreed(ledger: Ledger) -> None:
    # 23:30 UTC on 22 November is 0:30 on 23 November in Paris, whose day counts here.
    paris = datetime(2026, 11, 23, 0, 30, tzinfo=ZoneInfo("Europe/Paris"))
    key = lead(ledger, "C1", Stage.ASKED).key
    take(ledger, key, Stage.ACCEPTED, at=paris)
    take(ledger, key, Stage.SCHEDULED, at=paris)
    for day in (date(2026, 11, 22), date(1970, 1, 1)):
        with pytest.raises(DecisionError, match="They agreed on 23 Nov 2026: choose that day or a later one"):
            take(ledger, key, Stage.PUBLISHED, at=paris + timedelta(days=3), day=day)
    published = take(ledger, key, Stage.PUBLISHED, at=paris + timedelta(days=3), day=date(2026, 11, 23))
    assert published.published_on == date(2026, 11, 23)


def test_a_scheduled_one_is_put_on_another_day(ledger: Ledger) -> None:
    key = lead(ledger, "C1", *TO_PUBLISHED[:3]).key
    moved = take(ledger, key, Stage.SCHEDULED, OMAR, channel=Channel.SOCIAL, day=date(2026, 12, 24))
    assert (moved.channel, moved.day, moved.due) == (Channel.SOCIAL, date(2026, 12, 24), date(2026, 12, 24))
    assert read_decisions(ledger).spotlights.last_step(key).who == "nina"  # who scheduled it first


def test_details_change_without_a_step(ledger: Ledger) -> None:
    found = propose(ledger, "C1")
    seen = read_decisions(ledger).entry_id
    wanted = replace(found, owner="omar", note="By phone", stage=Stage.PUBLISHED, published_on=TODAY)
    (change,) = record_details(ledger, OMAR, wanted, at=NOON, seen=seen)
    assert change.after == replace(found, owner="omar", note="By phone")
    with pytest.raises(ChangedMeanwhileError):
        record_details(ledger, NINA, replace(found, note="By mail"), at=NOON, seen=seen)
    with pytest.raises(DecisionError, match="There is no such spotlight any more"):
        record_details(ledger, NINA, replace(found, key="x"), at=NOON, seen=9)


def test_steps_are_taken_back_one_by_one(ledger: Ledger) -> None:
    key = lead(ledger, "C1", Stage.ASKED, Stage.ACCEPTED).key
    with pytest.raises(ChangedMeanwhileError):
        record_step_undone(ledger, OMAR, 2, at=NOON, rules=rules())
    record_step_undone(ledger, OMAR, 3, at=NOON, rules=rules())
    assert read_decisions(ledger).spotlights[key].stage is Stage.ASKED
    with pytest.raises(DecisionError, match="Their answer is awaited"):
        take(ledger, key, Stage.SCHEDULED)
    record_step_undone(ledger, OMAR, 2, at=NOON, rules=rules())
    record_step_undone(ledger, OMAR, 1, at=NOON, rules=rules())
    assert list(read_decisions(ledger).spotlights) == []
    with pytest.raises(DecisionError, match="undone already"):
        record_step_undone(ledger, OMAR, 1, at=NOON, rules=rules())
    assert len(ledger.entries()) == 6


def test_taking_back_makes_no_second_one_for_the_same_person(ledger: Ledger) -> None:
    lead(ledger, "C1", Stage.WITHDRAWN)
    propose(ledger, "C1", OMAR)
    with pytest.raises(AlreadyDecidedError, match="omar was first"):
        record_step_undone(ledger, NINA, 2, at=NOON, rules=rules())


def test_taking_back_plans_nothing_for_who_had_their_turn_meanwhile(ledger: Ledger) -> None:
    mine = lead(ledger, "C1", *TO_PUBLISHED[:3], Stage.WITHDRAWN)  # entries 1 to 5
    day = NOON + timedelta(days=1)
    lead(ledger, "C1", *TO_PUBLISHED, at=day)
    told = "“C1” had their turn on 23 Nov 2026: propose them again from 21 Feb 2027 on"
    with pytest.raises(DecisionError, match=told):
        record_step_undone(ledger, NINA, 5, at=day, rules=rules())
    assert read_decisions(ledger).spotlights[mine.key].stage is Stage.WITHDRAWN
    # 23 November and 90 days: 21 February
    record_step_undone(ledger, NINA, 5, at=day + timedelta(days=90), rules=rules())
    assert read_decisions(ledger).spotlights[mine.key].stage is Stage.SCHEDULED


def test_taking_back_plans_nothing_for_who_was_set_aside_meanwhile(ledger: Ledger) -> None:
    aside = SetAside(customer_id="C1", until=date(2026, 12, 24), reason="On leave")
    key = lead(ledger, "C1", Stage.ASKED, Stage.WITHDRAWN).key
    record_set_aside(ledger, OMAR, aside, at=NOON, consents=rules().consents)
    with pytest.raises(AlreadyDecidedError, match=r"omar was first, .*: C1 until 2026-12-24: On leave"):
        record_step_undone(ledger, NINA, 3, at=NOON, rules=rules())
    record_brought_back(ledger, OMAR, "C1", at=NOON)
    record_step_undone(ledger, NINA, 3, at=NOON, rules=rules())
    assert read_decisions(ledger).spotlights[key].stage is Stage.ASKED
    # Nor does undoing set somebody aside for whom a spotlight is planned.
    with pytest.raises(AlreadyDecidedError, match=r"nina was first, .*: C1 proposed"):
        record_set_aside_undone(ledger, OMAR, 5, at=NOON)
    assert "C1" not in read_decisions(ledger).set_aside


def test_taking_back_plans_nothing_for_who_may_not_be_proposed_meanwhile(ledger: Ledger) -> None:
    mine = lead(ledger, "C1", Stage.WITHDRAWN)
    objecting = rules({"C1": False}, objections={"C1": ("May not be contacted: no consent.",)})
    with pytest.raises(NotEligibleError, match=r"“C1” may not be proposed now\. May not be contacted: no consent\."):
        record_step_undone(ledger, NINA, 2, at=NOON, rules=objecting)
    with pytest.raises(DecisionError, match="“C1” has not agreed to be contacted"):
        record_step_undone(ledger, NINA, 2, at=NOON, rules=rules({"C1": False}))
    with pytest.raises(DecisionError, match="There is no customer “C1” in the data"):
        record_step_undone(ledger, NINA, 2, at=NOON, rules=rules({}))
    assert read_decisions(ledger).spotlights[mine.key].stage is Stage.WITHDRAWN
    record_step_undone(ledger, NINA, 2, at=NOON, rules=rules())
    assert read_decisions(ledger).spotlights.live("C1") == replace(mine, stage=Stage.PROPOSED)
    # A step back plans nothing anew: it is open to who may no longer be contacted.
    take(ledger, mine.key, Stage.ASKED)
    record_step_undone(ledger, NINA, 4, at=NOON, rules=objecting)
    assert read_decisions(ledger).spotlights[mine.key].stage is Stage.PROPOSED


def test_a_step_back_of_what_is_planned_stays_possible(ledger: Ledger) -> None:
    # Its own publication is not somebody's turn beside it, and a shorter cool-down held when it was proposed.
    lead(ledger, "C1", *TO_PUBLISHED)
    key = lead(ledger, "C1", *TO_PUBLISHED, rules=rules(cool_down_days=0)).key  # entries 6 to 10
    record_step_undone(ledger, NINA, 10, at=NOON, rules=rules(cool_down_days=0))
    record_step_undone(ledger, NINA, 9, at=NOON, rules=rules())
    assert read_decisions(ledger).spotlights[key].stage is Stage.ACCEPTED
    lead(ledger, "C2", *TO_PUBLISHED)  # entries 13 to 17
    record_step_undone(ledger, NINA, 17, at=NOON, rules=rules())
    assert read_decisions(ledger).spotlights.live("C2") is not None


def test_nobody_is_published_twice_within_the_cool_down(ledger: Ledger) -> None:
    lead(ledger, "C1", *TO_PUBLISHED)
    key = lead(ledger, "C1", *TO_PUBLISHED[:3], rules=rules(cool_down_days=0)).key
    told = "“C1” had their turn on 22 Nov 2026: publish this one from 20 Feb 2027 on, or withdraw it."
    with pytest.raises(DecisionError, match=told):
        take(ledger, key, Stage.PUBLISHED, at=NOON + timedelta(days=89))
    later = NOON + timedelta(days=90)
    with pytest.raises(DecisionError, match=told):  # on a day that is past, too
        take(ledger, key, Stage.PUBLISHED, at=later, day=later.date() - timedelta(days=1))
    assert take(ledger, key, Stage.PUBLISHED, at=later).published_on == later.date()


def test_who_is_set_aside_is_not_proposed_until_then(ledger: Ledger) -> None:
    until = date(2026, 12, 24)
    aside = SetAside(customer_id="C1", until=until, reason="On leave")
    record_set_aside(ledger, NINA, aside, at=NOON, consents=rules().consents)
    told = "nina was first, on 22 Nov 2026 at 12:00 UTC: C1 until 2026-12-24: On leave"
    with pytest.raises(AlreadyDecidedError, match=told):
        propose(ledger, "C1", OMAR)
    with pytest.raises(AlreadyDecidedError, match="nina was first"):
        record_set_aside(ledger, OMAR, replace(aside, reason="No time"), at=NOON, consents=rules().consents)
    longer = replace(aside, until=date(2027, 1, 7))
    record_set_aside(ledger, OMAR, longer, at=NOON, consents=rules().consents, seen=read_decisions(ledger).entry_id)
    record_set_aside_undone(ledger, OMAR, 2, at=NOON)
    assert read_decisions(ledger).set_aside["C1"] == aside
    propose(ledger, "C1", OMAR, at=NOON + timedelta(days=32))  # 24 December
    with pytest.raises(AlreadyDecidedError, match="omar was first, on 24 Dec 2026 at 12:00 UTC: C1 proposed"):
        record_set_aside(ledger, NINA, longer, at=NOON + timedelta(days=32), consents=rules().consents)


def test_who_is_brought_back_may_be_proposed(ledger: Ledger) -> None:
    record_set_aside(
        ledger,
        NINA,
        SetAside(customer_id="C1", until=date(2027, 1, 1), reason="Busy"),
        at=NOON,
        consents=rules().consents,
    )
    record_brought_back(ledger, OMAR, "C1", at=NOON)
    assert propose(ledger, "C1").stage is Stage.PROPOSED


@pytest.mark.parametrize(
    ("until", "reason", "told"),
    [
        (TODAY, "Busy", "Give a day to come"),
        (date(2027, 1, 1), " ", "Say why"),
        (date(2027, 1, 1), "x" * 201, "at most 200 characters"),
        (date(2027, 1, 1), "a\x00b", "A text holds signs that cannot be shown."),
        (date(2027, 1, 1), "a\x1b[31mb", "A text holds signs that cannot be shown."),
    ],
)
def test_setting_aside_needs_a_day_and_a_reason(ledger: Ledger, until: date, reason: str, told: str) -> None:
    with pytest.raises(DecisionError, match=told):
        record_set_aside(
            ledger, NINA, SetAside(customer_id="C1", until=until, reason=reason), at=NOON, consents=rules().consents
        )
    assert ledger.entries() == ()


def test_nobody_is_set_aside_whom_the_data_does_not_know(ledger: Ledger) -> None:
    consents = rules().consents
    with pytest.raises(DecisionError, match="There is no customer “C7” in the data"):
        record_set_aside(
            ledger, NINA, SetAside(customer_id="C7", until=date(2027, 1, 1), reason="Busy"), at=NOON, consents=consents
        )
    # Who did not agree to be contacted can be: they may agree before that day.
    record_set_aside(
        ledger, NINA, SetAside(customer_id="C9", until=date(2027, 1, 1), reason="Busy"), at=NOON, consents=consents
    )
    assert list(read_decisions(ledger).set_aside) == ["C9"]


def test_somebody_is_invited_once(ledger: Ledger) -> None:
    known = rules().consents
    record_invited(ledger, NINA, "C1", at=NOON, consents=known, is_enrolled=no_ambassador)
    with pytest.raises(AlreadyDecidedError, match="nina was first, on 22 Nov 2026 at 12:00 UTC: C1 on 2026-11-22"):
        record_invited(ledger, OMAR, "C1", at=NOON, consents=known, is_enrolled=no_ambassador)
    with pytest.raises(DecisionError, match="“C9” has not agreed to be contacted"):
        record_invited(ledger, NINA, "C9", at=NOON, consents=known, is_enrolled=no_ambassador)
    record_invitation_undone(ledger, OMAR, 1, at=NOON)
    record_invited(ledger, OMAR, "C1", at=NOON, consents=known, is_enrolled=no_ambassador)
    assert [change.who for change in read_decisions(ledger).invitations.changes] == ["nina", "omar", "omar"]


def test_an_ambassador_is_not_invited(ledger: Ledger, company: Callable[..., Warehouse]) -> None:
    warehouse = company(
        customers=[{"customer_id": name, "contact_consent": True} for name in ("ann", "bob", "cleo")],
        ambassadors=[
            {"ambassador_id": "A1", "customer_id": "ann", "enrolled_at": "2026-03-01"},
            # Who left may be invited again: bob on the day on which he leaves, not on the day before.
            {"ambassador_id": "B1", "customer_id": "bob", "enrolled_at": "2026-03-01", "left_at": "2026-11-22"},
        ],
    )
    consents, is_enrolled = consents_in(warehouse), enrolments_in(warehouse)
    for name, at in (("ann", NOON), ("bob", NOON - timedelta(days=1))):
        with pytest.raises(DecisionError, match=f"“{name}” is an ambassador already. Choose somebody else."):
            record_invited(ledger, NINA, name, at=at, consents=consents, is_enrolled=is_enrolled)
    for name in ("bob", "cleo"):
        record_invited(ledger, NINA, name, at=NOON, consents=consents, is_enrolled=is_enrolled)
    assert sorted(read_decisions(ledger).invitations) == ["bob", "cleo"]


def test_who_does_not_decide_on_spotlights_changes_nothing(ledger: Ledger) -> None:
    found = propose(ledger, "C1")
    aside = SetAside(customer_id="C2", until=date(2027, 1, 1), reason="Busy")
    for attempt in (
        lambda: propose(ledger, "C2", SAM),
        lambda: take(ledger, found.key, Stage.ASKED, SAM),
        lambda: record_details(ledger, SAM, found, at=NOON, seen=9),
        lambda: record_step_undone(ledger, SAM, 1, at=NOON, rules=rules()),
        lambda: record_set_aside(ledger, SAM, aside, at=NOON, consents=rules().consents),
        lambda: record_brought_back(ledger, SAM, "C2", at=NOON),
        lambda: record_set_aside_undone(ledger, SAM, 1, at=NOON),
        lambda: record_invited(ledger, SAM, "C1", at=NOON, consents=rules().consents, is_enrolled=no_ambassador),
        lambda: record_invitation_undone(ledger, SAM, 1, at=NOON),
    ):
        with pytest.raises(NotAllowedError, match="Your role does not decide this"):
            attempt()
    assert len(ledger.entries()) == 1


def test_owner_and_coordinator_decide_and_the_audit_log_knows_the_kinds() -> None:
    assert [role for role, rights in RIGHTS.items() if "spotlights" in rights.decides] == [
        Role.OWNER,
        Role.COORDINATOR,
    ]
    assert {"spotlights", "people_set_aside", "invitations", "segments"} <= set(KINDS) & set(AuditKind)


def test_an_erased_person_and_one_without_consent_are_in_no_list(ledger: Ledger) -> None:
    for name in ("C1", "C2", "C3"):
        propose(ledger, name)
    spotlights = read_decisions(ledger).spotlights
    # C2 is erased, C3 took their consent back
    found = visible(spotlights, rules({"C1": True, "C3": False}).consents)
    assert ([one.customer_id for one in found.items], found.hidden) == (["C1"], 2)
    assert [one.customer_id for one in visible(spotlights, rules(CONSENTS).consents).items] == ["C1", "C2", "C3"]


def test_what_is_decided_on_demo_data_stays_there(ledger: Ledger) -> None:
    visitor = Author(name="demo:coordinator", decides=NINA.decides, is_demo=True)
    record_set_aside(
        ledger,
        visitor,
        SetAside(customer_id="C2", until=date(2027, 1, 1), reason="Busy"),
        at=NOON,
        consents=rules().consents,
    )
    propose(ledger, "C1", visitor)
    propose(ledger, "C1")
    propose(ledger, "C2")
    assert [one.customer_id for one in read_decisions(ledger).spotlights.listed()] == ["C1", "C2"]
    assert [one.customer_id for one in read_decisions(ledger, is_demo=True).spotlights.listed()] == ["C1"]
