"""What the affordability page says of commissions by product, from products written out."""

from fractions import Fraction

import pytest

from kpi.analysis import Assumptions, Sold
from kpi.metrics.commissions_by_product import ProductCommission
from kpi.metrics.product_margins import ProductMargin
from kpi.ui import commissions_by_product

# 20 months at 5 % lost each: a share as long as they stay is worth 2,000 of value for each whole of it
BASIS = Assumptions(arpa=100, margin=0.8, churn=0.05, other_cost=50, discount=0, payback=1_200, horizon=1_200)


def item(name: str, direct: int, amount: int) -> ProductCommission:
    sold = Sold(revenue=Fraction(100), direct=Fraction(direct))
    product = ProductMargin(product_id=name, name=name, category=None, sold=sold)
    return ProductCommission(product=product, amount=Fraction(amount), revenue=Fraction(100))


def test_the_highest_share_is_that_of_its_own_margin() -> None:
    coat, hat = commissions_by_product.borne_by(BASIS, [item("Coat", 20, 10), item("Hat", 90, 10)])
    # margins of 80 and 10 %: (1600 / 3 - 50) / 2000 and (200 / 3 - 50) / 2000
    assert coat.highest == pytest.approx(0.2417, abs=5e-5)
    assert hat.highest == pytest.approx(0.0083, abs=5e-5)
    assert coat.room == pytest.approx(0.1417, abs=5e-5)
    assert hat.room == pytest.approx(-0.0917, abs=5e-5)
    told = commissions_by_product.told([coat, hat])
    assert told == "Commissions are above what the margin can bear for **1** of 2 products: Hat."
    assert commissions_by_product.told([coat]) == "No product’s commissions are above what its margin can bear."


def test_what_cannot_be_known_is_none() -> None:
    (unknown,) = commissions_by_product.borne_by(None, [item("Coat", 20, 10)])
    assert (unknown.highest, unknown.room) == (None, None)
    assert commissions_by_product.told([unknown]).startswith("What a product can bear is not known")
    nothing = ProductCommission(product=None, amount=Fraction(3), revenue=Fraction())
    (other,) = commissions_by_product.borne_by(BASIS, [nothing])
    frame = commissions_by_product.shown_frame([other])
    assert frame.row(0) == ("sold otherwise", 3.0, 0.0, None, None, None, None)


def test_a_loss_bears_nothing() -> None:
    (loss,) = commissions_by_product.borne_by(BASIS, [item("Gift", 150, 1)])
    assert loss.highest == 0
    assert loss.room == pytest.approx(-0.01)
