"""Who decides: whose name an entry bears, and what they may decide."""

from dataclasses import dataclass

from kpi.errors import NotAllowedError
from kpi.language import translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Somebody who decides.

    `decides` names the kinds of decision that are theirs; `typist` is the system's name of who is at the terminal,
    `address` where a browser is. `is_demo`: on demo data, where alone it then counts.
    """

    name: str
    decides: frozenset[str] = frozenset()
    typist: str | None = None
    address: str | None = None
    is_demo: bool = False

    @property
    def signature(self) -> str:
        """Who decided, as entries are signed."""
        return signed(self.name, self.typist)

    def require(self, right: str) -> None:
        """`NotAllowedError` unless these decisions are this author's."""
        if right not in self.decides:
            raise NotAllowedError(translate("Your role does not decide this. Ask the programme owner."))

    def details(self) -> dict[str, object]:
        """What an entry says of its author beside the name."""
        found = {"address": self.address, "by": self.typist, "demo": self.is_demo or None}
        return {name: value for name, value in found.items() if value is not None}


def signed(actor: str, typist: object) -> str:
    """Who decided: at the terminal the system's name of who sat there."""
    return actor if typist is None else f"{typist} ({actor})"
