"""Active ambassadors, their movements, and whose act counts: every number by hand from the rows beside it."""

import pytest

from kpi.store import Warehouse
from tests.conftest import Company
from tests.soundness.asking import groups, level, measured, value

AMBASSADOR = {"ambassador_id": "A", "customer_id": "a"}


def movements(warehouse: Warehouse, start: str, end: str) -> tuple[object, object, object]:
    """New, resurrected, lapsed."""
    new, resurrected, lapsed = (
        value(warehouse, f"{kind}_ambassadors", start, end) for kind in ("new", "resurrected", "lapsed")
    )
    return new, resurrected, lapsed


class TestOneAct:
    """A posts once, on 10 March: active at every boundary from 11 March (d+1) to 9 April (d+30)."""

    @pytest.fixture(scope="class")
    @classmethod
    def one_act(cls, company: Company) -> Warehouse:
        return company(ambassadors=[AMBASSADOR], content=[{"customer_id": "a", "posted_at": "2026-03-10T15:00:00"}])

    @pytest.mark.parametrize(
        ("end", "active", "active_90d"),
        [
            ("2026-03-10", 0, 0),  # d: the act is not before midnight of the day it happened on
            ("2026-03-11", 1, 1),  # d + 1
            ("2026-04-09", 1, 1),  # d + 30
            ("2026-04-10", 0, 1),  # d + 31
            ("2026-06-08", 0, 1),  # d + 90
            ("2026-06-09", 0, 0),  # d + 91
        ],
    )
    def test_active_from_the_next_day_for_the_window(
        self, one_act: Warehouse, end: str, active: int, active_90d: int
    ) -> None:
        assert level(one_act, "active_ambassadors", end) == active
        assert level(one_act, "active_ambassadors_90d", end) == active_90d

    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [
            ("2026-03-09", "2026-03-10", (0, 0, 0)),
            ("2026-03-10", "2026-03-11", (1, 0, 0)),  # the level changes at the boundary of 11 March, in (S, E]
            ("2026-03-11", "2026-03-12", (0, 0, 0)),
            ("2026-04-08", "2026-04-09", (0, 0, 0)),
            ("2026-04-09", "2026-04-10", (0, 0, 1)),  # the level falls at the boundary of 10 April
            ("2026-04-10", "2026-04-11", (0, 0, 0)),
            ("2026-03-01", "2026-05-01", (1, 0, 1)),
        ],
    )
    def test_movements_belong_to_the_period_whose_boundary_shows_them(
        self, one_act: Warehouse, start: str, end: str, expected: tuple[int, int, int]
    ) -> None:
        assert movements(one_act, start, end) == expected


class TestStretchesMerge:
    """Second acts 30 and 31 days after the first (1 March), and one inside a running stretch."""

    @pytest.fixture(scope="class")
    @classmethod
    def stretches(cls, company: Company) -> Warehouse:
        acts = {
            "consecutive": ["2026-03-01", "2026-03-31"],  # boundaries 2-31 March, then 1-30 April: one spell
            "apart": ["2026-03-01", "2026-04-01"],  # 2-31 March, then 2 April-1 May: silent at 1 April
            "overlapping": ["2026-03-01", "2026-03-01", "2026-03-15"],  # 2 March-14 April
        }
        return company(
            ambassadors=[{"ambassador_id": name, "customer_id": name} for name in acts],
            content=[{"customer_id": name, "posted_at": day} for name, days in acts.items() for day in days],
        )

    @pytest.mark.parametrize(
        ("end", "active"),
        [
            ("2026-03-01", {"consecutive": 0, "apart": 0, "overlapping": 0}),
            ("2026-03-02", {"consecutive": 1, "apart": 1, "overlapping": 1}),
            ("2026-03-31", {"consecutive": 1, "apart": 1, "overlapping": 1}),
            ("2026-04-01", {"consecutive": 1, "apart": 0, "overlapping": 1}),
            ("2026-04-02", {"consecutive": 1, "apart": 1, "overlapping": 1}),
            ("2026-04-14", {"consecutive": 1, "apart": 1, "overlapping": 1}),
            ("2026-04-15", {"consecutive": 1, "apart": 1, "overlapping": 0}),
            ("2026-04-30", {"consecutive": 1, "apart": 1, "overlapping": 0}),
            ("2026-05-01", {"consecutive": 0, "apart": 1, "overlapping": 0}),
            ("2026-05-02", {"consecutive": 0, "apart": 0, "overlapping": 0}),
        ],
    )
    def test_levels(self, stretches: Warehouse, end: str, active: dict[str, int]) -> None:
        for name, expected in active.items():
            assert level(stretches, "active_ambassadors", end, ambassador_id=name) == expected, name
        assert level(stretches, "active_ambassadors", end) == sum(active.values())

    def test_a_merged_stretch_has_no_movement_inside(self, stretches: Warehouse) -> None:
        # 1 April belongs to the boundary of 2 April: only "apart" comes back; at 1 April only "apart" falls silent.
        assert movements(stretches, "2026-03-01", "2026-03-02") == (3, 0, 0)
        assert movements(stretches, "2026-03-02", "2026-03-31") == (0, 0, 0)
        assert movements(stretches, "2026-03-31", "2026-04-01") == (0, 0, 1)
        assert movements(stretches, "2026-04-01", "2026-04-02") == (0, 1, 0)

    def test_movements_by_ambassador(self, stretches: Warehouse) -> None:
        # consecutive: 1 spell; apart: 2 spells; overlapping: 1 spell; all over by June
        whole = (stretches, "2026-01-01", "2026-06-01")
        assert groups(stretches, "lapsed_ambassadors", "2026-01-01", "2026-06-01", "ambassador_id") == {
            "apart": 2,
            "consecutive": 1,
            "overlapping": 1,
        }
        assert movements(*whole) == (3, 1, 4)

    def test_ninety_days_make_one_spell_of_both(self, stretches: Warehouse) -> None:
        # last acts 31 March + 90 = 29 June, 1 April + 90 = 30 June, 15 March + 90 = 13 June
        ends = ("2026-06-13", "2026-06-14", "2026-06-29", "2026-06-30", "2026-07-01")
        assert [level(stretches, "active_ambassadors_90d", end) for end in ends] == [3, 2, 2, 1, 0]


class TestLeavingEndsActivity:
    """All post on 10 March at 12:00; they leave before, just after, at midnight, later; or enrol after the act."""

    @pytest.fixture(scope="class")
    @classmethod
    def leavers(cls, company: Company) -> Warehouse:
        tenures = {
            "same_day": ("2026-01-01", "2026-03-10T18:00:00"),  # no longer enrolled at 11 March 00:00
            "midnight": ("2026-01-01", "2026-03-11T00:00:00"),  # enrolled at 11 March ("not before it"), not at 12
            "later": ("2026-01-01", "2026-03-20T09:00:00"),  # last boundary: 20 March 00:00
            "left_before": ("2026-01-01", "2026-03-10T11:59:59"),  # the act is not an ambassador's
            "left_at_once": ("2026-01-01", "2026-03-10T12:00:00"),  # "from left_at on": the act's own moment is out
            "enrolled_after": ("2026-03-10T12:00:01", None),  # the act came a second before
            "enrolled_with": ("2026-03-10T12:00:00", None),  # nothing before enrolled_at: its own moment is in
        }
        return company(
            ambassadors=[
                {"ambassador_id": name, "customer_id": name, "enrolled_at": start, "left_at": end}
                for name, (start, end) in tenures.items()
            ],
            content=[{"customer_id": name, "posted_at": "2026-03-10T12:00:00"} for name in tenures],
        )

    @pytest.mark.parametrize(
        ("end", "active"),
        [
            ("2026-03-10", set()),
            ("2026-03-11", {"midnight", "later", "enrolled_with"}),
            ("2026-03-12", {"later", "enrolled_with"}),
            ("2026-03-20", {"later", "enrolled_with"}),
            ("2026-03-21", {"enrolled_with"}),
            ("2026-04-09", {"enrolled_with"}),
            ("2026-04-10", set()),
        ],
    )
    def test_active_while_enrolled(self, leavers: Warehouse, end: str, active: set[str]) -> None:
        found = groups(leavers, "active_ambassadors", "2026-01-01", end, "ambassador_id")
        assert {name for name, count in found.items() if count} == active
        assert level(leavers, "active_ambassadors", end) == len(active)

    def test_leaving_is_a_lapse(self, leavers: Warehouse) -> None:
        # same_day never reached a boundary: no spell at all
        assert movements(leavers, "2026-03-10", "2026-03-11") == (3, 0, 0)
        assert movements(leavers, "2026-03-11", "2026-03-12") == (0, 0, 1)  # midnight
        assert movements(leavers, "2026-03-20", "2026-03-21") == (0, 0, 1)  # later
        assert movements(leavers, "2026-01-01", "2026-06-01") == (3, 0, 3)

    @pytest.mark.parametrize(
        ("end", "enrolled"),
        [
            ("2026-01-01", 0),  # enrolled at midnight of 1 January is not before it
            ("2026-01-02", 5),
            ("2026-03-10", 5),
            ("2026-03-11", 4),  # 5 - same_day, left_before, left_at_once + both enrolled on the 10th = 4
            ("2026-03-12", 3),  # midnight
            ("2026-03-20", 3),
            ("2026-03-21", 2),  # later
        ],
    )
    def test_enrolled(self, leavers: Warehouse, end: str, enrolled: int) -> None:
        assert level(leavers, "enrolled_ambassadors", end) == enrolled

    def test_activation_rate_is_active_over_enrolled_with_wilson(self, leavers: Warehouse) -> None:
        # at 12 March: active later, enrolled_with; enrolled those and enrolled_after: 2 of 3.
        # Wilson: (2/3 + z²/6 ± z √(2/27 + z²/36)) / (1 + z²/3), z = 1.959964: 0.2077, 0.9385
        estimate = measured(leavers, "activation_rate", "2026-03-01", "2026-03-12").estimate
        assert estimate.value == pytest.approx(2 / 3)
        assert (estimate.low, estimate.high) == (pytest.approx(0.2077, abs=5e-5), pytest.approx(0.9385, abs=5e-5))
        assert (estimate.n, estimate.method) == (3, "Wilson")

    def test_activation_rate_is_na_while_nobody_is_enrolled(self, leavers: Warehouse) -> None:
        answer = measured(leavers, "activation_rate", "2025-12-01", "2026-01-01")
        assert (answer.estimate.value, answer.reason) == (None, "nobody is enrolled")


class TestEnrolledTwice:
    """One customer, first ambassador OLD until 1 March, then NEW from 1 May; posts in February, March and May."""

    @pytest.fixture(scope="class")
    @classmethod
    def again(cls, company: Company) -> Warehouse:
        return company(
            ambassadors=[
                {"ambassador_id": "OLD", "customer_id": "a", "enrolled_at": "2026-01-01", "left_at": "2026-03-01"},
                {"ambassador_id": "NEW", "customer_id": "a", "enrolled_at": "2026-05-01", "programme": "commission"},
            ],
            content=[{"customer_id": "a", "posted_at": day} for day in ("2026-02-10", "2026-04-10", "2026-05-10")],
        )

    def test_each_act_belongs_to_the_enrolment_it_happened_in(self, again: Warehouse) -> None:
        # the post of 10 April happened between the two: an act of a customer, of no ambassador
        assert groups(again, "acts", "2026-01-01", "2026-06-01", "ambassador_id") == {"NEW": 1, "OLD": 1, "unknown": 1}
        assert value(again, "acting_customers", "2026-01-01", "2026-06-01") == 1

    def test_levels(self, again: Warehouse) -> None:
        # OLD: 11 February to 1 March (leaving); NEW: 11 May to 9 June
        ends = ("2026-02-11", "2026-03-01", "2026-03-02", "2026-04-11", "2026-05-11", "2026-06-09", "2026-06-10")
        assert [level(again, "active_ambassadors", end) for end in ends] == [1, 1, 0, 0, 1, 1, 0]


class TestWhatIsAnAct:
    """Ambassador A does one thing of every kind, each on its own day of March."""

    ACTS = ("event_spoken", "community_post", "feedback", "beta_test", "vote")
    NO_ACTS = ("login", "email_opened", "email_clicked", "event_attended", "support_ticket", "webinar", "call")

    @pytest.fixture(scope="class")
    @classmethod
    def kinds(cls, company: Company) -> Warehouse:
        interactions = [*cls.ACTS, *cls.NO_ACTS]
        return company(
            ambassadors=[AMBASSADOR, {"ambassador_id": "PARTNER"}],
            interactions=[
                {"customer_id": "a", "kind": kind, "occurred_at": f"2026-03-{day:02d}"}
                for day, kind in enumerate(interactions, 1)
            ],
            content=[
                {"customer_id": "a", "posted_at": "2026-03-13", "origin": "organic", "kind": "video"},
                {"customer_id": "a", "posted_at": "2026-03-14", "origin": "incentivised", "kind": "review"},
                {"customer_id": "a", "posted_at": "2026-03-15", "origin": "paid"},
                {"customer_id": "a", "posted_at": "2026-03-16", "origin": "organic", "removed_at": "2026-10-01"},
            ],
            contributions=[{"customer_id": "a", "occurred_at": "2026-03-17"}],
            referrals=[
                {"ambassador_id": "A", "referred_at": "2026-03-18"},
                {"ambassador_id": "PARTNER", "customer_id": "friend", "referred_at": "2026-03-19"},
            ],
            orders=[{"customer_id": "a", "ordered_at": "2026-03-20", "net_amount": 100}],
        )

    def test_only_voluntary_things_are_acts(self, kinds: Warehouse) -> None:
        # 5 interactions + organic and incentivised post + contribution + 2 referrals = 10
        assert value(kinds, "acts", "2026-03-01", "2026-04-01") == 10
        assert groups(kinds, "acts", "2026-03-01", "2026-04-01", "kind") == {
            "beta_test": 1,
            "community_post": 1,
            "contribution": 1,
            "event_spoken": 1,
            "feedback": 1,
            "referral": 2,
            "review": 1,
            "video": 1,
            "vote": 1,
        }

    @pytest.mark.parametrize("day", [*range(6, 13), 15, 16, 20])
    def test_what_is_not_an_act_makes_nobody_act(self, kinds: Warehouse, day: int) -> None:
        # 6-12: the seven kinds that never count; 15 paid; 16 removed; 20 an own purchase
        assert value(kinds, "acts", f"2026-03-{day:02d}", f"2026-03-{day + 1:02d}") == 0
        assert value(kinds, "acting_customers", f"2026-03-{day:02d}", f"2026-03-{day + 1:02d}") == 0

    def test_a_referral_belongs_to_its_ambassador_not_to_the_referred(self, kinds: Warehouse) -> None:
        # people: A (as customer a) and the partner; the friend did nothing
        assert value(kinds, "acting_customers", "2026-03-01", "2026-04-01") == 2
        assert groups(kinds, "acts", "2026-03-01", "2026-04-01", "ambassador_id") == {"A": 9, "PARTNER": 1}
        assert level(kinds, "active_ambassadors", "2026-04-01") == 2

    def test_posts_alone_have_a_platform(self, kinds: Warehouse) -> None:
        # two posts count; the other eight acts were done nowhere in particular
        assert groups(kinds, "acts", "2026-03-01", "2026-04-01", "platform") == {"instagram": 2, "unknown": 8}


def test_staff_count_nowhere_in_activity(company: Company) -> None:
    # s is staff: as ambassador S with a post, a vote and a referral; only customer c's vote is left
    staffed = company(
        customers=[{"customer_id": "s", "is_staff": True}, {"customer_id": "c", "country_code": "FR"}],
        ambassadors=[{"ambassador_id": "S", "customer_id": "s"}],
        content=[{"customer_id": "s", "posted_at": "2026-03-10"}],
        interactions=[
            {"customer_id": "s", "kind": "vote", "occurred_at": "2026-03-10"},
            {"customer_id": "c", "kind": "vote", "occurred_at": "2026-03-10"},
        ],
        contributions=[{"customer_id": "s", "occurred_at": "2026-03-10"}],
        referrals=[{"ambassador_id": "S", "customer_id": "c", "referred_at": "2026-03-10"}],
    )
    assert value(staffed, "acts", "2026-03-01", "2026-04-01") == 1
    assert value(staffed, "acting_customers", "2026-03-01", "2026-04-01") == 1
    assert level(staffed, "active_ambassadors", "2026-03-15") == 0
    assert level(staffed, "enrolled_ambassadors", "2026-03-15") == 0
    assert value(staffed, "organic_share", "2026-03-01", "2026-04-01") is None
    assert movements(staffed, "2026-03-01", "2026-04-01") == (0, 0, 0)


class TestActingCustomers:
    """a (FR) posts twice, votes and refers as ambassador A; b (DE) votes in March and April; p is a partner."""

    @pytest.fixture(scope="class")
    @classmethod
    def acting(cls, company: Company) -> Warehouse:
        return company(
            customers=[
                {"customer_id": "a", "country_code": "FR"},
                {"customer_id": "b", "country_code": "DE"},
                {"customer_id": "c"},
            ],
            ambassadors=[AMBASSADOR, {"ambassador_id": "P"}],
            content=[{"customer_id": "a", "posted_at": day} for day in ("2026-03-05", "2026-03-05", "2026-03-25")],
            interactions=[
                {"customer_id": "a", "kind": "vote", "occurred_at": "2026-03-05"},
                {"customer_id": "b", "kind": "vote", "occurred_at": "2026-03-10"},
                {"customer_id": "b", "kind": "vote", "occurred_at": "2026-04-10"},
                {"customer_id": "c", "kind": "login", "occurred_at": "2026-03-10"},
            ],
            referrals=[
                {"ambassador_id": "A", "referred_at": "2026-03-06"},
                {"ambassador_id": "P", "referred_at": "2026-03-06"},
            ],
        )

    @pytest.mark.parametrize(
        ("start", "end", "people"),
        [
            ("2026-03-01", "2026-04-01", 3),  # a, b, P
            ("2026-03-01", "2026-05-01", 3),
            ("2026-03-05", "2026-03-06", 1),  # a, three acts that day
            ("2026-03-11", "2026-04-01", 1),  # a again, though not for the first time
            ("2026-04-01", "2026-05-01", 1),  # b
            ("2026-04-11", "2026-05-01", 0),
        ],
    )
    def test_people_are_distinct(self, acting: Warehouse, start: str, end: str, people: int) -> None:
        assert value(acting, "acting_customers", start, end) == people

    def test_by_country(self, acting: Warehouse) -> None:
        assert groups(acting, "acting_customers", "2026-03-01", "2026-05-01", "country_code") == {
            "DE": 1,
            "FR": 1,
            "unknown": 1,  # the partner
        }

    def test_acts_are_not_distinct(self, acting: Warehouse) -> None:
        # a: 3 posts + vote + referral; b: 2 votes; P: 1 referral
        assert value(acting, "acts", "2026-03-01", "2026-05-01") == 8


class TestTopDecile:
    """Eleven ambassadors with 5, 4 and nine times 1 act: the most active tenth of 11 is 2, rounded up."""

    @pytest.fixture(scope="class")
    @classmethod
    def unequal(cls, company: Company) -> Warehouse:
        counts = {"A01": 5, "A02": 4, **{f"A{number:02d}": 1 for number in range(3, 12)}}
        votes = [
            {"customer_id": name, "occurred_at": "2026-03-10"} for name, count in counts.items() for _ in range(count)
        ]
        return company(
            ambassadors=[
                *({"ambassador_id": name, "customer_id": name} for name in counts),
                {"ambassador_id": "GONE", "customer_id": "gone", "left_at": "2026-03-15"},
            ],
            interactions=[
                *votes,
                *({"customer_id": "gone", "occurred_at": "2026-03-10"} for _ in range(50)),
                *({"customer_id": "nobody", "occurred_at": "2026-03-10"} for _ in range(50)),
                *({"customer_id": "A03", "occurred_at": "2026-02-01"} for _ in range(50)),
            ],
        )

    def test_the_tenth_is_rounded_up(self, unequal: Warehouse) -> None:
        # (5 + 4) / (5 + 4 + 9) = 1/2; the 50 acts of one who left, of a customer and of 37 days earlier stay out
        estimate = measured(unequal, "top_decile_share", "2026-03-01", "2026-03-20").estimate
        assert (estimate.value, estimate.n) == (0.5, 11)

    def test_of_one_it_is_the_whole(self, unequal: Warehouse) -> None:
        assert level(unequal, "top_decile_share", "2026-03-20", ambassador_id="A05") == 1

    def test_before_leaving_they_count(self, unequal: Warehouse) -> None:
        # at 15 March "gone" is still enrolled: 12 ambassadors, top 2 = 50 + 5 of 50 + 18
        assert level(unequal, "top_decile_share", "2026-03-15") == pytest.approx(55 / 68)

    def test_nobody_active(self, unequal: Warehouse) -> None:
        answer = measured(unequal, "top_decile_share", "2026-05-01", "2026-06-01")
        assert (answer.estimate.value, answer.reason) == (None, "nobody is active")


class TestLocalDays:
    """Days are those of Paris: 23:30 UTC is tomorrow, and a night of clock change keeps its day."""

    @pytest.fixture(scope="class")
    @classmethod
    def nights(cls, company: Company) -> Warehouse:
        moments = {
            "winter": "2026-01-10T23:30:00Z",  # 00:30 on 11 January
            "winter_eve": "2026-01-10T22:59:59Z",  # 23:59:59 on 10 January
            "summer": "2026-07-10T22:00:00Z",  # 00:00 on 11 July
            "summer_eve": "2026-07-10T21:59:59Z",  # 23:59:59 on 10 July
            "spring_first": "2026-03-28T23:00:00Z",  # 29 March 00:00, still +1
            "spring_last": "2026-03-29T21:59:59Z",  # 29 March 23:59:59, now +2: a day of 23 hours
            "spring_over": "2026-03-29T22:00:00Z",  # 30 March 00:00
            "autumn_first": "2026-10-24T22:00:00Z",  # 25 October 00:00, still +2
            "autumn_last": "2026-10-25T22:59:59Z",  # 25 October 23:59:59, now +1: a day of 25 hours
            "autumn_over": "2026-10-25T23:00:00Z",  # 26 October 00:00
            "no_offset": "2026-05-10T00:00:00",  # read in Paris
        }
        return company(interactions=[{"customer_id": name, "occurred_at": moment} for name, moment in moments.items()])

    @pytest.mark.parametrize(
        ("day", "following", "acts"),
        [
            ("2026-01-10", "2026-01-11", 1),
            ("2026-01-11", "2026-01-12", 1),
            ("2026-07-10", "2026-07-11", 1),
            ("2026-07-11", "2026-07-12", 1),
            ("2026-03-28", "2026-03-29", 0),
            ("2026-03-29", "2026-03-30", 2),
            ("2026-03-30", "2026-03-31", 1),
            ("2026-10-24", "2026-10-25", 0),
            ("2026-10-25", "2026-10-26", 2),
            ("2026-10-26", "2026-10-27", 1),
            ("2026-05-09", "2026-05-10", 0),
            ("2026-05-10", "2026-05-11", 1),
        ],
    )
    def test_acts_of_a_day(self, nights: Warehouse, day: str, following: str, acts: int) -> None:
        assert value(nights, "acts", day, following) == acts
