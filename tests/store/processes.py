"""Real processes for tests: the command line as a shell starts it, and a Python that runs a few lines."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Finished:
    """What a process left behind; `memory` is the most that it held, in bytes."""

    code: int
    out: str
    err: str
    memory: int = 0


def environment(**settings: object) -> dict[str, str]:
    """The environment without this machine's own settings; each setting as AMBASSADE_<NAME>."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("AMBASSADE_")}
    return own | {f"AMBASSADE_{name.upper()}": str(value) for name, value in settings.items()}


def start(*words: object, **settings: object) -> subprocess.Popen[str]:
    """Start Python with these words."""
    return subprocess.Popen(
        [sys.executable, *map(str, words)],
        cwd=PROJECT,
        env=environment(**settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start_command(store: Path, *words: object, **settings: object) -> subprocess.Popen[str]:
    """Start `python -m kpi --store STORE` with these words."""
    return start("-m", "kpi", "--store", store, *words, **settings)


def finish(process: subprocess.Popen[str]) -> Finished:
    """Wait for the process."""
    out, err = process.communicate(timeout=120)
    return Finished(process.returncode, out, err)


def run_command(store: Path, *words: object, **settings: object) -> Finished:
    """Run `python -m kpi --store STORE` with these words to its end."""
    return finish(start_command(store, *words, **settings))


# What the kernel adds up for a child begins with the memory of its parent, so the process looks at its own.
MEASURED = """
import sys
from pathlib import Path
from kpi.cli import main
try:
    main(sys.argv[2:])
finally:
    lines = Path("/proc/self/status").read_text().splitlines()
    Path(sys.argv[1]).write_text(next(line.split()[1] for line in lines if line.startswith("VmHWM:")))
"""


def run_measured(folder: Path, store: Path, *words: object, **settings: object) -> Finished:
    """The same, and look at the memory that it took; a file in `folder` tells."""
    done = finish(start("-c", MEASURED, folder / "memory", "--store", store, *words, **settings))
    return replace(done, memory=int((folder / "memory").read_text()) * 1024)


@contextmanager
def other_process(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A second Python that runs `code` and has printed its first line, “ready”; killed at the end if it still runs."""
    with start("-c", code, *arguments) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", process.communicate()[1]
            yield process
        finally:
            process.kill()
