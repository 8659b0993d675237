"""Legal aid: what a lawyer waits for with 5,000 cases, and what somebody does who comes for help."""

import shutil
import tempfile
from pathlib import Path

from icma.cli.bench import ground


def figures(long: bool = False) -> dict[str, tuple[float, str]]:
    home = Path(tempfile.mkdtemp(prefix="icma-bench-cases"))
    url = f"sqlite:///{home}/cases.sqlite3"
    try:
        seen = ground.child("cases", url, home=home)
        alone = ground.child("vault", url, home=home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    page = f"page of 50 of 5,000 through the view, every card opened anew, SQLite; the first time of all {seen['cold']:.0f} ms, again while nothing has changed {seen['again']:.0f} CPU-ms"
    return {
        "cases.list5000.p95_ms": (seen["list_p95"], page),
        "cases.list5000.cpu_ms": (seen["list_cpu"], page),
        "cases.search5000.ms": (
            seen["search"],
            "cards of the session, opened and searched, with its row in the read chain",
        ),
        "cases.notes20000.ms": (seen["notes"], "20,000 notes of 1.8 kB decrypted and searched"),
        "cases.conflict20000.ms": (
            seen["conflict"],
            "one name against 20,000 of the session, opening them included",
        ),
        "cases.intake.ms": (
            seen["intake"],
            f"the slowest of seven requests from the first screen to the code typed back, all of them {seen['intake_all']:.0f} ms",
        ),
        "cases.unlock.p95_ms": (
            seen["unlock_p95"],
            f"40 in a row through the view, Argon2id 128 MiB in a child process, of {seen['given']:.0f} keys 200 more given to the "
            f"papers each time, terms of older law looked for; median {seen['unlock_median']:.0f} ms",
        ),
        **{name: (value, words) for name, (value, words) in alone.items()},
    }
