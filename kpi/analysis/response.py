"""What those who did not answer could change."""


def worst_case_bounds(value: float, response_rate: float, *, lowest: float, highest: float) -> tuple[float, float]:
    """Between which limits a score of everybody asked lies, whatever those who did not answer would have said.

    r·v + (1 - r)·lowest to r·v + (1 - r)·highest, r being the share of 0 to 1 that answered and v their score: had all
    others been at the one end of the scale, or at the other (Manski 1989). A score of 33 on a scale of -100 to 100 of
    which 30 % answered is -60 to 80. No chance is taken into account: these are bounds, not an interval.
    """
    if not 0 <= response_rate <= 1:
        raise ValueError(f"{response_rate} is not a share between 0 and 1.")
    if not lowest <= value <= highest:
        raise ValueError(f"{value} is not on the scale from {lowest} to {highest}.")
    silent = 1 - response_rate
    return response_rate * value + silent * lowest, response_rate * value + silent * highest
