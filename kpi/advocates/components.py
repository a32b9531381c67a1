"""What the engagement score is made of: its components, in the order of the mart's columns."""

from dataclasses import dataclass
from typing import Final

from kpi.language import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component; `number` is its place in the mart, counted from the last one, `label` names it."""

    name: str
    number: int
    label: str

    @property
    def points(self) -> str:
        """The mart's column of its points."""
        return f"{self.name}_points"

    @property
    def share(self) -> str:
        """The mart's column of the share of those of the segment who did any of it who did as much or less, 0 to 1."""
        return f"{self.name}_share"


LABELS: Final = {
    "organic_content": mark("Posts of their own accord"),
    "content_response": mark("What their posts drew"),
    "referrals": mark("Referrals and people brought"),
    "reviews": mark("Reviews"),
    "satisfaction": mark("Satisfaction"),
    "repeat_purchases": mark("Repeat orders"),
    "tenure": mark("Time as a customer"),
    "recency": mark("Last sign of attachment"),
    "breadth": mark("Kinds of dealings with us"),
    "feedback": mark("Feedback, beta tests and votes"),
    "community": mark("Community and challenges"),
    "events": mark("Events"),
    "reach": mark("Reach"),
}
COMPONENTS: Final = {
    name: Component(name=name, number=number, label=label)
    for (name, label), number in zip(LABELS.items(), range(len(LABELS), 0, -1), strict=True)
}
