"""Two matters that are one: joined, their supporters counted once, and taken apart again. Legal notices."""

from datetime import datetime

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.actions.clocks import close_clocks, wait_again
from icma.matters.actions.own_terms import MODERATE, TAKE_UP, no_longer, promise
from icma.matters.actions.support import follow_home, recount
from icma.matters.actions.thread import note
from icma.matters.flow import MATTER
from icma.matters.models import Link, Matter, Notice
from icma.people.models import User


@action
def merge(*, matter: Matter, into: Matter, at: datetime, by: User) -> None:
    """`matter` becomes part of `into`: one address leads to the other, supporters of both count once.

    What no moderator had published stays unpublished: its author alone is led on. Followers of both are told by
    the entries on both threads. Refused: into itself, into a finished or hidden
    one, or when letters of `matter` still run.
    """
    if into.pk == matter.pk:
        raise Refused(_("A matter cannot be joined with itself."))
    # Locked in one order and read anew: two who join each with the other at once would make a circle.
    both = Matter.objects.select_for_update(no_key=True).filter(pk__in=(matter.pk, into.pk)).order_by("pk")
    into = {row.pk: row for row in both}[into.pk]
    if into.published_at is None or into.hidden_at or into.stage in ("merged", "rejected", "raised"):
        raise Refused(_("It can only be joined with a matter that is public."))
    if matter.letters.filter(stage__in=("sent", "registered", "silent")).exists():
        if into.letters.filter(stage__in=("sent", "registered", "silent")).exists():
            raise Refused(
                _(
                    "Letters of both matters are with authorities. Join them once the term of one of them has ended."
                )
            )
        raise Refused(_("A letter of this matter is with an authority: join the other matter with this one."))
    before = matter.stage
    MATTER.take(matter, "merge", merged_into=into, reason="")
    Matter.objects.filter(merged_into=matter).update(merged_into=into)  # no chains: one step leads home
    Link.objects.get_or_create(source=matter, target=into, kind=Link.Kind.DUPLICATES, defaults={"at": at})
    note(matter=matter, verb="merged", at=at, by=by, data={"into": into.code, "stage": before})
    note(matter=into, verb="merged_here", at=at, by=by, data={"code": matter.code})
    no_longer(matter=matter, at=at, by=by)
    close_clocks(matter=matter, on=legal_day(at), at=at, by=by)  # nobody leads it any more, nobody would ask
    follow_home(matter=matter, into=into, at=at)
    recount([matter.pk, into.pk])


@action
def split(*, matter: Matter, at: datetime, by: User) -> None:
    """Take a joined matter apart again; its own supporters are its own.

    Where no moderator had decided about it, one does now; a community that led it leads it again; else it waits
    for one.
    """
    into = matter.merged_into
    if into is None:
        raise Stale(_("This matter stands by itself already."))
    if matter.published_at is None:
        MATTER.take(matter, "split_unseen", merged_into=None, changed_at=at)
        promise(matter=matter, rule=MODERATE, at=at, by=by)
    elif matter.community_id:
        MATTER.take(matter, "split_led", merged_into=None, changed_at=at)
    else:
        MATTER.take(matter, "split", merged_into=None, changed_at=at)
        promise(matter=matter, rule=TAKE_UP, at=at, by=by)
    wait_again(matter=matter, at=at, by=by)
    Link.objects.filter(source=matter, target=into, kind=Link.Kind.DUPLICATES).delete()
    note(matter=matter, verb="split", at=at, by=by, data={"from": into.code})
    note(matter=into, verb="split", at=at, by=by, data={"code": matter.code})
    recount([matter.pk, into.pk])


# --- legal notices ---------------------------------------------------------------------------------
@action
def hide(*, matter: Matter, sender: str, basis: str, received_at: datetime, at: datetime, by: User) -> Notice:
    """A legal notice came: hide at once, decide afterwards. A tombstone stays at the matter's address.

    `sender`: what kind of sender, `basis`: the article it cites; both stand in the public log.
    """
    sender, basis = clean_text(sender), clean_text(basis)
    if not sender or not basis:
        raise Refused(
            _("Enter who sent the notice and which article it cites: both stand in the public log.")
        )
    if received_at > at:
        raise Refused(_("The notice cannot have come in the future."))
    if matter.published_at is None:
        raise Refused(_("Only a public matter can be hidden."))
    if Notice.objects.filter(matter=matter, verdict="").exists():
        raise Stale(_("A notice about this matter is being decided already."))
    Matter.objects.filter(pk=matter.pk).update(hidden_at=at)
    matter.hidden_at = at
    note(matter=matter, verb="hidden", at=at, by=by, data={"basis": basis[:160]})
    return Notice.objects.create(
        matter=matter, received_at=received_at, sender=sender[:60], basis=basis[:160], hidden_at=at, by=by
    )


@action
def decide_notice(*, notice: Notice, verdict: str, at: datetime, by: User) -> None:
    """restored: shown again; removed: stays hidden. Stale when somebody decided first."""
    if verdict not in (Notice.Verdict.RESTORED, Notice.Verdict.REMOVED):
        raise Refused(_("Choose: shown again, or removed."))
    rows = Notice.objects.filter(pk=notice.pk, verdict="")
    if rows.update(verdict=verdict, decided_at=at, by=by) != 1:
        raise Stale(_("Somebody has already decided this."))
    removed = Notice.objects.filter(matter=notice.matter, verdict=Notice.Verdict.REMOVED)
    if verdict == Notice.Verdict.RESTORED and not removed.exists():
        Matter.objects.filter(pk=notice.matter_id).update(hidden_at=None, changed_at=at)
        note(matter=notice.matter, verb="shown", at=at, by=by)
