"""Spotlights in words: stages, channels, and what a decision changed, without naming the person."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kpi.decisions import Channel, Invitation, SetAside, Spotlight, Stage
from kpi.language import mark, translate
from kpi.ui import format as fmt

STAGES: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        Stage.PROPOSED: mark("Proposed"),
        Stage.ASKED: mark("Asked"),
        Stage.ACCEPTED: mark("Agreed"),
        Stage.DECLINED: mark("Declined"),
        Stage.SCHEDULED: mark("Scheduled"),
        Stage.PUBLISHED: mark("Published"),
        Stage.ANSWERED: mark("Answered"),
        Stage.WITHDRAWN: mark("Withdrawn"),
    }
)
CHANNELS: Final[Mapping[Channel, str]] = MappingProxyType(
    {
        Channel.WEBSITE: mark("Website"),
        Channel.NEWSLETTER: mark("Newsletter"),
        Channel.SOCIAL: mark("Social media"),
        Channel.INTERNAL: mark("In-house"),
    }
)
DECISIONS: Final = (Spotlight, SetAside, Invitation)


def stage_name(stage: Stage) -> str:
    """A stage as the head of a column: Proposed."""
    return translate(STAGES[stage])


def channel_name(channel: Channel) -> str:
    """A channel: Website."""
    return translate(CHANNELS[channel])


def change(before: object, after: object) -> str:
    """What a decision on one of `DECISIONS` did; whose it is stays out, for readers who may not know."""
    state = before if after is None else after
    if isinstance(state, Spotlight):
        was, now = (one if isinstance(one, Spotlight) else None for one in (before, after))
        return _spotlight_change(was, now)
    if isinstance(state, SetAside):
        if after is None:
            return translate("somebody set aside is brought back")
        return translate("somebody set aside until {day}", day=fmt.day(state.until))
    if after is None:
        return translate("an invitation as an ambassador is taken back")
    return translate("somebody invited as an ambassador")


def _spotlight_change(before: Spotlight | None, after: Spotlight | None) -> str:
    if after is None:
        return translate("a proposed spotlight is taken back")
    if before is None:
        return translate("a spotlight is proposed")
    if before.stage is after.stage:
        return translate("spotlight, still “{stage}”: details changed", stage=stage_name(after.stage))
    return translate(
        "spotlight: from “{before}” to “{after}”", before=stage_name(before.stage), after=stage_name(after.stage)
    )
