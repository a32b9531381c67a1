"""The shape of a statistical answer."""

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest

from kpi.analysis import Estimate


def test_an_estimate_without_a_value_says_not_available() -> None:
    assert Estimate(value=None) == Estimate(value=None, low=None, high=None, n=None, method="")


def test_a_money_value_stays_decimal() -> None:
    assert Estimate(value=Decimal("12.3400")).value == Decimal("12.3400")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("field", ["value", "low", "high"])
def test_numbers_that_are_not_finite_are_refused(field: str, number: float) -> None:
    with pytest.raises(ValueError, match="finite numbers or None"):
        Estimate(**{"value": 1.0, field: number})


def test_an_estimate_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Estimate(value=1.0).value = 2.0
