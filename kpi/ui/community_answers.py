"""What the ambassadors page says in words. Whole sentences, never put together from parts."""

from datetime import timedelta

from kpi.language import translate, translate_plural
from kpi.metrics import Contributions, Metric, Silences, contributions, missing_tables
from kpi.period import Comparison
from kpi.ui import format as fmt
from kpi.ui.gaps import dimension_label
from kpi.ui.movements import ACTIVE, Movements, read_movements
from kpi.ui.page import Page
from kpi.ui.presets import against_clause
from kpi.ui.waterfall import signed, steps_of

HOW_TO_IMPORT = "`python -m kpi import FOLDER`"


def community(page: Page, by: str) -> str:
    """Whether more ambassadors are active, who came and went, and which group moved it most. Markdown."""
    moved = read_movements(page)
    if moved is None:
        gap = translate("Active ambassadors are **n/a**: {reason}.", reason=page.read(ACTIVE).current.reason)
        is_to_import = bool(missing_tables(ACTIVE, page.manifest))
        return f"{gap} {translate('Import them: {command}.', command=HOW_TO_IMPORT)}" if is_to_import else gap
    return " ".join(sentence for sentence in (_level(page, moved), _unfinished(page), _moved_by(page, by)) if sentence)


def explain(page: Page, by: str, metric: Metric = ACTIVE) -> Contributions | None:
    """What each group of the breakdown adds to the change; None without a comparison to lay on groups."""
    if page.comparison is None or page.read(metric).before is None:
        return None
    compared = page.period.compared(page.comparison)
    return page.recall(
        f"contributions by {by}",
        metric,
        lambda: contributions(
            page.warehouse, metric, page.period, compared, by, where=page.filters, attribution=page.attribution
        ),
    )


def unexplained(page: Page, metric: Metric = ACTIVE) -> str:
    """Why there is no change to explain."""
    reading = page.read(metric)
    if reading.current.estimate.value is None:
        return translate("n/a: {reason}", reason=reading.current.reason)
    if page.comparison is None:
        return translate("Nothing is compared. Choose a comparison at the left to see what changed.")
    return translate("Nothing to compare with: {reason}.", reason=reading.unmatched or "")


def silence(found: Silences, shown: int) -> str:
    """How many are silent beyond what is usual for them, and what to do about it. Markdown."""
    if found.reason is not None:
        return translate("n/a: {reason}", reason=found.reason)
    if not found.watched:
        return translate("n/a: nobody has acted on four days yet, so nobody’s usual gap is known")
    watched = fmt.count(found.watched)
    if not shown:
        return translate("Nobody has been silent for longer than usual since the period began.")
    return translate_plural(
        "**{count}** of {watched} whose habit is known has been silent for longer than usual for them since the period "
        "began: a good moment to say thank you, or to ask how they are.",
        "**{count}** of {watched} whose habit is known have been silent for longer than usual for them since the "
        "period began: a good moment to say thank you, or to ask how they are.",
        shown,
        count=fmt.count(shown),
        watched=watched,
    )


def _level(page: Page, moved: Movements) -> str:
    change = moved.end - moved.start
    facts = {
        "count": fmt.count(moved.end),
        "size": fmt.count(abs(change)),
        "day": fmt.day(page.period.start - timedelta(days=1)),
        "new": translate_plural("{count} new", "{count} new", moved.new, count=fmt.count(moved.new)),
        "back": translate_plural("{count} came back", "{count} came back", moved.back, count=fmt.count(moved.back)),
        "silent": translate_plural(
            "{count} fell silent", "{count} fell silent", moved.silent, count=fmt.count(moved.silent)
        ),
    }
    if change == 0:
        return translate(
            "Active ambassadors are **unchanged at {count}** since {day}: {new}, {back}, {silent}.", **facts
        )
    if change > 0:
        return translate(
            "Active ambassadors **rose by {size} to {count}** since {day}: {new}, {back}, {silent}.", **facts
        )
    return translate("Active ambassadors **fell by {size} to {count}** since {day}: {new}, {back}, {silent}.", **facts)


def _unfinished(page: Page) -> str:
    end = page.manifest.data_end
    if end is None or page.period.end <= end:
        return ""
    return translate("The period is not over: data ends {day}.", day=fmt.day(end - timedelta(days=1)))


def _moved_by(page: Page, by: str) -> str:
    found = explain(page, by)
    if found is None:
        return ""
    steps = steps_of(ACTIVE, found)
    against = fmt.begin(against_clause(page.period, page.comparison))
    if not steps or found.change is None:
        return translate("{against}, nothing changed in any group.", against=against)
    facts = {
        "against": against,
        "size": fmt.count(float(abs(found.change))),
        "dimension": dimension_label(by),
        "group": fmt.plain(steps[0].label),
        "part": signed(ACTIVE, steps[0].size, page.settings.currency),
    }
    # Against the period before, the change is the one already told.
    if page.comparison is Comparison.PREVIOUS:
        return translate("By {dimension}, **{group}** moved it most ({part}).", **facts)
    if found.change == 0:
        told = translate("{against}, as many; by {dimension}, **{group}** moved most ({part}).", **facts)
    elif found.change > 0:
        told = translate("{against}, {size} more; by {dimension}, **{group}** moved it most ({part}).", **facts)
    else:
        told = translate("{against}, {size} fewer; by {dimension}, **{group}** moved it most ({part}).", **facts)
    return told
