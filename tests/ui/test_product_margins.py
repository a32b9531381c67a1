"""Margins as they are shown, from what was sold."""

from fractions import Fraction

from kpi.analysis import Sold
from kpi.metrics.product_margins import ProductMargin, ProductMargins
from kpi.ui.product_margins import category_frame, name_of, product_frame


def sold(revenue: int, direct: int, overhead: int = 0) -> Sold:
    return Sold(revenue=Fraction(revenue), direct=Fraction(direct), overhead=Fraction(overhead))


COAT = ProductMargin(product_id="c", name="Coat", category="Coats", sold=sold(300, 200, 130))
SCARF = ProductMargin(product_id="s", name=None, category=None, sold=sold(100, 20))
BARE = ProductMargin(product_id=None, name=None, category=None, sold=sold(0, 5))


def test_everything_comes_first_and_what_has_no_category_is_named() -> None:
    found = category_frame(ProductMargins(items=(COAT, SCARF), uncovered=Fraction()))
    # 180 of 400 are left after goods, 50 after overhead
    assert found.row(0) == ("All", 400.0, 0.45, 0.45, 0.125)
    assert [row[0] for row in found.iter_rows()] == ["All", "Coats", "unknown"]


def test_products_are_named_and_what_was_given_away_has_no_share() -> None:
    assert [name_of(item) for item in (COAT, SCARF, BARE)] == ["Coat", "s", "orders without lines"]
    assert product_frame([BARE]).row(0) == ("orders without lines", 0.0, None, None, None)
