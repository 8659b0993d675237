"""A community takes a matter up, chooses the way, hands it back; or nobody does, and says why."""

from datetime import datetime

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.actions.own_terms import TAKE_UP, kept, promise
from icma.matters.actions.telling import tell
from icma.matters.actions.thread import note
from icma.matters.flow import MATTER
from icma.matters.models import Matter
from icma.matters.rules_of_moderation import UNTAKEN
from icma.people.models import Authority, Organisation, User

Way = Matter.Way


@action
def take_up(*, matter: Matter, community: Organisation, at: datetime, by: User, way: str = "") -> None:
    """`community` leads it from now on. Stale when another was faster; the entry does not name the community."""
    if community.until is not None and community.until <= legal_day(at):
        raise Refused(_("This community has ended; it cannot take anything up."))
    if community.kind == Organisation.Kind.PARTNER:
        raise Refused(_("A community or the union takes matters up, not a partner."))
    MATTER.take(matter, "take_up", community=community, reason="", changed_at=at)
    note(
        matter=matter,
        verb="taken_up",
        at=at,
        by=by,
        data={"union": community.kind == Organisation.Kind.UNION},
    )
    kept(matter=matter, rule=TAKE_UP, at=at, by=by)
    if way:
        choose_way(matter=matter, way=way, at=at, by=by)


@action
def choose_way(
    *, matter: Matter, way: str, at: datetime, by: User, authority: Authority | None = None
) -> None:
    """Demand it from an authority, do it ourselves, or both. A letter moves it on; doing starts at once."""
    if way not in Way.values:
        raise Refused(_("Choose: demand it, do it ourselves, or both."))
    values = {"way": way} | ({"authority": authority} if authority else {})
    if way in (Way.SELF, Way.BOTH) and matter.stage in MATTER.steps["start_doing"].start:
        MATTER.take(matter, "start_doing", **values)
    else:
        _set(matter, **values)
    data = {"way": way} | ({"authority": authority.code} if authority else {})
    note(matter=matter, verb="way_chosen", at=at, by=by, data=data)


def _set(matter: Matter, **values: object) -> None:
    rows = Matter.objects.filter(pk=matter.pk, stage__in=("taken", "doing", "pressing", "answered"))
    if rows.update(**values) != 1:
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    for name, value in values.items():
        setattr(matter, name, value)


@action
def leave(*, matter: Matter, reason: str, at: datetime, by: User, text: str = "") -> None:
    """Nobody takes it up: an answer with a reason of the closed list. It can be taken up later all the same."""
    if reason not in UNTAKEN:
        raise Refused(_("Choose why nobody takes it up: the author reads it."))
    MATTER.take(matter, "leave", reason=reason, changed_at=at)
    tell(matter=matter, verb="untaken", at=at, by=by, text=clean_text(text)[:1000], data={"reason": reason})
    kept(matter=matter, rule=TAKE_UP, at=at, by=by)


@action
def hand_back(*, matter: Matter, why: str, at: datetime, by: User) -> None:
    """The community cannot go on; another may. Refused while a letter of it is with an authority."""
    if not clean_text(why):
        raise Refused(_("Say in a sentence why: whoever goes on needs it."))
    if matter.letters.filter(stage__in=("sent", "registered")).exists():
        raise Refused(_("A letter is with an authority: enter its answer first, or ask the union to go on."))
    MATTER.take(matter, "hand_back", community=None, way="", changed_at=at)
    tell(matter=matter, verb="handed_back", at=at, by=by, text=clean_text(why)[:1000])
    promise(matter=matter, rule=TAKE_UP, at=at, by=by)
