"""How the app is served: which script, which settings, which colours."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kpi.settings import PROJECT

CONFIG = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())


def test_the_script_is_found_from_any_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMBASSADE_STORE", str(tmp_path / "store"))
    code = "import sys; sys.path.insert(0, sys.argv[1]); import app; print(app.app.script_path)"
    run = subprocess.run(
        [sys.executable, "-c", code, str(PROJECT)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines()[-1] == str(PROJECT / "kpi" / "ui" / "main.py")


def test_no_pages_folder_stands_beside_the_script() -> None:
    # Streamlit would serve its files without running the script first.
    assert not (PROJECT / "kpi" / "ui" / "pages").exists()


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("server", "enableXsrfProtection", True),
        ("server", "enableCORS", True),
        ("server", "corsAllowedOrigins", []),
        ("server", "allowedHosts", ["localhost", "127.0.0.1"]),
        ("server", "trustedUserHeaders", {"X-Ambassade-Session": "session"}),
        ("server", "enableStaticServing", False),
        ("server", "fileWatcherType", "none"),
        ("browser", "gatherUsageStats", False),
        ("browser", "serverAddress", "localhost"),
        ("client", "toolbarMode", "viewer"),
        ("client", "showErrorDetails", "none"),
        ("client", "showErrorLinks", False),
        ("client", "disableDataExport", True),
    ],
)
def test_the_server_is_closed_by_default(section: str, name: str, value: object) -> None:
    assert CONFIG[section][name] == value


def channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def luminance(colour: list[float]) -> float:
    """Relative luminance of WCAG 2.2."""
    shares = [part / 255 for part in colour]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(text: str, background: str, opacity: float = 1.0) -> float:
    ground = [float(part) for part in channels(background)]
    blended = [opacity * ink + (1 - opacity) * paper for ink, paper in zip(channels(text), ground, strict=True)]
    darker, lighter = sorted((luminance(blended), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


LIGHT, DARK = CONFIG["theme"], CONFIG["theme"]["dark"]


@pytest.mark.parametrize(
    ("text", "background", "opacity"),
    [
        (LIGHT["textColor"], LIGHT["backgroundColor"], 0.6),  # captions: Streamlit fades their text to 60 %
        (LIGHT["textColor"], LIGHT["sidebar"]["backgroundColor"], 0.6),
        (LIGHT["primaryColor"], LIGHT["backgroundColor"], 1),
        (LIGHT["codeTextColor"], LIGHT["secondaryBackgroundColor"], 1),
        (DARK["textColor"], DARK["backgroundColor"], 0.6),
        (DARK["textColor"], DARK["sidebar"]["backgroundColor"], 0.6),
        (DARK["primaryColor"], DARK["backgroundColor"], 1),
        (DARK["codeTextColor"], DARK["secondaryBackgroundColor"], 1),
    ],
)
def test_text_can_be_read(text: str, background: str, opacity: float) -> None:
    assert contrast(text, background, opacity) >= 4.5


def test_contrast_of_black_on_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
