"""The commands for spotlights: whom to thank in public, from the proposal to the newsletter."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from kpi.access.audit import Audit, AuditKind
from kpi.cli_deciding import as_author, read_decided
from kpi.cli_options import Json
from kpi.console import out, print_json, print_rows
from kpi.decisions import (
    Author,
    SetAside,
    record_brought_back,
    record_invitation_undone,
    record_invited,
    record_set_aside,
)
from kpi.decisions.consents import consents_in, enrolments_in
from kpi.decisions.eligibility import Rules, rules_in
from kpi.decisions.spotlight_steps import Step, record_proposed, record_step, record_step_undone
from kpi.decisions.spotlights import Channel, Spotlight, Spotlights, Stage, visible
from kpi.errors import DecisionError, QuestionError, StoreWriteError, UnknownNameError
from kpi.language import ENGLISH, LANGUAGES
from kpi.settings import read_settings
from kpi.store import Store, Warehouse, write_private
from kpi.terminal import ACTOR, chosen_store, typist
from kpi.ui.newsletter import Form, choose_for_month, read_features, write_newsletter

DAYS: Final = ["%Y-%m-%d"]

spotlight_commands = typer.Typer(
    name="spotlights", help="Whom to thank in public.", invoke_without_command=True, no_args_is_help=False
)

Customer = Annotated[str, typer.Argument(metavar="CUSTOMER_ID", help="Whose spotlight it is.")]
Due = Annotated[
    datetime | None, typer.Option("--due", metavar="DAY", formats=DAYS, help="Until when comes the next step.")
]
Note = Annotated[str, typer.Option(metavar="TEXT", help="What colleagues should know.")]
Quote = Annotated[str, typer.Option(metavar="TEXT", help="What they say, to be published.")]
Link = Annotated[str, typer.Option(metavar="ADDRESS", help="Where it is to be read.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why, in a few words.")]


@spotlight_commands.callback()
def list_spotlights(context: typer.Context, as_json: Json = False) -> None:
    """List the spotlights with where they stand, oldest first."""
    if context.invoked_subcommand:
        return
    store = chosen_store(context)
    spotlights = read_decided(store).spotlights
    found = visible(spotlights, consents_in(Warehouse(store)))
    rows = [
        {
            "customer_id": one.customer_id,
            "stage": one.stage.value,
            "owner": one.owner,
            "due": one.due,
            "channel": one.channel.value if one.channel else None,
            "day": one.day,
            "published_on": one.published_on,
            "act": one.earned_by,
            "note": one.note,
            "quote": one.quote,
            "link": one.link,
            "reason": one.reason,
        }
        for one in found.items
    ]
    if as_json:
        print_json(rows)
        return
    if rows:
        print_rows(rows)
    else:
        out.print("There is no spotlight. Propose one with: python -m kpi spotlights propose CUSTOMER_ID")
    if found.hidden:
        out.print(f"Not listed, since they are no longer in the data or may not be contacted: {found.hidden}.")


@spotlight_commands.command("propose")
def propose(
    context: typer.Context,
    customer_id: Customer,
    owner: Annotated[str, typer.Option(metavar="NAME", help="Who looks after it; else you.")] = "",
    due: Due = None,
    act: Annotated[str, typer.Option(metavar="ACT", help="The act that earned it, such as content:P1.")] = "",
    note: Note = "",
) -> None:
    """Propose a customer for a spotlight."""
    store = chosen_store(context)
    wanted = Spotlight(
        key="", customer_id=customer_id, owner=owner or typist(), due=_day(due), earned_by=act, note=note.strip()
    )
    record_proposed(store.ledger, _author(store), wanted, at=_now(), rules=_rules(store))
    out.print(f"{customer_id} is proposed.", soft_wrap=True)


@spotlight_commands.command("ask")
def ask(context: typer.Context, customer_id: Customer, due: Due = None, note: Note = "") -> None:
    """Record that they were asked whether they agree."""
    _take(context, customer_id, Step(to=Stage.ASKED, due=_day(due), note=note))


@spotlight_commands.command("accept")
def accept(context: typer.Context, customer_id: Customer, quote: Quote = "", due: Due = None, note: Note = "") -> None:
    """Record that they agreed."""
    _take(context, customer_id, Step(to=Stage.ACCEPTED, quote=quote, due=_day(due), note=note))


@spotlight_commands.command("decline")
def decline(context: typer.Context, customer_id: Customer, reason: Reason = "") -> None:
    """Record that they declined."""
    _take(context, customer_id, Step(to=Stage.DECLINED, reason=reason))


@spotlight_commands.command("schedule")
def schedule(
    context: typer.Context,
    customer_id: Customer,
    channel: Annotated[str, typer.Option(metavar="CHANNEL", help="website, newsletter, social or internal.")],
    day: Annotated[datetime, typer.Option(metavar="DAY", formats=DAYS, help="When it is to be published.")],
) -> None:
    """Choose where and when it is published; again, to choose another day."""
    known = list(Channel)
    if channel not in known:
        raise UnknownNameError("channel", channel, known)
    _take(context, customer_id, Step(to=Stage.SCHEDULED, channel=Channel(channel), day=day.date()))


@spotlight_commands.command("publish")
def publish(
    context: typer.Context,
    customer_id: Customer,
    day: Annotated[datetime | None, typer.Option(metavar="DAY", formats=DAYS, help="When it was; else today.")] = None,
    link: Link = "",
) -> None:
    """Record that it was published."""
    _take(context, customer_id, Step(to=Stage.PUBLISHED, day=_day(day), link=link))


@spotlight_commands.command("answer")
def answer(context: typer.Context, customer_id: Customer, note: Note = "") -> None:
    """Record that they answered after it was published."""
    _take(context, customer_id, Step(to=Stage.ANSWERED, note=note))


@spotlight_commands.command("withdraw")
def withdraw(context: typer.Context, customer_id: Customer, reason: Reason = "") -> None:
    """Withdraw it, a published one too."""
    _take(context, customer_id, Step(to=Stage.WITHDRAWN, reason=reason))


@spotlight_commands.command("undo")
def undo(context: typer.Context, customer_id: Customer) -> None:
    """Take the last change of the newest spotlight on a customer back."""
    store = chosen_store(context)
    spotlights = read_decided(store).spotlights
    newest = _newest(spotlights, customer_id)
    last = spotlights.standing(newest.key)[-1]
    record_step_undone(store.ledger, _author(store), last.entry_id, at=_now(), rules=_rules(store))
    now = read_decided(store).spotlights.get(newest.key)
    out.print(f"{customer_id} is {now.stage} again." if now else f"{customer_id} is not proposed.", soft_wrap=True)


@spotlight_commands.command("set-aside")
def set_aside(
    context: typer.Context,
    customer_id: Customer,
    until: Annotated[datetime, typer.Option(metavar="DAY", formats=DAYS, help="From when on they may be proposed.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, in a few words.")],
) -> None:
    """Let nobody propose a customer before a day."""
    store, wanted = chosen_store(context), SetAside(customer_id=customer_id, until=until.date(), reason=reason.strip())
    record_set_aside(store.ledger, _author(store), wanted, at=_now(), consents=consents_in(Warehouse(store)))
    out.print(f"{customer_id} is set aside until {until:%Y-%m-%d}.", soft_wrap=True)


@spotlight_commands.command("bring-back")
def bring_back(context: typer.Context, customer_id: Customer) -> None:
    """Let a customer who is set aside be proposed again."""
    store = chosen_store(context)
    changes = record_brought_back(store.ledger, _author(store), customer_id, at=_now())
    out.print(f"{customer_id} may be proposed." if changes else f"{customer_id} is not set aside.", soft_wrap=True)


@spotlight_commands.command("invite")
def invite(context: typer.Context, customer_id: Customer) -> None:
    """Record that a customer is invited as an ambassador."""
    store = chosen_store(context)
    consents, is_enrolled = consents_in(Warehouse(store)), enrolments_in(Warehouse(store))
    record_invited(store.ledger, _author(store), customer_id, at=_now(), consents=consents, is_enrolled=is_enrolled)
    out.print(f"{customer_id} is invited.", soft_wrap=True)


@spotlight_commands.command("uninvite")
def uninvite(context: typer.Context, customer_id: Customer) -> None:
    """Take an invitation as an ambassador back."""
    store = chosen_store(context)
    invitations = read_decided(store).invitations
    if customer_id in invitations:
        last = invitations.standing(customer_id)[-1]
        record_invitation_undone(store.ledger, _author(store), last.entry_id, at=_now())
    told = f"{customer_id} is no longer invited." if customer_id in invitations else f"{customer_id} is not invited."
    out.print(told, soft_wrap=True)


@spotlight_commands.command("newsletter")
def newsletter(
    context: typer.Context,
    month: Annotated[datetime, typer.Option(metavar="MONTH", formats=["%Y-%m"], help="Such as 2026-11.")],
    file: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write.")],
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="html or markdown.")] = Form.HTML.value,
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="en or fr.")] = ENGLISH,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Write the draft of the month's newsletter, of those who agreed to be in it."""
    for kind, chosen, known in (("format", form, [*Form]), ("language", language, [*LANGUAGES])):
        if chosen not in known:
            raise UnknownNameError(kind, chosen, known)
    store = chosen_store(context)
    warehouse = Warehouse(store)
    chosen_ones = choose_for_month(read_decided(store).spotlights, month.date(), consents_in(warehouse))
    features = read_features(warehouse, chosen_ones)
    if not features:
        raise QuestionError(
            f"Nobody is to be in the newsletter of {month:%Y-%m}: who agreed, or is scheduled, would be."
        )
    made = write_newsletter(features, month.date(), language=language, form=Form(form))
    _write(store, file, made, rows=len(features), force=force)
    out.print(f"The newsletter of {month:%Y-%m} is in {file}: {len(features)} in it.", soft_wrap=True)


def _take(context: typer.Context, customer_id: str, step: Step) -> None:
    store = chosen_store(context)
    newest = _newest(read_decided(store).spotlights, customer_id)
    changes = record_step(store.ledger, _author(store), newest.key, step, at=_now(), rules=_rules(store))
    out.print(f"{customer_id} is {step.to}." if changes else "It is so already.", soft_wrap=True)


def _newest(spotlights: Spotlights, customer_id: str) -> Spotlight:
    found = spotlights.of(customer_id)
    if not found:
        raise DecisionError(
            f"There is no spotlight on {customer_id}. Propose one with: python -m kpi spotlights propose {customer_id}"
        )
    return found[-1]


def _write(store: Store, file: Path, content: bytes, *, rows: int, force: bool) -> None:
    if file.exists() and not force:
        raise StoreWriteError(f"{file} exists already. Choose another name, or replace it with --force.")

    def record() -> None:
        # Who is in it stays out of the log, as in the dashboard.
        Audit(store.ledger).record(
            AuditKind.EXPORT, actor=ACTOR, at=_now(), by=typist(), file="ambassade-newsletter", rows=rows
        )

    try:
        write_private(file, content, record)
    except OSError as error:
        raise StoreWriteError(
            f"The newsletter {file} could not be written ({error.strerror or error}). "
            "Name a file in a folder that is there and that you may write to."
        ) from error


def _author(store: Store) -> Author:
    return as_author(store, "spotlights")


def _rules(store: Store) -> Rules:
    """What holds here; `NothingPublishedError` where no data says who may be contacted."""
    return rules_in(Warehouse(store), read_settings().advocates)


def _now() -> datetime:
    """Now, in the business time zone, whose day is today."""
    return datetime.now(read_settings().zone)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
