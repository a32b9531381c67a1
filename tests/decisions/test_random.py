"""Any sequence of setting, removing and undoing adds up to what a plain list per target says."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.decisions import Target, read_decisions, record_targets, record_targets_undone
from kpi.decisions.targets import Key
from kpi.errors import DecisionError
from kpi.store import Store
from tests.decisions.conftest import NINA

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONTHS = [date(2026, month, 1) for month in (1, 2, 3)]

# A value or None (remove) for each of some months; or the number of a step that is taken back, for some months.
sets = st.dictionaries(st.sampled_from(MONTHS), st.integers(0, 3) | st.none(), min_size=1)
undos = st.tuples(st.integers(1, 12), st.sets(st.sampled_from(MONTHS), min_size=1))
steps = st.lists(sets | undos, max_size=12)


Wanted = dict[date, int | None]


def key_of(month: date) -> Key:
    return "orders", month, None


class Model:
    """Per month the values that it had, each with the number of the entry that gave it; the undone ones are gone."""

    def __init__(self) -> None:
        self.stacks: dict[date, list[tuple[int, int | None]]] = {month: [(0, None)] for month in MONTHS}
        self.given: set[tuple[int, date]] = set()
        self.entries = 0

    def value(self, month: date) -> int | None:
        return self.stacks[month][-1][1]

    def assign(self, wanted: Wanted) -> None:
        changed = {month: value for month, value in wanted.items() if self.value(month) != value}
        self.entries += bool(changed)
        for month, value in changed.items():
            self.stacks[month].append((self.entries, value))
            self.given.add((self.entries, month))

    def undo(self, entry: int, months: Iterable[date]) -> bool:
        """Whether it can be: every month that the entry changed has it as its last change."""
        changed = [month for month in months if (entry, month) in self.given]
        if not changed or any(self.stacks[month][-1][0] != entry for month in changed):
            return False
        self.entries += 1
        for month in changed:
            self.stacks[month].pop()
        return True


@settings(max_examples=25, deadline=None)
@given(steps)
def test_replay_is_what_a_plain_model_says(sequence: list[Wanted | tuple[int, set[date]]]) -> None:
    with TemporaryDirectory() as folder:
        ledger = Store(Path(folder)).ledger
        model = Model()
        for step in sequence:
            if isinstance(step, dict):
                given = [Target(metric="orders", month=m, value=Decimal(v)) for m, v in step.items() if v is not None]
                gone = [key_of(month) for month, value in step.items() if value is None]
                record_targets(ledger, NINA, given, remove=gone, at=NOON)
                model.assign(step)
            else:
                entry, months = step
                can = model.undo(entry, months)
                try:
                    record_targets_undone(ledger, NINA, entry, at=NOON, keys=map(key_of, sorted(months)))
                except DecisionError:
                    assert not can
                else:
                    assert can
            targets = read_decisions(ledger).targets
            assert {key[1]: int(target.value) for key, target in targets.items()} == {
                month: value for month in MONTHS if (value := model.value(month)) is not None
            }
            for month in MONTHS:
                standing = [change.entry_id for change in targets.standing(key_of(month))]
                assert standing == [number for number, _ in model.stacks[month][1:]]
            assert len(ledger.entries()) == model.entries
