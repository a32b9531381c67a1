"""Who may see what: the one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kpi.errors import UnknownNameError


class Role(StrEnum):
    """What a person does in the programme."""

    OWNER = "owner"
    SPONSOR = "sponsor"
    COORDINATOR = "coordinator"
    DATA = "data"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a role may do.

    `pages` in the order of the navigation; `sees_people`: names, e-mail addresses, comments and values as they were
    delivered; `exports_people`: files that hold them; `decides` what is recorded as this role's decision.
    """

    reader: str
    pages: tuple[str, ...] = ()
    sees_people: bool = False
    exports_people: bool = False
    decides: tuple[str, ...] = ()


RIGHTS: Final[Mapping[Role, Rights]] = MappingProxyType(
    {
        Role.OWNER: Rights(
            reader="leads the programme",
            pages=(
                "overview",
                "ambassadors",
                "ambassador",
                "revenue",
                "economics",
                "lifetime",
                "affordability",
                "satisfaction",
                "discovery",
                "spotlights",
                "budget",
                "alerts",
                "data",
                "glossary",
            ),
            sees_people=True,
            exports_people=True,
            decides=("spotlights", "targets", "annotations", "programme", "alerts"),
        ),
        Role.SPONSOR: Rights(
            reader="pays for the programme",
            pages=(
                "overview",
                "economics",
                "lifetime",
                "affordability",
                "satisfaction",
                "spotlights",
                "budget",
                "alerts",
                "glossary",
            ),
            decides=("budgets",),
        ),
        Role.COORDINATOR: Rights(
            reader="looks after the ambassadors",
            pages=(
                "overview",
                "ambassadors",
                "ambassador",
                "satisfaction",
                "discovery",
                "spotlights",
                "alerts",
                "glossary",
            ),
            sees_people=True,
            exports_people=True,
            decides=("recognitions", "spotlights"),
        ),
        Role.DATA: Rights(
            reader="looks after the imports",
            pages=("overview", "data", "alerts", "glossary"),
            sees_people=True,
            exports_people=True,
            decides=("imports",),
        ),
        Role.ADMIN: Rights(
            reader="looks after the accounts",
            pages=("overview", "glossary", "data", "alerts", "audit"),
            decides=("accounts",),
        ),
    }
)

NO_RIGHTS: Final = Rights(reader="must choose a password first")


def role_named(name: str) -> Role:
    """The role of this name; `UnknownNameError` names a near one."""
    try:
        return Role(name)
    except ValueError as error:
        raise UnknownNameError("role", name, list(Role)) from error
