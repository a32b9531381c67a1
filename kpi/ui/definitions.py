"""The registry in words, for the glossary."""

from kpi.metrics import METRICS, Better, Metric, Unit
from kpi.ui.gaps import dimension_label

UNITS = {
    Unit.COUNT: "a count",
    Unit.MONEY: "money",
    Unit.SHARE: "a share of 100",
    Unit.RATIO: "a return, 100 being the money spent",
    Unit.POINTS: "a score from −100 to +100",
}
DIRECTIONS = {Better.UP: "higher", Better.DOWN: "lower", Better.NEITHER: "neither"}


def find_metrics(search: str) -> dict[str, list[Metric]]:
    """The metrics by section whose label, name or definition holds every word searched; all without one."""
    words = search.casefold().split()
    found: dict[str, list[Metric]] = {}
    for metric in METRICS.values():
        text = f"{metric.label} {metric.name} {metric.means} {metric.section}".casefold()
        if all(word in text for word in words):
            found.setdefault(metric.section, []).append(metric)
    return found


def small_print(metric: Metric) -> str:
    """Formula, unit, direction, needs and breakdowns of a metric, a line each. Markdown."""
    needs = ", ".join(need.replace("|", " or ") for need in metric.needs)
    breakdowns = ", ".join(dimension_label(name) for name in metric.dimensions) or "none"
    lines = (
        f"*Formula:* {metric.formula}",
        f"*Unit:* {UNITS[metric.unit]}; better: {DIRECTIONS[metric.better]}",
        f"*Needs:* {needs}",
        f"*Breaks down by:* {breakdowns}",
    )
    return "  \n".join(line.replace("[", "\\[").replace("$", "\\$") for line in lines)
