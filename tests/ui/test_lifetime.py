"""How long customers stay and what one is worth in words and figures, from numbers written out."""

from dataclasses import replace
from datetime import date

import pytest

from kpi.analysis import Estimate
from kpi.analysis.obstacle import Obstacle
from kpi.analysis.survival import LogRank, survival_curve
from kpi.metrics.lifetime_definitions import BackTest, Method, Prediction, Value
from kpi.metrics.retention import Kind, Retention
from kpi.metrics.shop_value import ShopModel, ShopValue
from kpi.metrics.subscription_value import SubscriptionModel, SubscriptionValue
from kpi.ui import customer_value, expected_revenue, lifetimes, retention
from kpi.ui.figures import LIGHT
from kpi.ui.retention_figure import retention_figure

JULY = date(2026, 7, 1)
HALF = survival_curve([1.0, 2.0, 12.0, 20.0], [True, True, False, False])  # half are left after 2 months
NOBODY_LEFT = survival_curve([3.0, 30.0], [False, False])


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("*", "")


def money(value: float, low: float | None = None, high: float | None = None) -> Estimate:
    return Estimate(value=value, low=low, high=high, n=10)


WORTH = Value(revenue=money(100, 90, 110), contribution=money(40, 36, 44))
TEST = BackTest(
    cutoff=date(2025, 7, 1),
    until=JULY,
    customers=1,
    predictions={
        Method.FORMULA: Prediction(predicted=80, actual=100),
        Method.MODEL: Prediction(predicted=110, actual=100),
    },
)
SHOP = ShopValue(
    end=JULY,
    months=24,
    discount=0.1,
    customers=10,
    repeaters=5,
    left_out=0,
    model=ShopModel(
        purchases=Obstacle.TOO_FEW_REPEATERS,
        spending=Obstacle.TOO_FEW_REPEATERS,
        first_revenue=10,
        first_contribution=5,
        mean_spent=10,
        plain_spent=10,
        contribution_rate=0.5,
        churn=0.1,
        repeats_a_month=0.2,
    ),
    values={months: {Method.FORMULA: WORTH, Method.MODEL: WORTH} for months in (12, 24, 36)},
    courses={},
    default=Method.MODEL,
    test=TEST,
    top_share=0.05,
    capped=0,
    correlation=None,
)
SUBSCRIPTION = SubscriptionValue(
    end=JULY,
    months=37,
    discount=0.1,
    subscribers=10,
    lost=2,
    model=SubscriptionModel(renewals=Obstacle.NOBODY_LEFT, churn=0.1, monthly_revenue=50, contribution_rate=0.8),
    values={months: {Method.FORMULA: WORTH, Method.MODEL: Obstacle.NOBODY_LEFT} for months in (12, 24, 36)},
    survival={},
    default=Method.FORMULA,
    test=Obstacle.TOO_SHORT,
    lifetime=Obstacle.ENDLESS,
    path=(),
)


def kept(**groups: int) -> Retention:
    """As many people of each group, none of whom left."""
    curves = {name: survival_curve([5.0] * size, [False] * size) for name, size in groups.items()}
    none = Obstacle.NO_DIFFERENCE_TO_TEST
    return Retention(kind=Kind.BUYERS, end=JULY, curve=HALF, groups=curves, comparison=none)


def test_unknown_stands_last() -> None:
    assert list(retention.curves(kept(unknown=9, FR=3, DE=2))) == ["FR", "DE", "unknown"]
    assert list(retention.curves(kept())) == ["all"]


def test_those_compared_are_drawn_beside_the_largest() -> None:
    found = retention.curves(kept(a=9, b=8, c=7, d=6, e=5, f=4, g=3))
    assert list(retention.drawn_first(found, ())) == ["a", "b", "c", "d", "e"]
    assert list(retention.drawn_first(found, ("g", "a"))) == ["a", "b", "c", "d", "g"]


def test_a_curve_is_drawn_as_long_as_somebody_was_watched() -> None:
    figure = retention_figure({"half": HALF, "<all>": NOBODY_LEFT}, ["half"], LIGHT, "months")
    band, half, everybody = figure.data
    # four steps a month from 0 to 20, and the end
    assert (len(half.x), half.x[-1], half.y[0], half.y[-1]) == (81, 20, 1, 0.5)
    assert everybody.name == "&lt;all&gt;"
    assert set(everybody.y) == {1.0}
    # no interval before the first who left, after one month
    assert (min(band.x), max(band.x)) == (1, 20)
    assert min(band.y) < 0.5 < max(band.y)
    assert [note.text for note in figure.layout.annotations] == ["&lt;all&gt;", "half"]


def test_a_curve_that_ends_early_has_its_name_there() -> None:
    figure = retention_figure({"young": HALF, "old": NOBODY_LEFT}, [], LIGHT, "months")
    assert [(note.text, note.x, note.y) for note in figure.layout.annotations] == [("old", 1, 1), ("young", 20, 0.5)]


def test_years_stand_in_their_order() -> None:
    found = kept(**{"2025": 9, "2026": 3, "2024": 2})
    assert list(retention.curves(found)) == ["2025", "2026", "2024"]
    assert retention.frame(found, "cohort")["group"].to_list() == ["All together", "2024", "2025", "2026"]


def test_one_curve_alone_needs_no_name() -> None:
    assert retention_figure({"all": HALF}, ["all"], LIGHT, "months").layout.annotations == ()


def test_the_table_says_what_is_not_known() -> None:
    frame = retention.frame(replace(kept(FR=2), curve=HALF), "country_code")
    assert frame["group"].to_list() == ["All together", "France"]
    assert frame["median"].to_list() == ["2.0 months", "not yet"]
    # two of four are left, and nobody was watched for 24 months
    assert plain(frame["after_12"][0]).startswith("50.0 % (")
    assert (frame["after_24"][0], frame["after_6"][1]) == ("n/a", "n/a")
    exact = retention.exact_frame(replace(kept(FR=2), curve=HALF), "country_code")
    assert exact["after_12"].to_list() == [0.5, None]
    assert exact["low_12"][0] < 0.5 < exact["high_12"][0]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (LogRank(statistic=9, p_value=0.0027, observed=3, expected=9), "A – B: the first stay longer"),
        (LogRank(statistic=9, p_value=0.0027, observed=9, expected=3), "A – B: the first leave sooner"),
        (LogRank(statistic=1, p_value=0.3173, observed=4, expected=3), "no clear difference"),
        (LogRank(statistic=30, p_value=1e-8, observed=9, expected=3), "p < 0.001"),
        (LogRank(statistic=1, p_value=0.3173, observed=4, expected=3), "p = 0.317"),
        (Obstacle.NO_DIFFERENCE_TO_TEST, "A – B: n/a, one of the groups is empty"),
    ],
)
def test_two_groups_in_words(found: LogRank | Obstacle, told: str) -> None:
    assert told in plain(retention.difference_in_words(found, "A", "B"))


def test_the_values_in_words_and_as_numbers() -> None:
    frame = customer_value.frame(SUBSCRIPTION, "EUR")
    assert frame["method"].to_list() == ["Formula (default)", "Model"] * 3
    assert plain(frame["revenue"][0]) == "€ 100 (€ 90 – 110)"
    assert frame["contribution"][1] == "n/a"
    exact = customer_value.exact_frame(SUBSCRIPTION)
    assert exact.row(0) == (12, "Formula", True, 100, 90, 110, 40, 36, 44)
    assert exact.row(1)[3:] == (None,) * 6


def test_an_interval_without_width_is_none() -> None:
    assert plain(lifetimes.money_in_words(money(10, 10, 10), "EUR")) == "€ 10"
    assert plain(lifetimes.money_in_words(money(10, 9, 11), "EUR")).startswith("€ 10 (")
    assert lifetimes.money_in_words(Estimate(value=None), "EUR") == "n/a"


def test_the_model_that_did_better_is_the_default() -> None:
    told = plain(customer_value.tested_in_words(SHOP, "EUR"))
    assert "1 customer known on 30 Jun 2025 brought € 100 in contribution until 30 Jun 2026." in told
    assert "Formula: € 80 foretold, −20.0 %. Model: € 110 foretold, +10.0 %." in told
    assert told.endswith("The model was less far off and is the default.")


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (Prediction(predicted=150, actual=100), "The formula was no further off than the model and is the default."),
        (Prediction(predicted=110, actual=100), "the model did better on the past, but has no answer today."),
        (Obstacle.NOT_FITTED, "The formula is the default: the model could not be tested."),
    ],
)
def test_why_the_formula_is_the_default(model: Prediction | Obstacle, told: str) -> None:
    test = replace(TEST, customers=30, predictions={**TEST.predictions, Method.MODEL: model})
    assert told in plain(customer_value.tested_in_words(replace(SHOP, default=Method.FORMULA, test=test), "EUR"))


def test_few_to_test_on_leave_the_formula() -> None:
    told = plain(customer_value.tested_in_words(replace(SHOP, default=Method.FORMULA), "EUR"))
    assert told.endswith("The formula is the default: fewer than 30 customers are too few to test on.")


def test_subscribers_are_counted_in_the_test() -> None:
    told = plain(customer_value.tested_in_words(replace(SUBSCRIPTION, test=replace(TEST, customers=120)), "EUR"))
    assert "of 120 customers who paid on 30 Jun 2025, 100 still paid on 30 Jun 2026. Formula: 80 foretold" in told


def test_nothing_came() -> None:
    test = replace(TEST, predictions={method: Prediction(predicted=0.0, actual=0.0) for method in Method})
    assert "Model: € 0 foretold." in plain(customer_value.tested_in_words(replace(SHOP, test=test), "EUR"))


def test_what_limits_the_values() -> None:
    told = plain(" ".join(customer_value.remarks(replace(SHOP, top_share=0.2, capped=1, left_out=2))))
    assert "discounted by 10 % a year" in told
    assert "Spending is the plain mean: fewer than 200 customers came back" in told
    assert "The top 0.1 % of customers brought 20.0 % of the revenue. They may be wholesalers" in told
    assert "1 customer who spends more a day" in told
    assert "2 customers joined before the first order on record and are left out." in told
    assert "wholesalers" not in " ".join(customer_value.remarks(SHOP))
    of_subscriptions = plain(" ".join(customer_value.remarks(SUBSCRIPTION)))
    assert "Model: n/a, nobody has left yet: nothing tells when they will." in of_subscriptions
    assert "Contribution is 80.0 % of what is paid" in of_subscriptions
    assert "the mean lifetime has no end" in of_subscriptions


def test_what_accounts_will_pay() -> None:
    path = tuple(money(100 - month, 90 - month, 105) for month in range(37))
    told = plain(expected_revenue.in_words(100.0, path, "EUR"))
    assert "pay € 100 a month today (MRR), € 1,200 in a year (ARR; 10 customers)." in told
    assert "€ 88 (€ 78 – 105) a month is expected in 12 months and € 64 (€ 54 – 105) in 36." in told
    band, line = expected_revenue.path_figure(path, LIGHT, "EUR").data
    assert (line.y[0], line.y[36], max(band.y)) == (100, 64, 105)
    assert expected_revenue.frame(path).row(36) == (36, 64, 54, 105)


def test_without_an_interval_there_is_no_band() -> None:
    path = tuple(money(100) for _ in range(37))
    band, line = expected_revenue.path_figure(path, LIGHT, "EUR").data
    assert (len(band.x), len(line.x)) == (0, 37)
