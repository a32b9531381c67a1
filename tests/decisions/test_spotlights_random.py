"""Any sequence of proposals, steps and undos is what a plain model says: nothing lost, nothing out without consent."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.decisions import Stage, read_decisions, record_step_undone
from kpi.decisions.spotlights import LIVE, NEXT
from kpi.errors import DecisionError
from kpi.store import Store
from tests.decisions.spotlighting import NINA, NOON, propose, rules, take

PEOPLE = ("C1", "C2")
FREE = rules(cool_down_days=0)

# A person who is proposed; a person and the stage wanted; or the number of an entry that is taken back.
proposals = st.sampled_from(PEOPLE)
moves = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(Stage))
undos = st.integers(1, 14)
actions = st.lists(proposals | moves | undos, max_size=14)

Action = str | tuple[str, Stage] | int
Life = list[tuple[int, Stage]]
"""The stages of a spotlight with the entries that brought it there; those that were undone are gone."""


class Model:
    """Per person their spotlights in the order in which they were proposed, each with its life."""

    def __init__(self) -> None:
        self.lives: dict[str, list[Life]] = {name: [] for name in PEOPLE}
        self.entries = 0

    def live(self, name: str) -> bool:
        return any(life and life[-1][1] in LIVE for life in self.lives[name])

    def newest(self, name: str) -> Life | None:
        return next((life for life in reversed(self.lives[name]) if life), None)

    def propose(self, name: str) -> bool:
        if self.live(name):
            return False
        self.entries += 1
        self.lives[name].append([(self.entries, Stage.PROPOSED)])
        return True

    def take(self, name: str, to: Stage) -> bool:
        life = self.newest(name)
        if life is None or to not in NEXT[life[-1][1]]:
            return False
        self.entries += 1
        life.append((self.entries, to))
        return True

    def undo(self, entry: int) -> bool:
        for lives in self.lives.values():
            for life in lives:
                if life and life[-1][0] == entry:
                    back = life[-2][1] if len(life) > 1 else None
                    others = (other for other in lives if other is not life and other)
                    if back in LIVE and any(other[-1][1] in LIVE for other in others):
                        return False
                    self.entries += 1
                    life.pop()
                    return True
        return False

    def stages(self) -> list[tuple[str, Stage]]:
        return sorted((name, life[-1][1]) for name, lives in self.lives.items() for life in lives if life)


@settings(max_examples=60, deadline=None)
@given(actions)
def test_a_life_is_what_a_plain_model_says(sequence: list[Action]) -> None:
    with TemporaryDirectory() as folder:
        ledger = Store(Path(folder)).ledger
        model = Model()
        for action in sequence:
            before = read_decisions(ledger).spotlights
            try:
                if isinstance(action, str):
                    propose(ledger, action, rules=FREE)
                    was_done = True
                elif isinstance(action, int):
                    was_done = bool(record_step_undone(ledger, NINA, action, at=NOON, rules=FREE))
                else:
                    name, to = action
                    newest = [one.key for one in before.of(name)][-1:] or ["none"]
                    day = NOON.date() if to in (Stage.SCHEDULED, Stage.PUBLISHED) else None
                    take(ledger, newest[0], to, day=day, note=f"entry {model.entries + 1}", rules=FREE)
                    was_done = True
            except DecisionError:
                was_done = False
            expected = (
                model.propose(action)
                if isinstance(action, str)
                else model.undo(action)
                if isinstance(action, int)
                else model.take(*action)
            )
            assert was_done is expected, action
            spotlights = read_decisions(ledger).spotlights
            assert sorted((one.customer_id, one.stage) for one in spotlights.values()) == model.stages()
            # every step is an entry, and nothing else is
            assert len(ledger.entries(newest=None)) == len(spotlights.changes) == model.entries
            for one in spotlights.values():
                ways = spotlights.steps(one.key)
                assert (one.published_on is None) or {Stage.ASKED, Stage.ACCEPTED, Stage.SCHEDULED} <= ways.keys()
            assert all(sum(one.is_live for one in spotlights.of(name)) <= 1 for name in PEOPLE)
        assert ledger.verify() == ()
