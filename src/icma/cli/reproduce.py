"""`icma reproduce PACKAGE.zip`: is every published number what its package says? And what would an attacker find?"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def add_to(words: argparse._SubParsersAction) -> None:
    reproduce = words.add_parser("reproduce", help="rebuild every number of a published package, and compare")
    reproduce.add_argument("files", metavar="PACKAGE.zip", nargs="*", help="data packages of releases")
    reproduce.add_argument("--attack", action="store_true",
                           help="ask linear programming what it can tell of withheld cells; without a package: of "
                           "everything that this home has published, side by side")  # fmt: skip
    reproduce.add_argument("--json", action="store_true", help="one object a line")
    reproduce.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 when every number is equal (and no small one is given away), 1 when not, 2 when a file cannot be read."""
    from icma.engines.rebuild import Unreadable

    if not arguments.files and not arguments.attack:
        print("Name a package, or --attack.", file=sys.stderr)
        return 2
    try:
        lines = list(_packages(arguments) if arguments.files else _published())
    except (OSError, Unreadable) as error:
        print(error, file=sys.stderr)
        return 2
    for line in lines:
        print(json.dumps(line, ensure_ascii=False) if arguments.json else _words(line))
    return 0 if all(line["equal"] for line in lines) else 1


def _packages(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from icma.engines.rebuild import attacked, cells_of, rebuild

    for name in arguments.files:
        package = Path(name).read_bytes()
        found = rebuild(package)
        line = {"what": name, "equal": found.equal, "numbers": found.numbers, "unequal": list(found.unequal),
                "sha256": found.sha256}  # fmt: skip
        if arguments.attack:
            line |= _attack(attacked(*cells_of(package)))
        yield line


def _published() -> Iterator[dict[str, Any]]:
    """All that is or was out of one measure and quarter is attacked together."""
    import django

    django.setup()
    from icma.engines.rebuild import attacked
    from icma.front.measures import measures
    from icma.research.ledger import together

    for label, cells in together(measures()):
        found = attacked(cells)
        yield {"what": label, "equal": not found.exact, "numbers": found.cells, "unequal": []} | _attack(
            found
        )


def _attack(found: Any) -> dict[str, Any]:
    return {"withheld": found.withheld, "exactly_known": found.exact, "narrow_and_perhaps_small": found.narrow,
            "narrowest_interval": found.narrowest}  # fmt: skip


def _words(line: dict[str, Any]) -> str:
    said = [f"{'equal    ' if line['equal'] else 'NOT EQUAL'} {line['what']}: {line['numbers']} numbers"]
    said += [f"    {text}" for text in line["unequal"]]
    if "sha256" in line:
        said.append(f"    sha256 of the release: {line['sha256']}")
    if "withheld" in line:
        said.append(
            f"    attack: {line['withheld']} withheld, {line['exactly_known']} exactly known, "
            f"{line['narrow_and_perhaps_small']} known more closely than 5 and perhaps small, narrowest interval "
            f"{line['narrowest_interval']}"
        )
    return "\n".join(said)
