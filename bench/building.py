"""The phase that builds the warehouse again from landing, model by model."""

from collections import defaultdict
from pathlib import Path

from bench.clock import Clock
from bench.importing import NOW
from kpi.ingest import rebuild
from kpi.settings import read_settings
from kpi.store import Store
from kpi.store.models import read_models


def run(*, store: str) -> dict[str, object]:
    """Build and audit; seconds in all and per mart (a staging model is a view and takes no time of its own)."""
    names = [model.name for model in read_models()]
    models: defaultdict[str, float] = defaultdict(float)
    begun = "preparing"
    clock = Clock()

    def progress(step: str, done: int, total: int) -> None:
        nonlocal begun
        models[begun] += clock.lap()
        begun = names[done] if step == "Building" else step.lower()

    manifest = rebuild(Store(Path(store)), read_settings(), now=NOW, progress=progress)
    models[begun] += clock.lap()
    return {
        "seconds": clock.seconds(),
        "models": {name: seconds for name, seconds in models.items() if not name.startswith("stg_")},
        "bytes": Store(Path(store)).warehouse_file(manifest.version).stat().st_size,
    }
