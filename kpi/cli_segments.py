"""The commands for named segments: filters on customers, under a name."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from kpi.access.roles import Role
from kpi.cli_deciding import as_author, read_decided
from kpi.cli_options import Json
from kpi.console import out, print_json, print_rows
from kpi.decisions import record_segment, record_segment_deleted
from kpi.decisions.named_segments import COMPANY_FILTERS, DISCOVERY_FILTERS
from kpi.errors import DecisionError, UnknownNameError
from kpi.terminal import ACTOR, chosen_store

segment_commands = typer.Typer(name="segments", help="Customers by filters, under a name.", no_args_is_help=True)

SegmentName = Annotated[str, typer.Argument(metavar="NAME", help="The segment's name.")]


@segment_commands.command("list")
def list_segments(context: typer.Context, as_json: Json = False) -> None:
    """List every named segment by its owner."""
    store = chosen_store(context)
    segments = read_decided(store).segments
    rows: list[dict[str, Any]] = [
        {
            "owner": one.owner,
            "name": one.name,
            "filters": {name: list(values) for name, values in one.filters},
            "roles": list(one.roles),
        }
        for one in sorted(segments.values(), key=lambda one: (one.owner, one.name.casefold()))
    ]
    if as_json:
        print_json(rows)
    elif rows:
        print_rows([{**row, "filters": _in_words(row["filters"]), "roles": " ".join(row["roles"])} for row in rows])
    else:
        out.print("There is no segment. Save one with: python -m kpi segments save NAME --filter FILTER=VALUE")


@segment_commands.command("save")
def save_segment(
    context: typer.Context,
    name: SegmentName,
    filters: Annotated[
        list[str],
        typer.Option("--filter", metavar="FILTER=VALUE", help="Repeatable: any of a filter's values, all filters."),
    ],
    role: Annotated[list[str] | None, typer.Option(metavar="ROLE", help="Share with this role; repeatable.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the one of this name.")] = False,
) -> None:
    """Save filters on customers under a name."""
    store = chosen_store(context)
    changes = record_segment(
        store.ledger,
        as_author(store),
        name=name,
        filters=_filters(filters),
        at=datetime.now(UTC),
        all_roles=list(Role),
        roles=role or (),
        replaces=replace,
    )
    out.print(f"The segment {name} is saved." if changes else "It is so already.", soft_wrap=True)


@segment_commands.command("delete")
def delete_segment(context: typer.Context, name: SegmentName) -> None:
    """Delete a segment that was saved here."""
    store = chosen_store(context)
    segment = read_decided(store).segments.named(ACTOR, name)
    if segment is None:
        raise DecisionError(f"No segment {name} was saved on the command line. See: python -m kpi segments list")
    record_segment_deleted(store.ledger, as_author(store), segment.key, at=datetime.now(UTC))
    out.print(f"The segment {name} is deleted.", soft_wrap=True)


def _filters(texts: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not (name and sign and value):
            raise DecisionError(f"The filter “{text}” is not of the form FILTER=VALUE, such as country_code=FR.")
        known = (*COMPANY_FILTERS, *DISCOVERY_FILTERS)
        if name not in known:
            raise UnknownNameError("filter", name, known)
        found.setdefault(name, []).append(value)
    return found


def _in_words(filters: dict[str, list[str]]) -> str:
    return " ".join(f"{name}={value}" for name, values in filters.items() for value in values)
