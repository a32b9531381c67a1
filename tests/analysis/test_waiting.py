"""Times until something happens, of which some are still open."""

import pytest

from kpi.analysis import estimate_median_time, product_limit

# Remission of acute myelogenous leukaemia, in weeks (Miller 1997), as in R's survival::aml; an open one ends with +.
MAINTAINED = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+"
NOT_MAINTAINED = "5 5 8 8 12 16+ 23 27 30 33 43 45"


def read(text: str) -> tuple[list[float], list[bool]]:
    words = text.split()
    return [float(word.rstrip("+")) for word in words], [not word.endswith("+") for word in words]


def test_the_curve_is_that_of_r() -> None:
    # R 4: summary(survfit(Surv(time, status) ~ 1, data = subset(aml, x == "Maintained")))
    curve = product_limit(*read(MAINTAINED))
    assert [one.time for one in curve] == [9, 13, 18, 23, 31, 34, 48]
    assert [round(one.share, 3) for one in curve] == [0.909, 0.818, 0.716, 0.614, 0.491, 0.368, 0.184]
    errors = [0.0867, 0.1163, 0.1397, 0.1526, 0.1642, 0.1627, 0.1535]
    assert [round(one.error, 4) for one in curve] == errors


@pytest.mark.parametrize(("text", "median", "low"), [(MAINTAINED, 31, 18), (NOT_MAINTAINED, 23, 8)])
def test_the_median_and_its_limits_are_those_of_r(text: str, median: float, low: float) -> None:
    # R 4: print(survfit(Surv(time, status) ~ x, data = aml)): 31 (18, NA) and 23 (8, NA)
    found = estimate_median_time(*read(text))
    assert (found.value, found.low, found.high, found.method) == (median, low, None, "Brookmeyer-Crowley")
    assert found.n == len(text.split())


def test_without_open_ones_it_is_the_plain_median() -> None:
    # 1 2 3 4 5: after 3, two of five are left, 0.4 <= 0.5
    assert estimate_median_time([1, 2, 3, 4, 5], [True] * 5).value == 3


def test_an_open_wait_counts_until_it_is_seen_no_more() -> None:
    # Day 2: one of four done, 3/4. Day 4: the one seen until day 4 still waits then; one of two done: 3/8.
    curve = product_limit([2, 3, 4, 4], [True, False, True, False])
    assert [(one.time, one.share) for one in curve] == [(2, 0.75), (4, 0.375)]


@pytest.mark.parametrize(
    ("text", "value"), [("", None), ("4+", None), ("1 5+ 5+", None), ("7", 7), ("0 0", 0), ("3 3 3+ 3+", 3)]
)
def test_few_waits(text: str, value: float | None) -> None:
    assert estimate_median_time(*read(text)).value == value


def test_a_negative_time_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not negative"):
        product_limit([-1], [True])
