"""The README's generated blocks are what the code says today."""

import re
from pathlib import Path

import pytest

from kpi import readme
from kpi.access.roles import RIGHTS
from kpi.errors import UnreadableFileError
from kpi.ingest import TABLES
from kpi.metrics import METRICS


@pytest.fixture(scope="module")
def text() -> str:
    return readme.README.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", readme.BLOCKS)
def test_a_block_is_fresh(text: str, name: str) -> None:
    found = re.search(f"<!-- {name}:begin -->\n(.*?)\n<!-- {name}:end -->", text, flags=re.DOTALL)
    assert found, f"README.md has no block {name}"
    assert found[1] == readme.BLOCKS[name](), "run: python -m kpi.readme"


def test_every_metric_has_its_line() -> None:
    lines = readme.metric_table().splitlines()[2:]
    assert [line.split("`")[1] for line in lines] == list(METRICS)
    assert {line.count(" | ") for line in lines} == {4}  # five cells each


def test_every_table_has_its_line() -> None:
    lines = readme.contract_table().splitlines()[2:]
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines] == list(TABLES)
    assert (
        "| order_lines | **order_id** (*key*, → orders) · **line_no** (*key*) · **product_id** (→ products)"
        " · **quantity** (more than 0) · **net_amount** (at least 0) |"
    ) in lines


def test_every_role_has_its_line_and_every_page_its_column() -> None:
    head, _, *lines = readme.access_table().splitlines()
    assert [line.split("**")[1] for line in lines] == list(RIGHTS)
    pages = {page for rights in RIGHTS.values() for page in rights.pages}
    assert set(re.findall(r"page \*(\w+)\*", head)) == pages
    assert {line.count(" | ") for line in (head, *lines)} == {len(pages) + 4}
    assert (
        "| **sponsor** | pays for the programme "
        "| yes | – | – | – | yes | yes | yes | yes | – | yes | yes | yes | – | yes | – | – | – | budgets |"
    ) in lines


def test_commands_of_groups_stand_there_with_their_whole_name() -> None:
    lines = readme.command_help().splitlines()
    assert "user set-role NAME ROLE" in lines
    assert "audit verify" in lines
    assert "audit list [--kind KIND] [--actor NAME] [--from DAY] [--to DAY] [--newest NUMBER] [--json]" in lines


def test_the_commands_show_arguments_and_options() -> None:
    lines = readme.command_help().splitlines()
    assert "python -m kpi [--store FOLDER] COMMAND" in lines
    usage = "import [PATH…] [--postgres URL] [--schema NAME] [--recipe FOLDER] [--wait SECONDS] [--json]"
    assert usage in lines
    assert "rollback [VERSION]" in lines
    assert "    --to DAY                    The day after the last one." in lines


def test_rewriting_changes_the_blocks_only(tmp_path: Path) -> None:
    blocks = "".join(f"<!-- {name}:begin -->\nold | text\n<!-- {name}:end -->\nkept\n" for name in readme.BLOCKS)
    file = tmp_path / "README.md"
    file.write_text(f"# Über\n{blocks}", encoding="utf-8")
    readme.rewrite(file)
    once = file.read_text(encoding="utf-8")
    assert once.startswith("# Über\n<!-- tables:begin -->\n| table | columns |\n")
    assert once.endswith(f"\n{readme.metric_table()}\n<!-- metrics:end -->\nkept\n")
    assert "old | text" not in once
    readme.rewrite(file)
    assert file.read_text(encoding="utf-8") == once


def test_a_missing_place_is_told() -> None:
    with pytest.raises(UnreadableFileError, match=r"README\.md has no block “tables”\. Add the lines <!-- tables"):
        readme.refreshed("# Nothing here\n")


def test_paths_named_in_the_readme_exist(text: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert "data/settings.toml" in links
    assert [link for link in links if not (readme.PROJECT / link).exists()] == []
