"""Errors that say what to do next."""

import pytest

from kpi import errors


def test_a_near_name_is_suggested() -> None:
    error = errors.UnknownNameError("table", "custmers", ["orders", "customers", "costs"])
    assert str(error) == "There is no table named “custmers”. Did you mean customers?"


def test_without_a_near_name_all_are_listed_in_order() -> None:
    error = errors.UnknownNameError("grain", "fortnight", ["week", "day", "month"])
    assert str(error) == "There is no grain named “fortnight”. Known: day, month, week."


def test_names_may_come_from_anything_that_is_read_once() -> None:
    error = errors.UnknownNameError("metric", "ambassadors", (name for name in ("acts", "active_ambassadors")))
    assert str(error).endswith("Did you mean active_ambassadors?")


def test_every_error_is_ours_and_says_why() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__]
    assert errors.UnknownNameError in kinds
    assert [kind.__name__ for kind in kinds if not issubclass(kind, errors.AmbassadeError)] == []
    assert [kind.__name__ for kind in kinds if not (kind.__doc__ or "").endswith(".")] == []


@pytest.mark.parametrize(
    ("kind", "code"), [(errors.UnreadableFileError, 2), (errors.AuditFailedError, 3), (errors.LedgerError, 3)]
)
def test_what_contradicts_itself_leaves_with_a_code_of_its_own(kind: type[errors.AmbassadeError], code: int) -> None:
    assert kind("why").exit_code == code
