"""The ceiling in words, boxes and figures, from assumptions written out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from kpi.analysis import Assumptions, Estimate, MonthlyCurve, find_swings
from kpi.analysis.obstacle import Obstacle
from kpi.language import speaking, translate
from kpi.metrics.affording import Affordability
from kpi.metrics.assumptions import NAMES, Assumption, Measured
from kpi.metrics.commissions_paid import CommissionPaid, CommissionsPaid
from kpi.metrics.lifetime_definitions import BackTest, Method, Prediction
from kpi.metrics.won_curve import WonCurve
from kpi.period import Period
from kpi.settings import Settings
from kpi.ui import (
    affordability,
    affordability_answers,
    affordability_commissions,
    affordability_figures,
    affordability_flow,
    staying,
)
from kpi.ui.assumption_fields import interval_of, source_of
from kpi.ui.assumption_words import labelled, months, written
from kpi.ui.figures import LIGHT
from kpi.ui.page import Page
from kpi.ui.scenarios import called, comparison_frame

# the worked example: 533.33 by value, 735.42 by payback, 483.33 for a commission
WORKED = {
    "arpa": 100.0,
    "margin": 0.8,
    "churn": 0.05,
    "discount": 0.0,
    "other_cost": 50.0,
    "target_ratio": 3.0,
    "payback": 12.0,
    "floor": 0.0,
    "horizon": 1_200.0,
    "first_order": 1_000.0,
    "rho": 0.9,
}


def known(**changed: float | None) -> Measured:
    values: dict[str, float | None] = {**WORKED, **changed}
    found = {
        name: Assumption(
            name=name,
            estimate=Estimate(value=values[name]),
            source="a source",
            reason=None if values[name] is not None else "no customer was won",
        )
        for name in NAMES
    }
    found["arpa"] = replace(found["arpa"], estimate=Estimate(value=100.0, low=90.0, high=115.0, n=40))
    return Measured(assumptions=found, period=Period(date(2025, 11, 1), date(2026, 11, 1)))


@pytest.fixture
def page() -> Page:
    """A page of which nothing is asked but its settings."""
    # Solving reads nothing: a store or a warehouse that is asked fails the test.
    none: Any = None
    month = Period(date(2026, 1, 1), date(2026, 2, 1))
    settings = Settings(currency="EUR")
    return Page(name="affordability", reader=none, settings=settings, store=none, warehouse=none, period=month)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("*", "")


def test_the_answer_in_words(page: Page) -> None:
    told = plain(affordability_answers.answer(affordability.solve(page, known(), {})))
    assert told == (
        "Winning a customer may cost € 533.33: more would make it worth less than 3 times its cost. After € 50.00 of "
        "other programme cost, € 483.33 is left for a commission: paid once, or as 52.6 % of revenue for 12 months."
    )


def test_payback_binds_in_words(page: Page) -> None:
    # 80 (1 - 0.95^3) / 0.05 = 228.2
    told = plain(affordability_answers.answer(affordability.solve(page, known(), {"payback": 3})))
    assert told.startswith("Winning a customer may cost € 228.20: more would not be back within 3 months.")
    assert told.endswith("Assumed rather than measured: Payback limit.")


@pytest.mark.parametrize(
    ("assumed", "reason"),
    [
        ({"margin": -0.2}, "revenue leaves no margin"),
        ({"arpa": 0.0}, "customers bring no revenue"),
        ({"other_cost": 600.0}, "the programme’s other cost uses up the ceiling"),
    ],
)
def test_nothing_can_be_paid_in_words(page: Page, assumed: dict[str, float], reason: str) -> None:
    told = plain(affordability_answers.answer(affordability.solve(page, known(), assumed)))
    assert f"No commission can be paid: {reason}." in told


def test_what_is_missing_is_named(page: Page) -> None:
    solved = affordability.solve(page, known(churn=None), {})
    told = plain(affordability_answers.answer(solved))
    assert told == "What winning a customer may cost is n/a: no customer was won. Assume Lost each month below."
    assert [plain(box.value) for box in affordability_flow.boxes(solved)] == ["€ 100.00", "80.0 %", "n/a"]


def test_the_boxes_lead_from_revenue_to_commission(page: Page) -> None:
    boxes = affordability_flow.boxes(affordability.solve(page, known(), {"margin": 0.8}))
    assert [(plain(box.label), plain(box.value)) for box in boxes] == [
        ("Revenue a month", "€ 100.00"),
        ("Contribution margin", "80.0 %"),
        ("Lost each month", "5.0 %"),
        ("Customer value", "€ 1,600.00"),
        ("Highest cost", "€ 533.33"),
        ("For commission", "€ 483.33"),
    ]
    assert (plain(boxes[0].interval), plain(boxes[0].counted), boxes[0].source) == (
        "€ 90.00 to € 115.00",
        "n = 40",
        "a source",
    )
    assert boxes[1].source == "Assumed"
    # revenue alone is uncertain: 90 and 115 of 100 of 533.33
    assert plain(boxes[4].interval) == "€ 480 – 613"


def test_the_range_never_goes_below_nothing(page: Page) -> None:
    solved = affordability.solve(page, known(), {"other_cost": 500.0})
    assert (solved.commission.value, solved.commission.low) == (pytest.approx(33.33, abs=0.01), 0.0)


def test_a_value_in_its_unit() -> None:
    assert plain(written("churn", 0.069, "EUR")) == "6.9 %"
    assert plain(written("arpa", 47.89, "EUR")) == "€ 47.89"
    assert (written("payback", 12, "EUR"), months(1), months(7.9)) == ("12 months", "1 month", "7.9 months")
    assert (written("target_ratio", 3, "EUR"), written("target_ratio", 2.5, "EUR")) == ("3 : 1", "2.5 : 1")
    assert [labelled(name, "EUR") for name in ("churn", "arpa", "payback", "target_ratio")] == [
        "Lost each month (%)",
        "Revenue a month (EUR)",
        "Payback limit (months)",
        "Value over cost (times)",
    ]


def test_where_a_value_comes_from() -> None:
    assumptions = known(churn=None).assumptions
    assert plain(source_of(assumptions["arpa"], "EUR")) == "€ 90.00 to € 115.00 · a source"
    assert source_of(assumptions["margin"], "EUR") == "a source"
    assert source_of(assumptions["churn"], "EUR") == "n/a: no customer was won"
    assert interval_of(assumptions["margin"], "EUR") == ""


BASIS = Assumptions(arpa=100, margin=0.8, churn=0.05, other_cost=50, horizon=1_200)


def test_the_tornado_lies_around_the_answer() -> None:
    swings = find_swings(BASIS, {"margin": (0.6, 1.0)}, affordability.left_for_commission)
    figure = affordability_figures.tornado_figure(swings, 483.33, LIGHT, "EUR")
    (bars,) = figure.data
    # margin from 0.6 to 1: 400 - 50 to 666.67 - 50
    assert (bars.y[0], bars.base[0], bars.x[0]) == (
        "Contribution margin",
        pytest.approx(350),
        pytest.approx(266.67, abs=0.01),
    )
    frame = affordability_figures.tornado_frame(swings, "EUR")
    assert [plain(cell) for cell in frame.row(0)] == [
        "Contribution margin",
        "60.0 % to 100.0 %",
        "€ 350.00 to € 616.67",
    ]


def test_the_tornado_as_exact_numbers() -> None:
    swings = find_swings(BASIS, {"margin": (0.6, 1.0)}, affordability.left_for_commission)
    frame = affordability_figures.exact_tornado(swings)
    assert frame.row(0) == ("Contribution margin", 0.6, 1.0, pytest.approx(350), pytest.approx(1850 / 3))


def test_commissions_as_exact_numbers(page: Page) -> None:
    frame = affordability_commissions.exact_frame(affordability.solve(page, known(), {}))
    # 1600 / 3 - 50
    assert frame.row(0) == ("One-off amount", None, pytest.approx(1450 / 3), "Value", None)


def test_commissions_paid_as_exact_numbers(page: Page) -> None:
    solved = affordability.solve(page, known(), {})
    partner = CommissionPaid(
        programme="partner", amount=Decimal(600), per_customer=Estimate(value=Decimal(600), low=100, high=900, n=1)
    )
    nobody = CommissionPaid(programme=None, amount=Decimal(5), per_customer=Estimate(value=None, n=0))
    frame = affordability_commissions.exact_paid(solved, CommissionsPaid(items=(nobody, partner), reason=None))
    assert frame.rows() == [
        ("All", None, None, None, 0, None, 5),
        ("Partner", 600, 100, 900, 1, pytest.approx(1450 / 3 - 600), 600),
    ]


def test_the_line_of_break_even() -> None:
    figure = affordability_figures.break_even_figure(BASIS, 533.33, LIGHT, "EUR")
    (line,) = figure.data
    # 0, 80, 80 + 76
    assert (list(line.x[:3]), list(line.y[:3])) == ([0, 1, 2], [0, pytest.approx(80), pytest.approx(156)])
    assert affordability_figures.break_even_frame(BASIS).height == 36
    told = plain(affordability_figures.told_of_payback(BASIS, 533.33, "EUR"))
    assert told == (
        "A cost of € 533.33 is back after 7.9 months, customers who leave counted out; after 6.7 months if nobody left."
    )
    never = plain(affordability_figures.told_of_payback(BASIS, 1_600, "EUR"))
    assert never == "A cost of € 1,600.00 never comes back: customers leave before."


def test_scenarios_side_by_side_show_where_they_differ(page: Page) -> None:
    def found(**assumed: float) -> Affordability:
        return affordability.solve(page, known(), assumed).found

    frame = comparison_frame({"Here": found(), "Careful": found(target_ratio=4)}, "EUR")
    rows = {what: (plain(here), plain(other)) for what, here, other in frame.iter_rows()}
    # 1600 / 4 = 400
    assert rows["Highest cost"] == ("€ 533.33", "€ 400.00")
    assert rows["Value over cost"] == ("3 : 1", "4 : 1")
    assert "Lost each month" not in rows


def test_scenarios_of_the_same_name_are_told_apart() -> None:
    # two people may share what they both called “Careful”, and somebody may call theirs what the page calls its own
    names = called({"Shown here": "Shown here", "k1": "Careful", "k2": "Careful", "k3": "Bold"})
    assert names == ["Shown here", "Careful (k1)", "Careful (k2)", "Bold"]
    assert len({*called({"Shown here": "Shown here", "k1": "Shown here"})}) == 2


class TestAlongACurve:
    """Customers pay 1, a half, a quarter … of 100 a month: twice a month's worth in all; 1.5 or 2.5 at the ends."""

    CURVE = WonCurve(
        expected=MonthlyCurve((1.0, 0.5, 0.25)),
        low=MonthlyCurve((1.0, 0.5, 0.0)),
        high=MonthlyCurve((1.0, 0.6, 0.36)),
        holds_amounts=False,
        default=Method.MODEL,
        test=BackTest(
            cutoff=date(2025, 11, 1),
            until=date(2026, 11, 1),
            customers=900,
            predictions={
                Method.MODEL: Prediction(predicted=90.0, actual=100.0),
                Method.FORMULA: Prediction(predicted=130.0, actual=100.0),
            },
        ),
    )

    @pytest.fixture
    def curved(self) -> Measured:
        return replace(known(other_cost=10.0), curve=self.CURVE)

    def test_the_flow_says_what_they_pay_and_what_the_past_says(self, page: Page, curved: Measured) -> None:
        solved = affordability.solve(page, curved, {})
        _, _, along, worth, *_ = affordability_flow.boxes(solved)
        # 1 / (1 - 0.5) = 2 and 1 / (1 - 0.6) = 2.5 months' worth
        assert (along.label, along.value, along.interval) == ("Months’ worth paid", "2.0", "1.5 to 2.5")
        assert plain(along.source) == "the model of their past: −10.0 % off on it, a constant churn +30.0 %"
        assert plain(staying.told_of_past(self.CURVE)) == (
            "On what was known on 1 Nov 2025, the model was off by −10.0 % of those of 900 customers won who still "
            "paid on 1 Nov 2026, a constant churn by +30.0 %. A churn that is assumed above is a constant one."
        )
        assert plain(worth.value) == "€ 160.00"  # 100 · 80 % · 2

    def test_the_range_is_that_of_the_refits(self, page: Page, curved: Measured) -> None:
        solved = affordability.solve(page, curved, {})
        assert solved.swings[0].name == "curve"
        assert "churn" not in {one.name for one in solved.swings}
        # 160 ± 40 by the curve, and 16 below, 24 above by what is paid a month
        assert solved.value.low == pytest.approx(160 - (40**2 + 16**2) ** 0.5)
        assert solved.value.high == pytest.approx(160 + (40**2 + 24**2) ** 0.5)

    def test_amounts_in_the_curve_count_once(self, page: Page, curved: Measured) -> None:
        holding = replace(curved, curve=replace(self.CURVE, holds_amounts=True))
        value = affordability.solve(page, holding, {}).value
        assert (value.low, value.high) == (pytest.approx(120), pytest.approx(200))

    def test_a_constant_churn_can_be_chosen(self, page: Page, curved: Measured) -> None:
        solved = affordability.solve(page, curved, {}, Method.FORMULA)
        assert affordability_flow.boxes(solved)[2].label == "Lost each month"
        assert solved.value.value == pytest.approx(1_600)

    def test_it_is_back_after_whole_months(self, page: Page, curved: Measured) -> None:
        found = affordability.solve(page, curved, {}).found
        assert found.basis is not None
        # 80, then 40: 120 after two
        told = affordability_figures.told_of_payback(found.basis, 100, "EUR")
        assert plain(told) == "A cost of € 100.00 is back after 2 months."

    def test_a_saved_choice_is_read_in_any_language(self) -> None:
        assert staying.read_method("churn_percent=5") is None
        assert staying.read_method(urlencode({"method": "At a constant churn"})) is Method.FORMULA
        with speaking("fr"):
            words = staying.METHODS[Method.MODEL]
            french = translate(words)
        assert french != words
        assert staying.read_method(urlencode({"method": french})) is Method.MODEL
        assert staying.read_method("method=nonsense") is None

    def test_of_a_shop_the_past_is_money(self) -> None:
        told = plain(staying.told_of_past(replace(self.CURVE, holds_amounts=True)))
        assert "off by −10.0 % of the contribution that 900 customers won left until 1 Nov 2026" in told

    def test_untested_it_says_why(self) -> None:
        told = staying.told_of_past(replace(self.CURVE, test=Obstacle.TOO_SHORT))
        assert told.startswith("Neither is tested on the past: the data reaches back less than a year")
