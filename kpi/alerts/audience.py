"""Who may be told of a metric, and where they find it: the pages that show it, of those that their role opens."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kpi.access.accounts import Accounts
from kpi.access.credentials import Account
from kpi.access.demo import READERS
from kpi.access.roles import RIGHTS, Role
from kpi.metrics import HEADLINES, METRICS
from kpi.store import Store

# The section of a metric → the page that is about it; the glossary shows the rows behind every metric.
PAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Activity": "ambassadors",
        "Revenue": "revenue",
        "Recurring revenue": "revenue",
        "Cost and profitability": "economics",
        "Satisfaction": "satisfaction",
    }
)
ELSEWHERE: Final = "glossary"


def people(store: Store) -> Mapping[str, Account]:
    """Everybody who may sign in, by user name; the demo readers as long as nobody has an account."""
    accounts = Accounts(store.credentials_file).all()
    if not accounts:
        return {reader.username: reader for reader in READERS.values()}
    return {name: account for name, account in accounts.items() if not account.is_disabled}


def page_for(role: Role, metric: str) -> str | None:
    """The page on which a role sees a metric; None where it may open none of them."""
    pages = RIGHTS[role].pages
    return next((page for page in pages_of(metric) if page in pages), None)


def pages_of(metric: str) -> tuple[str, ...]:
    """The pages that show a metric, the one that is about it first; none of one that there is no more."""
    found = METRICS.get(metric)
    if found is None:
        return ()
    own = [PAGES[found.section]] if found.section in PAGES else []
    return (*own, *(["overview"] if found in HEADLINES else []), ELSEWHERE)


def may_be_told(store: Store, metric: str) -> tuple[str, ...]:
    """The user names of those whose role has a page that shows the metric, in alphabetical order."""
    return tuple(sorted(name for name, one in people(store).items() if page_for(one.role, metric)))
