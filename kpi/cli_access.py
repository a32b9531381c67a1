"""The commands that look after accounts and the audit log."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from kpi.access.accounts import Accounts
from kpi.access.audit import Audit, AuditKind
from kpi.access.credentials import Account, Language
from kpi.access.limiter import Limiter
from kpi.access.passwords import generate_password, hash_password, require_good
from kpi.access.roles import Role, role_named
from kpi.cli_options import Json
from kpi.console import err, out, print_json, print_rows
from kpi.decisions import details_without_people
from kpi.errors import LedgerError, UnknownNameError
from kpi.settings import read_settings
from kpi.store import Store
from kpi.store.sessions import SessionTable
from kpi.terminal import ACTOR, chosen_store, typist

LISTED_FAULTS: Final = 20

user_commands = typer.Typer(name="user", help="Look after the accounts of those who may sign in.", no_args_is_help=True)
audit_commands = typer.Typer(name="audit", help="Read and check the audit log.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The user name.")]
Generate = Annotated[
    bool, typer.Option("--generate", help="Print a password for one use; else one is asked for, twice and hidden.")
]


@user_commands.command("add")
def add_user(
    context: typer.Context,
    username: Name,
    role: Annotated[str, typer.Option(metavar="ROLE", help=f"One of {', '.join(Role)}.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="First and last name; else the user name.")] = "",
    email: Annotated[str, typer.Option(metavar="EMAIL", help="E-mail address.")] = "",
    language: Annotated[
        str | None, typer.Option(metavar="LANGUAGE", help="en or fr; else the browser's.", show_default=False)
    ] = None,
    generate: Generate = False,
) -> None:
    """Add an account."""
    accounts, audit = _opened(context)
    username = username.strip().lower()
    account = Account(
        username=username,
        name=" ".join(name.split()) or username,
        email=email.strip(),
        role=role_named(role),
        language=_language(language) if language else None,
        must_change_password=generate,
    )
    accounts.require_new(account)
    password = _password(account, generate=generate)
    accounts.add(
        replace(account, password_hash=hash_password(password)),
        confirm=_recording(audit, AuditKind.ACCOUNT_ADDED, username, role=account.role),
    )
    out.print(f"{username} may sign in with the role {account.role}.")
    _tell(password, generate=generate)


@user_commands.command("list")
def list_users(context: typer.Context, as_json: Json = False) -> None:
    """List the accounts."""
    accounts, _ = _opened(context)
    rows = [
        {
            "username": account.username,
            "name": account.name,
            "email": account.email,
            "role": account.role.value,
            "language": account.language,
            "state": _state(account),
        }
        for _, account in sorted(accounts.all().items())
    ]
    if as_json:
        print_json(rows)
    elif rows:
        print_rows(rows)
    else:
        out.print("There is no account yet. Add one with: python -m kpi user add NAME --role admin")


@user_commands.command("set-role")
def set_role(
    context: typer.Context, username: Name, role: Annotated[str, typer.Argument(metavar="ROLE", help="The new role.")]
) -> None:
    """Give an account another role; its sessions end."""
    accounts, audit = _opened(context)
    account, given = accounts.named(username), role_named(role)
    change = {"role": given, "before": account.role}
    accounts.set_role(
        account.username, given, confirm=_recording(audit, AuditKind.ROLE_CHANGED, account.username, **change)
    )
    out.print(f"{account.username} has the role {given}.")


@user_commands.command("set-password")
def set_password(context: typer.Context, username: Name, generate: Generate = False) -> None:
    """Give an account another password; its sessions end, and it need not wait for tries with the old one."""
    accounts, audit = _opened(context)
    account = accounts.named(username)
    password = _password(account, generate=generate)
    accounts.set_password(
        account,
        hash_password(password),
        must_change=generate,
        confirm=_recording(audit, AuditKind.PASSWORD_CHANGED, account.username),
    )
    out.print(f"{account.username} has another password.")
    _tell(password, generate=generate)
    _forget_failures(chosen_store(context), account.username)


@user_commands.command("disable")
def disable_user(context: typer.Context, username: Name) -> None:
    """Let nobody in with an account, but keep it; its sessions end."""
    accounts, audit = _opened(context)
    account = accounts.named(username)
    accounts.disable(account.username, confirm=_recording(audit, AuditKind.ACCOUNT_DISABLED, account.username))
    out.print(f"{account.username} may not sign in any more.")


@user_commands.command("enable")
def enable_user(context: typer.Context, username: Name) -> None:
    """Let a person in again."""
    accounts, audit = _opened(context)
    account = accounts.named(username)
    accounts.enable(account.username, confirm=_recording(audit, AuditKind.ACCOUNT_ENABLED, account.username))
    out.print(f"{account.username} may sign in again.")


@user_commands.command("delete")
def delete_user(context: typer.Context, username: Name) -> None:
    """Remove an account; its sessions end, what it did stays in the audit log."""
    accounts, audit = _opened(context)
    account = accounts.named(username)
    accounts.delete(account.username, confirm=_recording(audit, AuditKind.ACCOUNT_DELETED, account.username))
    out.print(f"The account {account.username} is deleted.")


@audit_commands.command("verify")
def verify(context: typer.Context) -> None:
    """Check that no entry of the audit log was changed or removed since it was recorded."""
    ledger = chosen_store(context).ledger
    faults = ledger.verify()
    for fault in faults[:LISTED_FAULTS]:
        err.print(fault.told, soft_wrap=True)
    if faults:
        raise LedgerError(f"The audit log is not as it was recorded. Faults: {len(faults)}. Compare it with a backup.")
    newest = ledger.entries(newest=1)
    out.print(f"All entries are as they were recorded: {newest[0].entry_id if newest else 0:,}.")


@audit_commands.command("list")
def list_entries(
    context: typer.Context,
    kind: Annotated[list[str] | None, typer.Option(metavar="KIND", help="Keep this kind; repeatable.")] = None,
    actor: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Keep what this one did; repeatable.")] = None,
    start: Annotated[
        datetime | None, typer.Option("--from", metavar="DAY", formats=["%Y-%m-%d"], help="First day.")
    ] = None,
    end: Annotated[
        datetime | None, typer.Option("--to", metavar="DAY", formats=["%Y-%m-%d"], help="The day after the last one.")
    ] = None,
    newest: Annotated[int, typer.Option(metavar="NUMBER", min=1, help="How many, 50 if not said.")] = 50,
    as_json: Json = False,
) -> None:
    """List the newest entries of the audit log, newest first; of decisions about people without whom they are about."""
    ledger, zone = chosen_store(context).ledger, read_settings().zone
    for one in kind or []:
        if one not in (known := {*AuditKind, *ledger.kinds()}):
            raise UnknownNameError("kind of entry", one, known)
    found = ledger.entries(
        newest=newest,
        kinds=kind or (),
        actors=actor or (),
        since=start and start.replace(tzinfo=zone),
        until=end and end.replace(tzinfo=zone),
    )
    told = [details_without_people(entry) for entry in found]
    rows = [
        {
            "entry": entry.entry_id,
            "recorded_at": entry.recorded_at,
            "who": entry.actor,
            "what": entry.kind,
            "from": entry.details.get("address", ""),
            "details": "; ".join(f"{name}: {value}" for name, value in details.items() if name != "address"),
        }
        for entry, details in zip(found, told, strict=True)
    ]
    if as_json:
        print_json([{**row, "details": details} for row, details in zip(rows, told, strict=True)])
    else:
        print_rows(rows)


@audit_commands.command("seal")
def seal(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Make a new secret and chain the audit log anew: when the secret is lost, or a fault in the chain is explained."""
    if not yes:
        typer.confirm("Everybody signs in again, and entries so far count as they stand now. Go on?", abort=True)
    entries = chosen_store(context).renew_secret(actor=ACTOR, at=datetime.now(UTC))
    out.print(f"There is a new secret, and {entries:,} entries are chained anew.")


def _opened(context: typer.Context) -> tuple[Accounts, Audit]:
    store = chosen_store(context)
    return Accounts(store.credentials_file), Audit(store.ledger)


def _recording(audit: Audit, kind: AuditKind, account: str, **details: str) -> Callable[[], None]:
    by = typist()
    return lambda: audit.record(kind, actor=ACTOR, at=datetime.now(UTC), by=by, account=account, **details)


def _forget_failures(store: Store, username: str) -> None:
    table = SessionTable(store.sessions_file)
    try:
        Limiter(table, lambda: store.key("sessions")).begin_anew(username)
    finally:
        table.close()


def _language(text: str) -> Language:
    if text not in [*Language]:
        raise UnknownNameError("language", text, list(Language))
    return Language(text)


def _state(account: Account) -> str:
    if account.is_disabled:
        return "disabled"
    return "must choose a password" if account.must_change_password else ""


def _password(account: Account, *, generate: bool) -> str:
    """A good password, made up or asked for."""
    if generate:
        return generate_password()
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt="The same again")
    require_good(password, known=(account.username, account.name, account.email))
    return password


def _tell(password: str, *, generate: bool) -> None:
    if generate:
        out.print(f"The password for the first sign-in is {password}; another must be chosen then.")
