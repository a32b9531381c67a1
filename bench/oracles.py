"""The same fits and curves by lifetimes and lifelines, in a Python of their own: `python oracles.py draws.npz`.

It imports nothing of Ambassade, and Ambassade nothing of it; bench/requirements-oracles.txt names what it needs.
"""

import json
import resource
import sys
import warnings
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifetimes import BetaGeoFitter, GammaGammaFitter

HORIZON = 365


def main(file: str) -> None:
    """Print seconds and what was found as JSON."""
    warnings.simplefilter("ignore")
    draws = dict(np.load(file))
    seconds: dict[str, float] = {}

    def timed(name: str, step: Callable[[], Any]) -> Any:
        start = perf_counter()
        answer = step()
        seconds[name] = perf_counter() - start
        return answer

    histories = (draws["repeats"], draws["recency"], draws["ages"])
    buying, spending, staying = BetaGeoFitter(), GammaGammaFitter(), KaplanMeierFitter()
    timed("BG/NBD fit", lambda: buying.fit(*histories))
    expected = timed(
        "purchases expected of each",
        lambda: buying.conditional_expected_number_of_purchases_up_to_time(HORIZON, *histories),
    )
    back = draws["repeats"] > 0
    timed("Gamma-Gamma fit", lambda: spending.fit(draws["repeats"][back], draws["means"][back]))
    p, q, v = (spending.params_[name] for name in ("p", "q", "v"))
    timed("Kaplan-Meier, whole days", lambda: KaplanMeierFitter().fit(np.ceil(draws["stays"]), draws["left"]))
    timed("Kaplan-Meier, any time", lambda: staying.fit(draws["stays"], draws["left"]))
    first = draws["is_first"] > 0
    groups = (draws["stays"][first], draws["stays"][~first], draws["left"][first], draws["left"][~first])
    test = timed("log-rank", lambda: logrank_test(*groups))
    found = {
        "r": buying.params_["r"],
        "alpha": buying.params_["alpha"],
        "expected purchases": float(np.sum(expected)),
        "mean spent": p * v / (q - 1),
        "share after a year": float(staying.predict(HORIZON)),
        "chi-square": test.test_statistic,
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "found": found, "peak_mebibytes": peak}))


if __name__ == "__main__":
    main(sys.argv[1])
