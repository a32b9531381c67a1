"""Targets missed in months that are over, and what waits for a reader; the company is that of conftest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kpi.access.roles import RIGHTS, Role
from kpi.decisions import (
    Annotation,
    Attainment,
    Author,
    Reviewed,
    Segment,
    Target,
    due,
    months_over,
    record_annotations,
    record_targets,
    review,
)
from kpi.metrics import Attribution, Filters, Model
from kpi.period import Period
from kpi.store import Manifest, Store, Warehouse
from kpi.store.manifest import AuditWarning, SourceFile
from kpi.ui import deciding, misses, waiting
from kpi.ui.page import Page

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NINA = Author(name="nina", decides=frozenset({"targets"}))
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
AUTUMN = Period(date(2026, 8, 15), date(2026, 10, 21))  # of its months September alone is whole
FRANCE = ("country_code", "FR")


def target(metric: str, value: float, month: date = SEPTEMBER, segment: Segment | None = None) -> Target:
    return Target(metric=metric, month=month, segment=segment, value=Decimal(str(value)))


@pytest.fixture
def page(small: Warehouse, open_page: Callable[..., Page], tmp_path: Path) -> Callable[..., Page]:
    """A page on a store with these targets."""

    def build(*targets: Target, role: Role = Role.OWNER, **choice: object) -> Page:
        opened = replace(open_page(small, AUTUMN, **choice), store=Store(tmp_path / "store"))
        record_targets(opened.store.ledger, NINA, targets, at=NOON)
        return replace(opened, reader=replace(opened.reader, rights=RIGHTS[role]))

    return build


def reviewed(page: Page, where: Filters | None = None) -> tuple[Reviewed, ...]:
    targets = deciding.decisions(page).targets
    return review(page.warehouse, due(targets, page.period, page.manifest.data_end, where))


def words(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_a_month_is_over_once_the_data_reaches_its_end() -> None:
    period = Period(date(2026, 8, 15), date(2026, 12, 1))
    months = [Period(date(2026, 10, 1), date(2026, 11, 1)), Period(date(2026, 9, 1), date(2026, 10, 1))]
    assert months_over(period, date(2026, 11, 1)) == tuple(months)
    assert months_over(period, date(2026, 10, 31)) == tuple(months[1:])
    assert months_over(period, None) == ()


# September: ann and cleo are active; y buys for 50 at a cost of 10; ann and cleo post, two acts, both in France.
@pytest.mark.parametrize(
    ("metric", "value", "reached", "is_met"),
    [
        ("active_ambassadors", 2, 2, True),
        ("active_ambassadors", 3, 2, False),
        ("net_revenue", 100, 50, False),
        ("programme_cost", 10, 10, True),
        ("programme_cost", 9.99, 10, False),
    ],
)
def test_a_target_is_held_against_its_whole_month(
    page: Callable[..., Page], metric: str, value: float, reached: float, is_met: bool
) -> None:
    opened = page(target(metric, value), target(metric, value, OCTOBER))
    (found,) = reviewed(opened)
    share = min(reached / value, value / reached)
    assert found.target.month == SEPTEMBER
    assert found.attainment == Attainment(
        value=reached, target=Decimal(str(value)), is_met=is_met, share=pytest.approx(share)
    )


def test_a_segment_s_target_is_held_against_the_segment(page: Callable[..., Page]) -> None:
    opened = page(target("acts", 3, segment=FRANCE), target("acts", 1, segment=("country_code", "BE")))
    found = {one.target.segment: one.attainment for one in reviewed(opened)}
    belgium = ("country_code", "BE")
    assert found == {
        FRANCE: Attainment(value=2, target=Decimal(3), is_met=False, share=2 / 3),
        belgium: Attainment(value=0, target=Decimal(1), is_met=False, share=0.0),
    }
    (kept,) = reviewed(opened, {"country_code": ["FR"]})
    assert kept.target.segment == FRANCE
    assert reviewed(opened, {"country_code": ["FR", "BE"]}) == ()


def test_months_of_a_metric_and_segment_are_asked_for_at_once_and_each_is_its_own(page: Callable[..., Page]) -> None:
    # orders of ann's: y's in September; z's came alone in May. Costs: 5 in August, 10 in September. Posts in France:
    # one in March, two in September; of a month without target nothing is told.
    months = {month: date(2026, month, 1) for month in range(3, 10)}
    opened = replace(
        page(
            *(target("programme_cost", 10, months[month]) for month in (8, 9)),
            *(target("acts", 2, months[month], segment=FRANCE) for month in (3, 4, 9)),
            target("orders", 2, months[5]),
        ),
        period=Period(date(2026, 2, 10), date(2026, 10, 21)),
    )
    found = [(str(one.target), one.attainment and one.attainment.value) for one in reviewed(opened)]
    assert found == [
        ("acts 2026-09 country_code=FR", 2),
        ("programme_cost 2026-09", 10),
        ("programme_cost 2026-08", None),  # costs are booked from the 3rd on
        ("orders 2026-05", None),  # orders begin on the 4th
        ("acts 2026-04 country_code=FR", 0),
        ("acts 2026-03 country_code=FR", None),  # posts begin on the 2nd
    ]


def test_only_other_targets_are_reviewed_anew(page: Callable[..., Page]) -> None:
    asked: list[str] = []

    def remember(question: str, answer: Callable[[], Any]) -> Any:
        if question.startswith("reviewed"):
            asked.append(question)
        return answer()

    opened = replace(page(target("acts", 3)), remember=remember)
    author = Author(name="nina", decides=frozenset({"annotations", "targets"}))
    noted = Annotation(first=SEPTEMBER, last=SEPTEMBER, text="Fair")
    misses.in_words(opened)
    record_annotations(opened.store.ledger, author, [noted], at=NOON, pages=("test",))
    record_targets(opened.store.ledger, author, [target("acts", 9, OCTOBER)], at=NOON)  # October is not over
    misses.in_words(opened)
    record_targets(opened.store.ledger, author, [target("acts", 4)], at=NOON)
    misses.in_words(opened)
    assert asked[0] == asked[1] != asked[2]


# September costs 10,000, and nobody was won: z came alone. Ann was asked and did not answer. Orders end on 5 October,
# with those of staff, and the rest six weeks later, so that of October orders are missing.
UNJUDGED: dict[str, list[dict[str, Any]]] = {
    "customers": [{"customer_id": "ann"}, {"customer_id": "z"}, {"customer_id": "eve", "is_staff": True}],
    "ambassadors": [{"ambassador_id": "amb-ann", "customer_id": "ann"}],
    "content": [{"customer_id": "ann", "posted_at": "2026-08-01"}, {"customer_id": "ann", "posted_at": "2026-11-19"}],
    "touches": [{"ambassador_id": "amb-ann", "customer_id": "z", "occurred_at": "2025-01-01"}],
    "orders": [
        {"customer_id": "z", "ordered_at": "2026-08-12", "net_amount": 30},
        {"customer_id": "z", "ordered_at": "2026-09-12", "net_amount": 30},
        {"customer_id": "z", "ordered_at": "2026-09-13", "net_amount": 30},
        *[{"customer_id": "eve", "ordered_at": f"2026-{day}", "net_amount": 1} for day in ("08-27", "09-24", "10-05")],
    ],
    "costs": [
        {"incurred_on": "2026-08-01", "amount": 1},
        {"incurred_on": "2026-09-05", "amount": 10_000},
        {"incurred_on": "2026-11-19", "amount": 1},
    ],
    "surveys": [
        {
            "customer_id": "ann",
            "audience": "ambassador",
            "asked_at": "2026-08-15",
            "answered_at": "2026-08-15",
            "score": 9,
        },
        {"customer_id": "ann", "audience": "ambassador", "asked_at": "2026-09-15"},
        {"customer_id": "ann", "audience": "ambassador", "asked_at": "2026-11-19"},
    ],
}


@pytest.fixture(scope="module")
def without_values(company: Callable[..., Warehouse]) -> Warehouse:
    return company(**UNJUDGED)


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        (
            [target("acquisition_cost", 50, SEPTEMBER), target("orders", 2, SEPTEMBER)],
            [
                "One of the 2 targets of the months that are over was reached; the others cannot be judged:",
                "- **Acquisition cost** in September 2026: no customer was won",
            ],
        ),
        (
            [target("acquisition_cost", 50, SEPTEMBER)],
            [
                "The one target of the months that are over cannot be judged:",
                "- **Acquisition cost** in September 2026: no customer was won",
            ],
        ),
        (
            [target("ambassador_net_promoter_score", 40, SEPTEMBER), target("net_revenue", 50, OCTOBER)],
            [
                "None of the 2 targets of the months that are over can be judged:",
                "- **Company revenue** in October 2026: incomplete: orders end 5 Oct 2026",
                "- **Ambassadors’ NPS** in September 2026: nobody answered",
            ],
        ),
        (
            [target("acquisition_cost", 50, SEPTEMBER), target("orders", 3, SEPTEMBER), target("acts", 0)],
            [
                "- **Orders** in September 2026: 2, 67 % of the target of 3",
                "Of the 3 targets of the months that are over, one cannot be judged:",
                "- **Acquisition cost** in September 2026: no customer was won",
            ],
        ),
    ],
)
def test_a_target_that_cannot_be_judged_is_neither_missed_nor_reached_nor_never_set(
    page: Callable[..., Page], without_values: Warehouse, targets: list[Target], told: list[str]
) -> None:
    period = Period(date(2026, 8, 1), date(2026, 11, 20))
    opened = replace(page(*targets), warehouse=without_values, period=period)
    assert [line for line in words(misses.in_words(opened)).splitlines() if line] == told


def test_a_segment_that_cannot_be_judged_is_named(page: Callable[..., Page]) -> None:
    # no subscription was ever imported
    told = misses.in_words(page(target("monthly_recurring_revenue", 10, segment=FRANCE)))
    assert told.splitlines()[-1] == (
        "- **Monthly recurring revenue** in September 2026, country: France: waits for subscriptions"
    )


def test_what_was_missed_is_told_with_its_value(page: Callable[..., Page]) -> None:
    opened = page(target("net_revenue", 200), target("programme_cost", 5), target("acts", 4, segment=FRANCE))
    assert words(misses.in_words(opened)).splitlines() == [
        "- **Acts of advocacy** in September 2026, country: France: 2, 50 % of the target of 4",
        "- **Company revenue** in September 2026: € 50, 25 % of the target of € 200",
        "- **Programme cost** in September 2026: € 10, over the ceiling of € 5.00",
    ]


def test_more_than_five_are_counted(page: Callable[..., Page]) -> None:
    names = (
        "acts",
        "active_ambassadors",
        "net_revenue",
        "orders",
        "new_ambassadors",
        "acting_customers",
        "new_customers",
    )
    lines = misses.in_words(page(*(target(name, 1_000) for name in names))).splitlines()
    assert (len(lines), lines[-1]) == (6, "- and 2 more")


@pytest.mark.parametrize(
    ("targets", "role", "told"),
    [
        ([], Role.OWNER, "No target was set for these months and segments. Set one with “Targets” below a trend."),
        ([], Role.SPONSOR, "No target was set for these months and segments. The programme owner sets them."),
        ([target("acts", 2)], Role.OWNER, "None: the one target of the months that are over was reached."),
        (
            [target("acts", 1), target("net_revenue", 50)],
            Role.OWNER,
            "None: all 2 targets of the months that are over were reached.",
        ),
    ],
)
def test_why_none_was_missed(page: Callable[..., Page], targets: list[Target], role: Role, told: str) -> None:
    assert misses.in_words(page(*targets, role=role)) == told


def test_under_another_attribution_targets_are_held_against_the_usual_one(page: Callable[..., Page]) -> None:
    # September by the last touch: ann brought y, who bought for 50
    rule = "Targets are held against the usual attribution: last touch, 30 days."
    first = Attribution(model=Model.FIRST)
    missed = words(misses.in_words(page(target("attributed_revenue", 100), attribution=first)))
    assert missed == f"- **Attributed revenue** in September 2026: € 50, 50 % of the target of € 100\n\n{rule}"
    window = Attribution(window_days=7)
    reached = misses.in_words(page(target("attributed_revenue", 50), target("acts", 1), attribution=window))
    assert reached == f"None: all 2 targets of the months that are over were reached.\n\n{rule}"


@pytest.mark.parametrize(
    ("metric", "attribution"), [("acts", Attribution(model=Model.FIRST)), ("attributed_revenue", Attribution())]
)
def test_numbers_as_usual_need_no_word_of_attribution(
    page: Callable[..., Page], metric: str, attribution: Attribution
) -> None:
    assert "attribution" not in misses.in_words(page(target(metric, 100), attribution=attribution))


def test_no_month_of_the_period_is_over(page: Callable[..., Page]) -> None:
    opened = replace(page(target("acts", 9)), period=Period(date(2026, 9, 2), date(2026, 10, 21)))
    assert misses.in_words(opened) == "No whole month of this period is over yet."


def test_targets_of_the_running_month_wait_for_who_sets_them(page: Callable[..., Page]) -> None:
    # the data ends on 20 October: September had three targets, October has one of them
    targets = [target("acts", 1), target("orders", 1), target("net_revenue", 1), target("acts", 1, OCTOBER)]
    assert list(waiting.sentences(page(*targets))) == [
        "No target for October 2026 yet: **Company revenue**, **Orders**."
    ]
    assert list(waiting.sentences(page(*targets, role=Role.SPONSOR))) == []


NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


# acts had a target in September, orders in October and one of a segment in September, which is none of the whole
@pytest.mark.parametrize(
    ("data_end", "waits"),
    [
        (date(2026, 10, 25), {OCTOBER: ["acts"]}),  # eight days before November
        (date(2026, 10, 26), {OCTOBER: ["acts"], NOVEMBER: ["acts", "orders"]}),
        (date(2026, 11, 1), {NOVEMBER: ["acts", "orders"]}),  # October is over
        # November runs without target while December is near
        (date(2026, 11, 26), {NOVEMBER: ["acts", "orders"], DECEMBER: ["acts", "orders"]}),
        # three months are looked back to: September is four before January
        (date(2027, 1, 1), {date(2027, 1, 1): ["orders"]}),
        (date(2027, 2, 1), {date(2027, 2, 1): []}),
    ],
)
def test_a_month_s_targets_wait_from_a_week_before_until_it_is_over(
    page: Callable[..., Page], data_end: date, waits: dict[date, list[str]]
) -> None:
    opened = page(target("acts", 1), target("orders", 1, OCTOBER), target("orders", 1, segment=FRANCE))
    assert waiting.without_target(deciding.decisions(opened).targets, data_end) == waits


def test_many_metrics_without_target_are_counted(page: Callable[..., Page]) -> None:
    names = ("acts", "net_revenue", "orders", "programme_cost", "new_customers")
    (told,) = waiting.sentences(page(*(target(name, 1) for name in names)))
    assert (
        told
        == "No target for October 2026 yet: **Acts of advocacy**, **Company revenue**, **Customers won**, 2 others."
    )


@pytest.mark.parametrize(
    "period",
    [
        Period(date(2026, 4, 1), date(2026, 5, 2)),
        Period(date(2026, 3, 1), date(2026, 3, 20)),  # before anybody fell silent
        Period(date(2026, 4, 20), date(2026, 5, 2)),  # after
    ],
)
def test_the_silent_wait_for_who_sees_ambassadors_whichever_period_is_chosen(
    page: Callable[..., Page], falling_silent: Warehouse, period: Period
) -> None:
    opened = replace(page(), warehouse=falling_silent, period=period)
    assert list(waiting.sentences(opened)) == [
        "**1** ambassador fell silent in the last 90 days, for longer than usual for them: "
        "[to thank, or to ask](/ambassadors)."
    ]
    assert list(waiting.sentences(replace(opened, reader=replace(opened.reader, rights=RIGHTS[Role.SPONSOR])))) == []


@pytest.fixture(scope="module")
def falling_silent(company: Callable[..., Warehouse]) -> Warehouse:
    # ann posts each Monday of March, and then no more: three gaps of 7 days, silent beyond 14 days since 13 April. Bob
    # did so in the March before and came back neither then nor later: he waits for nobody any more.
    posts = [{"customer_id": "ann", "posted_at": f"2026-03-{day:02}"} for day in (9, 16, 23, 30)]
    posts += [{"customer_id": "bob", "posted_at": f"2025-03-{day:02}"} for day in (10, 17, 24, 31)]
    posts += [{"customer_id": "eve", "posted_at": "2026-05-01"}]
    return company(
        customers=[{"customer_id": name} for name in ("ann", "bob", "eve")],
        ambassadors=[{"ambassador_id": f"amb-{name}", "customer_id": name} for name in ("ann", "bob")],
        content=posts,
    )


def test_rows_set_aside_by_the_last_import_wait_and_earlier_ones_do_not() -> None:
    def source(rejected: int, day: int) -> SourceFile:
        moment = datetime(2026, 11, day, tzinfo=UTC)
        return SourceFile(
            table="orders",
            name="a.csv",
            fingerprint="f",
            rows=9,
            accepted=9 - rejected,
            rejected=rejected,
            imported_at=moment,
        )

    def manifest(*sources: SourceFile, warnings: int = 0) -> Manifest:
        doubts = tuple(AuditWarning(message="odd", count=1) for _ in range(warnings))
        return Manifest(version=1, built_at=NOON, sources=sources, warnings=doubts)

    assert list(waiting.rows_in_words(manifest(source(3, 1), source(0, 2)))) == []
    assert list(waiting.rows_in_words(manifest(source(3, 1), source(1, 2), source(1, 2), warnings=1))) == [
        "**2 rows** of the last import were set aside: [see why](/data).",
        "The audits have **1 warning**: [look at it](/data).",
    ]
    assert list(waiting.rows_in_words(manifest())) == []
