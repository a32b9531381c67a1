"""The README's generated blocks: `python -m kpi.readme` rewrites them in place.

A block stands between `<!-- <name>:begin -->` and `<!-- <name>:end -->`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from kpi.access.roles import RIGHTS
from kpi.cli import app
from kpi.errors import UnreadableFileError
from kpi.ingest import TABLES, Table
from kpi.metrics import METRICS
from kpi.settings import PROJECT

README: Final = PROJECT / "README.md"
_WIDTH: Final = 28


def metric_table() -> str:
    """Every metric as a line of a Markdown table, in the registry's order."""
    lines = ["| metric | what it means | unit | good is | breakdowns |", "|---|---|---|---|---|"]
    for metric in METRICS.values():
        good = {"up": "more", "down": "less"}.get(metric.better, "")
        cells = (f"`{metric.name}`", metric.means, metric.unit, good, ", ".join(metric.dimensions))
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(lines)


def contract_table() -> str:
    """Every table of the data contract as a line of a Markdown table: its columns with what each must be."""
    lines = ["| table | columns |", "|---|---|"]
    lines += [f"| {name} | {' · '.join(_columns(table))} |" for name, table in TABLES.items()]
    return "\n".join(lines)


def command_help() -> str:
    """The commands with their arguments and options, as the command line knows them."""
    group = typer.main.get_group(app)
    lines = ["```", f"python -m kpi{_usage(group.params)} COMMAND", *_parameters(group.params)]
    for name, command in _commands(group):
        lines += ["", f"{name}{_usage(command.params)}", f"    {command.help}", *_parameters(command.params)]
    return "\n".join([*lines, "```"])


def access_table() -> str:
    """Every role as a line of a Markdown table: what it sees, exports and decides."""
    pages = list(dict.fromkeys(page for rights in RIGHTS.values() for page in rights.pages))
    lines = [
        f"| role | who | {' | '.join(f'page *{page}*' for page in pages)} | sees people | exports people | decides |",
        f"|---|---|{'---|' * (len(pages) + 3)}",
    ]
    for role, rights in RIGHTS.items():
        seen = [_mark(page in rights.pages) for page in pages]
        cells = [f"**{role}**", rights.reader, *seen, _mark(rights.sees_people), _mark(rights.exports_people)]
        lines.append(f"| {' | '.join(_cell(cell) for cell in [*cells, ', '.join(rights.decides)])} |")
    return "\n".join(lines)


def _mark(is_allowed: bool) -> str:
    return "yes" if is_allowed else "–"


def _commands(group: TyperGroup, prefix: str = "") -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    """Each command with its whole name, those of groups included, and groups that do something by themselves."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            if command.invoke_without_command:
                yield f"{prefix}{name}", command
            yield from _commands(command, f"{prefix}{name} ")
        elif isinstance(command, TyperCommand):
            yield f"{prefix}{name}", command


BLOCKS: Final[Mapping[str, Callable[[], str]]] = {
    "tables": contract_table,
    "access": access_table,
    "commands": command_help,
    "metrics": metric_table,
}


def refreshed(text: str) -> str:
    """The README's text with every block as it is now; `UnreadableFileError` when a block's place is missing."""
    for name, block in BLOCKS.items():
        begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
        before, found_begin, rest = text.partition(begin)
        _, found_end, after = rest.partition(end)
        if not (found_begin and found_end):
            raise UnreadableFileError(f"README.md has no block “{name}”. Add the lines {begin.strip()} and {end}.")
        text = f"{before}{begin}{block()}\n{end}{after}"
    return text


def rewrite(path: Path = README) -> None:
    """Write the blocks of a README in place."""
    path.write_text(refreshed(path.read_text(encoding="utf-8")), encoding="utf-8")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _columns(table: Table) -> Iterator[str]:
    for name, column in table.schema.columns().items():
        notes = ["*key*"] if name in table.key else []
        notes += [f"→ {table.references[name]}"] if name in table.references else []
        notes += (
            [rule.removeprefix("must be ") for rule in column.check or ()] if isinstance(column.check, dict) else []
        )
        notes += ["personal"] if name in table.personal else []
        notes += [f"default {str(table.defaults[name]).lower()}"] if name in table.defaults else []
        shown = f"**{name}**" if name in table.required else name
        yield f"{shown} ({', '.join(notes)})" if notes else shown


def _usage(parameters: Sequence[object]) -> str:
    return "".join(f" {form}" if is_required else f" [{form}]" for form, _, is_required in _described(parameters))


def _parameters(parameters: Sequence[object]) -> list[str]:
    return [f"    {form:<{_WIDTH}}{text}" for form, text, _ in _described(parameters)]


def _described(parameters: Sequence[object]) -> Iterator[tuple[str, str | None, bool]]:
    """Each parameter's form, its help and whether it is required; the shell's completion is left out."""
    for one in parameters:
        if isinstance(one, TyperArgument):
            value = one.metavar or one.name.upper()
            yield f"{value}…" if one.nargs == -1 else value, one.help, one.required
        elif isinstance(one, TyperOption) and not one.name.endswith("_completion"):
            option = one.opts[0]
            yield option if one.is_flag else f"{option} {one.metavar or one.name.upper()}", one.help, one.required


if __name__ == "__main__":
    rewrite()
