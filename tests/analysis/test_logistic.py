"""The logistic regression without negative coefficients, beside scipy's own minimiser and by its conditions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from kpi.analysis.logistic import Logistic, Numbers, fit_logistic


def drawn(seed: int, rows: int = 400) -> tuple[Numbers, np.ndarray]:
    """Three columns: one that helps, one that harms, one of noise."""
    draw = np.random.default_rng(seed)
    columns = draw.random((rows, 3))
    odds = -1 + 2.5 * columns[:, 0] - 2 * columns[:, 1]
    return columns, draw.random(rows) < 1 / (1 + np.exp(-odds))


def loss(parameters: Numbers, columns: Numbers, happened: np.ndarray, penalty: float) -> float:
    odds = parameters[0] + columns @ parameters[1:]
    return float(np.logaddexp(0, odds).sum() - odds[happened].sum() + penalty * (parameters[1:] ** 2).sum() / 2)


@given(seed=st.integers(0, 10_000), penalty=st.sampled_from([0.1, 1.0, 10.0, 100.0]))
def test_it_finds_what_scipy_finds(seed: int, penalty: float) -> None:
    columns, happened = drawn(seed)
    found = fit_logistic(columns, happened, penalty=penalty)
    reference = minimize(
        loss,
        np.zeros(4),
        args=(columns, happened, penalty),
        method="L-BFGS-B",
        bounds=[(None, None), *([(0, None)] * 3)],
        options={"ftol": 1e-15, "gtol": 1e-9},
    )
    assert np.array([found.intercept, *found.coefficients]) == pytest.approx(reference.x, abs=2e-4)


@given(seed=st.integers(0, 10_000))
def test_it_predicts_as_often_as_it_happened(seed: int) -> None:
    """The intercept bears no penalty: its condition is that both means are the same."""
    columns, happened = drawn(seed)
    found = fit_logistic(columns, happened, penalty=1.0)
    assert found.predict(columns).mean() == pytest.approx(happened.mean(), abs=1e-7)
    assert min(found.coefficients) >= 0


def test_what_harms_counts_for_nothing() -> None:
    columns, happened = drawn(1, rows=5_000)
    found = fit_logistic(columns, happened, penalty=1.0)
    assert found.coefficients[1] == 0
    assert found.coefficients[0] == pytest.approx(2.4, abs=0.4)  # drawn with 2.5, harm left out


def test_a_column_that_never_varies_counts_for_nothing() -> None:
    columns, happened = drawn(2)
    columns[:, 2] = 0.5
    assert fit_logistic(columns, happened, penalty=1.0).coefficients[2] == pytest.approx(0, abs=1e-6)


def test_a_prediction_by_hand() -> None:
    model = Logistic(intercept=-1.0, coefficients=(2.0, 0.0))
    # -1 + 2 · 1 = 1 and -1: 1 / (1 + e^-1) = 0.731059, 1 / (1 + e) = 0.268941
    assert model.predict(np.array([[1.0, 9.0], [0.0, 9.0]])) == pytest.approx([0.731059, 0.268941], abs=1e-6)


@pytest.mark.parametrize(("happened", "penalty"), [([True, True], 1.0), ([False, False], 1.0), ([True, False], 0.0)])
def test_what_no_regression_can_be_of(happened: list[bool], penalty: float) -> None:
    with pytest.raises(ValueError, match="needs a penalty above 0, and rows"):
        fit_logistic(np.array([[0.0], [1.0]]), np.array(happened), penalty=penalty)
