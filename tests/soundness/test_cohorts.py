"""Activation and retention by cohort: rows by hand, and any end against a count made person by person."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.errors import QuestionError
from kpi.metrics import Cohorts, activation_by_cohort, measure, metric_named, retention_by_cohort
from kpi.period import Period
from kpi.store import Warehouse
from tests.conftest import Company, Row
from tests.soundness.test_activity_identities import ENROLMENTS, VOTES, Enrolment

LAST_LOGIN: Row = {"customer_id": "nobody", "kind": "login", "occurred_at": "2026-10-31T12:00:00"}


def day(text: str) -> date:
    return date.fromisoformat(text)


def values(found: Cohorts) -> dict[str, list[object]]:
    """Month → its shares."""
    return {cohort.month.isoformat()[:7]: [share.estimate.value for share in cohort.shares] for cohort in found.cohorts}


def completeness(found: Cohorts) -> dict[str, list[bool]]:
    return {cohort.month.isoformat()[:7]: [share.is_complete for share in cohort.shares] for cohort in found.cohorts}


def ambassador(name: str, enrolled_at: str, **more: object) -> Row:
    return {"ambassador_id": name, "customer_id": name.lower(), "enrolled_at": enrolled_at, **more}


def vote(name: str, day: str) -> Row:
    return {"customer_id": name.lower(), "kind": "vote", "occurred_at": day}


class TestActivation:
    """Three enrol in March, two in April, one in May; acts begin in February with a customer's vote."""

    @pytest.fixture(scope="class")
    @classmethod
    def programme(cls, bare_company: Company) -> Warehouse:
        return bare_company(
            customers=[{"customer_id": "same_day", "country_code": "FR"}],
            ambassadors=[
                ambassador("OLD", "2026-01-15"),
                ambassador("SAME_DAY", "2026-03-01T09:00:00", lever="event"),
                ambassador("DAY_30", "2026-03-10", programme="affiliate"),
                ambassador("DAY_29", "2026-03-31T23:00:00"),
                ambassador("GONE", "2026-04-05", left_at="2026-04-10"),
                ambassador("DAY_89", "2026-04-06"),
                ambassador("NEVER", "2026-05-20"),
                ambassador("NOT_REALLY", "2026-05-20", left_at="2026-05-01"),
            ],
            interactions=[
                vote("customer", "2026-02-03"),
                vote("OLD", "2026-02-05"),
                vote("SAME_DAY", "2026-02-20"),  # before enrolling: not as an ambassador
                vote("SAME_DAY", "2026-03-01T08:00:00"),  # an hour before
                vote("SAME_DAY", "2026-03-01T10:00:00"),
                vote("DAY_30", "2026-04-09"),  # 10 March + 30 days: the first day past the thirty
                vote("DAY_29", "2026-04-29"),  # 31 March + 29 days
                vote("GONE", "2026-04-11"),  # left on the 10th
                vote("DAY_89", "2026-07-04"),  # 6 April + 89 days
                vote("DAY_89", "2026-07-05"),
                LAST_LOGIN,
            ],
        )

    def test_shares_within_30_60_and_90_days(self, programme: Warehouse) -> None:
        found = activation_by_cohort(programme, day("2026-10-31"), months=8)
        assert found.steps == (30, 60, 90)
        assert values(found) == {
            "2026-03": [2 / 3, 1.0, 1.0],  # SAME_DAY and DAY_29, then DAY_30
            "2026-04": [0.0, 0.0, 0.5],  # DAY_89 on the last of ninety days
            "2026-05": [0.0, 0.0, 0.0],
            "2026-06": [None, None, None],
            "2026-07": [None, None, None],
            "2026-08": [None, None, None],
            "2026-09": [None, None, None],
            "2026-10": [None, None, None],
        }
        assert [cohort.size for cohort in found.cohorts] == [3, 2, 1, 0, 0, 0, 0, 0]

    def test_each_share_has_its_interval_and_n(self, programme: Warehouse) -> None:
        # Wilson of 2 of 3: 0.2077 to 0.9385, as in test_activity
        estimate = activation_by_cohort(programme, day("2026-10-31"), months=8).cohorts[0].shares[0].estimate
        assert (estimate.low, estimate.high) == (pytest.approx(0.2077, abs=5e-5), pytest.approx(0.9385, abs=5e-5))
        assert (estimate.n, estimate.method) == (3, "Wilson")

    @pytest.mark.parametrize(
        ("end", "march"),
        [
            # the last of March: 30 days are over at midnight of 30 April, 60 of 30 May, 90 of 29 June
            ("2026-04-29", [None, None, None]),
            ("2026-04-30", [2 / 3, None, None]),
            ("2026-05-29", [2 / 3, None, None]),
            ("2026-05-30", [2 / 3, 1.0, None]),
            ("2026-06-28", [2 / 3, 1.0, None]),
            ("2026-06-29", [2 / 3, 1.0, 1.0]),
        ],
    )
    def test_young_cohorts_are_incomplete_and_not_zero(
        self, programme: Warehouse, end: str, march: list[object]
    ) -> None:
        found = activation_by_cohort(programme, day(end))
        assert values(found)["2026-03"] == march
        assert completeness(found)["2026-03"] == [share is not None for share in march]
        cell = next(cohort for cohort in found.cohorts if cohort.month == day("2026-03-01")).shares[2]
        assert cell.reason == (None if march[2] is not None else "the first 90 days are not over for all")
        assert cell.estimate.n == 3

    def test_a_month_not_over_holds_who_enrolled_so_far(self, programme: Warehouse) -> None:
        # at 10 March, midnight: SAME_DAY alone
        assert activation_by_cohort(programme, day("2026-03-10")).cohorts[-1].size == 1
        assert activation_by_cohort(programme, day("2026-03-11")).cohorts[-1].size == 2

    def test_before_acts_were_recorded_nothing_is_known(self, programme: Warehouse) -> None:
        # acts are recorded from 3 February on: OLD, enrolled in January, may have acted at once
        found = activation_by_cohort(programme, day("2026-10-31"), months=10)
        january, february = found.cohorts[:2]
        assert (january.month, january.size) == (day("2026-01-01"), 1)
        assert {share.reason for share in january.shares} == {"no act was recorded yet"}
        assert [share.estimate.value for share in january.shares] == [None, None, None]
        assert {share.reason for share in february.shares} == {"nobody enrolled"}
        assert [cohort.is_first_recorded for cohort in found.cohorts] == [False, True] + 8 * [False]

    @pytest.mark.parametrize(
        ("where", "march"),
        [
            ({"country_code": ["FR"]}, [1.0, 1.0, 1.0]),
            ({"programme": ["affiliate"]}, [0.0, 1.0, 1.0]),
            ({"lever": ["event"]}, [1.0, 1.0, 1.0]),
            ({"lever": ["unknown"], "programme": ["recognition"]}, [1.0, 1.0, 1.0]),
            ({"country_code": ["XX"]}, [None, None, None]),
        ],
    )
    def test_filters(self, programme: Warehouse, where: dict[str, list[str]], march: list[object]) -> None:
        assert values(activation_by_cohort(programme, day("2026-10-31"), months=8, where=where))["2026-03"] == march

    def test_an_unknown_filter(self, programme: Warehouse) -> None:
        with pytest.raises(QuestionError, match="Did you mean country_code"):
            activation_by_cohort(programme, day("2026-10-31"), where={"countrycode": ["FR"]})

    def test_an_end_past_the_data_is_the_end_of_the_data(self, programme: Warehouse) -> None:
        late = activation_by_cohort(programme, day("2027-06-01"), months=8)
        assert values(late) == values(activation_by_cohort(programme, day("2026-11-01"), months=8))
        assert late.cohorts[-1].month == day("2026-10-01")


class TestRetention:
    """A and B first act in March, C in April, D in May; what each does later is said beside it."""

    @pytest.fixture(scope="class")
    @classmethod
    def programme(cls, bare_company: Company) -> Warehouse:
        days = {
            "A": ("2026-03-31", "2026-04-01", "2026-04-20", "2026-06-10"),
            "B": ("2026-03-02", "2026-06-11"),
            "C": ("2026-02-10", "2026-04-10", "2026-05-10"),  # enrolled in April only
            "D": ("2026-05-31", "2026-06-20"),  # left on 15 June
        }
        return bare_company(
            customers=[{"customer_id": "b", "sector": "retail"}],
            ambassadors=[
                ambassador("A", "2026-01-01"),
                ambassador("B", "2026-01-01", programme="commission"),
                ambassador("C", "2026-04-01"),
                ambassador("D", "2026-01-01", left_at="2026-06-15"),
            ],
            interactions=[
                *(vote(name, moment) for name, moments in days.items() for moment in moments),
                LAST_LOGIN,
            ],
        )

    def test_who_acts_in_the_months_since(self, programme: Warehouse) -> None:
        found = retention_by_cohort(programme, day("2026-07-01"), months=4)
        assert found.steps == (0, 1, 2, 3)
        assert values(found) == {
            "2026-03": [1.0, 0.5, 0.0, 1.0],  # A in April; nobody in May; both in June
            "2026-04": [1.0, 1.0, 0.0],  # C in May
            "2026-05": [1.0, 0.0],  # D's vote of June came after leaving
            "2026-06": [None],
        }
        assert [cohort.size for cohort in found.cohorts] == [2, 1, 1, 0]
        assert found.cohorts[-1].shares[0].reason == "nobody acted for the first time"
        assert found.cohorts[0].shares[1].estimate.n == 2

    def test_months_before_any_act_was_recorded_are_not_empty(self, programme: Warehouse) -> None:
        # C's vote of 10 February is the first act of anybody
        (january, february) = retention_by_cohort(programme, day("2026-03-01"), months=2).cohorts
        assert {share.reason for share in january.shares} == {"no data before 10 Feb 2026"}
        assert {share.reason for share in february.shares} == {"nobody acted for the first time"}

    def test_the_month_that_is_not_over_is_marked(self, programme: Warehouse) -> None:
        # at 11 June A has acted in June, B's vote of the 11th is not before its midnight
        found = retention_by_cohort(programme, day("2026-06-11"), months=4)
        assert values(found)["2026-03"] == [1.0, 0.5, 0.0, 0.5]
        assert completeness(found) == {
            "2026-03": [True, True, True, False],
            "2026-04": [True, True, False],
            "2026-05": [True, False],
            "2026-06": [False],
        }

    def test_a_cohort_may_still_grow(self, programme: Warehouse) -> None:
        # at 31 March A has not acted yet
        assert [cohort.size for cohort in retention_by_cohort(programme, day("2026-03-31"), months=1).cohorts] == [1]
        assert [cohort.size for cohort in retention_by_cohort(programme, day("2026-04-01"), months=1).cohorts] == [2]

    def test_the_first_month_of_recording_is_marked(self, programme: Warehouse) -> None:
        # C's vote of 10 February is the first act of anybody, though not as an ambassador
        found = retention_by_cohort(programme, day("2026-07-01"), months=6)
        assert [cohort.is_first_recorded for cohort in found.cohorts] == [False, True] + 4 * [False]

    @pytest.mark.parametrize(
        ("where", "march"),
        [
            ({"programme": ["commission"]}, [1.0, 0.0, 0.0, 1.0]),
            ({"sector": ["unknown"]}, [1.0, 1.0, 0.0, 1.0]),
            ({"sector": ["retail"], "programme": ["recognition"]}, [None, None, None, None]),
        ],
    )
    def test_filters(self, programme: Warehouse, where: dict[str, list[str]], march: list[object]) -> None:
        assert values(retention_by_cohort(programme, day("2026-07-01"), months=4, where=where))["2026-03"] == march


def test_an_enrolment_that_comes_again_is_a_cohort_of_its_own(bare_company: Company) -> None:
    built = bare_company(
        ambassadors=[
            {"ambassador_id": "OLD", "customer_id": "a", "enrolled_at": "2026-01-01", "left_at": "2026-03-01"},
            {"ambassador_id": "NEW", "customer_id": "a", "enrolled_at": "2026-03-15"},
        ],
        interactions=[vote("A", "2026-01-10"), vote("A", "2026-03-20"), LAST_LOGIN],
    )
    assert values(retention_by_cohort(built, day("2026-04-01"), months=3)) == {
        "2026-01": [1.0, 0.0, 0.0],
        "2026-02": [None, None],
        "2026-03": [1.0],
    }


def test_without_tables_there_is_a_reason(bare_company: Company) -> None:
    built = bare_company(interactions=[LAST_LOGIN])
    for found in (activation_by_cohort(built, day("2026-10-01")), retention_by_cohort(built, day("2026-10-01"))):
        assert (found.cohorts, found.reason) == ((), "waits for ambassadors")
    quiet = bare_company(ambassadors=[{"ambassador_id": "A"}])
    found = activation_by_cohort(quiet, day("2026-10-01"))
    assert found.reason == "waits for content or referrals or contributions or interactions"


@pytest.fixture(scope="module")
def drawn(bare_company: Company) -> Warehouse:
    """The programme of test_activity_identities: people who enrol, leave, come back; partners."""
    return bare_company(
        ambassadors=[
            {
                "ambassador_id": enrolment.name,
                "customer_id": enrolment.customer,
                "enrolled_at": enrolment.enrolled_at.isoformat(),
                "left_at": enrolment.left_at.isoformat() if enrolment.left_at else None,
            }
            for enrolment in ENROLMENTS
        ],
        interactions=[
            *(
                {"customer_id": customer, "kind": "vote", "occurred_at": moment.isoformat()}
                for customer, moments in VOTES.items()
                for moment in moments
            ),
            {"customer_id": "nobody", "kind": "login", "occurred_at": "2025-12-01"},
            LAST_LOGIN,
        ],
        referrals=[
            {"ambassador_id": enrolment.name, "referred_at": moment.isoformat()}
            for enrolment in ENROLMENTS
            if enrolment.customer is None
            for moment in enrolment.acts
        ],
    )


def act_days(enrolment: Enrolment, end: date) -> list[date]:
    return sorted(
        act.date()
        for act in enrolment.acts
        if enrolment.enrolled_at <= act and (enrolment.left_at is None or act < enrolment.left_at) and act.date() < end
    )


def months_until(end: date) -> list[date]:
    last = end - timedelta(days=1)
    return [
        date(2025 + (11 + step) // 12, (11 + step) % 12 + 1, 1)
        for step in range((last.year - 2025) * 12 + last.month - 11)
    ]


def following(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


ENDS = st.dates(date(2026, 1, 1), date(2026, 11, 1))


@settings(max_examples=40, deadline=None)
@given(end=ENDS)
def test_activation_of_any_end(drawn: Warehouse, end: date) -> None:
    months = months_until(end)
    found = activation_by_cohort(drawn, end, months=len(months))
    assert [cohort.month for cohort in found.cohorts] == months
    for cohort in found.cohorts:
        members = [
            one for one in ENROLMENTS if cohort.month <= one.enrolled_at.date() < min(end, following(cohort.month))
        ]
        assert cohort.size == len(members)
        for days, share in zip((30, 60, 90), cohort.shares, strict=True):
            is_over = following(cohort.month) - timedelta(days=1) + timedelta(days=days) <= end
            acted = sum(
                any(act - one.enrolled_at.date() < timedelta(days=days) for act in act_days(one, end))
                for one in members
            )
            expected = acted / len(members) if members and is_over else None
            assert share.estimate.value == expected, (cohort.month, days)


@settings(max_examples=40, deadline=None)
@given(end=ENDS)
def test_retention_of_any_end(drawn: Warehouse, end: date) -> None:
    months = months_until(end)
    acted = [{act.replace(day=1) for act in act_days(one, end)} for one in ENROLMENTS]
    found = retention_by_cohort(drawn, end, months=len(months))
    for number, cohort in enumerate(found.cohorts):
        members = [months_acted for months_acted in acted if months_acted and min(months_acted) == cohort.month]
        assert cohort.size == len(members)
        expected = [
            sum(month in months_acted for months_acted in members) / len(members) if members else None
            for month in months[number:]
        ]
        assert [share.estimate.value for share in cohort.shares] == expected
        assert [share.is_complete for share in cohort.shares] == [following(month) <= end for month in months[number:]]


@settings(max_examples=20, deadline=None)
@given(month=st.integers(2, 10))
def test_cohorts_of_the_first_acts_add_up_to_the_first_spells(drawn: Warehouse, month: int) -> None:
    # a first act begins the first spell, but for who leaves on that very day and was active at no boundary
    end = date(2026, month + 1, 1)
    sizes = sum(cohort.size for cohort in retention_by_cohort(drawn, end, months=month + 1).cohorts)
    new = measure(drawn, metric_named("new_ambassadors"), Period(date(2025, 1, 1), end)).estimate.value
    same_day = sum(
        bool(days := act_days(one, end)) and one.left_at is not None and one.left_at.date() == days[0] == days[-1]
        for one in ENROLMENTS
    )
    assert sizes == (new or 0) + same_day
