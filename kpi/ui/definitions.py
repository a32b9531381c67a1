"""The registry in words, for the glossary and for what is taken away."""

from collections.abc import Iterable, Iterator

from kpi.language import mark, translate
from kpi.metrics import METRICS, Better, Metric, Unit, tables_in_words
from kpi.ui.gaps import dimension_label

UNITS = {
    Unit.COUNT: mark("a count"),
    Unit.MONEY: mark("money"),
    Unit.SHARE: mark("a share of 100"),
    Unit.RATIO: mark("a return, 100 being the money spent"),
    Unit.POINTS: mark("a score from −100 to +100"),
}
DIRECTIONS = {Better.UP: mark("higher"), Better.DOWN: mark("lower"), Better.NEITHER: mark("neither")}


def find_metrics(search: str) -> dict[str, list[Metric]]:
    """The metrics by section whose label, name or definition holds every word searched; all without one."""
    found: dict[str, list[Metric]] = {}
    for metric in METRICS.values():
        shown = (translate(metric.label), metric.name, translate(metric.means), translate(metric.section))
        if answers(search, shown):
            found.setdefault(translate(metric.section), []).append(metric)
    return found


def answers(search: str, texts: Iterable[str]) -> bool:
    """Whether every word searched stands in one of the texts, whatever their case."""
    text = " ".join(texts).casefold()
    return all(word in text for word in search.casefold().split())


def small_print(metric: Metric) -> str:
    """Formula, unit, direction, needs and breakdowns of a metric, a line each. Markdown."""
    breakdowns = ", ".join(dimension_label(name) for name in metric.dimensions) or translate("none")
    unit, direction = translate(UNITS[metric.unit]), translate(DIRECTIONS[metric.better])
    lines = (
        translate("*Formula:* {formula}", formula=translate(metric.formula)),
        translate("*Unit:* {unit}; better: {direction}", unit=unit, direction=direction),
        translate("*Needs:* {tables}", tables=tables_in_words(metric.needs)),
        translate("*Breaks down by:* {breakdowns}", breakdowns=breakdowns),
    )
    return as_written(lines)


def as_written(lines: Iterable[str]) -> str:
    """Lines below each other, in which brackets and dollars are no Markdown."""
    return "  \n".join(line.replace("[", "\\[").replace("$", "\\$") for line in lines)


def definitions(metrics: Iterable[Metric]) -> Iterator[tuple[str, str]]:
    """Each metric's name, and what it means, how it is computed, in what unit and which direction is good."""
    for metric in metrics:
        facts = {
            "means": translate(metric.means),
            "formula": translate(metric.formula),
            "unit": translate(UNITS[metric.unit]),
            "direction": translate(DIRECTIONS[metric.better]),
        }
        told = translate("{means} Formula: {formula}. Unit: {unit}; better: {direction}.", **facts)
        yield translate(metric.label), told
