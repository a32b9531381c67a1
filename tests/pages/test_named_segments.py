"""Segments under a name: what their owner changes of them in discovery."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
from streamlit.testing.v1 import AppTest

from kpi.access.roles import Role
from kpi.advocates import Wanted
from kpi.decisions import Author, NamedSegment, read_decisions, record_segment
from kpi.store import Store

from .conftest import OpenApp

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINE = """from kpi.advocates import Wanted
from kpi.ui import frame, named_segments, saved
page = frame.open("discovery")
saved.manage(page, named_segments.shelf_of(page, {wanted!r}))
"""

Draw = Callable[[Wanted], AppTest]


@pytest.fixture
def store(demo: Store, tmp_path: Path) -> Store:
    """The demo company in a store that may be written."""
    return Store(copytree(demo.folder, tmp_path / "store"))


@pytest.fixture
def draw(store: Store, open_app: OpenApp, tmp_path: Path) -> Draw:
    """The dialog in which segments are changed, while people are `wanted` on the page."""

    def run(wanted: Wanted) -> AppTest:
        script = tmp_path / "script.py"
        script.write_text(MINE.format(wanted=wanted))
        app = open_app(store.folder, script=script)
        assert not app.exception
        return app

    return run


def save(
    store: Store,
    name: str,
    owner: str = "owner",
    roles: Iterable[str] = (),
    *,
    replaces: bool = False,
    **filters: list[str],
) -> None:
    given = {"at": NOON, "all_roles": list(Role), "roles": roles, "replaces": replaces}
    record_segment(store.ledger, Author(name=owner, is_demo=True), name=name, filters=filters, **given)


def segments(store: Store) -> list[NamedSegment]:
    return list(read_decisions(store.ledger, is_demo=True).segments.values())


def click(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    done = button.click().run()
    assert not done.exception
    return done


def test_a_segment_is_renamed_shared_given_other_filters_deleted_and_put_back(store: Store, draw: Draw) -> None:
    save(store, "Quiet", has_posted=["no"])
    (quiet,) = segments(store)
    app = draw(Wanted(where={"country_code": ("FR", "BE")}, is_ambassador=False, reasons=("reviews",)))
    key = f"{quiet.key} {store.ledger.entries(kinds=['segments'])[0].entry_id}"
    app.text_input(key=f"segment-name {key}").set_value("French customers")
    app.multiselect(key=f"segment-roles {key}").set_value(["coordinator"])
    box = app.checkbox(key=f"segment-anew {key}")
    label = box.label.replace("\\", "").replace("\N{WORD JOINER}", "")
    assert label == "Give it the filters chosen now: Customers only; Reason: Reviews; country: France or Belgium"
    box.check()
    click(app, "Save")
    filters = (("country_code", ("BE", "FR")), ("is_ambassador", ("no",)), ("reason", ("reviews",)))
    french = replace(quiet, name="French customers", roles=("coordinator",), filters=filters)
    assert segments(store) == [french]
    app = draw(Wanted())
    # nothing is chosen: no filters to give it
    assert [one for one in app.checkbox if (one.key or "").startswith("segment-anew")] == []
    assert "Yes, delete it" not in [button.label for button in app.button]
    app.checkbox(key=f"segment-deleting {quiet.key}").check().run()
    assert "**French customers** goes, for you and for everybody you share it with." in app.markdown[-1].value
    app.button(key="segment-delete").click().run()
    assert segments(store) == []
    draw(Wanted()).button(key="segment-undo").click().run()
    assert segments(store) == [french]


def test_a_segment_keeps_its_filters_when_only_its_name_changes(store: Store, draw: Draw) -> None:
    save(store, "Quiet", has_posted=["no"])
    (quiet,) = segments(store)
    app = draw(Wanted(where={"country_code": ("FR",)}))
    next(one for one in app.text_input if one.label == "Name").set_value("Silent")
    click(app, "Save")
    assert segments(store) == [replace(quiet, name="Silent")]


def test_a_name_of_mine_is_not_given_twice(store: Store, draw: Draw) -> None:
    save(store, "Quiet", has_posted=["no"])
    save(store, "Loud", has_posted=["yes"])
    app = draw(Wanted())
    assert app.selectbox(key="segment-chosen").options == ["Loud", "Quiet"]
    next(one for one in app.text_input if one.label == "Name").set_value("quiet")
    click(app, "Save")
    (told,) = [one.value.replace("\\", "") for one in app.error]
    assert told == "You have a segment “quiet” already. Replace it, or choose another name."


def test_only_what_is_mine_is_there_to_be_changed(store: Store, draw: Draw, open_app: OpenApp) -> None:
    save(store, "Nina’s", owner="nina", roles=["owner"], has_posted=["no"])
    assert [one.label for one in draw(Wanted()).selectbox if one.key == "segment-chosen"] == []
    app = open_app(store.folder, "discovery")
    assert any("Nina’s" in one.proto.body for one in app.get("html"))
    assert "Manage my segments" not in [button.label for button in app.button]
    save(store, "Mine", has_posted=["no"])
    assert "Manage my segments" in [button.label for button in open_app(store.folder, "discovery").button]


def test_who_cannot_save_is_told_beside_the_form(store: Store, open_app: OpenApp) -> None:
    save(store, "Quiet", has_posted=["no"])
    app = open_app(store.folder, "discovery")
    for told in ("You have a segment of this name. Tick the box to replace it.", "A segment needs a filter"):
        next(one for one in app.text_input if one.label == "Save these filters as").set_value("Quiet")
        click(app, "Save")
        assert told in "".join(one.value for one in (*app.warning, *app.error))
        app.selectbox(key="posted").set_value("Anybody").run()
    app.selectbox(key="posted").set_value("Who has posted").run()
    store.ledger.head_file.unlink()
    store.ledger.head_file.mkdir()
    next(one for one in app.text_input if one.label == "Save these filters as").set_value("Loud")
    click(app, "Save")
    (error,) = [one.value for one in app.error]
    assert error.startswith("The store could not be read or written")
    assert [one.name for one in segments(store)] == ["Quiet"]
