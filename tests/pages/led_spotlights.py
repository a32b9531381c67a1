"""Spotlights for the tests of pages: led to where a test begins, and what a page then says."""

from datetime import datetime, timedelta

from streamlit.testing.v1 import AppTest

from kpi.decisions import Author, Channel, Rules, Spotlight, Stage, Step, record_proposed, record_step
from kpi.settings import Settings
from kpi.store import Ledger

NINA = Author(name="nina", decides=frozenset({"spotlights"}), is_demo=True)
PATHS = {
    "proposed": (),
    "asked": (Stage.ASKED,),
    "agreed": (Stage.ASKED, Stage.ACCEPTED),
    "published": (Stage.ASKED, Stage.ACCEPTED, Stage.SCHEDULED, Stage.PUBLISHED),
    "declined": (Stage.ASKED, Stage.DECLINED),
}


def led(ledger: Ledger, rules: Rules, customer_id: str, path: str, *, days_ago: int = 0) -> Spotlight:
    """A spotlight at the end of a path of `PATHS`, each step due two days after it was taken."""
    at = datetime.now(Settings().zone) - timedelta(days=days_ago)
    due, quote = (at + timedelta(days=2)).date(), "It *works*"
    wanted = Spotlight(key="", customer_id=customer_id, owner="nina", due=due, note="A note")
    (change,) = record_proposed(ledger, NINA, wanted, at=at, rules=rules)
    for stage in PATHS[path]:
        step = Step(to=stage, due=due, quote=quote)
        if stage is Stage.SCHEDULED:
            step = Step(to=stage, channel=Channel.WEBSITE, day=at.date())
        assert change.after
        (change,) = record_step(ledger, NINA, change.after.key, step, at=at, rules=rules)
    assert change.after
    return change.after


def texts(app: AppTest) -> str:
    found = (*app.title, *app.markdown, *app.caption, *app.subheader, *app.button, *app.error)
    return "\n".join(getattr(one, "label", "") + str(getattr(one, "value", "")) for one in found)


def click(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    done = button.click().run()
    assert not done.exception
    return done
