"""Why a model has no answer."""

from enum import StrEnum


class Obstacle(StrEnum):
    """What stands in the way of a fit or of a value: returned in its place, so that no infinity is ever shown."""

    NOBODY = "nobody"
    """There is nobody to look at."""

    TOO_FEW_REPEATERS = "too few repeaters"
    """Too few customers came back for the pace of coming back to be told."""

    NOBODY_LEFT = "nobody left"
    """Nobody has left yet, so that nothing tells when they will."""

    EVERYBODY_LEFT = "everybody left"
    """Everybody left at the first occasion, so that nothing tells how long others would stay."""

    ENDLESS = "endless"
    """Without a horizon or a discount the sum has no end."""

    HEAVY_TAIL = "heavy tail"
    """A few customers spend so much more than the others that their mean has no end."""

    NO_SPREAD = "no spread"
    """Everybody spends the same, so that nothing tells how much people differ."""

    NOT_FITTED = "not fitted"
    """No parameters could be found that explain the data."""

    NO_DIFFERENCE_TO_TEST = "no difference to test"
    """One of the groups is empty, or nothing happened while both were being watched."""

    NEVER = "never"
    """What comes back never adds up to the cost."""

    TOO_SHORT = "too short"
    """The past is too short to fit on one part of it and to look at the other."""
