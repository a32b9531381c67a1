"""The look at the rules that follows every publish, and what came of it in words."""

from collections.abc import Iterator
from datetime import datetime

from kpi.alerts import Raised, raise_alerts
from kpi.errors import AmbassadeError
from kpi.language import translate, translate_plural
from kpi.settings import Settings
from kpi.store import Store
from kpi.ui import alert_words
from kpi.ui import format as fmt


def after_publish(store: Store, settings: Settings, *, now: datetime) -> tuple[str, ...]:
    """Raise what the rules find in the published version, and tell it, a line each; nothing where nothing is raised.

    What goes wrong is one of the lines: the version is published and stays, and the next look makes up for it.
    """
    try:
        return tuple(_raise(store, settings, now))
    except AmbassadeError as error:
        return (
            translate(
                "The data is published, but the alerts could not be seen to ({reason}). "
                "Try again with: python -m kpi alerts check",
                reason=error,
            ),
        )


def _raise(store: Store, settings: Settings, now: datetime) -> Iterator[str]:
    raised = raise_alerts(store, settings, now=now)
    if raised.alerts:
        yield from raised_in_words(raised, settings.currency)


def raised_in_words(raised: Raised, currency: str) -> Iterator[str]:
    """What was raised and what could not be judged, a line each."""
    number = len(raised.alerts)
    yield translate_plural(
        "Version {version}: {count} new alert.",
        "Version {version}: {count} new alerts.",
        number,
        version=raised.version,
        count=fmt.count(number),
    )
    for alert in raised.alerts:
        yield translate("“{name}”: {found}", name=alert.rule.name, found=alert_words.sentence(alert, currency))
    for verdict in raised.unjudged:
        yield translate("“{name}” could not be judged: {reason}.", name=verdict.rule.name, reason=verdict.reason)
