"""The audit log in words and as a table, for the page that an administrator reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from kpi.language import mark, translate, translate_plural
from kpi.store import Entry, Fault
from kpi.ui import decided, inventory
from kpi.ui import format as fmt
from kpi.ui.page import Page

MOST_ENTRIES = 1_000  # of one reading; an administrator narrows it down rather than scrolling further
MOST_FAULTS_TOLD = 5

KINDS = (  # those of the audit log and of what is published, as `kind_in_words` writes them
    mark("Account added"),
    mark("Account deleted"),
    mark("Account disabled"),
    mark("Account enabled"),
    mark("Alert answers"),
    mark("Alert mails"),
    mark("Alert rules"),
    mark("Alerts"),
    mark("Annotations"),
    mark("Backup"),
    mark("Export"),
    mark("Import"),
    mark("Invitations"),
    mark("Ledger sealed"),
    mark("Password change failed"),
    mark("Password changed"),
    mark("People set aside"),
    mark("Rebuild"),
    mark("Refresh"),
    mark("Refused export"),
    mark("Refused page"),
    mark("Report subscriptions"),
    mark("Restore"),
    mark("Role changed"),
    mark("Rollback"),
    mark("Segments"),
    mark("Budgets"),
    mark("Budget comments"),
    mark("Sign in"),
    mark("Sign in blocked"),
    mark("Sign in failed"),
    mark("Sign out"),
    mark("Sign out everywhere"),
    mark("Spotlights"),
    mark("Targets"),
    mark("Views"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the log can be narrowed by."""

    kinds: tuple[str, ...]
    actors: tuple[str, ...]


def who_and_what(page: Page) -> Known:
    """The kinds of entry and the people that the log knows."""
    ledger = page.store.ledger
    return Known(kinds=ledger.kinds(), actors=ledger.actors())


def read_entries(
    page: Page, *, kinds: Sequence[str], actors: Sequence[str], since: datetime, until: datetime
) -> tuple[Entry, ...]:
    """The newest entries of these kinds and people in this time; of all, when none is named."""
    ledger = page.store.ledger
    return ledger.entries(newest=MOST_ENTRIES, kinds=kinds, actors=actors, since=since, until=until)


def find_faults(page: Page) -> tuple[Fault, ...]:
    """What is wrong with the chain: looked for after every change of the log's files, and once an hour without any."""
    hour = datetime.now(UTC).strftime("%d %H")
    faults: tuple[Fault, ...] = page.remember(
        f"audit log, faults, {hour}, {page.store.ledger.mark}", page.store.ledger.verify
    )
    return faults


def kind_in_words(kind: str) -> str:
    """A kind of entry as it is shown: sign_in_failed is "Sign in failed"."""
    return translate(kind.replace("_", " ").capitalize())


def chain_state(faults: Sequence[Fault]) -> str:
    """Whether the log is as it was written. Markdown."""
    if not faults:
        return translate(
            "The chain of entries is **intact**: none was changed, added or removed since it was recorded."
        )
    told = [fault.told for fault in faults[:MOST_FAULTS_TOLD]]
    more = len(faults) - MOST_FAULTS_TOLD
    if more > 0:
        told.append(
            translate_plural("And {count} other fault.", "And {count} other faults.", more, count=fmt.count(more))
        )
    return translate(
        "The chain of entries is **broken**: {faults} Compare with a backup: python -m kpi audit verify.",
        faults=" ".join(told),
    )


def days_recorded(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first moment of one day to the end of the other, whichever comes first, in the business time zone."""
    begin, end = min(first, last), max(first, last) + timedelta(days=1)
    return datetime.combine(begin, time(), zone), datetime.combine(end, time(), zone)


def how_many(shown: int) -> str:
    """How much of what was asked for is shown."""
    if shown >= MOST_ENTRIES:
        return translate(
            "The newest {count} that fit. Choose fewer days, people or kinds to see earlier ones.",
            count=fmt.count(MOST_ENTRIES),
        )
    return translate_plural(
        "{count} entry, newest first.", "{count} entries, newest first.", shown, count=fmt.count(shown)
    )


def list_entries(entries: Sequence[Entry], zone: ZoneInfo, currency: str) -> pl.DataFrame:
    """Entries as they come: recorded_at, actor, kind, address, details."""
    rows = [
        (
            inventory.local(entry.recorded_at, zone),
            entry.actor,
            kind_in_words(entry.kind),
            entry.details.get("address"),
            decided.in_words(entry, currency) or inventory.details(entry, without="address"),
        )
        for entry in entries
    ]
    texts = dict.fromkeys(("actor", "kind", "address", "details"), pl.String())
    schema: dict[str, pl.DataType] = {"recorded_at": pl.Datetime("us"), **texts}
    return pl.DataFrame(rows, schema=schema, orient="row")
