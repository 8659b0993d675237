"""Everything that time does, in one tuple. `icma worker` and `icma tick` run it; late or doubled changes nothing."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from icma.advocacy import jobs as petitions
from icma.advocacy.actions.deliveries import heard
from icma.advocacy.actions.oversight import due as oversight
from icma.advocacy.actions.updates import let_followers_go, queue_updates
from icma.asks.actions import nightly
from icma.core import files
from icma.core.day import legal_day
from icma.core.once import has_run, run_once
from icma.front.actions import forget_all, rewrite_moved
from icma.front.notices import mails
from icma.front.notices.cases import tell_shortened
from icma.front.notices.heads import tell_head
from icma.front.petitions import draw
from icma.law.actions import rederive_requests
from icma.legalaid import jobs as legal_aid
from icma.legalaid.actions.ending import end_by_time
from icma.legalaid.actions.facts import mix
from icma.legalaid.actions.intake.telling import clear_unended
from icma.legalaid.actions.keys.files import clear_files
from icma.legalaid.actions.keys.sessions import clear as clear_unlocked
from icma.matters import jobs as matters
from icma.matters.actions.sums import count_acts
from icma.matters.actions.support import count_supports
from icma.monitoring.actions.papers import make_papers
from icma.monitoring.actions.reports import clear_evidence
from icma.people.actions.contacts import expire_contacts
from icma.research.inclusion.jobs import refresh as sum_acts

log = logging.getLogger(__name__)
Job = Callable[[datetime], Any]


def daily(name: str, job: Job) -> Job:
    """Once a legal day, however often the round comes and in whatever process."""

    def run(at: datetime) -> Any:
        return run_once("job", f"{name}:{legal_day(at)}", lambda: {"done": job(at)}, at)["done"]

    return run


def daily_by_itself(name: str, job: Job) -> Job:
    """The same for one that reads for long and whose writing is idempotent: no transaction stands open meanwhile."""

    def run(at: datetime) -> Any:
        key = f"{name}:{legal_day(at)}"
        if has_run("job", key):
            return 0
        done = job(at)
        return run_once("job", key, lambda: {"done": done}, at)["done"]

    return run


# In this order: dates are right before anybody is told of them, and what expired is gone before mail goes out.
JOBS: tuple[tuple[str, Job], ...] = (
    ("rederive", matters.rederive_stale),
    ("requests", lambda at: rederive_requests(at=at)),
    ("due", matters.emit_due),
    ("steps", daily_by_itself("steps", matters.emit_steps)),
    ("oversight", oversight.emit),
    ("supports", lambda at: count_supports(at=at)),
    ("petitions_end", lambda at: petitions.end(at, draw)),
    ("campaigns_heard", heard),
    ("asks_end", nightly.close_ended),
    ("asks_count", nightly.lay_down),
    ("updates", queue_updates),
    ("followers", daily("followers", lambda at: let_followers_go(at=at))),
    ("petitions_acts", daily("petitions_acts", petitions.acts)),
    ("acts", daily("acts", count_acts)),
    ("act_sums", daily("act_sums", sum_acts)),
    ("contacts", lambda at: expire_contacts(on=legal_day(at))),
    ("evidence", daily("evidence", lambda at: clear_evidence(at=at))),
    ("retention", daily("retention", forget_all)),
    ("moved", daily_by_itself("moved", rewrite_moved)),
    ("legal_aid_unended", daily("legal_aid_unended", clear_unended)),
    ("legal_aid_ends", daily("legal_aid_ends", end_by_time)),
    ("legal_aid_facts", daily("legal_aid_facts", lambda at: mix(at=at))),
    ("legal_aid_head", daily("legal_aid_head", tell_head)),
    ("files", daily("files", files.sweep)),
    ("unlocked", lambda at: clear_unlocked(at=at)),
    ("vault_files", daily("vault_files", lambda at: clear_files())),
    ("legal_aid_law", tell_shortened),
    ("legal_aid_terms", legal_aid.remind),
    ("urgent", mails.queue_urgent),
    ("digests", mails.queue_digests),
    ("mail", mails.deliver),
)


# Every second: whoever signs waits for a mail, and looks at the count.
QUICK: tuple[tuple[str, Job], ...] = (
    ("petitions_mail", petitions.mail),
    ("petitions_count", lambda at: petitions.count(at, draw)),
    ("papers", make_papers),
)


def run_all(at: datetime) -> dict[str, Any]:
    """Run every job; {name: what it says it did, or the exception}. One that fails stops none of the others."""
    return run(QUICK + JOBS, at)


def run_quick(at: datetime, only: str = "") -> dict[str, Any]:
    """The quick jobs, or the one whose name ends with `only`."""
    return run(tuple(row for row in QUICK if row[0].endswith(only)), at)


def run(jobs: tuple[tuple[str, Job], ...], at: datetime) -> dict[str, Any]:
    done: dict[str, Any] = {}
    for name, job in jobs:
        try:
            done[name] = job(at)
        except Exception as error:
            log.exception("job %s failed", name)
            done[name] = error
    return done
