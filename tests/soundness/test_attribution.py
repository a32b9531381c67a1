"""Who gets the credit for an order, and how much: every number by hand from the rows beside it.

In most companies here customer c orders for 100.00 on 10 June 2026 at 12:00 in Paris, and only the touches differ.
"""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from kpi.metrics import METRICS, Attribution, Model, measure, measure_windows
from kpi.store import Warehouse
from tests.conftest import Company, Row
from tests.soundness.asking import attributed, groups, measured, period, value

JUNE = ("2026-06-01", "2026-07-01")
ORDER = {"customer_id": "c", "ordered_at": "2026-06-10T12:00:00", "net_amount": "100.00"}


def touch(ambassador: str, occurred_at: str, kind: str = "link", customer: str = "c") -> Row:
    return {"ambassador_id": ambassador, "customer_id": customer, "occurred_at": occurred_at, "kind": kind}


class TestModels:
    """A on 1 May, B on 20 May, C on 1 June: 40, 21 and 9 days before the order."""

    @pytest.fixture(scope="class")
    @classmethod
    def three(cls, company: Company) -> Warehouse:
        return company(
            orders=[ORDER], touches=[touch("A", "2026-05-01"), touch("C", "2026-06-01"), touch("B", "2026-05-20")]
        )

    @pytest.mark.parametrize(
        ("model", "days", "expected"),
        [
            ("last", 7, {}),
            ("last", 30, {"C": Decimal(100)}),
            ("last", 90, {"C": Decimal(100)}),
            ("first", 7, {}),
            ("first", 30, {"B": Decimal(100)}),
            ("first", 60, {"A": Decimal(100)}),
            ("linear", 7, {}),
            ("linear", 30, {"B": Decimal(50), "C": Decimal(50)}),
        ],
    )
    def test_credit(self, three: Warehouse, model: str, days: int, expected: dict[str, Decimal]) -> None:
        assert attributed(three, *JUNE, model=model, days=days) == expected

    def test_a_third_of_a_hundred_is_conserved_exactly(self, three: Warehouse) -> None:
        credit = attributed(three, *JUNE, model="linear", days=90)
        assert sum(credit.values()) == Decimal(100)
        assert sorted(credit) == ["A", "B", "C"]
        assert all(abs(amount - Decimal(100) / 3) < Decimal("0.0001") for amount in credit.values())

    @pytest.mark.parametrize(("model", "window"), [("last", 30), ("first", 90), ("linear", 90)])
    def test_the_window_where_none_is_chosen(self, three: Warehouse, model: str, window: int) -> None:
        assert attributed(three, *JUNE, model=model) == attributed(three, *JUNE, model=model, days=window)

    def test_last_30_days_where_nothing_is_chosen(self, three: Warehouse) -> None:
        assert groups(three, "attributed_revenue", *JUNE, "ambassador_id") == {"C": 100}

    @pytest.mark.parametrize(("days", "total"), [(7, 0), (30, 100), (60, 100), (90, 100)])
    def test_the_total_depends_on_the_window_only(self, three: Warehouse, days: int, total: int) -> None:
        for model in Model:
            answer = measure_windows(three, METRICS["attributed_revenue"], period(*JUNE), model=model)
            assert answer[days].estimate.value == total, model


class TestSameMoment:
    """Everybody touches at the order's own moment; the first letter of an ambassador's id is what decides last."""

    ORDERED = "2026-06-10T12:00:00"
    KINDS = (
        {"Z1": "link", "A1": "content"},
        {"Z2": "content", "A2": "declared"},
        {"Z3": "link", "A3": "declared"},
        {"Z4": "link", "A4": "link"},
        {"Z5": "declared", "A5": "declared", "M5": "declared"},
    )

    @pytest.fixture(scope="class")
    @classmethod
    def tied(cls, company: Company) -> Warehouse:
        return company(
            orders=[{**ORDER, "customer_id": f"c{number}"} for number in range(1, 6)],
            touches=[
                touch(name, cls.ORDERED, kind, f"c{number}")
                for number, kinds in enumerate(cls.KINDS, 1)
                for name, kind in kinds.items()
            ],
        )

    @pytest.mark.parametrize("model", ["last", "first"])
    def test_the_stronger_kind_then_the_smaller_id(self, tied: Warehouse, model: str) -> None:
        # link over content, content over declared, link over declared; at equal kinds A before M before Z
        assert attributed(tied, *JUNE, model=model) == {"Z1": 100, "Z2": 100, "Z3": 100, "A4": 100, "A5": 100}

    def test_a_code_beats_a_link_at_the_orders_own_moment(self, company: Company) -> None:
        built = company(orders=[{**ORDER, "ambassador_id": "Z"}], touches=[touch("A", self.ORDERED)])
        assert attributed(built, *JUNE) == {"Z": 100}
        assert attributed(built, *JUNE, model="first") == {"Z": 100}
        assert attributed(built, *JUNE, model="linear") == {"A": 50, "Z": 50}

    def test_a_later_declaration_beats_an_earlier_link(self, company: Company) -> None:
        # the kind decides at the same moment only
        built = company(
            orders=[ORDER],
            touches=[touch("A", "2026-06-01T12:00:00"), touch("B", "2026-06-01T12:00:00.001", "declared")],
        )
        assert attributed(built, *JUNE) == {"B": 100}
        assert attributed(built, *JUNE, model="first") == {"A": 100}

    def test_ids_are_compared_as_text(self, company: Company) -> None:
        # as text, "10" stands before "9"
        built = company(orders=[ORDER], touches=[touch("9", self.ORDERED), touch("10", self.ORDERED)])
        assert attributed(built, *JUNE) == {"10": 100}


class TestWindowEdges:
    """The window is [t - W, t], both ends in; t is 10 June 12:00, no clock change within 60 days before."""

    EDGES = (
        ("2026-06-10T12:00:00", 100, 100, 100),  # t
        ("2026-06-10T12:00:00.000001", 0, 0, 0),  # after the order
        ("2026-06-03T12:00:00", 100, 100, 100),  # t - 7 days
        ("2026-06-03T11:59:59.999999", 0, 100, 100),
        ("2026-06-03T11:59:59", 0, 100, 100),
        ("2026-05-11T12:00:00", 0, 100, 100),  # t - 30 days
        ("2026-05-11T11:59:59.999999", 0, 0, 100),
        ("2026-05-11T11:59:59", 0, 0, 100),
        ("2026-04-11T12:00:00", 0, 0, 100),  # t - 60 days
        ("2026-04-11T11:59:59.999999", 0, 0, 0),
    )

    @pytest.fixture(scope="class")
    @classmethod
    def edges(cls, company: Company) -> Warehouse:
        """One buyer and one ambassador per edge, named by its moment."""
        moments = [edge[0] for edge in cls.EDGES]
        return company(
            orders=[{**ORDER, "customer_id": moment} for moment in moments],
            touches=[touch(moment, moment, customer=moment) for moment in moments],
        )

    @pytest.mark.parametrize(("touched_at", "in_7", "in_30", "in_60"), EDGES)
    def test_edges(self, edges: Warehouse, touched_at: str, in_7: int, in_30: int, in_60: int) -> None:
        found = measure_windows(
            edges, METRICS["attributed_revenue"], period(*JUNE), where={"ambassador_id": [touched_at]}
        )
        assert [found[days].estimate.value for days in (7, 30, 60)] == [in_7, in_30, in_60]

    def test_ninety_days(self, company: Company) -> None:
        # t is 10 September 10:00 UTC; t - 90 days is 12 June 10:00 UTC
        orders = [{"customer_id": name, "ordered_at": "2026-09-10T10:00:00Z", "net_amount": 100} for name in ("c", "d")]
        built = company(
            orders=orders,
            touches=[touch("A", "2026-06-12T10:00:00Z"), touch("B", "2026-06-12T09:59:59.999999Z", customer="d")],
        )
        assert attributed(built, "2026-09-01", "2026-10-01", days=90) == {"A": 100}


class TestCodes:
    """c's first order is on 1 June with A's code; the second on 10 June without one."""

    @pytest.fixture(scope="class")
    @classmethod
    def coded(cls, company: Company) -> Warehouse:
        return company(orders=[{**ORDER, "ordered_at": "2026-06-01", "ambassador_id": "A", "net_amount": 30}, ORDER])

    @pytest.mark.parametrize("model", list(Model))
    def test_a_code_counts_on_its_own_order_only(self, coded: Warehouse, model: str) -> None:
        assert attributed(coded, *JUNE, model=model) == {"A": 30}

    def test_the_second_order_is_one_of_a_customer_won(self, coded: Warehouse) -> None:
        assert value(coded, "referred_customer_revenue", *JUNE) == 130
        assert value(coded, "new_customers", *JUNE) == 1
        assert value(coded, "net_revenue", *JUNE) == 130
        assert value(coded, "orders", *JUNE) == 2


class TestWhoseTouchCounts:
    """An enrolled ambassador's at the touch's moment, never the buyer's own, never staff's."""

    # case: the ambassador, and whether a touch of 1 June 12:00 earns the order of 10 June 12:00
    TOUCHING: Mapping[str, tuple[Row, bool]] = {
        "enrolled": ({}, True),
        "enrolled that moment": ({"enrolled_at": "2026-06-01T12:00:00"}, True),
        "enrolled a second later": ({"enrolled_at": "2026-06-01T12:00:01"}, False),
        "left that moment": ({"left_at": "2026-06-01T12:00:00"}, False),
        "left a second later": ({"left_at": "2026-06-01T12:00:01"}, True),
        "left before the order": ({"left_at": "2026-06-05"}, True),
        "is the buyer": ({"customer_id": "buyer of is the buyer"}, False),
        "is another customer": ({"customer_id": "other"}, True),
        "is staff": ({"customer_id": "staff"}, False),
    }

    @pytest.mark.parametrize("source", ["touches", "referrals"])
    def test_touch(self, company: Company, source: str) -> None:
        moment = "2026-06-01T12:00:00"
        reached = [{"ambassador_id": case, "customer_id": f"buyer of {case}"} for case in self.TOUCHING]
        rows = {
            "touches": [{**row, "occurred_at": moment} for row in reached],
            "referrals": [{**row, "referred_at": moment} for row in reached],
        }
        built = company(
            customers=[{"customer_id": "staff", "is_staff": True}],
            ambassadors=[{"ambassador_id": case, **ambassador} for case, (ambassador, _) in self.TOUCHING.items()],
            orders=[{**ORDER, "customer_id": f"buyer of {case}"} for case in self.TOUCHING],
            **{source: rows[source]},
        )
        earning = {case: 100 for case, (_, is_earning) in self.TOUCHING.items() if is_earning}
        assert attributed(built, *JUNE) == earning
        assert groups(built, "new_customers", *JUNE, "ambassador_id") == dict.fromkeys(earning, 1)
        assert value(built, "net_revenue", *JUNE) == 900  # the company sold nine orders all the same

    def test_code(self, company: Company) -> None:
        cases: Mapping[str, Row] = {
            "is the buyer": {"customer_id": "buyer of is the buyer"},
            "left that moment": {"left_at": "2026-06-10T12:00:00"},
            "left a second later": {"left_at": "2026-06-10T12:00:01"},
            "enrolled that moment": {"enrolled_at": "2026-06-10T12:00:00"},
            "enrolled a second later": {"enrolled_at": "2026-06-10T12:00:01"},
        }
        built = company(
            ambassadors=[{"ambassador_id": case, **ambassador} for case, ambassador in cases.items()],
            orders=[{**ORDER, "customer_id": f"buyer of {case}", "ambassador_id": case} for case in cases],
        )
        assert attributed(built, *JUNE) == {"left a second later": 100, "enrolled that moment": 100}

    def test_an_own_touch_does_not_hide_another_ambassadors(self, company: Company) -> None:
        built = company(
            ambassadors=[{"ambassador_id": "OWN", "customer_id": "c"}],
            orders=[{**ORDER, "ambassador_id": "OWN"}],
            touches=[touch("OWN", "2026-06-09"), touch("B", "2026-06-01")],
        )
        for model in Model:
            assert attributed(built, *JUNE, model=model) == {"B": 100}, model

    def test_what_staff_buys_is_no_revenue(self, company: Company) -> None:
        built = company(
            customers=[{"customer_id": "c", "is_staff": True}],
            orders=[{**ORDER, "ambassador_id": "A"}, {**ORDER, "customer_id": "d", "net_amount": 7}],
            touches=[touch("A", "2026-06-01")],
        )
        assert attributed(built, *JUNE) == {}
        assert [value(built, name, *JUNE) for name in ("net_revenue", "orders", "new_customers")] == [7, 1, 0]

    def test_a_referral_of_somebody_unknown_touches_nobody(self, company: Company) -> None:
        built = company(orders=[ORDER], referrals=[{"ambassador_id": "A", "referred_at": "2026-06-01"}])
        assert attributed(built, *JUNE) == {}

    def test_a_referral_is_a_declared_touch(self, company: Company) -> None:
        # at the same moment a post (content) beats it; alone, it counts
        built = company(
            orders=[ORDER, {**ORDER, "customer_id": "d"}],
            referrals=[{"ambassador_id": "A", "customer_id": name, "referred_at": "2026-06-01"} for name in ("c", "d")],
            touches=[touch("Z", "2026-06-01", "content")],
        )
        assert attributed(built, *JUNE) == {"A": 100, "Z": 100}


def test_two_touches_of_one_ambassador_count_twice_in_linear(company: Company) -> None:
    # 3 touches: A 2/3, B 1/3 of 90 = 60, 30
    built = company(
        orders=[{**ORDER, "net_amount": 90}],
        touches=[touch("A", "2026-05-20"), touch("A", "2026-06-01"), touch("B", "2026-06-05")],
    )
    assert attributed(built, *JUNE, model="linear") == {"A": 60, "B": 30}


class TestRefunds:
    """Three orders of June with A's code: whole 100 refunded in full in June, part 80 by 20 in July, kept 50."""

    @pytest.fixture(scope="class")
    @classmethod
    def refunded(cls, company: Company) -> Warehouse:
        amounts = {"whole": 100, "part": 80, "kept": 50}
        return company(
            orders=[
                {**ORDER, "order_id": name, "customer_id": name, "net_amount": amount, "ambassador_id": "A"}
                for name, amount in amounts.items()
            ],
            refunds=[
                {"order_id": "whole", "refunded_at": "2026-06-20", "amount": 60},
                {"order_id": "whole", "refunded_at": "2026-06-21", "amount": 40},
                {"order_id": "part", "refunded_at": "2026-07-15", "amount": 20},
            ],
        )

    @pytest.mark.parametrize(
        ("start", "end", "revenue", "ledger"),
        [
            ("2026-06-01", "2026-07-01", 110, 130),  # 0 + (80 - 20) + 50; booked: 230 - 100, July's 20 not yet
            ("2026-07-01", "2026-08-01", 0, -20),
            ("2026-06-01", "2026-08-01", 110, 110),
            ("2026-06-10", "2026-06-11", 110, 230),  # the day of ordering alone
            ("2026-06-20", "2026-06-21", 0, -60),
        ],
    )
    def test_when_a_refund_shows(self, refunded: Warehouse, start: str, end: str, revenue: int, ledger: int) -> None:
        assert value(refunded, "attributed_revenue", start, end) == revenue
        assert value(refunded, "attributed_revenue_ledger", start, end) == ledger
        assert value(refunded, "net_revenue", start, end) == revenue
        assert value(refunded, "referred_customer_revenue", start, end) == revenue

    def test_a_refund_takes_nobody_back(self, refunded: Warehouse) -> None:
        assert value(refunded, "new_customers", *JUNE) == 3
        assert value(refunded, "orders", *JUNE) == 3

    def test_margin_shrinks_with_the_share_refunded(self, refunded: Warehouse) -> None:
        # default margin 0.5: whole 50 × 0 + part 40 × 60/80 + kept 25 = 0 + 30 + 25
        assert value(refunded, "attributed_margin", *JUNE) == 55

    def test_a_refund_is_split_as_its_order_was(self, company: Company) -> None:
        # 100 between A, B, C; 10 back in July: each day's thirds add up to the whole
        built = company(
            orders=[{**ORDER, "order_id": "o"}],
            touches=[touch(name, "2026-06-01") for name in ("A", "B", "C")],
            refunds=[{"order_id": "o", "refunded_at": "2026-07-15", "amount": 10}],
        )
        ledger = {"model": "linear", "metric": "attributed_revenue_ledger"}
        june, july = attributed(built, *JUNE, **ledger), attributed(built, "2026-07-01", "2026-08-01", **ledger)
        assert (sum(june.values()), sum(july.values())) == (100, -10)
        assert all(abs(amount + Decimal(10) / 3) < Decimal("0.0001") for amount in july.values())
        assert sum(attributed(built, *JUNE, model="linear").values()) == 90


class TestNewCustomers:
    """won: touched 10 days before the first order; late: 40 days before; second: before the second order only."""

    @pytest.fixture(scope="class")
    @classmethod
    def comers(cls, company: Company) -> Warehouse:
        return company(
            orders=[
                {"customer_id": "won", "ordered_at": "2026-06-10", "net_amount": 10},
                {"customer_id": "won", "ordered_at": "2026-09-10", "net_amount": 20},
                {"customer_id": "late", "ordered_at": "2026-06-10", "net_amount": 40},
                {"customer_id": "second", "ordered_at": "2026-03-10", "net_amount": 80},
                {"customer_id": "second", "ordered_at": "2026-06-10", "net_amount": 160},
            ],
            touches=[
                touch("A", "2026-05-31", customer="won"),
                touch("A", "2026-05-01", customer="late"),
                touch("A", "2026-06-01", customer="second"),
            ],
        )

    def test_only_a_first_order_credited_within_30_days_wins(self, comers: Warehouse) -> None:
        assert value(comers, "new_customers", *JUNE) == 1
        assert value(comers, "new_customers", "2026-01-01", "2026-11-01") == 1
        assert value(comers, "new_customers", "2026-07-01", "2026-11-01") == 0

    def test_the_model_and_window_chosen_do_not_change_it(self, comers: Warehouse) -> None:
        # with first, 90 days, "late" would be credited too: new_customers is always last, 30
        answer = measure(
            comers, METRICS["new_customers"], period(*JUNE), attribution=Attribution(model=Model.FIRST, window_days=90)
        )
        assert answer.estimate.value == 1

    def test_attributed_revenue_has_the_second_order(self, comers: Warehouse) -> None:
        # won 10 + second 160; with 60 days late's 40 too
        assert attributed(comers, *JUNE) == {"A": 170}
        assert attributed(comers, *JUNE, days=60) == {"A": 210}

    def test_revenue_of_customers_won_has_their_later_orders(self, comers: Warehouse) -> None:
        # won: 10 in June, 20 in September though no touch is near; "second" was not won, whatever was credited later
        assert value(comers, "referred_customer_revenue", *JUNE) == 10
        assert value(comers, "referred_customer_revenue", "2026-09-01", "2026-10-01") == 20
        assert attributed(comers, "2026-09-01", "2026-10-01") == {}

    def test_two_orders_of_one_moment_are_one_first_order(self, company: Company) -> None:
        built = company(orders=[{**ORDER, "ambassador_id": "A"}, {**ORDER, "ambassador_id": "A"}])
        assert value(built, "new_customers", *JUNE) == 1


class TestMargin:
    """Net minus cost of goods: the order's cost_amount; else its lines' quantity × unit_cost; else half of net."""

    LINES = (
        {"product_id": "shirt", "line_no": 1, "quantity": 2, "net_amount": 60},
        {"product_id": "belt", "line_no": 2, "quantity": "1.5", "net_amount": 40},
    )

    # case: the order of 100, whether it has the two lines, what is refunded, the margin
    RULES: Mapping[str, tuple[Row, bool, int, Decimal]] = {
        "own cost before lines": ({"cost_amount": 30}, True, 0, Decimal(70)),
        "a known cost of nothing": ({"cost_amount": 0}, True, 0, Decimal(100)),
        "lines": ({}, True, 0, Decimal(74)),  # 100 - (2 × 10 + 1.5 × 4): direct costs, no overhead
        "nothing known": ({}, False, 0, Decimal(50)),
        "refunded in part": ({"cost_amount": 30}, True, 25, Decimal("52.5")),  # (100 - 30) × 75 %
        "refunded in full": ({"cost_amount": 30}, True, 100, Decimal(0)),
        "sold at a loss": ({"cost_amount": 130}, False, 0, Decimal(-30)),
        "half a loss back": ({"cost_amount": 130}, False, 50, Decimal(-15)),
        "a gift": ({"net_amount": 0, "cost_amount": 12}, False, 0, Decimal(-12)),  # nothing of it was refunded
        "a gift of unknown cost": ({"net_amount": 0}, False, 0, Decimal(0)),
    }

    @pytest.fixture(scope="class")
    @classmethod
    def sold(cls, company: Company) -> Warehouse:
        rules = cls.RULES.items()
        return company(
            products=[
                {"product_id": "shirt", "unit_cost": 10, "unit_overhead": 99},
                {"product_id": "belt", "unit_cost": 4},
            ],
            orders=[
                {**ORDER, "order_id": case, "customer_id": case, "ambassador_id": case, **order}
                for case, (order, *_) in rules
            ],
            order_lines=[
                {"order_id": case, **line} for case, (_, has_lines, *_) in rules if has_lines for line in cls.LINES
            ],
            refunds=[
                {"order_id": case, "refunded_at": "2026-06-20", "amount": refund}
                for case, (_, _, refund, _) in rules
                if refund
            ],
        )

    @pytest.mark.parametrize("case", RULES)
    def test_rules(self, sold: Warehouse, case: str) -> None:
        assert value(sold, "attributed_margin", *JUNE, ambassador_id=case) == self.RULES[case][-1]

    def test_margin_follows_the_credit(self, company: Company) -> None:
        built = company(
            orders=[{**ORDER, "cost_amount": 30}], touches=[touch("A", "2026-06-01"), touch("B", "2026-06-02")]
        )
        assert attributed(built, *JUNE, model="linear", metric="attributed_margin") == {"A": 35, "B": 35}
        assert attributed(built, *JUNE, metric="attributed_margin") == {"B": 70}


class TestByProduct:
    """o1 100 with lines 70 and 30, 20 refunded; o2 10 split over three equal lines; o3 5 without lines."""

    @pytest.fixture(scope="class")
    @classmethod
    def bought(cls, company: Company) -> Warehouse:
        return company(
            products=[
                {"product_id": "shirt", "category": "tops", "unit_cost": 0},
                {"product_id": "coat", "category": "tops", "unit_cost": 0},
                {"product_id": "belt", "category": "belts", "unit_cost": 0},
                {"product_id": "oddity", "unit_cost": 0},
            ],
            orders=[
                {**ORDER, "order_id": "o1", "ambassador_id": "A"},
                {**ORDER, "order_id": "o2", "ambassador_id": "A", "net_amount": 10},
                {**ORDER, "order_id": "o3", "ambassador_id": "A", "net_amount": 5},
            ],
            order_lines=[
                {"order_id": "o1", "product_id": "shirt", "net_amount": 70},
                {"order_id": "o1", "product_id": "belt", "net_amount": 30},
                {"order_id": "o2", "product_id": "shirt", "net_amount": 3},
                {"order_id": "o2", "product_id": "coat", "net_amount": 3},
                {"order_id": "o2", "product_id": "oddity", "net_amount": 3},
            ],
            refunds=[{"order_id": "o1", "refunded_at": "2026-06-20", "amount": 20}],
        )

    @pytest.mark.parametrize("metric", ["attributed_revenue", "net_revenue"])
    def test_by_category(self, bought: Warehouse, metric: str) -> None:
        # o1: 80 as 56 + 24; o2: 10 in thirds; o3: 5 unknown; oddity has no category
        found = groups(bought, metric, *JUNE, "category")
        assert found["belts"] == 24
        assert found["tops"] == pytest.approx(Decimal("62.6667"), abs=Decimal("0.0002"))
        assert found["unknown"] == pytest.approx(Decimal("8.3333"), abs=Decimal("0.0002"))
        assert sum(found.values()) == 95 == value(bought, metric, *JUNE)

    @pytest.mark.parametrize("metric", ["attributed_revenue", "net_revenue"])
    def test_by_product(self, bought: Warehouse, metric: str) -> None:
        found = groups(bought, metric, *JUNE, "product_id")
        assert sorted(found) == ["belt", "coat", "oddity", "shirt", "unknown"]
        assert found["unknown"] == 5
        assert sum(found.values()) == 95

    def test_a_filter_and_a_breakdown_together(self, bought: Warehouse) -> None:
        by_filter = sum(
            value(bought, "attributed_revenue", *JUNE, category=name) for name in ("tops", "belts", "unknown")
        )
        assert by_filter == 95
        assert value(bought, "attributed_revenue", *JUNE, category="belts", product_id="belt") == 24
        assert value(bought, "attributed_revenue", *JUNE, category="tops", product_id="belt") == 0


class TestSegments:
    """A (partner, email) brings FR 10 and DE 20; B (commission, no lever) brings FR 40; nobody brings FR 80."""

    @pytest.fixture(scope="class")
    @classmethod
    def segmented(cls, company: Company) -> Warehouse:
        return company(
            customers=[
                {"customer_id": "f", "country_code": "FR", "sector": "retail", "company_size": "solo"},
                {"customer_id": "d", "country_code": "DE"},
                {"customer_id": "g", "country_code": "FR"},
                {"customer_id": "n", "country_code": "FR"},
            ],
            ambassadors=[
                {"ambassador_id": "A", "programme": "partner", "lever": "email"},
                {"ambassador_id": "B", "programme": "commission"},
            ],
            orders=[
                {"customer_id": "f", "ordered_at": "2026-06-10", "net_amount": 10, "ambassador_id": "A"},
                {"customer_id": "d", "ordered_at": "2026-06-10", "net_amount": 20, "ambassador_id": "A"},
                {"customer_id": "g", "ordered_at": "2026-06-10", "net_amount": 40, "ambassador_id": "B"},
                {"customer_id": "n", "ordered_at": "2026-06-10", "net_amount": 80},
            ],
        )

    @pytest.mark.parametrize(
        ("by", "expected"),
        [
            ("country_code", {"DE": 20, "FR": 50}),
            ("programme", {"commission": 40, "partner": 30}),
            ("lever", {"email": 30, "unknown": 40}),
            ("ambassador_id", {"A": 30, "B": 40}),
            ("sector", {"retail": 10, "unknown": 60}),
            ("company_size", {"solo": 10, "unknown": 60}),
            ("acquisition_channel", {"unknown": 70}),
        ],
    )
    def test_revenue(self, segmented: Warehouse, by: str, expected: dict[str, int]) -> None:
        assert groups(segmented, "attributed_revenue", *JUNE, by) == expected
        assert groups(segmented, "referred_customer_revenue", *JUNE, by) == expected

    def test_customers_won(self, segmented: Warehouse) -> None:
        assert groups(segmented, "new_customers", *JUNE, "country_code") == {"DE": 1, "FR": 2}
        assert groups(segmented, "new_customers", *JUNE, "lever") == {"email": 2, "unknown": 1}

    def test_the_company_as_a_whole(self, segmented: Warehouse) -> None:
        assert groups(segmented, "net_revenue", *JUNE, "country_code") == {"DE": 20, "FR": 130}

    def test_unknown_can_be_kept_by_a_filter(self, segmented: Warehouse) -> None:
        assert measured(segmented, "attributed_revenue", *JUNE, lever="unknown").estimate.value == 40
        assert value(segmented, "attributed_revenue", *JUNE, lever="unknown", country_code="DE") == 0


def test_an_order_belongs_to_its_local_day(company: Company) -> None:
    # 30 June 22:30 UTC is 1 July in Paris: neither touch nor refund moves it back
    built = company(
        orders=[{**ORDER, "order_id": "o", "ordered_at": "2026-06-30T22:30:00Z", "ambassador_id": "A"}],
        refunds=[{"order_id": "o", "refunded_at": "2026-07-31T22:30:00Z", "amount": 10}],
    )
    names = ("attributed_revenue", "attributed_revenue_ledger", "net_revenue", "new_customers", "orders")
    assert [value(built, name, *JUNE) for name in names] == [0, 0, 0, 0, 0]
    assert [value(built, name, "2026-07-01", "2026-08-01") for name in names] == [90, 100, 90, 1, 1]
    assert [value(built, name, "2026-08-01", "2026-09-01") for name in names] == [0, -10, 0, 0, 0]
