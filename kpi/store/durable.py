"""Small files that are there whole or not at all, whenever the process dies."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

# What only the owner may read. The ending is not `.new`: an import sweeps those away, whoever is writing them.
PRIVATE: Final = 0o600
BESIDE: Final = ".next"
PRIVATE_FOLDER: Final = 0o700


def make_folder(path: Path) -> None:
    """Make a folder that only its owner may enter; one that is there keeps the rights that it was given."""
    path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


def write_durably(
    path: Path,
    text: str,
    confirm: Callable[[], object] = lambda: None,
    *,
    ending: str = ".new",
    mode: int = 0o666,
) -> None:
    """Write beside, call `confirm` and rename, which needs no space: a reader sees the old text or the new one.

    When `confirm` fails, nothing changes.
    """
    beside = path.with_name(path.name + ending)
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    confirm()
    os.replace(beside, path)
    sync(path.parent)


def stamp(path: Path) -> tuple[int, int, int]:
    """What changes when the file is written or replaced; zeros when it is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino


def write_private(path: Path, content: bytes, confirm: Callable[[], None]) -> None:
    """Write a file that somebody asked for, which only its owner may read; nothing is left beside it in the end.

    `confirm` is called just before the file appears; when it fails, nothing changes.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}{BESIDE}")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        confirm()
        os.replace(beside, path)
        sync(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have a file, or a folder's list of files, on the disk before going on."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
