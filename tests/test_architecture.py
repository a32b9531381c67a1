"""The house's rules, held by reading every import, function and text in kpi/, pages/ and app.py."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

# From the ground up: a part may import what stands on a lower line, and beside it only what SIDEWAYS names.
LAYERS = (
    {"kpi", "errors", "language", "days", "settings", "period"},
    {"store", "analysis", "ingest", "demo"},
    {"metrics", "advocates", "setup"},
    {"decisions"},
    {"access"},
    {"alerts"},
    {"ui"},
    {
        "app",
        "pages",
        "backtest_report",
        "cli",
        "cli_access",
        "cli_advocates",
        "cli_budgets",
        "cli_deciding",
        "cli_afford",
        "cli_alerts",
        "cli_backup",
        "cli_decisions",
        "cli_measure",
        "cli_lifetime",
        "cli_options",
        "cli_report",
        "cli_segments",
        "cli_spotlights",
        "cli_statement",
        "catalogue",
        "console",
        "readme",
        "terminal",
        "__main__",
    },
)
SIDEWAYS = {
    ("settings", "errors"),
    ("period", "errors"),
    ("days", "language"),
    ("ingest", "store"),
    ("demo", "store"),
    ("demo", "ingest"),
    ("advocates", "metrics"),
    ("cli", "console"),
    ("cli", "cli_access"),
    ("cli", "cli_advocates"),
    ("cli", "cli_afford"),
    ("cli", "cli_alerts"),
    ("cli_alerts", "cli_deciding"),
    ("cli_alerts", "cli_options"),
    ("cli_alerts", "console"),
    ("cli_alerts", "terminal"),
    ("cli", "cli_backup"),
    ("cli_backup", "cli_alerts"),
    ("cli_backup", "console"),
    ("cli_backup", "terminal"),
    ("cli", "cli_decisions"),
    ("cli_access", "console"),
    ("cli_access", "terminal"),
    ("cli_advocates", "backtest_report"),
    ("cli_advocates", "cli_options"),
    ("cli_advocates", "console"),
    ("cli_advocates", "terminal"),
    ("cli", "cli_budgets"),
    ("cli", "cli_measure"),
    ("cli_measure", "cli_options"),
    ("cli_measure", "console"),
    ("cli_measure", "terminal"),
    ("cli_access", "cli_options"),
    ("cli_decisions", "cli_options"),
    ("cli_segments", "cli_options"),
    ("cli_spotlights", "cli_options"),
    ("cli_budgets", "cli_deciding"),
    ("cli_budgets", "cli_options"),
    ("cli_budgets", "console"),
    ("cli_budgets", "terminal"),
    ("cli_deciding", "console"),
    ("cli_deciding", "terminal"),
    ("cli_decisions", "cli_deciding"),
    ("cli_segments", "cli_deciding"),
    ("cli_spotlights", "cli_deciding"),
    ("cli_afford", "cli_options"),
    ("cli_afford", "console"),
    ("cli_afford", "terminal"),
    ("cli_decisions", "console"),
    ("cli_decisions", "terminal"),
    ("cli", "cli_segments"),
    ("cli_segments", "console"),
    ("cli_segments", "terminal"),
    ("cli", "cli_spotlights"),
    ("cli_spotlights", "console"),
    ("cli_spotlights", "terminal"),
    ("cli", "cli_lifetime"),
    ("cli_lifetime", "console"),
    ("cli_lifetime", "terminal"),
    ("cli", "cli_options"),
    ("cli", "cli_report"),
    ("cli_report", "cli_options"),
    ("cli_report", "console"),
    ("cli_report", "terminal"),
    ("cli", "cli_statement"),
    ("cli_statement", "cli_options"),
    ("cli_statement", "console"),
    ("cli_statement", "terminal"),
    ("readme", "cli"),
    ("__main__", "cli"),
}
FLOOR = {part: floor for floor, parts in enumerate(LAYERS) for part in parts}

# Where a package may be imported; nowhere when there is no place.
PLACES = {
    "duckdb": {"store"},
    "sqlite3": {"store"},
    "streamlit_authenticator": {"access"},
    "yaml": {"access"},
    "plotly": {"ui"},
    "typst": {"ui"},
    "streamlit": {"app", "pages", "ui"},
    "starlette": {"app", "access"},
    "jinja2": {"access"},
    "scipy.stats": set(),
    "statsmodels": set(),
    "lifelines": set(),
    "pandas": set(),
}

# What would open a way around the gate, whatever stands before its name (st, a column, the sidebar): why, and the files
# that may use it all the same.
SERVED = "serves its file to anybody who knows the address; offer it with tables.show"
ALONE = "runs again without the page's guard"
WHOLE = "sends whole frames; tables.show leaves out what the reader may not see"
SHARED = "is shared by all readers; page.remember keys it by the data"
RESERVED: dict[str, tuple[str, set[str]]] = {
    **dict.fromkeys(("download_button", "image", "audio", "video", "pdf", "pyplot"), (SERVED, set())),
    "fragment": (ALONE, {"kpi/ui/freshness.py"}),  # which asks for itself who is there
    "dialog": (ALONE, {"kpi/ui/dialogs.py"}),  # where each run begins with the guard
    **dict.fromkeys(("dataframe", "data_editor"), (WHOLE, {"kpi/ui/tables.py"})),
    "table": (WHOLE, {"kpi/ui/tables.py", "kpi/ui/inventory.py"}),  # a source file has a table, too
    **dict.fromkeys(("cache_data", "cache_resource"), (SHARED, {"kpi/ui/frame.py"})),
    "session_state": ("belongs to one tab's controls", {"kpi/ui/filters.py", "kpi/ui/identity.py", "kpi/ui/places.py"}),
}
SHOWING = {"app", "pages", "ui"}
BELIEVED = re.compile(r"(^|\.)context\.headers$|^(st|streamlit)\.user$|^streamlit\.context$")

LINES_OF_A_MODULE, LINES_OF_A_PAGE, LINES_OF_APP = 300, 100, 40
LINES_OF_A_FUNCTION, WITH_ITS_DOCSTRING = 40, 45
QUERY = re.compile(r"\b(select\s.+?\sfrom|SELECT\s.+?\sFROM)\s", re.DOTALL)
DEFINITIONS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    """A source file: its path inside the project and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.path)

    @property
    def part(self) -> str:
        """The room of the house: `store` for kpi/store/…, `cli` for kpi/cli.py, `pages`, `app`, `kpi` for its door."""
        folders = self.path.removesuffix(".py").split("/")
        if folders[0] != "kpi":
            return folders[0]
        return "kpi" if folders[1] == "__init__" else folders[1]

    @property
    def imports(self) -> Iterator[tuple[int, str]]:
        """Line and full dotted name of everything imported, relative imports resolved."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                package = self.path.split("/")[: -node.level] if node.level else []
                origin = ".".join([*package, *([node.module] if node.module else [])])
                yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)

    @property
    def docstrings(self) -> set[int]:
        """The identities of the expressions that are docstrings."""
        bodies = (node.body for node in ast.walk(self.tree) if isinstance(node, DEFINITIONS))
        return {id(body[0].value) for body in bodies if body and _is_text(body[0])}


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _read_modules() -> list[Module]:
    files = [*PROJECT.glob("app.py"), *PROJECT.glob("pages/**/*.py"), *PROJECT.glob("kpi/**/*.py")]
    return [Module(file.relative_to(PROJECT).as_posix(), file.read_text(encoding="utf-8")) for file in sorted(files)]


def _target(name: str) -> str | None:
    """The room that an imported name belongs to; None when it is not ours."""
    first, *rest = name.split(".")
    if first in {"app", "pages"}:
        return first
    if first != "kpi":
        return None
    return rest[0] if rest and rest[0] != "*" else "kpi"


def find_wrong_arrows(module: Module) -> Iterator[str]:
    """Imports that point up, or sideways where no door is."""
    if module.part not in FLOOR:
        yield f"{module.path}: “{module.part}” has no place in LAYERS"
        return
    for line, name in module.imports:
        target = _target(name)
        if target is None or target == module.part:
            continue
        if target not in FLOOR:
            yield f"{module.path}:{line}: “{target}” has no place in LAYERS"
        elif FLOOR[target] >= FLOOR[module.part] and (module.part, target) not in SIDEWAYS:
            yield f"{module.path}:{line}: {module.part} must not import {target}"


def find_misplaced_packages(module: Module) -> Iterator[str]:
    """Packages that this part of the house does without."""
    for line, name in module.imports:
        for package, places in PLACES.items():
            if f"{name}.".startswith(f"{package}.") and module.part not in places:
                yield f"{module.path}:{line}: {package} is imported in {', '.join(sorted(places)) or 'no part'} only"


def find_long_code(module: Module) -> Iterator[str]:
    """Modules, pages and functions past their size; a function's docstring has five lines more."""
    limit = {"app": LINES_OF_APP, "pages": LINES_OF_A_PAGE}.get(module.part, LINES_OF_A_MODULE)
    length = len(module.text.splitlines())
    if length > limit:
        yield f"{module.path}: {length} lines, at most {limit}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            whole = _lines(node)
            code = whole - (_lines(node.body[0]) if _is_text(node.body[0]) else 0)
            if code > LINES_OF_A_FUNCTION or whole > WITH_ITS_DOCSTRING:
                yield f"{module.path}:{node.lineno}: {node.name} has {whole} lines, {code} without its docstring"


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def find_broad_excepts(module: Module) -> Iterator[str]:
    """Handlers that would swallow what nobody foresaw."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = {ast.unparse(kind).split(".")[-1] if kind else "" for kind in caught}
            if names & {"", "Exception", "BaseException"}:
                yield f"{module.path}:{node.lineno}: name the errors that are expected here"


def find_missing_guards(module: Module) -> Iterator[str]:
    """Pages whose first statement, after docstring and imports, is not `frame.open(...)` with their own name."""
    if module.part != "pages":
        return
    body = [node for node in module.tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    statements = body[1:] if body and _is_text(body[0]) else body
    first = statements[0] if statements else None
    value = first.value if isinstance(first, ast.Expr | ast.Assign) else None
    guard = f"frame.open({Path(module.path).stem!r})"
    if not (isinstance(value, ast.Call) and ast.unparse(value) == guard):
        yield f"{module.path}: the first statement must be the guard, {guard}"


def find_ways_around(module: Module) -> Iterator[str]:
    """Uses of Streamlit that the gate does not protect, and session state in other hands than those that own it."""
    if module.part not in SHOWING:
        return
    attributes = [node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)]
    used = [(node.lineno, node.attr, ast.unparse(node)) for node in attributes]
    used += [(line, name.split(".")[-1], name) for line, name in module.imports if name.startswith("streamlit.")]
    for line, last, name in used:
        why, places = RESERVED.get(last, ("", {module.path}))
        if module.path not in places:
            yield f"{module.path}:{line}: {name} {why}"
        if BELIEVED.search(name):
            yield f"{module.path}:{line}: {name} is what a browser wrote; ask ui/identity who is there"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.alias) and node.name == "streamlit" and node.asname != "st":
            yield f"{module.path}:{node.lineno}: streamlit is called st, by which these rules know it"


def find_unguarded_dialogs(module: Module) -> Iterator[str]:
    """Functions shown as a dialog whose first statement does not ask who is there."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef) and any("dialog" in ast.unparse(one) for one in node.decorator_list):
            first = node.body[0]
            value = first.value if isinstance(first, ast.Expr | ast.Assign) else None
            if not (isinstance(value, ast.Call) and ast.unparse(value.func) == "identity.require"):
                yield f"{module.path}:{node.lineno}: {node.name} must begin with identity.require"


def find_queries(module: Module) -> Iterator[str]:
    """SQL text outside the store and outside the `sql=` of a metric."""
    if module.part == "store":
        return
    allowed = module.docstrings
    for node in ast.walk(module.tree):
        if module.part == "metrics" and isinstance(node, ast.keyword) and (node.arg or "").endswith("sql"):
            allowed |= {id(inner) for inner in ast.walk(node.value)}
    for node in ast.walk(module.tree):
        if id(node) not in allowed and QUERY.search(f"{_text(node)} "):
            yield f"{module.path}:{getattr(node, 'lineno', 0)}: SQL stands in data/models, store or a metric's sql="


def find_other_files(module: Module) -> Iterator[str]:
    """Rows written as CSV elsewhere than where no text can run as a formula, or where everything is invented."""
    for node in ast.walk(module.tree):
        is_csv = isinstance(node, ast.Attribute) and ast.unparse(node).endswith(("write_csv", "sink_csv", "csv.writer"))
        if is_csv and module.path not in {"kpi/ui/tables.py", "kpi/demo/write.py"}:
            yield f"{module.path}:{getattr(node, 'lineno', 0)}: CSV is written by tables.to_csv"


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


RULES: tuple[Callable[[Module], Iterator[str]], ...] = (
    find_wrong_arrows,
    find_misplaced_packages,
    find_long_code,
    find_broad_excepts,
    find_missing_guards,
    find_ways_around,
    find_unguarded_dialogs,
    find_queries,
    find_other_files,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_its_rules(rule: Callable[[Module], Iterator[str]]) -> None:
    modules = _read_modules()
    assert "kpi/errors.py" in [module.path for module in modules]
    assert [fault for module in modules for fault in rule(module)] == []


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (find_wrong_arrows, "kpi/store/read.py", "from kpi.analysis import Estimate"),
        (find_wrong_arrows, "kpi/store/read.py", "def read():\n    import kpi.ingest.tables"),
        (find_wrong_arrows, "kpi/analysis/fits.py", "from ..store import warehouse"),
        (find_wrong_arrows, "kpi/metrics/cost.py", "from kpi import advocates"),
        (find_wrong_arrows, "kpi/metrics/cost.py", "from kpi.decisions import Target"),
        (find_wrong_arrows, "kpi/decisions/targets.py", "from kpi.access.roles import Role"),
        (find_wrong_arrows, "kpi/settings/__init__.py", "from kpi.period import Period"),
        (find_wrong_arrows, "kpi/access/gate.py", "from kpi.ui import frame"),
        (find_wrong_arrows, "kpi/access/gate.py", "from kpi.alerts import raise_alerts"),
        (find_wrong_arrows, "kpi/alerts/raising.py", "from kpi.ui import format"),
        (find_wrong_arrows, "kpi/ingest/importing.py", "from kpi.alerts import raise_alerts"),
        (find_wrong_arrows, "kpi/ui/frame.py", "import pages.overview"),
        (find_wrong_arrows, "kpi/attic.py", ""),
        (find_wrong_arrows, "pages/overview.py", "from kpi.attic import box"),
        (find_misplaced_packages, "kpi/metrics/cost.py", "import duckdb"),
        (find_misplaced_packages, "pages/overview.py", "from plotly.graph_objects import Figure"),
        (find_misplaced_packages, "kpi/cli.py", "import streamlit as st"),
        (find_misplaced_packages, "kpi/access/gate.py", "import streamlit as st"),
        (find_misplaced_packages, "kpi/ui/frame.py", "from starlette.requests import Request"),
        (find_ways_around, "pages/data.py", 'st.download_button("CSV", data)'),
        (find_ways_around, "pages/data.py", 'left.download_button("CSV", data)'),
        (find_ways_around, "pages/data.py", "from streamlit import download_button"),
        (find_ways_around, "pages/data.py", "from streamlit import image as picture"),
        (find_ways_around, "pages/data.py", "import streamlit"),
        (find_ways_around, "pages/data.py", "import streamlit as s"),
        (find_ways_around, "pages/data.py", "column.pdf(file)"),
        (find_ways_around, "pages/data.py", "st.sidebar.dataframe(people)"),
        (find_ways_around, "kpi/ui/cards.py", "place.table(people)"),
        (find_ways_around, "kpi/ui/cards.py", "editor = st.data_editor"),
        (find_ways_around, "kpi/ui/cards.py", "@st.fragment\ndef show():\n    pass"),
        (find_ways_around, "kpi/ui/cards.py", '@st.dialog("More")\ndef show():\n    pass'),
        (find_ways_around, "kpi/ui/cards.py", "@st.cache_data\ndef read():\n    pass"),
        (find_ways_around, "kpi/ui/tables.py", "from streamlit import cache_resource"),
        (find_ways_around, "kpi/ui/identity.py", 'name = st.context.headers["X-User"]'),
        (find_ways_around, "kpi/ui/identity.py", "from streamlit import context"),
        (find_ways_around, "kpi/ui/frame.py", "name = st.user.email"),
        (find_ways_around, "pages/overview.py", 'st.session_state["role"] = "owner"'),
        (find_misplaced_packages, "kpi/analysis/fits.py", "from scipy import stats"),
        (find_long_code, "app.py", "\n" * 41),
        (find_long_code, "pages/overview.py", "\n" * 101),
        (find_long_code, "kpi/period.py", "\n" * 301),
        (find_long_code, "kpi/period.py", "def long():\n" + "    pass\n" * 40),
        (find_long_code, "kpi/period.py", 'def long():\n    """' + "\n" * 44 + '    """\n'),
        (find_broad_excepts, "kpi/cli.py", "try:\n    pass\nexcept:\n    pass"),
        (find_broad_excepts, "kpi/cli.py", "try:\n    pass\nexcept (OSError, Exception):\n    pass"),
        (find_missing_guards, "pages/overview.py", '"""Why."""\nimport streamlit as st\nst.title("Open")'),
        (find_missing_guards, "pages/overview.py", '"""Why."""'),
        (find_missing_guards, "pages/overview.py", 'page = frame.open("glossary")'),
        (find_missing_guards, "pages/overview.py", 'page = frame.open(name="overview")'),
        (
            find_unguarded_dialogs,
            "kpi/ui/dialogs.py",
            '@st.dialog("More")\ndef show():\n    draw()\n    identity.require("x")',
        ),
        (find_queries, "kpi/metrics/cost.py", 'QUERY = "select a\\nfrom b"'),
        (find_other_files, "kpi/cli.py", "frame.write_csv(file)"),
        (find_other_files, "kpi/ui/drawer.py", "csv.writer(file).writerows(rows)"),
        (find_queries, "kpi/ui/frame.py", 'query = f"select {column} from {mart}"'),
        (find_queries, "kpi/ui/frame.py", 'read(sql="SELECT a FROM b")'),
    ],
)
def test_a_broken_rule_is_found(rule: Callable[[Module], Iterator[str]], path: str, text: str) -> None:
    assert [fault.split(":")[0] for fault in rule(Module(path, text))] == [path]


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (find_wrong_arrows, "kpi/ingest/load.py", "from ..store import warehouse\nfrom . import tables"),
        (
            find_wrong_arrows,
            "kpi/metrics/cost.py",
            "from kpi import analysis, store\nfrom kpi.errors import QuestionError",
        ),
        (find_wrong_arrows, "pages/overview.py", "from kpi import metrics as m\nfrom kpi.ui import frame"),
        (find_misplaced_packages, "kpi/store/warehouse.py", "import duckdb"),
        (find_misplaced_packages, "kpi/access/users.py", "import streamlit_authenticator"),
        (find_misplaced_packages, "kpi/analysis/fits.py", "from scipy.special import stdtrit"),
        (find_long_code, "kpi/period.py", 'def long():\n    """One."""\n' + "    pass\n" * 39),
        (
            find_missing_guards,
            "pages/overview.py",
            '"""Why."""\nfrom kpi.ui import frame\npage = frame.open("overview")',
        ),
        (find_missing_guards, "pages/overview.py", 'from kpi.ui import frame\nframe.open("overview")\n'),
        (find_ways_around, "kpi/ui/filters.py", 'st.session_state["kept"] = {}'),
        (find_ways_around, "kpi/ui/identity.py", "cookies = st.context.cookies"),
        (find_ways_around, "kpi/ui/tables.py", "import streamlit as st\nst.dataframe(shown)"),
        (find_ways_around, "kpi/ui/frame.py", "@st.cache_resource(max_entries=2)\ndef open():\n    pass"),
        (find_ways_around, "kpi/console.py", "rows = delivery.table"),
        (
            find_unguarded_dialogs,
            "kpi/ui/dialogs.py",
            '@st.dialog("More")\ndef show():\n    reader = identity.require("x")',
        ),
        (find_other_files, "kpi/ui/tables.py", "frame.write_csv()"),
        (find_queries, "kpi/store/warehouse.py", 'QUERY = "select a from b"'),
        (find_queries, "kpi/metrics/cost.py", 'simple("cost", sql="(select max(a) from b)")'),
        (find_queries, "kpi/ui/frame.py", '"""Rows of `select a from b`."""\nhelp = "Select a period from the list"'),
    ],
)
def test_a_kept_rule_is_left_alone(rule: Callable[[Module], Iterator[str]], path: str, text: str) -> None:
    assert list(rule(Module(path, text))) == []
