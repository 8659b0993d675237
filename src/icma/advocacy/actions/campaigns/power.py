"""The map of power: posts and groups, where they stand and stood, who reaches whom."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from icma.advocacy.models import Campaign, Reach, Stakeholder, Standing
from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.people.models import Authority, User

MOST = 40  # a map with more says nothing
INFLUENCE, SUPPORT = range(1, 6), range(-2, 3)


def _post(kind: str, post: str) -> str:
    post = " ".join(clean_text(post).split())
    if kind not in Stakeholder.Kind.values:
        raise Refused(_("Choose what kind of side it is."))
    if not post or len(post) > 120:
        raise Refused(_("Name the post or the group in at most 120 characters, never a person."))
    return post


@action
def add_stakeholder(
    *,
    campaign: Campaign,
    kind: str,
    post: str,
    influence: int,
    support: int,
    at: datetime,
    by: User,
    authority: Authority | None = None,
) -> Stakeholder:
    """A post, body or group on the map, where it stands today."""
    post = _post(kind, post)
    if Stakeholder.objects.filter(campaign=campaign, gone_at=None).count() >= MOST:
        raise Refused(_("Forty sides are enough for one map."))
    made = Stakeholder.objects.create(
        code=public_code(), campaign=campaign, kind=kind, post=post, authority=authority
    )
    stand(stakeholder=made, on=legal_day(at), influence=influence, support=support, at=at, by=by)
    return made


@action
def rename_stakeholder(
    *, stakeholder: Stakeholder, kind: str, post: str, authority: Authority | None, at: datetime, by: User
) -> None:
    Stakeholder.objects.filter(pk=stakeholder.pk).update(
        kind=kind, post=_post(kind, post), authority=authority
    )


@action
def stand(
    *, stakeholder: Stakeholder, on: date, influence: int, support: int, at: datetime, by: User
) -> Standing:
    """Where it stands from the day `on`; earlier rows stay and draw the trail."""
    if influence not in INFLUENCE or support not in SUPPORT:
        raise Refused(_("Influence goes from 1 to 5, support from −2 to 2."))
    if on > legal_day(at):
        raise Refused(_("This day lies ahead."))
    row = Standing(stakeholder=stakeholder, on=on, influence=influence, support=support, by=by)
    row.save(force_insert=True)
    return row


@action
def set_reaches(
    *, stakeholder: Stakeholder, rows: list[tuple[Stakeholder, str]], at: datetime, by: User
) -> None:
    """Whom it can reach, answers to, opposes: the whole list anew."""
    pairs = {(target.pk, kind) for target, kind in rows}
    for target, kind in rows:
        if (
            target.campaign_id != stakeholder.campaign_id
            or target.pk == stakeholder.pk
            or kind not in Reach.Kind.values
        ):
            raise Refused(_("Choose another side of the same map."))
    Reach.objects.filter(source=stakeholder).delete()
    Reach.objects.bulk_create(
        [Reach(source=stakeholder, target_id=pk, kind=kind) for pk, kind in sorted(pairs)]
    )


@action
def remove_stakeholder(*, stakeholder: Stakeholder, at: datetime, by: User) -> None:
    """Off the map; what was noted about it goes at once, its trail with the campaign."""
    if not Stakeholder.objects.filter(pk=stakeholder.pk, gone_at=None).update(gone_at=at):
        raise Stale(_("It is off the map already."))
    stakeholder.notes.all().delete()
