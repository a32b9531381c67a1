"""The phase that opens the overview in a browser, beside a page with the same elements of literal data, in turn."""

from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from playwright.sync_api import Browser, ViewportSize

from bench.clock import milliseconds
from bench.reader import begin_session
from bench.recording import record, save
from bench.serving import browsing, serving
from kpi.access.callers import cookie_name
from kpi.access.roles import Role
from kpi.settings import Settings
from kpi.store import Store
from kpi.ui.presets import Against, Preset

MOST = 7  # visits of each, of which a size costs a minute
WINDOW = ViewportSize(width=1280, height=900)
PATIENCE = 120_000  # milliseconds
DAYS, BACK = 90, 30
LAST_YEAR = Against.LAST_YEAR.value
AFTERWARDS = "against the same days a year earlier"  # what the sidebar says then

# Drawn: the script is over, no skeleton is left, and every chart and sparkline is there. Too long is an error.
WATCH = """
window.is_drawn = words =>
    document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('.stSkeleton, [data-testid=stSkeletonElement]')
    && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(one => one.querySelector('.main-svg'))
    && [...document.querySelectorAll('[data-testid=stMetricChart]')].every(one => one.querySelector('svg, canvas'))
    && document.body.innerText.includes(words);
window.when_drawn = words => new Promise((resolve, reject) => {
    const look = () => {
        if (window.is_drawn(words)) resolve(performance.now());
        else if (performance.now() > 240000) reject(new Error(`not drawn: ${words}`));
        else requestAnimationFrame(look);
    };
    look();
});
"""
CLICKED = """() => addEventListener('pointerdown', () => { window.clicked_at = performance.now(); }, true)"""


def run(*, store: str, repetitions: int) -> dict[str, object]:
    """Milliseconds from the navigation, and from the choice of a filter, until everything is drawn.

    `page` once its numbers were asked for before, `anew` with numbers that nobody asked for, `twin` the literal data.
    """
    with browsing() as browser, TemporaryDirectory() as folder:
        if browser is None:
            return {"skipped": "there is no Chromium"}
        choices = [_choice(store, number) for number in range(min(repetitions, MOST) + 1)]
        recorded = {
            "": record(store, choices[0]),
            LAST_YEAR: record(store, {**choices[0], "against": LAST_YEAR}),
        }
        save(recorded, Path(folder, "twin.json"))
        twin = {"AMBASSADE_BENCH_TWIN": str(Path(folder, "twin.json"))}
        with serving("app.py", {"AMBASSADE_STORE": store}) as ours, serving("bench/twin.py", twin) as theirs:
            session = begin_session(Settings(store=Path(store)), Role.OWNER)
            return _in_turn(_Visits(browser, ours, theirs, session), choices)


def _choice(store: str, number: int) -> dict[str, str]:
    """The parameters of a period of the reader's own, another one for each number."""
    data_end = Store(Path(store)).published().data_end
    if data_end is None:
        raise RuntimeError("the store holds nothing that is dated")
    last = data_end - timedelta(days=BACK + number)
    return {"period": Preset.CUSTOM.value, "start": str(last - timedelta(days=DAYS)), "end": str(last)}


def _in_turn(visits: "_Visits", choices: list[dict[str, str]]) -> dict[str, object]:
    first, *others = choices
    visits.ours(first)  # what is made once in a process
    visits.theirs()
    rounds = [(visits.ours(first), visits.ours(other), visits.theirs()) for other in others]
    loads, changes = ([[visit[part] for visit in one] for one in rounds] for part in (0, 1))
    return {"first_load": _compared(loads), "filter_change": _compared(changes)}


def _compared(rounds: list[list[float]]) -> dict[str, object]:
    """Medians of each, and how many times the twin's median the others are."""
    found = dict(zip(("page", "anew", "twin"), zip(*rounds, strict=True), strict=True))
    medians = {name: median(times) for name, times in found.items()}
    return {
        **{name: milliseconds([time / 1000 for time in times]) for name, times in found.items()},
        "ratio": medians["page"] / medians["twin"],
        "ratio_anew": medians["anew"] / medians["twin"],
    }


class _Visits:
    """Visits of either page in a browser that has never seen it: milliseconds of the first load and of a filter."""

    def __init__(self, browser: Browser, ours: str, theirs: str, session: str) -> None:
        self._browser = browser
        self._ours, self._theirs = ours, theirs
        self._session = session

    def ours(self, choice: dict[str, str]) -> tuple[float, float]:
        """The overview, signed in."""
        return self._visit(f"{self._ours}/?{urlencode(choice)}")

    def theirs(self) -> tuple[float, float]:
        """The literal data."""
        return self._visit(self._theirs)

    def _visit(self, address: str) -> tuple[float, float]:
        context = self._browser.new_context(viewport=WINDOW, locale="en-GB")
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": cookie_name(https=False), "value": self._session, "url": self._ours}])
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(address)
        loaded: float = page.evaluate("when_drawn('against the')")
        page.wait_for_timeout(1_000)
        page.get_by_label("Compare with").first.click()
        page.evaluate(CLICKED)
        page.get_by_role("option", name=LAST_YEAR).click()
        changed: float = page.evaluate(f"when_drawn('{AFTERWARDS}').then(at => at - window.clicked_at)")
        context.close()
        return loaded, changed
