"""The commands for budgets: what was proposed, the plan beside what was spent, a proposal from a file."""

from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from kpi.cli_deciding import as_author, print_listed, read_bytes, read_decided
from kpi.cli_options import EARLIEST, LATEST, CsvFile, DryRun, Json
from kpi.console import out
from kpi.decisions import Budget, Tracked, read_budget_file, record_budget_proposed, track
from kpi.decisions.budget_steps import LONGEST, PROPOSES, build_proposal
from kpi.errors import NothingPublishedError
from kpi.store import Store, Warehouse
from kpi.terminal import chosen_store

budget_commands: Final = typer.Typer(
    name="budgets", help="What may be spent, by month, channel and category.", no_args_is_help=True
)


@budget_commands.command("list")
def list_budgets(context: typer.Context, as_json: Json = False) -> None:
    """List the budgets, the latest proposal first, with where each stands."""
    budgets = read_decided(chosen_store(context)).budgets
    rows = [_row(budget, budgets.last_step(budget.key).recorded_at) for budget in budgets.listed()]
    if as_json:
        rows = [{**row, "lines": _lines(one)} for row, one in zip(rows, budgets.listed(), strict=True)]
    print_listed(rows, "No budget was proposed. Propose one with: python -m kpi budgets propose FILE", as_json=as_json)


@budget_commands.command("plan")
def show_plan(
    context: typer.Context,
    year: Annotated[
        int, typer.Argument(metavar="YEAR", min=EARLIEST.year + 2, max=LATEST.year - 1, help="Such as 2026.")
    ],
    as_json: Json = False,
) -> None:
    """Print a year's plan beside what was spent and the forecast: everything, then each channel and category."""
    store = chosen_store(context)
    plan = read_decided(store).budgets.plan()
    with closing(Warehouse(store)) as warehouse:
        rows = [_tracked(one) for one in track(warehouse, plan, year)]
    print_listed(rows, "Nothing is planned, and no costs are known.", as_json=as_json)


@budget_commands.command("propose")
def propose_budget(
    context: typer.Context,
    file: CsvFile,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="Its title; else the file's name.")] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="What for, in a few words.")] = "",
    dry_run: DryRun = False,
) -> None:
    """Propose the budget of a CSV file, all or none: month, category, amount; channel. A sponsor answers it."""
    store = chosen_store(context)
    lines = read_budget_file(read_bytes(file), _channels(store))
    author, name, why = as_author(store, PROPOSES), (title or file.stem[: LONGEST["title"]]).strip(), note.strip()
    proposal = build_proposal(author, title=name, lines=lines, note=why)
    told = f"{len(lines)} line{'' if len(lines) == 1 else 's'}, {proposal.total} in all"
    if dry_run:
        out.print(f"{told}, would be proposed.", soft_wrap=True)
        return
    at = datetime.now(UTC)
    record_budget_proposed(store.ledger, author, title=name, lines=lines, note=why, at=at, file=file.name)
    out.print(f"{told}: proposed. A sponsor answers it on the page budget.", soft_wrap=True)


def _row(budget: Budget, moment: datetime) -> dict[str, Any]:
    return {
        "title": budget.title,
        "stage": budget.stage.value,
        "since": moment,
        "total": float(budget.total),
        "approved": float(sum(line.amount for line in budget.approved)) if budget.approved else None,
        "proposers": ", ".join(budget.proposers),
        "note": budget.note,
        "reason": budget.reason,
    }


def _lines(budget: Budget) -> list[dict[str, Any]]:
    return [{**asdict(line), "month": f"{line.month:%Y-%m}", "amount": float(line.amount)} for line in budget.lines]


def _tracked(one: Tracked) -> dict[str, Any]:
    amounts = {
        "planned": one.planned,
        "planned_so_far": one.planned_so_far,
        "spent": one.spent,
        "left": one.left,
        "forecast": one.forecast.value,
        "low": one.forecast.low,
        "high": one.forecast.high,
    }
    known = {name: None if amount is None else float(amount) for name, amount in amounts.items()}
    return {"channel": one.channel, "category": one.category, **known}


def _channels(store: Store) -> tuple[str, ...]:
    """Those that the published costs name; none without data."""
    try:
        with closing(Warehouse(store)) as warehouse:
            return tuple(warehouse.groups("fct_costs_daily", "channel"))
    except NothingPublishedError:
        return ()
