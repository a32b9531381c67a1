"""The one table of rights."""

import pytest

from kpi.access.roles import NO_RIGHTS, RIGHTS, Role, role_named
from kpi.errors import UnknownNameError
from kpi.settings import PROJECT


def test_every_role_has_rights_that_nobody_can_change() -> None:
    assert list(RIGHTS) == list(Role)
    with pytest.raises(TypeError):
        RIGHTS[Role.SPONSOR] = RIGHTS[Role.OWNER]  # type: ignore[index]
    with pytest.raises(AttributeError):
        RIGHTS[Role.SPONSOR].sees_people = True  # type: ignore[misc]


def test_every_page_is_somebodys_and_every_right_is_for_a_page_that_exists() -> None:
    pages = {file.stem for file in (PROJECT / "pages").glob("*.py")}
    assert {page for rights in RIGHTS.values() for page in rights.pages} == pages


def test_who_may_not_see_people_may_not_take_them_away_either() -> None:
    assert [role for role, rights in RIGHTS.items() if rights.exports_people and not rights.sees_people] == []
    assert [role for role, rights in RIGHTS.items() if not rights.sees_people] == [Role.SPONSOR, Role.ADMIN]


def test_only_the_admin_reads_the_audit_log_and_decides_on_accounts() -> None:
    assert [role for role, rights in RIGHTS.items() if "audit" in rights.pages] == [Role.ADMIN]
    assert [role for role, rights in RIGHTS.items() if "accounts" in rights.decides] == [Role.ADMIN]


def test_each_decision_is_one_roles_but_spotlights_are_two_peoples_work() -> None:
    decisions = [decision for rights in RIGHTS.values() for decision in rights.decides]
    assert sorted(decisions) == sorted([*set(decisions), "spotlights"])
    assert [role for role, rights in RIGHTS.items() if "spotlights" in rights.decides] == [Role.OWNER, Role.COORDINATOR]


def test_without_rights_there_is_nothing() -> None:
    assert (NO_RIGHTS.pages, NO_RIGHTS.sees_people, NO_RIGHTS.exports_people, NO_RIGHTS.decides) == (
        (),
        False,
        False,
        (),
    )


def test_a_role_is_found_by_its_name() -> None:
    assert role_named("coordinator") is Role.COORDINATOR
    with pytest.raises(UnknownNameError, match=r"There is no role named “coordinater”\. Did you mean coordinator\?"):
        role_named("coordinater")
