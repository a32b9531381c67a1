"""What every reader needs: the batch size, the wording of a refusal, and the check of a header."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kpi.errors import UnreadableFileError

BATCH_ROWS: Final = 200_000


def unreadable(path: Path, reason: str, cure: str) -> UnreadableFileError:
    """The error for a file that cannot be read: which file, why, and what to do."""
    return UnreadableFileError(f"{path.name} {reason}. {cure}")


def check_header(path: Path, names: Sequence[str]) -> tuple[str, ...]:
    """The column names without surrounding blanks; refused when one is missing or stands twice."""
    stripped = tuple(name.strip() for name in names)
    if not any(stripped):
        raise unreadable(path, "has no header", "Name the columns in its first row.")
    if "" in stripped:
        position = stripped.index("") + 1
        raise unreadable(
            path, f"has no name for column {position}", "Name every column in the first row, or remove it."
        )
    repeated = [name for name, count in Counter(stripped).items() if count > 1]
    if repeated:
        raise unreadable(path, f"has the column “{repeated[0]}” twice", "Rename or remove one of them.")
    return stripped
