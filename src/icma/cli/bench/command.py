"""The command: picks groups, prints figures against the committed targets; a missing one is a miss."""

import argparse
import itertools
import json
import os
import platform
import time
from importlib import resources

from icma.cli.bench import cases, figures, pages, petition, small, visit, writes

GROUPS = {
    "pages": pages.figures,
    "visit": visit.figures,
    "writes": writes.figures,
    "small": small.figures,
    "petition": petition.figures,
    "cases": cases.figures,
    "figures": figures.figures,
}
FILL = {
    "page": ("list", "search", "detail"),
    "db": ("sqlite", "postgres"),
    "visit": ("home", "list", "detail"),
    "run": ("sqlite", "postgres", "killed"),
    "write_db": ("sqlite_normal", "sqlite_full", "postgres"),
}
UNITS = {
    "cpu_ms": "ms",
    "lcp_ms": "ms",
    "p95_ms": "ms",
    "compute_ms": "ms",
    "serve_ms": "ms",
    "p99_ms": "ms",
    "page_p99_ms": "ms",
    "p99_s": "s",
    "recount_s": "s",
    "rebuild_s": "s",
    "build_s": "s",
    "rss_mb": "MB",
    "cpu_s": "s",
    "s": "s",
    "rps": "/s",
    "per_s": "/s",
    "ms": "ms",
    "cpu_mb_s": "MB/s",
}

ONLY_LONG, LONG = "petition.6100000.", "only with --long"


def add_to(words: argparse._SubParsersAction) -> None:
    bench = words.add_parser("bench", help="measure speed and size against the targets")
    bench.add_argument("name", nargs="?", default="all", choices=(*GROUPS, "all"))
    bench.add_argument("--json", action="store_true", help="one object a line")
    bench.add_argument("--long", action="store_true", help="longer runs, for a closing note")
    bench.add_argument(
        "--part", action="append", choices=petition.PARTS, help="of `bench petition`: only this (repeatable)"
    )
    bench.set_defaults(run=run)


def targets() -> dict[str, tuple[str, float]]:
    """Figure id → (relation, bound), the patterns of targets.json written out."""
    raw = json.loads(resources.files(__package__).joinpath("targets.json").read_text("utf-8"))
    out = {}
    for pattern, (relation, bound) in raw.items():
        names = [name for name in FILL if "{" + name + "}" in pattern]
        for values in itertools.product(*(FILL[name] for name in names)):
            out[pattern.format(**dict(zip(names, values, strict=True)))] = (relation, bound)
    return out


def group_of(figure: str) -> str:
    if figure.startswith("pages.first_visit."):
        return "visit"
    for name in ("writes", "petition", "cases", "figures"):
        if figure.startswith(f"{name}."):
            return name
    return "pages" if figure.startswith("pages.") else "small"


def run(arguments: argparse.Namespace) -> int:
    """Exit 0 when every figure of the chosen groups was measured and holds."""
    # A crowd has a command of its own: `icma bench petition`.
    chosen = [name for name in GROUPS if name != "petition"] if arguments.name == "all" else [arguments.name]
    measured: dict[str, tuple[float, str]] = {}
    for name in chosen:
        before = _pace()
        only = {"parts": arguments.part} if arguments.part and name == "petition" else {}
        found = GROUPS[name](long=arguments.long, **only)
        pace = f"machine {before:.0f}–{_pace():.0f}"
        measured |= {figure: (value, f"{words}; {pace}") for figure, (value, words) in found.items()}
    misses = 0
    for figure, (relation, bound) in targets().items():
        if group_of(figure) not in chosen or (arguments.part and figure not in measured):
            continue
        value, conditions = measured.get(
            figure, (None, LONG if figure.startswith(ONLY_LONG) else "not measured")
        )
        holds = value is not None and (value <= bound if relation == "<=" else value >= bound)
        misses += not holds
        _print(arguments.json, figure, value, f"{relation} {bound:g}", holds, conditions)
    return 1 if misses else 0


def _pace() -> float:
    """CPU milliseconds of a plain loop, told beside each figure: where it moves, the machine's clock does."""
    best = []
    for _turn in range(5):
        began, total = time.process_time(), 0
        for number in range(1_000_000):
            total += number
        best.append(time.process_time() - began)
    return sorted(best)[2] * 1000


def _print(
    as_json: bool, figure: str, value: float | None, target: str, holds: bool, conditions: str
) -> None:
    unit = UNITS.get(figure.rsplit(".", 1)[-1], "")
    if as_json:
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        row = {"figure": figure, "value": value, "unit": unit, "target": target, "holds": holds}
        print(json.dumps(row | {"conditions": f"{conditions}; {machine}"}, ensure_ascii=False), flush=True)
        return
    shown = "–" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")
    print(
        f"{'ok  ' if holds else 'MISS'} {figure:<52} {shown:>12} {unit:<3} {target:<10} {conditions}",
        flush=True,
    )
