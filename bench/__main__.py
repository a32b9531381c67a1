"""`python -m bench --size S|M|L|XL` measures; `python -m bench --readme FILE.json …` renders the README's table."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.readme import render
from bench.report import lines
from bench.runner import SIZES, measure_size


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one size, or render saved results."""
    options = _parser().parse_args(arguments)
    if options.readme:
        sys.stdout.write(render([json.loads(file.read_text()) for file in options.readme]))
        return
    if options.folder:
        options.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="ambassade-bench-", dir=options.folder) as folder:
        result = measure_size(
            options.size if options.customers is None else f"{options.customers:,} customers",
            options.customers or SIZES[options.size],
            Path(folder),
            with_lines=options.lines,
            is_brief=options.brief,
            repetitions=options.repetitions,
            tell=lambda step: print(f"… {step}", file=sys.stderr, flush=True),
        )
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")
    print("\n".join(lines(result)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="How fast Ambassade is, and how large it gets."
    )
    parser.add_argument("--size", choices=SIZES, default="S", help="10 thousand to 10 million customers")
    parser.add_argument("--customers", type=int, help="another number of customers, at least 300")
    parser.add_argument("--lines", action="store_true", help="give every order two lines")
    parser.add_argument("--brief", action="store_true", help="leave out CSV, later imports and pandas")
    parser.add_argument("--repetitions", type=int, default=20, help="of each question and page")
    parser.add_argument("--folder", type=Path, help="where to put the files meanwhile; else the temporary folder")
    parser.add_argument("--json", type=Path, help="also save what was found")
    parser.add_argument("--readme", type=Path, nargs="+", metavar="FILE.json", help="render saved results as Markdown")
    return parser


if __name__ == "__main__":
    main()
