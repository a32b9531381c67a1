"""Time and memory."""

import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

PATIENCE = 2.0
FEWEST = 3

Lap = Callable[[float, tuple[Any, ...]], None]


class Clock:
    """Seconds since it was made, or since the last lap."""

    def __init__(self) -> None:
        self._start = self._lap = perf_counter()

    def seconds(self) -> float:
        """Seconds since the clock was made."""
        return perf_counter() - self._start

    def lap(self) -> float:
        """Seconds since the last lap."""
        before, self._lap = self._lap, perf_counter()
        return self._lap - before


def repeated(once: Callable[[int], float], repetitions: int) -> list[float]:
    """The seconds of `repetitions` runs, told their number; of fewer, but three, once they took `PATIENCE` together."""
    seconds: list[float] = []
    while len(seconds) < repetitions and (len(seconds) < FEWEST or sum(seconds) < PATIENCE):
        seconds.append(once(len(seconds)))
    return seconds


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile (nearest rank) of repeated runs, in milliseconds."""
    ordered = sorted(seconds)
    return {
        "median_ms": 1000 * median(ordered),
        "p95_ms": 1000 * ordered[ceil(0.95 * len(ordered)) - 1],
        "repetitions": len(ordered),
    }


def peak_mebibytes() -> float:
    """The most memory that this process ever held.

    The kernel's high-water mark of the program that runs; ru_maxrss, the fallback, also counts what the process that
    started it held at that moment.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def timed(owner: object, name: str, lap: Lap) -> Iterator[None]:
    """Within the block, tell `lap` the seconds and the arguments of every call of `owner.name`."""
    called = getattr(owner, name)

    def caller(*arguments: Any, **named: Any) -> Any:
        clock = Clock()
        outcome = called(*arguments, **named)
        lap(clock.seconds(), arguments)
        return outcome

    setattr(owner, name, caller)
    try:
        yield
    finally:
        setattr(owner, name, called)
