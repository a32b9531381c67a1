"""Past lists beside what followed, on a company whose past is written out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kpi.advocates import BackTest, Decided, Order, PastDay, Quality, Question, backtest, learn, learn_and_keep
from kpi.advocates.backtest import is_better
from kpi.advocates.past import Outcome, read_past
from kpi.analysis import Estimate
from kpi.settings import Advocates, Settings
from kpi.store import Warehouse
from tests.advocates.conftest import person
from tests.conftest import Company, Row

RULES = Advocates(smallest_segment=1, weekly_capacity=4)
QUESTION = Question(rules=RULES)
END = date(2026, 11, 1)
DAYS = [END - timedelta(days=90 * step) for step in range(1, 7)]
MONTHS = [date(2025 + month // 12, month % 12 + 1, 1) for month in range(21)] + [date(2026, 10, 31)]


def tables(until: date = date.max) -> dict[str, list[Row]]:
    """Ten people who post every month and ten who buy every month, until a day; one of either was thanked."""
    posters, buyers = [f"p{number}" for number in range(10)], [f"b{number}" for number in range(10)]
    rows: dict[str, list[Row]] = {
        "customers": [person(name) for name in (*posters, *buyers)],
        "content": [{"customer_id": name, "posted_at": day, "engagements": 1} for day in MONTHS for name in posters],
        "orders": [{"customer_id": name, "ordered_at": day, "net_amount": 1} for day in MONTHS for name in buyers],
        "rewards": [{"customer_id": name, "granted_at": date(2026, 1, 1)} for name in ("p0", "b0")],
        "surveys": [{"customer_id": "b1", "answered_at": day, "asked_at": day, "score": 9} for day in MONTHS],
    }
    dates = {"content": "posted_at", "orders": "ordered_at", "rewards": "granted_at", "surveys": "answered_at"}
    for name, column in dates.items():
        rows[name] = [row for row in rows[name] if str(row[column]) < str(until)]
    return rows


@pytest.fixture(scope="module")
def posters(bare_company: Company) -> Warehouse:
    return bare_company(settings=Settings(advocates=RULES), **tables())


@pytest.fixture(scope="module")
def tested(posters: Warehouse) -> BackTest:
    return backtest(posters, QUESTION)


def test_past_days_are_ninety_days_apart_and_their_ninety_days_known(tested: BackTest) -> None:
    assert (tested.as_of, tested.outcome, tested.capacity) == (END, Outcome.ACT, 4)
    assert [day.cutoff for day in tested.days] == DAYS[:4]


def test_who_was_thanked_before_is_not_measured(tested: BackTest) -> None:
    # thanked on 1 January 2026: both are gone on the three days after it, not on 6 November 2025
    assert [day.people for day in tested.days] == [18, 18, 18, 20]
    assert [day.prevalence.value for day in tested.days] == [0.5] * 4


def test_who_was_featured_before_is_not_measured(posters: Warehouse) -> None:
    """p1 on 3 February 2026, the eve of a day that is tested; p2 on a day itself; b2 after all of them."""
    featured = {"p1": DAYS[2] - timedelta(days=1), "p2": DAYS[1], "b2": END}
    found = backtest(posters, replace(QUESTION, decided=Decided(featured=featured)))
    # of 18, 18, 18 and 20 without p1 and p2; p1, since p2 was featured on that day only; p1; nobody
    assert [day.people for day in found.days] == [16, 17, 17, 20]
    # ten post and ten buy, of whom p0 and b0 were thanked: 7 of 16 post, 8 of 17, 8 of 17, 10 of 20
    assert [day.prevalence.value for day in found.days] == pytest.approx([7 / 16, 8 / 17, 8 / 17, 0.5])
    past = read_past(posters, DAYS[2], featured=featured)
    assert (past.people, int(past.happened.sum())) == (17, 8)


def test_the_score_finds_those_who_post_again(tested: BackTest) -> None:
    for day in tested.days:
        score = day.orders[Order.SCORE]
        # all four first post again, of whom half would by chance
        assert (score.precision.value, score.lift.value, score.auc.value) == (1.0, 2.0, 1.0)
    pooled = tested.pooled[Order.SCORE]
    assert (pooled.precision.value, pooled.precision.n, pooled.lift.value) == (1.0, 16, 2.0)


def test_promoters_and_recency_do_not(tested: BackTest) -> None:
    for day in tested.days:
        # b1 alone answered, and never posts; all have acted on the same days
        assert day.orders[Order.PROMOTERS].auc.value == pytest.approx(0.5 - 1 / day.people)
        assert day.orders[Order.RECENCY].auc.value == 0.5


def test_what_is_learned_comes_from_the_days_before(tested: BackTest) -> None:
    assert all(day.gain is not None and day.gain.value == 0 for day in tested.days)
    assert tested.potential is not None
    assert tested.potential.coefficients["organic_content"] > 0
    assert tested.potential.coefficients["repeat_purchases"] == 0  # buyers never post
    assert not tested.potential.ranks  # no better than the score
    assert sum(part.people for part in tested.calibration) == 18 * 3 + 20


def test_nothing_that_came_later_changes_an_earlier_test(bare_company: Company, posters: Warehouse) -> None:
    """The planted leak, for the whole chain: the rows from the day on, or none of them."""
    day = date(2026, 9, 1)
    known = bare_company(settings=Settings(advocates=RULES), **tables(until=day))
    asked = replace(QUESTION, as_of=day)
    assert backtest(known, asked) == backtest(posters, asked)


def test_acts_count_from_the_day_itself_for_ninety_days(bare_company: Company) -> None:
    day = date(2026, 8, 3)  # of the data that ends on 1 November
    acts = {"before": "2026-08-02", "first": "2026-08-03", "last": "2026-10-31", "after": "2026-11-01"}
    company = bare_company(
        customers=[person(name) for name in (*acts, "paid")],
        content=[
            *({"customer_id": name, "posted_at": f"{moment}T12:00:00"} for name, moment in acts.items()),
            {"customer_id": "paid", "posted_at": "2026-09-01", "origin": "incentivised"},
        ],
    )
    past = read_past(company, day)
    assert (past.people, int(past.happened.sum())) == (5, 2)


def test_without_acts_an_order_that_was_kept_is_hoped_for(bare_company: Company) -> None:
    shop = bare_company(
        customers=[person("kept", contact_consent=False), person("returned"), person("gone")],
        orders=[
            *({"customer_id": name, "ordered_at": "2025-06-01", "net_amount": 5} for name in ("kept", "gone")),
            {"customer_id": "kept", "ordered_at": "2026-02-01", "net_amount": 5},
            {"order_id": "back", "customer_id": "returned", "ordered_at": "2026-02-01", "net_amount": 5},
            {"customer_id": "gone", "ordered_at": "2026-04-01", "net_amount": 5},
        ],
        refunds=[{"order_id": "back", "refunded_at": "2026-02-02", "amount": 5}],
    )
    found = backtest(shop, QUESTION)
    assert found.outcome is Outcome.ORDER
    latest = found.days[0]
    assert (latest.cutoff, latest.people) == (date(2026, 1, 2), 3)  # 90 days before 2 April
    assert latest.prevalence.value == pytest.approx(2 / 3)  # kept, and gone on 1 April
    assert Order.PROMOTERS not in found.days[0].orders


def test_a_short_past_has_nothing_to_test(bare_company: Company) -> None:
    young = bare_company(customers=[person("ada")], content=[{"customer_id": "ada", "posted_at": "2026-10-31"}])
    found = backtest(young, QUESTION)
    assert (found.days, found.pooled, found.calibration, found.potential) == ((), {}, (), None)
    assert learn(young, QUESTION) is None


def test_what_was_learned_is_kept_beside_the_version(bare_company: Company) -> None:
    company = bare_company(settings=Settings(advocates=RULES), **tables())
    assert company.recall("advocates") is None
    learned = learn(company, QUESTION)
    assert learned == learn_and_keep(company, QUESTION).potential
    company.keep("advocates", '{"potential": null}')
    assert learn(company, QUESTION) is None  # what is kept is not worked out again
    assert learn(company, replace(QUESTION, as_of=END)) == learned  # nor is it meant for another day
    company.keep("advocates", '{"potential": {"intercept": 0, "coefficients": {"luck": 1}, "ranks": true}}')
    assert learn(company, QUESTION) == learned  # of another release


def test_a_large_company_learns_when_somebody_asks_for_it(
    bare_company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = bare_company(settings=Settings(advocates=RULES), **tables())
    monkeypatch.setattr("kpi.advocates.learned.AT_ONCE", 19)  # of twenty customers
    assert learn(company, QUESTION) is None
    kept = learn_and_keep(company, QUESTION).potential
    assert (learn(company, QUESTION), kept is None) == (kept, False)


def _day(gain: tuple[float, float], score: float = 0.5, learned: float = 0.5) -> PastDay:
    def quality(precision: float) -> Quality:
        return Quality(precision=Estimate(value=precision), lift=Estimate(value=1.0), auc=Estimate(value=0.5))

    return PastDay(
        cutoff=END,
        people=10,
        prevalence=Estimate(value=0.5),
        orders={Order.SCORE: quality(score), Order.LEARNED: quality(learned)},
        gain=Estimate(value=sum(gain) / 2, low=gain[0], high=gain[1]),
    )


BETTER, SAME, WORSE = (0.01, 0.03), (-0.01, 0.01), (-0.03, -0.01)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([_day(BETTER)] * 3, True),
        ([_day(BETTER)] * 2, False),
        ([_day(BETTER)] * 2 + [_day(SAME)] * 2, False),
        ([_day(BETTER)] * 3 + [_day(SAME)], True),
        ([_day(BETTER)] * 3 + [_day(WORSE)], False),
        ([_day(BETTER, score=0.6)] + [_day(BETTER)] * 2, False),
        ([_day(BETTER, score=0.6), _day(BETTER, learned=0.6), _day(BETTER)], True),
        ([], False),
    ],
)
def test_what_was_learned_ranks_only_where_it_proved_better(days: list[PastDay], expected: bool) -> None:
    assert is_better(days) is expected
