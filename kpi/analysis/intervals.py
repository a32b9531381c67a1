"""95 % intervals for shares, costs per event, scores, means and ratios, from counts and sums alone.

Every function takes sums that a database can deliver for any period and group, and returns an `Estimate`. Without a
denominator the value is None. Input that no data can give (a negative count, more successes than trials) raises
`ValueError`. Shares are fractions 0-1.
"""

from decimal import Decimal
from fractions import Fraction
from math import hypot, isfinite, sqrt

from scipy.special import gammaincinv, stdtrit

from kpi.analysis.estimate import Estimate

NORMAL_QUANTILE = 1.959963984540054
TAIL = 0.025

# Sums of squares added up in floating point may contradict each other by this share of their size.
ROUNDING = Fraction(1, 10**9)
CANCELLED = 1e-6

Number = int | float | Decimal


def estimate_proportion(successes: int, n: int) -> Estimate:
    """A share with its Wilson score interval (Wilson 1927; Newcombe 1998, method 3), which stays inside 0-1."""
    _require_counts(successes=successes, n=n)
    if successes > n:
        raise ValueError(f"{successes} successes of {n} trials: a share cannot pass 1.")
    if n == 0:
        return Estimate(value=None, n=0)
    low, high = _wilson_limits(successes / n, n)
    return Estimate(value=successes / n, low=low, high=high, n=n, method="Wilson")


def estimate_clustered_proportion(
    successes: int, n: int, *, clusters: int, sum_successes_squared: int, sum_product: int, sum_n_squared: int
) -> Estimate:
    """A share of trials that come in clusters, such as clicks in posts: Wilson on the effective n.

    Arguments as in `effective_sample_size`. `n` of the result is the whole part of the effective n; without one it is
    the number of clusters, of which each is worth one trial at least. Then there is no interval either: when there is
    one cluster only, since nothing tells how much clusters differ, and when successes outnumber trials (several orders
    after one click), since the value is then no share.
    """
    effective_n = effective_sample_size(
        successes,
        n,
        clusters=clusters,
        sum_successes_squared=sum_successes_squared,
        sum_product=sum_product,
        sum_n_squared=sum_n_squared,
    )
    value = successes / n if n else None
    if value is None or effective_n is None or value > 1:
        return Estimate(value=value, n=clusters if n else 0)
    low, high = _wilson_limits(value, effective_n)
    return Estimate(value=value, low=low, high=high, n=int(effective_n), method="Wilson on the effective n")


def effective_sample_size(
    successes: int, n: int, *, clusters: int, sum_successes_squared: int, sum_product: int, sum_n_squared: int
) -> float | None:
    """How many independent trials the clustered ones are worth: n / design effect, the effect being at least 1.

    Cluster i has y_i successes (adding up to `successes`) of x_i trials (adding up to `n`); the sums are Σy_i²,
    Σx_i·y_i and Σx_i², `clusters` the number of clusters that have a trial or a success. With p = Σy/Σx, the
    linearised variance is k/(k-1) · Σ(y_i - p·x_i)² / (Σx)² and the design effect its ratio to p(1-p)/Σx (Kish 1965;
    Cochran 1977, ratio estimator). None without trials, with one cluster, or with p > 1. With p of 0 or 1 the effect
    is 1: clusters that all agree show no clustering, and that is where a single success more or less leads.
    """
    _require_counts(
        successes=successes,
        n=n,
        clusters=clusters,
        sum_successes_squared=sum_successes_squared,
        sum_product=sum_product,
        sum_n_squared=sum_n_squared,
    )
    # n² · Σ(y - p·x)², in whole numbers, so that nothing cancels.
    scaled_residuals = (
        n * n * sum_successes_squared - 2 * n * successes * sum_product + successes * successes * sum_n_squared
    )
    if scaled_residuals < 0 or clusters * sum_n_squared < n * n:
        raise ValueError("The sums over clusters contradict each other: they are not of the same clusters.")
    if n == 0 or clusters < 2 or successes > n:
        return None
    if successes in (0, n):
        return float(n)
    design_effect = clusters * scaled_residuals / ((clusters - 1) * n * successes * (n - successes))
    return n / max(1.0, design_effect)


def estimate_difference_of_proportions(
    first: float | None, first_n: float, second: float | None, second_n: float
) -> Estimate:
    """The first share minus the second with Newcombe's hybrid score interval (Newcombe 1998, method 10).

    Each n may be an effective one. The value is None where either side has no trials. `n` of the result is the whole
    part of the smaller side, the one that decides whether there is too little to go by.
    """
    _require_counts(first_n=first_n, second_n=second_n)
    n = int(min(first_n, second_n))
    if first is None or second is None or first_n == 0 or second_n == 0:
        return Estimate(value=None, n=n)
    if not (0 <= first <= 1 and 0 <= second <= 1):
        raise ValueError(f"{first} and {second} are not both shares between 0 and 1.")
    first_low, first_high = _wilson_limits(first, first_n)
    second_low, second_high = _wilson_limits(second, second_n)
    difference = first - second
    return Estimate(
        value=difference,
        low=max(-1.0, difference - sqrt((first - first_low) ** 2 + (second_high - second) ** 2)),
        high=min(1.0, difference + sqrt((first_high - first) ** 2 + (second - second_low) ** 2)),
        n=n,
        method="Newcombe",
    )


def estimate_difference(first: Estimate, second: Estimate) -> Estimate:
    """The first estimate minus the second, of independent groups, its interval recovered from both of theirs.

    MOVER (Donner and Zou 2012): the lower limit is d - √((v1 - l1)² + (u2 - v2)²), the upper d + √((u1 - v1)² +
    (v2 - l2)²). No interval where either has none; no value where either has none. `n` is that of the smaller side.
    """
    n = None if first.n is None or second.n is None else min(first.n, second.n)
    if first.value is None or second.value is None:
        return Estimate(value=None, n=n)
    value = float(first.value) - float(second.value)
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return Estimate(value=value, n=n)
    return Estimate(
        value=value,
        low=value - hypot(float(first.value) - first.low, second.high - float(second.value)),
        high=value + hypot(first.high - float(first.value), float(second.value) - second.low),
        n=n,
        method="MOVER",
    )


def garwood_limits(count: int) -> tuple[float, float]:
    """The exact 95 % limits of the mean of a Poisson count (Garwood 1936); the upper limit of 0 is 3.69."""
    _require_counts(count=count)
    low = float(gammaincinv(count, TAIL)) if count else 0.0
    return low, float(gammaincinv(count + 1, 1 - TAIL))


def estimate_cost_per_event(cost: Decimal | float, count: int) -> Estimate:
    """What one event cost, the interval from the Garwood limits of the count; the cost itself is taken as known.

    Without events the value is None and only `low` stands: the cost is at least cost / 3.69 each. A cost below 0
    (corrections that outweigh the spending) is answered too, but has no such limit without events.
    """
    _require_finite(cost)
    fewest, most = garwood_limits(count)
    if count == 0:
        if cost < 0:
            return Estimate(value=None, n=0)
        return Estimate(value=None, low=float(cost) / most, n=0, method="Garwood")
    low, high = sorted((float(cost) / most, float(cost) / fewest))
    return Estimate(value=cost / count, low=low, high=high, n=count, method="Garwood")


def estimate_net_promoter_score(promoters: int, passives: int, detractors: int) -> Estimate:
    """Promoters minus detractors in points of 100 answers, -100 to 100.

    The interval is the adjusted Wald for the trinomial: n + 3, promoters + 3/4, detractors + 3/4 (Rocks 2016),
    centred on the adjusted score and clipped to the scale. It holds the value except for one lone promoter or
    detractor, whom it pulls to 98.5.
    """
    _require_counts(promoters=promoters, passives=passives, detractors=detractors)
    n = promoters + passives + detractors
    if n == 0:
        return Estimate(value=None, n=0)
    adjusted_n = n + 3
    promoting, detracting = (promoters + 0.75) / adjusted_n, (detractors + 0.75) / adjusted_n
    centre = promoting - detracting
    half_width = NORMAL_QUANTILE * sqrt((promoting + detracting - centre**2) / adjusted_n)
    return Estimate(
        value=100 * (promoters - detractors) / n,
        low=max(-100.0, 100 * (centre - half_width)),
        high=min(100.0, 100 * (centre + half_width)),
        n=n,
        method="adjusted Wald",
    )


def estimate_mean(total: Decimal | float, sum_of_squares: Decimal | float, n: int) -> Estimate:
    """A mean of n observations with its Student t interval, in the unit of `total`; no interval below n = 2."""
    return _estimate_ratio(total, n, n, squares=(sum_of_squares, total, n), method="Student t")


def estimate_ratio_of_sums(
    y: Decimal | float,
    x: Decimal | float,
    n: int,
    *,
    sum_y_squared: Decimal | float,
    sum_product: Decimal | float,
    sum_x_squared: Decimal | float,
) -> Estimate:
    """Σy/Σx over n units (customers, posts) with its linearised interval; no interval below n = 2.

    The variance is n/(n-1) · Σ(y_i - r·x_i)² / (Σx)², r being the ratio (Cochran 1977, ratio estimator without the
    finite population term), the quantile Student's with n - 1 degrees of freedom. With every x_i = 1 this is the
    interval of the mean. The value is Decimal where y is Decimal and x exact.
    """
    return _estimate_ratio(y, x, n, squares=(sum_y_squared, sum_product, sum_x_squared), method="linearised ratio")


def _estimate_ratio(y: Number, x: Number, n: int, *, squares: tuple[Number, Number, Number], method: str) -> Estimate:
    _require_counts(n=n)
    _require_finite(y, x, *squares)
    if n == 0 or x == 0:
        return Estimate(value=None, n=n)
    value = y / x if isinstance(y, Decimal) and not isinstance(x, float) else float(y) / float(x)
    if n == 1:
        return Estimate(value=value, n=n)
    ratio = float(y) / float(x)
    variance = _residual_sum(y, x, squares) * n / ((n - 1) * float(x) ** 2)
    half_width = float(stdtrit(n - 1, 1 - TAIL)) * sqrt(variance)
    return Estimate(value=value, low=ratio - half_width, high=ratio + half_width, n=n, method=method)


def _residual_sum(y: Number, x: Number, squares: tuple[Number, Number, Number]) -> float:
    """Σ(y_i - r·x_i)² of r = Σy/Σx, from the sums of squares and of products."""
    ratio = float(y) / float(x)
    y_squared, product, x_squared = map(float, squares)
    residuals, scale = y_squared - 2 * ratio * product + ratio**2 * x_squared, y_squared + ratio**2 * x_squared
    if residuals > CANCELLED * scale:
        return residuals
    # A mean that is large beside its spread cancels the spread away in floats: exact fractions keep it.
    exact = Fraction(y) / Fraction(x)
    whole = Fraction(squares[0]) - 2 * exact * Fraction(squares[1]) + exact**2 * Fraction(squares[2])
    if whole < -ROUNDING * Fraction(abs(scale)):
        raise ValueError("The sums and the sums of squares contradict each other: they are not of the same units.")
    return float(max(Fraction(0), whole))


def _wilson_limits(share: float, n: float) -> tuple[float, float]:
    z_squared = NORMAL_QUANTILE**2
    centre = (share + z_squared / (2 * n)) / (1 + z_squared / n)
    half_width = NORMAL_QUANTILE * sqrt(share * (1 - share) / n + z_squared / (4 * n * n)) / (1 + z_squared / n)
    # Mathematically 0 ≤ low ≤ share ≤ high ≤ 1; rounding may step across by one unit in the last place.
    return min(share, max(0.0, centre - half_width)), max(share, min(1.0, centre + half_width))


def _require_counts(**counts: float) -> None:
    for name, count in counts.items():
        if not count >= 0:
            raise ValueError(f"{name} is {count}: a count is 0 or more.")
    _require_finite(*counts.values())


def _require_finite(*numbers: Number) -> None:
    for number in numbers:
        if not isfinite(number):
            raise ValueError(f"{number} is not a finite number.")
