"""Bounds against sums written out, and against everybody's answers tried one by one."""

from itertools import product

import pytest

from kpi.analysis import estimate_net_promoter_score, worst_case_bounds


@pytest.mark.parametrize(
    ("value", "rate", "scale", "bounds"),
    [
        # 0.3 × 33 = 9.9; 0.7 × 100 = 70
        (33, 0.3, (-100, 100), (-60.1, 79.9)),
        (33, 1, (-100, 100), (33, 33)),
        (33, 0, (-100, 100), (-100, 100)),
        # 0.2 × 0.9 = 0.18; 0.8 of satisfied ones more
        (0.9, 0.2, (0, 1), (0.18, 0.98)),
    ],
)
def test_bounds(value: float, rate: float, scale: tuple[float, float], bounds: tuple[float, float]) -> None:
    assert worst_case_bounds(value, rate, lowest=scale[0], highest=scale[1]) == pytest.approx(bounds)


def test_no_answer_of_the_others_lies_outside() -> None:
    # 2 promoters and 1 detractor answered of 6: every answer of the other three (-1, 0 or 1) is tried
    low, high = worst_case_bounds(100 / 3, 0.5, lowest=-100, highest=100)
    scores = []
    for others in product((-1, 0, 1), repeat=3):
        everybody = (1, 1, -1, *others)
        found = estimate_net_promoter_score(everybody.count(1), everybody.count(0), everybody.count(-1))
        scores.append(float(found.value or 0))
    assert (min(scores), max(scores)) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(("value", "rate"), [(101, 0.5), (-101, 0.5), (0, 1.01), (0, -0.1), (0, float("nan"))])
def test_what_is_no_score_or_no_share_is_refused(value: float, rate: float) -> None:
    with pytest.raises(ValueError, match="is not"):
        worst_case_bounds(value, rate, lowest=-100, highest=100)
