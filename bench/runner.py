"""Every phase of one size, each in a process of its own."""

import shutil
from collections.abc import Callable
from importlib.util import find_spec
from math import isclose
from pathlib import Path

from bench.child import Result, run_phase
from bench.machine import describe, memory_mebibytes

SIZES = {"S": 10_000, "M": 100_000, "L": 1_000_000, "XL": 10_000_000}
INCREMENTS = {"new_posts": ("content",), "new_rows": ("orders", "touches", "interactions", "content", "surveys")}
CSV_TABLES = ("customers", "ambassadors", "orders")
PANDAS_MEBIBYTES = 250.0
PANDAS_KIBIBYTES_PER_CUSTOMER = 6.0
TOLERANCE = 1e-9

Tell = Callable[[str], None]


def measure_size(
    size: str, customers: int, folder: Path, *, with_lines: bool, is_brief: bool, repetitions: int, tell: Tell
) -> Result:
    """Generate, import, build, load, ask, draw and compare, in `folder`; everything found, ready for JSON.

    A brief run leaves out what else there is to import, and pandas.
    """
    files, store = folder / "files", folder / "store"
    result: Result = {"size": size, "customers": customers, "with_lines": with_lines, "machine": describe()}
    tell(f"generating {customers:,} customers")
    result["generating"] = run_phase("generate", folder=str(files), customers=customers, with_lines=with_lines)
    tell("importing Parquet")
    result["import_parquet"] = run_phase("importing", files=[str(files)], store=str(store))
    tell("loading without building")
    result["bare_load"] = run_phase("bare_load", store=str(store), target=str(folder / "bare.duckdb"))
    tell("asking every metric")
    result["latencies"] = run_phase("latencies", store=str(store), repetitions=repetitions)
    tell("scoring everybody")
    result["advocates"] = run_phase("advocates", store=str(store), repetitions=repetitions)
    tell("fitting how customers come back and stay")
    result["fitting"] = run_phase("fitting", customers=customers)
    tell("running the pages")
    result["pages"] = run_phase("pages", store=str(store), repetitions=repetitions)
    tell("asking with and without the gate")
    result["gate"] = run_phase("gate", store=str(store))
    tell("opening the overview in a browser")
    result["browser"] = _browse(store, repetitions)
    if is_brief:
        return result
    for name, tables in INCREMENTS.items():
        tell(f"importing 1 % new rows: {name}")
        added = folder / "added"
        run_phase("adding", source=str(files), target=str(added), tables=tables, prefix=name)
        result[name] = run_phase("importing", files=[str(added)], store=str(store))
        shutil.rmtree(added)
    shutil.rmtree(store)
    tell("importing CSV")
    result["import_csv"] = _import_csv(files, folder)
    tell("computing the headline numbers with pandas")
    result["tutorial"] = _compare(result, files, customers)
    return result


def _browse(store: Path, repetitions: int) -> Result:
    """The overview in a browser, where there is one to drive."""
    if find_spec("playwright") is None:
        return {"skipped": "Playwright is not installed"}
    return run_phase("first_load", store=str(store), repetitions=repetitions)


def _import_csv(files: Path, folder: Path) -> Result:
    exports, store = folder / "csv", folder / "csv-store"
    written = run_phase("exporting", source=str(files), target=str(exports), tables=CSV_TABLES)
    found = run_phase("importing", files=[str(exports / f"{name}.csv") for name in CSV_TABLES], store=str(store))
    shutil.rmtree(store)
    shutil.rmtree(exports)
    return {**found, "bytes": written["bytes"]}


def _compare(result: Result, files: Path, customers: int) -> Result:
    """Pandas beside the registry: the numbers, the time, the memory."""
    needed = PANDAS_MEBIBYTES + customers * PANDAS_KIBIBYTES_PER_CUSTOMER / 1024
    if needed > 0.8 * memory_mebibytes():
        return {"skipped": f"pandas would need about {needed / 1024:.0f} GiB"}
    found = run_phase("tutorial", folder=str(files))
    ours: dict[str, float | None] = result["latencies"]["headlines"]
    latencies = result["latencies"]["metrics"]
    found["registry_seconds"] = sum(latencies[name]["value"]["median_ms"] for name in ours) / 1000
    found["ratio"] = found["seconds"] / found["registry_seconds"]
    found["differing"] = [name for name in ours if not _is_same(ours[name], found["headlines"][name])]
    return found


def _is_same(ours: float | None, theirs: float | None) -> bool:
    """Whether two numbers are the same but for rounding; without a denominator pandas gives none either."""
    if ours is None or theirs is None:
        return ours is None and theirs is None
    return isclose(ours, theirs, rel_tol=TOLERANCE)
