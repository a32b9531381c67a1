"""Run one phase in a process of its own, so that its memory is told apart.

`python -m bench.child MODULE ARGUMENTS RESULT`: MODULE has `run(**arguments)`; both files are JSON.
"""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.clock import peak_mebibytes

Result = dict[str, Any]


def run_phase(module: str, **arguments: object) -> Result:
    """What `bench.<module>.run` returns in a fresh process, with that process's `peak_mebibytes`."""
    with TemporaryDirectory() as folder:
        given, result = Path(folder, "arguments.json"), Path(folder, "result.json")
        given.write_text(json.dumps(arguments))
        command = [sys.executable, "-m", "bench.child", f"bench.{module}", str(given), str(result)]
        # AppTest runs a script outside a server, which Streamlit would warn of each time.
        subprocess.run(command, check=True, env={**os.environ, "STREAMLIT_LOGGER_LEVEL": "error"})
        found: Result = json.loads(result.read_text())
        return found


def main(module: str, given: str, result: str) -> None:
    """The child's side."""
    found = importlib.import_module(module).run(**json.loads(Path(given).read_text()))
    Path(result).write_text(json.dumps({**found, "peak_mebibytes": peak_mebibytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
