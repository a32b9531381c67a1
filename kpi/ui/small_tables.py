"""Small tables of a few cells in words, as Markdown: they wrap on a telephone and are read out cell by cell."""

from collections.abc import Sequence


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers, to the right."""
    edge = [":--", *("--:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, edge, *rows))
