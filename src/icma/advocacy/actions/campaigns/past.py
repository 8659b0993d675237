"""A campaign from before İcma, brought in as it ended: no plan, no steps, no tasks are made for it."""

from datetime import datetime

from django.utils.translation import gettext as _

from icma.advocacy.models import Campaign
from icma.core.action import Refused, action
from icma.matters.actions.past import Course, bring_matter
from icma.matters.models import Matter
from icma.people.models import Authority, Organisation, Place, User


@action
def bring_campaign(
    *, title: str, text: str, place: Place, topic: str, level: str, template: str, community: Organisation,
    course: Course, source: str, at: datetime, by: User, authority: Authority | None = None,
) -> Campaign:  # fmt: skip
    """A public campaign of the past with its outcome, marked as brought in."""
    if template not in Campaign.Template.values:
        raise Refused(_("Choose what kind of campaign it is."))
    if level not in Campaign.Level.values:
        raise Refused(_("Choose the level: local or central."))
    matter = bring_matter(
        kind=Matter.Kind.CAMPAIGN, title=title, text=text, place=place, topic=topic, community=community,
        authority=authority, course=course, source=source, at=at, by=by,
    )  # fmt: skip
    over = course.ended_on is not None
    return Campaign.objects.create(
        matter=matter, template=template, level=level, stage="done" if over else "running",
        reviewed_on=course.ended_on,
    )  # fmt: skip
