"""The README's table, from saved results."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from statistics import median
from typing import Any

from bench.report import machine_line, order_lines

Result = Mapping[str, Any]

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
GIBIBYTE = 1024
NONE = "–"
QUESTIONS = ("value", "trend by week", "trend by day", "by country")
LONGEST = {"XL": 30.0}
KINDS = (("page", "ratio"), ("anew", "ratio_anew"))
FITTED = ("BG/NBD fit", "purchases expected of each", "Gamma-Gamma fit")
CURVE = "Kaplan-Meier, any time"
USUAL_LONGEST = 15.0  # milliseconds, 95th percentile


def render(results: Sequence[Result]) -> str:
    """A Markdown table with a column per result between its markers, machine and command under it."""
    table = [
        f"| | {' | '.join(str(result['size']) for result in results)} | limit at L |",
        "|---|" + "---:|" * (len(results) + 1),
        *(
            f"| {label} | {' | '.join(cell(result) for result in results)} | {limit} |"
            for label, cell, limit in _rows()
        ),
    ]
    return "\n".join([BEGIN, "", *table, "", *_notes(results), "", END, ""])


def _rows() -> Iterator[tuple[str, Callable[[Result], str], str]]:
    yield "customers", lambda result: f"{result['customers']:,}", ""
    yield "rows imported", lambda result: f"{result['import_parquet']['rows']:,}", ""
    yield "import from Parquet, thousand rows/s", _speed, "≥ 500"
    yield "import of orders from CSV, thousand rows/s", _csv_speed, "≥ 200"
    yield "build / with its audits, s", lambda result: " / ".join(f"{seconds:.1f}" for seconds in _build(result)), ""
    yield "… as multiples of a bare load", _build_ratios, "≤ 5"
    yield "import of all / of 1 % new rows / of 1 % new posts, s", _increments, ""
    for question in QUESTIONS:
        yield f"slowest metric, {question}, p95 ms", partial(_slowest, question), "≤ 15"
        yield "… metrics within 15 ms (XL: 30)", partial(_within, question), "all"
    yield "slowest page, cold / warm metric cache, p95 ms", _slowest_page, "≤ 150 / 40"
    yield "everybody scored as of a day, s", _scoring, "≤ 20"
    yield "slowest list of whom to propose, p95 ms", _slowest_list, "≤ 100"
    yield "buyers fitted and scored / survival curve drawn, s", _fits, "≤ 6 / 1"
    yield "what the gate adds to a request, median ms", _gate, "≤ 2"
    for part, words in (("first_load", "first load"), ("filter_change", "another comparison")):
        yield f"overview in a browser, {words}: ms (as a multiple of literal data)", partial(_browser, part), "(≤ 1.3)"
    yield "peak memory: import with build / questions, GiB", _memory, "≤ 4"
    yield "five headline numbers: registry, ms", lambda result: _headlines(result, "registry_seconds", 1000), ""
    yield "five headline numbers: pandas, s", lambda result: _headlines(result, "seconds", 1), ""
    yield "… its memory, GiB", lambda result: _headlines(result, "peak_mebibytes", 1 / GIBIBYTE), ""
    yield "… its time as a multiple", lambda result: _headlines(result, "ratio", 1), ""


def _speed(result: Result) -> str:
    return f"{result['import_parquet']['rows_per_second'] / 1000:,.0f}"


def _csv_speed(result: Result) -> str:
    if "import_csv" not in result:
        return NONE
    return f"{result['import_csv']['tables']['orders']['rows_per_second'] / 1000:,.0f}"


def _build(result: Result) -> tuple[float, float]:
    """Seconds of the build without and with its audits."""
    whole: float = result["import_parquet"]["building_seconds"]
    return whole - result["import_parquet"]["models"]["auditing"], whole


def _build_ratios(result: Result) -> str:
    return " / ".join(f"{seconds / result['bare_load']['seconds']:.1f}" for seconds in _build(result))


def _increments(result: Result) -> str:
    phases = ("import_parquet", "new_rows", "new_posts")
    return " / ".join(f"{result[phase]['seconds']:.1f}" if phase in result else NONE for phase in phases)


def _slowest(question: str, result: Result) -> str:
    metrics = result["latencies"]["metrics"]
    asked = {name: found[question]["p95_ms"] for name, found in metrics.items() if question in found}
    slowest = max(asked, key=asked.__getitem__)
    return f"{asked[slowest]:.0f} ({slowest})"


def _within(question: str, result: Result) -> str:
    longest = LONGEST.get(result["size"], USUAL_LONGEST)
    asked = [found[question]["p95_ms"] for found in result["latencies"]["metrics"].values() if question in found]
    return f"{sum(milliseconds <= longest for milliseconds in asked)} of {len(asked)}"


def _scoring(result: Result) -> str:
    return f"{result['advocates']['scoring_seconds']:.1f}" if "advocates" in result else NONE


def _slowest_list(result: Result) -> str:
    lists = result["advocates"]["lists"] if "advocates" in result else {}
    return f"{max(found['p95_ms'] for found in lists.values()):.0f}" if lists else NONE


def _fits(result: Result) -> str:
    """Of both models with the purchases expected of each; of any times."""
    if "fitting" not in result:
        return NONE
    seconds = result["fitting"]["ours"]["seconds"]
    return f"{sum(seconds[name] for name in FITTED):.1f} / {seconds[CURVE]:.1f}"


def _gate(result: Result) -> str:
    # Results saved before there was a gate say nothing about it; of two languages the slower one counts.
    if "gate" not in result:
        return NONE
    return f"{max(result['gate'].get(name, 0.0) for name in ('added_ms', 'added_french_ms')):.2f}"


def _slowest_page(result: Result) -> str:
    pages = [found for found in result["pages"]["pages"].values() if "cold" in found]
    if not pages:
        return NONE
    return " / ".join(f"{max(found[cache]['p95_ms'] for found in pages):.0f}" for cache in ("cold", "warm"))


def _browser(part: str, result: Result) -> str:
    """Milliseconds of the overview, and how many times as long as the same elements with literal data."""
    browser = result.get("browser", {"skipped": "an earlier run"})
    if "skipped" in browser:
        return NONE
    found = browser[part]
    remembered, anew = (f"{found[kind]['median_ms']:,.0f} ({found[ratio]:.2f})" for kind, ratio in KINDS)
    return f"{remembered}, asked anew {anew}"


def _memory(result: Result) -> str:
    peaks = (result[phase]["peak_mebibytes"] for phase in ("import_parquet", "latencies"))
    return " / ".join(f"{peak / GIBIBYTE:.1f}" for peak in peaks)


def _headlines(result: Result, name: str, factor: float) -> str:
    tutorial = result.get("tutorial", {"skipped": "a brief run"})
    return NONE if "skipped" in tutorial else f"{tutorial[name] * factor:,.1f}"


def _notes(results: Sequence[Result]) -> Iterator[str]:
    sizes = " ".join(str(result["size"]) for result in results)
    lines = ", ".join(f"{result['size']} {order_lines(result)}" for result in results)
    machine = machine_line(results[0]["machine"])
    yield f"`python -m bench --size SIZE --json SIZE.json` for each of {sizes}, on {machine}"
    yield (
        "Import counts rows read, checked and landed per second. Metrics are asked anew each time, about twelve "
        f"months. Memory is the peak of a process of its own. Generated data: {lines}."
    )
    yield from _growth(results)
    for result in results:
        if "skipped" in result.get("browser", {}):
            yield f"{result['size']}: no browser, {result['browser']['skipped']}."
        if "tutorial" not in result:
            yield f"{result['size']}: a brief run (`--brief`), without CSV, later imports and pandas."
        elif "skipped" in result["tutorial"]:
            yield f"{result['size']}: no pandas, {result['tutorial']['skipped']}."
        elif result["tutorial"]["differing"]:
            yield f"{result['size']}: pandas gives other numbers for {', '.join(result['tutorial']['differing'])}."


def _growth(results: Sequence[Result]) -> Iterator[str]:
    """How much longer the same question takes at L than at S."""
    found = {result["size"]: result["latencies"]["metrics"] for result in results}
    if not {"S", "L"} <= found.keys():
        return
    ratios = {
        name: found["L"][name]["value"]["median_ms"] / found["S"][name]["value"]["median_ms"]
        for name in found["S"].keys() & found["L"].keys()
    }
    slowest = max(ratios, key=ratios.__getitem__)
    within = sum(ratio <= 2 for ratio in ratios.values())
    yield (
        f"A metric's value takes {median(ratios.values()):.1f} times as long at L as at S in the median; "
        f"{within} of {len(ratios)} at most twice as long, the furthest {ratios[slowest]:.1f} times ({slowest})."
    )
