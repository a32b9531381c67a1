"""What one run found, as tables for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Result = Mapping[str, Any]
Row = Sequence[str]

SLOWEST_MODELS = 8


def lines(result: Result) -> Iterator[str]:
    """Every line of the report."""
    yield machine_line(result["machine"])
    rows = sum(result["generating"]["rows"].values())
    yield f"Size {result['size']}: {result['customers']:,} customers, {rows:,} rows; {order_lines(result)}."
    yield from _section("Import", _imports(result))
    yield from _section("Build", _build(result))
    yield from _section("Metrics, uncached, over twelve months: median / p95 in ms", _metrics(result["latencies"]))
    yield from _section("Pages: median / p95 in ms", _pages(result["pages"]))
    if "advocates" in result:
        yield from _section("Whom to propose: median / p95 in ms", _advocates(result["advocates"]))
    if "fitting" in result:
        yield from _section("How customers come back and stay", _fitting(result["fitting"]))
    if "gate" in result:
        yield from _section("Gate, a request for the page: median / p95 in ms", _gate(result["gate"]))
    if "browser" in result:
        yield from _section("The overview in a browser, until all is drawn", _browser(result["browser"]))
    if "tutorial" in result:
        yield from _section("Five headline numbers", _tutorial(result["tutorial"]))


def machine_line(machine: Mapping[str, Any]) -> str:
    """The machine in one sentence."""
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gibibytes']} GiB, {machine['system']}, "
        f"Python {machine['python']}, {packages}."
    )


def order_lines(result: Result) -> str:
    """Whether order lines are part of the data."""
    return "with order lines" if result["with_lines"] else "without order lines"


def latency(found: Mapping[str, float] | None) -> str:
    """Median and 95th percentile."""
    return "–" if found is None else f"{found['median_ms']:.1f} / {found['p95_ms']:.1f}"


def _imports(result: Result) -> Iterator[Row]:
    yield ("", "rows", "reading s", "landing s", "building s", "other s", "rows/s", "peak MiB")
    for name in ("import_parquet", "import_csv"):
        found = result.get(name)
        if found is None:
            continue
        seconds = [f"{found[f'{part}_seconds']:.2f}" for part in ("reading", "landing", "building", "other")]
        speed, peak = f"{found['rows_per_second']:,.0f}", f"{found['peak_mebibytes']:,.0f}"
        yield (name.removeprefix("import_"), f"{found['rows']:,}", *seconds, speed, peak)
        for table, part in sorted(found["tables"].items(), key=lambda item: -item[1]["rows"])[:4]:
            parts = (f"{part['reading_seconds']:.2f}", f"{part['landing_seconds']:.2f}", "", "")
            yield (f"  {table}", f"{part['rows']:,}", *parts, f"{part['rows_per_second']:,.0f}", "")


def _build(result: Result) -> Iterator[Row]:
    full, bare = result["import_parquet"], result["bare_load"]
    yield ("", "seconds", "peak MiB")
    yield ("bare load of the same files", f"{bare['seconds']:.2f}", f"{bare['peak_mebibytes']:,.0f}")
    ratio = full["building_seconds"] / bare["seconds"]
    yield (f"build and audits ({ratio:.1f} × bare load)", f"{full['building_seconds']:.2f}", "")
    for name, seconds in sorted(full["models"].items(), key=lambda item: -item[1])[:SLOWEST_MODELS]:
        yield (f"  {name}", f"{seconds:.2f}", "")
    yield ("whole import", f"{full['seconds']:.2f}", f"{full['peak_mebibytes']:,.0f}")
    for name, words in (("new_rows", "1 % new rows of every kind"), ("new_posts", "1 % new posts")):
        if name in result:
            yield (f"import of {words}", f"{result[name]['seconds']:.2f}", f"{result[name]['peak_mebibytes']:,.0f}")


def _metrics(latencies: Mapping[str, Any]) -> Iterator[Row]:
    questions = tuple(dict.fromkeys(name for found in latencies["metrics"].values() for name in found))
    yield ("", *questions)
    for metric, found in latencies["metrics"].items():
        yield (metric, *(latency(found.get(question)) for question in questions))
    yield (
        f"Peak memory {latencies['peak_mebibytes']:,.0f} MiB; opening a version {latencies['opening_ms']:.0f} ms, "
        f"the first question of a process {latencies['first_question_ms']:.0f} ms",
    )


def _pages(pages: Mapping[str, Any]) -> Iterator[Row]:
    yield ("", "cold metric cache", "warm")
    for name, found in pages["pages"].items():
        yield (name, found["failed"]) if "failed" in found else (name, latency(found["cold"]), latency(found["warm"]))


def _advocates(found: Mapping[str, Any]) -> Iterator[Row]:
    for name, milliseconds in found["lists"].items():
        yield (name, latency(milliseconds))
    yield (
        f"Features and scores as of an earlier day, of {found['scored']:,} people: {found['scoring_seconds']:.1f} s; "
        f"peak memory {found['peak_mebibytes']:,.0f} MiB",
    )


def _fitting(found: Mapping[str, Any]) -> Iterator[Row]:
    yield ("", "seconds")
    for name, seconds in found["ours"]["seconds"].items():
        yield (name, f"{seconds:.2f}")
    yield (f"Of {found['customers']:,} customers drawn; peak memory {found['peak_mebibytes']:,.0f} MiB",)


def _gate(gate: Mapping[str, Any]) -> Iterator[Row]:
    yield ("Streamlit alone", latency(gate["without"]))
    yield ("behind the gate, signed in", latency(gate["with"]))
    yield ("… as a reader of French", latency(gate.get("with_french")))
    yield (f"The gate adds {gate['added_ms']:.2f} ms (median of {gate['with']['repetitions']} pairs)",)


def _browser(browser: Mapping[str, Any]) -> Iterator[Row]:
    if "skipped" in browser:
        yield (f"Skipped: {browser['skipped']}.",)
        return
    yield ("", "literal data", "the overview", "times", "asked anew", "times")
    for name, words in (("first_load", "first load, ms"), ("filter_change", "another comparison, ms")):
        found = browser[name]
        twin, page, anew = (f"{found[kind]['median_ms']:,.0f}" for kind in ("twin", "page", "anew"))
        yield (words, twin, page, f"{found['ratio']:.2f}", anew, f"{found['ratio_anew']:.2f}")


def _tutorial(tutorial: Mapping[str, Any]) -> Iterator[Row]:
    if "skipped" in tutorial:
        yield (f"Skipped: {tutorial['skipped']}.",)
        return
    yield ("", "seconds", "peak MiB")
    yield ("pandas, from the Parquet files", f"{tutorial['seconds']:.2f}", f"{tutorial['peak_mebibytes']:,.0f}")
    yield ("registry, from the published version", f"{tutorial['registry_seconds']:.4f}", "")
    differing = ", ".join(tutorial["differing"])
    yield (f"{tutorial['ratio']:,.0f} times; " + (f"different: {differing}" if differing else "the same numbers"),)


def _section(title: str, rows: Iterator[Row]) -> Iterator[str]:
    table = list(rows)
    # A row of one cell is a sentence: it does not widen the first column.
    columns = max(len(row) for row in table)
    widths = [max((len(row[i]) for row in table if i < len(row) > 1), default=0) for i in range(columns)]
    yield ""
    yield title
    for row in table:
        first, *others = row
        yield "  ".join([first.ljust(widths[0]), *(cell.rjust(widths[i]) for i, cell in enumerate(others, 1))]).rstrip()
