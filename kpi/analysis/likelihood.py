"""The most likely parameters of a model: all above 0, found on their logarithms with the exact slope."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import scipy  # scipy.optimize is loaded when a fit first asks for it: no page needs it to open

from kpi.analysis.obstacle import Obstacle

Floats = npt.NDArray[np.float64]
Likelihood = Callable[[Floats], tuple[float, Floats]]

MOST_STEPS: Final = 500
FURTHEST: Final = 9.0  # of a logarithm from where the search begins: some eight thousand times as much, or as little
TOLERANCE: Final = 1e-11


def most_likely(likelihood: Likelihood, begin: Floats, *, size: float) -> tuple[Floats, float] | Obstacle:
    """The parameters with the largest log-likelihood, and that; `size` is the number of observations behind it.

    `likelihood` gives the log-likelihood of parameters above 0 and its slope along each of them. Limited-memory BFGS
    (Byrd et al. 1995) from `begin`, within `FURTHEST` of it: where the data knows no limit, such as that of people who
    do not differ, the last of these is as good as any beyond. `Obstacle.NOT_FITTED` where the search ends nowhere.
    """

    def loss(logarithms: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logarithms)
        value, slope = likelihood(parameters)
        return -value / size, -slope * parameters / size

    start = np.log(begin)
    found = scipy.optimize.minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(one - FURTHEST, one + FURTHEST) for one in start],
        options={"maxiter": MOST_STEPS, "ftol": TOLERANCE, "gtol": 1e-8},
    )
    # a search that stops because no step is left to improve has arrived as far as numbers tell
    if not (np.isfinite(found.fun) and np.isfinite(found.x).all()) or found.nit >= MOST_STEPS:
        return Obstacle.NOT_FITTED
    return np.exp(found.x), -float(found.fun) * size


def dot(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> float:
    """The sum of the products, in one thread.

    The linear algebra library would wake its threads for every sum of some ten thousand numbers, and a search of a few
    hundred small steps then waits for these most of the time.
    """
    return float(np.einsum("i,i->", one, other))
