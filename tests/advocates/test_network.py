"""Who brought whom: trees written out, that no row can turn into a circle, and that nobody is counted twice."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kpi.advocates import Member, Tree, read_network, read_tree
from kpi.metrics import METRICS, measure
from kpi.period import Period
from kpi.store import Listing, Warehouse
from tests.conftest import Company, Row

Bringing = tuple[str, str, int]
"""Who brought whom on which day of 2026."""

ALWAYS = Period(date(2020, 1, 1), date(2027, 1, 1))
Build = Callable[..., Warehouse]


@pytest.fixture(scope="module")
def build(bare_company: Company) -> Build:
    """A company in which each bringing is a touch and, on the same day, a first order."""

    def built(*bringings: Bringing, silent: Sequence[str] = (), **more: list[Row]) -> Warehouse:
        people = dict.fromkeys(name for by, whom, _ in bringings for name in (by, whom) if name != "partner")
        customers = [{"customer_id": name, "contact_consent": name not in silent, "full_name": name} for name in people]
        ambassadors: list[Row] = [
            {"ambassador_id": f"A-{name}", "customer_id": name, "enrolled_at": "2025-01-01"} for name in people
        ]
        partner: list[Row] = [{"ambassador_id": "A-partner", "enrolled_at": "2025-01-01"}]
        touches = [
            {"ambassador_id": f"A-{by}", "customer_id": whom, "occurred_at": f"{moment(day)}T10:00:00Z"}
            for by, whom, day in bringings
        ]
        orders = [
            {"customer_id": whom, "ordered_at": f"{moment(day)}T12:00:00Z", "net_amount": 10}
            for _, whom, day in bringings
        ]
        tables = {"customers": customers, "ambassadors": ambassadors + partner, "touches": touches, "orders": orders}
        return bare_company(**{**tables, **more})

    return built


def moment(day: int) -> date:
    return date(2026, 1, 1) + timedelta(days=day)


def tree_of(warehouse: Warehouse, name: str, **asked: int) -> Tree:
    found = read_tree(warehouse, f"customer:{name}", **asked)
    assert found
    return found


def names(members: Sequence[Member]) -> list[str]:
    return [one.person_id.split(":")[1] for one in members]


def levels(tree: Tree) -> list[list[str]]:
    return [names(level) for level in tree.levels]


CHAIN: list[Bringing] = [("ann", "bob", 1), ("bob", "cy", 2), ("cy", "dee", 3)]
STAR: list[Bringing] = [("hub", f"spoke-{number}", number) for number in range(1, 6)]


@pytest.fixture(scope="module")
def two_trees(build: Build) -> Warehouse:
    """A chain of four, and a star of five around one who also brought through spoke-3."""
    return build(*CHAIN, *STAR, ("spoke-3", "late", 40))


def test_a_chain_has_one_person_in_each_generation(two_trees: Warehouse) -> None:
    tree = tree_of(two_trees, "ann")
    assert levels(tree) == [["ann"], ["bob"], ["cy"], ["dee"]]
    ann = tree.person
    assert (ann.people_directly, ann.people_in_all, ann.generations) == (1, 3, 3)
    assert (tree.line, tree.more) == ((), 0)


def test_the_line_above_begins_with_who_was_brought_by_nobody(two_trees: Warehouse) -> None:
    tree = tree_of(two_trees, "dee")
    assert names(tree.line) == ["ann", "bob", "cy"]
    assert levels(tree) == [["dee"]]
    assert (tree.person.brought_date, tree.person.people_in_all) == (moment(3), 0)


def test_a_star_shows_who_goes_on_before_the_others_in_the_order_they_came(two_trees: Warehouse) -> None:
    tree = tree_of(two_trees, "hub")
    assert levels(tree) == [["hub"], ["spoke-3", "spoke-1", "spoke-2", "spoke-4", "spoke-5"], ["late"]]
    hub = tree.person
    assert (hub.people_directly, hub.people_in_all, hub.generations) == (5, 6, 2)
    assert names(tree.children()["customer:hub"]) == levels(tree)[1]
    assert names(tree.children()["customer:spoke-3"]) == ["late"]


def test_what_is_not_shown_is_counted(two_trees: Warehouse) -> None:
    # six below the hub: of four members three are below it, so that three are not shown
    cut = tree_of(two_trees, "hub", most=4)
    assert (levels(cut), cut.more) == ([["hub"], ["spoke-3", "spoke-1", "spoke-2"]], 3)
    # of two generations the second is left out: one of six
    shallow = tree_of(two_trees, "hub", deepest=1)
    assert (len(shallow.members), shallow.more) == (6, 1)
    alone = tree_of(two_trees, "hub", most=1)
    assert (levels(alone), alone.more) == ([["hub"]], 6)


def test_the_largest_trees_stand_in_the_order_they_grew(two_trees: Warehouse) -> None:
    network = read_network(two_trees)
    # 3 of the chain + 6 of the star, brought by ann, bob, cy, hub and spoke-3
    assert (network.brought, network.bringers, network.trees, network.generations) == (9, 5, 2, 3)
    assert names(network.largest) == ["hub", "ann"]  # the last came on day 40 and on day 3
    assert names(read_network(two_trees, most=1).largest) == ["hub"]


def test_trees_hold_everybody_who_was_brought_once(two_trees: Warehouse) -> None:
    network = read_network(two_trees)
    assert sum(one.people_in_all for one in network.largest) == network.brought == 9
    assert measure(two_trees, METRICS["new_customers"], ALWAYS).estimate.value == 9


def test_who_neither_brought_nor_was_brought_has_no_tree(two_trees: Warehouse) -> None:
    assert read_tree(two_trees, "customer:nobody") is None


def test_a_circle_is_cut_where_somebody_was_there_already(build: Build) -> None:
    # bob, an ambassador without an order, brings ann, who brings cy, who leads bob to his own first order
    warehouse = build(("bob", "ann", 1), ("ann", "cy", 2), ("cy", "bob", 3))
    assert levels(tree_of(warehouse, "bob")) == [["bob"], ["ann"], ["cy"]]
    assert tree_of(warehouse, "bob").line == ()
    assert tree_of(warehouse, "cy").person.people_in_all == 0
    assert read_network(warehouse).brought == 2


def test_two_who_brought_each_other_at_the_same_moment_are_no_circle(build: Build) -> None:
    warehouse = build(("ann", "bob", 1), ("bob", "ann", 1))
    # of equals the lower id counts as the first: bob had brought ann already when he came
    assert levels(tree_of(warehouse, "bob")) == [["bob"], ["ann"]]
    assert read_network(warehouse).brought == 1


def test_who_brought_somebody_before_is_below_nobody(build: Build) -> None:
    # cy came through bob long before bob's own first order through ann: no merit of ann's
    warehouse = build(("bob", "cy", 1), ("ann", "bob", 30))
    assert levels(tree_of(warehouse, "bob")) == [["bob"], ["cy"]]
    assert read_tree(warehouse, "customer:ann") is None


def test_nobody_brings_themselves(build: Build) -> None:
    warehouse = build(("ann", "ann", 1), ("ann", "bob", 2))
    assert levels(tree_of(warehouse, "ann")) == [["ann"], ["bob"]]
    assert tree_of(warehouse, "ann").person.brought_by_id is None


def test_a_partner_who_is_no_customer_begins_a_tree(build: Build) -> None:
    warehouse = build(("partner", "ann", 1), ("ann", "bob", 2))
    tree = read_tree(warehouse, "ambassador:A-partner")
    assert tree
    assert levels(tree) == [["A-partner"], ["ann"], ["bob"]]
    assert (tree.person.customer_id, tree.person.may_be_named) == (None, False)


def test_who_did_not_agree_keeps_the_line_without_a_name(build: Build) -> None:
    warehouse = build(*CHAIN, silent=["bob", "cy"])
    tree = read_tree(warehouse, "customer:ann")
    assert tree
    assert [(one.customer_id, one.may_be_named) for one in tree.members] == [
        ("ann", True),
        ("bob", False),
        ("cy", False),
        ("dee", True),
    ]
    silent = build(*CHAIN, silent=["ann"])
    assert [one.may_be_named for one in read_network(silent).largest] == [False]


def test_a_converted_referral_brings_who_has_no_order(build: Build) -> None:
    referrals: list[Row] = [
        # the one that converted first counts, whichever was made first
        {"ambassador_id": "A-bob", "customer_id": "eve", "referred_at": "2026-02-01", "converted_at": "2026-02-09"},
        {"ambassador_id": "A-ann", "customer_id": "eve", "referred_at": "2026-02-02", "converted_at": "2026-02-05"},
        {"ambassador_id": "A-ann", "customer_id": "fay", "referred_at": "2026-02-02"},
        {"ambassador_id": "A-ann", "customer_id": "ann", "referred_at": "2026-02-02", "converted_at": "2026-02-05"},
        {"ambassador_id": "A-ann", "customer_id": "cy", "referred_at": "2025-02-02", "converted_at": "2025-02-05"},
    ]
    warehouse = build(*CHAIN, referrals=referrals)
    tree = tree_of(warehouse, "ann")
    assert [sorted(level) for level in levels(tree)] == [["ann"], ["bob", "eve"], ["cy"], ["dee"]]
    assert {one.customer_id: one.brought_date for one in tree.members}["eve"] == date(2026, 2, 5)


def test_a_company_without_ambassadors_has_no_network(bare_company: Company) -> None:
    network = read_network(bare_company(orders=[{"customer_id": "ann", "ordered_at": "2026-01-01", "net_amount": 1}]))
    assert (network.brought, network.bringers, network.trees, network.largest) == (0, 0, 0, ())


def test_a_long_line_is_followed_over_fifty_generations(build: Build) -> None:
    warehouse = build(*((f"p{day:02}", f"p{day + 1:02}", day) for day in range(60)))
    tree = tree_of(warehouse, "p00")
    assert (tree.person.people_in_all, tree.person.generations) == (50, 50)
    assert (len(tree.members), tree.more) == (7, 44)
    line = tree_of(warehouse, "p60").line
    assert (len(line), names(line)[0], names(line)[-1]) == (20, "p40", "p59")


@hypothesis_settings(max_examples=10)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 3)), min_size=1, max_size=12))
def test_whoever_brought_whom_nobody_stands_twice(build: Build, rows: list[tuple[int, int, int]]) -> None:
    first = {whom: (by, day) for by, whom, day in reversed(rows)}
    warehouse = build(*((f"c{by}", f"c{whom}", day) for whom, (by, day) in first.items()))
    beginnings = warehouse.rows(
        Listing(mart="dim_networks", columns=("person_id",), order=("person_id",), where="brought_by_id is null")
    )
    trees = [read_tree(warehouse, row["person_id"]) for row in beginnings]
    stand = [one.person_id for tree in trees if tree for one in tree.members]
    assert len(stand) == len(set(stand))
    network = read_network(warehouse)
    assert sum(tree.person.people_in_all for tree in trees if tree) == network.brought
    assert len(stand) == network.brought + network.trees
