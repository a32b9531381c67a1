"""The phase that fits and scores buyers and draws survival curves, beside lifetimes and lifelines if they are there.

`python -m bench.fitting --customers 1000000 --oracles VENV/bin/python`, that Python having what
bench/requirements-oracles.txt names.
"""

import argparse
import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.child import run_phase
from bench.clock import Clock
from kpi.analysis.bg_nbd import BetaGeometricNbd, Histories, fit_bg_nbd
from kpi.analysis.gamma_gamma import GammaGamma, Spending, fit_gamma_gamma
from kpi.analysis.obstacle import Obstacle
from kpi.analysis.survival import LogRank, log_rank, survival_curve

ORACLES = Path(__file__).with_name("oracles.py")
DAYS = 1_000
HORIZON = 365
SEED = 20261122

Floats = npt.NDArray[np.float64]
Draws = dict[str, Floats]


def run(*, customers: int, oracles: str | None = None) -> dict[str, Any]:
    """Seconds of each step, what it found, and the same of the other packages with `oracles`, the path of a Python."""
    draws = draw_customers(customers)
    found: dict[str, Any] = {"customers": customers, "ours": _ours(draws)}
    if oracles:
        with TemporaryDirectory() as folder:
            file = Path(folder, "draws.npz")
            np.savez(file, allow_pickle=False, **draws)
            done = subprocess.run([oracles, str(ORACLES), str(file)], check=True, stdout=subprocess.PIPE, text=True)
        found["oracles"] = json.loads(done.stdout)
    return found


def draw_customers(customers: int) -> Draws:
    """Histories in days of people drawn from BG/NBD and Gamma-Gamma; stays, some of which go on; two groups."""
    draw = np.random.default_rng(SEED)
    ages = draw.integers(1, DAYS, customers).astype(np.float64)
    pace, leaving = draw.gamma(0.25, 1 / 30, customers) + 1e-12, draw.beta(0.8, 2.4, customers)
    repeats, recency, moment = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    alive = np.ones(customers, dtype=np.bool_)
    while alive.any():
        moment = moment + np.maximum(1, np.ceil(draw.exponential(1.0, customers) / pace))
        alive &= moment <= ages
        repeats, recency = repeats + alive, np.where(alive, moment, recency)
        alive &= draw.random(customers) >= leaving
    bought = np.maximum(repeats, 1)
    stays, seen = draw.exponential(DAYS / 2, customers), draw.uniform(0, DAYS, customers)
    return {
        "repeats": repeats,
        "recency": recency,
        "ages": ages,
        "means": draw.gamma(6 * bought, 1 / (draw.gamma(3.7, 1 / 15, customers) * bought)),
        "stays": np.minimum(stays, seen),
        "left": (stays <= seen).astype(np.float64),
        "is_first": (draw.random(customers) < 0.3).astype(np.float64),
    }


def _ours(draws: Draws) -> dict[str, Any]:
    clock = Clock()
    rows = np.stack([draws["repeats"], draws["recency"], draws["ages"]])
    key = (rows[0] * (DAYS + 1) + rows[1]) * (DAYS + 1) + rows[2]
    _, first, counts = np.unique(key, return_index=True, return_counts=True)
    repeats, recency, ages = rows[:, first]
    model = _fitted(fit_bg_nbd(Histories.of(repeats, recency, ages, counts), fewest=1))
    seconds = {"BG/NBD fit": clock.lap()}
    expected = model.expected_purchases(Histories.of(rows[0], rows[1], rows[2]), HORIZON)
    seconds["purchases expected of each"] = clock.lap()
    came_back = draws["repeats"] > 0
    spending = fit_gamma_gamma(Spending.of(draws["repeats"][came_back], draws["means"][came_back]), fewest=1)
    spent = spending.mean if isinstance(spending, GammaGamma) else 0.0
    seconds["Gamma-Gamma fit"] = clock.lap()
    survival_curve(np.ceil(draws["stays"]), draws["left"])
    seconds["Kaplan-Meier, whole days"] = clock.lap()
    curve = survival_curve(draws["stays"], draws["left"])
    seconds["Kaplan-Meier, any time"] = clock.lap()
    comparison = log_rank(draws["stays"], draws["left"], draws["is_first"])
    seconds["log-rank"] = clock.lap()
    return {
        "seconds": seconds,
        "found": {
            "r": model.r,
            "alpha": model.alpha,
            "expected purchases": float(expected.sum()),
            "mean spent": spent,
            "share after a year": float(curve.shares_at([HORIZON])[0]),
            "chi-square": comparison.statistic if isinstance(comparison, LogRank) else 0.0,
        },
    }


def _fitted(model: BetaGeometricNbd | Obstacle) -> BetaGeometricNbd:
    if isinstance(model, Obstacle):
        raise ValueError(f"The customers drawn cannot be fitted: {model.value}.")
    return model


def main() -> None:
    """Run the phase in a process of its own and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.fitting", description="Fits and curves, side by side.")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--oracles", metavar="PYTHON", help="a Python that has bench/requirements-oracles.txt")
    options = parser.parse_args()
    found = run_phase("fitting", customers=options.customers, oracles=options.oracles)
    theirs = found.get("oracles", {"seconds": {}, "found": {}})
    for part in ("seconds", "found"):
        for name, value in found["ours"][part].items():
            other = theirs[part].get(name)
            print(f"{name:28}{value:14.4f}{'–' if other is None else f'{other:.4f}':>14}")
    peak = theirs.get("peak_mebibytes")
    print(f"{'peak MiB':28}{found['peak_mebibytes']:14.0f}{'–' if peak is None else f'{peak:.0f}':>14}")


if __name__ == "__main__":
    main()
