"""The commands for whom to propose for recognition, and why."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final

import typer

from kpi.advocates import (
    SEGMENTS,
    Candidate,
    Decided,
    Order,
    Question,
    Wanted,
    candidates,
    learn,
    learn_and_keep,
    left_out,
    why_not,
)
from kpi.backtest_report import backtest_fields, markdown_table, quality_rows
from kpi.cli_options import Json, require_day
from kpi.console import out, print_json, print_rows
from kpi.decisions import Decisions, read_decisions, read_turns
from kpi.errors import QuestionError, UnknownNameError
from kpi.language import ENGLISH, LANGUAGES, speaking, translate
from kpi.settings import Settings, read_settings
from kpi.store import Store, Warehouse
from kpi.terminal import chosen_store

advocate_commands: Final = typer.Typer(
    name="advocates", help="Whom to propose for recognition, and why.", no_args_is_help=True
)

AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        metavar="DAY",
        formats=["%Y-%m-%d"],
        help="As if later days, and what was decided on them, had not happened yet.",
    ),
]
Language = Annotated[str, typer.Option(metavar="LANGUAGE", help="en or fr, of the sentences.")]


@advocate_commands.command("rank")
def rank_command(
    context: typer.Context,
    limit: Annotated[int, typer.Option(metavar="NUMBER", min=1, max=10_000, help="How many people.")] = 50,
    segment: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Of one segment: FR, or DIM=VALUE, or the name of one that was saved."),
    ] = None,
    owner: Annotated[
        str | None, typer.Option(metavar="USERNAME", help="Whose saved segment, when several have one of the name.")
    ] = None,
    as_of: AsOf = None,
    language: Language = ENGLISH,
    as_json: Json = False,
) -> None:
    """List whom to propose for recognition, with the reasons, some of them drawn at random."""
    store = chosen_store(context)
    warehouse = Warehouse(store)
    wanted = _wanted(store, warehouse, segment, owner)
    with speaking(_known(language)):
        question = _question(as_of, store)
        question = replace(question, potential=learn(warehouse, question))
        found = candidates(warehouse, wanted, question=question, size=limit)
        rows = [row(one) for one in found.items]
    warehouse.close()
    if as_json:
        print_json(rows)
        return
    out.print(f"{len(rows)} of {found.total:,} people who may be proposed, as of {found.cutoff}.")
    shown = [{**one, "reasons": " ".join(reason["reason"] for reason in one["reasons"][:3])} for one in rows]
    print_rows(shown)


@advocate_commands.command("left-out")
def left_out_command(context: typer.Context, as_of: AsOf = None, language: Language = ENGLISH) -> None:
    """Say how many people are left out, and why."""
    store = chosen_store(context)
    warehouse = Warehouse(store)
    with speaking(_known(language)):
        found = left_out(warehouse, _question(as_of, store))
    warehouse.close()
    for sentence in found.sentences:
        out.print(sentence, soft_wrap=True)


@advocate_commands.command("why-not")
def why_not_command(
    context: typer.Context,
    customer_id: Annotated[str, typer.Argument(metavar="CUSTOMER_ID", help="Who is missing from the list.")],
    as_of: AsOf = None,
    language: Language = ENGLISH,
) -> None:
    """Say what stands against proposing a customer."""
    store = chosen_store(context)
    warehouse = Warehouse(store)
    with speaking(_known(language)):
        found = why_not(warehouse, customer_id, _question(as_of, store))
        sentences = found.sentences or (translate("Nothing stands against proposing this customer."),)
    warehouse.close()
    for sentence in sentences:
        out.print(sentence, soft_wrap=True)


@advocate_commands.command("backtest")
def backtest_command(
    context: typer.Context,
    as_of: AsOf = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown table.")] = False,
    as_json: Json = False,
) -> None:
    """Compare past lists with what people did in the 90 days that followed; keep what is learned."""
    store = chosen_store(context)
    warehouse = Warehouse(store)
    found = learn_and_keep(warehouse, _question(as_of, store))
    warehouse.close()
    if as_json:
        print_json(backtest_fields(found))
        return
    if markdown:
        print(markdown_table(found))
        return
    out.print(f"As of {found.as_of}; {found.outcome} within 90 days, of people never thanked or featured before.")
    if not found.days:
        out.print("There are no 90 days before the last 90 days of the data: nothing to test on yet.")
        return
    print_rows(list(quality_rows(found)))
    ranks = found.potential is not None and found.potential.ranks
    out.print(f"The list is ordered by the {Order.LEARNED if ranks else Order.SCORE}.")


def row(candidate: Candidate) -> dict[str, Any]:
    """A candidate as JSON: reasons strongest first, whose points add up to the score."""
    potential = candidate.referral_potential
    reasons = [{"reason": reason.sentence, "points": float(reason.points)} for reason in candidate.reasons]
    if candidate.is_drawn:
        reasons.append({"reason": translate("Drawn at random, so that the score keeps being tested."), "points": 0.0})
    return {
        "customer_id": candidate.customer_id,
        "engagement_score": float(candidate.engagement_score),
        "referral_potential": None if potential is None else round(potential, 4),
        "confidence": candidate.confidence,
        "reasons": reasons,
    }


def _question(as_of: datetime | None, store: Store) -> Question:
    """What is asked: of today with all that was decided, of an earlier day with what was decided by then."""
    settings, is_demo = read_settings(), store.published().is_demo
    now = datetime.now(settings.zone)
    day = require_day(as_of) if as_of else None
    decided = _decided(read_decisions(store.ledger, is_demo=is_demo), day or now.date(), settings)
    if day and day < now.date():
        evening = datetime.combine(day + timedelta(days=1), time(), settings.zone)
        then = _decided(read_decisions(store.ledger, is_demo=is_demo, until=evening), day, settings)
        # A publication may have been recorded later than it was: the back-test leaves the person out from its day on.
        decided = replace(then, featured=decided.featured)
    return Question(rules=settings.advocates, decided=decided, as_of=day, today=day or now.date())


def _decided(decisions: Decisions, day: date, settings: Settings) -> Decided:
    turns = read_turns(decisions, day, cool_down_days=settings.advocates.cool_down_days, zone=settings.zone)
    return turns.decided


def _wanted(store: Store, warehouse: Warehouse, text: str | None, owner: str | None) -> Wanted:
    """Whom a segment holds: one of the data's, which no saved one of the same name hides, or one that `owner` saved."""
    if text is None:
        if owner is not None:
            raise QuestionError("--owner says whose segment it is. Name the segment too: --segment NAME")
        return Wanted()
    if owner is not None:
        return _saved(store, text, owner)
    dimension, sign, value = text.partition("=")
    column, value = (dimension, value) if sign and dimension in SEGMENTS else ("segment", text)
    known = warehouse.groups("dim_advocates", column)
    if value in known:
        return Wanted(where={column: [value]})
    if column != "segment":
        raise UnknownNameError("segment", value, known)
    return _saved(store, text, None, known)


def _saved(store: Store, name: str, owner: str | None, known: Sequence[str] = ()) -> Wanted:
    """Whom a segment asks for that was saved under this name; `known` are the data's own."""
    segments = read_decisions(store.ledger, is_demo=store.published().is_demo).segments
    found = [one for one in segments.called(name) if owner in (None, one.owner)]
    if len(found) > 1:
        ways = ", or ".join(f"--owner {shlex.quote(one)}" for one in sorted(one.owner for one in found))
        raise QuestionError(f"Several people saved a segment “{name}”. Say whose: {ways}.")
    if found:
        return found[0].wanted
    dimension, sign, _ = name.partition("=")
    if sign:
        raise UnknownNameError("segment", dimension, SEGMENTS)
    raise UnknownNameError("segment", name, {*known, *(one.name for one in segments.values())})


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise UnknownNameError("language", language, LANGUAGES)
    return language
