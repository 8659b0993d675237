"""The panel of women and youth over a million acts."""

from icma.cli.bench import ground

SIZE = 1_000_000


def figures(long: bool = False) -> dict[str, tuple[float, str]]:
    ground.ROOT.mkdir(parents=True, exist_ok=True)
    path = ground.ROOT / f"acts{SIZE}.sqlite3"
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        ground.child("acts", f"sqlite:///{draft}", str(SIZE), full=False)
        draft.rename(path)
    seen = ground.child("panel", f"sqlite:///{path}")
    return {
        "figures.panel1m.compute_ms": (
            seen["compute"],
            f"{seen['acts']:,} acts by level, region, sex, band and channel ({seen['cells']:,} cells) from the sums kept by "
            f"quarter, and the panel's shares with their intervals from them; SQLite, median of 5 ({seen['compute_cpu']:.0f} CPU-ms). With the proof that no "
            f"act has changed since {seen['proven']:.0f} ms; without sums, from the acts, {seen['raw']:.0f} ms; one quarter "
            f"summed anew {seen['quarter']:.0f} ms",
        ),
        "figures.panel1m.serve_ms": (
            seen["serve"],
            f"the whole page over HTTP in process, {seen['quarters']} released quarters, figures kept for a minute, median of 20 ({seen['serve_cpu']:.0f} CPU-ms); the first time of all "
            f"{seen['cold']:.0f} ms, {seen['bytes']:,} bytes, {seen['queries']} queries",
        ),
    }  # fmt: skip
