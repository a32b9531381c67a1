"""The editors of what is decided, drawn by scripts of their own: what is typed is in the ledger, under its author."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from kpi.access.credentials import Language
from kpi.access.roles import Role
from kpi.decisions import Author, Decisions, Target, View, read_decisions, record_targets
from kpi.store import Store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NINA = Author(name="nina", decides=frozenset({"targets", "annotations"}), is_demo=True)
OPEN = 'from kpi.metrics import METRICS\nfrom kpi.ui import frame, {module}\npage = frame.open("overview")\n'
TARGETS = OPEN.format(module="targets") + 'targets.edit(page, METRICS["{metric}"])\n'
ANNOTATIONS = OPEN.format(module="annotations") + "annotations.edit(page)\n"
VIEWS = OPEN.format(module="views")
MY_VIEWS = OPEN.format(module="filters, saved, views") + "saved.manage(page, views.shelf_of(page, filters.SAVED))\n"

Draw = Callable[..., AppTest]


@pytest.fixture
def store(demo: Store, tmp_path: Path) -> Store:
    """The demo company in a store that may be written."""
    copytree(demo.folder, tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture
def draw(store: Store, open_app: Callable[..., AppTest], tmp_path: Path) -> Draw:
    def run(code: str, **choice: object) -> AppTest:
        script = tmp_path / "script.py"
        script.write_text(code)
        app = open_app(store.folder, script=script, **choice)
        assert not app.exception
        return app

    return run


def decided(store: Store) -> Decisions:
    return read_decisions(store.ledger, is_demo=True)


def orders(value: int, month: int = 11) -> Target:
    return Target(metric="orders", month=date(2026, month, 1), value=Decimal(value))


def in_force(store: Store) -> dict[str, str]:
    return {str(target): f"{target.value.normalize():f}" for target in decided(store).targets.values()}


def click(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label and button not in app.sidebar.button]
    done = button.click().run()
    assert not done.exception
    return done


def view_entry(store: Store) -> int:
    """The newest entry about a view."""
    return store.ledger.entries(kinds=["views"])[0].entry_id


def change(app: AppTest, store: Store, view: View, *, name: str, roles: list[str]) -> None:
    key = f"{view.key} {view_entry(store)}"
    app.text_input(key=f"view-name {key}").set_value(name)
    app.multiselect(key=f"view-roles {key}").set_value(roles)
    click(app, "Save")


def save_view(app: AppTest) -> AppTest:
    (button,) = [button for button in app.sidebar.button if button.label == "Save"]
    done = button.click().run()
    assert not done.exception
    return done


def field(app: AppTest, label: str) -> TextInput:
    (found,) = [one for one in app.text_input if one.label == label]
    return found


def view_name(app: AppTest) -> TextInput:
    (found,) = [one for one in app.sidebar.text_input if one.label == "Save these filters as"]
    return found


def history(app: AppTest) -> list[list[str]]:
    """Who, what, and how it came about."""
    (told,) = [caption.value for caption in app.caption if "nina" in caption.value]
    return [unmarked(line).split(" · ")[1:] for line in told.split("  \n")]


def unmarked(text: str) -> str:
    """Without what keeps Markdown from reading it."""
    return text.replace("\\", "").replace("\N{WORD JOINER}", "")


def test_targets_are_typed_by_month(store: Store, draw: Draw) -> None:
    record_targets(store.ledger, NINA, [orders(100, 10), orders(90, 9)], at=NOON)
    app = draw(TARGETS.format(metric="orders"))
    assert [one.label for one in app.text_input if one.label.endswith("2026")][:2] == ["January 2026", "February 2026"]
    assert field(app, "October 2026").value == "100"
    field(app, "November 2026").set_value("1,200.5")
    field(app, "October 2026").set_value("")
    app.text_input(key="target-note").set_value(" a fair ")
    click(app, "Save")
    assert in_force(store) == {"orders 2026-09": "90", "orders 2026-11": "1200.5"}
    newest, *_ = store.ledger.entries(kinds=["targets"])
    assert (newest.actor, newest.details["address"], newest.details["demo"]) == ("owner", "127.0.0.1", True)
    assert decided(store).targets["orders", date(2026, 11, 1), None].note == "a fair"


def test_a_share_is_typed_in_percent_and_a_segment_has_its_own(store: Store, draw: Draw) -> None:
    app = draw(TARGETS.format(metric="activation_rate"))
    segment = app.selectbox(key="target-segment")
    assert segment.options[0] == "Whole programme"
    assert "Country: France" in segment.options
    segment.select_index(segment.options.index("Country: France")).run()
    field(app, "November 2026").set_value("35 %")
    click(app, "Save")
    assert in_force(store) == {"activation_rate 2026-11 country_code=FR": "0.35"}


def test_a_target_that_cannot_be_is_told_and_not_recorded(store: Store, draw: Draw) -> None:
    app = draw(TARGETS.format(metric="activation_rate"), language=Language.FRENCH)
    field(app, "Novembre 2026").set_value("135")
    click(app, "Enregistrer")
    (error,) = app.error
    assert "est une part" in error.value
    field(app, "Novembre 2026").set_value("35%%")
    click(app, "Enregistrer")
    (error,) = app.error
    assert "n’est pas un nombre" in error.value
    assert in_force(store) == {}


def test_numbers_are_typed_as_the_language_writes_them(store: Store, draw: Draw) -> None:
    record_targets(
        store.ledger, NINA, [Target(metric="orders", month=date(2026, 10, 1), value=Decimal("1250.5"))], at=NOON
    )
    app = draw(TARGETS.format(metric="orders"), language=Language.FRENCH)
    assert field(app, "Octobre 2026").value == "1\N{NARROW NO-BREAK SPACE}250,5"
    field(app, "Novembre 2026").set_value("2 000,25")
    click(app, "Enregistrer")
    assert in_force(store) == {"orders 2026-10": "1250.5", "orders 2026-11": "2000.25"}
    field(app, "Novembre 2026").set_value("beaucoup")
    click(app, "Enregistrer")
    assert [unmarked(error.value) for error in app.error] == [
        "«\N{NO-BREAK SPACE}beaucoup\N{NO-BREAK SPACE}» n’est pas un nombre."
    ]


def test_the_last_change_is_undone_and_the_history_told(store: Store, draw: Draw) -> None:
    record_targets(store.ledger, NINA, [orders(100, 10)], at=NOON)
    record_targets(
        store.ledger, NINA, [orders(110, 10), Target(metric="acts", month=date(2026, 10, 1), value=Decimal(5))], at=NOON
    )
    app = draw(TARGETS.format(metric="orders"))
    assert history(app) == [
        ["nina", "Orders, October 2026: from 100 to 110"],
        ["nina", "Orders, October 2026: 100"],
    ]
    click(app, "Undo the last change")
    assert in_force(store) == {"orders 2026-10": "100", "acts 2026-10": "5"}  # the other metric's stays
    assert history(app)[0] == ["owner", "Orders, October 2026: from 110 to 100", "undone"]
    click(app, "Undo the last change")
    assert in_force(store) == {"acts 2026-10": "5"}
    assert [button.label for button in app.button if button.label == "Undo the last change"] == []


def test_a_file_is_looked_at_before_it_is_imported(store: Store, draw: Draw) -> None:
    app = draw(TARGETS.format(metric="orders"))
    app.file_uploader[0].set_value(
        ("plan.csv", b"metric,month,value\norders,2026-11,120\nacts,2026-11,5\n", "text/csv")
    ).run()
    assert "**2** of 2 targets would change." in [one.value for one in app.markdown]
    assert in_force(store) == {}
    click(app, "Import the file")
    assert in_force(store) == {"orders 2026-11": "120", "acts 2026-11": "5"}
    assert decided(store).targets.changes[0].file == "plan.csv"


def test_the_faults_of_a_file_are_told_by_line(store: Store, draw: Draw) -> None:
    app = draw(TARGETS.format(metric="orders"))
    data = b"metric,month,value\norder,2026-11,120\norders,2026-13,5\n"
    app.file_uploader[0].set_value(("plan.csv", data, "text/csv")).run()
    told = unmarked(app.markdown[-1].value)
    assert told.splitlines() == [
        "- Line 2: There is no metric “order”. Did you mean orders?",
        "- Line 3: “2026-13” is not a month: write 2026-11 or 11/2026.",
    ]
    assert [button.label for button in app.button if button.label == "Import the file"] == []


def test_who_may_not_decide_is_told_so(store: Store, draw: Draw) -> None:
    app = draw(TARGETS.format(metric="orders"), role=Role.SPONSOR)
    field(app, "November 2026").set_value("1")
    click(app, "Save")
    assert [unmarked(error.value) for error in app.error] == [
        "Your role does not decide this. Ask the programme owner."
    ]
    assert in_force(store) == {}


def test_annotations_are_added_changed_and_removed(store: Store, draw: Draw) -> None:
    app = draw(ANNOTATIONS)
    app.text_area[0].set_value("A fair\nin Lyon")
    app.date_input[0].set_value((date(2026, 10, 3), date(2026, 10, 5)))
    click(app, "Save")
    (one,) = decided(store).annotations.values()
    assert (one.text, one.first, one.last, one.pages, one.author) == (
        "A fair in Lyon",
        date(2026, 10, 3),
        date(2026, 10, 5),
        (),
        "owner",
    )
    app.selectbox(key="annotation-chosen").select_index(1).run()
    assert app.text_area[0].value == "A fair in Lyon"
    app.text_area[0].set_value("A fair in Paris")
    click(app, "Save")
    assert [found.text for found in decided(store).annotations.values()] == ["A fair in Paris"]
    app.selectbox(key="annotation-chosen").select_index(1).run()
    click(app, "Remove")
    assert dict(decided(store).annotations) == {}
    click(app, "Undo the last change")
    click(app, "Undo the last change")
    assert [found.text for found in decided(store).annotations.values()] == ["A fair in Lyon"]


def test_annotations_are_imported_once_from_a_file(store: Store, draw: Draw) -> None:
    data = b"first_day,text,last_day,pages\n2026-10-03,A fair,2026-10-05,\n2026-10-20,New site,,overview\n"
    app = draw(ANNOTATIONS)
    app.file_uploader[0].set_value(("year.csv", data, "text/csv")).run()
    assert "**2** of 2 annotations would be added." in [one.value for one in app.markdown]
    assert dict(decided(store).annotations) == {}
    click(app, "Import the file")
    found = sorted(decided(store).annotations.values(), key=lambda one: one.first)
    assert [(one.text, one.first, one.last, one.pages) for one in found] == [
        ("A fair", date(2026, 10, 3), date(2026, 10, 5), ()),
        ("New site", date(2026, 10, 20), date(2026, 10, 20), ("overview",)),
    ]
    assert [change.file for change in decided(store).annotations.changes] == ["year.csv", "year.csv"]
    again = draw(ANNOTATIONS)
    again.file_uploader[0].set_value(("year.csv", data, "text/csv")).run()
    assert "**0** of 2 annotations would be added." in [one.value for one in again.markdown]
    assert "Import the file" not in [button.label for button in again.button]


def test_a_view_is_saved_shared_renamed_deleted_and_put_back(store: Store, draw: Draw) -> None:
    app = draw(VIEWS, period="Last 30 days", lever="Email")
    view_name(app).set_value("My month")
    share = next(one for one in app.multiselect if one.label == "Share with")
    share.set_value(["sponsor"])
    save_view(app)
    (view,) = decided(store).views.values()
    assert (view.name, view.page, view.owner, view.roles) == ("My month", "overview", "owner", ("sponsor",))
    assert view.query == "period=Last+30+days&lever=Email"
    app = draw(MY_VIEWS)
    change(app, store, view, name="Our month", roles=["owner", "sponsor"])
    (renamed,) = decided(store).views.values()
    assert renamed == replace(view, name="Our month", roles=("owner", "sponsor"))
    app = draw(MY_VIEWS).checkbox(key=f"view-deleting {view.key}").check().run()
    assert "**Our month** goes, for you and for everybody you share it with." in app.markdown[-1].value
    app.button(key="view-delete").click().run()
    assert not decided(store).views
    draw(MY_VIEWS).button(key="view-undo").click().run()
    assert list(decided(store).views.values()) == [renamed]


def test_who_cannot_write_the_ledger_is_told_beside_the_form(store: Store, draw: Draw) -> None:
    app = draw(VIEWS)
    view_name(app).set_value("Mine")
    store.ledger.head_file.unlink(missing_ok=True)
    store.ledger.head_file.mkdir()
    save_view(app)
    (told,) = [one.value for one in app.error]
    assert told.startswith("The store could not be read or written")
    assert not decided(store).views


def test_a_name_that_is_taken_is_told_until_the_box_is_ticked(store: Store, draw: Draw) -> None:
    app = draw(VIEWS)
    for _ in range(2):
        view_name(app).set_value("Mine")
        save_view(app)
    assert [one.value for one in app.warning] == ["You have a view of this name. Tick the box to replace it."]
    app.sidebar.checkbox[0].check()
    save_view(app)
    assert len(store.ledger.entries(kinds=["views"])) == 1  # the same once more changes nothing
    assert not app.warning


def test_who_has_not_shared_it_with_me_keeps_it(store: Store, draw: Draw) -> None:
    app = draw(VIEWS)
    view_name(app).set_value("Mine")
    save_view(app)
    assert any("Mine" in one.value for one in app.get("html"))
    other = draw(VIEWS, role=Role.SPONSOR)
    assert not any("Mine" in one.value for one in other.get("html"))
