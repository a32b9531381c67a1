"""The change of a sum over a sum, laid on groups: worked by hand, and what holds for any numbers."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.analysis import decompose_ratio

Sides = dict[str, tuple[Fraction, Fraction]]

numbers = st.fractions(-1000, 1000, max_denominator=10_000)
sides = st.dictionaries(st.sampled_from("abcdefg"), st.tuples(numbers, numbers), max_size=7).filter(
    lambda groups: sum(below for _, below in groups.values()) != 0
)
amounts = st.integers(0, 40)
pairs = st.lists(st.tuples(amounts, amounts), min_size=1, max_size=6).filter(
    lambda pairs: any(now for now, _ in pairs) and any(then for _, then in pairs)
)


def fractions(**groups: tuple[object, object]) -> Sides:
    return {group: (Fraction(str(above)), Fraction(str(below))) for group, (above, below) in groups.items()}


def ratio(groups: Sides) -> Fraction:
    above, below = (sum((pair[side] for pair in groups.values()), Fraction()) for side in (0, 1))
    return above / below


def parts(current: Sides, compared: Sides) -> dict[str, tuple[Fraction, Fraction]]:
    return {group: (share.mix, share.rate) for group, share in decompose_ratio(current, compared).items()}


def test_mix_and_rate_by_hand() -> None:
    # then: a 10 of 20, b 10 of 80: R = 1/5. Now: a 30 of 60, b 8 of 40: R = 19/50. R̄ = 29/100, change 9/50
    # a: w 1/5 → 3/5, r 1/2 → 1/2: rate 0; mix 2/5 · (1/2 - 29/100) = 42/500
    # b: w 4/5 → 2/5, r 1/8 → 1/5: rate 3/5 · 3/40 = 9/200; mix -2/5 · (13/80 - 29/100) = 51/1000
    # 84/1000 + 51/1000 + 45/1000 = 180/1000
    found = parts(fractions(a=(30, 60), b=(8, 40)), fractions(a=(10, 20), b=(10, 80)))
    assert found == {"a": (Fraction(42, 500), 0), "b": (Fraction(51, 1000), Fraction(9, 200))}


def test_a_paradox_is_seen_through() -> None:
    # each group does worse (1/2 → 4/10, 1/10 → 1/20) while the whole rises from 15/110 to 41/120
    now, then = fractions(a=(40, 100), b=(1, 20)), fractions(a=(5, 10), b=(10, 100))
    found = parts(now, then)
    assert ratio(now) > ratio(then)
    assert all(rate < 0 for _, rate in found.values())
    assert sum(mix for mix, _ in found.values()) > ratio(now) - ratio(then)


def test_new_and_vanished_groups_are_mix() -> None:
    # then: old 3 of 10, same 1 of 10: R 1/5. Now: new 8 of 10, same 1 of 10: R 9/20; R̄ 13/40
    # old: -1/2 · (3/10 - 13/40) = 1/80; new: 1/2 · (8/10 - 13/40) = 19/80; 20/80 = 9/20 - 1/5
    found = parts(fractions(new=(8, 10), same=(1, 10)), fractions(old=(3, 10), same=(1, 10)))
    assert found == {"new": (Fraction(19, 80), 0), "old": (Fraction(1, 80), 0), "same": (0, 0)}


def test_what_stands_above_nothing_is_rate() -> None:
    # cost per customer: the tool won nobody. Then (10 + 30)/10 = 4, now (20 + 30)/20 = 5/2.
    # shop: weight 1 both times, 10/10 → 20/20: nothing. tool: 30/20 - 30/10 = -3/2
    found = parts(fractions(shop=(20, 20), tool=(30, 0)), fractions(shop=(10, 10), tool=(30, 0)))
    assert found == {"shop": (0, 0), "tool": (0, Fraction(-3, 2))}


def test_a_group_that_loses_its_denominator() -> None:
    # then a 10 over 5, b 10 over 5: R 2. Now a 10 over 10, b 10 over 0: R 2; R̄ 2
    # a: w 1/2 → 1, r 2 → 1, r̄ 3/2: rate 3/4 · -1 = -3/4, mix 1/2 · (3/2 - 2) = -1/4
    # b: w 1/2 → 0, r 2 (of then alone): mix -1/2 · (2 - 2) = 0, rate 10/10 - 10/10 + 1/2 · 2 = 1
    found = parts(fractions(a=(10, 10), b=(10, 0)), fractions(a=(10, 5), b=(10, 5)))
    assert found == {"a": (Fraction(-1, 4), Fraction(-3, 4)), "b": (0, 1)}


@pytest.mark.parametrize("none", [{}, {"a": (Fraction(1), Fraction(0))}, fractions(a=(1, 5), b=(1, -5))])
def test_no_denominator_no_change(none: Sides) -> None:
    some = fractions(a=(1, 2))
    for current, compared in ((none, some), (some, none), (none, none)):
        with pytest.raises(ValueError, match="without a denominator"):
            decompose_ratio(current, compared)


@given(current=sides, compared=sides)
def test_parts_add_up_exactly(current: Sides, compared: Sides) -> None:
    change = ratio(current) - ratio(compared)
    found = parts(current, compared)
    assert found.keys() == current.keys() | compared.keys()
    assert sum((mix + rate for mix, rate in found.values()), Fraction()) == change


@given(current=sides, compared=sides)
def test_looking_back_turns_every_sign(current: Sides, compared: Sides) -> None:
    forward, backward = parts(current, compared), parts(compared, current)
    assert forward == {group: (-mix, -rate) for group, (mix, rate) in backward.items()}


@given(counts=pairs, weights=st.lists(st.integers(1, 40), min_size=6, max_size=6))
def test_rates_alone_change_while_weights_stay(counts: list[tuple[int, int]], weights: list[int]) -> None:
    # the same denominators on both sides: no mix, and the difference of numerators over the whole
    current, compared = (
        {str(number): (Fraction(pair[side]), Fraction(weights[number])) for number, pair in enumerate(counts)}
        for side in (0, 1)
    )
    whole = sum(weights[: len(counts)])
    expected = {str(number): (0, Fraction(now - then, whole)) for number, (now, then) in enumerate(counts)}
    assert parts(current, compared) == expected


@given(weights=pairs, share=numbers)
def test_growing_means_nothing_where_all_are_alike(weights: list[tuple[int, int]], share: Fraction) -> None:
    # one ratio everywhere and always: nobody contributes anything, however the groups grow
    current, compared = (
        {str(number): (share * pair[side], Fraction(pair[side])) for number, pair in enumerate(weights)}
        for side in (0, 1)
    )
    assert set(parts(current, compared).values()) == {(0, 0)}
