"""Figures: the panel over a million acts, a release of 500 cells, a roll-up of 10,000 reports."""

from icma.cli.bench import ground, panel


def figures(long: bool = False) -> dict[str, tuple[float, str]]:
    found = panel.figures(long)
    url = f"sqlite:///{ground.ROOT / f'acts{panel.SIZE}.sqlite3'}"
    rolled, seen = ground.child("rollup", url), ground.child("release", url)
    found["figures.rollup10000.s"] = (
        float("inf") if rolled["wrong"] else rolled["s"],
        f"{rolled['reports']} reports as rows, rolled up for the union's page over {rolled['nodes']} nodes on five levels, the "
        f"slowest of three; SQLite; nodes that differ from the rows, after {rolled['edits']} edits too: {rolled['wrong']}",
    )
    found["figures.release500.s"] = (
        seen["s"],
        f"{seen['cells']} cells of three dimensions with margins, {seen['small']} of them below five, {seen['withheld']} "
        f"withheld ({seen['decision']}): counted, protected, attacked, asked for, agreed to; SQLite, the slowest of "
        f"{seen['all']}; small cells that the attack knows: {seen['narrow']}",
    )
    return found
