"""Figures: the panel over a million acts, a release of 500 cells, a roll-up of 10,000 reports."""

from icma.cli.bench import ground, panel, rollup


def figures(long: bool = False) -> dict[str, tuple[float, str]]:
    found = panel.figures(long) | rollup.figures(long)
    seen = ground.child("release", f"sqlite:///{ground.ROOT / f'acts{panel.SIZE}.sqlite3'}")
    found["figures.release500.s"] = (
        seen["s"],
        f"{seen['cells']} cells of three dimensions with margins, {seen['small']} of them below five, {seen['withheld']} "
        f"withheld ({seen['decision']}): counted, protected, attacked, asked for, agreed to; SQLite, the slowest of "
        f"{seen['all']}; small cells that the attack knows: {seen['narrow']}",
    )
    return found
