"""The same twelve reports, as İcma shows them and as four other systems would by their own documented rules."""

from collections.abc import Callable
from decimal import Decimal as D
from pathlib import Path

from icma.engines.rollup import LATEST, RATIO, SUM, Said, across_periods, across_units, progress, share

DOC = Path(__file__).parents[2] / "docs" / "monitoring.md"
# Households without water, falling 60 → 20; people at meetings; letters answered; pumps that work, by two streets.
DRY = [D(55), D(48), D(40)]
CAME = [D(0), D(61), None]
ANSWERED = [(D(1), D(2)), (D(99), D(100))]
PUMPS = {"Bağ": [D(5), D(5)], "Nizami": [D(7), D(7)]}  # the second street has left


def count(n: object) -> str:
    return "–" if n is None else f"{n}"


def percent(share_of_one: D) -> str:
    return f"{round(share_of_one * 100, 1).normalize():f} %"


def icma() -> list[str]:
    dry = across_periods([Said(v) for v in DRY], LATEST)
    came = [None if v is None else Said(v) for v in CAME]
    answered = across_periods([share(*pair) for pair in ANSWERED], RATIO)
    staying = across_periods([Said(v) for v in PUMPS["Bağ"]], LATEST)
    assert dry and answered
    total = across_units([staying], SUM)
    said = sum(one is not None for one in came)
    return [percent(progress(dry.value, D(60), D(20)) or D(0)), "0", f"no report; {said} of {len(came)} reported",
            f"{round(answered.value, 1)} %", count(total.value if total else None)]  # fmt: skip


def rsr() -> list[str]:
    """akvo-rsr 9fcc12c: `str(value) if value else ''`; `actual / target * 100`; parts and wholes are summed; the latest
    value of each user, whether still there or not."""
    shown: Callable[[D | None], str] = lambda value: str(value) if value else "(empty)"  # noqa: E731
    parts = sum(part for part, _whole in ANSWERED) / sum(whole for _part, whole in ANSWERED)
    return [
        percent(DRY[-1] / D(20)),
        shown(CAME[0]),
        shown(CAME[2]),
        percent(parts),
        count(sum(v[-1] for v in PUMPS.values())),
    ]


def tola() -> list[str]:
    """toladata TolaActivity: numbers default to 0.0000, the baseline is text and enters no percent; results are summed."""
    shown = lambda value: f"{value or 0:.4f}"  # noqa: E731
    return [percent(DRY[-1] / D(20)), shown(CAME[0]), shown(CAME[2]), "not known", "not known"]


def prp() -> list[str]:
    """etools-partner-reporting-portal: sums `v or 0`; LATEST over periods, then SUM over places."""
    total = sum(v[-1] for v in PUMPS.values())
    parts = sum(part for part, _whole in ANSWERED) / sum(whole for _part, whole in ANSWERED)
    return ["not known", count(CAME[0] or 0), count(CAME[2] or 0), percent(parts), count(total)]


def kobo() -> list[str]:
    """kpi: submissions are rows; no indicator, target or total exists."""
    return ["no indicator", "0 in a row", "no row", "two rows", "four rows"]


HEAD = ("", "İcma", "Akvo RSR", "Tola (toladata)", "UNICEF PRP", "Kobo")
ROWS = ("falling 60 → 20, stands at 40: way gone", "a reported 0", "a month nobody reported", "1/2 and 99/100 together",
        "latest of two streets, one has left")  # fmt: skip


def table() -> list[str]:
    shown = zip(ROWS, icma(), rsr(), tola(), prp(), kobo(), strict=True)
    return [f"| {' | '.join(row)} |" for row in (HEAD, ("---",) * len(HEAD), *shown)]


def test_the_table_of_the_documentation_is_what_the_rules_of_the_four_systems_give():
    text = DOC.read_text("utf-8")
    assert "\n".join(table()) in text, "\n" + "\n".join(table())
    assert icma()[0] == "50 %" and rsr()[0] == "200 %"
    assert sum(map(len, (DRY, CAME, ANSWERED, *PUMPS.values()))) == 12
