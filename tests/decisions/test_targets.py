"""Targets: set, changed by several people, undone, refused."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kpi.decisions import Target, Targets, read_decisions, record_targets, record_targets_undone
from kpi.decisions.targets import SEGMENTS, find_fault, key_in_words, values_in
from kpi.errors import ChangedMeanwhileError, DecisionError, NotAllowedError
from kpi.store import Ledger, Warehouse
from kpi.ui import segments
from tests.conftest import Company
from tests.decisions.conftest import NINA, OMAR, SAM

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
FRANCE = ("country_code", "FR")


def orders(value: float | str, month: date = NOVEMBER, **fields: object) -> Target:
    return Target(metric="orders", month=month, value=Decimal(str(value)), **fields)  # type: ignore[arg-type]


def in_force(ledger: Ledger) -> dict[str, str]:
    return {str(target): str(target.value) for target in read_decisions(ledger).targets.values()}


def test_targets_are_set_changed_and_removed(ledger: Ledger) -> None:
    record_targets(ledger, NINA, [orders(120), orders(100, OCTOBER), orders(30, segment=FRANCE)], at=NOON)
    record_targets(ledger, OMAR, [orders("150.50", note="a second shop")], remove=[orders(0, OCTOBER).key], at=NOON)
    assert in_force(ledger) == {"orders 2026-11": "150.50", "orders 2026-11 country_code=FR": "30"}
    targets = read_decisions(ledger).targets
    assert [(target.segment, target.value) for target in targets.of("orders")] == [
        (None, Decimal("150.50")),
        (FRANCE, Decimal(30)),
    ]
    assert targets.of("acts") == ()
    first, second = targets.history(orders(0).key)
    assert (first.entry_id, first.who, first.before, first.after) == (1, "nina", None, orders(120))
    assert (second.entry_id, second.who, second.recorded_at) == (2, "omar", NOON)
    assert (second.before, second.after) == (orders(120), orders("150.50", note="a second shop"))
    assert [change.entry_id for change in targets.changes_of("orders")] == [1, 1, 1, 2, 2]
    assert targets.changes_of("acts") == ()


def test_what_changes_nothing_is_not_recorded(ledger: Ledger) -> None:
    assert len(record_targets(ledger, NINA, [orders(120), orders(100, OCTOBER)], at=NOON)) == 2
    assert record_targets(ledger, OMAR, [orders(120)], at=NOON, remove=[orders(0, date(2026, 1, 1)).key]) == ()
    assert record_targets(ledger, OMAR, [orders("120.0")], at=NOON) == ()  # the same number
    assert len(ledger.entries()) == 1


def test_of_two_wishes_for_one_target_the_last_counts(ledger: Ledger) -> None:
    (change,) = record_targets(ledger, NINA, [orders(120), orders(130)], at=NOON)
    assert change.after == orders(130)
    assert in_force(ledger) == {"orders 2026-11": "130"}
    assert len(read_decisions(ledger).targets.history(orders(0).key)) == 1


def test_undo_puts_back_what_was_there_step_by_step(ledger: Ledger) -> None:
    key = orders(0).key
    for value in (120, 150, 180):
        record_targets(ledger, NINA, [orders(value)], at=NOON)
    record_targets(ledger, NINA, [], remove=[key], at=NOON)
    undone = []
    while standing := read_decisions(ledger).targets.standing(key):
        record_targets_undone(ledger, OMAR, standing[-1].entry_id, at=NOON)
        undone.append(in_force(ledger).get("orders 2026-11"))
    assert undone == ["180", "150", "120", None]
    history = read_decisions(ledger).targets.history(key)
    assert [(change.who, change.undoes) for change in history] == [
        *[("nina", None)] * 4,
        *[("omar", number) for number in (4, 3, 2, 1)],
    ]
    record_targets(ledger, NINA, [orders(200)], at=NOON)
    record_targets_undone(ledger, NINA, 9, at=NOON)
    assert in_force(ledger) == {}


def test_an_undo_takes_back_all_of_an_entry_or_some_of_it(ledger: Ledger) -> None:
    record_targets(ledger, NINA, [orders(120), orders(100, OCTOBER)], at=NOON)
    record_targets(ledger, NINA, [orders(150), orders(110, OCTOBER)], at=NOON)
    record_targets_undone(ledger, NINA, 2, at=NOON, keys=[orders(0).key])
    assert in_force(ledger) == {"orders 2026-11": "120", "orders 2026-10": "110"}
    with pytest.raises(DecisionError, match="undone already"):
        record_targets_undone(ledger, NINA, 2, at=NOON)
    record_targets_undone(ledger, NINA, 2, at=NOON, keys=[orders(0, OCTOBER).key])
    record_targets_undone(ledger, NINA, 1, at=NOON)
    assert in_force(ledger) == {}
    for number in (1, 77):
        with pytest.raises(DecisionError):
            record_targets_undone(ledger, NINA, number, at=NOON)
    assert len(ledger.entries()) == 5


def test_the_last_standing_entry_is_what_an_undo_takes_back(ledger: Ledger) -> None:
    def last() -> list[tuple[int, str]]:
        targets = read_decisions(ledger).targets
        keys = [orders(0).key, orders(0, OCTOBER).key]
        return [(change.entry_id, str(change.after and change.after.value)) for change in targets.last_standing(keys)]

    assert last() == []
    record_targets(ledger, NINA, [orders(120), orders(100, OCTOBER)], at=NOON)
    record_targets(ledger, NINA, [orders(150)], at=NOON)
    assert last() == [(2, "150")]
    record_targets_undone(ledger, NINA, 2, at=NOON)
    assert last() == [(1, "120"), (1, "100")]
    record_targets_undone(ledger, NINA, 1, at=NOON, keys=[orders(0).key])
    assert last() == [(1, "100")]


def test_nobody_undoes_over_a_later_change(ledger: Ledger) -> None:
    record_targets(ledger, NINA, [orders(120), orders(100, OCTOBER)], at=NOON)
    record_targets(ledger, OMAR, [orders(150)], at=NOON)
    with pytest.raises(ChangedMeanwhileError, match="omar changed this meanwhile: orders 2026-11"):
        record_targets_undone(ledger, NINA, 1, at=NOON)
    assert in_force(ledger) == {"orders 2026-11": "150", "orders 2026-10": "100"}


def test_two_people_at_once_lose_nothing(ledger: Ledger) -> None:
    record_targets(ledger, NINA, [orders(120), orders(100, OCTOBER)], at=NOON)
    seen = read_decisions(ledger).entry_id
    record_targets(ledger, OMAR, [orders(150)], at=NOON, seen=seen)
    with pytest.raises(ChangedMeanwhileError, match="omar changed this meanwhile: orders 2026-11"):
        record_targets(ledger, NINA, [orders(130), orders(90, OCTOBER)], at=NOON, seen=seen)
    assert in_force(ledger) == {"orders 2026-11": "150", "orders 2026-10": "100"}
    record_targets(ledger, NINA, [orders(90, OCTOBER)], at=NOON, seen=seen)  # nobody touched that one
    record_targets(ledger, NINA, [orders(150)], at=NOON, seen=seen)  # both want the same
    assert in_force(ledger) == {"orders 2026-11": "150", "orders 2026-10": "90"}
    record_targets(ledger, NINA, [], remove=[orders(0).key], at=NOON, seen=read_decisions(ledger).entry_id)
    with pytest.raises(ChangedMeanwhileError, match="nina"):
        record_targets(ledger, OMAR, [orders(160)], at=NOON, seen=seen + 1)


def test_only_who_decides_on_targets_changes_them(ledger: Ledger) -> None:
    record_targets(ledger, NINA, [orders(120)], at=NOON)
    with pytest.raises(NotAllowedError, match="Ask the programme owner"):
        record_targets(ledger, SAM, [orders(1)], at=NOON)
    with pytest.raises(NotAllowedError):
        record_targets_undone(ledger, SAM, 1, at=NOON)
    assert in_force(ledger) == {"orders 2026-11": "120"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"metric": "order"}, "There is no metric “order”. Did you mean orders?"),
        ({"metric": "zzz"}, "There is no metric “zzz”."),
        ({"month": date(2026, 11, 2)}, "A target is for a month: give its first day."),
        ({"value": Decimal("nan")}, "A target is a number below 10^15."),
        ({"value": Decimal("inf")}, "A target is a number below 10^15."),
        ({"value": Decimal("1e15")}, "A target is a number below 10^15."),
        ({"value": Decimal(-1)}, "A target of “Orders” cannot be below 0."),
        (
            {"metric": "acquisition_cost", "value": Decimal("-0.01")},
            "A target of “Acquisition cost (CAC)” cannot be below 0.",
        ),
        (
            {"metric": "activation_rate", "value": Decimal(35)},
            "A target of “Activation rate” is a share: write 0.35 for 35",
        ),
        ({"metric": "net_promoter_score", "value": Decimal(101)}, " lies between −100 and +100."),
        ({"segment": ("lever", "email")}, "“Orders” has no breakdown “lever”."),
        ({"segment": ("sectors", "x")}, "“Orders” has no breakdown “sectors”. Did you mean sector?"),
        ({"segment": ("country_code", " ")}, "The segment country_code lacks its value."),
        ({"metric": "acts", "segment": ("ambassador_id", "A1")}, "never for one person"),
        ({"note": "x" * 201}, "A note has at most 200 characters."),
    ],
)
def test_a_target_that_cannot_be_is_refused(ledger: Ledger, fields: dict[str, object], told: str) -> None:
    wanted: dict[str, object] = {"metric": "orders", "month": NOVEMBER, "value": Decimal(1), **fields}
    with pytest.raises(DecisionError) as refused:
        record_targets(ledger, NINA, [orders(5), Target(**wanted)], at=NOON)  # type: ignore[arg-type]
    assert told in str(refused.value)
    assert ledger.entries() == ()  # the other one neither


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("attributed_margin", -5),
        ("net_promoter_score", -20),
        ("return_on_investment", "12.5"),
        ("return_on_investment", -0.5),
        ("net_revenue_retention", "1.2"),
        ("activation_rate", 1),
        ("programme_cost", 0),
    ],
)
def test_a_target_may_be_what_its_metric_may_be(metric: str, value: float | str) -> None:
    assert find_fault(Target(metric=metric, month=NOVEMBER, value=Decimal(str(value)))) is None


@pytest.fixture(scope="module")
def shop(company: Company) -> Warehouse:
    return company(
        customers=[{"customer_id": "a", "country_code": "FR"}],
        orders=[{"customer_id": "a", "ordered_at": "2026-01-02", "net_amount": 1}],
    )


def test_a_segment_must_be_in_the_data(shop: Warehouse) -> None:
    values = values_in(shop)
    assert find_fault(orders(1, segment=FRANCE), values) is None
    assert find_fault(orders(1, segment=("sector", "unknown")), values) is None
    told = find_fault(orders(1, segment=("country_code", "Fr")), values)
    assert told == "There is no country_code “Fr” in the data. Did you mean FR?"
    acts = Target(metric="acts", month=NOVEMBER, value=Decimal(1), segment=("platform", "any"))
    assert find_fault(acts, values) is None  # no mart lists the platforms
    assert segments.SEGMENTS == SEGMENTS


def test_a_key_is_written_as_the_command_line_takes_it() -> None:
    assert key_in_words(orders(1, segment=FRANCE).key) == "orders 2026-11 country_code=FR"
    assert Targets().of("orders") == ()
