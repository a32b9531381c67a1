"""What a reader can act on is told where a run of its own finds it: in a dialog, at the sidebar's foot."""

from pathlib import Path

import pytest

from kpi.store import Store
from kpi.ui import format as fmt

from .conftest import OpenApp

DIALOG = """
from kpi import errors
from kpi.ui import dialogs, frame

page = frame.open("overview")

def draw(reader):
    raise errors.{error}({arguments})

dialogs.show(page, "Rows", draw)
"""
FRESHNESS = """
from pathlib import Path

from kpi.store import Store
from kpi.ui import frame, freshness

page = frame.open("overview")
gone = Store(Path("{folder}"))
freshness.show("overview", page.reader, page.settings, gone, page.manifest)
"""


@pytest.mark.parametrize(
    ("error", "arguments", "told"),
    [
        ("QuestionError", '"Nobody has this id."', "Nobody has this id\\."),
        ("NothingPublishedError", '"Nothing is published yet."', "Nothing is published yet\\."),
        ("VersionOutdatedError", '"Version 1 is of another release."', "Version 1 is of another release\\."),
        (
            "UnknownNameError",
            '"metric", "order", ["orders"]',
            "There is no metric named “order”\\. Did you mean orders\\?",
        ),
    ],
)
def test_a_dialog_tells_what_the_page_would(
    demo: Store, open_app: OpenApp, tmp_path: Path, error: str, arguments: str, told: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(DIALOG.format(error=error, arguments=arguments))
    app = open_app(demo.folder, script=script)
    assert not app.exception
    assert [one.value for one in app.error] == [told]


def test_an_open_page_whose_data_went_is_told_so_at_the_sidebar_s_foot(
    demo: Store, open_app: OpenApp, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(FRESHNESS.format(folder=tmp_path / "gone"))
    app = open_app(demo.folder, script=script)
    assert not app.exception
    told = (
        "Nothing is published yet. Import your exports with: python -m kpi import FOLDER "
        "(or start the app, which builds a demo company)."
    )
    assert [one.value for one in app.sidebar.caption].count(fmt.plain(told)) == 1
