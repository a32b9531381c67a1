"""The commands for what people decide: targets, annotations, saved views."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final

import typer

from kpi.access.roles import RIGHTS
from kpi.cli_deciding import as_author, print_listed, read_bytes, read_decided
from kpi.cli_options import CsvFile, DryRun, Json
from kpi.console import out
from kpi.decisions import (
    Annotation,
    Author,
    Change,
    Segment,
    Target,
    key_in_words,
    read_annotations_file,
    read_targets_file,
    record_annotations,
    record_targets,
    record_targets_undone,
    wished,
)
from kpi.decisions.targets import Key, Values, values_in
from kpi.errors import DecisionError, NothingPublishedError
from kpi.metrics import metric_named
from kpi.store import Store, Warehouse
from kpi.terminal import chosen_store

PAGES: Final = frozenset(page for rights in RIGHTS.values() for page in rights.pages)

target_commands = typer.Typer(name="targets", help="What metrics are to reach, by month.", no_args_is_help=True)
annotation_commands = typer.Typer(name="annotations", help="What happened, beside the charts.", no_args_is_help=True)
view_commands = typer.Typer(name="views", help="Pages with their filters, under a name.", no_args_is_help=True)
decision_commands: Final = (target_commands, annotation_commands, view_commands)

MetricName = Annotated[str, typer.Argument(metavar="METRIC", help="A metric; see: metrics.")]
Month = Annotated[datetime, typer.Argument(metavar="MONTH", formats=["%Y-%m"], help="The month, such as 2026-11.")]
SegmentText = Annotated[
    str | None, typer.Option("--segment", metavar="DIM=VALUE", help="For one segment; else for the whole.")
]
Day = Annotated[datetime, typer.Argument(metavar="DAY", formats=["%Y-%m-%d"], help="The day, or the first of some.")]


@target_commands.command("list")
def list_targets(
    context: typer.Context,
    metric: Annotated[str | None, typer.Argument(metavar="METRIC", help="Those of one metric.")] = None,
    as_json: Json = False,
) -> None:
    """List the targets in force."""
    targets = read_decided(chosen_store(context)).targets
    names = [metric_named(metric).name] if metric else sorted({target.metric for target in targets.values()})
    found = [target for name in names for target in targets.of(name)]
    rows = [
        {
            "metric": target.metric,
            "month": f"{target.month:%Y-%m}",
            "segment": _segment_in_words(target.segment),
            "value": _number(target.value),
            "note": target.note,
        }
        for target in found
    ]
    print_listed(
        rows, "There is no target. Set one with: python -m kpi targets set METRIC MONTH VALUE", as_json=as_json
    )


@target_commands.command("set")
def set_target(
    context: typer.Context,
    metric: MetricName,
    month: Month,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="In the metric's unit; a share as a fraction.")],
    segment: SegmentText = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why, in a few words.")] = "",
) -> None:
    """Set the target of a metric for a month."""
    store = chosen_store(context)
    target = Target(
        metric=metric_named(metric).name,
        month=month.date(),
        segment=_segment(segment),
        value=_decimal(value),
        note=note.strip(),
    )
    _tell(record_targets(store.ledger, _author(store), [target], at=datetime.now(UTC), values=_values(store)))


@target_commands.command("remove")
def remove_target(context: typer.Context, metric: MetricName, month: Month, segment: SegmentText = None) -> None:
    """Remove the target of a metric for a month."""
    key: Key = (metric_named(metric).name, month.date(), _segment(segment))
    store = chosen_store(context)
    changes = record_targets(store.ledger, _author(store), [], remove=[key], at=datetime.now(UTC))
    if not changes:
        raise DecisionError(f"There is no target {key_in_words(key)}. See: python -m kpi targets list {metric}")
    _tell(changes)


@target_commands.command("undo")
def undo_target(context: typer.Context, metric: MetricName, month: Month, segment: SegmentText = None) -> None:
    """Put back the target that a metric had for a month before its last change."""
    store = chosen_store(context)
    key: Key = (metric_named(metric).name, month.date(), _segment(segment))
    standing = read_decided(store).targets.standing(key)
    if not standing:
        raise DecisionError(f"There is nothing to undo: {key_in_words(key)} was never set, or all of it is undone.")
    _tell(record_targets_undone(store.ledger, _author(store), standing[-1].entry_id, at=datetime.now(UTC), keys=[key]))


@target_commands.command("import")
def import_targets(context: typer.Context, file: CsvFile, dry_run: DryRun = False) -> None:
    """Set the targets of a CSV file, all or none: metric, month, value; dimension, segment, note."""
    store = chosen_store(context)
    targets = read_targets_file(read_bytes(file), _values(store))
    if dry_run:
        changed = read_decided(store).targets.difference(wished(targets))
        for edit in changed:
            out.print(f"would set {edit.to}: {edit.to.value if edit.to else ''}", soft_wrap=True)
        _tell_number("would be set", "target", len(changed), len(targets))
        return
    changes = record_targets(store.ledger, _author(store), targets, at=datetime.now(UTC), file=file.name)
    _tell_number("set", "target", len(changes), len(targets))


@target_commands.command("history")
def target_history(
    context: typer.Context,
    metric: MetricName,
    as_json: Json = False,
) -> None:
    """List every change of a metric's targets, newest first."""
    changes = read_decided(chosen_store(context)).targets.changes_of(metric_named(metric).name)
    rows = [
        {
            "entry": change.entry_id,
            "recorded_at": change.recorded_at,
            "who": change.who,
            "target": str(change.after or change.before),
            "before": _number(change.before.value if change.before else None),
            "after": _number(change.after.value if change.after else None),
            "undoes": change.undoes,
            "file": change.file or "",
        }
        for change in reversed(changes)
    ]
    print_listed(rows, "Nothing was ever set.", as_json=as_json)


@annotation_commands.command("list")
def list_annotations(context: typer.Context, as_json: Json = False) -> None:
    """List the annotations by their first day."""
    rows = [
        {
            "first_day": one.first,
            "last_day": one.last,
            "text": one.text,
            "pages": " ".join(one.pages) or "all",
            "who": one.author,
        }
        for one in read_decided(chosen_store(context)).annotations.listed()
    ]
    print_listed(rows, "There is no annotation. Add one with: python -m kpi annotations add DAY TEXT", as_json=as_json)


@annotation_commands.command("add")
def add_annotation(
    context: typer.Context,
    day: Day,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What happened, in at most 200 characters.")],
    last: Annotated[
        datetime | None, typer.Option("--to", metavar="DAY", formats=["%Y-%m-%d"], help="The last of several days.")
    ] = None,
    page: Annotated[list[str] | None, typer.Option(metavar="PAGE", help="On this page only; repeatable.")] = None,
) -> None:
    """Add an annotation."""
    end = (last or day).date()
    annotation = Annotation(first=day.date(), last=end, text=text.strip(), pages=tuple(sorted(set(page or ()))))
    store = chosen_store(context)
    changes = record_annotations(store.ledger, _author(store), [annotation], at=datetime.now(UTC), pages=PAGES)
    out.print("The annotation is added." if changes else "It is there already.")


@annotation_commands.command("import")
def import_annotations(context: typer.Context, file: CsvFile, dry_run: DryRun = False) -> None:
    """Add the annotations of a CSV file, all or none: first_day, text; last_day, pages."""
    store = chosen_store(context)
    found = read_annotations_file(read_bytes(file), PAGES)
    if dry_run:
        there = read_decided(store).annotations.values()
        new = [one for one in found if not any(one.says_the_same_as(other) for other in there)]
        for one in new:
            out.print(f"would add {one}", soft_wrap=True)
        _tell_number("would be added", "annotation", len(new), len(found))
        return
    changes = record_annotations(store.ledger, _author(store), found, at=datetime.now(UTC), pages=PAGES, file=file.name)
    _tell_number("added", "annotation", len(changes), len(found))


@view_commands.command("list")
def list_views(context: typer.Context, as_json: Json = False) -> None:
    """List every saved view by its owner."""
    views = sorted(
        read_decided(chosen_store(context)).views.values(), key=lambda view: (view.owner, view.name.casefold())
    )
    rows = [
        {"owner": view.owner, "name": view.name, "page": view.page, "query": view.query, "roles": " ".join(view.roles)}
        for view in views
    ]
    print_listed(rows, "There is no saved view.", as_json=as_json)


def _author(store: Store) -> Author:
    return as_author(store, "targets", "annotations")


def _values(store: Store) -> Values:
    """The values of the segments that the published data knows; without data nobody can tell."""
    try:
        warehouse = Warehouse(store)
    except NothingPublishedError:
        return lambda dimension: None
    return values_in(warehouse)


def _segment(text: str | None) -> Segment | None:
    if text is None:
        return None
    dimension, sign, value = text.partition("=")
    if not (dimension and sign and value):
        raise DecisionError(f"The segment “{text}” is not of the form DIM=VALUE, such as country_code=FR.")
    return dimension, value


def _segment_in_words(segment: Segment | None) -> str:
    return "=".join(segment) if segment else ""


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise DecisionError(f"“{text}” is not a number. Write it as 1250.5, a share of 35 % as 0.35.") from error


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _tell(changes: tuple[Change[Target], ...]) -> None:
    for change in changes:
        before, after = (_number(state.value) if state else "none" for state in (change.before, change.after))
        out.print(f"{change.after or change.before}: {before} → {after}", soft_wrap=True)
    if not changes:
        out.print("It is so already.")


def _tell_number(done: str, thing: str, changed: int, given: int) -> None:
    out.print(f"{changed} {thing}{'' if changed == 1 else 's'} {done}, {given - changed} unchanged.")
